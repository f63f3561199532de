import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { at, atMs, registerAt, transactionRecord } from "../../test/contract/sessions.ts";
import type { MeterValue, SampledValue } from "../ocpp/mod.ts";
import { worthOf } from "./thinning.ts";

const INTERVAL_MS = 60_000;

/** Kept a reading at second 1000, by its charger's time as by ours. */
const KEPT = transactionRecord({ lastKept: { at: at(1_000), heardAtMs: atMs(1_000) } });

function worth(
  value: MeterValue,
  { heardS = 1_000, wantedIntervalMs = INTERVAL_MS } = {},
): string {
  return worthOf(KEPT, [value], { wantedIntervalMs, nowWallMs: atMs(heardS) });
}

/** A message soon after, whose second value is like this. */
function sampled(changes: Partial<SampledValue>): MeterValue {
  return { timestamp: at(1_001), sampledValue: [{ value: 1 }, { value: 2, ...changes }] };
}

Deno.test("worthOf() passes the first reading on, and one each interval by the charger's time", () => {
  const wish = { wantedIntervalMs: INTERVAL_MS, nowWallMs: atMs(1_000) };
  assertEquals(worthOf(transactionRecord(), [registerAt(1, 1)], wish), "pass-on");
  for (const second of [1_000, 1_010, 1_053, 960]) {
    assertEquals(worth(registerAt(second, 1)), "glance", `${second}`);
  }
  // A tenth early: a charger's minute is not ours. And a clock that was set back hides nothing.
  for (const second of [1_054, 1_060, 5_000, 940, 0]) {
    assertEquals(worth(registerAt(second, 1)), "pass-on", `${second}`);
  }
});

Deno.test("worthOf() goes by our time for a charger whose clock stands still, or tells no time", () => {
  assertEquals(worth(registerAt(1_000, 1), { heardS: 1_053 }), "glance");
  assertEquals(worth(registerAt(1_000, 1), { heardS: 1_054 }), "pass-on");
  const noTime = { ...registerAt(0, 1), timestamp: "yesterday" };
  assertEquals([worth(noTime), worth(noTime, { heardS: 1_060 })], ["glance", "pass-on"]);
});

Deno.test("worthOf() passes on whatever is no mere sample", () => {
  const signedMeterValue = { signedMeterData: "A1", encodingMethod: "OCMF" };
  const evidence: Partial<SampledValue>[] = [
    { signedMeterValue },
    { context: "Sample.Clock" },
    { context: "Trigger" },
    { context: "Interruption.Begin" },
    { context: "Interruption.End" },
    { context: "Transaction.End" },
    { context: "Other" },
  ];
  for (const changes of evidence) {
    assertEquals(worth(sampled(changes)), "pass-on", JSON.stringify(changes));
    assertEquals(worth(sampled(changes), { wantedIntervalMs: 0 }), "pass-on");
  }
  assertEquals(worth(sampled({ context: "Sample.Periodic" })), "glance");
});

Deno.test("worthOf() stores one a minute for a CSMS that wants no samples, and passes none on", () => {
  const none = { wantedIntervalMs: 0 };
  assertEquals(worth(registerAt(1_010, 1), none), "glance");
  assertEquals(worth(registerAt(1_060, 1), none), "store");
});

Deno.test("worthOf() looks at all entries of a message", () => {
  const wish = { wantedIntervalMs: INTERVAL_MS, nowWallMs: atMs(1_000) };
  assertEquals(worthOf(KEPT, [registerAt(1_010, 1), registerAt(1_070, 2)], wish), "pass-on");
  assertEquals(worthOf(KEPT, [registerAt(1_010, 1), registerAt(1_020, 2)], wish), "glance");
});

Deno.test("of a charger that samples evenly, no more than wanted are kept, and none a sample late", () => {
  const cases = fc.record({
    sampleS: fc.integer({ min: 1, max: 120 }),
    wantedS: fc.integer({ min: 1, max: 900 }),
    count: fc.integer({ min: 2, max: 200 }),
  });
  fc.assert(fc.property(cases, ({ sampleS, wantedS, count }) => {
    let transaction = transactionRecord();
    const kept: number[] = [];
    for (let index = 0; index < count; index++) {
      const second = index * sampleS;
      const wish = { wantedIntervalMs: wantedS * 1_000, nowWallMs: atMs(second) };
      if (worthOf(transaction, [registerAt(second, index)], wish) === "glance") continue;
      kept.push(second);
      const lastKept = { at: at(second), heardAtMs: atMs(second) };
      transaction = { ...transaction, lastKept };
    }
    assertEquals(kept[0], 0);
    for (const [index, second] of kept.slice(1).entries()) {
      const gapS = second - (kept[index] ?? 0);
      assert(gapS >= Math.min(sampleS, wantedS * 0.9) && gapS < wantedS + sampleS, `${gapS}`);
    }
    assert((count - 1) * sampleS - (kept.at(-1) ?? 0) < wantedS, "the last is too long ago");
  }));
});
