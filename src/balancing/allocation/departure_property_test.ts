import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { allocate } from "./allocate.ts";
import { type Claim, settable } from "./claim.ts";
import { fillByDeparture } from "./departure.ts";
import { createPool, everybody, excessOf, fits, type Pool } from "./pool.ts";
import { drawn, type DrawnClaim } from "./_drawn.ts";
import { type DrawnSite, drawnSites } from "./_drawn_sites.ts";

const HOUR_MS = 3_600_000;

const unknownOr = (each: fc.Arbitrary<number>) => fc.option(each, { freq: 5 });

const sites = drawnSites(
  fc.record({
    min: fc.constantFrom(0, 6, 6.5, 8),
    more: fc.integer({ min: 0, max: 26 }),
    otherwise: fc.record({
      step: fc.constantFrom(0, 0.1, 1, 2, [0, 8, 16, 24, 32]),
      strand: fc.option(fc.constantFrom("a", "b"), { nil: undefined, freq: 2 }),
      nowAmps: fc.constantFrom(0, 6, 30),
      ampHours: unknownOr(fc.nat(60)),
      leftMs: unknownOr(fc.nat(12).map((hours) => hours * HOUR_MS)),
    }).map(({ strand, ampHours, leftMs, ...otherwise }) => ({
      ...otherwise,
      need: { ampHours, leftMs },
      ...(strand === undefined ? {} : { strand }),
    })),
  }),
);

function poolOf(drawing: DrawnSite): Pool {
  const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
  return createPool(claims.map(settable), capacities);
}

function assertWithin(pool: Pool): void {
  for (const capacity of pool.limits.keys()) {
    assert(excessOf(pool, capacity) <= 1e-5, `capacity ${capacity} by ${excessOf(pool, capacity)}`);
  }
}

function isSettable({ minAmps, maxAmps, step }: Claim, amps: number): boolean {
  if (amps === 0 || amps === minAmps) return true;
  if (amps < minAmps - 1e-6 || amps > maxAmps + 1e-6) return false;
  if (typeof step !== "number") return step.includes(amps);
  return step === 0 || Math.abs(amps / step - Math.round(amps / step)) < 1e-6;
}

Deno.test("by departure, every capacity, minimum, maximum and step is kept", () => {
  fc.assert(
    fc.property(sites.any, (drawing) => {
      const pool = poolOf(drawing);
      fillByDeparture(pool, everybody(pool));
      assertWithin(pool);
      for (const [index, claim] of pool.claims.entries()) {
        const amps = pool.amps[index] ?? NaN;
        assert(isSettable(claim, amps), `${amps} A for ${JSON.stringify(claim)}`);
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("by departure, nobody waits for whose minimum there is room", () => {
  fc.assert(
    fc.property(fc.oneof(sites.wye, sites.delta), (drawing) => {
      const pool = poolOf(drawing);
      fillByDeparture(pool, everybody(pool));
      for (const [index, { minAmps, maxAmps }] of pool.claims.entries()) {
        if (minAmps === 0 || maxAmps < minAmps) continue;
        assert(pool.amps[index] !== 0 || !fits(pool, index, minAmps), `claim ${index} waits`);
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("by departure, nobody loses the minimum that it has", () => {
  fc.assert(fc.property(fc.oneof(sites.wye, sites.delta), (drawing) => {
    const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
    const minimums = allocate(claims, capacities, () => {});
    const pool = createPool(claims.map(settable), capacities);
    for (const [index, amps] of minimums.entries()) {
      pool.amps[index] = amps;
      for (const { capacity, re, im } of claims[index]?.draws ?? []) {
        pool.re[capacity] = (pool.re[capacity] ?? 0) + amps * re;
        pool.im[capacity] = (pool.im[capacity] ?? 0) + amps * im;
      }
    }
    fillByDeparture(pool, everybody(pool));
    assertWithin(pool);
    for (const [index, amps] of minimums.entries()) assert((pool.amps[index] ?? 0) >= amps - 1e-6);
  }));
});

Deno.test("by departure, the same claims get the same in whatever order they come", () => {
  const known = (drawing: DrawnSite) =>
    drawing.claims.every(([, , , otherwise]) =>
      typeof otherwise?.need?.ampHours === "number" && typeof otherwise.need.leftMs === "number"
    );
  fc.assert(fc.property(sites.any.filter(known), (drawing) => {
    const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
    const amps = (of: readonly Claim[]) => {
      const pool = createPool(of.map(settable), capacities);
      fillByDeparture(pool, everybody(pool));
      return new Map(of.map(({ id }, index) => [id, pool.amps[index] ?? NaN]));
    };
    const there = amps(claims);
    for (const [id, is] of amps(claims.toReversed())) {
      assertAlmostEquals(is, there.get(id) ?? 0, 1e-5);
    }
  }));
});

Deno.test("where nothing is known of anybody, departure is fair", () => {
  fc.assert(fc.property(sites.wye, (drawing) => {
    const { capacities } = drawing;
    const claims = drawing.claims.map(([min, max, path]): DrawnClaim => [min, max, path]);
    const site = drawn(capacities, claims);
    const pool = poolOf({ capacities, claims });
    fillByDeparture(pool, everybody(pool));
    const fair = allocate(site.claims, site.capacities);
    for (const [index, amps] of fair.entries()) {
      assertAlmostEquals(pool.amps[index] ?? 0, amps, 1e-5);
    }
  }));
});

Deno.test("by departure, the most urgent of a queue gets all there is room for", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }), (limit, all) => {
      const claims = all.map((hours): DrawnClaim => [
        0,
        32,
        "L1",
        { need: { ampHours: 20, leftMs: hours * HOUR_MS } },
      ]);
      const pool = poolOf({ capacities: { L1: limit }, claims });
      fillByDeparture(pool, everybody(pool));
      const first = all.indexOf(Math.min(...all));
      assertAlmostEquals(pool.amps[first] ?? 0, Math.min(32, limit));
      assertEquals(
        Math.round(pool.amps.reduce((sum, amps) => sum + amps, 0) * 1e6) / 1e6,
        Math.min(limit, 32 * all.length),
      );
    }),
  );
});
