/** What a message's age allows. */
export type Freshness =
  | {
    readonly kind: "fresh";
    /** When the value was measured, by our monotonic clock. */
    readonly atMonoMs: number;
  }
  /** Kept by the broker from an unknown time: says nothing about now. */
  | { readonly kind: "ignored" }
  | { readonly kind: "refused"; readonly reason: string };

/** When a message came, and what it says about its time. */
export interface MessageTimes {
  /** The broker had kept it from before. */
  readonly retained: boolean;
  /** The device's own time, Unix milliseconds; null when it gives none. */
  readonly deviceWallMs: number | null;
  readonly nowMonoMs: number;
  readonly nowWallMs: number;
}

/**
 * Tells how old a message is. Without a time of its own, a live message is as old as its arrival and
 * a retained one may be of any age. A time of its own counts if it is at most `maxAgeMs` off: older
 * is a late message, later is a clock that cannot be trusted.
 */
export function freshnessOf(times: MessageTimes, maxAgeMs: number): Freshness {
  const { retained, deviceWallMs, nowMonoMs, nowWallMs } = times;
  if (deviceWallMs === null) {
    return retained ? { kind: "ignored" } : { kind: "fresh", atMonoMs: nowMonoMs };
  }
  const ageMs = nowWallMs - deviceWallMs;
  if (ageMs > maxAgeMs) {
    if (retained) return { kind: "ignored" };
    return { kind: "refused", reason: `a reading ${seconds(ageMs)} old by the device's clock` };
  }
  if (ageMs < -maxAgeMs) {
    const reason = `a reading ${seconds(-ageMs)} in the future by the device's clock`;
    return { kind: "refused", reason };
  }
  return { kind: "fresh", atMonoMs: nowMonoMs - Math.max(0, ageMs) };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
