import { LINES, type MeterSample, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import type { BalancerTiming, CircuitLoad } from "./facts.ts";

/** A reading of a circuit's meter, and what was made of it at that moment. */
export interface CircuitSample {
  readonly atMs: number;
  readonly currentsAmps: PerLine;
  /** Other load as it was judged then; null until it was. */
  readonly knownAmps: PerLine | null;
  readonly likelyAmps: PerLine | null;
}

/** What the balancer remembers of one circuit. */
export interface CircuitMemory {
  /** Oldest first. */
  readonly samples: readonly CircuitSample[];
  /** When too much load last forced a reduction below this circuit. */
  readonly forcedAtMs: number | null;
  /** Since when the meter has shown more than the limit on some line; null while it does not. */
  readonly overSinceMs: number | null;
}

/** A circuit of which nothing is known yet. */
export const UNKNOWN_CIRCUIT: CircuitMemory = { samples: [], forcedAtMs: null, overSinceMs: null };

/** How far the meter of a circuit can be relied on. */
export type MeterCondition = CircuitLoad["meter"];

/** Long enough for readings of chargers that report each minute, two minutes old. */
const SAMPLES_KEPT = 300;

/** Loads that come and go within this time, as lifts and ovens do, count as there. */
const PEAK_WINDOW_MS = 30_000;

/**
 * The currents of a sample in amperes per line, signed; null where it has none. Power over nominal
 * voltage stands in for a meter without currents; it knows nothing of reactive current.
 */
export function sampleCurrents(sample: MeterSample, nominalVoltageV: number): PerLine | null {
  const { currentsAmps, powersW } = sample;
  const currents = currentsAmps ??
    (powersW && perLine((line) => powersW[line] / nominalVoltageV));
  return currents && LINES.every((line) => Number.isFinite(currents[line])) ? currents : null;
}

/** Adds a sample, unless it is older than the newest one. */
export function withSample(
  memory: CircuitMemory,
  currentsAmps: PerLine,
  atMs: number,
): CircuitMemory {
  const newest = memory.samples.at(-1);
  if (newest !== undefined && atMs <= newest.atMs) return memory;
  const sample = { atMs, currentsAmps, knownAmps: null, likelyAmps: null };
  return { ...memory, samples: [...memory.samples.slice(-(SAMPLES_KEPT - 1)), sample] };
}

/** How a circuit's meter is doing, by the age of what it said last (ruling 20). */
export function meterCondition(
  meterId: string | null,
  memory: CircuitMemory,
  startedAtMs: number,
  nowMs: number,
  timing: BalancerTiming,
): MeterCondition {
  if (meterId === null) return "none";
  const newest = memory.samples.at(-1);
  const ageMs = nowMs - (newest?.atMs ?? startedAtMs);
  if (ageMs >= timing.meterLostMs) return "lost";
  // Before its first sample there is nothing to hold on to.
  if (newest === undefined || ageMs >= timing.meterSubstituteMs) return "substituted";
  return ageMs > timing.meterHoldMs ? "held" : "good";
}

/** The peaks of what was judged in the half minute before the newest sample. */
export function recentPeaks(
  memory: CircuitMemory,
): { readonly knownAmps: PerLine; readonly likelyAmps: PerLine } {
  const newestMs = memory.samples.at(-1)?.atMs ?? 0;
  const from = memory.samples.findLastIndex((sample) => sample.atMs < newestMs - PEAK_WINDOW_MS);
  const recent = memory.samples.slice(from + 1);
  return {
    knownAmps: perLine((line) => Math.max(0, ...recent.map((each) => each.knownAmps?.[line] ?? 0))),
    likelyAmps: perLine((line) =>
      Math.max(0, ...recent.map((each) => each.likelyAmps?.[line] ?? 0))
    ),
  };
}

/** Notes what was made of the newest sample, the first time that it was judged. */
export function withJudgement(
  memory: CircuitMemory,
  knownAmps: PerLine,
  likelyAmps: PerLine,
): CircuitMemory {
  const newest = memory.samples.at(-1);
  if (newest === undefined || newest.knownAmps !== null) return memory;
  const judged = { ...newest, knownAmps, likelyAmps };
  return { ...memory, samples: [...memory.samples.slice(0, -1), judged] };
}

/** The course of a circuit's currents, to ask how they changed since a charger measured. */
export interface MeterTrace {
  /** Null where the meter was silent around that moment. */
  since(atMs: number): LineChanges | null;
}

/** How the current of each line moved during a time, in amperes. Never negative. */
export interface LineChanges {
  /** The largest fall from any peak on: whatever rose in between may have been something else. */
  readonly fallAmps: PerLine;
  /** The largest rise from any low on. */
  readonly riseAmps: PerLine;
}

/** Prepares the course of a circuit's currents. `longestGapMs` is the longest trusted silence. */
export function meterTrace(memory: CircuitMemory, longestGapMs: number): MeterTrace {
  const { samples } = memory;
  const changes = changesFromEach(samples);
  return {
    since(atMs) {
      const next = firstAtOrAfter(samples, atMs);
      const after = samples[next];
      // A charger that stopped right after measuring is missing in the next sample already.
      const from = after?.atMs === atMs ? next : next - 1;
      const before = samples[from];
      // What came and went during a silence of the meter left no trace in it.
      if (!after || !before || after.atMs - before.atMs > longestGapMs) return null;
      return changes[from] ?? null;
    },
  };
}

/** For each sample the changes from it on. */
function changesFromEach(samples: readonly CircuitSample[]): readonly LineChanges[] {
  const changes: LineChanges[] = [];
  let lowest: PerLine | undefined;
  let highest: PerLine | undefined;
  let change: LineChanges = { fallAmps: onEachLine(0), riseAmps: onEachLine(0) };
  for (const { currentsAmps: now } of samples.toReversed()) {
    const low = lowest = onLines(now, lowest ?? now, Math.min);
    const high = highest = onLines(now, highest ?? now, Math.max);
    change = {
      fallAmps: onLines(change.fallAmps, onLines(now, low, minus), Math.max),
      riseAmps: onLines(change.riseAmps, onLines(high, now, minus), Math.max),
    };
    changes.push(change);
  }
  return changes.reverse();
}

function minus(left: number, right: number): number {
  return left - right;
}

function onLines(left: PerLine, right: PerLine, of: (a: number, b: number) => number): PerLine {
  return { L1: of(left.L1, right.L1), L2: of(left.L2, right.L2), L3: of(left.L3, right.L3) };
}

/** The index of the first sample at or after a moment; the length where there is none. */
function firstAtOrAfter(samples: readonly CircuitSample[], atMs: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.atMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
