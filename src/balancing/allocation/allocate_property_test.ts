import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { allocate, type Sharing } from "./allocate.ts";
import type { Capacity, Claim } from "./claim.ts";
import { drawn, type DrawnCapacities, type DrawnClaim } from "./_drawn.ts";
import { drawnSites } from "./_drawn_sites.ts";
import { fillByDeparture } from "./departure.ts";
import { fillEvenly } from "./water_level.ts";

const sharings = fc.constantFrom<Sharing>(fillEvenly, fillByDeparture);
const steps = fc.constantFrom(0, 0.1, 1, 2, [0, 8, 16, 24, 32]);

const sites = drawnSites(
  fc.record({
    min: fc.constantFrom(0, 6, 6.5, 8),
    more: fc.integer({ min: 0, max: 26 }),
    otherwise: fc.record({
      step: steps,
      priority: fc.nat(2),
      laxityMs: fc.constantFrom(0, 5, 5, 9, Infinity),
    }),
  }),
);

function loadOf(
  { limit, isPhasor }: Capacity,
  index: number,
  claims: readonly Claim[],
  amps: readonly number[],
): number {
  let [re, im] = [0, 0];
  for (const [at, claim] of claims.entries()) {
    for (const draw of claim.draws) {
      if (draw.capacity !== index) continue;
      re += draw.re * (amps[at] ?? 0);
      im += draw.im * (amps[at] ?? 0);
    }
  }
  return (isPhasor ? Math.hypot(re, im) : re) - limit;
}

Deno.test("allocate() keeps every capacity, every minimum, maximum and step", () => {
  fc.assert(
    fc.property(sites.any, sharings, (drawing, sharing) => {
      const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
      const amps = allocate(claims, capacities, sharing);
      for (const [index, capacity] of capacities.entries()) {
        assert(loadOf(capacity, index, claims, amps) <= 1e-5, `capacity ${index}`);
      }
      for (const [index, { minAmps, maxAmps, step }] of claims.entries()) {
        const is = amps[index] ?? NaN;
        assert(is === 0 || is >= minAmps, `${is} A below ${minAmps} A`);
        assert(is <= maxAmps + 1e-9, `${is} A above ${maxAmps} A`);
        const isOnStep = typeof step === "number"
          ? step === 0 || is === minAmps || Math.abs(is / step - Math.round(is / step)) < 1e-6
          : step.includes(is);
        assert(isOnStep, `${is} A in steps of ${step}`);
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("allocate() gives the same to the same", () => {
  fc.assert(fc.property(sites.any, sharings, (drawing, sharing) => {
    const once = drawn(drawing.capacities, drawing.claims);
    const again = drawn(drawing.capacities, drawing.claims);
    assertEquals(
      allocate(once.claims, once.capacities, sharing),
      allocate(again.claims, again.capacities, sharing),
    );
  }));
});

Deno.test("allocate() leaves no step that would still fit", () => {
  fc.assert(
    fc.property(fc.oneof(sites.wye, sites.delta), sharings, (drawing, sharing) => {
      const { claims, capacities } = drawn(drawing.capacities, drawing.claims);
      const amps = allocate(claims, capacities, sharing);
      for (const [index, { maxAmps, draws }] of claims.entries()) {
        const is = amps[index] ?? 0;
        const more = amps.with(index, is + 2.001);
        if (is === 0 || is + 2.001 > maxAmps || claims[index]?.step instanceof Array) continue;
        const isStopped = draws.some(({ capacity }) => {
          const bound = capacities[capacity];
          return bound !== undefined && loadOf(bound, capacity, claims, more) > 0;
        });
        assert(isStopped, `claim ${index} could have 2 A more than ${is} A`);
      }
    }),
    { numRuns: 500 },
  );
});

/** Max-min shares the slow way: the level by bisection, again and again without those that are stopped. */
function slowShares(claims: readonly Claim[], capacities: readonly Capacity[]): number[] {
  const amps = claims.map(({ minAmps }) => minAmps);
  const open = new Set(claims.keys());
  const isWithin = (tried: readonly number[]) =>
    capacities.every((capacity, index) => loadOf(capacity, index, claims, tried) <= 1e-9);
  while (open.size > 0) {
    const upTo = (level: number) =>
      amps.map((is, index) =>
        open.has(index) ? Math.max(is, Math.min(level, claims[index]?.maxAmps ?? 0)) : is
      );
    let [low, high] = [0, 100];
    for (let turn = 0; turn < 60; turn++) {
      const middle = (low + high) / 2;
      if (isWithin(upTo(middle))) low = middle;
      else high = middle;
    }
    for (const [index, is] of upTo(low).entries()) amps[index] = is;
    for (const index of open) {
      const is = amps[index] ?? 0;
      const isAtMost = is >= (claims[index]?.maxAmps ?? 0) - 1e-9;
      // A higher minimum is not stopped by a capacity that others may still fill below it.
      const isStopped = !isWithin(amps.with(index, is + 1e-6)) && is <= low + 1e-6;
      if (isAtMost || isStopped || low > 99) open.delete(index);
      else if (!isWithin(amps.with(index, is + 1e-6))) open.delete(index);
    }
  }
  return amps;
}

Deno.test("fillEvenly() finds the max-min share that bisection finds", () => {
  fc.assert(
    fc.property(sites.wye, (drawing) => {
      const { claims, capacities } = drawn(
        drawing.capacities,
        drawing.claims.map(([min, max, path]) => [min, max, path]),
      );
      const mins = claims.map(({ minAmps }) => minAmps);
      fc.pre(capacities.every((each, index) => loadOf(each, index, claims, mins) <= 0));
      const fair = slowShares(claims, capacities);
      for (const [index, is] of allocate(claims, capacities).entries()) {
        assertAlmostEquals(is, fair[index] ?? NaN, 1e-4, `claim ${index}`);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("allocate() gives no more under a node of a tree whose limit falls", () => {
  const tree = fc.record({
    grid: fc.integer({ min: 0, max: 130 }),
    rowA: fc.integer({ min: 0, max: 80 }),
    rowB: fc.integer({ min: 0, max: 80 }),
    evs: fc.array(fc.constantFrom("grid", "grid rowA", "grid rowB"), {
      minLength: 1,
      maxLength: 8,
    }),
    classes: fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
    falls: fc.constantFrom("grid", "rowA", "rowB"),
    by: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(
      tree,
      sharings,
      ({ grid, rowA, rowB, evs, classes, falls, by }, sharing) => {
        const claims = evs.map((path, index): DrawnClaim => [6, 32, path, {
          step: 1,
          priority: classes[index] ?? 0,
        }]);
        const limits = { grid, rowA, rowB };
        const lowered = { ...limits, [falls]: Math.max(0, limits[falls] - by) };
        const under = (limits: DrawnCapacities) => {
          const given = drawn(limits, claims);
          const amps = allocate(given.claims, given.capacities, sharing);
          return evs.reduce(
            (sum, path, at) => path.includes(falls) ? sum + (amps[at] ?? 0) : sum,
            0,
          );
        };
        assert(under(lowered) <= under(limits) + 1e-6);
      },
    ),
    { numRuns: 1_000 },
  );
});
