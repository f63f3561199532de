import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { nextOfStep, TINY_AMPS } from "./claim.ts";
import { drawn } from "./_drawn.ts";
import { drawnSites } from "./_drawn_sites.ts";
import { at, claimAt, createPool, everybody, fits, give, type Pool, setTo } from "./pool.ts";
import { handOut, roundDown } from "./rounding.ts";

const wish = fc.record({
  min: fc.constantFrom(0, 6),
  more: fc.integer({ min: 0, max: 26 }),
  otherwise: fc.record({ step: fc.constantFrom(0.1, 1, 2), laxityMs: fc.constantFrom(0, 9_000) }),
});

/** Asks everybody again and again whether a step fits, until none does. */
function askAllAgain(pool: Pool, order: readonly number[]): void {
  for (let isRaised = true; isRaised;) {
    isRaised = false;
    for (const index of order) {
      const { step, minAmps, maxAmps } = claimAt(pool, index);
      const amps = at(pool.amps, index);
      const next = nextOfStep(step, amps);
      if (next === null || next < minAmps || next > maxAmps + TINY_AMPS) continue;
      if (!fits(pool, index, next - amps)) continue;
      setTo(pool, index, next);
      isRaised = true;
    }
  }
}

const sites = drawnSites(wish);

Deno.test("handOut() gives what asking everybody for each step gives, on neutrals and deltas as well", () => {
  fc.assert(
    fc.property(sites.any, fc.array(fc.nat(12)), (drawing, begun) => {
      const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
      const [pool, expected] = [createPool(claims, capacities), createPool(claims, capacities)];
      const all = everybody(pool);
      // Some have something already, which may be more than there is.
      all.forEach((index) => {
        give(pool, index, begun[index] ?? 0);
        give(expected, index, begun[index] ?? 0);
      });
      handOut(pool, all);
      askAllAgain(expected, all);
      assertEquals(pool.amps, expected.amps);
      assertEquals(pool.re, expected.re);
    }),
    { numRuns: 500 },
  );
});

Deno.test("roundDown() in a pool that was rounded before gives what it gives in a new one", () => {
  fc.assert(
    fc.property(sites.any, fc.array(fc.float({ min: 0, max: 32, noNaN: true })), (drawing, has) => {
      const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
      const [reused, fresh] = [createPool(claims, capacities), createPool(claims, capacities)];
      const all = everybody(reused);
      roundDown(reused, all);
      const space = reused.remainders;
      reused.amps.fill(0);
      for (const each of ["re", "im"] as const) reused[each].set(fresh[each]);
      for (const pool of [reused, fresh]) {
        all.forEach((index) => give(pool, index, has[index] ?? 0));
        // Only some of them: what was noted of the others does not count.
        roundDown(pool, all.filter((index) => index % 2 === 0));
      }
      assertStrictEquals(reused.remainders, space);
      assertEquals(reused.amps, fresh.amps);
    }),
    { numRuns: 500 },
  );
});
