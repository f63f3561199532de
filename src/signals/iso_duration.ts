/** As OpenADR 3 writes them, a sign and parts of seconds included. */
const DURATION =
  /^-?P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const YEAR_MS = 365 * 86_400_000;
/** "P9999Y" is how OpenADR says "for ever" (3.1.1 user guide, intervalPeriod.duration). */
const FOR_EVER_YEARS = 1_000;

/**
 * A duration of ISO 8601 in milliseconds, without its sign; Infinity for a thousand years and more; null
 * where it is none. A year counts 365 days and a month 30: who means a moment does not say it that way.
 */
export function durationMs(text: string): number | null {
  const parts = DURATION.exec(text);
  if (parts === null) return null;
  const [, years, months, days, dayOrWeek, hours, minutes, seconds] = parts;
  if (Number(years ?? 0) >= FOR_EVER_YEARS) return Infinity;
  const inDays = Number(days ?? 0) * (dayOrWeek === "W" ? 7 : 1) + Number(months ?? 0) * 30;
  const ms = Number(years ?? 0) * YEAR_MS + inDays * 86_400_000 +
    Number(hours ?? 0) * 3_600_000 + Number(minutes ?? 0) * 60_000 + Number(seconds ?? 0) * 1_000;
  return ms >= FOR_EVER_YEARS * YEAR_MS ? Infinity : ms;
}
