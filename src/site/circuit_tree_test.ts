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
    assertEquals(circuitProblems(roomy, places), []);
  }));
});

Deno.test("circuitProblems() finds nothing wrong with nothing", () => {
  assertEquals(circuitProblems([], []), []);
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
      circuitProblems(circuits, []),
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
    assertEquals(circuitProblems(bent, []), [{ kind: "cycle", circuitIds }]);
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
  assertEquals(circuitProblems(circuits, places), [
    { kind: "duplicate-circuit", circuitId: "row-a" },
    { kind: "unknown-parent", circuitId: "row-a", parentId: "gird" },
    { kind: "cycle", circuitIds: ["loop"] },
    { kind: "duplicate-slot", slot: 1 },
    { kind: "unknown-circuit", slot: 2, circuitId: "attic" },
  ]);
});

Deno.test("circuitProblems() does not judge fail-safe currents while the shape is wrong", () => {
  const circuits = [circuit("grid", null, { limitAmps: 1 })];
  assertEquals(circuitProblems(circuits, [place(1, "grid"), place(2, "attic")]), [
    { kind: "unknown-circuit", slot: 2, circuitId: "attic" },
  ]);
});

// Problems of current (ruling 18)

type Overrun = Extract<CircuitProblem, { kind: "fail-safe-exceeds-limit" }>;

/** The problems of a plan whose shape is sound. */
function overruns(circuits: readonly Circuit[], places: readonly EvsePlace[]): Overrun[] {
  return circuitProblems(circuits, places).map((problem) => {
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
