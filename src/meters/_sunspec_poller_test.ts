import { assertEquals } from "@std/assert";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { failure, hearMeter } from "../../test/support/meters.ts";
import { COMMON_MODEL, INVERTER_103, METER_203, sunspecImage } from "../../test/support/sunspec.ts";
import { createPolledMeter } from "./_modbus_poller.ts";
import type { ModbusLine, ReadOutcome, TimedRead } from "./modbus_line.ts";
import type { PolledMeterOptions } from "./modbus_options.ts";
import { SUNSPEC_PROFILE } from "./sunspec.ts";

/** A device that has those registers and refuses all others; null: it is silent. */
function listen(image: Map<number, number> | null, changes: Partial<PolledMeterOptions> = {}) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const reads: TimedRead[] = [];
  let registers = image;
  function answer({ address, count }: TimedRead): ReadOutcome {
    if (registers === null) return { kind: "fault", fault: { kind: "silent", strayAnswers: 0 } };
    const words = Array.from({ length: count }, (_, at) => registers?.get(address + at));
    if (words.includes(undefined)) {
      return { kind: "fault", fault: { kind: "exception", code: 2 } };
    }
    return { kind: "registers", registers: words.map((word) => word ?? 0) };
  }
  const line: ModbusLine = {
    address: "10.0.0.9:502",
    shared: false,
    restAfterSilenceMs: 0,
    read(read) {
      reads.push(read);
      return Promise.resolve(answer(read));
    },
    release: () => Promise.resolve(),
  };
  const options = { id: "main", role: "grid", profile: SUNSPEC_PROFILE, ...changes } as const;
  const meter = createPolledMeter(options, line, clock, () => {}, spawn);
  const heard = hearMeter();
  meter.start(heard);
  return {
    clock,
    heard,
    reads,
    becomes: (next: Map<number, number> | null) => void (registers = next),
    async [Symbol.asyncDispose]() {
      await meter.stop();
      await spawn.drain();
      assertEquals(clock.pending(), 0);
    },
  };
}

for (const base of [40_000, 50_000, 0]) {
  Deno.test(`a device with its mark at ${base} is found, and then only its model is read`, async () => {
    await using site = listen(sunspecImage(base, [COMMON_MODEL, METER_203]));
    await site.clock.advance(2_000);
    assertEquals(site.heard.samples.length, 3);
    assertEquals(site.heard.samples[0]?.currentsAmps, { L1: 12.34, L2: -5.67, L3: 0.89 });
    assertEquals(site.heard.refusals, []);
    assertEquals(site.reads.slice(-2).map(({ address }) => address), [base + 70, base + 70]);
  });
}

Deno.test("the inverter beside a meter serves a generator", async () => {
  const image = sunspecImage(40_000, [COMMON_MODEL, INVERTER_103, METER_203]);
  await using site = listen(image, { role: "generation" });
  await site.clock.advance(0);
  assertEquals(site.heard.samples[0]?.totalPowerW, -9_000);
  assertEquals(site.heard.samples[0]?.currentsAmps, { L1: -13, L2: -13.1, L3: -13 });
});

Deno.test("a device without the mark says so", async () => {
  await using site = listen(new Map([[0, 1], [1, 2]]));
  await site.clock.advance(0);
  assertEquals(
    failure(site.heard.current()),
    "no SunSpec mark at 40000, 50000, 0 of unit 1",
  );
});

Deno.test("a device without a model that measures says what it has", async () => {
  await using site = listen(
    sunspecImage(40_000, [COMMON_MODEL, { model: 120, length: 26, at: {} }]),
  );
  await site.clock.advance(0);
  assertEquals(
    failure(site.heard.current()),
    "the device has none of the SunSpec models 101, 102, 103, 111, 112, 113, 201, 202, 203, 204, " +
      "211, 212, 213, 214, 701; it has 1, 120",
  );
});

Deno.test("a list of models that never ends is read up to a bound", async () => {
  const endless = new Map<number, number>([[0, 0x5375], [1, 0x6e53]]);
  for (let address = 2; address < 4_000; address += 2) endless.set(address, 7).set(address + 1, 0);
  await using site = listen(endless);
  await site.clock.advance(0);
  assertEquals(site.heard.samples, []);
  assertEquals(site.reads.length < 80, true);
});

Deno.test("a silent device is silent, not without a mark", async () => {
  await using site = listen(null);
  await site.clock.advance(0);
  assertEquals(failure(site.heard.current()), "no answer from 10.0.0.9:502 (unit 1)");
  assertEquals(site.reads.length, 1);
});

Deno.test("where another device answers now it is looked through anew", async () => {
  await using site = listen(sunspecImage(40_000, [COMMON_MODEL, METER_203]));
  await site.clock.advance(0);
  site.becomes(sunspecImage(40_000, [COMMON_MODEL, INVERTER_103, METER_203]));
  await site.clock.advance(1_000);
  assertEquals(site.heard.refusals, ["SunSpec model 203 is not at 40070 any more"]);
  await site.clock.advance(1_000);
  assertEquals(site.heard.samples.length, 2);
});

Deno.test("a current that was there and is not now fails the whole reading", async () => {
  await using site = listen(sunspecImage(40_000, [COMMON_MODEL, METER_203]));
  await site.clock.advance(0);
  const without = { ...METER_203, at: { ...METER_203.at, 2: [756, 1_234, 0x8000, 89, -2] } };
  site.becomes(sunspecImage(40_000, [COMMON_MODEL, without]));
  await site.clock.advance(1_000);
  assertEquals(site.heard.refusals, ["the meter gives no value for current_l2"]);
  assertEquals(site.heard.samples.length, 1);
});
