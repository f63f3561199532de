import type { ModbusLine, ReadOutcome, TimedRead } from "../../src/meters/modbus_line.ts";

/** A device on a line without wires. */
export interface LineDevice {
  readonly unit: number;
  readonly functionCode: 3 | 4;
  /** By address; a read that touches another is answered with exception 2. */
  readonly registers: ReadonlyMap<number, number>;
}

/** A line, and what was asked on it. */
export interface DeviceLine extends ModbusLine {
  readonly asked: readonly TimedRead[];
  isReleased(): boolean;
}

/** A line with those devices; to other units it is silent, or answers as `elsewhere` says. */
export function lineWith(
  devices: readonly LineDevice[],
  elsewhere: (read: TimedRead) => ReadOutcome = () => SILENT,
): DeviceLine {
  const asked: TimedRead[] = [];
  let isReleased = false;
  return {
    address: "/dev/ttyUSB0",
    shared: false,
    restAfterSilenceMs: 0,
    asked,
    isReleased: () => isReleased,
    read(read) {
      asked.push(read);
      const device = devices.find(({ unit }) => unit === read.unit);
      return Promise.resolve(device === undefined ? elsewhere(read) : answer(device, read));
    },
    release() {
      isReleased = true;
      return Promise.resolve();
    },
  };
}

/** Nobody says anything. */
export const SILENT: ReadOutcome = { kind: "fault", fault: { kind: "silent", strayAnswers: 0 } };

function answer({ functionCode, registers }: LineDevice, read: TimedRead): ReadOutcome {
  if (read.functionCode !== functionCode) {
    return { kind: "fault", fault: { kind: "exception", code: 1 } };
  }
  const words = Array.from(
    { length: read.count },
    (_, index) => registers.get(read.address + index),
  );
  if (!words.every((word) => word !== undefined)) {
    return { kind: "fault", fault: { kind: "exception", code: 2 } };
  }
  return { kind: "registers", registers: words };
}
