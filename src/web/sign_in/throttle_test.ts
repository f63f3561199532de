import { assertEquals } from "@std/assert";
import { createThrottle } from "./throttle.ts";

const RULES = { failuresMax: 5, windowMs: 900_000, firstDelayMs: 1_000, keysMax: 3 };

Deno.test("throttle doubles the wait with each failure", () => {
  const throttle = createThrottle(RULES);
  assertEquals(throttle.waitMs("a", 0), 0);
  let nowMs = 0;
  const waits = [];
  for (let count = 0; count < 4; count++) {
    throttle.tried("a", nowMs);
    waits.push(throttle.waitMs("a", nowMs));
    nowMs += throttle.waitMs("a", nowMs);
  }
  assertEquals(waits, [1_000, 2_000, 4_000, 8_000]);
});

Deno.test("throttle closes after the fifth failure until the first is out of the window", () => {
  const throttle = createThrottle(RULES);
  for (let count = 0; count < 5; count++) throttle.tried("a", count * 10_000);
  assertEquals(throttle.waitMs("a", 40_000), 860_000);
  assertEquals(throttle.waitMs("a", 899_999), 1);
  assertEquals(throttle.waitMs("a", 900_000), 0);
});

Deno.test("throttle keeps keys apart and forgets them after a success", () => {
  const throttle = createThrottle(RULES);
  for (let count = 0; count < 5; count++) throttle.tried("a", 0);
  assertEquals(throttle.waitMs("b", 0), 0);
  throttle.succeed("a");
  assertEquals(throttle.waitMs("a", 0), 0);
});

Deno.test("throttle forgets the longest untouched key when there are too many", () => {
  const throttle = createThrottle(RULES);
  for (const key of ["a", "b", "c", "a", "d"]) throttle.tried(key, 0);
  assertEquals(["a", "b", "c", "d"].map((key) => throttle.waitMs(key, 0) > 0), [
    true,
    false,
    true,
    true,
  ]);
});
