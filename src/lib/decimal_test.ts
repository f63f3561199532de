import { assert, assertEquals } from "@std/assert";
import { decimal, decimalText, isDecimalText, roundedTo, sumOf, ZERO } from "./decimal.ts";

Deno.test("a number becomes the decimal that its text says", () => {
  assertEquals(decimalText(decimal(0.1).plus(0.2)), "0.3");
  assertEquals(decimalText(decimal("8.50").times("12.345")), "104.9325");
  assertEquals(decimalText(decimal(1e-9)), "0.000000001");
});

Deno.test("a sum is exact, and zero for nothing", () => {
  assertEquals(decimalText(sumOf([0.1, 0.2, 0.3].map(decimal))), "0.6");
  assert(sumOf([]).eq(ZERO));
});

Deno.test("rounding goes to the nearest step, halves up", () => {
  const cases = [["1.005", "0.01", "1.01"], ["2.024", "0.05", "2"], ["2.025", "0.05", "2.05"]];
  for (const [value = "", step = "", wanted] of [...cases, ["149.5", "1", "150"]]) {
    assertEquals(decimalText(roundedTo(decimal(value), decimal(step))), wanted);
  }
});

Deno.test("only plain decimal texts are taken", () => {
  assert(["0", "12", "-0.05", "8.50"].every(isDecimalText));
  assert(!["", "1e3", "1,5", ".5", "5.", "NaN", "0x10"].some(isDecimalText));
});
