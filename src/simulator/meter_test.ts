import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { decodeImage, QUANTITIES, type Quantity, readableRegisters } from "../meters/mod.ts";
import { loadMeterProfile, shippedMeterProfiles } from "../meters/meter_profile_io.ts";
import { meterRegisters, meterValues, newMeter, stepMeter } from "./meter.ts";

const HOUR_MS = 3_600_000;
const AMPS = { L1: 20, L2: 10, L3: -5 };

/** A meter through which `AMPS` have flowed for an hour. */
function used() {
  const begun = stepMeter(newMeter(230, 0, 3_000), AMPS, 230, 0);
  return stepMeter(begun, AMPS, 230, HOUR_MS);
}

Deno.test("power follows current, voltage and power factor, with its direction", () => {
  const values = meterValues(used(), "from-power");
  assertEquals([1, 2, 3].map((line) => values.get(`current_l${line}` as Quantity)), [20, 10, 5]);
  assertAlmostEquals(values.get("active_power_l1") ?? 0, 20 * (230 - 0.6) * 0.98, 1e-9);
  assert((values.get("active_power_l3") ?? 0) < 0);
  const total = [1, 2, 3].map((line) => values.get(`active_power_l${line}` as Quantity) ?? 0)
    .reduce((sum, watts) => sum + watts, 0);
  assertAlmostEquals(values.get("active_power_total") ?? 0, total, 1e-9);
  assertEquals(values.get("active_power_export"), 0);
});

Deno.test("signed meters give the current its direction", () => {
  assertEquals(meterValues(used(), "signed").get("current_l3"), -5);
});

Deno.test("energy counts each line for itself, and all lines together", () => {
  const meter = used();
  const hour = (amps: number) => amps * (230 - 0.03 * amps) * 0.98;
  assertAlmostEquals(meter.importWh.L1, 1_000 + hour(20), 1e-6);
  assertAlmostEquals(meter.exportWh.L3, -hour(-5), 1e-6);
  assertAlmostEquals(meter.totalImportWh, 3_000 + hour(20) + hour(10) + hour(-5), 1e-6);
  assertEquals(meter.totalExportWh, 0);
});

Deno.test("a site that gives more than it takes exports", () => {
  const giving = { L1: -10, L2: -10, L3: 2 };
  const meter = stepMeter(stepMeter(newMeter(230, 0), giving, 230, 0), giving, 230, HOUR_MS);
  assert(meter.totalExportWh > 4_000);
  assertEquals(meter.totalImportWh, 0);
  assert(meter.importWh.L3 > 400, "its own line still imports");
});

Deno.test("until it is looked at again, a meter goes on as it was", () => {
  const steady = stepMeter(stepMeter(newMeter(230, 0), AMPS, 230, 0), AMPS, 230, HOUR_MS);
  let often = stepMeter(newMeter(230, 0), AMPS, 230, 0);
  for (let minute = 1; minute <= 60; minute++) {
    often = stepMeter(often, AMPS, 230, minute * 60_000);
  }
  assertAlmostEquals(often.totalImportWh, steady.totalImportWh, 1e-6);
});

Deno.test("the neutral carries what the lines do not share", () => {
  const neutral = (amps: typeof AMPS) =>
    meterValues(stepMeter(newMeter(230, 0), amps, 230, 0), "signed").get("current_neutral") ?? NaN;
  assertAlmostEquals(neutral({ L1: 16, L2: 16, L3: 16 }), 0, 1e-9);
  assertAlmostEquals(neutral({ L1: 16, L2: 0, L3: 0 }), 16, 1e-9);
});

Deno.test("a meter has a value for every quantity that there is", () => {
  const values = meterValues(used(), "signed");
  assertEquals(QUANTITIES.filter((quantity) => !values.has(quantity)), []);
});

Deno.test("what any shipped profile reads out of its registers is what flows", async () => {
  const names = await shippedMeterProfiles();
  assert(names.includes("eastron-sdm630"));
  for (const name of names) {
    const loaded = await loadMeterProfile(name, ".");
    assume(loaded.ok, name);
    const profile = loaded.value;
    const truth = meterValues(used(), profile.currentSign);
    const values = decodeImage(profile, meterRegisters(used(), profile));
    const readable = readableRegisters(profile).map(({ quantity }) => quantity);
    assertEquals([...values.keys()].toSorted(), readable.toSorted(), name);
    for (const [quantity, value] of values) {
      const expected = truth.get(quantity) ?? NaN;
      // Registers hold tenths of a kWh or whole tens of watts in the coarsest meters.
      const tolerance = quantity.startsWith("energy") ? 1_000 : Math.max(10, 0.001 * expected);
      assertAlmostEquals(value, expected, tolerance, `${name} ${quantity}`);
    }
  }
});
