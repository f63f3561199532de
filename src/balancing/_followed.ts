import { LINES, type PerLine, perLine } from "../site/mod.ts";
import type { Board } from "./_board.ts";
import { measuredFromMs } from "./_held_limits.ts";
import { type CircuitSample, MEASURE_COUNT, type Measures } from "./_meter_memory.ts";
import { createTrace, followCourse, riseSince, sampleFor } from "./_meter_trace.ts";
import { amountOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";

/** An EV may take so long to rise to what it was given: a reading from that time shows it half-way. */
const RISES_FOR_MS = 10_000;

/**
 * By how much the chargers of a circuit over its limit draw more by now than they last measured, or less
 * where negative, in each of the meter's measures: as far as limits that they were sent since and the
 * course of the meter both say so.
 */
export function followedSinceMeasured(
  board: Board,
  standings: readonly Standing[],
  longestGapMs: number,
  nowMs: number,
): Measures {
  const below = standings.filter(({ boards }) => boards.includes(board));
  const rises = below.flatMap(riseOf).toSorted((a, b) => b.sinceMs - a.sinceMs);
  const risen = risenBy(board, rises, longestGapMs);
  const falls = below.flatMap((standing) => fallsOf(standing, nowMs))
    .toSorted((a, b) => a.sinceMs - b.sinceMs);
  const fallen = fallenBy(board, falls);
  return risen.map((more, measure) => more - (fallen[measure] ?? 0));
}

/** What one charger changes by when it does as it was told, from a moment on. */
interface Change {
  readonly standing: Standing;
  readonly sinceMs: number;
  readonly lowAmps: PerLine;
  readonly highAmps: PerLine;
}

const NO_CHANGES: readonly Change[] = [];

/** Whoever was raised since it measured, or a moment before, may draw all that it was given. */
function riseOf(standing: Standing): readonly Change[] {
  const { presentAmps, memory: { reading } } = standing;
  if (reading === null || !mayHaveRisen(standing)) return NO_CHANGES;
  const lowAmps = drawnAmps(standing);
  return [{ standing, sinceMs: measuredFromMs(reading), lowAmps, highAmps: presentAmps }];
}

function mayHaveRisen({ memory: { reading, raisedAtMs } }: Standing): boolean {
  return reading !== null && raisedAtMs !== null &&
    measuredFromMs(reading) < raisedAtMs + RISES_FOR_MS;
}

/** Whoever took lower limits since it measured draws no more than those soon. */
function fallsOf(standing: Standing, nowMs: number): readonly Change[] {
  const { memory: { held, reading, overdrawAmps }, presentAmps, isSteerable } = standing;
  if (!isSteerable || held.length < 2) return NO_CHANGES;
  const measuredMs = reading === null ? -Infinity : measuredFromMs(reading);
  let highAmps = mayHaveRisen(standing) ? presentAmps : drawnAmps(standing);
  const falls: Change[] = [];
  for (const { limitAmps, followedSinceMs } of held) {
    if (followedSinceMs === null || followedSinceMs > nowMs) continue;
    const lowAmps = perLine((line) => Math.min(highAmps[line], limitAmps + overdrawAmps[line]));
    if (LINES.every((line) => lowAmps[line] === highAmps[line])) continue;
    falls.push({ standing, sinceMs: Math.max(followedSinceMs, measuredMs), lowAmps, highAmps });
    highAmps = lowAmps;
  }
  return falls;
}

/** What it last measured; all that it may draw where it never did. */
function drawnAmps({ presentAmps, memory: { reading } }: Standing): PerLine {
  if (reading === null) return presentAmps;
  return perLine((line) => Math.min(presentAmps[line], reading.currentsAmps[line]));
}

/**
 * Those raised since any moment rose together by no more than the meter has since, before the circuit
 * went over its limit. What took it over is never theirs: they were given room that there was, so that
 * something else rose, and a charger that is slow must not make anybody believe that it was quick.
 */
function risenBy(board: Board, newestFirst: readonly Change[], longestGapMs: number): number[] {
  const risen = new Array<number>(MEASURE_COUNT).fill(0);
  const oldest = newestFirst.at(-1);
  if (oldest === undefined) return risen;
  const trace = createTrace();
  followCourse(trace, { samples: calmSamples(board) }, oldest.sinceMs);
  for (const change of newestFirst) {
    const sample = sampleFor(trace, change.sinceMs, longestGapMs);
    if (sample < 0) continue;
    addChange(board, change, risen);
    for (const [measure, amount] of risen.entries()) {
      risen[measure] = Math.min(amount, riseSince(trace, sample, measure));
    }
  }
  return risen;
}

/** The samples from before the circuit went over its limit. */
function calmSamples({ memory: { samples, overSinceMs } }: Board): readonly CircuitSample[] {
  if (overSinceMs === null) return samples.slice(0, -1);
  return samples.slice(0, Math.max(0, samples.findLastIndex(({ atMs }) => atMs <= overSinceMs)));
}

/** Each time that the meter falls it shows those falling who were told to and did not so far. */
function fallenBy(board: Board, oldestFirst: readonly Change[]): readonly number[] {
  const fallen = new Array<number>(MEASURE_COUNT).fill(0);
  const [first] = oldestFirst;
  if (first === undefined) return fallen;
  const due = new Array<number>(MEASURE_COUNT).fill(0);
  const { samples } = board.memory;
  let told = 0;
  for (const [index, { atMs, measures }] of samples.entries()) {
    if (atMs <= first.sinceMs) continue;
    for (let next = oldestFirst[told]; next && next.sinceMs < atMs; next = oldestFirst[++told]) {
      addChange(board, next, due);
    }
    const before = samples[index - 1]?.measures ?? measures;
    for (const [measure, wanted] of due.entries()) {
      const fall = (before[measure] ?? 0) - (measures[measure] ?? 0);
      const seen = Math.min(Math.max(0, fall), wanted);
      due[measure] = wanted - seen;
      fallen[measure] = (fallen[measure] ?? 0) + seen;
    }
  }
  return fallen;
}

function addChange(
  { circuit }: Board,
  { standing: { path }, lowAmps, highAmps }: Change,
  to: number[],
): void {
  for (const reach of path.reaches) {
    const { row } = reach;
    if (!row.isMetered || row.circuit !== circuit) continue;
    const more = Math.max(0, amountOf(reach, highAmps) - amountOf(reach, lowAmps));
    to[row.measure] = (to[row.measure] ?? 0) + more;
  }
}
