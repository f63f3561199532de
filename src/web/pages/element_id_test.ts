import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { elementId } from "./element_id.ts";

Deno.test("elementId() leaves plain names readable", () => {
  assertEquals(elementId("evse", 7), "evse-7");
  assertEquals(elementId("circuit", "row-a"), "circuit-row-a");
});

Deno.test("elementId() holds nothing that HTML or a selector would trip over", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    assertMatch(elementId("x", name), /^x-[A-Za-z0-9_-]*$/);
  }));
});

Deno.test("elementId() is different for different names", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (left, right) => {
    assertEquals(elementId("x", left) === elementId("x", right), left === right);
  }));
});
