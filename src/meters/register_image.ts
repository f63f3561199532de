import { isNoValue } from "./invalid_pattern.ts";
import { type MeterProfile, type MeterRegister, readableRegisters } from "./profile.ts";
import type { Quantity, Values } from "./quantity.ts";
import { planReads } from "./read_plan.ts";
import {
  bytesOf,
  numberOf,
  type NumberOrder,
  registerCount,
  registersOf,
} from "./register_value.ts";
import { fromBaseUnit, toBaseUnit } from "./unit.ts";

/** What registers hold, by address. */
export type RegisterImage = ReadonlyMap<number, number>;

/** Reads the values of a sample out of registers. What was not read, or has no value now, is absent. */
export function decodeImage(profile: MeterProfile, image: RegisterImage): Values {
  const values = new Map<Quantity, number>();
  for (const register of readableRegisters(profile)) {
    const registers = registersAt(image, register);
    const value = registers === null ? null : valueIn(profile, register, registers);
    if (value !== null) values.set(register.quantity, value);
  }
  return values;
}

/** One value in base units; null when the device says that it has none. */
function valueIn(
  profile: MeterProfile,
  register: MeterRegister,
  registers: readonly number[],
): number | null {
  const bytes = bytesOf(registers, register.type, orderOf(profile));
  if (isNoValue(bytes, register.type, profile.invalid)) return null;
  const value = toBaseUnit(numberOf(bytes, register.type), register.scale, register.unit);
  return Number.isFinite(value) ? value : null;
}

/**
 * The registers of a meter that measures those values. All its quantities are there, 0 where `values`
 * leaves them out, and so are the registers between them that `planReads` reads along. For simulated
 * meters and tests.
 *
 * @throws RangeError when a register's type cannot hold its value.
 */
export function encodeImage(profile: MeterProfile, values: Values): RegisterImage {
  const image = new Map<number, number>();
  for (const { address, count } of planReads(profile)) {
    for (let offset = 0; offset < count; offset++) image.set(address + offset, 0);
  }
  for (const register of profile.registers) {
    const raw = fromBaseUnit(values.get(register.quantity) ?? 0, register.scale, register.unit);
    const registers = registersOf(raw, register.type, orderOf(profile));
    registers.forEach((word, index) => image.set(register.address + index, word));
  }
  return image;
}

function orderOf(profile: MeterProfile): NumberOrder {
  return { word: profile.wordOrder, byte: profile.byteOrder };
}

function registersAt(image: RegisterImage, register: MeterRegister): readonly number[] | null {
  const words: number[] = [];
  for (let index = 0; index < registerCount(register.type); index++) {
    const word = image.get(register.address + index);
    if (word === undefined) return null;
    words.push(word);
  }
  return words;
}
