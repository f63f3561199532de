import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Circuit } from "./circuit.ts";
import { type CircuitProblem, circuitProblems, circuitTree, failSafeSum } from "./circuit_tree.ts";
import type { EvsePlace } from "./evse.ts";
import { LINES } from "./phases.ts";

function circuit(id: string, parentId: string | null, changes: Partial<Circuit> = {}): Circuit {
  return {
    id,
    parentId,
    limitAmps: 1_000,
    continuousFactor: 1,
    meterId: null,
    otherLoad: { worstAmps: 0, substituteAmps: 0 },
    ...changes,
  };
}

function place(slot: number, circuitId: string, changes: Partial<EvsePlace> = {}): EvsePlace {
  return {
    slot,
    chargerId: `CP${slot}`,
    evseId: 1,
    circuitId,
    lines: LINES,
    minCurrentAmps: 6,
    maxCurrentAmps: 32,
    failSafeAmps: 6,
    priority: 1,
    ...changes,
  };
}

const otherLoad = (worstAmps: number) => ({ otherLoad: { worstAmps, substituteAmps: 0 } });

/** A site with two rows of chargers, one of them with a garage below. */
const DEPOT = [
  circuit("garage", "row-b"),
  circuit("row-a", "grid"),
  circuit("grid", null),
  circuit("row-b", "grid"),
];
const DEPOT_PLACES = [place(1, "row-a"), place(2, "garage"), place(3, "grid"), place(4, "garage")];

interface Plan {
  readonly circuits: readonly Circuit[];
  readonly places: readonly EvsePlace[];
}

/** Random plans without fault: every circuit but the first hangs below an earlier one. */
const TREES: fc.Arbitrary<Plan> = fc.record({
  feeders: fc.array(fc.nat(), { maxLength: 8 }),
  sockets: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 32 }), fc.subarray([...LINES]))),
  order: fc.infiniteStream(fc.nat()),
}).map(({ feeders, sockets, order }) => {
  const tree = [
    circuit("c0", null),
    ...feeders.map((feeder, index) => circuit(`c${index + 1}`, `c${feeder % (index + 1)}`)),
  ];
  const places = sockets.map(([feeder, failSafeAmps, lines], index) =>
    place(index + 1, `c${feeder % tree.length}`, { failSafeAmps, lines })
  );
  const ranks = new Map(tree.map(({ id }) => [id, Number(order.next().value)]));
  const circuits = tree.toSorted((a, b) => (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0));
  return { circuits, places };
});

// The tree

Deno.test("circuitTree() lists feeders before what they feed", () => {
  const { circuits } = circuitTree(DEPOT, []);
  assertEquals(circuits.map(({ id }) => id), ["grid", "row-a", "row-b", "garage"]);
});

Deno.test("circuitTree() finds circuits by their id", () => {
  const tree = circuitTree(DEPOT, []);
  assertEquals(tree.get("row-a"), circuit("row-a", "grid"));
  assertEquals(tree.get("attic"), undefined);
});

Deno.test("pathToGrid() goes from the circuit up to the grid connection", () => {
  const tree = circuitTree(DEPOT, []);
  const path = (id: string) => tree.pathToGrid(id).map((each) => each.id);
  assertEquals(path("garage"), ["garage", "row-b", "grid"]);
  assertEquals(path("grid"), ["grid"]);
  assertEquals(path("attic"), []);
});

Deno.test("placesBelow() has what hangs on a circuit directly or through others", () => {
  const tree = circuitTree(DEPOT, DEPOT_PLACES);
  const slots = (id: string) => tree.placesBelow(id).map(({ slot }) => slot);
  assertEquals(slots("grid"), [1, 2, 3, 4]);
  assertEquals(slots("row-b"), [2, 4]);
  assertEquals(slots("garage"), [2, 4]);
  assertEquals(slots("row-a"), [1]);
  assertEquals(slots("attic"), []);
});

