import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { createSeededIds } from "../lib/ids.ts";
import {
  decodeImage,
  impossibleValue,
  type MeterProfile,
  readableRegisters,
} from "../meters/mod.ts";
import { loadMeterProfile, shippedMeterProfiles } from "../meters/meter_profile_io.ts";
import { LINES, onEachLine } from "../site/mod.ts";
import { meterRegisters, type MeterState, meterValues, newMeter, stepMeter } from "./meter.ts";
import {
  breakMeter,
  type FaultyMeter,
  LATEST_MS,
  type MeterFault,
  newFaultyMeter,
  shownRegisters,
  shownState,
  shownValues,
  stepFaultyMeter,
} from "./meter_faults.ts";

const ids = () => createSeededIds(1);

/** A meter through which one ampere more flows each second, seen once a second. */
function watched(seconds: number, from = newFaultyMeter(newMeter(230, 0, 9_000))): FaultyMeter {
  let meter = from;
  for (let second = 0; second < seconds; second++) {
    const atMs = meter.truth.atMs + 1_000;
    meter = stepFaultyMeter(meter, truthAt(meter.truth, atMs));
  }
  return meter;
}

function truthAt(before: MeterState, atMs: number): MeterState {
  const amps = atMs / 1_000;
  return stepMeter(before, { L1: amps, L2: amps / 2, L3: -amps }, 230, atMs);
}

async function profileOf(name: string): Promise<MeterProfile> {
  const loaded = await loadMeterProfile(name, ".");
  assume(loaded.ok, name);
  return loaded.value;
}

const broken = (fault: MeterFault, seconds = 0) => watched(seconds, breakMeter(watched(30), fault));

Deno.test("a meter without fault shows what is true", async () => {
  const meter = watched(20);
  const profile = await profileOf("eastron-sdm630");
  assertEquals(shownState(meter, ids()), meter.truth);
  assertEquals(shownRegisters(meter, profile, ids()), meterRegisters(meter.truth, profile));
});

Deno.test("a silent meter answers nothing", async () => {
  const meter = broken({ kind: "silent" });
  assertEquals(shownState(meter, ids()), null);
  assertEquals(shownRegisters(meter, await profileOf("eastron-sdm630"), ids()), null);
  assertEquals(shownValues(meter, await profileOf("eastron-sdm630"), ids()), null);
});

Deno.test("a frozen meter shows for ever what was true when it froze", () => {
  const meter = broken({ kind: "frozen" }, 300);
  assertEquals(meter.truth.amps.L1, 330);
  assertEquals(shownState(meter, ids())?.amps.L1, 30);
});

Deno.test("a magnified meter shows ten times the current, and the power with it", async () => {
  const profile = await profileOf("eastron-sdm630");
  const values = shownValues(broken({ kind: "magnified", factor: 10 }), profile, ids());
  assertAlmostEquals(values?.get("current_l1") ?? NaN, 300, 0.01);
  assertAlmostEquals(values?.get("voltage_l1") ?? NaN, 230 - 0.03 * 30, 0.01);
  const truth = meterValues(watched(30).truth, profile.currentSign).get("active_power_l2") ?? NaN;
  assertAlmostEquals(values?.get("active_power_l2") ?? NaN, 10 * truth, 1);
});

Deno.test("a meter with a turned transformer shows what is drawn there as given", async () => {
  const profile = await profileOf("eastron-sdm630");
  const meter = broken({ kind: "turned", lines: ["L2"] });
  const shown = shownValues(meter, profile, ids());
  const truth = meterValues(meter.truth, profile.currentSign);
  for (const [quantity, sign] of [["active_power_l1", 1], ["active_power_l2", -1]] as const) {
    assertAlmostEquals(shown?.get(quantity) ?? NaN, sign * (truth.get(quantity) ?? NaN), 20);
  }
  assertAlmostEquals(shown?.get("current_l2") ?? NaN, 15, 0.01, "currents are magnitudes there");
});

