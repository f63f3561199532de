import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Line } from "../site/mod.ts";
import { newEv } from "./ev.ts";
import { EV_MODELS, type EvModelName } from "./ev_models.ts";
import {
  advanceOutlet,
  connectEv,
  newOutlet,
  offer,
  type Outlet,
  outletCurrents,
  type OutletOptions,
  switchOutlet,
  terminalAmps,
} from "./outlet.ts";

const THREE_PHASE: OutletOptions = { lines: ["L2", "L3", "L1"], maxAmps: 32, fixedCable: false };

/** A socket with an EV that has charged for two minutes. */
function charging(name: EvModelName, amps: number, options = THREE_PHASE, phases = 3): Outlet {
  const ev = newEv(EV_MODELS[name], { soc: 0.2 }, 0);
  const live = switchOutlet(connectEv(newOutlet(options, 0, 5_000), ev), true);
  return advanceOutlet(offer(live, amps, phases), 120_000, 230);
}

Deno.test("an outlet's currents follow its wiring", () => {
  assertEquals(outletCurrents(charging("onePhase32", 20.3)), { L1: 0, L2: 20, L3: 0 });
  assertEquals(outletCurrents(charging("twoPhase16", 32)), { L1: 0, L2: 16, L3: 16 });
  assertEquals(outletCurrents(charging("threePhase11kW", 32)), { L1: 16, L2: 16, L3: 16 });
});

Deno.test("an outlet's own terminals are in its own order", () => {
  assertEquals(terminalAmps(charging("onePhase32", 20.3)), [20, 0, 0]);
  assertEquals(terminalAmps(newOutlet(THREE_PHASE, 0)), [0, 0, 0]);
});

Deno.test("the register counts on from where it stood", () => {
  const outlet = charging("threePhase11kW", 32);
  const later = advanceOutlet(outlet, 120_000 + 360_000, 230);
  assertAlmostEquals(later.registerWh - outlet.registerWh, 3 * 16 * 230 / 10, 1e-6);
  assert(outlet.registerWh > 5_000);
});

Deno.test("the register keeps its reading when EVs come and go", () => {
  const outlet = charging("threePhase11kW", 32);
  const empty = connectEv(outlet, null);
  assertEquals(advanceOutlet(empty, 500_000, 230).registerWh, outlet.registerWh);
  const next = connectEv(
    switchOutlet(empty, false),
    newEv(EV_MODELS.onePhase32, { soc: 0.5 }, 0),
  );
  assertEquals(advanceOutlet(next, 500_000, 230).registerWh, outlet.registerWh);
  const second = advanceOutlet(offer(switchOutlet(next, true), 16, 3), 600_000, 230);
  assert(second.registerWh > outlet.registerWh);
});

Deno.test("nothing flows while the contactor is open, whatever is offered", () => {
  const open = offer(switchOutlet(charging("onePhase32", 32), false), 32, 3);
  const later = advanceOutlet(open, 200_000, 230);
  assertEquals(outletCurrents(later), { L1: 0, L2: 0, L3: 0 });
  assertEquals(later.registerWh, open.registerWh);
});

const OFFERS: readonly (readonly [number, number, readonly Line[], number, number])[] = [
  [40, 3, ["L1", "L2", "L3"], 32, 3],
  [5.9, 3, ["L1", "L2", "L3"], 0, 3],
  [-1, 3, ["L1", "L2", "L3"], 0, 3],
  [16, 1, ["L1", "L2", "L3"], 16, 1],
  [16, 2, ["L1", "L2", "L3"], 16, 2],
  [16, 3, ["L1"], 16, 1],
  [16, 3, ["L1", "L3"], 16, 2],
];

for (const [amps, phases, lines, offeredAmps, offeredPhases] of OFFERS) {
  Deno.test(`offer() of ${amps} A on ${phases} phases of ${lines.length} is ${offeredAmps} A on ${offeredPhases}`, () => {
    const outlet = offer(newOutlet({ ...THREE_PHASE, lines }, 0), amps, phases);
    assertEquals([outlet.offeredAmps, outlet.offeredPhases], [offeredAmps, offeredPhases]);
  });
}

Deno.test("newOutlet() refuses a line that is there twice, and none at all", () => {
  for (const lines of [["L1", "L1"], []] as const) {
    assertThrows(() => newOutlet({ ...THREE_PHASE, lines }, 0), RangeError, "Cannot create outlet");
  }
});

Deno.test("an EV that was on the road before draws nothing for that time", () => {
  const late = advanceOutlet(switchOutlet(newOutlet(THREE_PHASE, 0), true), 3_600_000, 230);
  const arrived = connectEv(offer(late, 32, 3), newEv(EV_MODELS.threePhase11kW, { soc: 0.2 }, 0));
  assertEquals(advanceOutlet(arrived, 3_601_000, 230).registerWh, 0);
});
