import { type Dimension, dimensionOf, type Quantity } from "./quantity.ts";

/** The units that a meter may speak in. */
export const UNITS = [
  "mV",
  "V",
  "kV",
  "mA",
  "A",
  "kA",
  "W",
  "kW",
  "MW",
  "var",
  "kvar",
  "VA",
  "kVA",
  "ratio",
  "percent",
  "mHz",
  "Hz",
  "Wh",
  "kWh",
  "MWh",
] as const;

/** A name of `UNITS`. */
export type Unit = typeof UNITS[number];

interface UnitFact {
  readonly dimension: Dimension;
  /** How many base units one of it is. */
  readonly factor: number;
}

const FACTS: Readonly<Record<Unit, UnitFact>> = {
  mV: { dimension: "voltage", factor: 1e-3 },
  V: { dimension: "voltage", factor: 1 },
  kV: { dimension: "voltage", factor: 1e3 },
  mA: { dimension: "current", factor: 1e-3 },
  A: { dimension: "current", factor: 1 },
  kA: { dimension: "current", factor: 1e3 },
  W: { dimension: "active_power", factor: 1 },
  kW: { dimension: "active_power", factor: 1e3 },
  MW: { dimension: "active_power", factor: 1e6 },
  var: { dimension: "reactive_power", factor: 1 },
  kvar: { dimension: "reactive_power", factor: 1e3 },
  VA: { dimension: "apparent_power", factor: 1 },
  kVA: { dimension: "apparent_power", factor: 1e3 },
  ratio: { dimension: "power_factor", factor: 1 },
  percent: { dimension: "power_factor", factor: 1e-2 },
  mHz: { dimension: "frequency", factor: 1e-3 },
  Hz: { dimension: "frequency", factor: 1 },
  Wh: { dimension: "energy", factor: 1 },
  kWh: { dimension: "energy", factor: 1e3 },
  MWh: { dimension: "energy", factor: 1e6 },
};

const BASE_UNITS: Readonly<Record<Dimension, Unit>> = {
  voltage: "V",
  current: "A",
  active_power: "W",
  reactive_power: "var",
  apparent_power: "VA",
  power_factor: "ratio",
  frequency: "Hz",
  energy: "Wh",
};

/** The unit in which values of that quantity are kept. */
export function baseUnitOf(quantity: Quantity): Unit {
  return BASE_UNITS[dimensionOf(quantity)];
}

/** True when the quantity can be given in that unit. */
export function unitFits(unit: Unit, quantity: Quantity): boolean {
  return FACTS[unit].dimension === dimensionOf(quantity);
}

/** A raw number times `scale`, in `unit`, as base units: 2301 × 0.1 V is 230.1 V and no more. */
export function toBaseUnit(raw: number, scale: number, unit: Unit): number {
  return rounded(raw * scale * FACTS[unit].factor);
}

/** The opposite of `toBaseUnit`. */
export function fromBaseUnit(value: number, scale: number, unit: Unit): number {
  return rounded(value / (scale * FACTS[unit].factor));
}

/** Fifteen digits are what a double holds for sure; the sixteenth shows where it was multiplied. */
function rounded(value: number): number {
  return Number(value.toPrecision(15));
}