Deno.test("a noisy meter is off by a little, each time otherwise, and counts right", () => {
  const meter = broken({ kind: "noisy", part: 0.005 });
  const chance = ids();
  const shown = Array.from({ length: 200 }, () => shownState(meter, chance));
  const errors = shown.map((state) => (state?.amps.L1 ?? NaN) / meter.truth.amps.L1 - 1);
  assert(errors.every((error) => Math.abs(error) <= 0.005));
  assert(Math.min(...errors) < -0.004 && Math.max(...errors) > 0.004);
  assertEquals(new Set(errors).size, 200);
  for (const state of shown) assertEquals(state?.totalImportWh, meter.truth.totalImportWh);
});

Deno.test("a meter that restarted shows nothing, and then counts from 0", () => {
  const fault = { kind: "restarted", zeroForMs: 3_000 } as const;
  const first = shownState(broken(fault, 2), ids());
  assertEquals([first?.amps, first?.volts], [onEachLine(0), onEachLine(0)]);
  const meter = broken(fault, 10);
  const later = shownState(meter, ids());
  assertEquals(later?.amps, meter.truth.amps);
  assertAlmostEquals(
    later?.totalImportWh ?? NaN,
    meter.truth.totalImportWh - watched(30).truth.totalImportWh,
    1e-9,
  );
  for (const line of LINES) assert((later?.importWh[line] ?? NaN) >= 0);
});

Deno.test("a stale meter shows what was, as far back as anybody remembers", () => {
  const late = (lateMs: number) => shownState(broken({ kind: "stale", lateMs }, 300), ids());
  assertEquals(late(7_000)?.amps.L1, 323);
  assertEquals(late(7_500)?.amps.L1, 322);
  assertEquals(late(LATEST_MS * 10)?.amps.L1, 330 - LATEST_MS / 1_000);
  assertEquals(broken({ kind: "stale", lateMs: 1 }, 600).history.length, LATEST_MS / 1_000 + 1);
});

Deno.test("what heals shows the truth again", () => {
  const meter = breakMeter(broken({ kind: "frozen" }, 5), null);
  assertEquals(shownState(meter, ids()), meter.truth);
});

Deno.test("a meter of any make can say that it has no value", async () => {
  for (const name of await shippedMeterProfiles()) {
    const profile = await profileOf(name);
    const meter = broken({ kind: "no-value" });
    assertEquals(shownState(meter, ids()), null);
    const registers = shownRegisters(meter, profile, ids());
    assume(registers !== null, "it answers");
    const values = decodeImage(profile, registers);
    const floats = new Set(
      readableRegisters(profile).filter(({ type }) => type.startsWith("float"))
        .map(({ quantity }) => quantity),
    );
    // A make that has no pattern for whole numbers shows some number that cannot be.
    const shown = [...values.keys()].filter((quantity) => floats.has(quantity));
    assertEquals(shown, [], name);
    if (profile.invalid.length > 1) assertEquals(values.get("current_l1"), undefined, name);
  }
});

Deno.test("words in the other order make numbers that nobody believes", async () => {
  const profile = await profileOf("eastron-sdm630");
  const values = shownValues(broken({ kind: "word-swapped" }), profile, ids());
  assertNotEquals(values, null);
  const voltagesV = new Map(LINES.flatMap((line, index) => {
    const value = values?.get(`voltage_l${index + 1 as 1 | 2 | 3}`);
    return value === undefined ? [] : [[line, value] as const];
  }));
  const sample = { meterId: "main", atMonoMs: 0, atWallMs: 0 };
  assertNotEquals(impossibleValue({ sample, voltagesV }, undefined), null);
  const truth = watched(30).truth;
  const registers = shownRegisters(broken({ kind: "word-swapped" }), profile, ids());
  assume(registers !== null, "it answers");
  const other = decodeImage({ ...profile, wordOrder: "low-first" }, registers);
  assertAlmostEquals(other.get("current_l1") ?? NaN, truth.amps.L1, 0.001);
});
