import { assert, assertEquals } from "@std/assert";
import { dimensionOf, isDecisive, isQuantity, QUANTITIES, SAMPLED_QUANTITIES } from "./quantity.ts";

const DIMENSION_COUNTS = {
  voltage: 7,
  current: 6,
  active_power: 6,
  reactive_power: 1,
  apparent_power: 1,
  power_factor: 4,
  frequency: 1,
  energy: 9,
};

Deno.test("dimensionOf() knows the dimension of every quantity", () => {
  const counts: Record<string, number> = {};
  for (const quantity of QUANTITIES) {
    const dimension = dimensionOf(quantity);
    counts[dimension] = (counts[dimension] ?? 0) + 1;
  }
  assertEquals(counts, DIMENSION_COUNTS);
});

Deno.test("isDecisive() holds for currents and active powers only", () => {
  assert(isDecisive("current_l2"));
  assert(isDecisive("active_power_total"));
  assert(!isDecisive("voltage_l1"));
  assert(!isDecisive("reactive_power_total"));
  assert(!isDecisive("energy_import_total"));
});

Deno.test("the sampled quantities are quantities, each once", () => {
  assertEquals(new Set(SAMPLED_QUANTITIES).size, SAMPLED_QUANTITIES.length);
  assert(SAMPLED_QUANTITIES.every(isQuantity));
});

Deno.test("isQuantity() refuses names that no meter has", () => {
  for (const name of ["", "current", "current_l4", "CURRENT_L1", "toString"]) {
    assert(!isQuantity(name), name);
  }
});
