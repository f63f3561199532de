import { assertEquals } from "@std/assert";
import { type ConfigPorts, readConfig } from "./config.ts";

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile: () => ({ problem: "There are no profiles" }),
};

function read(yaml: string) {
  const reading = readConfig(yaml, PORTS);
  return reading.ok
    ? reading.config.demands
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

Deno.test("what drivers usually want is read for cards and groups", () => {
  const yaml = `
authorization:
  tokens:
    - { id: 04A1B2C3, priority: 8, departure: "17:30", energyKwh: 12.5 }
  groups:
    - { id: NIGHT, departure: "06:00" }
`;
  assertEquals(read(yaml), {
    tokens: [{
      idToken: { idToken: "04A1B2C3", type: "Central" },
      preferences: { priority: 8, departure: "17:30", energyWh: 12_500 },
    }],
    groups: [{
      idToken: { idToken: "NIGHT", type: "Central" },
      preferences: { departure: "06:00" },
    }],
    habitMemoryMs: 180 * 86_400_000,
  });
});

Deno.test("habits are learnt for as long as sessions are kept with their drivers, or not at all", () => {
  const memory = (yaml: string) => {
    const demands = read(yaml);
    return "habitMemoryMs" in demands ? demands.habitMemoryMs : demands;
  };
  assertEquals(memory("retention: { personal: 30d }"), 30 * 86_400_000);
  assertEquals(memory("balancing: { learnHabits: false }"), 0);
});

Deno.test("what nobody can mean is told with its line", () => {
  const yaml = `
authorization:
  tokens:
    - { id: 04A1B2C3, priority: 101 }
    - { id: 04A1B2C4, departure: 5 pm }
    - { id: 04A1B2C5, energyKwh: 0 }
    - { id: 04A1B2C6, energy: 12 }
`;
  const problems = read(yaml);
  assertEquals(
    Array.isArray(problems) && problems.map((problem) => problem.split(":").slice(0, 2).join(":")),
    [
      "4: authorization.tokens[0].priority",
      "5: authorization.tokens[1].departure",
      "6: authorization.tokens[2].energyKwh",
      "7: authorization.tokens[3].energy",
    ],
  );
});

Deno.test("a card that is named twice is told, however it is written", () => {
  const yaml = `
authorization:
  tokens:
    - { id: 04a1b2c3, priority: 1 }
    - { id: 04A1B2C3, priority: 2 }
  groups:
    - { id: 04A1B2C3, priority: 2 }
`;
  assertEquals(read(yaml), ['5: authorization.tokens[1].id: "04A1B2C3" is there twice']);
});
