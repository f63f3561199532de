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
} from "../../src/meters/mod.ts";
import { failure, hearMeter, valuesOf } from "../support/meters.ts";
import { blocksOf, PYMODBUS, type RegisterBlock, startPymodbus } from "../support/pymodbus.ts";
import { serverTest } from "../support/required_server.ts";

const INTERVAL_MS = 20;

async function shipped(id: string): Promise<MeterProfile> {
  const loaded = await loadMeterProfile(id, "/nowhere");
  assume(loaded.ok, `${id} is shipped`);
  return loaded.value;
}

/** What the meters measure: numbers that all of them can hold exactly. */
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
    await using server = await startPymodbus(blocks(profile));
    await using site = listen(server.port, { profile });
    await site.first.until(({ samples }) => samples.length >= 2);
    const { atMonoMs, atWallMs, ...measured } = site.first.samples[0] ?? {};
    assert(atMonoMs !== undefined && atWallMs !== undefined);
    const exported = profile.registers.some(({ quantity, confidence }) =>
      quantity === "energy_export_total" && confidence !== "low"
    );
    assertEquals(measured, {
      meterId: "meter-0",
      voltagesV: { L1: 230.5, L2: 231, L3: 229 },
      currentsAmps: { L1: 16, L2: 0.5, L3: -8 },
      powersW: { L1: 3_688, L2: 115.5, L3: -1_832 },
      totalPowerW: 1_971.5,
      importWh: 123_500,
      ...exported ? { exportWh: 0 } : {},
      frequencyHz: 50,
    });
    assertEquals(site.first.refusals, []);
  });
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
