import { assert, assertEquals } from "@std/assert";
import { drawnSite } from "./_site_drawing.ts";
import {
  changesBetween,
  longestOverload,
  type Second,
  simulate,
  type SimulatedEv,
  type Simulation,
} from "./_simulated_site.ts";

/** EVs on one metered circuit, a little apart in everything. */
function site(amps: number, evs: readonly SimulatedEv[], seconds: number): Simulation {
  return {
    options: drawnSite({
      marginAmps: 2,
      timing: { raiseIntervalMs: 15_000, raiseHoldOffMs: 10_000 },
      circuits: [{ id: "grid", amps, meter: "main", worst: 20 }],
      evses: evs.map(({ slot }) => ({ slot, on: "grid" })),
    }),
    evs: evs.map((ev) => ({ followsAfter: ev.slot % 4, measurementLate: ev.slot % 3, ...ev })),
    building: () => 10,
    seconds,
  };
}

function drawnBy(log: readonly Second[], slots: readonly number[], second: number): number {
  return slots.reduce((sum, slot) => sum + (log[second]?.drawnAmps.get(slot) ?? 0), 0);
}

function slots(from: number, until: number): readonly number[] {
  return Array.from({ length: until - from + 1 }, (_, index) => from + index);
}

Deno.test("What an EV needs no more is somebody else's within a minute", () => {
  const others = slots(2, 4);
  for (let dropsAt = 300; dropsAt < 310; dropsAt++) {
    const evs = slots(1, 4).map((slot): SimulatedEv =>
      slot === 1 ? { slot, wants: [[0, 32], [dropsAt, 8]] } : { slot }
    );
    const simulation = site(80, evs, 400);
    const log = simulate(simulation);
    const before = drawnBy(log, others, dropsAt - 1);
    // 17 A fall to 8 A; 2 A of the rest stay its own.
    const given = slots(dropsAt, 399).find((second) => drawnBy(log, others, second) >= before + 6);
    assert(given !== undefined && given - dropsAt <= 60, `${given} after ${dropsAt}`);
    assertEquals(longestOverload(simulation, log), 0);
  }
});

Deno.test("Scenario 9: what twenty EVs free as they fill up is given on within a minute, by ever fewer", () => {
  // From 80 % on each takes an ampere less each 30 s, one after the other, down to nothing.
  const evs = slots(1, 20).map((slot): SimulatedEv => ({
    slot,
    wants: [
      [0, 16],
      ...slots(1, 16).map((step) => [300 + slot * 25 + step * 30, 16 - step] as const),
    ],
  }));
  const simulation = site(212, evs, 1_500);
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  for (let second = 400; second < 700; second += 10) {
    // Those that want all that they get, a minute ago and now, have all that the others leave.
    const hungry = evs.filter(({ slot }) => second < 300 + slot * 25 + 30);
    const wanted = hungry.length * 16;
    const useless = evs.filter((ev) => !hungry.includes(ev));
    const leftAmps = Math.min(
      ...slots(second - 60, second).map((at) =>
        200 - useless.reduce((sum, { slot }) => sum + keptFor(log, slot, at), 0)
      ),
    );
    const gotAmps = drawnBy(log, hungry.map(({ slot }) => slot), second);
    assert(gotAmps >= Math.min(wanted, leftAmps) - hungry.length, `${gotAmps} A at ${second}`);
  }
});

/** What an EV that fills up draws, and the room that it keeps to show that it wants more. */
function keptFor(log: readonly Second[], slot: number, second: number): number {
  return Math.max(6, Math.ceil(log[second]?.drawnAmps.get(slot) ?? 0) + 3);
}

Deno.test("An EV that wants more again is raised after one reading", () => {
  const evs: readonly SimulatedEv[] = [
    { slot: 1, wants: [[0, 8], [300, 32]], measurementLate: 0, followsAfter: 1 },
    { slot: 2, wants: 10 },
  ];
  const log = simulate(site(46, evs, 360));
  const raised = slots(300, 359).find((second) => (log[second]?.drawnAmps.get(1) ?? 0) > 12);
  assert(raised !== undefined && raised <= 320, `${raised}`);
});

Deno.test("An EV that is full keeps its minimum where nobody lacks anything, so that it can heat its cabin", () => {
  const evs: readonly SimulatedEv[] = [
    { slot: 1, wants: [[0, 16], [200, 0], [900, 6]] },
    { slot: 2 },
    { slot: 3 },
  ];
  const simulation = site(84, evs, 1_000);
  const log = simulate(simulation);
  assertEquals(log[890]?.limits.get(1), 6);
  assertEquals(log[905]?.drawnAmps.get(1), 6, "at once");
  assertEquals(longestOverload(simulation, log), 0);
});

Deno.test("An EV that swings between little and much does not make the others swing with it", () => {
  const swings = slots(0, 29).map((turn) => [300 + turn * 60, turn % 2 === 0 ? 7 : 32] as const);
  const evs: readonly SimulatedEv[] = [
    { slot: 1, wants: [[0, 32], ...swings] },
    { slot: 2 },
    { slot: 3 },
  ];
  const simulation = site(66, evs, 2_100);
  const log = simulate(simulation);
  const early = changesBetween(log, 300, 700);
  const late = changesBetween(log, 1_700, 2_100);
  assert(late <= early / 3, `${early} changes, then ${late}`);
  assertEquals(longestOverload(simulation, log), 0);
});

Deno.test("An eighth EV joins, and the sum settles", () => {
  const evs = slots(1, 8).map((slot): SimulatedEv =>
    slot === 8 ? { slot, arrives: 300 } : { slot }
  );
  const simulation = site(120, evs, 900);
  const log = simulate(simulation);
  const sums = slots(450, 899).map((second) => drawnBy(log, slots(1, 8), second));
  const mean = sums.reduce((sum, amps) => sum + amps, 0) / sums.length;
  const variance = sums.reduce((sum, amps) => sum + (amps - mean) ** 2, 0) / sums.length;
  assert(variance < 1, `${variance} A²`);
  assertEquals(longestOverload(simulation, log), 0);
});
