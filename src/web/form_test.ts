import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { sameSecret } from "./form.ts";

Deno.test("sameSecret() is true for the same text only, whatever the lengths", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (left, right) => {
    assertEquals(sameSecret(left, right), left === right);
    assertEquals(sameSecret(left, left), true);
  }));
});