Deno.test("in every tree a circuit stands after its feeder, and each one once", () => {
  fc.assert(fc.property(TREES, ({ circuits, places }) => {
    const tree = circuitTree(circuits, places);
    const order = tree.circuits.map(({ id }) => id);
    assertEquals([...order].sort(), circuits.map(({ id }) => id).sort());
    for (const { id, parentId } of circuits) {
      if (parentId !== null) assert(order.indexOf(parentId) < order.indexOf(id));
    }
  }));
});

/** The fail-safe sum from below: what hangs here, and the sums of what is fed from here. */
function sumFromBelow({ circuits, places }: Plan, id: string, line: typeof LINES[number]): number {
  const own = places.filter((each) => each.circuitId === id && each.lines.includes(line))
    .reduce((sum, each) => sum + each.failSafeAmps, 0);
  return circuits.filter(({ parentId }) => parentId === id)
    .reduce((sum, fed) => sum + sumFromBelow({ circuits, places }, fed.id, line), own);
}

Deno.test("failSafeSum() of a circuit is what hangs on it plus the sums of what it feeds", () => {
  fc.assert(fc.property(TREES, (plan) => {
    const tree = circuitTree(plan.circuits, plan.places);
    for (const { id } of plan.circuits) {
      const sum = failSafeSum(tree, id);
      for (const line of LINES) assertEquals(sum[line], sumFromBelow(plan, id, line));
    }
  }));
});

// Problems of shape

Deno.test("circuitProblems() finds nothing wrong with a tree that has room", () => {
  fc.assert(fc.property(TREES, ({ circuits, places }) => {
    const roomy = circuits.map((each) => ({ ...each, limitAmps: 32 * places.length }));
    assertEquals(circuitProblems(roomy, places, 230), []);
  }));
});

Deno.test("circuitProblems() finds nothing wrong with nothing", () => {
  assertEquals(circuitProblems([], [], 230), []);
});

const CYCLES: readonly [what: string, feeders: readonly [string, string | null][], string[][]][] = [
  ["a circuit that feeds itself", [["a", "a"]], [["a"]]],
  ["two circuits that feed each other", [["b", "a"], ["a", "b"]], [["a", "b"]]],
  [
    "a ring with a tail and a sound part beside it",
    [["tail", "c"], ["c", "b"], ["b", "a"], ["a", "c"], ["grid", null], ["row", "grid"]],
    [["a", "b", "c"]],
  ],
  ["two rings", [["d", "c"], ["c", "d"], ["a", "b"], ["b", "a"]], [["c", "d"], ["a", "b"]]],
  [
    "two rings whose names read the same in a row",
    [["a,b", "a,b"], ["a", "b"], ["b", "a"]],
    [["a,b"], ["a", "b"]],
  ],
  ["a ring through a circuit without a name", [["", "a"], ["a", ""]], [["", "a"]]],
];

for (const [what, feeders, cycles] of CYCLES) {
  Deno.test(`circuitProblems() names the cycle of ${what}`, () => {
    const circuits = feeders.map(([id, parentId]) => circuit(id, parentId));
    assertEquals(
      circuitProblems(circuits, [], 230),
      cycles.map((circuitIds): CircuitProblem => ({ kind: "cycle", circuitIds })),
    );
  });
}

Deno.test("circuitProblems() finds the cycle that one wrong feeder makes of a tree", () => {
  fc.assert(fc.property(TREES, fc.nat(), fc.nat(), ({ circuits }, from, into) => {
    const tree = circuitTree(circuits, []);
    const low = tree.circuits[from % tree.circuits.length]?.id ?? "";
    const path = tree.pathToGrid(low).map(({ id }) => id);
    const high = path[into % path.length] ?? "";
    // Whoever is fed through `high` now feeds it.
    const bent = circuits.map((each) => each.id === high ? { ...each, parentId: low } : each);
    const circuitIds = path.slice(0, path.indexOf(high) + 1).sort();
    assertEquals(circuitProblems(bent, [], 230), [{ kind: "cycle", circuitIds }]);
  }));
});

