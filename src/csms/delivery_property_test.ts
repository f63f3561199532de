import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { beginTransaction, endTransactionOn, meterOn } from "../../test/support/books.ts";
import type { HeardCall, Payload } from "../../test/support/frame_peer.ts";
import { createMemoryStore } from "../../test/support/memory_edges.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { openOn } from "../transactions/mod.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

/**
 * Sessions of two EVSEs come and go while their CSMS breaks off, falls silent, comes back in another
 * version, and the gateway starts anew. However that goes, in the end the CSMS has heard each session
 * once, whole and in its order, and nothing is left.
 */

type Happening =
  | { readonly kind: "begin" | "end" | "meter"; readonly slot: 1 | 2 }
  | { readonly kind: "pass"; readonly seconds: number }
  | { readonly kind: "silence" | "speak" | "restart" }
  | { readonly kind: "connect"; readonly version: OcppVersion };

const slot = fc.constantFrom(1 as const, 2 as const);
const version = fc.constantFrom<OcppVersion>("ocpp1.6", "ocpp2.0.1", "ocpp2.1");

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constantFrom("begin", "end", "meter", "meter"), slot }) as fc.Arbitrary<
    Happening
  >,
  fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constantFrom("silence" as const, "speak" as const, "restart" as const) }),
  fc.record({ kind: fc.constant("connect" as const), version }),
);

const PROTOCOLS: readonly OcppVersion[] = ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"];
const RECORDS = ["StartTransaction", "MeterValues", "StopTransaction", "TransactionEvent"];

/** A CSMS that outlives the runs of the gateway. */
class Csms {
  readonly #heard: HeardCall[] = [];
  #lastNumber = 500;
  #upstream: Upstream | null = null;

  /** Takes over what it has heard of a run that is over. */
  leave(): void {
    this.#heard.push(...this.#peers().flatMap(({ heard }) => heard));
    this.#upstream = null;
  }

  attend(upstream: Upstream): void {
    this.#upstream = upstream;
    this.speak();
  }

  speak(): void {
    const yes = { status: "Accepted" };
    const answers = {
      StartTransaction: () => ({ transactionId: ++this.#lastNumber, idTagInfo: yes }),
      MeterValues: {},
      StopTransaction: {},
      TransactionEvent: {},
    };
    for (const [action, answer] of Object.entries(answers)) {
      this.#upstream?.answer(action, answer as Payload);
    }
  }

  silence(): void {
    for (const action of RECORDS) this.#upstream?.answer(action, "silence");
  }

  /** Each message once, however often it was repeated. */
  records(): readonly HeardCall[] {
    const all = [...this.#heard, ...this.#peers().flatMap(({ heard }) => heard)];
    const known = new Map(
      all.filter(({ action }) => RECORDS.includes(action)).map((call) => [
        `${call.id} ${call.action}`,
        call,
      ]),
    );
    return [...known.values()];
  }

  #peers() {
    return this.#upstream?.peers ?? [];
  }
}

async function connect({ dialer, peers, clock }: Upstream, protocol: OcppVersion): Promise<void> {
  dialer.policy = { kind: "open", protocol };
  peers.at(-1)?.socket.close(1001, "again");
  await clock.advance(20_000);
}

async function playStory(story: readonly Happening[]): Promise<void> {
  const csms = new Csms();
  const store = createMemoryStore();
  const clock = createVirtualClock();
  let runs = 0;
  let protocol: OcppVersion = "ocpp2.1";
  const open = async () => {
    const upstream = await openUpstream({ store, clock, seed: ++runs, protocols: PROTOCOLS });
    csms.attend(upstream);
    await upstream.settle();
    await connect(upstream, protocol);
    return upstream;
  };
  const close = async (upstream: Upstream) => {
    await stopUpstream(upstream);
    csms.leave();
  };
  let upstream = await open();
  const begun: string[] = [];
  for (const each of story) {
    switch (each.kind) {
      case "begin":
        if (openOn(upstream.transactions.state(), each.slot) === undefined) {
          begun.push((await beginTransaction(upstream, each.slot)).id);
        }
        break;
      case "meter": {
        const open = openOn(upstream.transactions.state(), each.slot);
        const energyWh = (open?.lastReading?.energyWh ?? 1_000) + 100;
        if (open !== undefined) await meterOn(upstream, each.slot, energyWh);
        break;
      }
      case "end":
        if (openOn(upstream.transactions.state(), each.slot) !== undefined) {
          await endTransactionOn(upstream, each.slot);
        }
        break;
      case "pass":
        await upstream.clock.advance(each.seconds * 1_000);
        break;
      case "silence":
        csms.silence();
        break;
      case "speak":
        csms.speak();
        break;
      case "restart":
        await close(upstream);
        upstream = await open();
        break;
      case "connect":
        protocol = each.version;
        await connect(upstream, protocol);
        break;
    }
    upstream.events.emit("transaction", { transactionId: "any" });
    await upstream.clock.advance(1_000);
  }
  csms.speak();
  for (const each of [1, 2]) {
    if (openOn(upstream.transactions.state(), each) !== undefined) {
      await endTransactionOn(upstream, each);
    }
  }
  await connect(upstream, "ocpp2.1");
  for (let minute = 0; minute < 30 && upstream.outbox.state().lanes.size > 0; minute++) {
    upstream.events.emit("transaction", { transactionId: "any" });
    await upstream.clock.advance(60_000);
  }
  assertEquals(upstream.outbox.state().lanes.size, 0, "nothing is left");
  await close(upstream);
  judge(csms.records(), begun.length);
}

/** The CSMS's id of the session that a record is about. */
function sessionOf({ payload }: HeardCall): string {
  const info = payload["transactionInfo"] as Payload | undefined;
  return String(info?.["transactionId"] ?? payload["transactionId"]);
}

function judge(records: readonly HeardCall[], sessions: number): void {
  const idsOf = (isMeant: (call: HeardCall) => boolean) =>
    new Set(records.filter(isMeant).map(({ id }) => id));
  const starts = idsOf(({ action, payload }) =>
    action === "StartTransaction" || payload["eventType"] === "Started"
  );
  const ends = idsOf(({ action, payload }) =>
    action === "StopTransaction" || payload["eventType"] === "Ended"
  );
  assertEquals([starts.size, ends.size], [sessions, sessions], "each began and ended once");
  assertEquals(records.filter((each) => sessionOf(each) === "-1"), [], "none went up as -1");
  const events = records.filter(({ action }) => action === "TransactionEvent");
  for (const own of Map.groupBy(events, sessionOf).values()) {
    assertEquals(own.map(({ payload }) => payload["seqNo"]), own.map((_, index) => index));
    const ended = own.findIndex(({ payload }) => payload["eventType"] === "Ended");
    assert(ended < 0 || ended === own.length - 1, "its end is its end");
  }
}

Deno.test("each session is heard once, whole, counted without a gap, whatever version, silence or restart comes between", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 30 }), playStory),
    { numRuns: Number(Deno.env.get("DELIVERY_RUNS") ?? 40) },
  );
});
