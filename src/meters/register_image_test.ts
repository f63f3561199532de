import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { testProfile } from "../../test/support/meters.ts";
import { planReads } from "./read_plan.ts";
import { decodeImage, encodeImage } from "./register_image.ts";
import { type Quantity, SAMPLED_QUANTITIES } from "./quantity.ts";
import { PART_ORDERS } from "./register_value.ts";

Deno.test("decodeImage() gives base units", () => {
  const image = new Map([[0, 2301], [1, 2310], [2, 2299], [3, 160], [4, 0], [5, 5]]);
  assertEquals([...decodeImage(testProfile(), image)], [
    ["voltage_l1", 230.1],
    ["voltage_l2", 231],
    ["voltage_l3", 229.9],
    ["current_l1", 16],
    ["current_l2", 0],
    ["current_l3", 0.5],
  ]);
});

Deno.test("decodeImage() leaves out a quantity without value instead of calling it zero", () => {
  const image = new Map([[3, 0xffff], [4, 10]]);
  assertEquals([...decodeImage(testProfile(), image)], [["current_l2", 1]]);
});

for (const [name, bits] of [["NaN", 0x7fc0], ["infinity", 0x7f80]] as const) {
  Deno.test(`decodeImage() takes ${name} for no value, listed or not`, () => {
    const profile = testProfile({
      invalid: [],
      registers: [{ quantity: "current_l1", address: 8, type: "float32", scale: 1, unit: "A" }],
    });
    assertEquals(decodeImage(profile, new Map([[8, bits], [9, 0]])).size, 0);
  });
}

Deno.test("decodeImage() ignores a number of which a register was not read", () => {
  const profile = testProfile({
    registers: [{ quantity: "current_l1", address: 8, type: "int32", scale: 1, unit: "A" }],
  });
  assertEquals(decodeImage(profile, new Map([[8, 1]])).size, 0);
});

Deno.test("encodeImage() gives every register that a plan reads", () => {
  const profile = testProfile({
    maxGap: 3,
    registers: [
      { quantity: "current_l1", address: 2, type: "int16", scale: 1, unit: "A" },
      { quantity: "current_l2", address: 6, type: "int16", scale: 1, unit: "A" },
      { quantity: "power_factor_l1", address: 90, type: "int16", scale: 1, unit: "ratio" },
    ],
  });
  assertEquals(planReads(profile), [{ address: 2, count: 5 }]);
  const image = encodeImage(profile, new Map([["current_l2", 9]]));
  assertEquals([...image.keys()].sort((left, right) => left - right), [2, 3, 4, 5, 6, 90]);
  assertEquals(image.get(6), 9);
});

Deno.test("encodeImage() refuses what a register cannot hold", () => {
  const values = new Map<Quantity, number>([["voltage_l1", 7_000]]);
  assertThrows(() => encodeImage(testProfile(), values), RangeError, "as uint16: out of range");
});

Deno.test("what encodeImage() writes, decodeImage() reads, in every order", () => {
  const registers = SAMPLED_QUANTITIES.filter((name) => name.includes("power")).map(
    (quantity, index) => ({
      quantity,
      address: index * 4,
      type: "int32",
      scale: 0.1,
      unit: "W",
    } as const),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...PART_ORDERS),
      fc.constantFrom(...PART_ORDERS),
      fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 6, maxLength: 6 }),
      (wordOrder, byteOrder, tenths) => {
        const profile = testProfile({ registers, wordOrder, byteOrder });
        const values = new Map(
          registers.map(({ quantity }, index) => [quantity, (tenths[index] ?? 0) / 10]),
        );
        assertEquals(decodeImage(profile, encodeImage(profile, values)), values);
      },
    ),
  );
});
