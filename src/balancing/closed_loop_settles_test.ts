import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { drawnSite } from "./_site_drawing.ts";
import {
  changesBetween,
  type Second,
  simulate,
  type SimulatedEv,
  type Simulation,
} from "./_simulated_site.ts";

/** Nothing changes at the site from this second on: no EV, no building. */
const QUIET_FROM = 300;
/** From here on nobody loses anything any more: at most somebody gets what is proven at last. */
const SETTLED_FROM = 900;
const UNTIL = 1_500;

/** Turns are taken for ever; here nobody is to be paused for another. */
const TIMING = { raiseIntervalMs: 15_000, raiseHoldOffMs: 10_000, rotationOnMs: 86_400_000 };

const late = fc.integer({ min: 0, max: 60 });

/** EVs that always want the same, at chargers that measure seldom, late and out of order. */
const sockets = fc.array(
  fc.record({
    on: fc.nat(1),
    lines: fc.constantFrom("L1 L2 L3", "L2 L3 L1", "L1", "L2"),
    measuresEach: fc.constantFrom(10, 10, 20, 30, 60),
    measurementLate: fc.oneof(late, fc.array(late, { minLength: 1, maxLength: 7 })),
    claimsLater: fc.constantFrom(0, 0, 0, 15, 60),
    arrives: fc.integer({ min: 1, max: 100 }),
    startsAfter: fc.integer({ min: 2, max: 30 }),
    rampPerSecond: fc.integer({ min: 1, max: 16 }),
    answersAfter: fc.integer({ min: 0, max: 2 }),
    followsAfter: fc.integer({ min: 0, max: 5 }),
    wants: fc.constantFrom(8, 10, 13, 16, 32, 32),
  }),
  { minLength: 2, maxLength: 7 },
);

/** Sites of constant demands, with a building that makes a few steps before. */
const sites: fc.Arbitrary<Simulation> = fc.record({
  grid: fc.integer({ min: 30, max: 100 }),
  marginAmps: fc.integer({ min: 0, max: 3 }),
  row: fc.record({ amps: fc.integer({ min: 16, max: 63 }), isMetered: fc.boolean() }),
  sockets,
  steps: fc.array(
    fc.record({ at: fc.integer({ min: 50, max: QUIET_FROM }), share: fc.nat(60) }),
    { maxLength: 4 },
  ),
}).map(({ grid, marginAmps, row, sockets, steps }): Simulation => ({
  options: drawnSite({
    marginAmps,
    timing: TIMING,
    circuits: [
      { id: "grid", amps: grid, meter: "main", worst: 20 },
      { id: "row", from: "grid", amps: row.amps, ...(row.isMetered && { meter: "of row" }) },
    ],
    evses: sockets.map(({ on, lines }, index) => ({
      slot: index + 1,
      on: on === 0 ? "grid" : "row",
      lines,
    })),
  }),
  evs: sockets.map(({ on: _on, lines: _lines, ...ev }, index): SimulatedEv => ({
    ...ev,
    slot: index + 1,
  })),
  building(id, second) {
    if (id !== "grid") return 0;
    const step = steps.filter(({ at }) => at <= second).toSorted((a, b) => b.at - a.at)[0];
    return grid * (step?.share ?? 20) / 100;
  },
  seconds: UNTIL,
}));

function reductionsBetween(log: readonly Second[], from: number, until: number): number {
  return log.slice(from, until).reduce((count, { limits }, index) => {
    const before = log[from + index - 1]?.limits;
    const reduced = [...limits].filter(([slot, amps]) => (amps ?? 0) < (before?.get(slot) ?? 0));
    return count + reduced.length;
  }, 0);
}

/** How often an EV lost something that it takes. What it does not take it gives back at any time. */
function lossesBetween(
  { evs }: Simulation,
  log: readonly Second[],
  from: number,
  until: number,
): number {
  const wants = new Map(evs.map(({ slot, wants = 32 }) => [slot, Number(wants)]));
  return log.slice(from, until).reduce((count, { limits }, index) => {
    const before = log[from + index - 1]?.limits;
    const lost = [...limits].filter(([slot, amps]) =>
      (amps ?? 0) < Math.min(before?.get(slot) ?? 0, wants.get(slot) ?? 0)
    );
    return count + lost.length;
  }, 0);
}

