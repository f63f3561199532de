import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EvseMeasurement } from "../site/mod.ts";
import { createMinuteSummaries } from "./minute_summaries.ts";
import {
  createSessionReadings,
  minuteReadings,
  sessionQuantities,
  type SessionReading,
  slotSubject,
} from "./session_readings.ts";

const measured = (more: Partial<EvseMeasurement> = {}): EvseMeasurement => ({
  slot: 3,
  currentsAmps: [15.9, 15.8, 0],
  powerW: 7_300,
  socPercent: 41,
  atMonoMs: 0,
  intervalMs: 10_000,
  ...more,
});
const session = (transactionId: string, offeredAmps: number | null = 16) => ({
  transactionId,
  offeredAmps,
});

Deno.test("a session's readings are told oldest first, and end with the next session at its place", () => {
  const readings = createSessionReadings();
  readings.add(session("a"), measured(), 1_000.7);
  readings.add(session("a", 8), measured({ powerW: 3_600 }), 11_000);
  assertEquals(
    readings.of("a").map(({ atWallMs, offeredAmps, powerW }) => [
      atWallMs,
      offeredAmps,
      powerW,
    ]),
    [[1_000, 16, 7_300], [11_000, 8, 3_600]],
  );
  readings.add(session("b"), measured(), 21_000);
  assertEquals([readings.of("a").length, readings.of("b").length], [0, 1]);
  assertEquals(readings.of("none"), []);
});

Deno.test("two sessions at two places do not mix", () => {
  const readings = createSessionReadings();
  readings.add(session("a"), measured(), 1_000);
  readings.add(session("b"), measured({ slot: 4, powerW: 1 }), 1_000);
  assertEquals(readings.of("a").map(({ powerW }) => powerW), [7_300]);
  assertEquals(readings.of("b").map(({ powerW }) => powerW), [1]);
});

Deno.test("a charger that tells more often than each second fills no memory", () => {
  const readings = createSessionReadings();
  for (let at = 0; at < 1_000_000; at += 250) readings.add(session("a"), measured(), at);
  const kept = readings.of("a");
  assertEquals([kept.length, kept.at(-1)?.atWallMs], [120, 999_000]);
});

Deno.test("readings never go back in time, whatever the clock does", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 40 }), (moments) => {
      const readings = createSessionReadings();
      moments.forEach((at) => readings.add(session("a"), measured(), at));
      const told = readings.of("a").map(({ atWallMs }) => atWallMs);
      assertEquals(told, told.toSorted((a, b) => a - b));
      const [last] = moments.slice(-1);
      if (last !== undefined) assertEquals(Math.abs((told.at(-1) ?? -1) - last) < 1_000, true);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a minute that was summed up comes back as one reading in its middle", () => {
  const summaries = createMinuteSummaries();
  const add = (reading: Partial<SessionReading>, at: number) =>
    summaries.add(
      slotSubject(3),
      sessionQuantities({
        atWallMs: at,
        offeredAmps: null,
        currentsAmps: null,
        powerW: null,
        socPercent: null,
        ...reading,
      }),
      at,
    );
  add({ offeredAmps: 16, currentsAmps: [10, 12, 0], powerW: 4_000 }, 60_000);
  add({ offeredAmps: 8, currentsAmps: [6, 8, 0], powerW: 2_000 }, 110_000);
  add({ offeredAmps: 0 }, 120_000);
  assertEquals(minuteReadings(summaries.take(180_000)), [
    {
      atWallMs: 90_000,
      offeredAmps: 12,
      currentsAmps: [8, 10, 0],
      powerW: 3_000,
      socPercent: null,
    },
    { atWallMs: 150_000, offeredAmps: 0, currentsAmps: null, powerW: null, socPercent: null },
  ]);
});