Deno.test("circuitTree() of a plan with a cycle does not hang", () => {
  const tree = circuitTree([circuit("a", "b"), circuit("b", "a")], [place(1, "a")]);
  assert(tree.pathToGrid("a").length <= 3);
  assertEquals(tree.placesBelow("b").length, 1);
});

Deno.test("circuitProblems() names every fault of shape at once", () => {
  const circuits = [
    circuit("grid", null),
    circuit("row-a", "gird"),
    circuit("row-a", "grid"),
    circuit("loop", "loop"),
  ];
  const places = [place(1, "grid"), place(1, "row-a"), place(2, "attic")];
  assertEquals(circuitProblems(circuits, places, 230), [
    { kind: "duplicate-circuit", circuitId: "row-a" },
    { kind: "unknown-parent", circuitId: "row-a", parentId: "gird" },
    { kind: "cycle", circuitIds: ["loop"] },
    { kind: "duplicate-slot", slot: 1 },
    { kind: "unknown-circuit", slot: 2, circuitId: "attic" },
  ]);
});

Deno.test("circuitProblems() does not judge fail-safe currents while the shape is wrong", () => {
  const circuits = [circuit("grid", null, { limitAmps: 1 })];
  assertEquals(circuitProblems(circuits, [place(1, "grid"), place(2, "attic")], 230), [
    { kind: "unknown-circuit", slot: 2, circuitId: "attic" },
  ]);
});

// Problems of current (ruling 18)

type Overrun = Extract<CircuitProblem, { kind: "fail-safe-exceeds-limit" }>;

/** The problems of a plan whose shape is sound. */
function overruns(circuits: readonly Circuit[], places: readonly EvsePlace[]): Overrun[] {
  return circuitProblems(circuits, places, 230).map((problem) => {
    if (problem.kind === "fail-safe-exceeds-limit") return problem;
    throw new Error(`Unexpected problem: ${JSON.stringify(problem)}`);
  });
}

const problemsOf = (limit: Partial<Circuit>, places: readonly EvsePlace[]) =>
  overruns([circuit("grid", null, limit)], places);

Deno.test("fail-safe currents and the worst other load may fill a circuit to its limit", () => {
  const places = [place(1, "grid"), place(2, "grid", { failSafeAmps: 10 })];
  assertEquals(problemsOf({ limitAmps: 40, ...otherLoad(24) }, places), []);
  assertEquals(problemsOf({ limitAmps: 39.9, ...otherLoad(24) }, places), [{
    kind: "fail-safe-exceeds-limit",
    circuitId: "grid",
    line: "L1",
    failSafeAmps: 16,
    otherLoadAmps: 24,
    limitAmps: 39.9,
    slots: [2, 1],
  }]);
});

Deno.test("the other load alone can be too much, with no slot to lower", () => {
  const [problem] = problemsOf({ limitAmps: 20, ...otherLoad(25) }, [
    place(1, "grid", { failSafeAmps: 0 }),
  ]);
  assertEquals([problem?.failSafeAmps, problem?.slots], [0, []]);
});

Deno.test("the limit that counts is what may flow for hours", () => {
  const places = [place(1, "grid", { failSafeAmps: 20 })];
  assertEquals(problemsOf({ limitAmps: 25, continuousFactor: 0.8 }, places), []);
  const [problem] = problemsOf({ limitAmps: 25, continuousFactor: 0.79 }, places);
  assertAlmostEquals(problem?.limitAmps ?? 0, 19.75, 1e-9);
});

const ROUNDED: readonly [limitAmps: number, factor: number, failSafesAmps: number[]][] = [
  // 90 × 0.7 and 50 × 0.58 are a hair below 63 and 29 in binary fractions.
  [90, 0.7, [31.5, 31.5]],
  [50, 0.58, [29]],
  // 6.1 + 6.1 + 6.1 and 0.1 + 0.2 are a hair above 18.3 and 0.3.
  [0.3, 1, [0.1, 0.2]],
  [63, 0.9, [18.9, 18.9, 18.9]],
];

