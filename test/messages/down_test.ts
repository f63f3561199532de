import { assertEquals } from "@std/assert";
import { CSMS_ROUTES, VENDOR_ID } from "../../src/csms/mod.ts";
import { type CsmsAction, type Handling, type InsideCall, speechOf } from "../../src/ocpp/mod.ts";
import { readCoverage } from "./coverage.ts";
import { DOWN_EXAMPLES } from "./down_examples.ts";
import { nameOf, PAIRS } from "./pair.ts";
import { LATENCY_MS, openPairSite, type PairSite, type Said } from "./pair_site.ts";
import { isRefusal } from "./refusals.ts";
import { UP_EXAMPLES } from "./up_examples.ts";

const coverage = await readCoverage();

type Line = { [A in CsmsAction]: [A, (typeof DOWN_EXAMPLES)[A]] }[CsmsAction];

/** What became of a message of the CSMS, by what its chargers heard. */
function handlingOf({ down, reply, up }: Said): Handling {
  const answer = reply();
  // 1.6 answers an update with nothing, and tells how it went.
  const hasFailed = up().some(({ payload }) => payload["status"] === "DownloadFailed");
  assertEquals(answer.kind === "none", false, "it was never answered");
  const asked = down.filter((heard) => heard().length > 0).length;
  if (asked > 1) return "fan-out";
  if (asked === 1) return "forward";
  return hasFailed || isRefusal(answer) ? "refuse" : "answer";
}

/** Begins a session at EVSE 1; the CSMS's id of it. */
async function begin(bench: PairSite, is16: boolean): Promise<string> {
  const moment = bench.moment("T-1");
  const said = is16
    ? await bench.say(
      "charger",
      "StartTransaction",
      UP_EXAMPLES.StartTransaction[0]?.(moment) as never,
      30_000,
    )
    : await bench.say(
      "charger",
      "TransactionEvent",
      UP_EXAMPLES.TransactionEvent[0]?.(moment) as never,
      30_000,
    );
  const told = said.up().find(({ action }) => action === "TransactionEvent");
  return told === undefined
    ? "501"
    : String(Object(told.payload["transactionInfo"])["transactionId"]);
}

/**
 * What takes more than one message: a certificate for a key of the gateway's own
 * (src/csms/own_certificate_test.ts), an address that site.yaml allows (src/csms/network_test.ts),
 * a place for files (src/operations/firmware_publisher_test.ts).
 */
const SHOWN_ELSEWHERE: Readonly<Record<string, readonly Handling[]>> = {
  CertificateSigned: ["answer"],
  SetNetworkProfile: ["answer"],
  PublishFirmware: ["answer"],
  UnpublishFirmware: ["answer"],
};

for (const pair of PAIRS) {
  const name = `${nameOf(pair.csms)} over ${nameOf(pair.charger)}`;
  Deno.test(`${name}: what the CSMS says is handled as the table has it`, async () => {
    const bench = await openPairSite(pair);
    const { dialect } = await speechOf(pair.csms);
    const transactionId = await begin(bench, pair.charger === "ocpp1.6");
    await bench.site.clock.advance(60_000);
    const lines = Object.entries(DOWN_EXAMPLES) as Line[];
    for (const [action, examples] of lines.filter(([action]) => dialect.says(action))) {
      const seen = new Set<Handling>(SHOWN_ELSEWHERE[action] ?? []);
      for (const example of examples) {
        const message = example(bench.moment(transactionId)) as never;
        // An older version has the message, but not what this one of them is about.
        if (dialect.refusal({ action, message } as unknown as InsideCall) !== null) continue;
        seen.add(handlingOf(await bench.say("csms", action, message, 30_000 + 4 * LATENCY_MS)));
      }
      if (CSMS_ROUTES[action].isForOne === true && pair.csms !== "ocpp1.6") {
        seen.add(await observeNamed(bench, action, examples[0]?.(bench.moment("")) as never));
      }
      const claimed = [...coverage.down(action, pair)].toSorted();
      assertEquals([action, ...[...seen].toSorted()], [action, ...claimed]);
    }
    await bench.site.stop();
  });
}

/** What becomes of it where the CSMS names one charger, of a setting that the gateway leaves alone. */
async function observeNamed<A extends CsmsAction>(
  bench: PairSite,
  action: A,
  example: never,
): Promise<Handling> {
  const message = { ...example as object, customData: { vendorId: VENDOR_ID, slot: 1 } };
  const { evseId: _other, evse: _others, ...named } = message as {
    readonly evseId?: number;
    readonly evse?: unknown;
  };
  const whole = action === "UnlockConnector" || action === "GetCompositeSchedule"
    ? { ...named, evseId: 1 }
    : named;
  return handlingOf(await bench.say("csms", action, whole as never, 30_000));
}
