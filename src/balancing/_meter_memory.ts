import { type Line, LINES, type MeterSample, perLine } from "../site/mod.ts";
import type { BalancerTiming, CircuitLoad } from "./facts.ts";

/** What a meter's reading comes to: amperes on L1, L2 and L3, then watts and volt-amperes of all. */
export type Measures = readonly number[];

/** Where watts and volt-amperes stand among the measures. */
export const WATTS = 3;
export const APPARENT = 4;
/** How many measures there are. */
export const MEASURE_COUNT = 5;

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
export type MeterCondition = Exclude<CircuitLoad["meter"], "doubted">;

/** Long enough for readings of chargers that report each minute, two minutes old. */
const SAMPLES_KEPT = 300;

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
  return { ...memory, samples: withNewest(memory.samples, sample) };
}

/** Copied once: there are hundreds. */
function withNewest(
  samples: readonly CircuitSample[],
  newest: CircuitSample,
): readonly CircuitSample[] {
  if (samples.length < SAMPLES_KEPT) return [...samples, newest];
  const kept = samples.slice();
  kept.copyWithin(0, 1);
  kept[kept.length - 1] = newest;
  return kept;
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

/** Notes what was made of the newest sample, the first time that it was judged. */
export function withJudgement(
  memory: CircuitMemory,
  otherLoad: { readonly known: ArrayLike<number>; readonly likely: ArrayLike<number> },
): CircuitMemory {
  const newest = memory.samples.at(-1);
  if (newest === undefined || newest.known !== null) return memory;
  const known = Array.from(otherLoad.known);
  const likely = Array.from(otherLoad.likely);
  return { ...memory, samples: memory.samples.with(-1, { ...newest, known, likely }) };
}
