import { type Clock, every } from "../lib/clock.ts";

/** Watches how late the program is for what is due. */
export interface LoopLag {
  /** The longest lateness within the last minute, in milliseconds. */
  longestMs(): number;
  stop(): void;
}

const LOOK_MS = 1_000;
/** So that whoever asks once a minute misses nothing. */
const LOOKS_KEPT = 60;

/** Looks once a second, and remembers a minute. */
export function watchLoopLag(clock: Clock): LoopLag {
  let lags: readonly number[] = [];
  let dueMs = clock.monoMs() + LOOK_MS;
  const stop = every(clock, LOOK_MS, () => {
    const nowMs = clock.monoMs();
    lags = [...lags, Math.max(0, nowMs - dueMs)].slice(-LOOKS_KEPT);
    dueMs = nowMs + LOOK_MS;
  });
  return {
    // One that is overdue right now counts as well.
    longestMs: () => Math.max(0, clock.monoMs() - dueMs, ...lags),
    stop,
  };
}
