import { Decimal as Plain } from "decimal.js";

/** Exact decimal numbers: 40 digits, halves away from zero. Never mixed with floating point. */
const Exact = Plain.clone({ precision: 40, rounding: Plain.ROUND_HALF_UP });

/** An exact decimal number. */
export type Decimal = Plain;

/** The number that a text or a number says: 0.1 is one tenth, not what a float makes of it. */
export function decimal(value: string | number | Decimal): Decimal {
  return new Exact(value);
}

/** Nothing. */
export const ZERO: Decimal = new Exact(0);

/** The sum of decimals; zero for none. */
export function sumOf(values: readonly Decimal[]): Decimal {
  return values.reduce((sum, each) => sum.plus(each), ZERO);
}

/** The number as people write it, never with an exponent: "0.00000001". */
export function decimalText(value: Decimal): string {
  return value.toFixed();
}

/** True for a text that is a plain decimal number: "12", "-0.05". */
export function isDecimalText(text: string): boolean {
  return /^-?\d{1,20}(\.\d{1,20})?$/.test(text);
}

/** The multiple of `step` that is nearest; halves go up. */
export function roundedTo(value: Decimal, step: Decimal): Decimal {
  return value.div(step).toDecimalPlaces(0).times(step);
}
