import { assert } from "@std/assert";
import fc from "fast-check";
import { drawnSite } from "./_site_drawing.ts";
import { longestOverload, simulate, type Simulation } from "./_simulated_site.ts";

const line = fc.constantFrom("L1", "L2", "L3");

/** Random sites with obedient EVs, and a building whose load jumps. */
const loops: fc.Arbitrary<Simulation> = fc.record({
  marginAmps: fc.integer({ min: 0, max: 3 }),
  grid: fc.integer({ min: 25, max: 100 }),
  rows: fc.array(
    fc.record({ amps: fc.integer({ min: 16, max: 63 }), isMetered: fc.boolean() }),
    { maxLength: 2 },
  ),
  sockets: fc.array(
    fc.record({
      on: fc.nat(2),
      lines: fc.constantFrom("L1 L2 L3", "L2 L3 L1", "L1", "L2", "L3"),
      max: fc.constantFrom(16, 32),
      arrives: fc.integer({ min: 1, max: 200 }),
      leaves: fc.constantFrom(Infinity, 500),
      wants: fc.constantFrom(10, 16, 32),
      startsAfter: fc.integer({ min: 2, max: 30 }),
      rampPerSecond: fc.integer({ min: 1, max: 16 }),
      answersAfter: fc.integer({ min: 0, max: 2 }),
      followsAfter: fc.integer({ min: 0, max: 5 }),
      measuresEach: fc.constantFrom(10, 20, 30, 60, 0),
      measurementLate: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  steps: fc.array(
    fc.record({ at: fc.integer({ min: 50, max: 850 }), share: fc.nat(85), line }),
    { maxLength: 8 },
  ),
}).map(({ marginAmps, grid, rows, sockets, steps }): Simulation => {
  const ids = ["grid", ...rows.map((_, index) => `row ${index}`)];
  const options = drawnSite({
    marginAmps,
    circuits: [
      { id: "grid", amps: grid, meter: "main", worst: 20 },
      ...rows.map(({ amps, isMetered }, index) => ({
        id: `row ${index}`,
        from: "grid",
        amps,
        ...(isMetered ? { meter: `meter ${index}` } : {}),
      })),
    ],
    evses: sockets.map(({ on, lines, max }, index) => ({
      slot: index + 1,
      on: ids[on] ?? "grid",
      lines,
      max,
    })),
    timing: { rotationOnMs: 300_000, rotationOffMs: 120_000 },
  });
  return {
    options,
    seconds: 900,
    evs: sockets.map(({ on: _on, max: _max, lines: _lines, ...ev }, index) => ({
      ...ev,
      slot: index + 1,
    })),
    building(id, second, on) {
      if (id !== "grid") return 0;
      const step = steps.filter((each) => each.line === on && each.at <= second)
        .toSorted((a, b) => b.at - a.at)[0];
      return grid * (step?.share ?? 20) / 100;
    },
  };
});

Deno.test("In a closed loop with obedient EVs no line is over its limit for more than 15 s", () => {
  fc.assert(
    fc.property(loops, (simulation) => {
      const log = simulate(simulation);
      const seconds = longestOverload(simulation, log);
      assert(seconds <= 15, `${seconds} s`);
      for (const effect of log.flatMap(({ effects }) => effects)) {
        if (effect.kind !== "limit") continue;
        assert(effect.limitAmps === 0 || effect.limitAmps >= 6, `${effect.limitAmps} A`);
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("In a closed loop limits settle when nothing changes any more", () => {
  fc.assert(
    fc.property(loops, (simulation) => {
      const evs = simulation.evs.map((ev) => ({ ...ev, leaves: Infinity }));
      const rested: Simulation = {
        ...simulation,
        // Turns are taken for ever; here nobody is to be paused for another.
        options: {
          ...simulation.options,
          timing: { ...simulation.options.timing, rotationOnMs: 86_400_000 },
        },
        evs,
        building: (id, second, on) => simulation.building?.(id, Math.min(second, 300), on) ?? 0,
      };
      const log = simulate(rested);
      // At most somebody gets what is proven at last; nobody loses anything, and nobody's limit swings.
      // What an EV does not take it gives back at any time.
      for (const { slot, wants } of evs) {
        const late = log.slice(750, 900)
          .map(({ limits }) => Math.min(limits.get(slot) ?? 0, Number(wants)));
        const changes = late.filter((amps, index) => index > 0 && amps !== late[index - 1]);
        assert(changes.length <= 1, `${slot}: ${changes}`);
        assert((late.at(-1) ?? 0) >= (late[0] ?? 0), `${slot}: ${late[0]} to ${late.at(-1)} A`);
      }
    }),
    { numRuns: 40 },
  );
});
