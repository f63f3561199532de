import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createPolledMeter } from "./_modbus_poller.ts";
import type { ModbusLine } from "./modbus_line.ts";
import type { ModbusRtuMeterOptions, ModbusTcpMeterOptions } from "./modbus_options.ts";
import { createSerialLine } from "./modbus_rtu_io.ts";
import { createTcpLine, tcpLineName } from "./modbus_tcp_io.ts";

/** A meter that speaks Modbus, over whichever line. */
export type ModbusMeterOptions = ModbusTcpMeterOptions | ModbusRtuMeterOptions;

/**
 * Meters read over Modbus, in the order of their options. Meters on one device, or behind one host and
 * port, share one line. It is closed when the last of them has been stopped, so stop each one, started
 * or not.
 */
export function createModbusMeters(
  meters: readonly ModbusMeterOptions[],
  clock: Clock,
  log: Log,
  spawn: Spawner,
): readonly MeterSource[] {
  const lines = new Map<string, ModbusLine>();
  return meters.map((meter) => {
    const name = lineName(meter);
    const line = lines.get(name) ?? createLine(meter, meters, clock, spawn);
    lines.set(name, line);
    return createPolledMeter(meter, line, clock, log, spawn);
  });
}

function createLine(
  meter: ModbusMeterOptions,
  meters: readonly ModbusMeterOptions[],
  clock: Clock,
  spawn: Spawner,
): ModbusLine {
  const others = meters.filter((other) => other !== meter && lineName(other) === lineName(meter));
  if (meter.driver === "modbus-rtu") {
    return createSerialLine([meter, ...others.filter(isSerial)], clock, spawn);
  }
  return createTcpLine([meter, ...others.filter(isTcp)], clock);
}

function isSerial(meter: ModbusMeterOptions): meter is ModbusRtuMeterOptions {
  return meter.driver === "modbus-rtu";
}

function isTcp(meter: ModbusMeterOptions): meter is ModbusTcpMeterOptions {
  return !isSerial(meter);
}

/** Meters of which it is the same share a line. */
function lineName(meter: ModbusMeterOptions): string {
  return meter.driver === "modbus-rtu" ? meter.device : `${meter.driver} ${tcpLineName(meter)}`;
}
