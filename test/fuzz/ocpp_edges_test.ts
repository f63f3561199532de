/**
 * Chargers and a CSMS that say anything, in all versions, to the whole gateway on virtual time. Beside
 * them a good charger charges: it is answered, its session is kept, and every frame that the gateway
 * says to anybody is one that its schema allows.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { OCPP_VERSIONS, type OcppVersion } from "../../src/ocpp/mod.ts";
import { openSite } from "../gateway/site_bench.ts";
import type { Answer } from "../support/frame_peer.ts";
import { drawnSeed } from "../draws.ts";
import { remark } from "../support/remark.ts";
import { createChance, seeds } from "./odd.ts";
import { createOddPeer, type OddPeer } from "./odd_peer.ts";
import { openOcppDraw, type PeerAct } from "./ocpp_inputs.ts";
import { chargerAnswers, csmsAnswers } from "./right_answers.ts";

const draw = await openOcppDraw();

/** Something happens: a peer acts, or time passes. */
interface Happening {
  readonly who: "CP2" | "CP3" | "csms";
  readonly seed: number;
  readonly waitMs: number;
}

const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    who: fc.constantFrom("CP2", "CP2", "CP3", "csms", "csms"),
    seed: seeds,
    waitMs: fc.constantFrom(0, 0, 0, 10, 200, 1_000, 40_000),
  }),
  { minLength: 40, maxLength: 120, size: "max" },
);

const versions = fc.constantFrom(...OCPP_VERSIONS);

async function play(
  csmsVersion: OcppVersion,
  chargerVersions: readonly [OcppVersion, OcppVersion],
  story: readonly Happening[],
): Promise<void> {
  const site = await openSite({
    csmsVersion,
    protocols: [csmsVersion],
    unknownOffline: true,
    chargers: { versions: OCPP_VERSIONS },
  });
  const chance = createChance(story.length);
  const nowWallMs = () => site.clock.wallMs();
  const right = csmsAnswers(csmsVersion, nowWallMs);
  answerOddly();
  const good = await site.arrive("CP1");
  const { number } = await good.start("ASHA", {}, 5_000); // the CSMS may be asked first
  const odd = new Map<string, OddPeer>();

  /** The CSMS answers most of what it is asked as it should. */
  function answerOddly(): void {
    for (const action of CALLED_UP) {
      site.csms.answer(action, (): Answer => {
        if (chance() < 0.7) return right(action) as Answer;
        if (chance() < 0.1) return "silence";
        const [, , payload] = JSON.parse(draw.answer("csms", csmsVersion, action, chance));
        return Object(payload);
      });
    }
  }

  async function peerOf(who: "CP2" | "CP3"): Promise<OddPeer | null> {
    const known = odd.get(who);
    if (known?.isOpen()) return known;
    const version = chargerVersions[who === "CP2" ? 0 : 1];
    const { pair } = await site.connect(who, { protocols: [version] });
    const ports = { draw, chance, nowWallMs, rightAnswer: chargerAnswers(version), rightness: 0.6 };
    const peer = createOddPeer(pair.far, "charger", version, ports);
    odd.set(who, peer);
    peer.act({ say: BOOTS[version] });
    await site.clock.advance(100);
    return peer;
  }

  async function happen({ who, seed, waitMs }: Happening): Promise<void> {
    const seeded = createChance(seed);
    if (who === "csms") {
      const act = draw.act("csms", csmsVersion, seeded);
      sayUpstream(act);
    } else {
      const peer = await peerOf(who);
      peer?.act(draw.act("charger", chargerVersions[who === "CP2" ? 0 : 1], seeded));
    }
    await site.clock.advance(waitMs);
  }

  function sayUpstream(act: PeerAct): void {
    const { socket } = site.csms.now();
    if ("say" in act) {
      socket.send(act.say.replaceAll("@asked", site.csms.now().heard.at(-1)?.id ?? "x"));
    } else if ("leave" in act) socket.terminate();
  }

  for (const each of story) await happen(each);
  // A connection that ended may take its time to be seen, and what waits its turn.
  await site.clock.advance(60_000);
  assertEquals(good.closed(), null, "the good charger was never cut off");
  assertEquals((await good.result("Heartbeat", {}, 1_000))["currentTime"] === undefined, false);
  await good.stop(number, 1_500);
  await site.clock.advance(1_000);
  const stored = (await site.store.transactions({ limit: 1_000_000 })).find((each) =>
    each.number === number
  );
  assertEquals([stored?.meterStartWh, stored?.stop?.meterStopWh], [1_000, 1_500]);
  assertEquals(site.logged.filter(({ level }) => level === "error"), []);
  assertEquals(Object(Object.prototype)["polluted"], undefined);
  assert(site.clock.pending() < 2_000, `${site.clock.pending()} timers wait`);
  await site.stop();
}

const CALLED_UP = [
  "Authorize",
  "BootNotification",
  "Heartbeat",
  "MeterValues",
  "StartTransaction",
  "StatusNotification",
  "StopTransaction",
  "TransactionEvent",
  "NotifyEvent",
  "DataTransfer",
];

const BOOTS: Readonly<Record<OcppVersion, string>> = {
  "ocpp1.6": `[2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]`,
  "ocpp2.0.1":
    `[2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"V","model":"M"}}]`,
  "ocpp2.1":
    `[2,"b","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"V","model":"M"}}]`,
};

Deno.test("whatever chargers and the CSMS say, a good charger's session is kept and nothing breaks", async () => {
  const seed = Number(Deno.env.get("SANGAM_FUZZ_SEED") ?? drawnSeed());
  const numRuns = Number(Deno.env.get("SANGAM_FUZZ_RUNS") ?? 20);
  remark(`seed ${seed}`);
  await fc.assert(fc.asyncProperty(versions, fc.tuple(versions, versions), happenings, play), {
    seed,
    numRuns,
    endOnFailure: Deno.env.get("SANGAM_FUZZ_RUNS") !== undefined,
    interruptAfterTimeLimit: 600_000,
  });
});
