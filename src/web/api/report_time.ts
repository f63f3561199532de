import type { z } from "zod";
import { type ReportTime, reportTime, todayOf } from "../report_query.ts";
import type { WebParts } from "../web_parts.ts";
import type { QUERIES } from "./queries.ts";

/** What an address says of a time. */
export type AskedTime = z.output<typeof QUERIES.recordTime>;

/** The time that was asked for; a text says what is wrong with it. */
export function askedTime(
  { ports: { reports, views, clock } }: Pick<WebParts, "ports">,
  { period, date, from, to }: AskedTime,
): ReportTime | string {
  if (from === undefined && to !== undefined) {
    return "A time that has an end needs its beginning: from.";
  }
  const { timezone } = views.site();
  const today = todayOf(clock.wallMs(), timezone);
  const time = reportTime(reports, from === undefined ? period : "any", {
    date: dayOf(from, timezone) ?? date,
    lastDate: dayOf(to, timezone) ?? today,
    today,
  });
  const fromMs = momentOf(from) ?? time.fromMs;
  const toMs = momentOf(to) ?? time.toMs;
  return fromMs >= toMs ? "The time begins after it ends." : { ...time, fromMs, toMs };
}

function momentOf(text: string | undefined): number | undefined {
  return text === undefined || text.length === 10 ? undefined : Date.parse(text);
}

function dayOf(text: string | undefined, timezone: string): string | undefined {
  const ms = momentOf(text);
  return ms === undefined ? text : todayOf(ms, timezone);
}
