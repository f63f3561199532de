import { assert, assertEquals } from "@std/assert";
import { createThrottle } from "./throttle.ts";

const RULES = { failuresMax: 3, windowMs: 60_000, blockMs: 900_000, keysMax: 2 } as const;

Deno.test("a throttle blocks at the failure that is one too many, for its time", () => {
  const throttle = createThrottle(RULES);
  assertEquals([0, 1_000, 2_000].map((at) => throttle.fail("CP1", at)), [false, false, true]);
  assert(throttle.isBlocked("CP1", 2_000));
  assert(throttle.isBlocked("CP1", 901_999));
  assert(!throttle.isBlocked("CP1", 902_000));
});

Deno.test("a throttle blocks one key and leaves the others alone", () => {
  const throttle = createThrottle(RULES);
  for (const at of [0, 1, 2]) throttle.fail("CP1", at);
  assert(!throttle.isBlocked("CP2", 2));
});

Deno.test("a throttle forgets failures that are older than its window", () => {
  const throttle = createThrottle(RULES);
  throttle.fail("CP1", 0);
  throttle.fail("CP1", 30_000);
  assertEquals(throttle.fail("CP1", 60_000), false);
  assertEquals(throttle.fail("CP1", 60_001), true);
});

Deno.test("a success makes a throttle forget the failures before it", () => {
  const throttle = createThrottle(RULES);
  throttle.fail("CP1", 0);
  throttle.fail("CP1", 1);
  throttle.succeed("CP1");
  assertEquals(throttle.fail("CP1", 2), false);
});

Deno.test("after its block a key has as many attempts as before", () => {
  const throttle = createThrottle(RULES);
  for (const at of [0, 1, 2]) throttle.fail("CP1", at);
  assertEquals([900_010, 900_011, 900_012].map((at) => throttle.fail("CP1", at)), [
    false,
    false,
    true,
  ]);
});

Deno.test("a throttle holds no more keys than it may, and lets go of the one that failed longest ago", () => {
  const throttle = createThrottle({ ...RULES, failuresMax: 1 });
  throttle.fail("a", 0);
  throttle.fail("b", 1);
  throttle.fail("a", 2);
  throttle.fail("c", 3);
  assertEquals(["a", "b", "c"].map((key) => throttle.isBlocked(key, 4)), [true, false, true]);
});
