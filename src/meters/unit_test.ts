import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { QUANTITIES } from "./quantity.ts";
import { baseUnitOf, fromBaseUnit, toBaseUnit, type Unit, unitFits, UNITS } from "./unit.ts";

const CONVERSIONS: readonly [raw: number, scale: number, unit: Unit, value: number][] = [
  [2301, 0.1, "V", 230.1],
  [230_100, 1, "mV", 230.1],
  [12.5, 1, "A", 12.5],
  [-12_345, 0.001, "A", -12.345],
  [7, 10, "W", 70],
  [3.3, 1, "kW", 3300],
  [3.3, -1, "kW", -3300],
  [1234.5, 1, "kWh", 1_234_500],
  [42, 0.1, "kWh", 4_200],
  [1, 1, "MWh", 1_000_000],
  [49_980, 1, "mHz", 49.98],
  [98, 1, "percent", 0.98],
];

for (const [raw, scale, unit, value] of CONVERSIONS) {
  Deno.test(`toBaseUnit() makes ${value} of ${raw} × ${scale} ${unit}`, () => {
    assertEquals(toBaseUnit(raw, scale, unit), value);
  });
}

Deno.test("each quantity has a base unit that fits it and changes nothing", () => {
  for (const quantity of QUANTITIES) {
    const unit = baseUnitOf(quantity);
    assert(unitFits(unit, quantity), quantity);
    assertEquals(toBaseUnit(12.3, 1, unit), 12.3);
  }
});

Deno.test("unitFits() refuses a unit of another dimension", () => {
  assert(!unitFits("V", "current_l1"));
  assert(!unitFits("W", "reactive_power_total"));
  assert(!unitFits("kWh", "active_power_total"));
  assert(unitFits("kWh", "energy_sum"));
  assert(unitFits("mA", "current_neutral"));
});

Deno.test("fromBaseUnit() undoes toBaseUnit() to fourteen digits", () => {
  const scales = fc.constantFrom(1, 10, 1000, 0.1, 0.01, 0.001, 0.0001, -1);
  fc.assert(
    fc.property(
      fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }),
      scales,
      fc.constantFrom(...UNITS),
      (raw, scale, unit) => {
        const back = fromBaseUnit(toBaseUnit(raw, scale, unit), scale, unit);
        assert(Math.abs(back - raw) <= Math.abs(raw) * 1e-14, `${back} instead of ${raw}`);
      },
    ),
  );
});
