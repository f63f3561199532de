import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { dialect16 } from "./dialect.ts";
import { salvageStop16 } from "./salvage.ts";

const NOW = "2026-01-05T06:00:00Z";

Deno.test("salvageStop16() keeps what can be read, and calls an unknown reason Other", () => {
  const whole = {
    transactionId: 7,
    meterStop: 9_000,
    timestamp: NOW,
    idTag: "ASHA",
    reason: "UnlockCommand",
  };
  assertEquals(salvageStop16(whole), {
    transactionNumber: 7,
    meterStopWh: 9_000,
    timestamp: NOW,
    idToken: { idToken: "ASHA", type: "Central" },
    stoppedReason: "Other",
  });
  assertEquals(salvageStop16({ ...whole, reason: "HardReset" }).stoppedReason, "ImmediateReset");
  for (const reason of ["Magic", 7, null, "toString"]) {
    assertEquals(salvageStop16({ reason }), { stoppedReason: "Other" });
  }
});

Deno.test("salvageStop16() leaves out what cannot be read, and every reading", () => {
  const broken = {
    transactionId: 7.5,
    meterStop: "a lot",
    timestamp: "yesterday",
    idTag: { id: 7 },
    transactionData: [{ timestamp: NOW, sampledValue: [{ value: "1" }] }],
  };
  assertEquals(salvageStop16(broken), {});
  assertEquals(salvageStop16({ idTag: "x".repeat(54_000) }), {});
  for (const nothing of [null, [], "x", 7]) assertEquals(salvageStop16(nothing), {});
});

Deno.test("salvageStop() concerns StopTransaction alone and never throws", () => {
  assertEquals(dialect16.salvageStop("StartTransaction", { transactionId: 7 }), null);
  fc.assert(fc.property(fc.jsonValue(), (remains) => {
    const stop = dialect16.salvageStop("StopTransaction", remains);
    return stop !== null && Number.isSafeInteger(stop.meterStopWh ?? 0);
  }));
});
