import { assert, assertEquals } from "@std/assert";
import { LINES } from "../site/mod.ts";
import type { BalancerEffect } from "./facts.ts";
import { drawnSite, type SiteDrawing } from "./_site_drawing.ts";
import {
  changesBetween,
  longestOverload,
  type Second,
  simulate,
  type SimulatedEv,
  type Simulation,
  standingAlarms,
} from "./_simulated_site.ts";

/** Sockets of 32 A on one circuit behind a meter. */
function onOneCircuit(
  count: number,
  amps: number,
  otherwise: Partial<SiteDrawing> = {},
): SiteDrawing {
  return {
    marginAmps: 2,
    circuits: [{ id: "grid", amps, meter: "main", worst: 30, substitute: 20 }],
    evses: Array.from({ length: count }, (_, index) => ({ slot: index + 1, on: "grid" })),
    ...otherwise,
  };
}

/** EVs at the first sockets; each a little different. */
function evs(count: number, otherwise: Partial<SimulatedEv> = {}): readonly SimulatedEv[] {
  return Array.from({ length: count }, (_, index) => ({
    slot: index + 1,
    startsAfter: 5 + index * 3,
    followsAfter: index % 4,
    measuresEach: 10 + index % 3 * 10,
    measurementLate: index % 5,
    ...otherwise,
  }));
}

/** Current on L1 of the grid connection, second by second. */
function gridAmps(log: readonly Second[], from: number, until = log.length): readonly number[] {
  return log.slice(from, until).map(({ flows }) => flows.get("grid")?.L1 ?? NaN);
}

function newest(log: readonly Second[], at = log.length - 1): readonly (number | null)[] {
  return [...log[at]?.limits.values() ?? []];
}

Deno.test("Scenario 1: eight EVs plugged in at once, some slow to begin, never exceed the limit", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(8, 63)),
    // Three are enabled and draw nothing for a minute: what they may draw must stay theirs.
    evs: evs(8, { arrives: 5 }).map((ev) => ev.slot <= 3 ? { ...ev, startsAfter: 60 } : ev),
    building: () => 12,
    seconds: 600,
  };
  const log = simulate(simulation);
  assertEquals(Math.max(...gridAmps(log, 0)) <= 63, true);
  assertEquals(newest(log), [7, 6, 6, 6, 6, 6, 6, 6]);
  assertEquals(Math.min(...gridAmps(log, 300)), 61, "all that there is, is used");
});

Deno.test("Scenario 2: a building step of 40 A at full use is over within 15 s", () => {
  for (const followsAfter of [0, 2, 4]) {
    const simulation: Simulation = {
      options: drawnSite(onOneCircuit(4, 100)),
      evs: evs(4, { followsAfter }),
      building: (_id, second) => second < 300 ? 10 : 50,
      seconds: 600,
    };
    const log = simulate(simulation);
    assert(Math.max(...gridAmps(log, 200, 300)) > 95, "full before the step");
    assert(longestOverload(simulation, log) <= 8, `${longestOverload(simulation, log)} s`);
    assert(Math.max(...gridAmps(log, 310)) <= 100);
    assert(Math.min(...gridAmps(log, 400)) >= 96, "full again after the step");
  }
});

Deno.test("Scenario 3: the meter falls silent and comes back, and the circuit stays within its limit", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(3, 63, {
      evses: [1, 2, 3].map((slot) => ({ slot, on: "grid", failSafe: slot < 3 ? 10 : 0 })),
    })),
    evs: evs(3),
    building: (_id, second) => second < 330 ? 10 : 18,
    isDeaf: (_meterId, second) => second >= 300 && second < 500,
    seconds: 900,
  };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  assertEquals(newest(log, 299), [17, 17, 17]);
  assertEquals(newest(log, 303), [17, 17, 17], "held");
  assertEquals(newest(log, 320), [14, 14, 13], "20 A stand in for the building");
  assertEquals(newest(log, 400), [10, 10, 0], "fail-safe");
  assertEquals(newest(log), [15, 14, 14]);
  assertEquals(standingAlarms(log), []);
  const alarms = log.flatMap(({ effects }) => effects).flatMap((each) =>
    "alarm" in each ? [`${each.kind} ${each.alarm.kind}`] : []
  );
  assertEquals(alarms, [
    "alarm meter-lost",
    "alarm-over meter-lost",
  ]);
});

