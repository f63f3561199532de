import { type EnergyDirection, LINES, type PerLine, perLine } from "../site/mod.ts";

/** A quarter of an hour, in milliseconds; they begin at UTC's, which are those of every zone. */
export const QUARTER_MS = 900_000;

/** The quarter of an hour that a moment lies in, by its beginning. */
export function quarterOf(wallMs: number): number {
  return Math.floor(wallMs / QUARTER_MS) * QUARTER_MS;
}

/** What flowed one way in a quarter of an hour. */
export interface QuarterEnergy {
  /** In the time that was read, watt-hours. */
  readonly wh: number;
  /** By the meter's counter, or reckoned from power where it has none. */
  readonly by: "counter" | "power";
  /** What the counter showed besides after a silence that began before this quarter. */
  readonly unreadWh: number;
}

/** What a meter measured in a quarter of an hour. It is kept for ever. */
export interface QuarterValue {
  readonly meterId: string;
  readonly quarterMs: number;
  /** How much of it was read; more than it is long where the clock was set back. */
  readonly coveredMs: number;
  readonly readings: number;
  /** Each way; null where nobody knows. To the thousandth of a watt-hour. */
  readonly energy: Readonly<Record<EnergyDirection, QuarterEnergy | null>>;
  /** To the watt; positive from the grid to the loads. */
  readonly power: QuarterPower | null;
  /** The most that flowed, whichever way, to the hundredth of an ampere. */
  readonly maxAmps: PerLine | null;
}

/** The power of all lines. */
export interface QuarterPower {
  readonly minW: number;
  readonly meanW: number;
  readonly maxW: number;
}

/** Where the counters of a meter stood when what is written of it ends. */
export interface CounterPosition {
  readonly meterId: string;
  readonly atWallMs: number;
  readonly wh: Readonly<Record<EnergyDirection, number | null>>;
}

/** Two parts of one quarter as one. */
export function joinedQuarters(left: QuarterValue, right: QuarterValue): QuarterValue {
  return {
    ...left,
    coveredMs: left.coveredMs + right.coveredMs,
    readings: left.readings + right.readings,
    energy: {
      import: joinedEnergy(left.energy.import, right.energy.import),
      export: joinedEnergy(left.energy.export, right.energy.export),
    },
    power: joinedPower(left, right),
    maxAmps: joinedAmps(left.maxAmps, right.maxAmps),
  };
}

function joinedEnergy(
  left: QuarterEnergy | null,
  right: QuarterEnergy | null,
): QuarterEnergy | null {
  if (left === null || right === null) return left ?? right;
  return {
    wh: rounded(left.wh + right.wh, 1_000),
    by: left.by === right.by ? left.by : "power",
    unreadWh: rounded(left.unreadWh + right.unreadWh, 1_000),
  };
}

function joinedPower(left: QuarterValue, right: QuarterValue): QuarterPower | null {
  if (left.power === null || right.power === null) return left.power ?? right.power;
  const sum = left.power.meanW * left.readings + right.power.meanW * right.readings;
  return {
    minW: Math.min(left.power.minW, right.power.minW),
    meanW: Math.round(sum / Math.max(1, left.readings + right.readings)),
    maxW: Math.max(left.power.maxW, right.power.maxW),
  };
}

/** The most of both, line by line. */
export function joinedAmps(left: PerLine | null, right: PerLine | null): PerLine | null {
  if (left === null || right === null) return left ?? right;
  return perLine((line) => Math.max(left[line], right[line]));
}

/** What is written of currents: size, whichever way, in hundredths. */
export function sizeOf(currentsAmps: PerLine): PerLine {
  return perLine((line) => rounded(Math.abs(currentsAmps[line]), 100));
}

/** True where every line is known. */
export function isFinitePerLine(values: PerLine): boolean {
  return LINES.every((line) => Number.isFinite(values[line]));
}

/** To so many parts of one. */
export function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
