import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createChargerMeter } from "./charger_meter.ts";
import type { MeterOptions } from "./meter_options.ts";
import { createHttpMeter } from "./http_io.ts";
import { createModbusMeters, type ModbusMeterOptions } from "./modbus_meters_io.ts";
import { createMqttMeter } from "./mqtt_io.ts";
import { createSpeedwireMeter } from "./speedwire_io.ts";
import { withVirtualMeters } from "./virtual_source.ts";

/**
 * All meters of a site, whatever they are reached by; those that are reckoned from others come last.
 * Stop each one, started or not.
 */
export function createMeters(
  meters: readonly MeterOptions[],
  clock: Clock,
  log: Log,
  spawn: Spawner,
): readonly MeterSource[] {
  const of = <Driver extends MeterOptions["driver"]>(driver: Driver) =>
    meters.filter((meter): meter is MeterOptions & { driver: Driver } => meter.driver === driver);
  const read = [
    ...createModbusMeters(meters.filter(isModbus), clock, log, spawn),
    ...of("http-json").map((meter) => createHttpMeter(meter, clock, log, spawn)),
    ...of("mqtt").map((meter) => createMqttMeter(meter, clock, log, spawn)),
    ...of("speedwire").map((meter) => createSpeedwireMeter(meter, clock, log, spawn)),
    ...of("charger").map((meter) => createChargerMeter(meter, clock, log)),
  ];
  return withVirtualMeters(read, of("virtual"), clock, log);
}

function isModbus(meter: MeterOptions): meter is ModbusMeterOptions {
  return "profile" in meter;
}
