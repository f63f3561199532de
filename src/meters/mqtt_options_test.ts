import { assertEquals } from "@std/assert";
import { type MqttTopic, parseBrokerUrl, topicProblems } from "./mqtt_options.ts";

const GOOD_URLS: readonly [string, boolean, string, number, string][] = [
  ["mqtt://broker", false, "broker", 1883, "broker:1883"],
  ["mqtts://broker", true, "broker", 8883, "broker:8883"],
  ["mqtt://192.168.1.9:1884/", false, "192.168.1.9", 1884, "192.168.1.9:1884"],
  ["mqtts://[fd00::1]:8884", true, "fd00::1", 8884, "[fd00::1]:8884"],
];

for (const [text, secure, host, port, address] of GOOD_URLS) {
  Deno.test(`parseBrokerUrl() reads ${text}`, () => {
    assertEquals(parseBrokerUrl(text), { ok: true, value: { secure, host, port, address } });
  });
}

const EXPECTED = "expected mqtt://host:port or mqtts://host:port";
const BAD_URLS: readonly [string, string][] = [
  ["broker:1883", EXPECTED],
  ["http://broker", EXPECTED],
  ["ws://broker", EXPECTED],
  ["mqtt://", EXPECTED],
  ["mqtt://broker:99999", EXPECTED],
  [
    "mqtt://user:secret@broker",
    "name and password belong into username and password, not into the address",
  ],
  [
    "mqtt://user@broker",
    "name and password belong into username and password, not into the address",
  ],
  ["mqtt://broker/solar/power", "an MQTT address ends with its port"],
];

for (const [text, error] of BAD_URLS) {
  Deno.test(`parseBrokerUrl() refuses ${text.replace("secret", "…")}`, () => {
    assertEquals(parseBrokerUrl(text), { ok: false, error });
  });
}

const POWER: MqttTopic = { quantity: "active_power_total", topic: "solar/power" };

const TOPICS: readonly [string, MqttTopic[], string[]][] = [
  ["one topic of power", [POWER], []],
  ["topics with everything", [{
    quantity: "current_l1",
    topic: "em",
    path: '["em:0"].a_current',
    unit: "mA",
    scale: -1,
    timestampPath: "ts",
  }], []],
  ["no topic", [], ["a meter needs a topic for a current or an active power"]],
  [
    "energy alone",
    [{ quantity: "energy_import_total", topic: "e" }],
    ["a meter needs a topic for a current or an active power"],
  ],
  ["a quantity twice", [POWER, POWER], ["active_power_total is there twice"]],
  [
    "a wildcard",
    [{ ...POWER, topic: "solar/+" }],
    ['active_power_total: "solar/+" is not the name of one topic'],
  ],
  ["a wrong unit", [{ ...POWER, unit: "kWh" }], ["active_power_total cannot be in kWh"]],
  [
    "a scale of nothing",
    [{ ...POWER, scale: 0 }],
    ["active_power_total: the scale must be a number other than 0"],
  ],
  [
    "paths that cannot be read",
    [{ ...POWER, path: "a..b", timestampPath: "[" }],
    [
      'active_power_total: cannot read the path "a..b" at "..b"',
      'active_power_total: cannot read the path "[" at "["',
    ],
  ],
];

for (const [name, topics, problems] of TOPICS) {
  Deno.test(`topicProblems() of ${name}`, () => {
    assertEquals(topicProblems(topics), problems);
  });
}
