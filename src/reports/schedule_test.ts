import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { assume } from "../lib/assert.ts";
import { doneRun, dueTime, failedRun, firstRun, type ReportSchedule } from "./schedule.ts";

const IST = "Asia/Kolkata";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function schedule(facts: Partial<ReportSchedule> = {}): ReportSchedule {
  return {
    id: "daily",
    report: "energy",
    every: "day",
    atMinute: 6 * 60,
    format: "csv",
    to: { kind: "folder", path: "/reports" },
    ...facts,
  };
}

const iso = (ms: number | undefined) => ms === undefined ? null : new Date(ms).toISOString();

Deno.test("a day's report is due at its time on the day after, and not before", () => {
  const daily = schedule();
  const noon = Date.UTC(2026, 0, 5, 6, 30);
  const run = firstRun(daily, noon, IST);
  assertEquals(dueTime(daily, run, noon, IST), null);
  const six = Date.UTC(2026, 0, 6, 0, 30);
  assertEquals(dueTime(daily, run, six - 1, IST), null);
  const due = dueTime(daily, run, six, IST);
  assertEquals([iso(due?.fromMs), iso(due?.toMs)], [
    "2026-01-04T18:30:00.000Z",
    "2026-01-05T18:30:00.000Z",
  ]);
  assume(due !== null, "it is due");
  assertEquals(dueTime(daily, doneRun(run, due, six), six + HOUR_MS, IST), null, "not twice");
});

Deno.test("weeks begin on Monday, months on their first, and each is sent when it is over", () => {
  const wednesday = Date.UTC(2026, 0, 7, 6);
  const weekly = schedule({ every: "week" });
  const week = dueTime(weekly, firstRun(weekly, wednesday, IST), Date.UTC(2026, 0, 12, 1), IST);
  assertEquals(iso(week?.fromMs), "2026-01-04T18:30:00.000Z");
  const monthly = schedule({ every: "month" });
  const run = firstRun(monthly, wednesday, IST);
  assertEquals(dueTime(monthly, run, Date.UTC(2026, 0, 31, 23), IST), null);
  assertEquals(
    iso(dueTime(monthly, run, Date.UTC(2026, 1, 1, 1), IST)?.toMs),
    "2026-01-31T18:30:00.000Z",
  );
});

Deno.test("a failure is tried again, each time later, and no later than every six hours", () => {
  const daily = schedule();
  const start = Date.UTC(2026, 0, 6, 0, 30);
  let run = firstRun(daily, start - DAY_MS, IST);
  let now = start;
  const waits: number[] = [];
  for (let times = 0; times < 10; times++) {
    run = failedRun(run, now, "no network");
    const triedMs = now;
    while (dueTime(daily, run, now, IST) === null) now += 60_000;
    waits.push((now - triedMs) / 60_000);
  }
  assertEquals(waits, [5, 10, 20, 40, 80, 160, 320, 360, 360, 360]);
});

Deno.test("every time is sent once and in order, whenever the gateway was off; of years the newest", () => {
  const every = fc.constantFrom<ReportSchedule["every"]>("day", "week", "month");
  const zone = fc.constantFrom(IST, "Europe/Berlin", "America/St_Johns", "UTC");
  fc.assert(fc.property(
    every,
    zone,
    fc.integer({ min: 0, max: 1_439 }),
    fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
    (each, timezone, atMinute, awayHours) => {
      const own = schedule({ every: each, atMinute });
      let now = Date.UTC(2026, 2, 20);
      let run = firstRun(own, now, timezone);
      let lastToMs = run.doneToMs;
      for (const hours of awayHours) {
        now += hours * HOUR_MS;
        for (;;) {
          const due = dueTime(own, run, now, timezone);
          if (due === null) break;
          assert(due.fromMs >= lastToMs && due.toMs <= now);
          if (hours < 300) assertEquals(due.fromMs, lastToMs, "none is left out");
          lastToMs = due.toMs;
          run = doneRun(run, due, now);
        }
      }
    },
  ));
  const daily = schedule();
  const long = dueTime(daily, firstRun(daily, 0, IST), Date.UTC(2026, 0, 20, 1), IST);
  assertEquals(iso(long?.fromMs), "2026-01-05T18:30:00.000Z", "a fortnight is made up for");
});
