import { assert } from "@std/assert";
import fc from "fast-check";
import { LINES } from "../site/mod.ts";
import type { PhaseCount } from "./facts.ts";
import { drawnSite } from "./_site_drawing.ts";
import { longestOverload, type Second, simulate, type Simulation } from "./_simulated_site.ts";

const wish = fc.record({
  at: fc.integer({ min: 1, max: 2_000 }),
  slot: fc.integer({ min: 1, max: 4 }),
  phases: fc.constantFrom<PhaseCount>(1, 3),
  kW: fc.integer({ min: 0, max: 15 }),
});

/** Chargers that go over at once, late, or never, EVs of one to three phases, and fickle wishes. */
const stories: fc.Arbitrary<Simulation> = fc.record({
  grid: fc.integer({ min: 20, max: 60 }),
  isMetered: fc.boolean(),
  sockets: fc.array(
    fc.record({
      lines: fc.constantFrom("L1 L2 L3", "L2 L3 L1", "L3 L1 L2"),
      ev: fc.constantFrom<number>(1, 2, 3, 3, 3),
      switches: fc.constantFrom<number | "never">(0, 5, 40, 70, 120, "never"),
      switchPause: fc.constantFrom(0, 0, 15),
      wants: fc.constantFrom(10, 16, 32),
      arrives: fc.integer({ min: 1, max: 600 }),
      measuresEach: fc.constantFrom(10, 10, 30, 0),
      followsAfter: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  wishes: fc.array(wish, { maxLength: 12 }),
}).map(({ grid, isMetered, sockets, wishes }): Simulation => {
  const fit = sockets.filter((_, index) => 6 * (index + 1) <= grid);
  return {
    options: {
      ...drawnSite({
        strategy: "surplus",
        circuits: [{ id: "grid", amps: grid, ...(isMetered && { meter: "main" }) }],
        evses: fit.map(({ lines }, index) => ({ slot: index + 1, on: "grid", lines })),
      }),
      // In a hurry: more happens in a short story.
      phaseSwitching: { intervalMs: 400_000, perHour: 6, perSession: 10 },
    },
    seconds: 2_400,
    evs: fit.map(({ lines, ev, ...rest }, index) => ({
      ...rest,
      slot: index + 1,
      lines: lines.split(" ").slice(0, ev).join(" "),
    })),
    sun(second) {
      const now = wishes.filter(({ at }) => at <= second).toSorted((a, b) => a.at - b.at);
      const slots = fit.map((_, index) => index + 1);
      const phases = slots.map((slot) => ({
        slot,
        phases: now.findLast((each) => each.slot === slot)?.phases ?? 3,
      }));
      return { slots, powerW: (now.at(-1)?.kW ?? 12) * 1_000, linesW: null, phases };
    },
  };
});

/** What pilots offer together on any line, seconds in which it is too much. */
function offeredTooMuch({ options }: Simulation, log: readonly Second[]): number {
  const limitAmps = options.tree.get("grid")?.limitAmps ?? 0;
  return log.filter(({ offered }) =>
    LINES.some((line) => (offered.get("grid")?.[line] ?? 0) > limitAmps + 1e-6)
  ).length;
}

Deno.test("phases: whatever chargers make of it, no line is ever offered or carries more than it may", () => {
  fc.assert(
    fc.property(stories, (simulation) => {
      const log = simulate(simulation);
      assert(longestOverload(simulation, log) === 0, `${longestOverload(simulation, log)} s`);
      assert(offeredTooMuch(simulation, log) === 0, `${offeredTooMuch(simulation, log)} s`);
    }),
    { numRuns: 12 },
  );
});

Deno.test("phases: under any wishes nobody is told to go over more often than the rules allow", () => {
  fc.assert(
    fc.property(stories, (simulation) => {
      const { intervalMs = 0, perHour = 0 } = simulation.options.phaseSwitching ?? {};
      const told = new Map<number, { phases: number; atS: number[] }>();
      for (const { second, effects } of simulate(simulation)) {
        for (const effect of effects) {
          if (effect.kind !== "limit") continue;
          const before = told.get(effect.slot) ?? { phases: 3, atS: [] };
          const phases = effect.numberPhases ?? 3;
          const isNew = before.phases !== phases;
          told.set(effect.slot, { phases, atS: isNew ? [...before.atS, second] : before.atS });
        }
      }
      for (const { atS } of told.values()) {
        // What was in vain is taken back within five minutes, once a session.
        const early = atS.filter((second, index) =>
          second - (atS[index - 1] ?? -Infinity) < intervalMs / 1_000
        );
        assert(early.length <= 1 && atS.length <= perHour + 1, atS.join());
      }
    }),
    { numRuns: 8 },
  );
});
