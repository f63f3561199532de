/** A meter that answers Modbus requests. */
export interface ModbusDevice {
  /** Its unit number; requests to others are a gateway's business. */
  readonly unit: number;
  /** 3 for holding registers, 4 for input registers: its data lie in one of them. */
  readonly functionCode: 3 | 4;
  /** The most registers that it gives at once. */
  readonly registersMax: number;
  /** What its registers hold now, by address. */
  registers(): ReadonlyMap<number, number>;
}

/** What the start of a stream asks for. */
export type ModbusRequest =
  | {
    readonly kind: "request";
    readonly transaction: number;
    readonly unit: number;
    /** Function code and what belongs to it. */
    readonly body: Uint8Array;
    /** Bytes of the stream that it took. */
    readonly length: number;
  }
  /** Not all of it has come yet. */
  | { readonly kind: "partial" }
  /** No Modbus TCP. */
  | { readonly kind: "broken" };

/** Modbus exception codes (Application Protocol V1.1b3, §7). */
const EXCEPTION = {
  illegalFunction: 1,
  illegalDataAddress: 2,
  illegalDataValue: 3,
  serverDeviceFailure: 4,
  gatewayTargetSilent: 11,
} as const;

const HEADER_BYTES = 7;
const LENGTH_MAX = 254;

/** Takes the first request off a stream (Messaging on TCP/IP V1.0b, §3.1.3). */
export function takeRequest(bytes: Uint8Array): ModbusRequest {
  if (bytes.length < HEADER_BYTES) return { kind: "partial" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getUint16(4);
  if (view.getUint16(2) !== 0 || declared < 2 || declared > LENGTH_MAX) return { kind: "broken" };
  const length = HEADER_BYTES - 1 + declared;
  if (bytes.length < length) return { kind: "partial" };
  return {
    kind: "request",
    transaction: view.getUint16(0),
    unit: view.getUint8(6),
    body: bytes.slice(HEADER_BYTES, length),
    length,
  };
}

/** The bytes that answer a request. */
export function answerRequest(
  { transaction, unit, body }: ModbusRequest & { readonly kind: "request" },
  device: ModbusDevice,
): Uint8Array {
  const answer = unit === device.unit
    ? readRegisters(body, device)
    : exception(body, EXCEPTION.gatewayTargetSilent);
  const bytes = new Uint8Array(HEADER_BYTES + answer.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, transaction);
  view.setUint16(4, answer.length + 1);
  view.setUint8(6, unit);
  bytes.set(answer, HEADER_BYTES);
  return bytes;
}

function readRegisters(body: Uint8Array, device: ModbusDevice): Uint8Array {
  if (body[0] !== device.functionCode) return exception(body, EXCEPTION.illegalFunction);
  if (body.length !== 5) return exception(body, EXCEPTION.illegalDataValue);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const address = view.getUint16(1);
  const count = view.getUint16(3);
  if (count < 1 || count > device.registersMax) return exception(body, EXCEPTION.illegalDataValue);
  const words = wordsAt(device, address, count);
  if (words === "broken") return exception(body, EXCEPTION.serverDeviceFailure);
  return words === null ? exception(body, EXCEPTION.illegalDataAddress) : wordsAnswer(body, words);
}

/** Null where there is a hole; "broken" where a value fits into no register. */
function wordsAt(
  device: ModbusDevice,
  address: number,
  count: number,
): readonly number[] | null | "broken" {
  const registers = currentRegisters(device);
  if (registers === null) return "broken";
  const words = Array.from({ length: count }, (_, index) => registers.get(address + index));
  return words.every((word) => word !== undefined) ? words : null;
}

function currentRegisters(device: ModbusDevice): ReadonlyMap<number, number> | null {
  try {
    return device.registers();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function wordsAnswer(body: Uint8Array, words: readonly number[]): Uint8Array {
  const answer = new Uint8Array(2 + words.length * 2);
  answer[0] = body[0] ?? 0;
  answer[1] = words.length * 2;
  const view = new DataView(answer.buffer);
  for (const [index, word] of words.entries()) view.setUint16(2 + index * 2, word);
  return answer;
}

function exception(body: Uint8Array, code: number): Uint8Array {
  return Uint8Array.of((body[0] ?? 0) | 0x80, code);
}
