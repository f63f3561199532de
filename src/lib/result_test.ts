import { assertEquals } from "@std/assert";
import { fail, ok, type Result } from "./result.ts";

function half(number: number): Result<number, string> {
  return number % 2 === 0 ? ok(number / 2) : fail(`${number} is odd`);
}

Deno.test("a result is the value or the error, never both", () => {
  assertEquals(half(8), { ok: true, value: 4 });
  assertEquals(half(7), { ok: false, error: "7 is odd" });
});

Deno.test("looking at `ok` tells the type which of the two it is", () => {
  const outcome = half(8);
  assertEquals(outcome.ok ? outcome.value + 1 : outcome.error.length, 5);
});
