import type { Clock } from "./clock.ts";
import { nextTurn } from "./turn_io.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that stands still until it is told to move: a week passes in as long as its events take. */
export interface VirtualClock extends Clock {
  /** Runs every timer that is due within the next `ms`, in order, settling promises in between. */
  advance(ms: number): Promise<void>;
  /** Runs the next timer, however far away. False when there is none. */
  step(): Promise<boolean>;
  /** Lets every promise that needs no timer run to its end. */
  settle(): Promise<void>;
  /** Sets the wall clock, as NTP or a person would; waiting is not affected. */
  setWall(wallMs: number): void;
  /** How many timers wait. Zero at the end of a test means that nothing leaked. */
  pending(): number;
}

/** Creates a virtual clock. */
export function createVirtualClock(startWallMs = Date.UTC(2026, 0, 5, 6, 0, 0)): VirtualClock {
  const timers: Timer[] = [];
  let nowMs = 0;
  let wallOffsetMs = startWallMs;

  function after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: nowMs + Math.max(0, delayMs), run };
    push(timers, timer);
    return () => {
      const at = timers.indexOf(timer);
      if (at >= 0) timers.splice(at, 1);
    };
  }

  async function step(limitMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    await nextTurn();
    const timer = timers[0];
    if (timer === undefined || timer.atMs > limitMs) return false;
    timers.shift();
    nowMs = timer.atMs;
    timer.run();
    await nextTurn();
    return true;
  }

  return {
    wallMs: () => Math.floor(nowMs + wallOffsetMs),
    monoMs: () => nowMs,
    after,
    step: () => step(),
    settle: nextTurn,
    async advance(ms) {
      const until = nowMs + Math.max(0, ms);
      while (await step(until)) { /* each step runs one timer */ }
      nowMs = until;
    },
    setWall(wallMs) {
      wallOffsetMs = wallMs - nowMs;
    },
    pending: () => timers.length,
  };
}

/** Keeps the list sorted by time, then by order of creation. */
function push(timers: Timer[], timer: Timer): void {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = timers[middle];
    if (other !== undefined && other.atMs <= timer.atMs) low = middle + 1;
    else high = middle;
  }
  timers.splice(low, 0, timer);
}
