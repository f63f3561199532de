import { assertEquals } from "@std/assert";
import { forEyesOf } from "./discretion.ts";

Deno.test("forEyesOf() masks every token of a view for viewers, at any depth", () => {
  const view = { token: "04A1B2C3", list: [{ inner: { token: "SHORT", slot: 1 } }], token2: "x" };
  assertEquals(forEyesOf("viewer", view), {
    token: "••••B2C3",
    list: [{ inner: { token: "••••RT", slot: 1 } }],
    token2: "x",
  });
  for (const role of ["operator", "installer", "admin"] as const) {
    assertEquals(forEyesOf(role, view), view);
  }
});

Deno.test("forEyesOf() leaves other values as they are", () => {
  for (const view of [null, 7, "text", [], {}, { token: null }]) {
    assertEquals(forEyesOf("viewer", view), view);
  }
});
