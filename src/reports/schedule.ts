import type { ReportRun } from "../site/mod.ts";
import type { ReportName } from "./report.ts";
import { dateOf, periodOn, type ReportPeriod } from "./period.ts";

/** A report that is sent by itself, of each day, week or month that is over. */
export interface ReportSchedule {
  /** By which it is known over restarts. */
  readonly id: string;
  readonly report: ReportName;
  readonly every: "day" | "week" | "month";
  /** Minutes after midnight of the site's day, on the first day after the time. */
  readonly atMinute: number;
  readonly format: "csv" | "json" | "pdf";
  readonly to:
    /** Null: "reports" in the data folder. */
    | { readonly kind: "folder"; readonly path: string | null }
    | { readonly kind: "email"; readonly recipients: readonly string[] };
}

/** After so many times that were missed the older ones are let go: nobody reads a hundred mails. */
const MISSED_MAX = 14;
const FIRST_RETRY_MS = 5 * 60_000;
const RETRY_MAX_MS = 6 * 3_600_000;

/** A schedule that was never seen: what is over now is not sent any more. */
export function firstRun(
  schedule: ReportSchedule,
  nowMs: number,
  timezone: string,
): ReportRun {
  const { id, every } = schedule;
  const doneToMs = periodOn(every, dateOf(nowMs, timezone), timezone).fromMs;
  return { id, doneToMs, triedAtMs: null, tries: 0, error: null };
}

/**
 * The time whose report is due, the oldest first; null: none is. What was missed while no gateway ran
 * is due as well. A failure is tried again, each time later.
 */
export function dueTime(
  schedule: ReportSchedule,
  run: ReportRun,
  nowMs: number,
  timezone: string,
): ReportPeriod | null {
  if (run.triedAtMs !== null && run.error !== null) {
    const waitMs = Math.min(RETRY_MAX_MS, FIRST_RETRY_MS * 2 ** Math.max(0, run.tries - 1));
    // A clock that was set back must not stop it for ever.
    const sinceMs = nowMs - run.triedAtMs;
    if (sinceMs >= 0 && sinceMs < waitMs) return null;
  }
  let period = periodOn(schedule.every, dateOf(run.doneToMs, timezone), timezone);
  const missed = missedAfter(schedule, period, nowMs, timezone);
  for (let skipped = missed - MISSED_MAX; skipped > 0; skipped--) {
    period = periodOn(schedule.every, dateOf(period.toMs, timezone), timezone);
  }
  return dueAt(schedule, period) <= nowMs ? period : null;
}

function missedAfter(
  schedule: ReportSchedule,
  first: ReportPeriod,
  nowMs: number,
  timezone: string,
): number {
  let count = 0;
  for (let period = first; dueAt(schedule, period) <= nowMs; count++) {
    period = periodOn(schedule.every, dateOf(period.toMs, timezone), timezone);
  }
  return count;
}

/** When the report of a time is made: at the time of day, as clocks show it on the day after. */
function dueAt({ atMinute }: ReportSchedule, { toMs, timezone }: ReportPeriod): number {
  const time = { hour: Math.floor(atMinute / 60), minute: atMinute % 60 };
  return dateOf(toMs, timezone).toPlainDateTime(time).toZonedDateTime(timezone).epochMilliseconds;
}

/** The run after a time was sent. */
export function doneRun(run: ReportRun, { toMs }: ReportPeriod, nowMs: number): ReportRun {
  return { ...run, doneToMs: toMs, triedAtMs: nowMs, tries: 0, error: null };
}

/** The run after a try that failed. */
export function failedRun(run: ReportRun, nowMs: number, error: string): ReportRun {
  return { ...run, triedAtMs: nowMs, tries: run.tries + 1, error };
}