for (const [limitAmps, continuousFactor, failSafesAmps] of ROUNDED) {
  const what = `${failSafesAmps.join(" + ")} A on ${limitAmps} A × ${continuousFactor}`;
  Deno.test(`${what} just fits, whatever binary fractions say`, () => {
    const places = failSafesAmps.map((amps, index) =>
      place(index + 1, "grid", { failSafeAmps: amps })
    );
    assertEquals(problemsOf({ limitAmps, continuousFactor }, places), []);
  });
}

Deno.test("a milliampere too much is too much", () => {
  assertEquals(problemsOf({ limitAmps: 5.999 }, [place(1, "grid")]).length, 1);
});

Deno.test("the worst line is the one that is named, with the slots on it", () => {
  const [problem] = problemsOf({ limitAmps: 20 }, [
    place(1, "grid", { lines: ["L1"], failSafeAmps: 25 }),
    place(5, "grid", { lines: ["L3"], failSafeAmps: 16 }),
    place(3, "grid", { lines: ["L2", "L3"], failSafeAmps: 8 }),
    place(4, "grid", { lines: ["L3"], failSafeAmps: 0 }),
    place(2, "grid", { lines: ["L3"], failSafeAmps: 16 }),
  ]);
  assertEquals([problem?.line, problem?.failSafeAmps, problem?.slots], ["L3", 40, [2, 5, 3]]);
});

Deno.test("every circuit that is overrun is named, feeders first", () => {
  const circuits = [
    circuit("row", "grid", { limitAmps: 10 }),
    circuit("grid", null, { limitAmps: 11 }),
    circuit("other-row", "grid", { limitAmps: 50 }),
  ];
  const places = [place(1, "row"), place(2, "row")];
  const named = overruns(circuits, places).map(({ circuitId }) => circuitId);
  assertEquals(named, ["grid", "row"]);
});

/** Ruling 18 in one line: the sum of fail-safe currents and the worst other load, on each line. */
function overrun(plan: Plan, { id, limitAmps, otherLoad: { worstAmps } }: Circuit): boolean {
  return LINES.some((line) => sumFromBelow(plan, id, line) + worstAmps > limitAmps);
}

Deno.test("circuitProblems() names exactly the circuits that fall-back would overrun", () => {
  const limits = fc.infiniteStream(fc.tuple(
    fc.integer({ min: 0, max: 150 }),
    fc.integer({ min: 0, max: 40 }),
  ));
  fc.assert(fc.property(TREES, limits, ({ circuits, places }, given) => {
    const limited = circuits.map((each) => {
      const [limitAmps, worstAmps] = given.next().value;
      return { ...each, limitAmps, ...otherLoad(worstAmps) };
    });
    const plan = { circuits: limited, places };
    const named = overruns(limited, places).map((problem) => {
      assert(problem.failSafeAmps + problem.otherLoadAmps > problem.limitAmps);
      return problem.circuitId;
    });
    const expected = limited.filter((each) => overrun(plan, each)).map(({ id }) => id);
    assertEquals(named.toSorted(), expected.toSorted());
  }));
});

Deno.test("lowering the named slots to 0 A, problem after problem, ends all problems", () => {
  fc.assert(
    fc.property(TREES, fc.integer({ min: 0, max: 60 }), ({ circuits, places }, limitAmps) => {
      const limited = circuits.map((each) => ({ ...each, limitAmps }));
      let current = places;
      for (let round = 0; round <= circuits.length * 3; round++) {
        const [problem] = overruns(limited, current);
        if (problem === undefined) return;
        const { slots } = problem;
        current = current.map((each) =>
          slots.includes(each.slot) ? { ...each, failSafeAmps: 0 } : each
        );
      }
      assert(false, "the named slots were not those to lower");
    }),
  );
});

// Power, and currents between lines

const L1_TO_L2 = { lines: ["L1", "L2"], connection: "line-to-line" } as const;

