import { assertEquals } from "@std/assert";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createMeters } from "../../src/meters/meters_io.ts";
import { type ModbusTcpMeterOptions, SUNSPEC_PROFILE } from "../../src/meters/mod.ts";
import { hearMeter } from "../support/meters.ts";
import { blocksOf, PYMODBUS, startPymodbus } from "../support/pymodbus.ts";
import { serverTest } from "../support/required_server.ts";
import { COMMON_MODEL, INVERTER_103, METER_203, sunspecImage } from "../support/sunspec.ts";

serverTest(PYMODBUS, "inverter and meter of one SunSpec device are found and read", async () => {
  const image = sunspecImage(40_000, [COMMON_MODEL, INVERTER_103, METER_203]);
  await using server = await startPymodbus(blocksOf(image, 3, 3));
  const spawn = createSpawner(() => {});
  const common = {
    driver: "modbus-tcp",
    host: "127.0.0.1",
    port: server.port,
    unit: 3,
    profile: SUNSPEC_PROFILE,
    intervalMs: 20,
    frozenAfterReadings: 0,
  } as const;
  const options: readonly ModbusTcpMeterOptions[] = [
    { ...common, id: "main", role: "grid" },
    { ...common, id: "roof", role: "generation" },
  ];
  const meters = createMeters(options, createSystemClock(), () => {}, spawn);
  const heard = meters.map((meter) => {
    const each = hearMeter();
    meter.start(each);
    return each;
  });
  await Promise.all(heard.map((each) => each.until(({ samples }) => samples.length >= 2)));
  await Promise.all(meters.map((meter) => meter.stop()));
  await spawn.drain();
  assertEquals(heard[0]?.samples[0]?.currentsAmps, { L1: 12.34, L2: -5.67, L3: 0.89 });
  assertEquals(heard[1]?.samples[0]?.totalPowerW, -9_000);
  assertEquals(heard.flatMap(({ refusals }) => refusals), []);
});
