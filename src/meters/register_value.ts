/** How a number lies in Modbus registers. */
export const REGISTER_TYPES = [
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
] as const;

/** A name of `REGISTER_TYPES`. */
export type RegisterType = typeof REGISTER_TYPES[number];

/** Which part of a number comes first. Modbus itself fixes only bytes within a register, and not all obey. */
export const PART_ORDERS = ["high-first", "low-first"] as const;

/** A name of `PART_ORDERS`. */
export type PartOrder = typeof PART_ORDERS[number];

/** The order of registers within a number and of bytes within a register. */
export interface NumberOrder {
  readonly word: PartOrder;
  readonly byte: PartOrder;
}

const REGISTER_COUNTS: Readonly<Record<RegisterType, 1 | 2 | 4>> = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float32: 2,
  float64: 4,
};

/** How many registers a number of that type takes. */
export function registerCount(type: RegisterType): 1 | 2 | 4 {
  return REGISTER_COUNTS[type];
}

/**
 * The bytes of a number, most significant first, whatever order the device sends them in.
 *
 * @throws RangeError when the count of registers is not that of the type.
 */
export function bytesOf(
  registers: readonly number[],
  type: RegisterType,
  order: NumberOrder,
): Uint8Array {
  if (registers.length !== registerCount(type)) {
    throw new RangeError(`Cannot read ${type}: ${registers.length} registers`);
  }
  const words = order.word === "high-first" ? registers : registers.toReversed();
  return Uint8Array.from(words.flatMap((word) => {
    const pair = [(word >> 8) & 0xff, word & 0xff];
    return order.byte === "high-first" ? pair : pair.toReversed();
  }));
}

/** The number that `bytesOf` gave the bytes of. 64-bit integers lose what a double cannot hold. */
export function numberOf(bytes: Uint8Array, type: RegisterType): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case "int16":
      return view.getInt16(0);
    case "uint16":
      return view.getUint16(0);
    case "int32":
      return view.getInt32(0);
    case "uint32":
      return view.getUint32(0);
    case "int64":
      return Number(view.getBigInt64(0));
    case "uint64":
      return Number(view.getBigUint64(0));
    case "float32":
      return view.getFloat32(0);
    case "float64":
      return view.getFloat64(0);
  }
}

/**
 * The registers that hold a number; integers are rounded. For simulated meters and tests.
 *
 * @throws RangeError when the type cannot hold the number.
 */
export function registersOf(value: number, type: RegisterType, order: NumberOrder): number[] {
  const bytes = new Uint8Array(registerCount(type) * 2);
  write(new DataView(bytes.buffer), value, type);
  const words = Array.from({ length: bytes.length / 2 }, (_, index) => {
    const [high = 0, low = 0] = bytes.subarray(index * 2, index * 2 + 2);
    return order.byte === "high-first" ? (high << 8) | low : (low << 8) | high;
  });
  return order.word === "high-first" ? words : words.toReversed();
}

function write(view: DataView, value: number, type: RegisterType): void {
  if (type === "float32") return view.setFloat32(0, value);
  if (type === "float64") return view.setFloat64(0, value);
  const bits = view.byteLength * 8;
  const signed = type.startsWith("int");
  const whole = BigInt(assertFinite(value, type));
  const kept = signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole);
  if (kept !== whole) throw new RangeError(`Cannot write ${value} as ${type}: out of range`);
  const unsigned = BigInt.asUintN(bits, whole);
  for (let index = 0; index < view.byteLength; index++) {
    const shift = BigInt((view.byteLength - 1 - index) * 8);
    view.setUint8(index, Number((unsigned >> shift) & 0xffn));
  }
}

function assertFinite(value: number, type: RegisterType): number {
  if (!Number.isFinite(value)) throw new RangeError(`Cannot write ${value} as ${type}: no integer`);
  return Math.round(value);
}
