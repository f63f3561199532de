import { assertEquals } from "@std/assert";
import { testProfile, valuesOf } from "../../test/support/meters.ts";
import { type ProfileMatch, SUNSPEC_PROFILE } from "../meters/mod.ts";
import { foundLines, momentLines, rangesText, sampleLines, valueLines } from "./_meter_text.ts";

const VALUES = valuesOf({
  voltage_l1: 230.12,
  voltage_l2: 231,
  voltage_l3: 229.5,
  current_l1: 16,
  current_l2: 8.5,
  current_l3: 12,
  active_power_l1: 3_600,
  active_power_l2: 1_900,
  active_power_l3: -2_700,
  active_power_total: 2_800,
  frequency: 50.01,
  energy_import_total: 1_234_560,
});

const MATCH: ProfileMatch = {
  profile: testProfile(),
  wordOrder: "high-first",
  values: VALUES,
  score: 9,
};
const PLACE = {
  shown: "10.0.0.7:502",
  isSerial: false,
  yaml: "driver: modbus-tcp, host: 10.0.0.7",
};

Deno.test("a meter's values stand in columns, with its total below", () => {
  assertEquals(valueLines(VALUES), [
    "L1     230.1 V    16.00 A    3.60 kW",
    "L2     231.0 V     8.50 A    1.90 kW",
    "L3     229.5 V    12.00 A   -2.70 kW",
    "total 2.80 kW, 50.01 Hz, drawn 1234.56 kWh",
  ]);
});

Deno.test("what a meter does not measure is left out, and its directions make a total", () => {
  assertEquals(valueLines(valuesOf({ active_power_import: 300, active_power_export: 1_300 })), [
    "total -1.00 kW",
  ]);
});

Deno.test("a sample is shown by the lines of the site", () => {
  assertEquals(
    sampleLines({
      meterId: "main",
      atMonoMs: 0,
      atWallMs: 0,
      currentsAmps: { L1: 1, L2: 2, L3: -3 },
      totalPowerW: -500,
      exportWh: 7_000,
    }),
    [
      "L1                 1.00 A",
      "L2                 2.00 A",
      "L3                -3.00 A",
      "total -0.50 kW, fed in 7.00 kWh",
    ],
  );
});

Deno.test("a meter that was read once says what looks odd, what it may be, and what to do", () => {
  const lines = momentLines("grid", {
    meterId: "main",
    atMonoMs: 0,
    atWallMs: 0,
    voltagesV: { L1: 230, L2: 230, L3: 230 },
    currentsAmps: { L1: 10, L2: -10, L3: 10 },
    powersW: { L1: 2_250, L2: -2_250, L3: 2_250 },
  }, false);
  assertEquals(lines[0], "! L2 feeds into the grid while other lines draw.");
  assertEquals(lines.map((line) => line.trim().split(" ")[0]), ["!", "Probably:", "Next:"]);
});

Deno.test("numbers are written as ranges", () => {
  assertEquals(rangesText([1, 2, 3, 126, 8, 9]), "1-3, 8-9, 126");
  assertEquals([rangesText([7]), rangesText([])], ["7", ""]);
});

Deno.test("a found meter is named with its like, its values, its oddities and its line of site.yaml", () => {
  const twin = { ...MATCH, profile: testProfile({ id: "twin" }) };
  const other = { ...MATCH, profile: testProfile({ id: "other" }), values: valuesOf({}) };
  const lines = foundLines({ unit: 4, matches: [MATCH, twin, other] }, PLACE);
  assertEquals(lines[0], "10.0.0.7:502, unit 4: test-meter, or twin (the same registers)");
  assertEquals(lines[1], "  L1     230.1 V    16.00 A    3.60 kW");
  assertEquals(lines[5], "  ! L3 feeds into the grid while other lines draw.");
  assertEquals(
    lines.at(-1),
    "  site.yaml: - { id: main, driver: modbus-tcp, host: 10.0.0.7, unit: 4, profile: test-meter }",
  );
});

Deno.test("a SunSpec device is told with each of its models and its line of site.yaml", () => {
  const of = (model: number, nth: number): ProfileMatch => ({
    ...MATCH,
    profile: SUNSPEC_PROFILE,
    sunspec: { model, nth },
  });
  const lines = foundLines(
    { unit: 3, matches: [of(203, 1), of(203, 2), of(103, 1), MATCH] },
    PLACE,
  );
  assertEquals(lines.filter((line) => /SunSpec|site.yaml/.test(line)), [
    "10.0.0.7:502, unit 3: SunSpec model 203, a meter",
    "  site.yaml: - { id: main, driver: modbus-tcp, host: 10.0.0.7, unit: 3, profile: sunspec, sunspec: { model: 203 } }",
    "10.0.0.7:502, unit 3: SunSpec model 203, a meter",
    "  site.yaml: - { id: main, driver: modbus-tcp, host: 10.0.0.7, unit: 3, profile: sunspec, sunspec: { model: 203, nth: 2 } }",
    "10.0.0.7:502, unit 3: SunSpec model 103, an inverter",
    "  site.yaml: - { id: roof, driver: modbus-tcp, host: 10.0.0.7, unit: 3, profile: sunspec, sunspec: { model: 103 }, role: generation }",
  ]);
});

Deno.test("words in the other order are said, and stand in the line of site.yaml", () => {
  const lines = foundLines({ unit: 1, matches: [{ ...MATCH, wordOrder: "low-first" }] }, PLACE);
  assertEquals(lines[1], "  Its words are in the other order: low-first.");
  assertEquals(lines.at(-1)?.endsWith("profile: test-meter, wordOrder: low-first }"), true);
});

Deno.test("somebody of whom no profile makes sense is told, with what to do", () => {
  const [first, second] = foundLines({ unit: 1, matches: [] }, PLACE);
  assertEquals(
    first,
    "10.0.0.7:502, unit 1: answers, but none of the known profiles makes sense of it.",
  );
  assertEquals(second?.includes("hardware/meters/README.md"), true);
});