Deno.test("Scenario 5: the others make room for a charger that ignores its profile", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(3, 63)),
    evs: evs(3).map((ev) => ev.slot === 3 ? { ...ev, arrives: 200, ignoresLimits: true } : ev),
    building: () => 12,
    seconds: 900,
  };
  const log = simulate(simulation);
  assert(longestOverload(simulation, log) <= 15, `${longestOverload(simulation, log)} s`);
  assertEquals(log.at(-1)?.drawnAmps.get(3), 32);
  assertEquals(newest(log).slice(0, 2), [9, 8], "all that the third leaves");
  assertEquals(standingAlarms(log), [{ kind: "disobeys", slot: 3 }]);
  assertEquals(effectsOf(log, "stop"), [], "the circuit bears it");
});

Deno.test("Scenario 5: where the others cannot make up for it, there is an alarm", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(2, 32)),
    evs: evs(2).map((ev) => ev.slot === 2 ? { ...ev, arrives: 60, ignoresLimits: true } : ev),
    building: () => 5,
    seconds: 300,
  };
  const log = simulate(simulation);
  assertEquals(log.at(-1)?.drawnAmps, new Map([[1, 0], [2, 32]]));
  assertEquals(
    standingAlarms(log),
    [
      ...LINES.map((line) => ({ kind: "over-limit" as const, circuitId: "grid", line })),
      { kind: "disobeys", slot: 2 },
    ],
  );
});

/** One of three EVs on a full circuit goes its own way when the building takes 25 A more. */
function oneDisobeys(otherwise: Partial<SimulatedEv>): Simulation {
  return {
    options: drawnSite(onOneCircuit(3, 40)),
    evs: evs(3, { measuresEach: 10 }).map((ev) =>
      ev.slot === 2 ? { ...ev, ...otherwise, ignoresLimits: true } : ev
    ),
    building: (_id, second) => second < 300 ? 0 : 25,
    seconds: 1200,
  };
}

/** In which second a line of the grid was over its limit for the last time. */
function lastOver(log: readonly Second[], amps: number): number {
  return log.findLastIndex(({ flows }) => (flows.get("grid")?.L1 ?? 0) > amps + 1e-6);
}

Deno.test("Within a minute of a step the circuit is back, though one ignores its limits, for it is stopped", () => {
  const simulation = oneDisobeys({ stops: true });
  const log = simulate(simulation);
  const last = lastOver(log, 40);
  assert(last >= 300 && last <= 345, `${last}`);
  assertEquals(effectsOf(log, "stop").length, 1);
  assertEquals(effectsOf(log, "cut"), []);
  assertEquals(standingAlarms(log), []);
  assertEquals(newest(log, 1000).filter((amps) => (amps ?? 0) >= 6).length, 2, "others go on");
});

Deno.test("Within a minute of a step the circuit is back, though one ignores limits and requests, for it is cut", () => {
  const simulation = oneDisobeys({ contactor: "works" });
  const log = simulate(simulation);
  const last = lastOver(log, 40);
  assert(last >= 300 && last <= 360, `${last}`);
  assertEquals(effectsOf(log, "cut").length, 1);
  assertEquals(log.at(-1)?.drawnAmps.get(2), 0);
  assertEquals(newest(log, 1000).filter((amps, slot) => slot !== 1 && (amps ?? 0) >= 6).length, 2);
});

Deno.test("A charger that says nothing of what it draws is cut when a minute is nearly over", () => {
  const simulation = oneDisobeys({ contactor: "works", measuresEach: 0 });
  const log = simulate(simulation);
  const last = lastOver(log, 40);
  assert(last >= 300 && last <= 360, `${last}`);
  assertEquals(effectsOf(log, "cut").length, 1);
  assertEquals(effectsOf(log, "stop"), [], "nothing is proven");
});