Deno.test("With constant demands grants stop changing, however late and out of order readings are", () => {
  fc.assert(
    fc.property(sites, (simulation) => {
      const log = simulate(simulation);
      assertEquals(lossesBetween(simulation, log, SETTLED_FROM, UNTIL), 0);
      const changes = changesBetween(log, QUIET_FROM + 1, UNTIL);
      const most = 12 * simulation.evs.length;
      assert(changes <= most, `${changes} changes of ${simulation.evs.length} EVs`);
    }),
    // The same sites each time: of thousands of others a few may still change something late.
    { numRuns: 60, seed: 2026 },
  );
});

/** An EV of 8 A beside one that waits for room that is a little too small. */
const BESIDE_ONE_THAT_WAITS: Simulation = {
  options: drawnSite({
    marginAmps: 2,
    timing: TIMING,
    circuits: [
      { id: "grid", amps: 30, meter: "main", worst: 20 },
      { id: "row", from: "grid", amps: 43 },
    ],
    evses: [{ slot: 1, on: "row" }, { slot: 2, on: "grid", lines: "L2 L3 L1" }],
  }),
  evs: [
    {
      slot: 1,
      arrives: 69,
      wants: 10,
      measuresEach: 20,
      measurementLate: [34, 40, 6],
      startsAfter: 7,
      rampPerSecond: 9,
      answersAfter: 0,
      followsAfter: 0,
    },
    {
      slot: 2,
      arrives: 52,
      wants: 8,
      measuresEach: 30,
      measurementLate: [5, 17, 52, 18, 35, 59, 42],
      claimsLater: 60,
      startsAfter: 10,
      rampPerSecond: 13,
      answersAfter: 1,
      followsAfter: 2,
    },
  ],
  building: (id, second) => id === "grid" ? second < 143 ? 6 : 16.5 : 0,
  seconds: UNTIL,
};

Deno.test("What an EV begins to draw is not taken for room that another one waits for", () => {
  const log = simulate(BESIDE_ONE_THAT_WAITS);
  assertEquals(lossesBetween(BESIDE_ONE_THAT_WAITS, log, QUIET_FROM, UNTIL), 0);
  assertEquals(changesBetween(log, QUIET_FROM + 1, UNTIL), 0);
});

/** The first two wait; the limits of the fourth and fifth are more than their EVs take. */
const MOMENTS_OF_ROOM: Simulation = {
  options: drawnSite({
    timing: TIMING,
    circuits: [
      { id: "grid", amps: 39, meter: "main", worst: 20 },
      { id: "row", from: "grid", amps: 44, meter: "of row" },
    ],
    evses: [
      { slot: 1, on: "row", lines: "L1" },
      { slot: 2, on: "grid", lines: "L2" },
      { slot: 3, on: "grid" },
      { slot: 4, on: "row" },
      { slot: 5, on: "row", lines: "L1" },
      { slot: 6, on: "row", lines: "L2" },
      { slot: 7, on: "row", lines: "L2" },
    ],
  }),
  evs: [
    { arrives: 17, measuresEach: 60, measurementLate: 31, startsAfter: 20, wants: 16 },
    { arrives: 70, measuresEach: 30, measurementLate: [16, 20, 1], startsAfter: 12, wants: 13 },
    { arrives: 62, measuresEach: 20, measurementLate: [2, 52], claimsLater: 15, wants: 16 },
    {
      arrives: 16,
      measuresEach: 20,
      measurementLate: [17, 8, 11, 10, 36, 22, 45],
      claimsLater: 15,
      startsAfter: 25,
      wants: 16,
    },
    { arrives: 31, measuresEach: 30, measurementLate: [3, 42], startsAfter: 14, wants: 8 },
    { arrives: 10, measuresEach: 10, measurementLate: 8, startsAfter: 9, wants: 8 },
    { arrives: 91, measuresEach: 60, measurementLate: 25, startsAfter: 28, wants: 16 },
  ].map((ev, index): SimulatedEv => ({
    startsAfter: 16,
    ...ev,
    slot: index + 1,
    rampPerSecond: [14, 16, 4, 16, 10, 6, 1][index] ?? 1,
    answersAfter: [0, 2, 2, 1, 1, 0, 1][index] ?? 0,
    followsAfter: [4, 0, 4, 2, 0, 4, 5][index] ?? 0,
  })),
  building(id, second) {
    if (id !== "grid") return 0;
    return second < 132
      ? 7.8
      : second < 134
      ? 0.78
      : second < 179
      ? 11.31
      : second < 243
      ? 18.72
      : 21.06;
  },
  seconds: UNTIL,
};

