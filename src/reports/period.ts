/** A time that is reported about, in the site's zone. */
export interface ReportPeriod {
  readonly fromMs: number;
  /** Before this moment. */
  readonly toMs: number;
  /** IANA. */
  readonly timezone: string;
}

/** Periods that have a name. */
export const PERIOD_NAMES = ["today", "day", "week", "month", "quarter", "year"] as const;

/** One of `PERIOD_NAMES`. */
export type PeriodName = typeof PERIOD_NAMES[number];

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The day, week (from Monday), month, quarter or year that a date lies in. */
export function periodOn(
  name: PeriodName,
  date: Temporal.PlainDate,
  timezone: string,
): ReportPeriod & { readonly before: string; readonly after: string } {
  const start = startOf(name, date);
  const length = lengthOf(name);
  const end = start.add(length);
  return {
    fromMs: start.toZonedDateTime(timezone).epochMilliseconds,
    toMs: end.toZonedDateTime(timezone).epochMilliseconds,
    timezone,
    before: start.subtract(length).toString(),
    after: end.toString(),
  };
}

function startOf(name: PeriodName, date: Temporal.PlainDate): Temporal.PlainDate {
  switch (name) {
    case "today":
    case "day":
      return date;
    case "week":
      return date.subtract({ days: date.dayOfWeek - 1 });
    default: {
      const months = MONTHS[name];
      return date.with({ day: 1, month: Math.floor((date.month - 1) / months) * months + 1 });
    }
  }
}

function lengthOf(name: PeriodName): { readonly days: number } | { readonly months: number } {
  if (name === "today" || name === "day") return { days: 1 };
  return name === "week" ? { days: 7 } : { months: MONTHS[name] };
}

/** The date of a moment in a zone. */
export function dateOf(ms: number, timezone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone).toPlainDate();
}

/** Which day of a zone moments lie in, for moments that come about in order of time. */
export function createDays(timezone: string) {
  let current: Day | null = null;
  return (ms: number): Day => {
    if (current === null || ms < current.fromMs || ms >= current.toMs) {
      const date = dateOf(ms, timezone);
      const { fromMs, toMs } = periodOn("day", date, timezone);
      current = { date: date.toString(), weekday: date.dayOfWeek, fromMs, toMs };
    }
    return current;
  };
}

/** A day of a zone: 23 or 25 hours where clocks change. */
export interface Day {
  /** "2026-03-31" */
  readonly date: string;
  /** 1: Monday. */
  readonly weekday: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** An hour of a zone's week. */
export interface WeekHour {
  /** 1: Monday. */
  readonly weekday: number;
  /** 0 to 23, by the clocks of the zone. */
  readonly hour: number;
  readonly toMs: number;
}

const QUARTER_MS = 900_000;

/** Which hour of the week moments lie in; zones are off by quarters of an hour. */
export function createWeekHours(timezone: string) {
  let current: (WeekHour & { readonly fromMs: number }) | null = null;
  return (ms: number): WeekHour => {
    if (current !== null && ms >= current.fromMs && ms < current.toMs) return current;
    const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone);
    const fromMs = Math.floor(ms / QUARTER_MS) * QUARTER_MS;
    // To the end of the hour, but not over a change of the clock, which comes at a quarter.
    const next = time.round({ smallestUnit: "hour", roundingMode: "floor" }).add({ hours: 1 });
    const isPlain = next.offsetNanoseconds === time.offsetNanoseconds;
    const toMs = isPlain ? next.epochMilliseconds : fromMs + QUARTER_MS;
    current = { weekday: time.dayOfWeek, hour: time.hour, fromMs, toMs };
    return current;
  };
}

/** A time cut where the hours of the week change. */
export function* byWeekHour(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  hours: (ms: number) => WeekHour,
): Generator<WeekHour & { readonly lastsMs: number }> {
  for (let at = fromMs; at < toMs;) {
    const hour = hours(at);
    const end = Math.min(toMs, hour.toMs);
    yield { ...hour, lastsMs: end - at };
    at = end;
  }
}

/** 1: Monday. */
export const WEEKDAY_NAMES = [
  "",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

/**
 * Parts of a time that are summed up at once: short enough that nobody waits for one, and none in which
 * the clocks of the zone change.
 */
export function* partsOf(
  { fromMs, toMs, timezone }: ReportPeriod,
  partMs: number = PART_MS,
): Generator<{ readonly fromMs: number; readonly toMs: number; readonly offsetMs: number }> {
  for (let at = fromMs; at < toMs;) {
    const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
    const changeMs = time.getTimeZoneTransition("next")?.epochMilliseconds ?? Infinity;
    const end = Math.min(toMs, at + partMs, changeMs);
    yield { fromMs: at, toMs: end, offsetMs: time.offsetNanoseconds / 1_000_000 };
    at = end;
  }
}

const PART_MS = 2 * 24 * 3_600_000;
