import type { Clock } from "../lib/clock.ts";
import type { MessageCheck } from "../ocpp/mod.ts";

/** Reads timestamps that name no zone as a charger's local time, where its zone is known. */
export function withZone(
  check: MessageCheck,
  clock: Pick<Clock, "wallMs">,
  timezone: () => string | undefined,
): MessageCheck {
  return {
    strict: (direction, action, payload) => check.strict(direction, action, payload),
    fitted: (direction, action, payload) => check.fitted(direction, action, payload),
    relaxed(direction, action, payload) {
      const zone = timezone();
      if (zone === undefined) return check.relaxed(direction, action, payload);
      const zoneOffsetMinutes = offsetMinutes(zone, clock.wallMs());
      return check.relaxed(direction, action, payload, { zoneOffsetMinutes });
    },
  };
}

/** Minutes by which clocks in a zone (an IANA name) are ahead of UTC at a moment. */
export function offsetMinutes(timezone: string, atMs: number): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(timezone);
  return Math.round(offsetNanoseconds / 60_000_000_000);
}
