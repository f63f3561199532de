import { fail, ok, type Result } from "../lib/result.ts";
import type { RegisterRange } from "./read_plan.ts";

/*
 * Modbus TCP as far as reading registers needs it (Modbus Messaging on TCP/IP V1.0b, §3.1.3;
 * Modbus Application Protocol V1.1b3, §6.3, §6.4 and §7). Written here rather than taken from
 * "modbus-serial": importing that package opens its native serial driver, for which Deno stops and
 * asks at a terminal, and it neither bounds a frame nor looks at its protocol number.
 */

/** A request to read registers of one unit. */
export interface RegisterRead extends RegisterRange {
  /** Slave address, or the unit behind a gateway: 0 to 255. */
  readonly unit: number;
  /** 3 reads holding registers, 4 reads input registers. */
  readonly functionCode: 3 | 4;
}

/** A frame as it came. */
export interface ModbusFrame {
  readonly transaction: number;
  readonly unit: number;
  /** Function code and what belongs to it; at least one byte. */
  readonly body: Uint8Array;
}

/** What the start of a stream holds. */
export type FrameStart =
  | { readonly kind: "frame"; readonly frame: ModbusFrame; readonly length: number }
  /** Not all of a frame has come yet. */
  | { readonly kind: "partial" }
  /** No Modbus TCP, or a stream out of step: nothing after it can be trusted. */
  | { readonly kind: "broken"; readonly reason: string };

/** Transaction, protocol, length and unit. */
const HEADER_BYTES = 7;
/** A Modbus body has at most 253 bytes, and its length field counts the unit besides. */
const LONGEST = 254;

/** The bytes that ask for registers. `transaction` is 0 to 65535. */
export function readRequest(transaction: number, read: RegisterRead): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, transaction);
  view.setUint16(2, 0);
  view.setUint16(4, 6);
  view.setUint8(6, read.unit);
  view.setUint8(7, read.functionCode);
  view.setUint16(8, read.address);
  view.setUint16(10, read.count);
  return bytes;
}

/** Takes the first frame off a stream. */
export function takeFrame(bytes: Uint8Array): FrameStart {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint16(2) !== 0) {
    return { kind: "broken", reason: "an answer that is not Modbus TCP" };
  }
  if (bytes.length < 6) return { kind: "partial" };
  const declared = view.getUint16(4);
  if (declared < 2 || declared > LONGEST) {
    return { kind: "broken", reason: `an answer of an impossible length (${declared} bytes)` };
  }
  const length = HEADER_BYTES - 1 + declared;
  if (bytes.length < length) return { kind: "partial" };
  const frame = {
    transaction: view.getUint16(0),
    unit: view.getUint8(6),
    body: bytes.slice(HEADER_BYTES, length),
  };
  return { kind: "frame", frame, length };
}

/** Why an answer holds no registers. */
export type AnswerFault =
  | { readonly kind: "exception"; readonly code: number }
  | { readonly kind: "wrong-unit"; readonly unit: number }
  | { readonly kind: "malformed"; readonly reason: string };

/** The registers in an answer, as many as were asked for. The caller has compared the transaction. */
export function readAnswer(
  frame: ModbusFrame,
  read: RegisterRead,
): Result<readonly number[], AnswerFault> {
  if (frame.unit !== read.unit) return fail({ kind: "wrong-unit", unit: frame.unit });
  const [functionCode = 0, second] = frame.body;
  if (functionCode === (read.functionCode | 0x80)) {
    if (second === undefined) return malformed("an exception without its code");
    return fail({ kind: "exception", code: second });
  }
  if (functionCode !== read.functionCode) {
    return malformed(`an answer to function ${functionCode}`);
  }
  if (second === undefined) return malformed("an answer without its length");
  const wanted = read.count * 2;
  const came = frame.body.length - 2;
  if (came !== wanted || second !== wanted) {
    return malformed(`an answer of ${came} bytes (declared: ${second}) instead of ${wanted}`);
  }
  const view = new DataView(frame.body.buffer, frame.body.byteOffset + 2);
  return ok(Array.from({ length: read.count }, (_, index) => view.getUint16(index * 2)));
}

function malformed(reason: string): Result<never, AnswerFault> {
  return fail({ kind: "malformed", reason });
}
