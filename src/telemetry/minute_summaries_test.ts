import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { onEachLine } from "../site/mod.ts";
import { createMinuteSummaries, loadReadings, sampleReadings } from "./minute_summaries.ts";

Deno.test("a minute is told when it is over, with the least, the mean and the most of it", () => {
  const summaries = createMinuteSummaries();
  for (const [atMs, powerW] of [[60_000, 10], [90_000, 40], [119_999, 40]] as const) {
    summaries.add("meter grid", { powerW }, atMs);
  }
  assertEquals(summaries.take(119_999), []);
  const about = { minuteMs: 60_000, subject: "meter grid", quantity: "powerW" };
  assertEquals(summaries.take(120_000), [{ ...about, min: 10, mean: 30, max: 40, count: 3 }]);
  assertEquals(summaries.take(180_000), []);
});

Deno.test("at the end the minute that goes on is told too, and a clock that is set back mixes nothing", () => {
  const summaries = createMinuteSummaries();
  summaries.add("meter grid", { powerW: 1 }, 600_000);
  summaries.add("meter grid", { powerW: 2 }, 60_000);
  const minutes = summaries.take(60_001, true).map(({ minuteMs, mean }) => [minuteMs, mean]);
  assertEquals(minutes, [[600_000, 1], [60_000, 2]]);
});

Deno.test("what is no number is left out", () => {
  const summaries = createMinuteSummaries();
  summaries.add("meter grid", { a: NaN, b: Infinity, c: 0 }, 0);
  assertEquals(summaries.take(0, true).map(({ quantity }) => quantity), ["c"]);
});

Deno.test("a minute's summary is of all its readings", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 1 }),
    (values) => {
      const summaries = createMinuteSummaries();
      for (const powerW of values) summaries.add("meter grid", { powerW }, 5);
      const [summary] = summaries.take(60_000);
      assertEquals(
        [summary?.min, summary?.max, summary?.count],
        [Math.min(...values), Math.max(...values), values.length],
      );
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      assertAlmostEquals(summary?.mean ?? NaN, mean, 1e-6);
    },
  ));
});

Deno.test("readings have a name for each quantity and line; what nobody measures is absent", () => {
  const sample = { meterId: "grid", atMonoMs: 0, atWallMs: 0 };
  assertEquals(sampleReadings({ ...sample, totalPowerW: 5, voltagesV: onEachLine(230) }), {
    "voltageV.L1": 230,
    "voltageV.L2": 230,
    "voltageV.L3": 230,
    powerW: 5,
  });
  const load = {
    circuitId: "grid",
    limitAmps: 100,
    measuredAmps: { L1: 7, L2: null, L3: 0 },
    otherLoadAmps: onEachLine(0),
    reservedAmps: onEachLine(16),
    headroomAmps: onEachLine(0),
    meter: "good",
  } as const;
  assertEquals(loadReadings(load), {
    "measuredAmps.L1": 7,
    "measuredAmps.L3": 0,
    "reservedAmps.L1": 16,
    "reservedAmps.L2": 16,
    "reservedAmps.L3": 16,
    limitAmps: 100,
  });
});
