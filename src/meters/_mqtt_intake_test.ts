import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { failure, hearMeter } from "../../test/support/meters.ts";
import { createReporter } from "./_meter_reporter.ts";
import { createIntake } from "./_mqtt_intake.ts";
import type { MqttMeterOptions } from "./mqtt_options.ts";

const encoder = new TextEncoder();

const POWER: MqttMeterOptions = {
  driver: "mqtt",
  id: "pv",
  role: "generation",
  url: "mqtt://broker",
  topics: [{ quantity: "active_power_total", topic: "solar/power" }],
};

const CURRENTS: MqttMeterOptions = {
  ...POWER,
  id: "main",
  role: "grid",
  topics: [
    { quantity: "current_l1", topic: "i/1" },
    { quantity: "current_l2", topic: "i/2" },
    { quantity: "current_l3", topic: "i/3" },
    { quantity: "energy_import_total", topic: "energy", unit: "kWh" },
  ],
};

function setUp(options: MqttMeterOptions) {
  const clock = createVirtualClock();
  const heard = hearMeter();
  const logged: string[] = [];
  const reporter = createReporter(heard, clock, (level, event) => logged.push(`${level} ${event}`));
  const intake = createIntake(options, "broker:1883", clock, reporter);
  const arrive = (topic: string, text: string, retained = false) =>
    intake.message(topic, encoder.encode(text), retained);
  return { clock, heard, intake, arrive, reporter, logged };
}

Deno.test("a single topic makes a sample of each message", () => {
  const { clock, heard, arrive, intake } = setUp(POWER);
  arrive("solar/power", "-4200.5");
  assertEquals(heard.samples, [{
    meterId: "pv",
    atMonoMs: clock.monoMs(),
    atWallMs: clock.wallMs(),
    totalPowerW: -4200.5,
  }]);
  assertEquals(heard.healths.map(({ kind }) => kind), ["waiting", "good"]);
  intake.end();
  assertEquals(clock.pending(), 0);
});

Deno.test("several topics make one sample when all have spoken", () => {
  const { heard, arrive, intake } = setUp(CURRENTS);
  arrive("i/1", "1");
  arrive("energy", "7");
  arrive("i/2", "2");
  assertEquals(heard.samples.length, 0);
  arrive("i/3", "3");
  assertEquals(heard.samples.map(({ currentsAmps, importWh }) => ({ currentsAmps, importWh })), [
    { currentsAmps: { L1: 1, L2: 2, L3: 3 }, importWh: 7_000 },
  ]);
  intake.end();
});

Deno.test("a seldom topic holds nothing up: the currents are taken a moment later", async () => {
  const { clock, heard, arrive, intake } = setUp(CURRENTS);
  for (const line of [1, 2, 3]) arrive(`i/${line}`, "4");
  assertEquals(heard.samples.length, 0);
  await clock.advance(200);
  assertEquals(heard.samples.map(({ currentsAmps }) => currentsAmps?.L3), [4]);
  assertEquals(heard.samples[0]?.atMonoMs, 0);
  intake.end();
});

Deno.test("a topic that nobody asked for changes nothing", () => {
  const { heard, arrive, intake } = setUp(POWER);
  arrive("solar/other", "5");
  assertEquals(heard.samples.length, 0);
  assertEquals(heard.refusals, []);
  intake.end();
});

Deno.test("a retained message without time is ignored until a live one comes", () => {
  const { heard, arrive, intake } = setUp(POWER);
  arrive("solar/power", "1", true);
  arrive("solar/power", "garbage", true);
  assertEquals([heard.samples.length, heard.refusals.length], [0, 0]);
  arrive("solar/power", "2");
  assertEquals(heard.samples.map(({ totalPowerW }) => totalPowerW), [2]);
  intake.end();
});

Deno.test("a retained message with a fresh time counts, and is as old as it says", async () => {
  const topics = [
    {
      quantity: "active_power_total",
      topic: "solar/power",
      path: "p",
      timestampPath: "ts",
    } as const,
  ];
  const { clock, heard, arrive, intake } = setUp({ ...POWER, topics });
  await clock.advance(60_000);
  const now = clock.wallMs();
  arrive("solar/power", JSON.stringify({ p: 1, ts: now - 11_000 }), true);
  assertEquals(heard.samples.length, 0);
  arrive("solar/power", JSON.stringify({ p: 2, ts: now - 3_000 }), true);
  assertEquals(
    heard.samples.map(({ totalPowerW, atMonoMs, atWallMs }) => [
      totalPowerW,
      atMonoMs,
      atWallMs,
    ]),
    [[2, 57_000, now - 3_000]],
  );
  intake.end();
});

