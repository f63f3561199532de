import { assertEquals } from "@std/assert";
import { readConfigIn } from "./config_io.ts";

async function problemsOf(text: string): Promise<readonly string[]> {
  const reading = await readConfigIn(".", text);
  return reading.ok
    ? []
    : reading.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

const onCircuit = (meters: readonly string[], used = "m") =>
  `circuits: [{ id: grid, limit: 63, meter: ${used} }]\n` +
  `meters:\n${meters.map((meter) => `  - { ${meter} }\n`).join("")}`;

const CHARGER = "chargers: { known: [{ id: C, password: '1234567890123456', " +
  "evses: [{ slot: 3, phases: [L2], failSafe: 0 }] }] }\n";

const TOTAL = `driver: mqtt, url: "mqtt://b", topic: a`;

const CASES: readonly [name: string, text: string, problems: readonly string[]][] = [
  [
    "a total of three lines",
    onCircuit([`id: m, ${TOTAL}`]),
    [
      'circuits[0].meter:1: Meter "m" cannot keep circuit "grid" within its limit: ' +
      "it tells neither current nor power of line L1",
    ],
  ],
  ["a total of one line", onCircuit([`id: m, ${TOTAL}, lines: [L2]`]), []],
  [
    "a meter that is read every five seconds",
    onCircuit(["id: m, driver: modbus-tcp, host: h, profile: eastron-sdm630, interval: 5s"]),
    [
      'circuits[0].meter:1: Meter "m" cannot keep circuit "grid" within its limit: ' +
      "read every 5 s, and 3 s is the longest",
    ],
  ],
  [
    "an HTTP meter that lacks a line",
    onCircuit([
      `id: m, driver: http-json, url: "http://x", ` +
      "values: { current_l1: a, active_power_l2: b }",
    ]),
    [
      'circuits[0].meter:1: Meter "m" cannot keep circuit "grid" within its limit: ' +
      "it tells neither current nor power of line L3",
    ],
  ],
  [
    "a charger's own meter",
    CHARGER + onCircuit(["id: m, driver: charger, slot: 3"]),
    [
      'circuits[0].meter:2: Meter "m" cannot keep circuit "grid" within its limit: ' +
      "a charger tells what it measures too seldom",
    ],
  ],
  [
    "a reckoned meter of which one part is blind",
    onCircuit([
      "id: a, driver: speedwire",
      `id: b, ${TOTAL}`,
      "id: m, driver: virtual, plus: [a], minus: [b]",
    ]),
    [
      'circuits[0].meter:1: Meter "m" cannot keep circuit "grid" within its limit: of "b", ' +
      "it tells neither current nor power of line L1",
    ],
  ],
  [
    "a reckoned meter of two that see all lines",
    onCircuit([
      "id: a, driver: speedwire, serial: 1",
      "id: b, driver: speedwire, serial: 2",
      "id: m, driver: virtual, plus: [a, b]",
    ]),
    [],
  ],
  [
    "a part that is not there",
    onCircuit(["id: a, driver: speedwire", "id: m, driver: virtual, plus: [a, sun]"]),
    ['meters[1].plus[1]:4: There is no meter "sun"'],
  ],
  [
    "a meter that is reckoned from itself",
    "meters:\n  - { id: m, driver: virtual, plus: [m] }\n",
    ['meters[0].plus[0]:2: Meter "m" has to stand above the one that needs it'],
  ],
  [
    "a socket that is not there",
    "meters:\n  - { id: m, driver: charger, slot: 9 }\n",
    ["meters[0].slot:2: There is no socket with slot 9 under chargers"],
  ],
];

for (const [name, text, problems] of CASES) {
  Deno.test(`${name}: ${problems.length === 0 ? "may be used" : "is refused with its reason"}`, async () => {
    assertEquals(await problemsOf(text), problems);
  });
}

Deno.test("a charger's own meter is on the lines of its socket", async () => {
  const reading = await readConfigIn(
    ".",
    CHARGER + "meters: [{ id: m, driver: charger, slot: 3 }]\n",
  );
  const meter = reading.ok ? reading.config.meters[0] : undefined;
  assertEquals(meter?.driver === "charger" && meter.wiring?.lines, ["L2"]);
});
