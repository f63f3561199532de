import { assertEquals } from "@std/assert";
import { chartSteps, MeterQuerySchema, type MeterSpan, shownTime } from "./meter_period.ts";

const NOW_MS = Date.parse("2026-11-22T20:00:00Z");
const shown = (span: MeterSpan, date?: string, zone = "Asia/Kolkata") => {
  const { fromMs, toMs, ...rest } = shownTime(span, date, zone, NOW_MS);
  return { ...rest, hours: (toMs - fromMs) / 3_600_000, from: new Date(fromMs).toISOString() };
};

Deno.test("a day is one of the site, the newest has none after it", () => {
  // In Pune it is the 23rd already, a Monday.
  assertEquals(shown("day"), {
    span: "day",
    date: "2026-11-23",
    before: "2026-11-22",
    after: null,
    hours: 24,
    from: "2026-11-22T18:30:00.000Z",
  });
  assertEquals(shown("day", "2026-11-22").after, "2026-11-23");
  assertEquals(shown("day", "2026-10-25", "Europe/Berlin").hours, 25);
});

Deno.test("weeks begin on Monday, months and years with their first day", () => {
  const week = shown("week", "2026-11-22");
  assertEquals([week.date, week.before, week.after], ["2026-11-16", "2026-11-09", "2026-11-23"]);
  const month = shown("month", "2026-03-31");
  assertEquals([month.date, month.before, month.after, month.hours / 24], [
    "2026-03-01",
    "2026-02-01",
    "2026-04-01",
    31,
  ]);
  const year = shown("year");
  assertEquals([year.date, year.before, year.after], ["2026-01-01", "2025-01-01", null]);
});

Deno.test("a date that has not come is today", () => {
  assertEquals(shown("month", "2031-05-05").date, "2026-11-01");
  assertEquals(shown("now", "2031-05-05").date, "2026-11-23");
});

Deno.test("what an address says wrong counts as not said", () => {
  const read = (query: object) => MeterQuerySchema.parse(query);
  assertEquals(read({ period: "century", date: "2026-02-31", show: "<b>" }), {
    period: undefined,
    date: undefined,
    show: undefined,
  });
  assertEquals(read({ period: "week", date: "2026-02-28", show: "energy" }), {
    period: "week",
    date: "2026-02-28",
    show: "energy",
  });
});

Deno.test("a chart has some hundreds of points, three thousand at most", () => {
  assertEquals(chartSteps("now", "current"), ["reading"]);
  assertEquals(chartSteps("day", "power"), ["minute", "quarter"]);
  assertEquals(chartSteps("month", "current"), ["quarter"]);
  assertEquals(chartSteps("year", "energy"), ["day"]);
  assertEquals(chartSteps("week", "energy"), ["hour"]);
});
