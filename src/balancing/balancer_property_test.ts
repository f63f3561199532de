import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LINES, perLine, usableAmps } from "../site/mod.ts";
import { type BalancerState, evseLimits, newBalancer, stepBalancer } from "./balancer.ts";
import { assess } from "./_assessment.ts";
import type { Row } from "./_board.ts";
import { amountOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";
import { happening, play, sites } from "./_random_story.ts";
import { chargingAt, drawnSite, emptyAt, type SiteDrawing } from "./_site_drawing.ts";
import { shareTargets } from "./_targets.ts";

const anySite = sites(fc.constantFrom(0, 0, 8));
const story = fc.noBias(fc.array(happening, { minLength: 20, maxLength: 100, size: "max" }));

/** What is promised on a line once every reduction is obeyed, the known other load included. */
function promised(row: Row, standings: readonly Standing[]): number {
  const given = standings.filter((each) => each.isSteerable).reduce((sum, { draws, keepAmps }) => {
    const draw = draws.find((each) => each.row === row);
    return sum + keepAmps * (draw?.re ?? 0);
  }, 0);
  return given + row.fixed + row.known;
}

Deno.test("No limit lies between 0 and the minimum, above the hardware, or above a cap", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const options = drawnSite(drawing);
      play(options, happenings, ({ after, effects }) => {
        for (const effect of effects) {
          if (effect.kind !== "limit") continue;
          const place = options.places.find((each) => each.slot === effect.slot);
          if (place === undefined) throw new Error("Cannot find the place of a limit");
          const { limitAmps } = effect;
          assert(limitAmps === 0 || limitAmps >= place.minCurrentAmps, `${limitAmps} A`);
          assert(limitAmps <= place.maxCurrentAmps, `${limitAmps} A`);
          const memory = after.evses[effect.slot];
          // A charger that ignores its limit is only reminded of the one it has.
          if (memory?.ignoresLimits && memory.lastSent !== null) continue;
          for (const { amps } of memory?.facts?.caps ?? []) assert(limitAmps <= amps);
        }
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("After each decision every line keeps its limit once reductions are obeyed, or nobody has anything left", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const options = drawnSite(drawing);
      play(options, happenings, (step) => {
        if (step.event.kind === "measured" || step.event.kind === "limit-accepted") return;
        const { boards, standings } = assess(step.after, step.nowMs, options);
        for (const { allRows } of boards.values()) {
          for (const row of allRows.filter(({ isReserved }) => isReserved)) {
            const isSpent = standings.every((each) =>
              !each.isSteerable || each.keepAmps === 0 ||
              each.draws.every((draw) => draw.row !== row)
            );
            const is = promised(row, standings);
            assert(
              isSpent || is <= row.usable + 1e-6,
              `${is} of ${row.usable} on ${row.circuit?.id} ${JSON.stringify(row.of)}`,
            );
          }
        }
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("A raise only takes what is free beside all that may still be drawn", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const options = drawnSite(drawing);
      play(options, happenings, (step) => {
        const kept = new Map(
          assess(step.before, step.nowMs, options).standings.map((each) => [
            each.place.slot,
            each.keepAmps,
          ]),
        );
        const { standings } = assess(step.after, step.nowMs, options);
        for (const effect of step.effects) {
          if (effect.kind !== "limit") continue;
          const standing = standings.find((each) => each.place.slot === effect.slot);
          const [was, is] = [step.before, step.after].map((state) => state.evses[effect.slot]);
          const isFirst = was?.lastSent === null || is?.connectedSinceMs === step.nowMs ||
            was?.facts?.transactionId !== is?.facts?.transactionId;
          if (isFirst || effect.limitAmps <= (kept.get(effect.slot) ?? 0)) continue;
          if (standing === undefined) throw new Error("Cannot find who was raised");
          const { draws, reservedAmps, memory } = standing;
          for (const { row, reach, re } of draws) {
            if (!row.isReserved) continue;
            // What is free if this EVSE gave back all that is kept for it.
            const room = row.free + amountOf(reach, reservedAmps) -
              amountOf(reach, memory.overdrawAmps);
            const where = `${row.circuit?.id} ${JSON.stringify(row.of)}`;
            assert(effect.limitAmps * re <= room + 1e-6, `${effect.limitAmps} A on ${where}`);
          }
        }
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("The same events have the same effects", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const once = play(drawnSite(drawing), happenings, () => {});
      assertEquals(play(drawnSite(drawing), happenings, () => {}), once);
    }),
    { numRuns: 40 },
  );
});

Deno.test("A step leaves the state it was given as it was", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const options = drawnSite(drawing);
      play(options, happenings, ({ before, event, effects, nowMs }) => {
        assertEquals(stepBalancer(before, event, nowMs, options).effects, effects);
      });
    }),
    { numRuns: 40 },
  );
});

/** A charger that may be as slow and as moody as the rules allow, and an EV that takes all. */
interface Charger {
  /** Limits accepted, and when the charger acts on them. */
  readonly acting: { readonly amps: number; readonly atMs: number }[];
  amps: number;
}

Deno.test("On circuits without meter chargers that obey in time never exceed the limit together", () => {
  const unmetered = sites(fc.constant(0)).map((drawing): SiteDrawing => ({
    ...drawing,
    circuits: drawing.circuits.map(({ meter: _none, ...circuit }) => circuit),
  }));
  const delays = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 20, maxLength: 20 });
  // Nothing can be promised of models that forget their limits and may jump up on their way back,
  // nor of an EV on one line of which we learn later that it was three.
  const calm = story.map((all) =>
    all.filter((each) => !["measured", "disobeys", "cut"].includes(each.kind)).map((each) =>
      each.kind === "facts"
        ? { ...each, facts: { ...each.facts, forgetsProfiles: false, evLines: null } }
        : each
    )
  );
  fc.assert(
    fc.property(unmetered, calm, delays, (drawing, happenings, slowness) => {
      const options = drawnSite(drawing);
      const chargers = new Map<number, Charger>(
        options.places.map((place) => [place.slot, { acting: [], amps: 0 }]),
      );
      let index = 0;
      play(options, happenings, ({ event, before, after, nowMs }) => {
        if (event.kind === "limit-accepted" || (event.kind === "limit-failed" && !event.answered)) {
          // An unanswered limit is taken all the same: the worse case.
          const delayMs = slowness[index++ % slowness.length] ?? 0;
          const { slot, limitAmps: amps } = event;
          chargers.get(slot)?.acting.push({ amps, atMs: nowMs + delayMs });
        }
        if (event.kind === "evse") {
          const was = before.evses[event.facts.slot]?.facts?.transactionId;
          if (was !== event.facts.transactionId) {
            chargers.set(event.facts.slot, { acting: [], amps: 0 });
          }
        }
        for (const charger of chargers.values()) {
          const due = charger.acting.findLastIndex(({ atMs }) => atMs <= nowMs);
          charger.amps = charger.acting[due]?.amps ?? charger.amps;
          charger.acting.splice(0, due + 1);
        }
        for (const circuit of options.tree.circuits) {
          const drawn = perLine((line) =>
            options.tree.placesBelow(circuit.id)
              .filter((place) => place.lines.includes(line) && isInUse(after, place.slot))
              .reduce((sum, { slot }) => sum + (chargers.get(slot)?.amps ?? 0), 0)
          );
          const bound = usableAmps(circuit) - circuit.otherLoad.worstAmps;
          const watts = 230 * (drawn.L1 + drawn.L2 + drawn.L3);
          const { powerLimitW = Infinity, apparentLimitVa = Infinity } = circuit;
          const wattsLeft = Math.min(powerLimitW, apparentLimitVa) -
            690 * circuit.otherLoad.worstAmps;
          assert(watts <= Math.max(0, wattsLeft) + 1e-3, `${watts} W of ${wattsLeft} W`);
          for (const line of LINES) {
            assert(drawn[line] <= Math.max(0, bound) + 1e-6, `${drawn[line]} A of ${bound} A`);
          }
        }
      });
    }),
    { numRuns: 300 },
  );
});

