import type { RegisterRead } from "./modbus_frame.ts";

/*
 * Modbus RTU as far as reading registers needs it (Modbus over Serial Line V1.02, §2.5.1; Modbus
 * Application Protocol V1.1b3, §6.3, §6.4 and §7). A frame bears neither its length nor which request
 * it answers: both follow from what was asked, and only its check sum shows that it is one.
 */

/** What the bytes that came after a request hold. */
export type RtuAnswer =
  | { readonly kind: "registers"; readonly registers: readonly number[] }
  | { readonly kind: "exception"; readonly code: number }
  /** No whole answer of that unit to that function yet. */
  | { readonly kind: "partial" };

/** What is to be made of bytes that are no answer and to which nothing is added any more. */
export type RtuRemains =
  /** Nothing but the own request, as some adapters echo it, or a byte or two of noise. */
  | { readonly kind: "nothing" }
  | { readonly kind: "wrong-unit"; readonly unit: number }
  | { readonly kind: "malformed"; readonly reason: string };

/** Unit, function and check sum: what every frame has. */
const FRAME_LEAST = 4;
/** Unit, function with its highest bit set, code and check sum. */
const EXCEPTION_BYTES = 5;
/** The longest frame there is. */
export const RTU_FRAME_MOST = 256;
/** So few bytes are no frame: an RS-485 driver that is switched may be heard as one or two. */
const NOISE_MOST = 3;

/** The check sum of RTU frames: CRC-16 with the polynomial 0xA001 (reflected), beginning at 0xFFFF. */
export function rtuCheckSum(bytes: Uint8Array): number {
  let sum = 0xffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 0 ? sum >> 1 : (sum >> 1) ^ 0xa001;
  }
  return sum;
}

/** A frame of that unit: its check sum stands at the end, its lower byte first. */
export function rtuFrame(unit: number, body: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from([unit, ...body, 0, 0]);
  const sum = rtuCheckSum(bytes.subarray(0, -2));
  bytes.set([sum & 0xff, sum >> 8], bytes.length - 2);
  return bytes;
}

/** The bytes that ask for registers. */
export function rtuRequest(read: RegisterRead): Uint8Array<ArrayBuffer> {
  const { unit, functionCode, address, count } = read;
  return rtuFrame(unit, [functionCode, address >> 8, address & 0xff, count >> 8, count & 0xff]);
}

/** How many bytes a good answer has. */
export function rtuAnswerBytes({ count }: RegisterRead): number {
  return 5 + 2 * count;
}

/**
 * Finds the answer to a read in what has come since it was asked. Noise before it does no harm, nor
 * does the own request, nor an answer of somebody else: only a whole frame of the right unit, function
 * and length whose check sum is right counts.
 */
export function findRtuAnswer(bytes: Uint8Array, read: RegisterRead): RtuAnswer {
  for (let start = 0; start + EXCEPTION_BYTES <= bytes.length; start++) {
    if (bytes[start] !== read.unit) continue;
    const length = bytes[start + 1] === (read.functionCode | 0x80)
      ? EXCEPTION_BYTES
      : bytes[start + 1] === read.functionCode && bytes[start + 2] === read.count * 2
      ? rtuAnswerBytes(read)
      : 0;
    const frame = bytes.subarray(start, start + length);
    if (length === 0 || frame.length < length || !isWhole(frame)) continue;
    if (length === EXCEPTION_BYTES && bytes[start + 1] !== read.functionCode) {
      return { kind: "exception", code: frame[2] ?? 0 };
    }
    return { kind: "registers", registers: registersIn(frame, read.count) };
  }
  return { kind: "partial" };
}

function registersIn(frame: Uint8Array, count: number): readonly number[] {
  const view = new DataView(frame.buffer, frame.byteOffset + 3);
  return Array.from({ length: count }, (_, index) => view.getUint16(index * 2));
}

function isWhole(frame: Uint8Array): boolean {
  if (frame.length < FRAME_LEAST) return false;
  const end = frame.length - 2;
  const sum = (frame[end] ?? 0) | ((frame[end + 1] ?? 0) << 8);
  return rtuCheckSum(frame.subarray(0, end)) === sum;
}

/** Says what came instead of an answer, for a person at the cabinet. */
export function judgeRtuRemains(bytes: Uint8Array, read: RegisterRead): RtuRemains {
  const rest = withoutEcho(bytes, rtuRequest(read));
  if (rest.length <= NOISE_MOST) return { kind: "nothing" };
  const [unit = 0, functionCode = 0, third = 0] = rest;
  if (isWhole(rest)) return wholeRemains(rest, read);
  const isOurs = unit === read.unit && functionCode === read.functionCode;
  const expected = isOurs && third === read.count * 2 ? rtuAnswerBytes(read) : null;
  if (expected !== null && rest.length < expected) {
    return malformed(`an answer cut off after ${rest.length} of ${expected} bytes`);
  }
  return malformed(
    isOurs || unit === read.unit
      ? "an answer with a wrong check sum"
      : `${rest.length} bytes that are no Modbus RTU`,
  );
}

/** A whole frame that answers something else. */
function wholeRemains(frame: Uint8Array, read: RegisterRead): RtuRemains {
  const [unit = 0, functionCode = 0, declared = 0] = frame;
  if (unit !== read.unit) return { kind: "wrong-unit", unit };
  if (functionCode !== read.functionCode) return malformed(`an answer to function ${functionCode}`);
  const came = frame.length - 5;
  return malformed(
    `an answer of ${came} bytes (declared: ${declared}) instead of ${read.count * 2}`,
  );
}

function malformed(reason: string): RtuRemains {
  return { kind: "malformed", reason };
}

/** Some adapters hear themselves: what was sent comes back before the answer. */
function withoutEcho(bytes: Uint8Array, request: Uint8Array): Uint8Array {
  const isEcho = bytes.length >= request.length &&
    request.every((byte, index) => bytes[index] === byte);
  return isEcho ? bytes.subarray(request.length) : bytes;
}
