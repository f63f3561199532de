import type { RegisterType } from "./register_value.ts";

/**
 * How a device says "no value". Names apply to the types that they make sense for; a hexadecimal
 * text is an exact pattern, most significant digit first, for numbers of just that width.
 *
 * - `max-positive`: 0x7FFF… of a signed integer
 * - `min-negative`: 0x8000… of a signed integer
 * - `all-ones`: 0xFFFF… of an unsigned integer
 * - `high-word-7fff`: a signed integer of 32 or 64 bits whose first word is 0x7FFF (overflow)
 *
 * NaN and infinities of floating-point numbers never count as values and need no entry.
 */
export const NAMED_PATTERNS = [
  "max-positive",
  "min-negative",
  "all-ones",
  "high-word-7fff",
] as const;

/** A name of `NAMED_PATTERNS` or a text like "0x7FFFFFFF". */
export type InvalidPattern = typeof NAMED_PATTERNS[number] | `0x${string}`;

const HEX = /^0x(?:[0-9a-fA-F]{4}){1,4}$/;

/** True for a text that can stand in a profile's list of invalid patterns. */
export function isInvalidPattern(text: string): text is InvalidPattern {
  const names: readonly string[] = NAMED_PATTERNS;
  // Three words are no width of any type.
  return names.includes(text) || (HEX.test(text) && text.length !== 14);
}

/** True when those bytes (most significant first) are the device's way to say "no value". */
export function isNoValue(
  bytes: Uint8Array,
  type: RegisterType,
  patterns: readonly InvalidPattern[],
): boolean {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return patterns.some((pattern) => matches(digits, type, pattern));
}

function matches(digits: string, type: RegisterType, pattern: InvalidPattern): boolean {
  const signed = type.startsWith("int");
  switch (pattern) {
    case "max-positive":
      return signed && /^7f+$/.test(digits);
    case "min-negative":
      return signed && /^80+$/.test(digits);
    case "all-ones":
      return type.startsWith("uint") && /^f+$/.test(digits);
    case "high-word-7fff":
      return signed && digits.length > 4 && digits.startsWith("7fff");
    default:
      return pattern.slice(2).toLowerCase() === digits;
  }
}
