import { assertEquals } from "@std/assert";
import { type ConfigPorts, readConfig } from "./config.ts";
import { assume } from "./lib/assert.ts";

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile: () => ({ problem: "none" }),
  model: () => ({ problem: "none" }),
};

const SITE = `circuits: [{ id: grid, limit: 63 }]
chargers:
  known:
    - { id: CP01, password: a-long-password-1, circuit: grid, evses: [{ slot: 1, failSafe: 6 }, { slot: 2, evse: 2, failSafe: 6 }] }
`;

const cut = (slots: string) =>
  `cuts: [{ id: k1, driver: modbus-tcp, host: 10.0.0.9, coil: 0, slots: ${slots} }]\n`;

function problemsOf(yaml: string): readonly string[] {
  const reading = readConfig(yaml, PORTS);
  return reading.ok
    ? []
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

Deno.test("a site that says nothing of first aid does nothing by itself", () => {
  const reading = readConfig("site: { name: Pune }\n", PORTS);
  assume(reading.ok, "it is right");
  assertEquals(reading.config.firstAid, []);
});

Deno.test("a rule is read with what it leaves out", () => {
  const reading = readConfig(
    `${SITE}${cut("[2, 1]")}firstAid:
  rules:
    - { id: stuck, when: [ConnectorLockFailure], do: [unlock, softReset] }
    - { id: away, when: [charger-stays-away], about: [CP01], for: 15min, do: [powerCycle],
        cooldown: 1h, perDay: 2, whileCharging: true }
`,
    PORTS,
  );
  assume(reading.ok, "it is right");
  assertEquals(reading.config.firstAid, [{
    id: "stuck",
    codes: ["ConnectorLockFailure"],
    subjects: [],
    forMs: 120_000,
    steps: ["unlock", "softReset"],
    cooldownMs: 600_000,
    perDay: 3,
    whileCharging: false,
  }, {
    id: "away",
    codes: ["charger-stays-away"],
    subjects: ["CP01"],
    forMs: 900_000,
    steps: ["powerCycle"],
    cooldownMs: 3_600_000,
    perDay: 2,
    whileCharging: true,
  }]);
});

Deno.test("what cannot be is named with its line", () => {
  assertEquals(
    problemsOf(`firstAid:
  rules:
    - { id: a, when: [implausible-energy], do: [softReset] }
    - { id: a, when: [ReaderFailure], do: [softReset] }
    - { id: b, when: [ReaderFailure], do: [powerCycle] }
`),
    [
      "3: firstAid.rules[0].when[0]: implausible-energy has happened and is not mended by a restart",
      '4: firstAid.rules[1].id: There is another rule "a"',
      "5: firstAid.rules[2].do[0]: A power cycle needs one of cuts that has all slots of a charger and no other",
    ],
  );
  const rules = (rule: string) => problemsOf(`firstAid: { rules: [${rule}] }\n`).length;
  assertEquals(rules("{ id: a, when: [], do: [unlock] }"), 1);
  assertEquals(rules("{ id: a, when: [Nonsense], do: [unlock] }"), 1);
  assertEquals(rules("{ id: a, when: [ReaderFailure], do: [] }"), 1);
  assertEquals(rules("{ id: a, when: [ReaderFailure], do: [explode] }"), 1);
  assertEquals(rules("{ id: a, when: [ReaderFailure], do: [unlock], cooldown: 10s }"), 1);
  assertEquals(rules("{ id: a, when: [ReaderFailure], do: [unlock], perDay: 11 }"), 1);
});

Deno.test("a contactor of half a charger, or of two, is none to switch it off by", () => {
  const rule = "firstAid: { rules: [{ id: a, when: [charger-stays-away], do: [powerCycle] }] }\n";
  assertEquals(problemsOf(`${SITE}${cut("[1]")}${rule}`).length, 1);
  const second = SITE +
    "    - { id: CP02, password: a-long-password-2, circuit: grid, evses: [{ slot: 3, failSafe: 6 }] }\n";
  assertEquals(problemsOf(`${second}${cut("[1, 2, 3]")}${rule}`).length, 1);
});
