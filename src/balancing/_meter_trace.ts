import {
  type CircuitMemory,
  type CircuitSample,
  MEASURE_COUNT,
  type Measures,
} from "./_meter_memory.ts";

/**
 * The course of what a circuit's meter showed, to ask how it changed since a charger measured. Working
 * space of one circuit: it is followed with each decision, and reckoned anew only with a new sample.
 */
export interface MeterTrace {
  /** The course that is followed. */
  samples: readonly CircuitSample[];
  /** Changes are known from this sample on. */
  first: number;
  /**
   * By sample and measure: the largest fall from any peak since, and the largest rise from any low on.
   * Never negative. Whatever rose in between may have been something else.
   */
  fall: Float64Array;
  rise: Float64Array;
  /** Of which course the peaks are, and these. */
  peaksOf: readonly CircuitSample[] | null;
  readonly peaks: { readonly known: number[]; readonly likely: number[] };
}

/** The highest of what was judged lately, for each measure. */
export interface Peaks {
  readonly known: Measures;
  readonly likely: Measures;
}

/** Loads that come and go within this time, as lifts and ovens do, count as there. */
const PEAK_WINDOW_MS = 30_000;
/** From a limit on its way until the EV has followed it. */
const FOLLOWS_WITHIN_MS = 10_000;

/** A trace that follows nothing yet. */
export function createTrace(): MeterTrace {
  return {
    samples: [],
    first: 0,
    fall: new Float64Array(0),
    rise: new Float64Array(0),
    peaksOf: null,
    peaks: { known: nothing(), likely: nothing() },
  };
}

/** Follows a course, to be asked for moments from `sinceMs` on. */
export function followCourse(
  trace: MeterTrace,
  { samples }: Pick<CircuitMemory, "samples">,
  sinceMs = -Infinity,
): void {
  const first = Math.max(0, firstAtOrAfter(samples, sinceMs) - 1);
  const isKnown = isSameCourse(trace.samples, samples) && trace.first <= first;
  trace.samples = samples;
  if (isKnown) return;
  trace.first = first;
  const cells = samples.length * MEASURE_COUNT;
  if (trace.fall.length < cells) {
    trace.fall = new Float64Array(cells);
    trace.rise = new Float64Array(cells);
  }
  for (let measure = 0; measure < MEASURE_COUNT; measure++) reckon(trace, measure);
}

/** A sample that was judged in the meantime shows what it showed. */
function isSameCourse(a: readonly CircuitSample[], b: readonly CircuitSample[]): boolean {
  const newest = b[b.length - 1];
  return a.length === b.length && newest !== undefined &&
    a[a.length - 1]?.measures === newest.measures;
}

function reckon({ samples, first, fall, rise }: MeterTrace, measure: number): void {
  let lowest = Infinity;
  let highest = -Infinity;
  let fallen = 0;
  let risen = 0;
  for (let index = samples.length - 1; index >= first; index--) {
    const now = samples[index]?.measures[measure] ?? 0;
    lowest = Math.min(lowest, now);
    highest = Math.max(highest, now);
    fallen = Math.max(fallen, now - lowest);
    risen = Math.max(risen, highest - now);
    fall[index * MEASURE_COUNT + measure] = fallen;
    rise[index * MEASURE_COUNT + measure] = risen;
  }
}

/**
 * The sample from which on changes since a moment count; -1 where the meter was silent around it.
 * `longestGapMs` is the longest trusted silence.
 */
export function sampleFor({ samples }: MeterTrace, atMs: number, longestGapMs: number): number {
  const next = firstAtOrAfter(samples, atMs);
  const after = samples[next];
  // A charger that stopped right after measuring is missing in the next sample already.
  const from = after?.atMs === atMs ? next : next - 1;
  const before = samples[from];
  // What came and went during a silence of the meter left no trace in it.
  return !after || !before || after.atMs - before.atMs > longestGapMs ? -1 : from;
}

/** The largest fall of a measure from any peak since a sample. */
export function fallSince({ fall }: MeterTrace, sample: number, measure: number): number {
  return fall[sample * MEASURE_COUNT + measure] ?? 0;
}

/** The largest rise of a measure from any low since a sample. */
export function riseSince({ rise }: MeterTrace, sample: number, measure: number): number {
  return rise[sample * MEASURE_COUNT + measure] ?? 0;
}

/**
 * The peaks of what was judged in the half minute before the newest sample, or since `readMs` where that
 * is longer ago: the oldest reading of a charger that counts. What an EV was given since may look
 * like less load of the building until it is measured: were the peak from before forgotten
 * meanwhile, others would be cut for room that is not there, and the same again with the next raise.
 */
export function recentPeaks(
  trace: MeterTrace,
  { samples }: CircuitMemory,
  readMs: () => number = () => Infinity,
): Peaks {
  const { peaks } = trace;
  trace.peaksOf = samples;
  peaks.known.fill(0);
  peaks.likely.fill(0);
  const newestMs = samples[samples.length - 1]?.atMs ?? 0;
  const fromMs = Math.min(newestMs - PEAK_WINDOW_MS, readMs() - FOLLOWS_WITHIN_MS);
  for (let index = samples.length - 1; index >= 0; index--) {
    const sample = samples[index];
    if (sample === undefined || sample.atMs < fromMs) break;
    if (sample.known) raiseTo(peaks.known, sample.known);
    if (sample.likely) raiseTo(peaks.likely, sample.likely);
  }
  return peaks;
}

/** The same where they are known already: between two samples of one meter many decisions are made. */
export function knownPeaks(
  { peaksOf, peaks }: MeterTrace,
  { samples }: CircuitMemory,
): Peaks | null {
  return peaksOf === samples ? peaks : null;
}

function nothing(): number[] {
  return new Array<number>(MEASURE_COUNT).fill(0);
}

function raiseTo(peaks: number[], values: Measures): void {
  for (let measure = 0; measure < MEASURE_COUNT; measure++) {
    peaks[measure] = Math.max(peaks[measure] ?? 0, values[measure] ?? 0);
  }
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
