import type { FaultCode, SiteFault } from "../site/mod.ts";
import { isInDay } from "../transactions/mod.ts";

/** Who is told of which faults, and when. */
export interface AlertRule {
  /** By which it is known over restarts. */
  readonly id: string;
  readonly to: AlertAddress;
  readonly severity: SiteFault["severity"];
  /** Only these; empty: all. */
  readonly codes: readonly FaultCode[];
  /** Only what is about one of these: chargers with their slots, "slot 3", meters, "site"; empty: all. */
  readonly subjects: readonly string[];
  /** Times of the site's day in which nobody is to be told; null: none. */
  readonly quiet: QuietHours | null;
  /** What is back within this time was never gone; what is over is told after it. */
  readonly foldMs: number;
  /** More messages are not made within an hour. */
  readonly perHour: number;
  readonly language: "en" | "mr" | "hi";
}

/** Where alerts go. */
export type AlertAddress =
  | {
    readonly kind: "webhook";
    readonly url: string;
    /** Signs what is posted; null: nothing does. */
    readonly secret: string | null;
    /** It is on a network of somebody's own, or goes without TLS. */
    readonly isInternal: boolean;
  }
  | { readonly kind: "email"; readonly recipients: readonly string[] }
  | { readonly kind: "mqtt" };

/** "22:00" to "06:00": over midnight where the end is not after the beginning. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
  /** Alarms are told all the same. */
  readonly exceptAlarms: boolean;
}

/** Whether nobody is to be told now, by the clocks of the site. */
export function isQuiet({ quiet }: AlertRule, nowMs: number, timezone: string): boolean {
  if (quiet === null) return false;
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(timezone);
  return isInDay(hour * 60 + minute, quiet.from, quiet.to);
}
