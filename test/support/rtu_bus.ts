import type { Clock } from "../../src/lib/clock.ts";
import { fail, ok } from "../../src/lib/result.ts";
import { createRtuLink, type RtuTiming } from "../../src/meters/_modbus_rtu_link.ts";
import type { OpenLink } from "../../src/meters/_modbus_turns.ts";
import type { ByteListener } from "../../src/meters/_byte_stream.ts";
import { rtuFrame } from "../../src/meters/modbus_rtu_frame.ts";

/** What a unit on the bus says to a request; null for nothing. */
export type RtuUnit = (request: RtuRequest) => Uint8Array | null;

/** A request as it came, and the good answer to it. */
export interface RtuRequest {
  readonly functionCode: number;
  readonly address: number;
  readonly count: number;
}

/** A serial bus on virtual time: bytes take as long as on the wire. */
export interface RtuBus {
  readonly open: OpenLink;
  /** How many requests each unit has had. */
  requests(unit: number): number;
  /** How often the port was opened. */
  opened(): number;
  /** How many requests came into an answer, or into the silence that has to follow it. */
  overlaps(): number;
  /** Pulls the adapter, or plugs it in again. */
  setPlugged(isPlugged: boolean): void;
}

/** How long a meter thinks. */
const TURNAROUND_MS = 40;

/** Creates a bus with those units; a unit that is not there is silent. */
export function createRtuBus(
  clock: Clock,
  timing: RtuTiming,
  units: ReadonlyMap<number, RtuUnit>,
): RtuBus {
  const counts = new Map<number, number>();
  let opened = 0;
  let overlaps = 0;
  let freeAtMs = 0;
  let isPlugged = true;
  let unplug = () => {};

  const open: OpenLink = () => {
    if (!isPlugged) return Promise.resolve(fail("there is no /dev/ttyUSB0"));
    opened += 1;
    let listener: ByteListener | null = null;
    let isDestroyed = false;
    const end = (reason: string) => {
      if (isDestroyed && reason !== "") return;
      isDestroyed = true;
      listener?.ended(reason);
    };
    unplug = () => end("/dev/ttyUSB0 was unplugged");
    const stream = {
      listen: (heard: ByteListener) => void (listener = heard),
      destroy() {
        if (isDestroyed) return;
        isDestroyed = true;
        clock.after(0, () => listener?.ended("closed"));
      },
      isDestroyed: () => isDestroyed,
      write(bytes: Uint8Array) {
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        const [unit = 0, functionCode = 0] = bytes;
        const nowMs = clock.monoMs();
        if (nowMs < freeAtMs) overlaps += 1;
        counts.set(unit, (counts.get(unit) ?? 0) + 1);
        const answer = units.get(unit)?.({
          functionCode,
          address: view.getUint16(2),
          count: view.getUint16(4),
        });
        if (!answer) return;
        const sentMs = timing.byteMs * bytes.length + TURNAROUND_MS;
        freeAtMs = nowMs + sentMs + timing.byteMs * answer.length + timing.silenceMs - 1e-6;
        // In two pieces, as a driver hands it over.
        const half = answer.length >> 1;
        clock.after(sentMs + timing.byteMs * half, () => listener?.bytes(answer.subarray(0, half)));
        clock.after(
          sentMs + timing.byteMs * answer.length,
          () => listener?.bytes(answer.subarray(half)),
        );
      },
    };
    return Promise.resolve(ok(createRtuLink(stream, "/dev/ttyUSB0", timing, clock)));
  };

  return {
    open,
    requests: (unit) => counts.get(unit) ?? 0,
    opened: () => opened,
    overlaps: () => overlaps,
    setPlugged(wanted) {
      isPlugged = wanted;
      if (!wanted) unplug();
    },
  };
}

/** The good answer of a unit whose registers hold those words, from address 0 on. */
export function rtuAnswer(
  unit: number,
  { functionCode, address, count }: RtuRequest,
  words: (address: number) => number,
): Uint8Array {
  const bytes = Array.from({ length: count }, (_, index) => words(address + index)).flatMap(
    (word) => [word >> 8, word & 0xff],
  );
  return rtuFrame(unit, [functionCode, bytes.length, ...bytes]);
}
