import { assert, assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { loadMeterProfile, shippedMeterProfiles } from "../../src/meters/meter_profile_io.ts";
import { createMeters } from "../../src/meters/meters_io.ts";
import {
  encodeImage,
  type MeterProfile,
  type ModbusTcpMeterOptions,
  type Quantity,
  readableRegisters,
  toBaseUnit,
} from "../../src/meters/mod.ts";
import type { MeterSample } from "../../src/site/mod.ts";
import { failure, hearMeter, valuesOf } from "../support/meters.ts";
import { blocksOf, PYMODBUS, type RegisterBlock, startPymodbus } from "../support/pymodbus.ts";
import { serverTest } from "../support/required_server.ts";

const INTERVAL_MS = 20;

async function shipped(id: string): Promise<MeterProfile> {
  const loaded = await loadMeterProfile(id, "/nowhere");
  assume(loaded.ok, `${id} is shipped`);
  return loaded.value;
}

/** What the meters measure. */
const MEASURED = {
  voltage_l1: 230.5,
  voltage_l2: 231,
  voltage_l3: 229,
  current_l1: 16,
  current_l2: 0.5,
  current_l3: 8,
  active_power_l1: 3_688,
  active_power_l2: 115.5,
  active_power_l3: -1_832,
  active_power_total: 1_971.5,
  active_power_import: 2_000,
  active_power_export: 500,
  frequency: 50,
  energy_import_total: 123_500,
} as const;

function blocks(
  profile: MeterProfile,
  changes: Partial<Record<Quantity, number>> = {},
  unit = 1,
): readonly RegisterBlock[] {
  const image = encodeImage(profile, valuesOf({ ...MEASURED, ...changes }));
  return blocksOf(image, unit, profile.functionCode);
}

/** Meters on a server, started; stopped at the end of the test. */
function listen(port: number, ...meters: readonly Partial<ModbusTcpMeterOptions>[]) {
  const spawn = createSpawner(() => {});
  const options = meters.map((meter, index): ModbusTcpMeterOptions => {
    assume(meter.profile !== undefined, "a test names its profile");
    return {
      driver: "modbus-tcp",
      id: `meter-${index}`,
      role: "grid",
      host: "127.0.0.1",
      port,
      intervalMs: INTERVAL_MS,
      frozenAfterReadings: 0,
      ...meter,
      profile: meter.profile,
    };
  });
  const sources = createMeters(options, createSystemClock(), () => {}, spawn);
  const heard = sources.map(() => hearMeter());
  sources.forEach((source, index) => source.start(heard[index] ?? hearMeter()));
  return {
    heard,
    first: heard[0] ?? hearMeter(),
    async [Symbol.asyncDispose]() {
      await Promise.all(sources.map((source) => source.stop()));
      await spawn.drain();
    },
  };
}

for (const id of await shippedMeterProfiles()) {
  serverTest(PYMODBUS, `${id} is read from a pymodbus server`, async () => {
    const profile = await shipped(id);
    await using server = await startPymodbus(blocks(profile, {}, profile.unit));
    await using site = listen(server.port, { profile });
    await site.first.until(({ samples }) => samples.length >= 2);
    const [sample] = site.first.samples;
    assume(sample !== undefined, "there is a sample");
    assertEquals(site.first.refusals, []);
    for (const { quantity } of readableRegisters(profile)) {
      const [expected, step] = [EXPECTED[quantity], stepOf(profile, quantity)];
      const came = expected?.(sample);
      if (came === undefined) continue;
      const [value, measured] = came;
      assert(Math.abs((measured ?? NaN) - value) <= step, `${quantity}: ${measured}, not ${value}`);
    }
  });
}

/** What a quantity has to come out as, with the sample's own value. */
const EXPECTED: Partial<
  Record<Quantity, (sample: MeterSample) => readonly [number, number | undefined]>
> = {
  voltage_l1: ({ voltagesV }) => [230.5, voltagesV?.L1],
  voltage_l2: ({ voltagesV }) => [231, voltagesV?.L2],
  voltage_l3: ({ voltagesV }) => [229, voltagesV?.L3],
  current_l1: ({ currentsAmps }) => [16, currentsAmps?.L1],
  current_l2: ({ currentsAmps }) => [0.5, currentsAmps?.L2],
  // A magnitude, with the sign of its power.
  current_l3: ({ currentsAmps }) => [-8, currentsAmps?.L3],
  active_power_l1: ({ powersW }) => [3_688, powersW?.L1],
  active_power_l2: ({ powersW }) => [115.5, powersW?.L2],
  active_power_l3: ({ powersW }) => [-1_832, powersW?.L3],
  active_power_total: ({ totalPowerW }) => [1_971.5, totalPowerW],
  // Of a meter that gives each direction by itself.
  active_power_import: ({ totalPowerW }) => [1_500, totalPowerW],
  frequency: ({ frequencyHz }) => [50, frequencyHz],
  energy_import_total: ({ importWh }) => [123_500, importWh],
  energy_export_total: ({ exportWh }) => [0, exportWh],
};

/** By how much a register can miss a value: half a step, or what a float32 holds. */
function stepOf({ registers }: MeterProfile, quantity: Quantity): number {
  const register = registers.find((each) => each.quantity === quantity);
  assume(register !== undefined, `${quantity} is in the profile`);
  const { type, scale, unit } = register;
  return type.startsWith("float") ? 0.001 : toBaseUnit(1, scale, unit) / 2;
}

serverTest(PYMODBUS, "registers that change are seen to change", async () => {
  const profile = await shipped("eastron-sdm630");
  await using server = await startPymodbus(blocks(profile));
  await using site = listen(server.port, { profile });
  await site.first.until(({ samples }) => samples.length > 0);
  await server.write(blocks(profile, { current_l1: 20 }));
  await site.first.until(({ samples }) => samples.at(-1)?.currentsAmps?.L1 === 20);
});

serverTest(PYMODBUS, "a map that the meter does not have is told by its exception", async () => {
  const ethernet = await shipped("carlo-gavazzi-em24-e1");
  const rs485 = await shipped("carlo-gavazzi-em24-rs485");
  const registers = blocks(rs485).filter(({ address }) => address !== 51);
  await using server = await startPymodbus(registers);
  await using site = listen(server.port, { profile: ethernet });
  await site.first.until(({ refusals }) => refusals.length > 0);
  assertEquals(
    failure(site.first.current()),
    `Modbus exception 2 (illegal address) at 51 from unit 1 of 127.0.0.1:${server.port}`,
  );
  assertEquals(site.first.samples, []);
});

serverTest(PYMODBUS, "words in the other order are found out, with what to change", async () => {
  const profile = await shipped("eastron-sdm630");
  await using server = await startPymodbus(blocks({ ...profile, wordOrder: "low-first" }));
  await using site = listen(server.port, { profile }, { profile, wordOrder: "low-first" });
  await site.first.until(({ refusals }) => refusals.length > 0);
  assert(/would be right with wordOrder: low-first/.test(site.first.refusals[0] ?? ""));
  const [, told = site.first] = site.heard;
  await told.until(({ samples }) => samples.length > 0);
});

serverTest(PYMODBUS, "three units on one server are three meters", async () => {
  const profile = await shipped("eastron-sdm630");
  const units = [1, 5, 247];
  const registers = units.flatMap((unit) => blocks(profile, { current_l2: unit }, unit));
  await using server = await startPymodbus(registers);
  await using site = listen(server.port, ...units.map((unit) => ({ profile, unit })));
  await Promise.all(site.heard.map((heard) => heard.until(({ samples }) => samples.length > 0)));
  assertEquals(site.heard.map(({ samples }) => samples[0]?.currentsAmps?.L2), units);
});

serverTest(PYMODBUS, "a unit that is not there is silent, and the others go on", async () => {
  const profile = await shipped("eastron-sdm630");
  await using server = await startPymodbus(blocks(profile));
  const readTimeoutMs = 100;
  await using site = listen(server.port, { profile, unit: 9, readTimeoutMs }, { profile, unit: 1 });
  const [absent = site.first, present = site.first] = site.heard;
  await absent.until((heard) => heard.current().kind === "failing");
  assertEquals(failure(absent.current()), `no answer from 127.0.0.1:${server.port} (unit 9)`);
  const before = present.samples.length;
  await present.until(({ samples }) => samples.length > before + 3);
});

serverTest(
  PYMODBUS,
  "a server that goes away fails the meter; one that comes back heals it",
  async () => {
    const profile = await shipped("eastron-sdm630");
    const server = await startPymodbus(blocks(profile));
    await using site = listen(server.port, { profile });
    await site.first.until(({ samples }) => samples.length > 0);
    await server.stop();
    await site.first.until((heard) => heard.current().kind === "failing");
    const before = site.first.samples.length;
    await using _again = await startPymodbus(blocks(profile), server.port);
    await site.first.until((heard) => heard.current().kind === "good");
    await site.first.until(({ samples }) => samples.length > before);
  },
);
