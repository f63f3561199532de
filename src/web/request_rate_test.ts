import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createRequestRate } from "./request_rate.ts";

const RULES = { perSecond: 10, burst: 20, keysMax: 3 };

Deno.test("a burst may come at once; after it each request waits for its turn", () => {
  const rate = createRequestRate(RULES);
  for (let count = 0; count < 20; count++) assertEquals(rate.take("a", 0), 0);
  assertEquals(rate.take("a", 0), 100);
  assertEquals(rate.take("a", 50), 50);
  assertEquals([rate.take("a", 100), rate.take("a", 100)], [0, 100]);
  assertEquals(rate.take("b", 100), 0);
});

Deno.test("never more pass than the burst and what the time since then allows", () => {
  fc.assert(fc.property(fc.array(fc.nat(500), { maxLength: 200 }), (pauses) => {
    const rate = createRequestRate(RULES);
    let nowMs = 0;
    let passed = 0;
    for (const pause of pauses) {
      nowMs += pause;
      if (rate.take("a", nowMs) === 0) passed++;
    }
    assertEquals(passed <= RULES.burst + nowMs / 1_000 * RULES.perSecond + 1e-6, true);
  }));
});

Deno.test("the longest silent are forgotten when there are too many", () => {
  const rate = createRequestRate(RULES);
  for (let count = 0; count < 20; count++) rate.take("a", 0);
  for (const key of ["b", "c"]) rate.take(key, 0);
  assertEquals(rate.take("a", 0) > 0, true);
  for (const key of ["d", "e", "f"]) rate.take(key, 0);
  assertEquals(rate.take("a", 0), 0);
});