function isInUse(state: BalancerState, slot: number): boolean {
  return (state.evses[slot]?.facts?.transactionId ?? null) !== null;
}

/** Sites on which all sockets are alike, so that nobody fits where another does not. */
const uniformSite = sites(fc.constant(0)).map((drawing) => ({
  ...drawing,
  circuits: drawing.circuits.map(({ meter: _none, ...circuit }) => circuit),
  evses: drawing.evses.map(({ min: _min, ...evse }) => ({ ...evse, lines: "L1 L2 L3" })),
}));

Deno.test("Where a limit falls, no more is given under that circuit than before", () => {
  const less = fc.record({ on: fc.nat(2), by: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(uniformSite, less, (drawing, { on, by }) => {
      const lowered = {
        ...drawing,
        circuits: drawing.circuits.map((each, index) =>
          index === on ? { ...each, amps: Math.max(0, each.amps - by) } : each
        ),
      };
      const circuitId = drawing.circuits[on]?.id ?? "grid";
      const before = givenUnder(drawing, circuitId);
      const after = givenUnder(lowered, circuitId);
      assert(after <= before, `${after} A after ${before} A`);
    }),
    { numRuns: 500 },
  );
});

/** What the fair shares of charging EVs at all sockets sum up to under a circuit. */
function givenUnder(drawing: SiteDrawing, circuitId: string): number {
  const options = drawnSite(drawing);
  let state = newBalancer(options, 0);
  for (const { slot } of options.places) {
    for (const facts of [emptyAt(slot), chargingAt(slot)]) {
      state = stepBalancer(state, { kind: "evse", facts }, 0, options).state;
    }
  }
  const { standings, table } = assess(state, 0, options);
  shareTargets(standings, table, options, 0);
  return options.tree.placesBelow(circuitId).reduce((sum, { slot }) => {
    const standing = standings.find((each) => each.place.slot === slot);
    return sum + (standing?.targetAmps ?? 0);
  }, 0);
}

Deno.test("evseLimits() never reserves less than the newest limit of an EVSE in use", () => {
  fc.assert(
    fc.property(anySite, story, (drawing, happenings) => {
      const options = drawnSite(drawing);
      play(options, happenings, ({ after, nowMs }) => {
        for (const { slot, limitAmps, reservedAmps, isCut } of evseLimits(after, nowMs, options)) {
          if (isCut) continue;
          const memory = after.evses[slot];
          const isUnderIt = memory?.facts?.connected && memory.facts.transactionId !== null &&
            memory.lastSent !== null && nowMs < memory.lastSent.sentAtMs + 90_000;
          if (isUnderIt) assert(reservedAmps >= (limitAmps ?? 0));
        }
      });
    }),
    { numRuns: 60 },
  );
});
