import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ended, transactionRecord } from "../../test/contract/sessions.ts";
import { energyWh, flagged, nextTransactionNumber } from "./transaction.ts";

const EPOCH_MS = Date.UTC(2024, 0, 1);
const INT32_MAX = 2_147_483_647;

Deno.test("energyWh() counts from the register at the start to the best one known", () => {
  const lastReading = { at: "2026-01-05T06:10:00Z", energyWh: 4000 };
  const cases = [
    { name: "nothing read yet", changes: {}, expected: 0 },
    { name: "a reading", changes: { lastReading }, expected: 3000 },
    {
      name: "the Stop wins over a reading",
      changes: { lastReading, stop: ended(9) },
      expected: 8000,
    },
    {
      name: "a register that starts at 0",
      changes: { meterStartWh: 0, stop: ended(9) },
      expected: 9000,
    },
    { name: "a Stop below the start", changes: { stop: ended(9, -1) }, expected: 0 },
  ];
  for (const { name, changes, expected } of cases) {
    assertEquals(energyWh(transactionRecord(changes)), expected, name);
  }
});

Deno.test("flagged() adds a flag once and leaves the record alone where it has it", () => {
  const once = flagged(transactionRecord(), "stop-below-start");
  assertEquals(once.flags, ["stop-below-start"]);
  assertStrictEquals(flagged(once, "stop-below-start"), once);
  assertEquals(flagged(once, "register-went-back").flags, [
    "stop-below-start",
    "register-went-back",
  ]);
});

Deno.test("nextTransactionNumber() counts on, and keeps up with the seconds since 2024", () => {
  const cases = [
    { name: "a fresh site", last: 0, nowMs: EPOCH_MS + 5_000_900, expected: 5_000 },
    { name: "two in one second", last: 5_000, nowMs: EPOCH_MS + 5_000_950, expected: 5_001 },
    { name: "ahead of the clock", last: 9_000, nowMs: EPOCH_MS + 5_000_000, expected: 9_001 },
    { name: "a clock in 1970", last: 0, nowMs: 0, expected: 1 },
    { name: "a clock in 1970 later on", last: 7, nowMs: 0, expected: 8 },
    { name: "a clock in the year 2500", last: 7, nowMs: Date.UTC(2500, 0), expected: 8 },
  ];
  for (const { name, last, nowMs, expected } of cases) {
    assertEquals(nextTransactionNumber(last, nowMs), expected, name);
  }
});

Deno.test("nextTransactionNumber() grows and fits 31 bits, whatever the clock does", () => {
  const clocks = fc.array(fc.integer({ min: 0, max: 8.64e15 }), { minLength: 1, maxLength: 50 });
  fc.assert(fc.property(clocks, (walls) => {
    let last = 0;
    for (const wallMs of walls) {
      const next = nextTransactionNumber(last, wallMs);
      assert(Number.isInteger(next) && next > last && next <= INT32_MAX, `${next} after ${last}`);
      last = next;
    }
  }));
});
