import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  DER_701,
  INVERTER_103,
  METER_203,
  METER_213,
  sunspecImage,
  type SunspecModel,
} from "../../test/support/sunspec.ts";
import {
  chooseModel,
  decodeModel,
  MEASURING_MODELS,
  type ModelPlace,
  registersNeeded,
} from "./sunspec.ts";

/** The registers of a model, from its number on. */
function registersOf(model: SunspecModel): readonly number[] {
  return [...sunspecImage(0, [model]).values()].slice(2, -2);
}

function decoded(model: SunspecModel) {
  return Object.fromEntries(decodeModel(model.model, registersOf(model)));
}

Deno.test("a meter with integers is read with its scale factors", () => {
  assertEquals(decoded(METER_203), {
    current_l1: 12.34,
    current_l2: 5.67,
    current_l3: 0.89,
    voltage_l1: 229.8,
    voltage_l2: 230.2,
    voltage_l3: 230.3,
    frequency: 50.01,
    active_power_total: 1_710,
    active_power_l1: 2_810,
    active_power_l2: -1_300,
    active_power_l3: 200,
    energy_export_total: 90_000,
    energy_import_total: 6_553_600,
  });
});

Deno.test("a meter with floats is read as it stands", () => {
  const values = decoded(METER_213);
  assertEquals(values.current_l1, 12.5);
  assertEquals(values.active_power_l2, -1_300);
  assertEquals(values.energy_import_total, 65_536);
  assert(Math.abs((values.voltage_l1 ?? 0) - 230.1) < 1e-4);
});

Deno.test("what an inverter gives is negative, its currents too", () => {
  assertEquals(decoded(INVERTER_103), {
    current_l1: -13,
    current_l2: -13.1,
    current_l3: -13,
    voltage_l1: 230,
    voltage_l2: 231,
    voltage_l3: 232,
    active_power_total: -9_000,
    frequency: 50,
    energy_export_total: 40_000,
  });
});

Deno.test("what a battery takes is positive, and lines that it does not have are absent", () => {
  assertEquals(decoded(DER_701), {
    current_l1: 6.5,
    voltage_l1: 230.5,
    frequency: 50,
    active_power_total: 1_500,
    active_power_l1: 1_500,
    energy_export_total: 7_000,
    energy_import_total: 9_000,
  });
});

const NOT_THERE: readonly [name: string, at: SunspecModel["at"], gone: string][] = [
  ["0x8000", { 3: [0x8000] }, "current_l1"],
  ["a scale factor of 0x8000", { 22: [0x8000] }, "active_power_total"],
  ["a scale factor beyond ten", { 22: [11] }, "active_power_total"],
  ["a counter that is not kept", { 46: [0, 0] }, "energy_import_total"],
];

for (const [name, at, gone] of NOT_THERE) {
  Deno.test(`${name} means that there is no ${gone}`, () => {
    assertEquals(gone in decoded({ ...METER_203, at: { ...METER_203.at, ...at } }), false);
    assertEquals(gone in decoded(METER_203), true);
  });
}

Deno.test("NaN of a float means that there is no value", () => {
  const at = { ...METER_213.at, 4: [0x7fc0, 0] };
  assertEquals("current_l1" in decoded({ ...METER_213, at }), false);
});

const place = (model: number, address: number): ModelPlace => ({ model, address, length: 105 });
const HYBRID = [place(1, 2), place(103, 100), place(160, 200), place(203, 300), place(203, 500)];

const CHOICES: readonly [
  name: string,
  choice: Parameters<typeof chooseModel>[1],
  inverter: boolean,
  address: number | null,
][] = [
  ["the meter of a grid", {}, false, 300],
  ["the inverter of a generator", {}, true, 100],
  ["the model that was named", { model: 103 }, false, 100],
  ["the second meter", { model: 203, nth: 2 }, false, 500],
  ["nothing where a third was wanted", { model: 203, nth: 3 }, false, null],
  ["nothing where the model is not there", { model: 701 }, false, null],
];

for (const [name, choice, inverter, address] of CHOICES) {
  Deno.test(`of an inverter with two meters ${name} is chosen`, () => {
    assertEquals(chooseModel(HYBRID, choice, inverter)?.address ?? null, address);
  });
}

Deno.test("a meter alone serves a generator too", () => {
  assertEquals(chooseModel([place(203, 300)], {}, true)?.address, 300);
});

Deno.test("every model that measures fits into one read", () => {
  for (const model of MEASURING_MODELS) {
    const count = registersNeeded({ model, address: 0, length: 200 });
    assert(count > 10 && count <= 125, `${model}: ${count}`);
  }
});

Deno.test("any registers are read without a fault, and no value is NaN", () => {
  const registers = fc.array(fc.nat(0xffff), { maxLength: 130 });
  fc.assert(fc.property(fc.constantFrom(...MEASURING_MODELS), registers, (model, words) => {
    for (const value of decodeModel(model, words).values()) assert(Number.isFinite(value));
  }));
});
