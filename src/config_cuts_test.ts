import { assertEquals } from "@std/assert";
import { type ConfigPorts, readConfig } from "./config.ts";

const SITE = `
chargers:
  known:
    - id: CP1
      password: secret-of-cp1
      evses: [{ slot: 1, maxCurrent: 16 }]
`;
const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile: (name) => ({ problem: `There is no profile "${name}"` }),
};

function problems(cuts: string): readonly string[] {
  const reading = readConfig(`${SITE}cuts:\n${cuts}`, PORTS);
  return reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
}

Deno.test("contactors are read as signals take them", () => {
  const reading = readConfig(
    `${SITE}cuts:
  - { id: k1, slots: [1], driver: modbus-tcp, host: 10.0.0.9, coil: 3 }
  - { id: k2, slots: [1], driver: mqtt, url: "mqtt://10.0.0.8", topic: relay/set, state: relay/state }
`,
    PORTS,
  );
  assertEquals(reading.ok && reading.config.contactors, [
    {
      driver: "modbus-tcp",
      id: "k1",
      slots: [1],
      host: "10.0.0.9",
      port: 502,
      unit: 1,
      coil: 3,
      openWhenOn: false,
    },
    {
      driver: "mqtt",
      id: "k2",
      slots: [1],
      url: "mqtt://10.0.0.8",
      topic: "relay/set",
      openPayload: "open",
      closedPayload: "closed",
      stateTopic: "relay/state",
      username: undefined,
      password: undefined,
      ca: undefined,
    },
  ]);
});

Deno.test("what is wrong with a contactor is said where it is", () => {
  assertEquals(
    problems(`  - { id: k1, slots: [1, 7], driver: modbus-tcp, host: h, coil: 3 }
  - { id: k1, slots: [1, 1], driver: mqtt, url: "http://x", topic: t, open: a, closed: a, ca: no.pem }
`),
    [
      "cuts[0].slots[1]: No known charger has slot 7",
      'cuts[1].id: Contactor "k1" is there twice',
      "cuts[1].slots[1]: Slot 1 is there twice",
      "cuts[1].url: Cannot use address: expected mqtt://host:port or mqtts://host:port",
      "cuts[1].closed: Open and closed are the same word",
      'cuts[1].ca: There is no file "no.pem"',
    ],
  );
});

Deno.test("a contactor at a line of this machine has a line of its own, and one for what it did", () => {
  const gpio = "slots: [1], driver: gpio";
  const reading = readConfig(
    `${SITE}cuts:\n  - { id: k, ${gpio}, line: 22, feedback: { line: 23, open: low } }\n`,
    PORTS,
  );
  assertEquals(reading.ok && reading.config.contactors, [{
    driver: "gpio",
    id: "k",
    slots: [1],
    chip: "gpiochip0",
    line: 22,
    openWhen: "high",
    feedback: { line: 23, openWhen: "low", pull: "up" },
  }]);
  const contact =
    "contacts: [{ id: c, driver: gpio, line: 17, circuit: grid, limit: { amps: 6 } }]";
  assertEquals(
    problems(`  - { id: k1, ${gpio}, line: 17, feedback: { line: 22 } }
  - { id: k2, ${gpio}, line: 22, feedback: { line: 22 } }
  - { id: k3, ${gpio}, chip: gpiochip1, line: 22 }
${contact}
`),
    [
      "cuts[0].line: Line 17 of gpiochip0 is something else already",
      "cuts[1].line: Line 22 of gpiochip0 is something else already",
      "cuts[1].feedback: Line 22 of gpiochip0 is something else already",
    ],
  );
});
