import { fail, ok, type Result } from "../lib/result.ts";

/*
 * Modbus TCP as far as one coil needs it (Modbus Messaging on TCP/IP V1.0b, §3.1.3; Modbus Application
 * Protocol V1.1b3, §6.1 and §6.5).
 */

const READ_COILS = 1;
const WRITE_SINGLE_COIL = 5;
const HEADER_BYTES = 7;
const COIL_ON = 0xff00;

/** A coil of a unit. */
export interface Coil {
  readonly unit: number;
  readonly address: number;
}

/** Asks for a coil to be set. */
export function writeCoil(transaction: number, coil: Coil, isOn: boolean): Uint8Array {
  return request(transaction, coil, WRITE_SINGLE_COIL, isOn ? COIL_ON : 0);
}

/** Asks how a coil is. */
export function readCoil(transaction: number, coil: Coil): Uint8Array {
  return request(transaction, coil, READ_COILS, 1);
}

function request(transaction: number, coil: Coil, code: number, value: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 5);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, transaction);
  view.setUint16(4, 6);
  view.setUint8(6, coil.unit);
  view.setUint8(7, code);
  view.setUint16(8, coil.address);
  view.setUint16(10, value);
  return bytes;
}

/** How many bytes the frame that begins here has; null where that is not known yet. */
export function frameLength(bytes: Uint8Array): number | null {
  if (bytes.length < 6) return null;
  return 6 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(4);
}

/** What a whole answer says of the coil: true for on. */
export function coilOf(transaction: number, bytes: Uint8Array): Result<boolean, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOurs = bytes.length >= HEADER_BYTES + 2 && view.getUint16(0) === transaction &&
    view.getUint16(2) === 0;
  if (!isOurs) return fail("an answer that is not Modbus TCP");
  const code = view.getUint8(7);
  if (code >= 0x80) return fail(`refused with exception ${view.getUint8(8)}`);
  if (code === READ_COILS && bytes.length >= HEADER_BYTES + 3) {
    return ok((view.getUint8(9) & 1) === 1);
  }
  if (code === WRITE_SINGLE_COIL && bytes.length >= HEADER_BYTES + 5) {
    return ok(view.getUint16(10) === COIL_ON);
  }
  return fail("an answer to something else");
}
