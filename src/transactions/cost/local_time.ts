import { type Weekday, WEEKDAYS } from "./tariff.ts";

/** A moment as a clock on the wall of the site shows it. */
export interface LocalTime {
  /** Minutes since midnight by the clock on the wall, 0 to 1439. */
  readonly minuteOfDay: number;
  readonly weekday: Weekday;
  /** "2026-03-31" */
  readonly date: string;
}

/** A stretch of time in which no condition about times of day, days and dates changes. */
export interface LocalWindow extends LocalTime {
  readonly fromMs: number;
  /** The first moment at which one may change. */
  readonly untilMs: number;
}

/**
 * The stretch that begins at `atMs`. It ends when the clock shows one of `minutes` (midnight should
 * be one of them), or when it is put forward or back: on that night an hour that is over may come
 * again (2.1 I12.FR.37), and a time of day that is left out begins with the jump.
 */
export function localWindow(
  timezone: string,
  atMs: number,
  minutes: readonly number[],
): LocalWindow {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);
  const today = at.toPlainDate();
  const shown = [today, today.add({ days: 1 })].flatMap((date) =>
    minutes.flatMap((minute) => shownAt(date, minute, timezone))
  );
  const jump = at.getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  return {
    minuteOfDay: at.hour * 60 + at.minute,
    weekday: WEEKDAYS[at.dayOfWeek - 1] ?? "Monday",
    date: today.toString(),
    fromMs: atMs,
    untilMs: Math.min(jump, ...shown.filter((ms) => ms > atMs)),
  };
}

/** When the clock shows a time on a day: twice in the night in which it is put back. */
function shownAt(date: Temporal.PlainDate, minute: number, timezone: string): number[] {
  const time = date.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
  return (["earlier", "later"] as const).map((disambiguation) =>
    time.toZonedDateTime(timezone, { disambiguation }).epochMilliseconds
  );
}
