import type { Clock } from "../lib/clock.ts";
import { ok } from "../lib/result.ts";
import type { Spawner } from "../lib/spawn.ts";
import { createRtuLink, type RtuTiming } from "./_modbus_rtu_link.ts";
import { createTurns, type OpenLink } from "./_modbus_turns.ts";
import { openSerial } from "./_serial_stream_io.ts";
import type { ModbusLine } from "./modbus_line.ts";
import { LATE_ANSWER_MS } from "./modbus_options.ts";
import { byteMs, type SerialSettings, silenceMs } from "./serial_line.ts";

/** USB adapters hand over what they have each 16 ms; the system may take as long once more. */
const GAP_LEAST_MS = 50;
/** On a slow line a pause in the middle of a frame may be that of a few bytes. */
const GAP_BYTES = 16;

/** How time passes on a serial line of that speed. */
export function serialTiming(serial: SerialSettings): RtuTiming {
  return {
    byteMs: byteMs(serial),
    silenceMs: silenceMs(serial),
    gapMs: Math.max(GAP_LEAST_MS, GAP_BYTES * byteMs(serial)),
  };
}

/** A serial device of this machine, and what the meters on it agree on. */
export interface SerialLineOptions {
  readonly device: string;
  readonly serial: SerialSettings;
  readonly requestSpacingMs: number;
  /** How many meters use it. */
  readonly users: number;
}

/** The line to the meters on one serial device. */
export function createSerialLine(
  { device, serial, requestSpacingMs, users }: SerialLineOptions,
  clock: Clock,
  spawn: Spawner,
): ModbusLine {
  const open: OpenLink = async (stop) => {
    const stream = await openSerial(device, serial, spawn, stop);
    return stream.ok
      ? ok(createRtuLink(stream.value, device, serialTiming(serial), clock))
      : stream;
  };
  return createTurns(
    {
      address: device,
      users,
      requestSpacingMs,
      // A port that is there stays open: a dead meter says nothing about it.
      silencesBeforeReconnect: 0,
      restAfterSilenceMs: LATE_ANSWER_MS,
    },
    open,
    clock,
  );
}
