import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  bytesOf,
  numberOf,
  type NumberOrder,
  PART_ORDERS,
  REGISTER_TYPES,
  registerCount,
  registersOf,
  type RegisterType,
} from "./register_value.ts";

const HIGH: NumberOrder = { word: "high-first", byte: "high-first" };
const LOW_WORD: NumberOrder = { word: "low-first", byte: "high-first" };
const LOW_BYTE: NumberOrder = { word: "high-first", byte: "low-first" };
const LOW_BOTH: NumberOrder = { word: "low-first", byte: "low-first" };

const EXAMPLES: readonly [number, RegisterType, NumberOrder, readonly number[]][] = [
  [-2, "int16", HIGH, [0xfffe]],
  [65_534, "uint16", HIGH, [0xfffe]],
  [0x1234, "uint16", LOW_BYTE, [0x3412]],
  [0x1234, "uint16", LOW_WORD, [0x1234]],
  [-2, "int32", HIGH, [0xffff, 0xfffe]],
  [2301, "int32", LOW_WORD, [0x08fd, 0]],
  [0x0102_0304, "uint32", HIGH, [0x0102, 0x0304]],
  [0x0102_0304, "uint32", LOW_WORD, [0x0304, 0x0102]],
  [0x0102_0304, "uint32", LOW_BYTE, [0x0201, 0x0403]],
  [0x0102_0304, "uint32", LOW_BOTH, [0x0403, 0x0201]],
  [-1, "int64", HIGH, [0xffff, 0xffff, 0xffff, 0xffff]],
  [5_000_000_000, "uint64", HIGH, [0, 1, 0x2a05, 0xf200]],
  [5_000_000_000, "uint64", LOW_WORD, [0xf200, 0x2a05, 1, 0]],
  // 230.5 is 0x43668000 in IEEE 754.
  [230.5, "float32", HIGH, [0x4366, 0x8000]],
  [230.5, "float32", LOW_WORD, [0x8000, 0x4366]],
  // -1.5 is 0xBFF8000000000000.
  [-1.5, "float64", HIGH, [0xbff8, 0, 0, 0]],
  [-1.5, "float64", LOW_WORD, [0, 0, 0, 0xbff8]],
];

for (const [value, type, order, registers] of EXAMPLES) {
  const name = `${value} as ${type}, words ${order.word}, bytes ${order.byte}`;
  Deno.test(`registersOf() and numberOf() agree on ${name}`, () => {
    assertEquals(registersOf(value, type, order), registers);
    assertEquals(numberOf(bytesOf(registers, type, order), type), value);
  });
}

const OUT_OF_RANGE: readonly [number, RegisterType][] = [
  [32_768, "int16"],
  [-32_769, "int16"],
  [-1, "uint16"],
  [65_536, "uint16"],
  [2 ** 31, "int32"],
  [-1, "uint32"],
  [2 ** 32, "uint32"],
  [2 ** 63, "int64"],
  [-1, "uint64"],
  [Number.NaN, "int32"],
  [Number.POSITIVE_INFINITY, "uint16"],
];

for (const [value, type] of OUT_OF_RANGE) {
  Deno.test(`registersOf() refuses ${value} as ${type}`, () => {
    assertThrows(() => registersOf(value, type, HIGH), RangeError, `Cannot write ${value}`);
  });
}

Deno.test("registersOf() rounds to what an integer can hold", () => {
  assertEquals(registersOf(2.6, "uint16", HIGH), [3]);
  assertEquals(registersOf(-2.6, "int16", HIGH), [0xfffd]);
});

Deno.test("bytesOf() refuses a wrong count of registers", () => {
  assertThrows(() => bytesOf([1], "int32", HIGH), RangeError, "Cannot read int32: 1 registers");
  assertThrows(() => bytesOf([1, 2, 3], "float64", HIGH), RangeError);
});

Deno.test("every pattern of bits survives both ways in every order", () => {
  const orders = fc.record({
    word: fc.constantFrom(...PART_ORDERS),
    byte: fc.constantFrom(...PART_ORDERS),
  });
  const integers = REGISTER_TYPES.filter((type) => !type.startsWith("float") && !/64/.test(type));
  fc.assert(
    fc.property(fc.constantFrom(...integers), orders, fc.infiniteStream(fc.nat(65_535)), (
      type,
      order,
      words,
    ) => {
      const registers = [...words.take(registerCount(type))];
      const value = numberOf(bytesOf(registers, type, order), type);
      assertEquals(registersOf(value, type, order), registers);
    }),
  );
});

Deno.test("floating-point numbers survive both ways in every order", () => {
  fc.assert(
    fc.property(
      fc.float({ noNaN: true }),
      fc.constantFrom<RegisterType>("float32", "float64"),
      fc.constantFrom(HIGH, LOW_WORD, LOW_BYTE, LOW_BOTH),
      (value, type, order) => {
        assertEquals(numberOf(bytesOf(registersOf(value, type, order), type, order), type), value);
      },
    ),
  );
});
