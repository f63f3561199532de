/** Against what IEC 60898-1 demands of miniature circuit breakers, and IEC 60269-1 of gG fuses. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Breaker, type Device, hasTripped, heatBreaker, WARM_BREAKER } from "./breaker.ts";

const COLD: Breaker = { quick: 0, slow: 0 };
const HOUR_S = 3_600;

/** After how many seconds it is off at a current of so many times the rated one; null for never. */
function tripsAfterS(
  breaker: Breaker,
  ratio: number,
  secondsMax: number,
  device: Device = "B",
): number | null {
  let now = breaker;
  for (let second = 1; second <= secondsMax; second++) {
    now = heatBreaker(now, ratio, 1, device);
    if (hasTripped(now, device)) return second;
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

Deno.test("type C lets 5 times its rating be for a moment less, and is as slow as B below that (test d)", () => {
  assert(hasTripped(heatBreaker(COLD, 5, 0.01, "C"), "C"));
  assert(!hasTripped(heatBreaker(COLD, 4.9, 0.01, "C"), "C"));
  for (const ratio of [1.14, 1.45, 2, 2.55]) {
    assertEquals(
      tripsAfterS(WARM_BREAKER, ratio, HOUR_S, "C"),
      tripsAfterS(WARM_BREAKER, ratio, HOUR_S, "B"),
    );
  }
});

Deno.test("a gG fuse carries 1.25 times its rating for an hour and melts within one at 1.6 (IEC 60269-1, table 2)", () => {
  assertEquals(tripsAfterS(WARM_BREAKER, 1.25, HOUR_S, "gG"), null);
  const seconds = tripsAfterS(COLD, 1.6, HOUR_S, "gG");
  assert(seconds !== null && seconds < HOUR_S, `${seconds} s`);
});

Deno.test("a gG fuse bears for 10 s what the gates of IEC 60269-1 say it must (table 3)", () => {
  // Rating, and what it has to bear for 10 s, amperes.
  for (const [ratedAmps, bearsAmps] of [[63, 160], [100, 290], [160, 460]] as const) {
    assertEquals(tripsAfterS(COLD, bearsAmps / ratedAmps, 10, "gG"), null, `${ratedAmps} A`);
  }
  // And where it has to be gone within 5 s, it is.
  for (const [ratedAmps, meltsAmps] of [[63, 320], [100, 580], [160, 950]] as const) {
    const seconds = tripsAfterS(COLD, meltsAmps / ratedAmps, 5, "gG");
    assert(seconds !== null, `${ratedAmps} A`);
  }
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
