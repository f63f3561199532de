import { authority } from "../lib/address.ts";
import type { Clock } from "../lib/clock.ts";
import { ok } from "../lib/result.ts";
import type { ModbusLink } from "./_modbus_link.ts";
import { createRtuLink, type RtuTiming } from "./_modbus_rtu_link.ts";
import { createTcpLink } from "./_modbus_tcp_link.ts";
import { createTurns, type OpenLink } from "./_modbus_turns.ts";
import { connectTcp, type TcpAddress } from "./_tcp_stream_io.ts";
import type { ModbusLine } from "./modbus_line.ts";
import { LATE_ANSWER_MS, type ModbusTcpMeterOptions } from "./modbus_options.ts";

/** So many requests in a row without any answer, and the connection is made anew. */
const SILENCES_BEFORE_RECONNECT = 2;

/** The device server has its own line; a network may tear an answer apart by more than a line does. */
const RTU_TIMING: RtuTiming = { byteMs: 0, silenceMs: 0, gapMs: 150 };

/** Where meters are reached over TCP, and what they agree on. */
export interface TcpLineOptions {
  readonly driver: ModbusTcpMeterOptions["driver"];
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  readonly requestSpacingMs: number;
  /** How many meters use it. */
  readonly users: number;
}

/**
 * The line to meters behind one host and port, which carries one request at a time: many gateways take
 * no more.
 */
export function createTcpLine(options: TcpLineOptions, clock: Clock): ModbusLine {
  const address = tcpLineName(options);
  const target: TcpAddress = { ...options, address };
  const isRtu = options.driver === "modbus-rtu-over-tcp";
  const open: OpenLink = async (stop) => {
    const stream = await connectTcp(target, clock, stop);
    if (!stream.ok) return stream;
    const link: ModbusLink = isRtu
      ? createRtuLink(stream.value, address, RTU_TIMING, clock)
      : createTcpLink(stream.value, address, clock);
    return ok(link);
  };
  return createTurns(
    {
      address,
      users: options.users,
      requestSpacingMs: options.requestSpacingMs,
      silencesBeforeReconnect: SILENCES_BEFORE_RECONNECT,
      restAfterSilenceMs: isRtu ? LATE_ANSWER_MS : 0,
    },
    open,
    clock,
  );
}

/** "host:port"; meters of which it is the same are behind one connection. */
export function tcpLineName({ host, port }: { host: string; port: number }): string {
  return authority(host.toLowerCase(), port);
}
