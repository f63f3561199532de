import { assertEquals } from "@std/assert";
import { readConfigIn } from "./config_io.ts";
import { assume } from "./lib/assert.ts";
import type { HttpMeterOptions, MeterOptions, MqttMeterOptions } from "./meters/mod.ts";

async function meterOf(fields: string): Promise<MeterOptions> {
  const reading = await readConfigIn(".", `meters:\n  - { id: m, ${fields} }\n`);
  assume(reading.ok, JSON.stringify(reading));
  const [meter] = reading.config.meters;
  assume(meter !== undefined, "there is one meter");
  return meter;
}

async function problemsOf(fields: string): Promise<readonly string[]> {
  const reading = await readConfigIn(".", `meters:\n  - { id: m, ${fields} }\n`);
  return reading.ok
    ? []
    : reading.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

async function httpMeter(fields: string): Promise<HttpMeterOptions> {
  const meter = await meterOf(`driver: http-json, ${fields}`);
  assume(meter.driver === "http-json", "it is asked over HTTP");
  return meter;
}

async function mqttMeter(fields: string): Promise<MqttMeterOptions> {
  const meter = await meterOf(`driver: mqtt, url: "mqtt://broker", ${fields}`);
  assume(meter.driver === "mqtt", "it publishes");
  return meter;
}

Deno.test("a preset says where to ask and what for", async () => {
  const meter = await httpMeter(
    `url: "http://192.168.1.20", preset: shelly-em, lines: [L2, L3, L1]`,
  );
  assertEquals(meter.url, "http://192.168.1.20/rpc/Shelly.GetStatus");
  assertEquals(meter.wiring?.lines, ["L2", "L3", "L1"]);
  assertEquals(
    meter.values.find(({ quantity }) => quantity === "current_l1")?.path,
    '["em:0"].a_current',
  );
});

Deno.test("an address with a path of its own means just that", async () => {
  const meter = await httpMeter(`url: "http://x:8080/cached?a=1", preset: shelly-em`);
  assertEquals(meter.url, "http://x:8080/cached?a=1");
});

Deno.test("what site.yaml says of a value stands in for the preset's", async () => {
  const meter = await httpMeter(
    `url: "http://x", preset: shelly-em, with: { channel: 1 }, values: { frequency: sys.freq }`,
  );
  const pathOf = (name: string) => meter.values.find(({ quantity }) => quantity === name)?.path;
  assertEquals(pathOf("frequency"), "sys.freq");
  assertEquals(pathOf("current_l2"), '["em:1"].b_current');
});

Deno.test("a meter that nobody knows names its values", async () => {
  const meter = await httpMeter(
    `url: "https://m/data", values: { active_power_total: { path: "p[0]", unit: kW, time: at } }`,
  );
  assertEquals(meter.values, [
    {
      quantity: "active_power_total",
      path: "p[0]",
      unit: "kW",
      scale: undefined,
      timestampPath: "at",
    },
  ]);
});

Deno.test("a preset for MQTT fills in topics and keeps the device awake", async () => {
  const meter = await mqttMeter("preset: victron-grid, with: { portal: c0619, instance: 30 }");
  assertEquals(meter.keepAlive, { topic: "R/c0619/keepalive", payload: "", everyMs: 5_000 });
  assertEquals(
    meter.topics.find(({ quantity }) => quantity === "current_l3")?.topic,
    "N/c0619/grid/30/Ac/L3/Current",
  );
});

Deno.test("with a preset, topic is the device's", async () => {
  const meter = await mqttMeter("preset: zigbee2mqtt, topic: plug-7");
  assertEquals(meter.topics.map(({ topic }) => topic), Array(4).fill("zigbee2mqtt/plug-7"));
});

const PROBLEMS: readonly [fields: string, problems: readonly string[]][] = [
  [
    `driver: mqtt, url: "mqtt://b", preset: tasmota`,
    [
      `meters[0].preset:2: Preset tasmota needs "topic": the device's topic, as its page ` +
      "Configuration > MQTT shows it",
    ],
  ],
  [
    `driver: mqtt, url: "mqtt://b", preset: shelly-em`,
    ["meters[0].preset:2: Preset shelly-em is for driver http-json"],
  ],
  [
    `driver: mqtt, url: "mqtt://b", topic: a, with: { room: b }`,
    ["meters[0].with:2: Settings of a preset, but there is no preset"],
  ],
  [
    `driver: mqtt, url: "mqtt://b", preset: tasmota, topic: a, path: ENERGY.Power`,
    ["meters[0].preset:2: A preset knows its own: give path and scale under topics"],
  ],
  [
    `driver: http-json, url: "http://u:p@x", values: { active_power_total: p }`,
    [
      "meters[0].url:2: Cannot use address: name and password belong into username and password, " +
      "not into the address",
    ],
  ],
  [
    `driver: http-json, url: "http://x", values: { voltage_l1: u }`,
    ["meters[0].values:2: a meter needs a value for a current or an active power"],
  ],
  [
    `driver: http-json, url: "http://x", interval: 50ms, values: { active_power_total: p }`,
    ["meters[0].interval:2: Expected at least 200ms"],
  ],
];

for (const [fields, problems] of PROBLEMS) {
  Deno.test(`{ ${fields} } is refused at its line`, async () => {
    assertEquals(await problemsOf(fields), problems);
  });
}

Deno.test("a preset that nobody knows is refused with those that there are", async () => {
  const [problem] = await problemsOf(`driver: http-json, url: "http://x", preset: shelly`);
  assertEquals(
    problem?.startsWith('meters[0].preset:2: no preset has the name "shelly"; known are'),
    true,
  );
});

const SUNSPEC = "driver: modbus-tcp, host: h, profile";

const SUNSPEC_CASES: readonly [fields: string, problems: readonly string[]][] = [
  [`${SUNSPEC}: sunspec, sunspec: { model: 203, nth: 2 }`, []],
  [
    `${SUNSPEC}: sunspec, sunspec: { model: 160 }`,
    [
      "meters[0].sunspec.model:2: Expected one of 101, 102, 103, 111, 112, 113, 201, 202, 203, " +
      "204, 211, 212, 213, 214, 701",
    ],
  ],
  [
    `${SUNSPEC}: eastron-sdm630, sunspec: { nth: 2 }`,
    ["meters[0].sunspec:2: Only for profile sunspec"],
  ],
  [
    `${SUNSPEC}: sunspec, wordOrder: low-first`,
    ["meters[0].wordOrder:2: SunSpec knows one order of words"],
  ],
];

for (const [fields, problems] of SUNSPEC_CASES) {
  Deno.test(`{ ${fields} } ${problems.length === 0 ? "is taken" : "is refused"}`, async () => {
    assertEquals(await problemsOf(fields), problems);
  });
}

Deno.test("inverter and meter of one unit are two meters, the same one twice is not", async () => {
  const pair = (second: string) =>
    readConfigIn(
      ".",
      `meters:\n  - { id: a, ${SUNSPEC}: sunspec, sunspec: { model: 103 } }\n` +
        `  - { id: b, ${SUNSPEC}: sunspec, sunspec: { model: ${second} } }\n`,
    );
  assertEquals((await pair("203")).ok, true);
  assertEquals((await pair("103")).ok, false);
});

const MQTT = `driver: mqtt, url: "mqtts://b", topic: a`;

Deno.test("version 5 of MQTT may be written as a number", async () => {
  assertEquals((await mqttMeter("topic: a, version: 5")).version, "5");
  assertEquals((await mqttMeter("topic: a")).version, "3.1.1");
});

const BROKER_CASES: readonly [fields: string, problems: readonly string[]][] = [
  [`${MQTT}, version: 4`, ["meters[0].version:2: Expected 3.1.1 or 5"]],
  [`${MQTT}, ca: nowhere.pem`, ['meters[0].ca:2: There is no file "nowhere.pem"']],
  [
    `${MQTT}, cert: nowhere.pem`,
    [
      'meters[0].cert:2: There is no file "nowhere.pem"',
      "meters[0].cert:2: A client certificate needs key too",
    ],
  ],
];

for (const [fields, problems] of BROKER_CASES) {
  Deno.test(`{ ${fields} } is refused at its line, too`, async () => {
    assertEquals(await problemsOf(fields), problems);
  });
}

Deno.test("two meters of one client id at one broker would throw each other out", async () => {
  const reading = await readConfigIn(
    ".",
    `meters:\n  - { id: a, ${MQTT}, clientId: x }\n  - { id: b, ${MQTT}, clientId: x }\n`,
  );
  assertEquals(
    reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`),
    ['meters[1].clientId: Meter "a" has this client id at the same broker'],
  );
});