Deno.test("Nobody is cut where the building alone is too much", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(2, 40)),
    evs: evs(2, { contactor: "works" }),
    building: (_id, second) => second < 300 ? 0 : 45,
    seconds: 600,
  };
  const log = simulate(simulation);
  assertEquals(effectsOf(log, "cut"), []);
  assertEquals(effectsOf(log, "stop"), []);
});

Deno.test("A welded contactor is told of", () => {
  const log = simulate(oneDisobeys({ contactor: "welded" }));
  assertEquals(standingAlarms(log).filter(({ kind }) => kind === "cut-failed"), [
    { kind: "cut-failed", slot: 2 },
  ]);
});

Deno.test("A contactor closes when the session behind it has ended", () => {
  const log = simulate(oneDisobeys({ contactor: "works", leaves: 800 }));
  assertEquals(
    effectsOf(log, "cut").map((each) => each.kind === "cut" && each.isOpen),
    [true, false],
  );
});

function effectsOf(
  log: readonly Second[],
  kind: BalancerEffect["kind"],
): readonly BalancerEffect[] {
  return log.flatMap(({ effects }) => effects).filter((each) => each.kind === kind);
}

Deno.test("Scenario 5: a charger that lost its connection falls to its fail-safe current in time", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(3, 40, {
      evses: [1, 2, 3].map((slot) => ({ slot, on: "grid", failSafe: 6 })),
      circuits: [{ id: "grid", amps: 40, meter: "main", worst: 20 }],
    })),
    evs: evs(3).map((ev) => ev.slot === 1 ? { ...ev, away: [200, 900] } : ev),
    building: () => 8,
    seconds: 1500,
  };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  assertEquals(log[880]?.drawnAmps.get(1), 6);
  assertEquals(newest(log), [10, 10, 10]);
});

/** For each EVSE the times that it charged and that it waited, in seconds, the last ones left out. */
function turns(
  log: readonly Second[],
  slot: number,
): readonly { isOn: boolean; seconds: number }[] {
  const states = log.map(({ limits }) => (limits.get(slot) ?? 0) > 0 ? "x" : "-").join("");
  return (states.match(/x+|-+/g) ?? []).slice(0, -1)
    .map((run) => ({ isOn: run.startsWith("x"), seconds: run.length }));
}

Deno.test("Scenario 7: with room for three of eight, everybody has a turn, and nobody waits 45 minutes", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(8, 32)),
    evs: evs(8, { arrives: 1 }),
    // 32 A less the margin of 2 A and the building: 18 A.
    building: () => 12,
    seconds: 4 * 3600,
  };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  for (const { slot } of simulation.evs) {
    const all = turns(log, slot);
    const pauses = all.filter(({ isOn }) => !isOn);
    const charged = all.filter(({ isOn }) => isOn);
    assert(charged.length >= 3, `slot ${slot} charged ${charged.length} times`);
    assert(charged.every(({ seconds }) => seconds >= 900), `slot ${slot} was cut short`);
    assert(pauses.every(({ seconds }) => seconds <= 45 * 60), `slot ${slot} waited too long`);
    assert(pauses.length <= 4 * 4, `slot ${slot} was paused ${pauses.length} times in 4 h`);
  }
});

Deno.test("Scenario 9: what tapering EVs leave is given on within a minute and a half", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(4, 63)),
    evs: evs(4, { measuresEach: 10 }).map((ev) => ev.slot <= 2 ? { ...ev, wants: 7 } : ev),
    building: () => 13,
    seconds: 600,
  };
  const log = simulate(simulation);
  // 48 A for four EVs, of which two take 7 A and keep 2 A to grow into.
  assertEquals(newest(log), [9, 9, 15, 15]);
  const settledAt = log.findIndex((_, second) => newest(log, second).join() === "9,9,15,15");
  assert(settledAt < 150, `after ${settledAt} s`);
});

