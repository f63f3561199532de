import type { MeterHealth } from "../site/mod.ts";

/** How many failures in a row a good meter is forgiven: a lost packet is no alarm. */
export const FORGIVEN_FAILURES = 2;

/** A meter's health and what leads to the next one. */
export interface HealthState {
  readonly health: MeterHealth;
  /** Failures since the last good reading. */
  readonly failuresInRow: number;
}

/** The start: neither good nor bad yet. */
export const UNKNOWN_HEALTH: HealthState = { health: { kind: "waiting" }, failuresInRow: 0 };

/** What bears on a meter's health. */
export type HealthEvent =
  | { readonly kind: "reading" }
  | {
    readonly kind: "failure";
    /** For a person at the cabinet: what is wrong, and where. */
    readonly reason: string;
    /** Nothing to wait for: a silence that has lasted long enough already. */
    readonly certain?: boolean;
  };

/**
 * The next health. A meter that was good fails at its third failure in a row; one that has never
 * been good, or fails already, shows each reason at once, because somebody may be looking for it.
 */
export function stepHealth(state: HealthState, event: HealthEvent, nowMonoMs: number): HealthState {
  const { health } = state;
  if (event.kind === "reading") {
    const sinceMonoMs = health.kind === "good" ? health.sinceMonoMs : nowMonoMs;
    return { health: { kind: "good", sinceMonoMs }, failuresInRow: 0 };
  }
  const failuresInRow = state.failuresInRow + 1;
  const forgiven = health.kind === "good" && !event.certain && failuresInRow <= FORGIVEN_FAILURES;
  if (forgiven) return { health, failuresInRow };
  const sinceMonoMs = health.kind === "failing" ? health.sinceMonoMs : nowMonoMs;
  return { health: { kind: "failing", sinceMonoMs, reason: event.reason }, failuresInRow };
}

/** True when a person would see a difference. */
export function healthDiffers(left: MeterHealth, right: MeterHealth): boolean {
  if (left.kind === "failing" && right.kind === "failing") return left.reason !== right.reason;
  return left.kind !== right.kind;
}
