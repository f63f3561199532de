import { assert, assertEquals } from "@std/assert";
import { type InvalidPattern, isInvalidPattern, isNoValue } from "./invalid_pattern.ts";
import type { RegisterType } from "./register_value.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const CASES: readonly [InvalidPattern, RegisterType, string, boolean][] = [
  ["max-positive", "int16", "7fff", true],
  ["max-positive", "int32", "7fffffff", true],
  ["max-positive", "int64", "7fffffffffffffff", true],
  ["max-positive", "int32", "7ffffffe", false],
  ["max-positive", "uint32", "7fffffff", false],
  ["min-negative", "int16", "8000", true],
  ["min-negative", "int32", "80000000", true],
  ["min-negative", "int32", "80000001", false],
  ["min-negative", "uint16", "8000", false],
  ["all-ones", "uint16", "ffff", true],
  ["all-ones", "uint64", "ffffffffffffffff", true],
  // -1 A is a current like any other.
  ["all-ones", "int32", "ffffffff", false],
  ["all-ones", "uint32", "fffffffe", false],
  ["high-word-7fff", "int32", "7fff0000", true],
  ["high-word-7fff", "int32", "7fff1234", true],
  ["high-word-7fff", "int32", "7ffe1234", false],
  ["high-word-7fff", "uint32", "7fff1234", false],
  // A single register has no high word; 3276.7 is a value unless max-positive is listed.
  ["high-word-7fff", "int16", "7fff", false],
  ["0x7FC00000", "float32", "7fc00000", true],
  ["0x7FC0", "float32", "7fc00000", false],
  ["0xFFFF", "int16", "ffff", true],
];

for (const [pattern, type, hex, expected] of CASES) {
  Deno.test(`isNoValue(): ${pattern} ${expected ? "takes" : "leaves"} ${type} 0x${hex}`, () => {
    assertEquals(isNoValue(bytes(hex), type, [pattern]), expected);
  });
}

Deno.test("isNoValue() takes nothing without patterns and any of several", () => {
  assert(!isNoValue(bytes("7fff"), "int16", []));
  assert(isNoValue(bytes("8000"), "int16", ["max-positive", "min-negative"]));
});

Deno.test("isInvalidPattern() takes names and whole registers in hexadecimal", () => {
  for (const good of ["max-positive", "all-ones", "0x7FFF", "0x7fffffff", "0xFFFFFFFFFFFFFFFF"]) {
    assert(isInvalidPattern(good), good);
  }
  for (const bad of ["", "nan", "7FFF", "0x7FF", "0x7FFFF", "0xGGGG", "0x112233445566", "0x"]) {
    assert(!isInvalidPattern(bad), bad);
  }
});
