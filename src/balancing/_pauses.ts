import type { BalancerTiming } from "./facts.ts";

/**
 * How often a session was paused for want of room. Each pause works contactors, and an EV gives up
 * after a few stop-starts, so there are few of them (load management 5.4): at most 4 an hour, and from
 * 10 in a session on as rarely as the 45 minutes allow that nobody has to wait longer.
 */
export interface Pauses {
  readonly count: number;
  /** The last ones, oldest first. */
  readonly atMs: readonly number[];
  /** It is paused now. */
  readonly isOn: boolean;
}

/** A session that was never paused. */
export const NO_PAUSES: Pauses = { count: 0, atMs: [], isOn: false };

const HOUR_MS = 3_600_000;
const PAUSES_AN_HOUR = 4;
const PAUSES_A_SESSION = 10;
/** Half of them used up. */
const PAUSES_MANY = 6;
const RESTS_AFTER_MANY_MS = 20 * 60_000;
const RESTS_AFTER_ALL_MS = 40 * 60_000;

/** Notes a pause that begins. */
export function withPause({ count, atMs }: Pauses, nowMs: number): Pauses {
  return { count: count + 1, atMs: [...atMs, nowMs].slice(-PAUSES_AN_HOUR), isOn: true };
}

/** Until when a paused EV stays paused, room or not; -Infinity for one that is not paused. */
export function restsUntilMs(pauses: Pauses, { rotationOffMs }: BalancerTiming): number {
  const lastMs = pauses.atMs.at(-1);
  if (!pauses.isOn || lastMs === undefined) return -Infinity;
  const [oldestMs = -Infinity] = pauses.atMs;
  const restedMs = lastMs + rotationOffMs;
  // With a fifth one in the hour it would be too often: it comes back when there cannot be any.
  return pauses.atMs.length < PAUSES_AN_HOUR ? restedMs : Math.max(restedMs, oldestMs + HOUR_MS);
}

/** One that was paused often is paused for others only when they have waited for so long. */
export function givesWayAfterMs({ count }: Pauses): number {
  if (count >= PAUSES_A_SESSION) return RESTS_AFTER_ALL_MS;
  return count >= PAUSES_MANY ? RESTS_AFTER_MANY_MS : 0;
}

/** It has been paused as often as may be: others give up more before it is paused again. */
export function isWorn({ count, atMs }: Pauses, nowMs: number): boolean {
  const [oldestMs = -Infinity] = atMs;
  const isFullHour = atMs.length >= PAUSES_AN_HOUR && nowMs - oldestMs < HOUR_MS;
  return count >= PAUSES_A_SESSION || isFullHour;
}
