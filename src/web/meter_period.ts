import { z } from "zod";
import type { MeterPeriodStep } from "./views.ts";

/** How long a time the page of a meter shows at once. */
export const METER_SPANS = ["now", "day", "week", "month", "year"] as const;

/** One of `METER_SPANS`. */
export type MeterSpan = typeof METER_SPANS[number];

/** What its chart shows. */
export const METER_SHOWS = ["current", "power", "energy"] as const;

/** One of `METER_SHOWS`. */
export type MeterShow = typeof METER_SHOWS[number];

/** What was asked for in the address of the page; anything else counts as not asked. */
export const MeterQuerySchema = z.object({
  period: z.enum(METER_SPANS).optional().catch(undefined),
  date: z.iso.date().optional().catch(undefined),
  show: z.enum(METER_SHOWS).optional().catch(undefined),
});

/** What was asked for. */
export type MeterQuery = z.output<typeof MeterQuerySchema>;

/** The time that a page shows. */
export interface ShownTime {
  readonly span: MeterSpan;
  /** In the site's zone. */
  readonly date: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** The dates of the times before and after; null for one that has not come. */
  readonly before: string;
  readonly after: string | null;
}

/** The time of a kind that a date lies in: its day, its week from Monday, its month or year. */
export function shownTime(
  span: MeterSpan,
  date: string | undefined,
  timezone: string,
  nowMs: number,
): ShownTime {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timezone)
    .toPlainDate();
  const wanted = date === undefined ? today : Temporal.PlainDate.from(date);
  const within = Temporal.PlainDate.compare(wanted, today) > 0 ? today : wanted;
  const startDate = startOf(span, within);
  const start = startDate.toZonedDateTime(timezone);
  const length = span === "now" ? { days: 1 } : { [`${span}s`]: 1 };
  const endDate = startDate.add(length);
  const isLast = Temporal.PlainDate.compare(endDate, today) > 0;
  return {
    span,
    date: startDate.toString(),
    fromMs: start.epochMilliseconds,
    toMs: endDate.toZonedDateTime(timezone).epochMilliseconds,
    before: startDate.subtract(length).toString(),
    after: isLast ? null : endDate.toString(),
  };
}

function startOf(span: MeterSpan, date: Temporal.PlainDate): Temporal.PlainDate {
  switch (span) {
    case "week":
      return date.subtract({ days: date.dayOfWeek - 1 });
    case "month":
      return date.with({ day: 1 });
    case "year":
      return date.with({ month: 1, day: 1 });
    default:
      return date;
  }
}

/** By which steps the table tells a time. */
export const TABLE_STEPS: Readonly<Record<MeterSpan, MeterPeriodStep>> = {
  now: "quarter",
  day: "hour",
  week: "day",
  month: "day",
  year: "month",
};

/** By which steps the chart shows a time: the next one where the first is not kept any more. */
export function chartSteps(
  span: MeterSpan,
  show: MeterShow,
): readonly ("reading" | "minute" | MeterPeriodStep)[] {
  if (span === "now") return ["reading"];
  if (show === "energy") return span === "day" || span === "week" ? ["hour"] : ["day"];
  if (span === "day") return ["minute", "quarter"];
  return span === "year" ? ["day"] : ["quarter"];
}
