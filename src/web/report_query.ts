import { z } from "zod";
import type { ReportName } from "../reports/mod.ts";
import type { WebReports } from "./ports.ts";

/** Periods that a person chooses from. */
export const REPORT_SPANS = ["today", "week", "month", "quarter", "year", "any"] as const;

/** One of `REPORT_SPANS`. */
export type ReportSpan = typeof REPORT_SPANS[number];

/** How a report can be had. */
export const REPORT_FORMATS = ["csv", "json", "pdf"] as const;

/** One of `REPORT_FORMATS`. */
export type ReportFormat = typeof REPORT_FORMATS[number];

/** Longer than any site keeps, and short enough to be walked day by day. */
const DAYS_MAX = 50 * 366;
const DAY_MS = 24 * 3_600_000;

/** The time that a report is about. */
export interface ReportTime {
  readonly span: ReportSpan;
  /** In the site's zone: the first day, and the last. */
  readonly date: string;
  readonly lastDate: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Dates of the times before and after; null where there is none, or it has not come. */
  readonly before: string | null;
  readonly after: string | null;
}

/** A day, as people and programs write it. */
export const DayText = z.iso.date();

/** The name of a report; null for a word that is none. */
export function reportNameOf(text: string, { names }: WebReports): ReportName | null {
  return names.find((name) => name === text) ?? null;
}

/** The time of a kind that a date lies in; `any`: from the first date to the last, both with them. */
export function reportTime(
  reports: WebReports,
  span: ReportSpan,
  { date, lastDate, today }: {
    readonly date: string | undefined;
    readonly lastDate: string | undefined;
    readonly today: string;
  },
): ReportTime {
  const within = date === undefined || date > today ? today : date;
  if (span !== "any") {
    const { fromMs, toMs, before, after } = reports.periodOn(
      span,
      span === "today" ? date ?? today : within,
    );
    return {
      span,
      date: dayAfter(before, span),
      lastDate: Temporal.PlainDate.from(after).subtract({ days: 1 }).toString(),
      fromMs,
      toMs,
      before,
      after: after > today ? null : after,
    };
  }
  const last = lastDate === undefined || lastDate < within ? within : lastDate;
  const [first, end] = [reports.periodOn("day", within), reports.periodOn("day", last)];
  const toMs = Math.min(end.toMs, first.fromMs + DAYS_MAX * DAY_MS);
  return {
    span,
    date: within,
    lastDate: last,
    fromMs: first.fromMs,
    toMs,
    before: null,
    after: null,
  };
}

/** The first day of the period after another one of its kind. */
function dayAfter(before: string, span: Exclude<ReportSpan, "any">): string {
  const start = Temporal.PlainDate.from(before);
  switch (span) {
    case "today":
      return start.add({ days: 1 }).toString();
    case "week":
      return start.add({ days: 7 }).toString();
    case "month":
      return start.add({ months: 1 }).toString();
    case "quarter":
      return start.add({ months: 3 }).toString();
    case "year":
      return start.add({ years: 1 }).toString();
  }
}

/** The date of now where the site is. */
export function todayOf(nowMs: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timezone).toPlainDate()
    .toString();
}
