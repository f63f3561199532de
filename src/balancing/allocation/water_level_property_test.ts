import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { drawn } from "./_drawn.ts";
import { drawnSites } from "./_drawn_sites.ts";
import { createPool, everybody, type Pool } from "./pool.ts";
import { fillEvenly } from "./water_level.ts";

const wish = fc.record({
  min: fc.constantFrom(0, 6),
  more: fc.integer({ min: 0, max: 26 }),
  otherwise: fc.constant({}),
});

function shares(pool: Pool, who: readonly number[]): readonly number[] {
  fillEvenly(pool, who);
  return [...pool.amps];
}

Deno.test("fillEvenly() of a pool that was filled before gives what a new one gives", () => {
  fc.assert(
    fc.property(drawnSites(wish).any, fc.array(fc.nat(), { maxLength: 6 }), (drawing, some) => {
      const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
      const reused = createPool(claims, capacities);
      const all = everybody(reused);
      const few = [...new Set(some.map((each) => each % claims.length))];
      // Some of them first, then all, then others: each time from nothing.
      for (const who of [few, all, few.toReversed(), all]) {
        const fresh = createPool(claims, capacities);
        reused.re.set(fresh.re);
        reused.im.set(fresh.im);
        reused.amps.set(fresh.amps);
        assertEquals(shares(reused, who), shares(fresh, who));
      }
    }),
    { numRuns: 500 },
  );
});
