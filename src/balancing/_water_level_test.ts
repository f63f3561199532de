import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Capacity, type Claim, fillEvenly, roundDown, weightOn } from "./_water_level.ts";

/** Claims as [minimum, maximum, "capacity capacity …", silent], capacities by name. */
type Drawn = readonly [number, number, string, boolean?];

function pour(capacities: Readonly<Record<string, number>>, drawn: readonly Drawn[]): Claim[] {
  const byName = new Map<string, Capacity>(
    Object.entries(capacities).map(([name, leftAmps]) => [
      name,
      { leftAmps, rising: 0, isMetered: name !== "open", claims: [] },
    ]),
  );
  const claims = drawn.map(([minAmps, maxAmps, names, isSilent = false], index): Claim => ({
    minAmps,
    maxAmps,
    isSilent,
    slot: index + 1,
    capacities: names.split(" ").flatMap((name) => byName.get(name) ?? []),
    amps: minAmps,
    isRising: false,
  }));
  for (const claim of claims) {
    for (const capacity of claim.capacities) {
      capacity.leftAmps -= weightOn(capacity, claim) * claim.minAmps;
      capacity.claims.push(claim);
    }
  }
  return claims;
}

interface Case {
  readonly name: string;
  readonly capacities: Readonly<Record<string, number>>;
  readonly claims: readonly Drawn[];
  readonly amps: readonly number[];
}

const LEVELS: readonly Case[] = [
  {
    name: "equal shares of one circuit",
    capacities: { grid: 48 },
    claims: [[6, 32, "grid"], [6, 32, "grid"], [6, 32, "grid"]],
    amps: [16, 16, 16],
  },
  {
    name: "what one cannot take goes to the others",
    capacities: { grid: 48 },
    claims: [[6, 10, "grid"], [6, 32, "grid"], [6, 32, "grid"]],
    amps: [10, 19, 19],
  },
  {
    name: "a full row leaves the rest of the grid to the other row",
    capacities: { grid: 60, rowA: 20, rowB: 60 },
    claims: [[6, 32, "grid rowA"], [6, 32, "grid rowA"], [6, 32, "grid rowB"]],
    amps: [10, 10, 32],
  },
  {
    name: "a one-phase EV shares only its own line",
    capacities: { L1: 30, L2: 30, L3: 30 },
    claims: [[6, 32, "L1 L2 L3"], [6, 32, "L1"]],
    amps: [15, 15],
  },
  {
    name: "three one-phase EVs on one line hold a three-phase EV down there only",
    capacities: { L1: 40, L2: 40, L3: 40 },
    claims: [[6, 32, "L1 L2 L3"], [6, 32, "L1"], [6, 32, "L1"], [6, 32, "L1"], [6, 32, "L2"]],
    amps: [10, 10, 10, 10, 30],
  },
  {
    name: "a higher minimum stands out until the level reaches it",
    capacities: { grid: 30 },
    claims: [[14, 32, "grid"], [6, 32, "grid"], [6, 32, "grid"]],
    amps: [14, 8, 8],
  },
  {
    name: "a silent charger twice the room under a meter",
    capacities: { grid: 30 },
    claims: [[6, 32, "grid", true], [6, 32, "grid"]],
    amps: [10, 10],
  },
  {
    name: "a silent charger no more than others where no meter is",
    capacities: { open: 30 },
    claims: [[6, 32, "open", true], [6, 32, "open"]],
    amps: [15, 15],
  },
  {
    name: "without bounds everybody gets the maximum",
    capacities: { site: Infinity },
    claims: [[6, 16, "site"], [6, 32, "site"]],
    amps: [16, 32],
  },
  {
    name: "a circuit that is overdrawn by minimum currents gives no more",
    capacities: { grid: 11 },
    claims: [[6, 32, "grid"], [6, 32, "grid"]],
    amps: [6, 6],
  },
];

for (const { name, capacities, claims, amps } of LEVELS) {
  Deno.test(`fillEvenly() gives ${name}`, () => {
    const filled = pour(capacities, claims);
    fillEvenly(filled);
    for (const [index, claim] of filled.entries()) {
      assertAlmostEquals(claim.amps, amps[index] ?? NaN, 1e-6);
    }
  });
}

