/** Against what IEC 60898-1 demands of any miniature circuit breaker of type B. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Breaker, hasTripped, heatBreaker, WARM_BREAKER } from "./breaker.ts";

const COLD: Breaker = { quick: 0, slow: 0 };
const HOUR_S = 3_600;

/** After how many seconds it is off at a current of so many times the rated one; null for never. */
function tripsAfterS(breaker: Breaker, ratio: number, secondsMax: number): number | null {
  let now = breaker;
  for (let second = 1; second <= secondsMax; second++) {
    now = heatBreaker(now, ratio, 1);
    if (hasTripped(now)) return second;
  }
  return null;
}

Deno.test("a breaker carries 1.13 times its rating for an hour, cold and warm (table 7, test a)", () => {
  assertEquals(tripsAfterS(COLD, 1.13, HOUR_S), null);
  assertEquals(tripsAfterS(WARM_BREAKER, 1.13, HOUR_S), null);
  assertEquals(tripsAfterS(WARM_BREAKER, 1, 24 * HOUR_S), null);
});

Deno.test("from there it is off within the hour at 1.45 times its rating (table 7, test b)", () => {
  const afterAnHour = heatBreaker(COLD, 1.13, HOUR_S);
  const seconds = tripsAfterS(afterAnHour, 1.45, HOUR_S);
  assert(seconds !== null && seconds < HOUR_S, `${seconds} s`);
});

Deno.test("at 2.55 times its rating it is off after more than a second and less than a minute (test c)", () => {
  for (const breaker of [COLD, WARM_BREAKER]) {
    const seconds = tripsAfterS(breaker, 2.55, 60);
    assert(seconds !== null && seconds > 1, `${seconds} s`);
  }
});

Deno.test("at 3 times its rating it is off at once, which no breaker of the norm must be (test d)", () => {
  assert(hasTripped(heatBreaker(COLD, 3, 0.01)));
  assert(!hasTripped(heatBreaker(COLD, 2.9, 0.01)));
});

Deno.test("seconds of overload are forgiven, and forgotten when it has cooled", () => {
  const stressed = heatBreaker(WARM_BREAKER, 2, 5);
  assert(!hasTripped(stressed));
  const rested = heatBreaker(stressed, 0.5, 2 * HOUR_S);
  assert(Math.abs(rested.quick - WARM_BREAKER.quick) < 0.01, `${rested.quick}`);
  assert(Math.abs(rested.slow - WARM_BREAKER.slow) < 0.01, `${rested.slow}`);
});

const ratios = fc.double({ min: 0, max: 4, noNaN: true });

Deno.test("more current never trips later", () => {
  fc.assert(fc.property(ratios, ratios, (one, other) => {
    const never = Number.POSITIVE_INFINITY;
    const more = tripsAfterS(WARM_BREAKER, Math.max(one, other), 900) ?? never;
    const less = tripsAfterS(WARM_BREAKER, Math.min(one, other), 900) ?? never;
    assert(more <= less, `${more} s at more, ${less} s at less`);
  }));
});

Deno.test("it does not matter in how many steps it is looked at", () => {
  const seconds = fc.integer({ min: 1, max: 300 });
  fc.assert(fc.property(fc.double({ min: 0, max: 2.9, noNaN: true }), seconds, (ratio, count) => {
    let inSteps = WARM_BREAKER;
    for (let second = 0; second < count; second++) inSteps = heatBreaker(inSteps, ratio, 1);
    const atOnce = heatBreaker(WARM_BREAKER, ratio, count);
    assert(Math.abs(inSteps.quick - atOnce.quick) < 1e-6);
    assert(Math.abs(inSteps.slow - atOnce.slow) < 1e-6);
  }));
});
