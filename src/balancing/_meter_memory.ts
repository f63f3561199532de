import { type Line, LINES, type MeterSample, perLine } from "../site/mod.ts";
import type { BalancerTiming, CircuitLoad } from "./facts.ts";

/** What a meter's reading comes to: amperes on L1, L2 and L3, then watts and volt-amperes of all. */
export type Measures = readonly number[];

/** Where watts and volt-amperes stand among the measures. */
export const WATTS = 3;
export const APPARENT = 4;
const MEASURE_COUNT = 5;

/** A reading of a circuit's meter, and what was made of it at that moment. */
export interface CircuitSample {
  readonly atMs: number;
  readonly measures: Measures;
  /** Other load as it was judged then, for each measure; null until it was. */
  readonly known: Measures | null;
  readonly likely: Measures | null;
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
 * The measures of a sample, signed but for volt-amperes; null where it has no currents on three lines
 * and nothing to reckon them from. Power over voltage stands in for a meter without currents; it knows
 * nothing of reactive current. Currents times voltage stand in for one without power.
 */
export function sampleMeasures(sample: MeterSample, nominalVoltageV: number): Measures | null {
  const { currentsAmps, powersW, voltagesV, totalPowerW } = sample;
  const volts = (line: Line) => {
    const read = voltagesV?.[line] ?? 0;
    return Number.isFinite(read) && read > 0 ? read : nominalVoltageV;
  };
  const currents = currentsAmps ??
    (powersW && perLine((line) => powersW[line] / nominalVoltageV));
  if (!currents || !LINES.every((line) => Number.isFinite(currents[line]))) return null;
  const apparent = LINES.map((line) => volts(line) * Math.abs(currents[line]));
  const watts = [
    totalPowerW,
    powersW && powersW.L1 + powersW.L2 + powersW.L3,
    LINES.reduce((sum, line) => sum + volts(line) * currents[line], 0),
  ].find((each) => each !== undefined && Number.isFinite(each)) ?? 0;
  return [currents.L1, currents.L2, currents.L3, watts, apparent.reduce((sum, va) => sum + va, 0)];
}

/** Adds a sample, unless it is older than the newest one. */
export function withSample(
  memory: CircuitMemory,
  measures: Measures,
  atMs: number,
): CircuitMemory {
  const newest = memory.samples.at(-1);
  if (newest !== undefined && atMs <= newest.atMs) return memory;
  const sample = { atMs, measures, known: null, likely: null };
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

/** The peaks of what was judged in the half minute before the newest sample, for each measure. */
export function recentPeaks({ samples }: CircuitMemory): Peaks {
  const found = peaksKnown.get(samples);
  if (found) return found;
  const peaks = peaksOf(samples);
  peaksKnown.set(samples, peaks);
  return peaks;
}

interface Peaks {
  readonly known: Measures;
  readonly likely: Measures;
}

/** Between two samples of one meter many decisions are made. */
const peaksKnown = new WeakMap<readonly CircuitSample[], Peaks>();

function peaksOf(samples: readonly CircuitSample[]): Peaks {
  const fromMs = (samples.at(-1)?.atMs ?? 0) - PEAK_WINDOW_MS;
  const known = new Array<number>(MEASURE_COUNT).fill(0);
  const likely = new Array<number>(MEASURE_COUNT).fill(0);
  for (let index = samples.length - 1; index >= 0; index--) {
    const sample = samples[index];
    if (sample === undefined || sample.atMs < fromMs) break;
    if (sample.known) raiseTo(known, sample.known);
    if (sample.likely) raiseTo(likely, sample.likely);
  }
  return { known, likely };
}

function raiseTo(peaks: number[], values: Measures): void {
  for (let at = 0; at < MEASURE_COUNT; at++) {
    peaks[at] = Math.max(peaks[at] ?? 0, values[at] ?? 0);
  }
}

/** Notes what was made of the newest sample, the first time that it was judged. */
export function withJudgement(
  memory: CircuitMemory,
  known: Measures,
  likely: Measures,
): CircuitMemory {
  const newest = memory.samples.at(-1);
  if (newest === undefined || newest.known !== null) return memory;
  return { ...memory, samples: memory.samples.with(-1, { ...newest, known, likely }) };
}

/** The course of what a circuit's meter showed, to ask how it changed since a charger measured. */
export interface MeterTrace {
  /** Null where the meter was silent around that moment. */
  since(atMs: number): MeterChanges | null;
}

/** How each measure moved during a time. Never negative. */
export interface MeterChanges {
  /** The largest fall from any peak on: whatever rose in between may have been something else. */
  readonly fall: Measures;
  /** The largest rise from any low on. */
  readonly rise: Measures;
}

/**
 * Prepares the course of a circuit's meter from `sinceMs` on. `longestGapMs` is the longest trusted
 * silence.
 */
export function meterTrace(
  { samples }: CircuitMemory,
  longestGapMs: number,
  sinceMs = -Infinity,
): MeterTrace {
  const first = Math.max(0, firstAtOrAfter(samples, sinceMs) - 1);
  const changes = changesSince(samples, first);
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

/** By the index of the sample: the changes from it on, at least for those from `first` on. */
function changesSince(samples: readonly CircuitSample[], first: number): ChangesKnown["changes"] {
  const found = changesKnown.get(samples);
  if (found && found.first <= first) return found.changes;
  const changes = changesFromEach(samples, first);
  changesKnown.set(samples, { first, changes });
  return changes;
}

interface ChangesKnown {
  readonly first: number;
  readonly changes: readonly (MeterChanges | undefined)[];
}

const changesKnown = new WeakMap<readonly CircuitSample[], ChangesKnown>();

function changesFromEach(
  samples: readonly CircuitSample[],
  first: number,
): ChangesKnown["changes"] {
  const changes = new Array<MeterChanges | undefined>(samples.length);
  const low = new Array<number>(MEASURE_COUNT).fill(Infinity);
  const high = new Array<number>(MEASURE_COUNT).fill(-Infinity);
  const fallen = new Array<number>(MEASURE_COUNT).fill(0);
  const risen = new Array<number>(MEASURE_COUNT).fill(0);
  for (let index = samples.length - 1; index >= first; index--) {
    const measures = samples[index]?.measures ?? [];
    for (let at = 0; at < MEASURE_COUNT; at++) {
      const now = measures[at] ?? 0;
      const lowest = low[at] = Math.min(low[at] ?? now, now);
      const highest = high[at] = Math.max(high[at] ?? now, now);
      fallen[at] = Math.max(fallen[at] ?? 0, now - lowest);
      risen[at] = Math.max(risen[at] ?? 0, highest - now);
    }
    changes[index] = { fall: fallen.slice(), rise: risen.slice() };
  }
  return changes;
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
