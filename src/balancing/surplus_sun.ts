import { LINES, type PerLine, perLine } from "../site/mod.ts";
import type { SurplusOptions } from "./surplus_options.ts";

/** Power in watts by what is counted by itself: all lines together, or each line. */
export type Pots = readonly number[];

/** The newest of one site meter. Positive flows from the grid towards the loads. */
export interface PowerReading {
  /** Over all lines; null where it is not measured, or was too long ago. */
  readonly totalW: number | null;
  /** Null where the meter does not tell lines apart. */
  readonly linesW: PerLine | null;
}

/** What the meters say that know of the sun. */
export interface SunReadings {
  /** At the grid; several add up. None: nobody knows of any surplus. */
  readonly grid: readonly PowerReading[];
  /** Plants, whatever sign their meter has. Where there are some, no more than they give is sun. */
  readonly generation: readonly PowerReading[];
  /** Batteries: positive while they charge. */
  readonly battery: readonly PowerReading[];
}

/**
 * What the site has over without the EVs that charge by the sun (which `pots` of theirs are added to by
 * the caller), or null where that is not known: a meter that is silent, or does not tell the lines apart
 * where each counts. A battery that discharges is never taken for the sun.
 */
export function sunLeft(readings: SunReadings, options: SurplusOptions): Pots | null {
  const grid = sumOf(readings.grid, options);
  const battery = sumOf(readings.battery, options);
  if (readings.grid.length === 0 || grid === null || battery === null) return null;
  const reserveW = options.reserveW / grid.length;
  return grid.map((importW, index) => {
    const chargesW = battery[index] ?? 0;
    const fromBatteryW = options.battery === "last" ? chargesW : Math.min(0, chargesW);
    return -importW + fromBatteryW - reserveW;
  });
}

/** What plants give at the moment; infinite where no meter watches them, null where it is silent. */
export function sunGiven(readings: SunReadings, options: SurplusOptions): Pots | null {
  const all = sumOf(readings.generation, options);
  return readings.generation.length === 0 ? potsOf(options, () => Infinity) : all?.map(Math.abs) ??
    null;
}

/** Something of every pot. */
export function potsOf(
  { counts }: SurplusOptions,
  of: (line: keyof PerLine | null) => number,
): Pots {
  return counts === "total" ? [of(null)] : LINES.map(of);
}

function sumOf(readings: readonly PowerReading[], options: SurplusOptions): Pots | null {
  let sum = potsOf(options, () => 0);
  for (const reading of readings) {
    const pots = potsIn(reading, options);
    if (pots === null) return null;
    sum = sum.map((each, index) => each + (pots[index] ?? 0));
  }
  return sum;
}

function potsIn({ totalW, linesW }: PowerReading, { counts }: SurplusOptions): Pots | null {
  const pots = counts === "lines" ? linesW && LINES.map((line) => linesW[line]) : total();
  return pots?.every(Number.isFinite) ? pots : null;

  function total(): Pots | null {
    if (totalW !== null) return [totalW];
    return linesW === null ? null : [LINES.reduce((sum, line) => sum + linesW[line], 0)];
  }
}

/** The pots as a record of lines; null where all lines are one pot. */
export function linesOfPots(pots: Pots, { counts }: SurplusOptions): PerLine | null {
  return counts === "total" ? null : perLine((line) => pots[LINES.indexOf(line)] ?? 0);
}
