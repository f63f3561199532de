import type { Translation } from "../codec.ts";

const DECIMAL = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?\s*$/i;

/** Powers of ten beyond this belong to no measurement, and would make endless texts. */
const EXPONENT_MAX = 30;

/** The number that a decimal text says; null where it says none that JSON can hold. */
export function readDecimal(text: string): number | null {
  const match = DECIMAL.exec(text);
  if (match === null || `${match[2]}${match[3] ?? ""}` === "") return null;
  const value = Number(text);
  // JSON has no negative zero.
  return Number.isFinite(value) ? value + 0 : null;
}

/**
 * `value` × 10^`exponent` as plain decimal text, moving the point instead of multiplying; null for
 * exponents beyond ±30.
 */
export function writeDecimal(value: number, exponent = 0): string | null {
  if (Math.abs(exponent) > EXPONENT_MAX) return null;
  const [, sign = "", whole = "", fraction = "", power = "0"] = DECIMAL.exec(String(value)) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(power) + exponent;
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), "0").padEnd(point, "0");
  const at = Math.max(1, point);
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const after = padded.slice(at).replace(/0+$/, "");
  return sign + before + (after === "" ? "" : `.${after}`);
}

/** 1.6 says numbers as text. Only for texts of which `readDecimal` knows the number. */
export const decimalText: Translation<string, number> = {
  read: (text) => readDecimal(text) ?? 0,
  write: (value) => writeDecimal(value) ?? String(value),
};
