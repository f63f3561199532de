import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import type { MeterOptions } from "./meter_options.ts";
import { createHttpMeter } from "./http_io.ts";
import { createModbusMeters } from "./modbus_meters_io.ts";
import { createMqttMeter } from "./mqtt_io.ts";

/**
 * All meters of a site, whatever they are reached by: first the polled ones, then those that publish.
 * Stop each one, started or not.
 */
export function createMeters(
  meters: readonly MeterOptions[],
  clock: Clock,
  log: Log,
  spawn: Spawner,
): readonly MeterSource[] {
  const polled = meters.filter((meter) => meter.driver !== "http-json" && meter.driver !== "mqtt");
  const asked = meters.filter((meter) => meter.driver === "http-json");
  const published = meters.filter((meter) => meter.driver === "mqtt");
  return [
    ...createModbusMeters(polled, clock, log, spawn),
    ...asked.map((meter) => createHttpMeter(meter, clock, log, spawn)),
    ...published.map((meter) => createMqttMeter(meter, clock, log, spawn)),
  ];
}