Deno.test("Nobody is lowered for one who waits on room of a moment, only to be raised again", () => {
  const log = simulate(MOMENTS_OF_ROOM);
  assertEquals(lossesBetween(MOMENTS_OF_ROOM, log, 2 * QUIET_FROM, UNTIL), 0);
});

Deno.test("A charger of which nothing is heard for a moment does not shift the shares of the others", () => {
  const evs: readonly SimulatedEv[] = [
    { slot: 1, measuresEach: 20, measurementLate: [3, 60, 7, 19, 34], claimsLater: 15, wants: 10 },
    { slot: 2, measurementLate: 26, claimsLater: 60, wants: 8 },
    { slot: 3, measuresEach: 30, measurementLate: 22 },
    { slot: 4, measuresEach: 60, measurementLate: 33 },
    { slot: 5, measurementLate: [45, 20, 21, 22], wants: 16 },
    { slot: 6, measurementLate: [57, 53], claimsLater: 15, wants: 10 },
    { slot: 7, measuresEach: 20, measurementLate: [30, 44, 37, 33, 39, 51], claimsLater: 60 },
  ];
  const lines = ["L1 L2 L3", "L2 L3 L1", "L2 L3 L1", "L1", "L2", "L2 L3 L1", "L2"];
  const log = simulate({
    options: drawnSite({
      timing: TIMING,
      circuits: [{ id: "grid", amps: 64, meter: "main", worst: 20 }],
      evses: lines.map((lines, index) => ({ slot: index + 1, on: "grid", lines })),
    }),
    evs: evs.map((ev) => ({ ...ev, arrives: 10 * ev.slot })),
    building: () => 12.8,
    seconds: UNTIL,
  });
  assertEquals(reductionsBetween(log, SETTLED_FROM, UNTIL), 0);
});

Deno.test("Chargers that never measure count as such whatever they were given since", () => {
  const evs: readonly SimulatedEv[] = [
    { slot: 1, arrives: 92, startsAfter: 23, rampPerSecond: 5, answersAfter: 2, followsAfter: 2 },
    { slot: 2, arrives: 81, startsAfter: 25, rampPerSecond: 1, answersAfter: 0, followsAfter: 1 },
    { slot: 3, arrives: 68, startsAfter: 29, rampPerSecond: 16, answersAfter: 0, followsAfter: 4 },
    { slot: 4, arrives: 154, startsAfter: 8, rampPerSecond: 13, answersAfter: 2, followsAfter: 5 },
    { slot: 5, arrives: 196, startsAfter: 23, rampPerSecond: 6, answersAfter: 2, followsAfter: 5 },
  ];
  const wants = [10, 10, 10, 16, 16];
  const measuresEach = [60, 0, 30, 60, 0];
  const measurementLate = [4, 0, 4, 3, 3];
  const lines = ["L1 L2 L3", "L2", "L1 L2 L3", "L2", "L1"];
  const maxima = [16, 32, 16, 16, 32];
  const at = (values: readonly number[], index: number) => values[index] ?? 0;
  const log = simulate({
    options: drawnSite({
      timing: { rotationOnMs: 86_400_000, rotationOffMs: 120_000 },
      circuits: [{ id: "grid", amps: 53, meter: "main", worst: 20 }],
      evses: lines.map((lines, index) => ({
        slot: index + 1,
        on: "grid",
        lines,
        max: at(maxima, index),
      })),
    }),
    evs: evs.map((ev, index) => ({
      ...ev,
      wants: at(wants, index),
      measuresEach: at(measuresEach, index),
      measurementLate: at(measurementLate, index),
    })),
    building: (_id, _second, line) => line === "L3" ? 6.36 : 10.6,
    seconds: UNTIL,
  });
  assertEquals(changesBetween(log, SETTLED_FROM, UNTIL), 0);
});