Deno.test("Scenario 10: when the eighth charger joins, limits settle and stay", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(8, 80)),
    evs: evs(8).map((ev) => ev.slot === 8 ? { ...ev, arrives: 400 } : ev),
    building: () => 15,
    seconds: 1500,
  };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  assertEquals(changesBetween(log, 300, 400), 0, "settled before");
  assertEquals(changesBetween(log, 700, 1500), 0, "settled after");
  const settled = gridAmps(log, 700);
  assertEquals(Math.max(...settled) - Math.min(...settled), 0);
  assertEquals(newest(log), [8, 8, 8, 8, 8, 8, 8, 7]);
});

Deno.test("Scenario 10: currents that are a minute old do not make limits swing", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(4, 63)),
    evs: evs(4, { measuresEach: 60, measurementLate: 5, rampPerSecond: 1 }),
    building: () => 15,
    seconds: 1800,
  };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  assertEquals(changesBetween(log, 600, 1800), 0);
  assertEquals(newest(log), [12, 12, 11, 11]);
});

Deno.test("A fluttering building does not make limits flutter", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(4, 63)),
    evs: evs(4),
    building: (_id, second) => 15 + 0.9 * Math.sin(second * 1.7),
    seconds: 1800,
  };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  assertEquals(changesBetween(log, 600, 1800), 0);
});

Deno.test("A lift that comes and goes costs one reduction, not one for each ride", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(4, 63)),
    evs: evs(4),
    building: (_id, second) => second >= 600 && second % 20 < 8 ? 25 : 10,
    seconds: 1200,
  };
  const log = simulate(simulation);
  assert(changesBetween(log, 660, 1200) <= 4, `${changesBetween(log, 660, 1200)} changes`);
  assert(longestOverload(simulation, log) <= 8);
});

Deno.test("Chargers that do not measure still share, and nobody exceeds the limit", () => {
  const simulation: Simulation = {
    options: drawnSite(onOneCircuit(3, 63)),
    evs: evs(3, { measuresEach: 0 }).map((ev) => ev.slot === 3 ? { ...ev, arrives: 600 } : ev),
    building: () => 3,
    seconds: 1500,
  };
  const log = simulate(simulation);
  assertEquals(longestOverload(simulation, log), 0);
  for (const amps of newest(log)) assert((amps ?? 0) >= 10, `${newest(log)}`);
});

Deno.test("Two steps of the building in a row hide from nobody how much is lacking", () => {
  // The EV falls as the building rises, so the meter shows no fall, and no reading comes for 30 s.
  const options = drawnSite({
    circuits: [{ id: "grid", amps: 25, meter: "main", worst: 20 }],
    evses: [{ slot: 1, on: "grid" }],
  });
  const quick = { startsAfter: 2, rampPerSecond: 1, answersAfter: 0, followsAfter: 0 };
  const simulation: Simulation = {
    options,
    seconds: 900,
    evs: [{ slot: 1, arrives: 1, ...quick, measuresEach: 30, measurementLate: 0 }],
    building: (_id, second, line) =>
      line !== "L1" || second < 779 ? 5 : second < 780 ? 7.25 : 11.25,
  };
  assert(longestOverload(simulation, simulate(simulation)) <= 15);
});

Deno.test("Chargers that need 6 s and have their minimum already are paused in time for the 15 s", () => {
  const simulation: Simulation = {
    options: drawnSite({
      marginAmps: 2,
      circuits: [{ id: "grid", amps: 49, meter: "main", worst: 20 }],
      evses: [{ slot: 1, on: "grid", max: 16 }, { slot: 2, on: "grid", lines: "L1" }],
    }),
    evs: [
      { slot: 1, arrives: 100, wants: 10, startsAfter: 26, followsAfter: 5, rampPerSecond: 3 },
      { slot: 2, arrives: 180, wants: 10, startsAfter: 23, measuresEach: 60, rampPerSecond: 16 },
    ],
    building: (_id, second, line) => line === "L1" ? second < 347 ? 18.1 : 37.7 : 10,
    seconds: 500,
  };
  const log = simulate(simulation);
  const seconds = longestOverload(simulation, log);
  assert(seconds > 5 && seconds <= 15, `${seconds} s`);
});
