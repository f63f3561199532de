import { assume } from "../lib/assert.ts";

/**
 * What a meter can measure, by the names that meter profiles and MQTT topics use. `l1` to `l3` are
 * the meter's own terminals; which line of the site each one sits on is `Wiring`. Powers are positive
 * when energy flows from the grid to the loads.
 */
export const QUANTITIES = [
  "voltage_l1",
  "voltage_l2",
  "voltage_l3",
  "voltage_ll_l1",
  "voltage_ll_l2",
  "voltage_ll_l3",
  "voltage_ln_average",
  "current_l1",
  "current_l2",
  "current_l3",
  "current_neutral",
  "current_average",
  "current_total",
  "active_power_l1",
  "active_power_l2",
  "active_power_l3",
  "active_power_total",
  "active_power_import",
  "active_power_export",
  "reactive_power_total",
  "apparent_power_total",
  "power_factor_l1",
  "power_factor_l2",
  "power_factor_l3",
  "power_factor_total",
  "frequency",
  "energy_import_total",
  "energy_import_l1",
  "energy_import_l2",
  "energy_import_l3",
  "energy_export_total",
  "energy_export_l1",
  "energy_export_l2",
  "energy_export_l3",
  "energy_sum",
] as const;

/** A name of `QUANTITIES`. */
export type Quantity = typeof QUANTITIES[number];

/** What is measured, without the where. */
export type Dimension =
  | "voltage"
  | "current"
  | "active_power"
  | "reactive_power"
  | "apparent_power"
  | "power_factor"
  | "frequency"
  | "energy";

/** Values by quantity, each in the base unit of its dimension: V, A, W, var, VA, 1, Hz, Wh. */
export type Values = ReadonlyMap<Quantity, number>;

/** The quantities that a site sample is made of. A meter's others are documented, never read. */
export const SAMPLED_QUANTITIES: readonly Quantity[] = [
  "voltage_l1",
  "voltage_l2",
  "voltage_l3",
  "current_l1",
  "current_l2",
  "current_l3",
  "active_power_l1",
  "active_power_l2",
  "active_power_l3",
  "active_power_total",
  "active_power_import",
  "active_power_export",
  "frequency",
  "energy_import_total",
  "energy_export_total",
];

/** The terminals of a meter, by their number in a quantity's name. */
export const TERMINALS = [1, 2, 3] as const;

/** A terminal of a meter. */
export type Terminal = typeof TERMINALS[number];

const DIMENSIONS: readonly Dimension[] = [
  "voltage",
  "current",
  "active_power",
  "reactive_power",
  "apparent_power",
  "power_factor",
  "frequency",
  "energy",
];

/** The dimension of a quantity: the start of its name. */
export function dimensionOf(quantity: Quantity): Dimension {
  const found = DIMENSIONS.find((dimension) => quantity.startsWith(dimension));
  assume(found !== undefined, `${quantity} begins with its dimension`);
  return found;
}

/** True for what decides about fuses and so must be fresh in every sample. */
export function isDecisive(quantity: Quantity): boolean {
  const dimension = dimensionOf(quantity);
  return dimension === "current" || dimension === "active_power";
}

/** True for a name of `QUANTITIES`. */
export function isQuantity(text: string): text is Quantity {
  const names: readonly string[] = QUANTITIES;
  return names.includes(text);
}
