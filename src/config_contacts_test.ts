import { assertEquals } from "@std/assert";
import { readConfigIn } from "./config_io.ts";

const CIRCUITS = "circuits: [{ id: grid, limit: 63, sources: { genset: { limit: 40 } } }]\n";

async function read(...contacts: readonly string[]) {
  return await readConfigIn(
    ".",
    `${CIRCUITS}contacts:\n${contacts.map((each) => `  - { ${each} }\n`).join("")}`,
  );
}

async function problemsOf(...contacts: readonly string[]): Promise<readonly string[]> {
  const reading = await read(...contacts);
  return reading.ok
    ? []
    : reading.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

const GPIO = "id: ripple, driver: gpio, line: 17, circuit: grid";
const MQTT = `id: gen, driver: mqtt, url: "mqtt://b", topic: gen/run, circuit: grid`;

Deno.test("contacts are read as signals take them", async () => {
  const reading = await read(`${GPIO}, limit: { kW: 4.2 }`, `${MQTT}, source: genset, active: ON`);
  assertEquals(reading.ok && reading.config.contacts, [
    {
      id: "ripple",
      acts: { kind: "limit", circuitId: "grid", unit: "W", limit: 4_200 },
      driver: "gpio",
      chip: "gpiochip0",
      line: 17,
      activeWhen: "low",
      pull: "up",
    },
    {
      id: "gen",
      acts: { kind: "source", circuitId: "grid", sourceId: "genset" },
      driver: "mqtt",
      url: "mqtt://b",
      topic: "gen/run",
      activePayload: "ON",
      idlePayload: "off",
      username: undefined,
      password: undefined,
      ca: undefined,
    },
  ]);
});

const CASES: readonly [contacts: readonly string[], problems: readonly string[]][] = [
  [[GPIO], ["contacts[0]:3: A contact needs a limit or a source, one of the two"]],
  [
    [`${GPIO}, limit: { amps: 10 }, source: genset`],
    ["contacts[0]:3: A contact needs a limit or a source, one of the two"],
  ],
  [
    [`${MQTT}, source: diesel`],
    ['contacts[0].source:3: Circuit "grid" has no source "diesel"'],
  ],
  [
    ["id: a, driver: gpio, line: 1, circuit: row-a, limit: { amps: 0 }"],
    ['contacts[0].circuit:3: There is no circuit "row-a"'],
  ],
  [
    [
      `${GPIO}, limit: { kW: 4 }`,
      "id: b, driver: gpio, line: 18, circuit: grid, limit: { amps: 6 }",
    ],
    ["contacts[1].limit:4: Contacts of one circuit have to agree on amps or kW: the lowest counts"],
  ],
  [
    [`${GPIO}, limit: { kW: 4 }`, "id: b, driver: gpio, line: 17, circuit: grid, limit: { kW: 0 }"],
    ["contacts[1].line:4: Line 17 of gpiochip0 is another contact already"],
  ],
  [
    [`${GPIO}, limit: { kW: 4 }`, `${GPIO.replace("17", "18")}, limit: { kW: 0 }`],
    ['contacts[1].id:4: Contact "ripple" is there twice'],
  ],
  [
    [`${MQTT}, source: genset, active: x, idle: x`],
    ["contacts[0].idle:3: Active and idle are the same word"],
  ],
  [
    [`${MQTT}, source: genset, ca: nowhere.pem`],
    ['contacts[0].ca:3: There is no file "nowhere.pem"'],
  ],
  [
    ["id: a, driver: gpio, chip: /dev/x, line: 1, circuit: grid, limit: { amps: 0 }"],
    ["contacts[0].chip:3: Expected a chip such as gpiochip0"],
  ],
];

for (const [contacts, problems] of CASES) {
  Deno.test(`contacts ${contacts.join(" | ")}: refused at their line`, async () => {
    assertEquals(await problemsOf(...contacts), problems);
  });
}
