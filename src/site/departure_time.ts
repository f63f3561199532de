/** A time of day, 00:00 to 23:59. */
export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

/**
 * The first moment after `afterMs` at which clocks in a time zone show a time of day, Unix
 * milliseconds. A time that a change of clocks leaves out is an hour later on that day.
 *
 * @param timeOfDay as "17:30"
 * @param timezone an IANA name
 */
export function nextTimeOfDay(afterMs: number, timeOfDay: string, timezone: string): number {
  const after = Temporal.Instant.fromEpochMilliseconds(afterMs).toZonedDateTimeISO(timezone);
  const plainTime = Temporal.PlainTime.from(timeOfDay);
  for (const days of [0, 1]) {
    const at = after.toPlainDate().add({ days }).toZonedDateTime({ timeZone: timezone, plainTime });
    if (at.epochMilliseconds > afterMs) return at.epochMilliseconds;
  }
  // Only where a zone has skipped a whole day (Samoa, 2011).
  return after.add({ days: 2 }).with({ hour: plainTime.hour, minute: plainTime.minute })
    .epochMilliseconds;
}
