/** Limits sent to one EVSE, counted by the hour of our monotonic clock: flash wears with each. */
export interface Writes {
  /** The hour of the last count. */
  readonly hour: number;
  /** The last hours, newest last; at most 24. */
  readonly counts: readonly number[];
}

/** Nothing was sent yet. */
export const NO_WRITES: Writes = { hour: 0, counts: [] };

const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;

/** Counts one that goes out now. */
export function withWrite(writes: Writes, nowMs: number): Writes {
  const hour = Math.floor(nowMs / HOUR_MS);
  const counts = upTo(writes, hour);
  return { hour, counts: [...counts.slice(0, -1), (counts.at(-1) ?? 0) + 1] };
}

/** How many went out in the last 24 hours, the current one included. */
export function writesPerDay(writes: Writes, nowMs: number): number {
  return upTo(writes, Math.floor(nowMs / HOUR_MS)).reduce((sum, count) => sum + count, 0);
}

function upTo({ hour, counts }: Writes, now: number): readonly number[] {
  if (counts.length === 0) return [0];
  const passed = Math.min(Math.max(0, now - hour), HOURS_A_DAY);
  return [...counts, ...Array<number>(passed).fill(0)].slice(-HOURS_A_DAY);
}
