import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LINES, onEachLine } from "../site/mod.ts";
import { valuesOf } from "../../test/support/meters.ts";
import type { Quantity } from "./quantity.ts";
import { composeReading, composeSample, type SampleRules } from "./sample.ts";
import { STRAIGHT_WIRING } from "./wiring.ts";

const STAMP = { meterId: "main", atMonoMs: 5, atWallMs: 7 };
const RULES: SampleRules = { wiring: STRAIGHT_WIRING, currentSign: "from-power" };
const INVERTED: SampleRules = { ...RULES, wiring: { ...STRAIGHT_WIRING, inverted: true } };

const CURRENTS = { current_l1: 10, current_l2: 20, current_l3: 30 };
const POWERS = { active_power_l1: 2_300, active_power_l2: -4_600, active_power_l3: 0 };

Deno.test("composeSample() carries everything over", () => {
  const all = valuesOf({
    voltage_l1: 230,
    voltage_l2: 231,
    voltage_l3: 229,
    ...CURRENTS,
    ...POWERS,
    active_power_total: -2_300,
    energy_import_total: 1_000,
    energy_export_total: 50,
    frequency: 50.01,
  });
  assertEquals(composeSample(all, RULES, STAMP), {
    ...STAMP,
    currentsAmps: { L1: 10, L2: -20, L3: 30 },
    voltagesV: { L1: 230, L2: 231, L3: 229 },
    powersW: { L1: 2_300, L2: -4_600, L3: 0 },
    totalPowerW: -2_300,
    importWh: 1_000,
    exportWh: 50,
    frequencyHz: 50.01,
  });
});

Deno.test("composeSample() has nothing that was not measured", () => {
  assertEquals(composeSample(new Map(), RULES, STAMP), STAMP);
  const powerOnly = composeSample(valuesOf({ active_power_total: 700 }), RULES, STAMP);
  assertEquals(powerOnly, { ...STAMP, totalPowerW: 700 });
});

Deno.test("composeSample() has no currents when one of three is missing", () => {
  const sample = composeSample(valuesOf({ current_l1: 1, current_l2: 2 }), RULES, STAMP);
  assertEquals(sample, STAMP);
});

const SIGNS: readonly [string, SampleRules, number, number | undefined, number][] = [
  ["drawn", RULES, 10, 2_300, 10],
  ["fed in", RULES, 10, -2_300, -10],
  ["without a direction, which counts as drawn", RULES, 10, undefined, 10],
  ["already signed, whatever the power", { ...RULES, currentSign: "signed" }, -10, 2_300, -10],
  ["drawn, counted the other way round", INVERTED, 10, -2_300, 10],
  ["fed in, counted the other way round", INVERTED, 10, 2_300, -10],
  ["without a direction on an inverted meter", INVERTED, 10, undefined, 10],
  ["signed on an inverted meter", { ...INVERTED, currentSign: "signed" }, -10, undefined, 10],
];

for (const [name, rules, current, power, expected] of SIGNS) {
  Deno.test(`composeSample() signs a current that is ${name}`, () => {
    const powers = power === undefined
      ? {}
      : { active_power_l1: power, active_power_l2: power, active_power_l3: power };
    const currents = { current_l1: current, current_l2: current, current_l3: current };
    const sample = composeSample(valuesOf({ ...currents, ...powers }), rules, STAMP);
    assertEquals(sample.currentsAmps, onEachLine(expected));
  });
}

Deno.test("composeSample() turns powers and swaps the counters of an inverted meter", () => {
  const sample = composeSample(
    valuesOf({ ...POWERS, energy_import_total: 3, energy_export_total: 4 }),
    INVERTED,
    STAMP,
  );
  assertEquals(sample.powersW, { L1: -2_300, L2: 4_600, L3: 0 });
  assertEquals(sample.totalPowerW, 2_300);
  assertEquals([sample.importWh, sample.exportWh], [4, 3]);
});

Deno.test("composeSample() puts terminals on the lines that they are wired to", () => {
  const rules: SampleRules = { ...RULES, wiring: { lines: ["L3", "L1", "L2"], inverted: false } };
  const sample = composeSample(valuesOf({ ...CURRENTS, ...POWERS }), rules, STAMP);
  assertEquals(sample.currentsAmps, { L1: -20, L2: 30, L3: 10 });
  assertEquals(sample.powersW, { L1: -4_600, L2: 0, L3: 2_300 });
});

Deno.test("a single-phase meter measures its own line; the others carry nothing there", () => {
  const rules: SampleRules = { ...RULES, wiring: { lines: ["L2"], inverted: false } };
  const reading = composeReading(
    valuesOf({ voltage_l1: 231, current_l1: 9, active_power_total: -2_000 }),
    rules,
    STAMP,
  );
  assertEquals(reading.sample, {
    ...STAMP,
    currentsAmps: { L1: 0, L2: -9, L3: 0 },
    powersW: { L1: 0, L2: -2_000, L3: 0 },
    totalPowerW: -2_000,
  });
  assertEquals([...reading.voltagesV], [["L2", 231]]);
});

Deno.test("composeReading() ignores voltages of terminals that are not connected", () => {
  const rules: SampleRules = { ...RULES, wiring: { lines: ["L1"], inverted: false } };
  const { voltagesV } = composeReading(valuesOf({ voltage_l1: 230, voltage_l2: 0 }), rules, STAMP);
  assertEquals([...voltagesV.keys()], ["L1"]);
});

Deno.test("the total is what the meter says, else import less export, else the sum", () => {
  const total = (entries: Partial<Record<Quantity, number>>) =>
    composeSample(valuesOf(entries), RULES, STAMP).totalPowerW;
  assertEquals(total({ ...POWERS, active_power_total: 1 }), 1);
  assertEquals(total({ active_power_import: 500, active_power_export: 800 }), -300);
  assertEquals(total({ active_power_import: 500 }), undefined);
  assertEquals(total(POWERS), -2_300);
  assertEquals(total({ active_power_l1: 1, active_power_l2: 2 }), undefined);
});

Deno.test("a current keeps its magnitude and takes the sign of the power on its line", () => {
  const amps = fc.integer({ min: -4_000, max: 4_000 });
  const orders = fc.shuffledSubarray<Line>([...LINES], { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(orders, fc.boolean(), amps, amps, amps, (lines, inverted, one, two, three) => {
      const sample = composeSample(
        valuesOf({
          current_l1: Math.abs(one),
          current_l2: Math.abs(two),
          current_l3: Math.abs(three),
          active_power_l1: one * 230,
          active_power_l2: two * 230,
          active_power_l3: three * 230,
        }),
        { wiring: { lines, inverted }, currentSign: "from-power" },
        STAMP,
      );
      for (const line of LINES) {
        const amount = [one, two, three][lines.indexOf(line)] ?? 0;
        const expected = inverted ? 0 - amount : amount;
        assertEquals(sample.currentsAmps?.[line], expected);
        assert(Object.is(sample.powersW?.[line], expected * 230 + 0));
      }
    }),
  );
});
