import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { allocate, type Sharing } from "./allocate.ts";
import { DELTA_DRAWS, deltaSite, drawn, type DrawnCapacities, type DrawnClaim } from "./_drawn.ts";
import { fillByDeparture } from "./departure.ts";
import { fillEvenly } from "./water_level.ts";

/** Needs all it can get for so many hours. */
function needs(hours: number) {
  return { need: { ampHours: 1_000, leftMs: hours * 3_600_000 } };
}

interface Case {
  readonly name: string;
  readonly capacities: DrawnCapacities;
  readonly claims: readonly DrawnClaim[];
  readonly sharing?: Sharing;
  readonly amps: readonly number[];
}

const UNBALANCE_OF_20 = { "1-2": 20, "1-3": 20, "2-1": 20, "2-3": 20, "3-1": 20, "3-2": 20 };
const ON_L1 = "1-2 1-3 2-1:-1 3-1:-1";
const ON_L2 = "2-1 2-3 1-2:-1 3-2:-1";
const ON_L3 = "3-1 3-2 1-3:-1 2-3:-1";
const NEUTRAL_OF_10 = { N: { limit: 10, isPhasor: true } };

const CASES: readonly Case[] = [
  {
    name: "equal shares of one circuit",
    capacities: { grid: 48 },
    claims: [[6, 32, "grid"], [6, 32, "grid"], [6, 32, "grid"]],
    amps: [16, 16, 16],
  },
  {
    name: "what one cannot take to the others",
    capacities: { grid: 48 },
    claims: [[6, 10, "grid"], [6, 32, "grid"], [6, 32, "grid"]],
    amps: [10, 19, 19],
  },
  {
    name: "what a full row leaves to the other row",
    capacities: { grid: 60, rowA: 20, rowB: 60 },
    claims: [[6, 32, "grid rowA"], [6, 32, "grid rowA"], [6, 32, "grid rowB"]],
    amps: [10, 10, 32],
  },
  {
    name: "a one-phase EV its own line only",
    capacities: { L1: 40, L2: 40, L3: 40 },
    claims: [[6, 32, "L1 L2 L3"], [6, 32, "L1"], [6, 32, "L1"], [6, 32, "L1"], [6, 32, "L2"]],
    amps: [10, 10, 10, 10, 30],
  },
  {
    name: "a higher minimum its due before the level reaches it",
    capacities: { grid: 30 },
    claims: [[14, 32, "grid"], [6, 32, "grid"], [6, 32, "grid"]],
    amps: [14, 8, 8],
  },
  {
    name: "who counts twice half the room that he takes",
    capacities: { grid: 30 },
    claims: [[6, 32, "grid:2"], [6, 32, "grid"]],
    amps: [10, 10],
  },
  {
    name: "everybody the maximum where nothing bounds",
    capacities: { site: Infinity },
    claims: [[6, 16, "site"], [6, 32, "site"]],
    amps: [16, 32],
  },
  {
    name: "nothing to those whose minimum does not fit",
    capacities: { grid: 15 },
    claims: [[6, 32, "grid"], [6, 32, "grid"], [6, 32, "grid"]],
    amps: [7.5, 7.5, 0],
  },
  {
    name: "nothing under a maximum below the minimum",
    capacities: { grid: 30 },
    claims: [[6, 5, "grid"], [6, 32, "grid"]],
    amps: [0, 30],
  },
  {
    name: "a minimum to all of a higher class first, then its maximum",
    capacities: { grid: 50 },
    claims: [[6, 32, "grid", { priority: 1 }], [6, 32, "grid", { priority: 9 }], [6, 32, "grid"]],
    amps: [12, 32, 6],
  },
  {
    name: "whole amperes, the rest to the lower ids",
    capacities: { grid: 50 },
    claims: [[6, 32, "grid", { step: 1 }], [6, 32, "grid", { step: 1 }], [6, 32, "grid", {
      step: 1,
    }]],
    amps: [17, 17, 16],
  },
  {
    name: "tenths of amperes, and the rest to who can use it",
    capacities: { grid: 50 },
    claims: [[6, 32, "grid", { step: 0.1 }], [6, 32, "grid", { step: 0.1 }], [6, 32, "grid", {
      step: 2,
    }]],
    amps: [17, 17, 16],
  },
  {
    name: "one of a few allowed currents, the least of them for a minimum",
    capacities: { grid: 45 },
    claims: [[6, 32, "grid", { step: [0, 8, 16, 24, 32] }], [6, 40, "grid"]],
    amps: [16, 29],
  },
  {
    name: "an odd minimum, all of it",
    capacities: { grid: 13.5 },
    claims: [[6.5, 32, "grid", { step: 1 }], [7, 32, "grid", { step: 1 }]],
    amps: [6.5, 7],
  },
  {
    name: "the line that others leave low no more than the unbalance allows",
    capacities: UNBALANCE_OF_20,
    claims: [[6, 32, ON_L1], [6, 32, ON_L1]],
    amps: [10, 10],
  },
  {
    name: "a high line more when the others follow",
    capacities: UNBALANCE_OF_20,
    claims: [[6, 32, ON_L1], [6, 32, ON_L1], [6, 32, ON_L2], [6, 32, ON_L3]],
    amps: [26, 26, 32, 32],
  },
  {
    name: "those a place who fit when others have come in",
    capacities: { ...UNBALANCE_OF_20, "1-2": 4, "2-1": 8, "2-3": 8, "1-3": 8 },
    claims: [[6, 16, ON_L1, { step: 1 }], [6, 16, ON_L2, { step: 1 }]],
    amps: [8, 8],
  },
  {
    name: "what a thin neutral carries",
    capacities: NEUTRAL_OF_10,
    claims: [[6, 32, "N@0"]],
    amps: [10],
  },
  {
    name: "more on a thin neutral where three lines cancel out",
    capacities: NEUTRAL_OF_10,
    claims: [[6, 32, "N@0"], [6, 32, "N@120"], [6, 32, "N@240"]],
    amps: [32, 32, 32],
  },
  {
    name: "whole amperes that a neutral carries, whichever were rounded down",
    capacities: { ...NEUTRAL_OF_10, L1: 17.9, L2: 40, L3: 16.9 },
    claims: [[6, 32, "N@0 L1", { step: 1 }], [6, 27.9, "N@120 L2", { step: 1 }], [
      6,
      32,
      "N@240 L3",
      {
        step: 1,
      },
    ]],
    // Unrounded 17.9, 27.4 and 16.9 A: 10 A on the neutral.
    amps: [17, 26, 16],
  },
  {
    name: "on lines of a delta site as phasors add, not as numbers",
    capacities: deltaSite(100, Infinity),
    claims: [[0, 200, DELTA_DRAWS.AB], [0, 200, DELTA_DRAWS.BC], [0, 200, DELTA_DRAWS.CA]],
    amps: [100 / Math.sqrt(3), 100 / Math.sqrt(3), 100 / Math.sqrt(3)],
  },
  {
    name: "one group of a delta site as much as a line carries",
    capacities: deltaSite(100, Infinity),
    claims: [[0, 200, DELTA_DRAWS.AB]],
    amps: [100],
  },
  {
    name: "what the primary lines of a transformer carry",
    capacities: deltaSite(1_000, 36),
    claims: [[0, 200, DELTA_DRAWS.AB], [0, 200, DELTA_DRAWS.BC], [0, 200, DELTA_DRAWS.CA]],
    // Balanced, three quarters of the group current.
    amps: [48, 48, 48],
  },
  {
    name: "who has least time to spare first, line by line alike",
    capacities: { L1: 20, L2: 30, sum: 40 },
    claims: [
      [0, 16, "L1 sum", needs(9)],
      [0, 16, "L1 sum", needs(5)],
      [0, 32, "L2 sum", needs(1)],
    ],
    sharing: fillByDeparture,
    amps: [4, 16, 20],
  },
  {
    name: "what is left in the order of time to spare",
    capacities: { L1: 10, sum: 40 },
    claims: [
      [0, 32, "L1 sum", needs(1)],
      [0, 20, "sum", needs(9)],
      [0, 20, "sum", needs(5)],
    ],
    sharing: fillByDeparture,
    amps: [10, 10, 20],
  },
];

for (const { name, capacities, claims, sharing, amps } of CASES) {
  Deno.test(`allocate() gives ${name}`, () => {
    const given = drawn(capacities, claims);
    const got = allocate(given.claims, given.capacities, sharing ?? fillEvenly);
    for (const [index, is] of got.entries()) {
      assertAlmostEquals(is, amps[index] ?? NaN, 1e-5, `claim ${index + 1} of ${got}`);
    }
  });
}

Deno.test("allocate() of nobody is nothing", () => {
  assertEquals(allocate([], []), []);
});

Deno.test("allocate() gives nobody anything where a capacity is overdrawn, but those who relieve it", () => {
  const { claims, capacities } = drawn(
    { N: { limit: 10, isPhasor: true, baseRe: 12 } },
    [[6, 32, "N@0"], [6, 32, "N@180"]],
  );
  const [worse, better] = allocate(claims, capacities);
  assertEquals(better, 22);
  assert(worse === 0);
});