Deno.test("fillEvenly() of nobody does nothing", () => {
  fillEvenly([]);
});

Deno.test("roundDown() hands the rest to the largest remainders, one ampere each", () => {
  // 9.5 + 9.5 of 19 A, and 20.5 of a circuit of its own that has no whole ampere left.
  const claims = pour({ a: 19, b: 20.5 }, [[6, 32, "a"], [6, 32, "a"], [6, 32, "b"]]);
  fillEvenly(claims);
  roundDown(claims);
  assertEquals(claims.map((claim) => claim.amps), [10, 9, 20]);
});

Deno.test("roundDown() prefers the larger remainder to the lower slot", () => {
  // Four of 12.3 A on a circuit that has an ampere left, one of 12.7 A, and one ampere for all.
  const claims = pour({ a: 49.2, all: 61.9 }, [
    [6, 32, "a all"],
    [6, 32, "a all"],
    [6, 32, "a all"],
    [6, 32, "a all"],
    [6, 32, "all"],
  ]);
  fillEvenly(claims);
  roundDown(claims);
  assertEquals(claims.map((claim) => claim.amps), [12, 12, 12, 12, 13]);
});

Deno.test("roundDown() keeps an odd minimum", () => {
  const claims = pour({ a: 6.9 }, [[6.5, 32, "a"]]);
  fillEvenly(claims);
  roundDown(claims);
  assertEquals(claims[0]?.amps, 6.5);
});

const NAMES = ["grid", "a", "b", "c"] as const;

/** Random claims whose minimum currents fit. */
const filling = fc.record({
  sizes: fc.tuple(...NAMES.map(() => fc.integer({ min: 30, max: 130 }))),
  claims: fc.array(
    fc.record({
      min: fc.constantFrom(6, 8),
      more: fc.integer({ min: 0, max: 26 }),
      on: fc.constantFrom("grid", "grid a", "grid b", "grid a c", "grid b c"),
      silent: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
}).map(({ sizes, claims }) => ({
  capacities: Object.fromEntries(NAMES.map((name, index) => [name, sizes[index] ?? 0])),
  claims: claims.map(({ min, more, on, silent }): Drawn => [min, min + more, on, silent]),
}));

Deno.test("fillEvenly() never overdraws, and stops nobody without a reason", () => {
  fc.assert(fc.property(filling, ({ capacities, claims }) => {
    const filled = pour(capacities, claims);
    fc.pre(filled.every((claim) => claim.capacities.every((each) => each.leftAmps >= 0)));
    fillEvenly(filled);
    for (const claim of filled) {
      assert(claim.amps <= claim.maxAmps + 1e-6);
      assert(claim.capacities.every((each) => each.leftAmps >= -1e-6));
      // Max-min fair: at its maximum, or on a full capacity on which nobody has more, but by his
      // minimum. That is what makes the share the only fair one.
      const isExcused = claim.amps >= claim.maxAmps - 1e-6 ||
        claim.capacities.some((each) =>
          each.leftAmps <= 1e-5 &&
          each.claims.every((other) => other.amps <= Math.max(claim.amps, other.minAmps) + 1e-6)
        );
      assert(isExcused, `claim ${claim.slot} stopped at ${claim.amps}`);
    }
  }));
});

Deno.test("roundDown() leaves whole amperes that still fit", () => {
  fc.assert(fc.property(filling, ({ capacities, claims }) => {
    const filled = pour(capacities, claims);
    fc.pre(filled.every((claim) => claim.capacities.every((each) => each.leftAmps >= 0)));
    fillEvenly(filled);
    const before = filled.map((claim) => claim.amps);
    roundDown(filled);
    for (const [index, claim] of filled.entries()) {
      assert(Number.isInteger(claim.amps));
      assert(claim.amps >= claim.minAmps && claim.amps <= claim.maxAmps);
      assert(Math.abs(claim.amps - (before[index] ?? NaN)) <= 1 + 1e-6);
      assert(claim.capacities.every((each) => each.leftAmps >= -1e-5));
    }
  }));
});
