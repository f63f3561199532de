import { assert, assertEquals } from "@std/assert";
import { LINES } from "../site/mod.ts";
import { drawnSite, type SiteDrawing } from "./_site_drawing.ts";
import { longestOverload, simulate, type SimulatedEv, type Simulation } from "./_simulated_site.ts";
import { standingAlarms } from "./_simulated_site.ts";

const SITE: SiteDrawing = {
  circuits: [{ id: "grid", amps: 40, meter: "main", worst: 30 }],
  evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid", lines: "L2 L3 L1" }],
};

/** A one-phase EV that wants more and less by turns, at a socket whose lines are these in truth. */
const restless = (slot: number, isOn: string): SimulatedEv => ({
  slot,
  lines: isOn,
  arrives: 5,
  wants: Array.from({ length: 20 }, (_, index) => [index * 100, index % 2 === 0 ? 8 : 16] as const),
});

/** The charger tells its own phases; the site takes them for the lines of `told`. */
function run(evs: readonly SimulatedEv[], changes: Partial<Simulation> = {}) {
  const simulation: Simulation = { options: drawnSite(SITE), evs, seconds: 1_500, ...changes };
  return { simulation, log: simulate(simulation) };
}

Deno.test("rotation: current on the lines that site.yaml says is no news", () => {
  const { log } = run([restless(1, "L1")]);
  assertEquals(standingAlarms(log), []);
});

Deno.test("rotation: current that the meter sees on another line is told after three times, and counts on all", () => {
  const { log, simulation } = run([{ ...restless(1, "L2"), saysLines: "L1" }]);
  const [alarm] = standingAlarms(log);
  assert(alarm?.kind === "rotation" && alarm.slot === 1 && alarm.seen[0] === "L2", `${alarm}`);
  const at = log.findIndex(({ effects }) => effects.some((each) => each.kind === "alarm"));
  assert(at > 150, `${at}: three steps`);
  assertEquals(longestOverload(simulation, log), 0);
});

Deno.test("rotation: the last steps are kept beside what the meter showed of them", () => {
  const { log } = run([{ ...restless(1, "L2"), saysLines: "L1" }]);
  const compared = log.at(-1)?.compared ?? [];
  assertEquals(compared.length, 4);
  for (const { meterId, chargerAmps, meterAmps } of compared) {
    assertEquals([meterId, chargerAmps.L2, chargerAmps.L3], ["main", 0, 0]);
    assertEquals(Math.abs(chargerAmps.L1), 8);
    assert(Math.abs(meterAmps.L2 - chargerAmps.L1) < 1.5, JSON.stringify(meterAmps));
  }
  assertEquals(log[4]?.compared, []);
});

Deno.test("rotation: what is in doubt is kept on every line, also for the next EV", () => {
  const evs = [
    { ...restless(1, "L2"), saysLines: "L1", leaves: 700 },
    // Nobody would know that the first one takes from it.
    { slot: 2, lines: "L3", arrives: 760 },
  ];
  const { log } = run([...evs]);
  const late = log.slice(-1)[0];
  assertEquals(late?.limits.get(2), 32, "an empty socket keeps nothing");
  const { log: both } = run([{ ...restless(1, "L2"), saysLines: "L1" }, {
    slot: 2,
    lines: "L3",
    arrives: 800,
  }]);
  const last = both.at(-1);
  const sum = (last?.limits.get(1) ?? 0) + (last?.limits.get(2) ?? 0);
  assert(sum <= 40, `${sum} A: both may be on L3 for all that is known`);
});

Deno.test("rotation: steps while other EVs come and go prove nothing", () => {
  // One takes on L1 what the first gives there, another takes on L2 as much as the first on L1.
  const wide: SiteDrawing = {
    circuits: [{ id: "grid", amps: 120, meter: "main", worst: 30 }],
    evses: [1, 2, 3].map((slot) => ({ slot, on: "grid" })),
  };
  const against = Array.from(
    { length: 20 },
    (_, index) => [index * 100, index % 2 === 0 ? 16 : 8] as const,
  );
  const { log } = run([
    restless(1, "L1"),
    { ...restless(2, "L1"), wants: against },
    restless(3, "L2"),
  ], { options: drawnSite(wide) });
  assertEquals(standingAlarms(log), []);
});

Deno.test("rotation: a building that comes and goes on one line does not make a socket look wrong", () => {
  for (const line of LINES) {
    const { log } = run([restless(1, "L1")], {
      building: (_id, second, on) => on === line && second % 170 < 80 ? 14 : 2,
    });
    assertEquals(standingAlarms(log), [], line);
  }
});