Deno.test("circuitProblems() finds fail-safe currents that exceed watts or volt-amperes", () => {
  const limits = { powerLimitW: 12_000, apparentLimitVa: 15_000, ...otherLoad(5) };
  const places = [place(1, "grid", { failSafeAmps: 16 }), place(2, "grid", { lines: ["L2"] })];
  // 16 A on three lines, 6 A on one, 5 A of other load on three.
  assertEquals(circuitProblems([circuit("grid", null, limits)], places, 230), [{
    kind: "fail-safe-exceeds-power",
    circuitId: "grid",
    unit: "W",
    failSafe: 54 * 230,
    otherLoad: 15 * 230,
    limit: 12_000,
    slots: [1, 2],
  }, {
    kind: "fail-safe-exceeds-power",
    circuitId: "grid",
    unit: "VA",
    failSafe: 54 * 230,
    otherLoad: 15 * 230,
    limit: 15_000,
    slots: [1, 2],
  }]);
  const enough = { powerLimitW: 69 * 230, apparentLimitVa: 69 * 230, ...otherLoad(5) };
  assertEquals(circuitProblems([circuit("grid", null, enough)], places, 230), []);
});

Deno.test("circuitProblems() counts a current between two lines with their voltage", () => {
  const grid = circuit("grid", null, { powerLimitW: 6 * 120 * Math.sqrt(3) });
  assertEquals(circuitProblems([grid], [place(1, "grid", L1_TO_L2)], 120), []);
  const less = circuit("grid", null, { powerLimitW: 6 * 120 * Math.sqrt(3) - 1 });
  assertEquals(circuitProblems([less], [place(1, "grid", L1_TO_L2)], 120).length, 1);
});

Deno.test("failSafeSum() behind a transformer is the most that each line of its feeder can carry", () => {
  const tree = circuitTree([
    circuit("grid", null),
    circuit("panel", "grid", { transformer: { kind: "delta-wye", ratio: 0.25 } }),
  ], [place(1, "panel", { ...L1_TO_L2, failSafeAmps: 8 })]);
  assertEquals(failSafeSum(tree, "panel"), { L1: 8, L2: 8, L3: 0 });
  // Between primary lines 1 and 2 flows what secondary lines 1 and 2 take, and so on.
  assertEquals(failSafeSum(tree, "grid"), { L1: 2, L2: 4, L3: 2 });
});

Deno.test("circuitProblems() finds what cannot be wired, or not be kept", () => {
  const kinds = (circuits: readonly Circuit[], places: readonly EvsePlace[]) =>
    circuitProblems(circuits, places, 120).map(({ kind }) => kind);
  const transformer = { kind: "delta-wye", ratio: 0.25 } as const;
  assertEquals(kinds([circuit("grid", null, { transformer })], []), ["transformer-without-parent"]);
  const even = circuit("grid", null, { unbalanceMaxAmps: 20 });
  assertEquals(kinds([even], [place(1, "grid", L1_TO_L2)]), ["unbalance-between-lines"]);
  const panel = circuit("panel", "grid", { transformer });
  assertEquals(kinds([even, panel], [place(1, "panel")]), ["unbalance-between-lines"]);
  assertEquals(
    kinds([circuit("grid", null), { ...panel, unbalanceMaxAmps: 20 }], [place(1, "panel")]),
    [],
  );
  const odd = { connection: "line-to-line", lines: ["L1"] } as const;
  assertEquals(kinds([circuit("grid", null)], [place(1, "grid", odd)]), [
    "line-to-line-without-two-lines",
  ]);
});

Deno.test("circuitTree() finds the places below every circuit as their paths say", () => {
  fc.assert(fc.property(TREES, ({ circuits, places }) => {
    const tree = circuitTree(circuits, places);
    for (const { id } of circuits) {
      const below = places.filter((each) =>
        tree.pathToGrid(each.circuitId).some((circuit) => circuit.id === id)
      );
      assertEquals(tree.placesBelow(id), below);
    }
  }));
});
