import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createPolledMeter } from "./_modbus_poller.ts";
import { createTcpLine, type TcpLineOptions } from "./_modbus_tcp_line_io.ts";
import type { ModbusLine } from "./modbus_line.ts";
import {
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_MODBUS_PORT,
  type ModbusTcpMeterOptions,
} from "./modbus_options.ts";

/**
 * Meters read over Modbus TCP, in the order of their options. Meters behind one host and port share
 * one connection, which carries one request at a time: many gateways take no more. It is closed
 * when the last of them has been stopped, so stop each one, started or not.
 */
export function createModbusTcpMeters(
  meters: readonly ModbusTcpMeterOptions[],
  clock: Clock,
  log: Log,
  spawn: Spawner,
): readonly MeterSource[] {
  const lines = new Map<string, ModbusLine>();
  return meters.map((meter) => {
    const address = addressOf(meter);
    const sharing = meters.filter((other) => addressOf(other) === address);
    const line = lines.get(address) ?? createTcpLine(lineOptions(meter, sharing), clock);
    lines.set(address, line);
    return createPolledMeter(meter, line, clock, log, spawn);
  });
}

function lineOptions(
  meter: ModbusTcpMeterOptions,
  sharing: readonly ModbusTcpMeterOptions[],
): TcpLineOptions {
  const longest = (valueOf: (each: ModbusTcpMeterOptions) => number) =>
    Math.max(...sharing.map(valueOf));
  return {
    host: meter.host,
    port: meter.port ?? DEFAULT_MODBUS_PORT,
    address: addressOf(meter),
    users: sharing.length,
    connectTimeoutMs: longest((each) => each.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS),
    requestSpacingMs: longest((each) => each.requestSpacingMs ?? 0),
  };
}

function addressOf({ host, port = DEFAULT_MODBUS_PORT }: ModbusTcpMeterOptions): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${name.toLowerCase()}:${port}`;
}