Deno.test("a live message that is old by its own time is refused", () => {
  const topics = [
    {
      quantity: "active_power_total",
      topic: "solar/power",
      path: "p",
      timestampPath: "ts",
    } as const,
  ];
  const { clock, heard, arrive, intake } = setUp({ ...POWER, topics });
  arrive("solar/power", JSON.stringify({ p: 1, ts: clock.wallMs() - 20_000 }));
  assertEquals(heard.samples.length, 0);
  assertEquals(heard.refusals, ["solar/power: a reading 20 s old by the device's clock"]);
  intake.end();
});

Deno.test("what is no number is refused with its topic, and is no sample", () => {
  const { heard, arrive, intake } = setUp(POWER);
  arrive("solar/power", "unavailable");
  assertEquals(heard.refusals, [
    'solar/power: no number for active_power_total in "unavailable"',
  ]);
  assertEquals(failure(heard.current()), heard.refusals[0]);
  assertEquals(heard.samples.length, 0);
  intake.end();
});

Deno.test("an implausible reading is refused, and a counter that went back is logged", () => {
  const { heard, arrive, logged, intake } = setUp({ ...CURRENTS, mainFuseAmps: 10 });
  for (const [line, amps] of [[1, "31"], [2, "1"], [3, "1"]] as const) arrive(`i/${line}`, amps);
  arrive("energy", "9");
  assertEquals(heard.refusals, ["current L1 of 31 A is more than 3 times the main fuse of 10 A"]);
  for (const energy of ["9", "8"]) {
    for (const line of [1, 2, 3]) arrive(`i/${line}`, "3");
    arrive("energy", energy);
  }
  assertEquals(heard.samples.map(({ importWh }) => importWh), [9_000, 8_000]);
  assertEquals(logged.filter((line) => line.endsWith("meter_odd_reading")).length, 1);
  intake.end();
});

Deno.test("silence fails a good meter after the greatest age, at once", async () => {
  const { clock, heard, arrive, intake } = setUp({ ...POWER, maxAgeMs: 5_000 });
  arrive("solar/power", "1");
  await clock.advance(4_999);
  assertEquals(heard.current().kind, "good");
  await clock.advance(1);
  assertEquals(failure(heard.current()), "no reading on solar/power of broker:1883 for 5 s");
  arrive("solar/power", "1");
  assertEquals(heard.current(), { kind: "good", sinceMonoMs: 5_000 });
  intake.end();
});

Deno.test("silence from the start fails too, and names only the topics that are silent", async () => {
  const { clock, heard, arrive, intake } = setUp(CURRENTS);
  intake.connected();
  await clock.advance(9_000);
  arrive("i/2", "5");
  await clock.advance(1_000);
  assertEquals(failure(heard.current()), "no reading on i/1, i/3 of broker:1883 for 10 s");
  intake.end();
});

Deno.test("without a connection the reason is the connection", async () => {
  const { clock, heard, arrive, intake } = setUp(POWER);
  arrive("solar/power", "1");
  intake.disconnected("broker:1883 refuses the connection");
  await clock.advance(10_000);
  assertEquals(failure(heard.current()), "broker:1883 refuses the connection");
  intake.end();
});

Deno.test("a short break of the connection does not lengthen the patience", async () => {
  const { clock, heard, arrive, intake } = setUp(POWER);
  arrive("solar/power", "1");
  await clock.advance(6_000);
  intake.disconnected("closed");
  intake.connected();
  await clock.advance(4_000);
  assertEquals(failure(heard.current()), "no reading on solar/power of broker:1883 for 10 s");
  intake.end();
});

Deno.test("end() leaves no timer, whatever comes after it", () => {
  const { clock, arrive, intake } = setUp(CURRENTS);
  intake.connected();
  arrive("i/1", "1");
  intake.end();
  arrive("i/2", "1");
  assertEquals(clock.pending(), 0);
});

Deno.test("a reading that is just being gathered when patience ends is taken, not called silence", async () => {
  const { clock, heard, arrive, intake } = setUp(CURRENTS);
  for (const line of [1, 2, 3]) arrive(`i/${line}`, "1");
  await clock.advance(10_100);
  assertEquals(heard.samples.length, 1);
  for (const line of [1, 2, 3]) arrive(`i/${line}`, "2");
  await clock.advance(100);
  assertEquals(heard.samples.map(({ currentsAmps }) => currentsAmps?.L1), [1, 2]);
  assertEquals(heard.healths.map(({ kind }) => kind), ["waiting", "good"]);
  intake.end();
});
