import { assert } from "@std/assert";
import fc from "fast-check";
import { LINES } from "../site/mod.ts";
import { drawnSite } from "./_site_drawing.ts";
import { longestOverload, simulate, type SimulatedEv, type Simulation } from "./_simulated_site.ts";

/** What chargers get wrong about what they measure. */
const meterings = fc.record({
  measuresEach: fc.constantFrom(10, 10, 20, 30, 60),
  // In order or not: a late one may come after the next.
  measurementLate: fc.oneof(
    fc.integer({ min: 0, max: 60 }),
    fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 7 }),
  ),
  claimsLater: fc.constantFrom(0, 0, 15, 60),
  tellsSum: fc.boolean(),
});

/** EVs that stop and go on at any time, on a circuit that is too small for all of them. */
const loops: fc.Arbitrary<Simulation> = fc.record({
  grid: fc.integer({ min: 30, max: 90 }),
  sockets: fc.array(
    fc.record({
      lines: fc.constantFrom("L1 L2 L3", "L2 L3 L1", "L1", "L2"),
      metering: meterings,
      arrives: fc.integer({ min: 1, max: 100 }),
      startsAfter: fc.integer({ min: 2, max: 30 }),
      followsAfter: fc.integer({ min: 0, max: 5 }),
      wants: fc.array(
        fc.tuple(fc.integer({ min: 100, max: 650 }), fc.constantFrom(0, 7, 16, 32)),
        { maxLength: 5 },
      ),
    }),
    { minLength: 2, maxLength: 6 },
  ),
  falls: fc.array(fc.integer({ min: 100, max: 650 }), { maxLength: 3 }),
}).map(({ grid, sockets, falls }): Simulation => ({
  options: drawnSite({
    marginAmps: 2,
    timing: { raiseIntervalMs: 15_000, raiseHoldOffMs: 10_000, rotationOnMs: 86_400_000 },
    circuits: [{ id: "grid", amps: grid, meter: "main", worst: 20 }],
    evses: sockets.map(({ lines }, index) => ({ slot: index + 1, on: "grid", lines })),
  }),
  evs: sockets.map(({ lines: _lines, metering, wants, ...ev }, index): SimulatedEv => ({
    ...ev,
    ...metering,
    slot: index + 1,
    wants: [[0, 32], ...wants.toSorted(([a], [b]) => a - b)],
  })),
  // The building only takes less with time, so that every ampere too much was given twice.
  building: (_id, second) => 3 * (4 - falls.filter((at) => at <= second).length),
  seconds: 900,
}));

Deno.test("However late, doubtful and summed up the readings are, no ampere is given twice", () => {
  fc.assert(
    fc.property(loops, (simulation) => {
      const [grid] = simulation.options.tree.circuits;
      const limitAmps = grid?.limitAmps ?? 0;
      for (const { second, flows, offered } of simulate(simulation)) {
        for (const line of LINES) {
          const flowsAmps = flows.get("grid")?.[line] ?? 0;
          assert(flowsAmps <= limitAmps + 1e-6, `${flowsAmps} A flow on ${line} at ${second}`);
          // What all may draw at the same time fits beside the building as it is.
          const givenAmps = offered.get("grid")?.[line] ?? 0;
          assert(givenAmps <= limitAmps + 1e-6, `${givenAmps} A given on ${line} at ${second}`);
        }
      }
    }),
    { numRuns: 15 },
  );
});

Deno.test("An EV that starts as another stops does not hide that it may go on", () => {
  const log = simulate({
    options: drawnSite({
      marginAmps: 2,
      timing: { raiseIntervalMs: 15_000, raiseHoldOffMs: 10_000, rotationOnMs: 86_400_000 },
      circuits: [{ id: "grid", amps: 30, meter: "main", worst: 20 }],
      evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
    }),
    evs: [
      {
        slot: 1,
        arrives: 1,
        startsAfter: 2,
        followsAfter: 0,
        measurementLate: 0,
        claimsLater: 60,
        wants: [[0, 32], [100, 0]],
      },
      { slot: 2, arrives: 9, startsAfter: 18, followsAfter: 1, measurementLate: 0 },
    ],
    building: () => 12,
    seconds: 300,
  });
  const most = Math.max(...log.map(({ offered }) => offered.get("grid")?.L1 ?? 0));
  assert(most <= 30 + 1e-6, `${most} A`);
});

for (const measurementLate of [0, 10, 35, 60, [4, 24], [10, 60, 20]]) {
  Deno.test(`With readings ${measurementLate} s late the sum settles (evcc #29783)`, () => {
    const log = simulate({
      options: drawnSite({
        marginAmps: 2,
        timing: { raiseIntervalMs: 15_000, raiseHoldOffMs: 10_000 },
        circuits: [{ id: "grid", amps: 63, meter: "main", worst: 20 }],
        evses: [1, 2, 3].map((slot) => ({ slot, on: "grid" })),
      }),
      evs: [1, 2, 3].map((slot) => ({ slot, measurementLate, followsAfter: slot, arrives: slot })),
      building: () => 10,
      seconds: 900,
    });
    const sums = log.slice(600).map(({ flows }) => flows.get("grid")?.L1 ?? 0);
    const mean = sums.reduce((sum, amps) => sum + amps, 0) / sums.length;
    const variance = sums.reduce((sum, amps) => sum + (amps - mean) ** 2, 0) / sums.length;
    assert(variance < 1, `${variance} A²`);
  });
}

Deno.test("An EV that brings in a phase that counted as free overloads a line for 15 s at most", () => {
  const late = fc.record({
    phaseEach: fc.constantFrom(5, 20, 70, 150),
    measuresEach: fc.constantFrom(10, 20),
    grid: fc.integer({ min: 34, max: 60 }),
    others: fc.integer({ min: 1, max: 3 }),
    lines: fc.constantFrom("L1 L2 L3", "L2 L3 L1"),
  });
  fc.assert(
    fc.property(late, ({ phaseEach, measuresEach, grid, others, lines }) => {
      const simulation: Simulation = {
        options: drawnSite({
          marginAmps: 2,
          circuits: [{ id: "grid", amps: grid, meter: "main", worst: 10 }],
          evses: Array.from(
            { length: others + 1 },
            (_, index) => ({ slot: index + 1, on: "grid", lines: index === 0 ? lines : "L2" }),
          ),
        }),
        evs: [
          { slot: 1, phaseEach, measuresEach, wants: 16 },
          ...Array.from({ length: others }, (_, index) => ({ slot: index + 2 })),
        ],
        building: () => 5,
        seconds: 900,
      };
      const log = simulate(simulation);
      assert(longestOverload(simulation, log) <= 15, `${longestOverload(simulation, log)} s`);
    }),
    { numRuns: 8 },
  );
});

Deno.test("A line that an EV of one phase leaves free is given to others", () => {
  const simulation: Simulation = {
    options: drawnSite({
      circuits: [{ id: "grid", amps: 40 }],
      evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid", lines: "L2" }],
    }),
    evs: [{ slot: 1, lines: "L1" }, { slot: 2 }],
    seconds: 300,
  };
  const log = simulate(simulation);
  assert((log[50]?.drawnAmps.get(2) ?? 99) <= 20, "the first may still use all of its socket");
  assert(log.at(-1)?.drawnAmps.get(2) === 32, "it uses L1 only");
  assert(log.at(-1)?.drawnAmps.get(1) === 32);
});
