import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decimalText, readDecimal, writeDecimal } from "./decimal_text.ts";

const TEXTS: readonly (readonly [text: string, value: number | null])[] = [
  ["12.50", 12.5],
  ["0", 0],
  ["-0", 0],
  ["-0.5", -0.5],
  ["+7", 7],
  ["007", 7],
  [".5", 0.5],
  ["5.", 5],
  [" 604.2 ", 604.2],
  ["1e3", 1000],
  ["1.5E-3", 0.0015],
  ["123456789012345678901234567890", 123456789012345680000000000000],
  ["", null],
  [" ", null],
  [".", null],
  ["e5", null],
  ["-", null],
  ["1e999", null],
  ["1e99999", null],
  ["12,5", null],
  ["1 000", null],
  ["0x10", null],
  ["NaN", null],
  ["Infinity", null],
  ["OCMF|{}|{}", null],
  ["1".repeat(400), null],
];

for (const [text, value] of TEXTS) {
  Deno.test(`readDecimal() of "${text.slice(0, 30)}" is ${value}`, () => {
    assertEquals(Object.is(readDecimal(text), value), true);
  });
}

const NUMBERS: readonly (readonly [value: number, exponent: number, text: string | null])[] = [
  [12.5, 0, "12.5"],
  [0, 0, "0"],
  [-0.5, 0, "-0.5"],
  [1e21, 0, "1000000000000000000000"],
  [1.5e-7, 0, "0.00000015"],
  [1.234, 3, "1234"],
  [1.2345, 3, "1234.5"],
  [12, 3, "12000"],
  [12, -3, "0.012"],
  [12000, -3, "12"],
  [-12, -1, "-1.2"],
  [0, 3, "0"],
  [0.1, 1, "1"],
  [1, 31, null],
  [1, -31, null],
  [1, 1e9, null],
];

for (const [value, exponent, text] of NUMBERS) {
  Deno.test(`writeDecimal() of ${value} × 10^${exponent} is ${text}`, () => {
    assertEquals(writeDecimal(value, exponent), text);
  });
}

const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

Deno.test("readDecimal() of what writeDecimal() writes is the same number", () => {
  fc.assert(fc.property(doubles, (value) => {
    assertEquals(readDecimal(decimalText.write(value)), value);
  }));
});

Deno.test("writeDecimal() moves the point without rounding", () => {
  fc.assert(fc.property(doubles, fc.integer({ min: -30, max: 30 }), (value, exponent) => {
    const text = writeDecimal(value, exponent) ?? "";
    assertEquals(/^-?\d+(\.\d*[1-9])?$/.test(text), true, text);
    assertEquals(Number(`${text}e${-exponent}`), value);
  }));
});
