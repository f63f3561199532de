import { CLOCK_TOLERANCE_MS } from "../../src/site/mod.ts";

/**
 * The times of which nobody can say afterwards how late it was. A gateway that starts with a clock that is
 * wrong goes on from the newest time in its ledger, so it is behind by as long as it was out of power.
 * When it learns the time it puts right what it saw itself; what it has not seen, and what it saw in a
 * run that ended before it learnt the time, stays off by that much.
 */
export interface UnsureTimes {
  /** Once a second: the gateway that runs, null while none does, and by how much its time is off. */
  look(nowMs: number, gateway: object | null, offMs: number): void;
  /** By how much the time of a session may be told wrong; 0 where it can be known. */
  boundMs(begin: HeardBegin): number;
}

/** How a session began: when in truth, heard at once or later, by a charger's clock off by so much. */
export interface HeardBegin {
  readonly atMs: number;
  readonly isLive: boolean;
  readonly clockOffMs: number;
}

/** From the end of the last run that knew the time to the moment when one knows it again. */
interface Span {
  readonly fromMs: number;
  toMs: number;
  readonly runs: Run[];
}

interface Run {
  readonly fromMs: number;
  readonly offMs: number;
  toMs: number;
  hasLearnt: boolean;
}

/** Nothing is unsure yet. */
export function createUnsureTimes(): UnsureTimes {
  const spans: Span[] = [];
  let open: Span | null = null;
  let unsure: Run | null = null;
  let gateway: object | null = null;
  let seenMs = Number.NEGATIVE_INFINITY;

  function begin(nowMs: number, offMs: number): void {
    if (Math.abs(offMs) <= CLOCK_TOLERANCE_MS) return close(nowMs);
    if (open === null) {
      open = { fromMs: seenMs, toMs: Number.POSITIVE_INFINITY, runs: [] };
      spans.push(open);
    }
    unsure = { fromMs: nowMs, offMs, toMs: Number.POSITIVE_INFINITY, hasLearnt: false };
    open.runs.push(unsure);
  }

  function close(nowMs: number): void {
    if (open !== null) open.toMs = nowMs;
    open = null;
    unsure = null;
  }

  return {
    look(nowMs, running, offMs) {
      const isNew = running !== null && running !== gateway;
      if (running !== gateway && unsure !== null) {
        unsure.toMs = nowMs;
        unsure = null;
      }
      if (isNew) begin(nowMs, offMs);
      else if (unsure !== null && Math.abs(offMs) <= CLOCK_TOLERANCE_MS) {
        unsure.hasLearnt = true;
        close(nowMs);
      }
      gateway = running;
      if (running !== null) seenMs = nowMs;
    },
    boundMs({ atMs, isLive, clockOffMs }) {
      const span = spans.find(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
      if (span === undefined) return 0;
      const run = span.runs.findLast(({ fromMs }) => fromMs <= atMs);
      const isKnown = isLive && run !== undefined && run.hasLearnt && atMs <= run.toMs &&
        // A charger that goes by neither time had its clock from somewhere else, as from a run before.
        [0, run.offMs].some((offMs) => Math.abs(clockOffMs - offMs) <= CLOCK_TOLERANCE_MS);
      return isKnown ? 0 : span.toMs - span.fromMs;
    },
  };
}
