import { assert, assertEquals } from "@std/assert";
import { drawnSite } from "./_site_drawing.ts";
import { longestOverload, type Second, simulate, type Simulation } from "./_simulated_site.ts";

const STEP_AT = 140;

/** One EV charges behind 34 A; another comes, and begins to draw in the second of a building step. */
function twoEvs(buildingAfter: number): Simulation {
  return {
    options: drawnSite({
      marginAmps: 1,
      circuits: [{ id: "grid", amps: 34, meter: "main", worst: 28 }],
      evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
    }),
    evs: [{ slot: 1, startsAfter: 3 }, {
      slot: 2,
      arrives: 100,
      startsAfter: 25,
      measuresEach: 30,
    }],
    building: (_, second) => second < STEP_AT ? 20 : buildingAfter,
    seconds: 500,
  };
}

function isNobodyServed({ limits }: Second): boolean {
  return [...limits.values()].every((amps) => amps === 0);
}

Deno.test("Of two EVs that have room for one, one is paused, though the other has just begun to draw", () => {
  const simulation = twoEvs(26);
  const log = simulate(simulation);
  assert(log[STEP_AT - 1]?.limits.values().every((amps) => (amps ?? 0) >= 6), "both had theirs");
  assertEquals(log.slice(STEP_AT).filter(isNobodyServed).length, 0);
  assert(
    log.slice(STEP_AT + 20).every(({ drawnAmps }) => drawnAmps.values().some((amps) => amps > 0)),
  );
  assert(longestOverload(simulation, log) <= 15);
});

Deno.test("Where there is room for nobody, both are paused in time", () => {
  for (const buildingAmps of [29, 33]) {
    const simulation = twoEvs(buildingAmps);
    const log = simulate(simulation);
    const seconds = longestOverload(simulation, log);
    assert(log.slice(STEP_AT + 15).every(isNobodyServed), `building ${buildingAmps} A`);
    assert(seconds <= 15, `${seconds} s at ${buildingAmps} A`);
  }
});
