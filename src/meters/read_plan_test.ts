import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { testProfile } from "../../test/support/meters.ts";
import type { MeterRegister } from "./profile.ts";
import { planRanges, planReads, type ReadLimits, type RegisterRange } from "./read_plan.ts";
import { REGISTER_TYPES, registerCount, type RegisterType } from "./register_value.ts";

function at(address: number, type: RegisterType = "int16"): MeterRegister {
  return { quantity: "current_l1", address, type, scale: 1, unit: "A" };
}

const CASES: readonly [string, MeterRegister[], ReadLimits, RegisterRange[]][] = [
  ["nothing", [], { maxRegistersPerRead: 125, maxGap: 0 }, []],
  [
    "neighbours in one read",
    [at(2), at(0), at(1)],
    { maxRegistersPerRead: 125, maxGap: 0 },
    [{ address: 0, count: 3 }],
  ],
  [
    "two reads around a gap that must not be read",
    [at(0), at(2)],
    { maxRegistersPerRead: 125, maxGap: 0 },
    [{ address: 0, count: 1 }, { address: 2, count: 1 }],
  ],
  [
    "one read across a gap that may be",
    [at(0), at(2)],
    { maxRegistersPerRead: 125, maxGap: 1 },
    [{ address: 0, count: 3 }],
  ],
  [
    "two reads around a gap that costs more than a request",
    [at(0), at(60)],
    { maxRegistersPerRead: 125, maxGap: 125 },
    [{ address: 0, count: 1 }, { address: 60, count: 1 }],
  ],
  [
    "whole numbers only at the limit of a read",
    [at(12, "int32"), at(14, "int32"), at(16, "int32")],
    { maxRegistersPerRead: 5, maxGap: 0 },
    [{ address: 12, count: 4 }, { address: 16, count: 2 }],
  ],
  [
    "a gap between two numbers that a third one spans",
    [at(0, "int64"), at(1), at(3)],
    { maxRegistersPerRead: 4, maxGap: 0 },
    [{ address: 0, count: 4 }],
  ],
  [
    "two numbers at one place once",
    [at(4, "int32"), at(4)],
    { maxRegistersPerRead: 2, maxGap: 0 },
    [{ address: 4, count: 2 }],
  ],
];

for (const [name, registers, limits, expected] of CASES) {
  Deno.test(`planRanges() plans ${name}`, () => {
    assertEquals(planRanges(registers, limits), expected);
  });
}

Deno.test("planReads() reads what a sample needs and nothing else", () => {
  const registers = [
    ...testProfile().registers,
    {
      quantity: "power_factor_total",
      address: 6,
      type: "int16",
      scale: 1,
      unit: "ratio",
    } as const,
  ];
  assertEquals(planReads(testProfile({ registers })), [{ address: 0, count: 6 }]);
});

const anyRegisters = fc.uniqueArray(
  fc.tuple(fc.nat(150), fc.constantFrom(...REGISTER_TYPES)).map(([address, type]) =>
    at(address, type)
  ),
  { selector: ({ address }) => address, maxLength: 9 },
);
const anyLimits = fc.record({
  maxRegistersPerRead: fc.integer({ min: 4, max: 40 }),
  maxGap: fc.nat(20),
});

function covers(range: RegisterRange, register: MeterRegister): boolean {
  return range.address <= register.address &&
    register.address + registerCount(register.type) <= range.address + range.count;
}

/** The longest run of registers in the range that belong to no number. */
function widestGap(range: RegisterRange, registers: readonly MeterRegister[]): number {
  let [widest, run] = [0, 0];
  for (let address = range.address; address < range.address + range.count; address++) {
    const used = registers.some((register) =>
      register.address <= address && address < register.address + registerCount(register.type)
    );
    run = used ? 0 : run + 1;
    widest = Math.max(widest, run);
  }
  return widest;
}

Deno.test("planRanges() covers each number with one read and keeps to the limits", () => {
  fc.assert(
    fc.property(anyRegisters, anyLimits, (registers, limits) => {
      const ranges = planRanges(registers, limits);
      for (const register of registers) {
        assert(ranges.some((range) => covers(range, register)), `${register.address} is not read`);
      }
      for (const range of ranges) {
        assert(range.count <= limits.maxRegistersPerRead, "too long");
        assert(widestGap(range, registers) <= limits.maxGap, "too wide a gap");
      }
    }),
  );
});

/** The least cost over all ways to cut the sorted registers into runs, tried one by one. */
function leastCost(sorted: readonly MeterRegister[], limits: ReadLimits): number {
  if (sorted.length === 0) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (let length = 1; length <= sorted.length; length++) {
    const run = sorted.slice(0, length);
    const address = run[0]?.address ?? 0;
    const end = Math.max(...run.map((each) => each.address + registerCount(each.type)));
    const range = { address, count: end - address };
    if (range.count > limits.maxRegistersPerRead) continue;
    if (widestGap(range, run) > limits.maxGap) continue;
    least = Math.min(least, 30 + range.count + leastCost(sorted.slice(length), limits));
  }
  return least;
}

Deno.test("planRanges() is as cheap as the best of all ways to cut", () => {
  fc.assert(
    fc.property(anyRegisters, anyLimits, (registers, limits) => {
      const cost = planRanges(registers, limits)
        .reduce((sum, { count }) => sum + 30 + count, 0);
      const sorted = registers.toSorted((left, right) => left.address - right.address);
      assertEquals(cost, leastCost(sorted, limits));
    }),
    { numRuns: 500 },
  );
});
