import { assertEquals } from "@std/assert";
import { SURPLUS_DEFAULTS } from "./balancing/mod.ts";
import { type ConfigPorts, readConfig } from "./config.ts";

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile: () => ({ problem: "There are no profiles" }),
};

const GRID = `
meters:
  - { id: main, driver: mqtt, url: "mqtt://broker", topic: house/power, role: grid }
`;

function read(yaml: string) {
  const reading = readConfig(yaml, PORTS);
  return reading.ok
    ? reading.config.balancing
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

Deno.test("charging by the sun has defaults, and every setting of it is read", () => {
  assertEquals(read(`${GRID}\nbalancing: { strategy: surplus }`), {
    strategy: "surplus",
    marginAmps: 2,
    surplus: SURPLUS_DEFAULTS,
  });
  const all = `${GRID}
balancing:
  surplus:
    enableAfter: 2min
    disableAfter: 5min
    reserveW: 300
    minimumFromGrid: until-departure
    battery: last
    counts: lines
    switchPhases: false
    threePhasesAfter: 8min
`;
  const balancing = read(all);
  assertEquals("surplus" in balancing && balancing.surplus, {
    enableAfterMs: 120_000,
    disableAfterMs: 300_000,
    reserveW: 300,
    minimumFromGrid: "until-departure",
    battery: "last",
    counts: "lines",
    switchPhases: false,
    threePhasesAfterMs: 480_000,
  });
});

Deno.test("without a meter at the grid nobody can charge by the sun, and it is said where it is asked for", () => {
  const message =
    "Strategy surplus needs a meter with role grid: what flows to the grid is the surplus";
  assertEquals(read("balancing: { strategy: surplus }"), [`1: balancing.strategy: ${message}`]);
  const circuits = `
circuits:
  - { id: grid, limit: 100 }
  - { id: carport, parent: grid, limit: 32, strategy: surplus }
`;
  assertEquals(read(circuits), [`4: circuits[1].strategy: ${message}`]);
  assertEquals("strategy" in read(`${GRID}${circuits}`), true);
});

Deno.test("what nobody can mean is told with its line", () => {
  const problems = read(`
balancing:
  surplus:
    enableAfter: 60
    minimumFromGrid: sometimes
    battery: yes
`);
  assertEquals(
    Array.isArray(problems) && problems.map((problem) => problem.split(":").slice(0, 2).join(":")),
    [
      "4: balancing.surplus.enableAfter",
      "5: balancing.surplus.minimumFromGrid",
      "6: balancing.surplus.battery",
    ],
  );
});
