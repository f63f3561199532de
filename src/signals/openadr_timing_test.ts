import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { eventOf, FIVE_PM, limitOf } from "./_openadr_events.ts";
import { timesOf } from "./openadr_timing.ts";

const HOUR = 3_600_000;
const NOON = FIVE_PM - 5 * HOUR;
const payloads = [limitOf(10)];

function times(changes: Record<string, unknown>, nowMs = FIVE_PM, fraction = 0.5) {
  const view = { nowMs, horizonMs: nowMs + 48 * HOUR, fractionOf: () => fraction };
  const round = (ms: number) => ms === Infinity ? ms : (ms - FIVE_PM) / HOUR;
  return timesOf(eventOf(changes), view).map(({ fromMs, toMs }) => [round(fromMs), round(toMs)]);
}

const intervals = (...periods: readonly (Record<string, unknown> | null)[]) =>
  periods.map((intervalPeriod, id) => ({
    id,
    payloads,
    ...(intervalPeriod !== null && { intervalPeriod }),
  }));
const at = (hour: number) => new Date(FIVE_PM + hour * HOUR).toISOString();
const NOW = "0001-01-01";

/** In hours from five o'clock, when it is looked at; the event was made at noon. */
const CASES: readonly [what: string, event: Record<string, unknown>, times: number[][]][] = [
  ["intervals without times follow each other", { intervals: intervals(null, null, null) }, [
    [0, 1],
    [1, 2],
    [2, 3],
  ]],
  [
    "an interval with a duration of its own moves those after it",
    { intervals: intervals(null, { start: "0001-01-01T00:00:00Z", duration: "PT30M" }, null) },
    [[0, 1], [1, 1.5], [1.5, 2.5]],
  ],
  [
    "intervals may have gaps and overlaps",
    { intervals: intervals({ start: at(-1) }, { start: at(3) }, { start: at(3.5) }) },
    [[-1, 0], [3, 4], [3.5, 4.5]],
  ],
  [
    "now, for ever",
    { intervalPeriod: { start: NOW, duration: "P9999Y" } },
    [[-5, Infinity]],
  ],
  [
    "now, for so long from when it was made",
    { intervalPeriod: { start: "0000-01-01", duration: "PT8H" } },
    [[-5, 3]],
  ],
  ["now of no duration is how it is called off", {
    intervalPeriod: { start: NOW, duration: "PT0S" },
  }, []],
  ["called off as 3.0 writes it", {
    intervalPeriod: { start: "0000-00-00T00:00:00", duration: "PT0S" },
  }, []],
  ["a first interval that is now begins with its event", {
    intervals: intervals({ start: NOW, duration: "PT2H" }),
  }, [[0, 2]]],
  ["without a duration it lasts until the next that begins by itself", {
    intervalPeriod: { start: at(0) },
    intervals: intervals(null, { start: at(4) }),
  }, [[0, 4], [4, Infinity]]],
  ["no duration (3.0's default) is no end", {
    intervalPeriod: { start: at(0), duration: "PT0S" },
  }, [[0, Infinity]]],
  ["what follows an interval without an end never is", {
    intervalPeriod: { start: at(0) },
    intervals: intervals(null, null),
  }, [[0, Infinity]]],
  ["times in the intervals alone", {
    intervalPeriod: undefined,
    intervals: intervals({ start: at(1), duration: "PT1H" }),
  }, [[1, 2]]],
  ["no times at all: now, for ever", { intervalPeriod: undefined }, [[-5, Infinity]]],
  ["no intervals", { intervals: null }, []],
  ["an event that is shorter than its intervals cuts them off", {
    duration: "PT90M",
    intervals: intervals(null, null, null),
  }, [[0, 1], [1, 1.5]]],
  ["an event that is longer repeats them", {
    duration: "PT5H",
    intervals: intervals(null, null),
  }, [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]],
  [
    "half of randomizeStart later, all of it",
    {
      intervalPeriod: { start: at(0), duration: "PT1H", randomizeStart: "PT30M" },
      intervals: intervals(null, null, { start: at(6) }),
    },
    [[0.25, 1.25], [1.25, 2.25], [6.25, 7.25]],
  ],
  [
    "an interval may have chance of its own",
    {
      intervalPeriod: { start: at(0), duration: "PT1H", randomizeStart: "PT30M" },
      intervals: intervals(null, { start: at(6), randomizeStart: "PT1H" }, { start: at(9) }),
    },
    [[0.25, 1.25], [6.5, 7.5], [9.5, 10.5]],
  ],
  ["what is now is not put off", {
    intervalPeriod: { start: NOW, duration: "P9999Y", randomizeStart: "PT30M" },
  }, [[-5, Infinity]]],
];

for (const [what, event, expected] of CASES) {
  Deno.test(`OpenADR times: ${what}`, () => assertEquals(times(event), expected));
}

Deno.test("a day that repeats for ever is looked at from now on, not from when it began", () => {
  const day = { duration: "P9999Y", intervalPeriod: { start: at(-24 * 400), duration: "PT12H" } };
  const found = times({ ...day, intervals: intervals(null, null) });
  assertEquals(found.slice(0, 3), [[0, 12], [12, 24], [24, 36]]);
  assert(found.length <= 6, `${found.length}`);
});

Deno.test("an event that says it was made in the future began now", () => {
  const event = { createdDateTime: at(7), intervalPeriod: { start: NOW, duration: "PT1H" } };
  assertEquals(times(event), [[0, 1]]);
  assertEquals(times({ ...event, createdDateTime: null }, NOON), [[-5, -4]]);
  assertEquals(times({ ...event, createdDateTime: "17:35:55" }), [[0, 1]]);
  assertEquals(times({ ...event, createdDateTime: "2026-11-23 16:30:00" }), [[-0.5, 0.5]]);
});

Deno.test("whatever a VTN says of times comes to bounded intervals that end after they begin", () => {
  const duration = fc.constantFrom("PT0S", "PT1S", "PT1H", "P1D", "P9999Y", "-PT5M", null);
  const period = fc.record({
    start: fc.constantFrom(NOW, at(-48), at(0), at(0.001), at(30), null),
    duration,
    randomizeStart: duration,
  });
  fc.assert(fc.property(
    fc.option(period),
    duration,
    fc.array(fc.option(period), { maxLength: 5 }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    (common, lasts, own, fraction) => {
      const found = timesOf(
        eventOf({ intervalPeriod: common, duration: lasts, intervals: intervals(...own) }),
        { nowMs: FIVE_PM, horizonMs: FIVE_PM + 48 * HOUR, fractionOf: () => fraction },
      );
      assert(found.length <= 12_000, `${found.length}`);
      for (const { fromMs, toMs } of found) {
        assert(Number.isFinite(fromMs) && toMs > fromMs, `${fromMs} ${toMs}`);
      }
    },
  ));
});
