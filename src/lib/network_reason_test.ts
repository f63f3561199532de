import { assertEquals } from "@std/assert";
import { codeOf, networkReason } from "./network_reason.ts";

const REASONS: readonly [unknown, string][] = [
  [{ code: "ECONNREFUSED" }, "10.0.0.5:502 refuses the connection"],
  [{ code: "ECONNRESET" }, "10.0.0.5:502 reset the connection"],
  [{ code: "EHOSTUNREACH" }, "no route to 10.0.0.5:502"],
  [{ code: "ETIMEDOUT" }, "no answer from 10.0.0.5:502"],
  [{ code: "ENOTFOUND" }, "no host has the name of 10.0.0.5:502"],
  [new Error("something else"), "cannot reach 10.0.0.5:502: something else"],
  [{ code: "EODD" }, "cannot reach 10.0.0.5:502: EODD"],
  [{ code: 5 }, "cannot reach 10.0.0.5:502: no cause"],
  ["text", "cannot reach 10.0.0.5:502: no cause"],
  [null, "cannot reach 10.0.0.5:502: no cause"],
];

for (const [error, reason] of REASONS) {
  Deno.test(`networkReason() says "${reason}"`, () => {
    assertEquals(networkReason(error, "10.0.0.5:502"), reason);
  });
}

Deno.test("codeOf() finds text codes only", () => {
  assertEquals(codeOf(Object.assign(new Error("x"), { code: "EPIPE" })), "EPIPE");
  assertEquals(codeOf({ code: 1 }), null);
  assertEquals(codeOf(undefined), null);
});
