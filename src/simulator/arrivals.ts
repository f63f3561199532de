import { type Clock, sleep } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import { between, type Range, wholeBetween } from "./chance.ts";

/** When drivers come. */
export interface Arrivals {
  /** The mean time for which a connector stays free between two drivers. */
  readonly pauseMeanMs: number;
  /**
   * How many more come in an hour of the day than on average: 24 factors, one an hour. Null where all
   * hours are alike.
   */
  readonly rush: readonly number[] | null;
  /** Drivers who come all at once, as after an outage or a shift; null for none. */
  readonly crowds: Crowds | null;
}

/** How often several drivers come in the same second, and how many there are then. */
export interface Crowds {
  readonly everyMeanMs: number;
  readonly size: Range;
}

/** Where nobody waits for a driver, one may still come: so many times more seldom than on average. */
const QUIETEST = 0.02;

const HOUR_MS = 3_600_000;

/** Draws how long a connector stays free: many short pauses, few long ones, fewer in rush hours. */
export function nextPauseMs(
  { pauseMeanMs, rush }: Pick<Arrivals, "pauseMeanMs" | "rush">,
  ids: Ids,
  localMs = 0,
): number {
  const hour = Math.floor(localMs / HOUR_MS);
  const factor = rush === null ? 1 : Math.max(QUIETEST, rush[modulo(hour, rush.length)] ?? 1);
  return exponential(pauseMeanMs / factor, ids);
}

/** Where those wait whom nobody has sent yet. */
export interface Gathering {
  /** Waits for its time, or for a call that comes before. */
  wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<"come" | "aborted">;
  /** Calls so many of those who wait, the longest waiting first; how many there were. */
  call(count: number): number;
}

/** Creates a place where nobody waits. */
export function createGathering(): Gathering {
  const waiting = new Set<() => void>();
  return {
    async wait(clock, delayMs, signal) {
      const called = new AbortController();
      const come = () => called.abort();
      waiting.add(come);
      await sleep(clock, delayMs, AbortSignal.any([signal, called.signal]));
      waiting.delete(come);
      return signal.aborted ? "aborted" : "come";
    },
    call(count) {
      const chosen = [...waiting].slice(0, count);
      for (const come of chosen) {
        waiting.delete(come);
        come();
      }
      return chosen.length;
    },
  };
}

/** Crowds come until `signal` aborts. */
export async function sendCrowds(
  { everyMeanMs, size }: Crowds,
  gathering: Pick<Gathering, "call">,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  signal: AbortSignal,
): Promise<void> {
  while (await sleep(clock, exponential(everyMeanMs, ids), signal) === "elapsed") {
    gathering.call(wholeBetween(size, ids));
  }
}

function exponential(mean: number, ids: Ids): number {
  return -Math.log(1 - between([0, 1], ids)) * mean;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
