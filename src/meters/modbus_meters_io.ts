import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createPolledMeter } from "./_modbus_poller.ts";
import type { ModbusLine } from "./modbus_line.ts";
import {
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_MODBUS_PORT,
  type ModbusRtuMeterOptions,
  type ModbusTcpMeterOptions,
} from "./modbus_options.ts";
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
  const sharing = meters.filter((other) => lineName(other) === lineName(meter));
  const longest = (valueOf: (each: ModbusMeterOptions) => number) =>
    Math.max(...sharing.map(valueOf));
  const shared = {
    users: sharing.length,
    requestSpacingMs: longest((each) => each.requestSpacingMs ?? 0),
  };
  if (meter.driver === "modbus-rtu") {
    return createSerialLine(
      { ...shared, device: meter.device, serial: meter.serial },
      clock,
      spawn,
    );
  }
  const { driver, host, port = DEFAULT_MODBUS_PORT } = meter;
  const connectTimeoutMs = longest((each) =>
    each.driver === "modbus-rtu" ? 0 : each.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS
  );
  return createTcpLine({ ...shared, driver, host, port, connectTimeoutMs }, clock);
}

/** Meters of which it is the same share a line. */
function lineName(meter: ModbusMeterOptions): string {
  if (meter.driver === "modbus-rtu") return meter.device;
  const { driver, host, port = DEFAULT_MODBUS_PORT } = meter;
  return `${driver} ${tcpLineName({ host, port })}`;
}
