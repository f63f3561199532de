import { assertEquals } from "@std/assert";
import { periodBounds, periodsOf } from "./quarter_periods.ts";
import { QUARTER_MS, type QuarterValue } from "./quarter_value.ts";

const HOUR_MS = 4 * QUARTER_MS;
const at = (text: string) => Date.parse(text);

function quarter(quarterMs: number, facts: Partial<QuarterValue> = {}): QuarterValue {
  return {
    meterId: "main",
    quarterMs,
    coveredMs: QUARTER_MS,
    readings: 900,
    energy: { import: { wh: 100, by: "counter", unreadWh: 0 }, export: null },
    power: { minW: 300, meanW: 400, maxW: 500 },
    maxAmps: null,
    ...facts,
  };
}

const hours = (bounds: readonly number[]) =>
  bounds.slice(1).map((bound, index) => (bound - (bounds[index] ?? 0)) / HOUR_MS);

Deno.test("days are as long as they are on the site's clocks", () => {
  const zone = "Europe/Berlin";
  const spring = periodBounds("day", zone, at("2026-03-28T12:00Z"), at("2026-03-30T00:00Z"));
  assertEquals(hours(spring), [24, 23, 24]);
  assertEquals(new Date(spring[0] ?? 0).toISOString(), "2026-03-27T23:00:00.000Z");
  const autumn = periodBounds("day", zone, at("2026-10-25T00:00Z"), at("2026-10-25T12:00Z"));
  assertEquals(hours(autumn), [25]);
  const india = periodBounds(
    "day",
    "Asia/Kolkata",
    at("2026-11-22T00:00Z"),
    at("2026-11-22T01:00Z"),
  );
  assertEquals(new Date(india[0] ?? 0).toISOString(), "2026-11-21T18:30:00.000Z");
});

Deno.test("hours begin by the site's clocks, months with their first day, whatever their length", () => {
  const [first] = periodBounds(
    "hour",
    "Asia/Kolkata",
    at("2026-11-22T10:00Z"),
    at("2026-11-22T11:00Z"),
  );
  assertEquals(new Date(first ?? 0).toISOString(), "2026-11-22T09:30:00.000Z");
  const zone = "Europe/Berlin";
  const change = periodBounds("hour", zone, at("2026-10-24T23:30Z"), at("2026-10-25T03:00Z"));
  assertEquals(hours(change), [1, 1, 1, 1]);
  const months = periodBounds("month", zone, at("2026-02-10T00:00Z"), at("2026-04-02T00:00Z"));
  assertEquals(hours(months).map((length) => length / 24), [28, 31 - 1 / 24, 30]);
  assertEquals(
    periodBounds("quarter", zone, at("2026-01-01T00:07Z"), at("2026-01-01T00:31Z")).length,
    4,
  );
  assertEquals(periodBounds("hour", zone, 1_000, 1_000).length, 2);
});

Deno.test("a period sums up its quarters, and one without any says so", () => {
  const start = at("2026-11-22T00:00Z");
  const values = [
    quarter(start, { maxAmps: { L1: 1, L2: 9, L3: 3 } }),
    quarter(start + QUARTER_MS, {
      power: { minW: -50, meanW: 1_000, maxW: 2_000 },
      energy: {
        import: { wh: 200, by: "power", unreadWh: 7 },
        export: { wh: 1, by: "counter", unreadWh: 0 },
      },
      maxAmps: { L1: 4, L2: 5, L3: 6 },
    }),
  ];
  const bounds = [start, start + 2 * QUARTER_MS, start + 3 * QUARTER_MS];
  assertEquals(periodsOf(values, bounds, start + HOUR_MS), [
    {
      fromMs: start,
      toMs: start + 2 * QUARTER_MS,
      coveredMs: 2 * QUARTER_MS,
      quality: "whole",
      energy: {
        import: { wh: 300, by: "power", unreadWh: 7 },
        export: { wh: 1, by: "counter", unreadWh: 0 },
      },
      power: { minW: -50, meanW: 700, maxW: 2_000 },
      maxAmps: { L1: 4, L2: 9, L3: 6 },
    },
    {
      fromMs: start + 2 * QUARTER_MS,
      toMs: start + 3 * QUARTER_MS,
      coveredMs: 0,
      quality: "none",
      energy: { import: null, export: null },
      power: null,
      maxAmps: null,
    },
  ]);
});

Deno.test("a period is whole, part of it, running, or overlapping", () => {
  const start = at("2026-11-22T00:00Z");
  const bounds = [start, start + HOUR_MS];
  const later = start + 2 * HOUR_MS;
  const four = [0, 1, 2, 3].map((index) => quarter(start + index * QUARTER_MS));
  const qualityOf = (quarters: readonly QuarterValue[], nowMs: number) =>
    periodsOf(quarters, bounds, nowMs)[0]?.quality;
  assertEquals(qualityOf(four, later), "whole");
  assertEquals(qualityOf(four.slice(1), later), "part");
  assertEquals(qualityOf(four, start + HOUR_MS - 1), "running");
  const doubled = quarter(start, { coveredMs: 2 * QUARTER_MS });
  assertEquals(qualityOf([doubled, ...four.slice(1)], later), "overlapping");
});
