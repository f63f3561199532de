import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { createConfiguration } from "./charger16/configuration.ts";
import { chargerOptions, NO_FAULTS } from "./charger_options.ts";
import { CHARGER_RANGES, drawChargerQuirks } from "./charger_quirks.ts";

const QUIRKS = Array.from({ length: 400 }, (_, seed) => drawChargerQuirks(createSeededIds(seed)));

/** What all have of something, sorted. */
function seen<T>(of: (quirks: typeof QUIRKS[number]) => T): readonly T[] {
  return [...new Set(QUIRKS.map(of))].toSorted();
}

Deno.test("a seed gives the same charger again", () => {
  assertEquals(drawChargerQuirks(createSeededIds(3)), drawChargerQuirks(createSeededIds(3)));
});

Deno.test("drawn chargers are of every kind that is sold", () => {
  assertEquals(seen(({ resolutionAmps }) => resolutionAmps), [0.1, 1]);
  assertEquals(seen(({ configuration }) => configuration["ChargeProfileMaxStackLevel"]), [
    "0",
    "255",
    "8",
  ]);
  assertEquals(
    seen(({ configuration }) => configuration["ChargingScheduleAllowedChargingRateUnit"]),
    ["Current", "Current,Power", "Power"],
  );
  assertEquals(seen(({ meter }) => meter.registerStepWh), [1, 10, 100]);
  assertEquals(seen(({ profileMemory }) => profileMemory.keptIn), ["flash", "ram"]);
  assertEquals(new Set(QUIRKS.map(({ profileMemory }) => profileMemory.stackLevelMax)).size, 2);
});

Deno.test("drawn numbers stay in their ranges", () => {
  const within = (value: number | undefined, [least, most]: readonly [number, number]) =>
    value === 0 || (value !== undefined && value >= least && value <= most);
  for (const { timing, meter, faults, configuration } of QUIRKS) {
    assert(within(timing.profileLatencyMs, CHARGER_RANGES.profileLatencyMs));
    assert(within(meter.sampleDelayMs, CHARGER_RANGES.sampleDelayMs));
    assert(within(faults.ignoresProfileChance, CHARGER_RANGES.ignoresProfileChance));
    assert(within(faults.clockOffsetMs, CHARGER_RANGES.clockOffsetMs));
    assert(within(faults.clockDriftPpm, CHARGER_RANGES.clockDriftPpm));
    assert(within(faults.rebootsEveryMs, CHARGER_RANGES.rebootsEveryMs));
    const interval = Number(configuration["MeterValueSampleInterval"]);
    assert(within(interval, CHARGER_RANGES.sampleIntervalS));
  }
});

Deno.test("every fault comes at times, and none to most chargers", () => {
  for (const [name, off] of Object.entries(NO_FAULTS)) {
    const having = QUIRKS.filter(({ faults }) =>
      Object.entries(faults).some(([own, value]) =>
        own === name && value !== off
      )
    ).length;
    assert(having > 0 && having < QUIRKS.length * 0.6, `${name}: ${having} of ${QUIRKS.length}`);
  }
});

Deno.test("drawn quirks make options that a charger can be built with", () => {
  for (const quirks of QUIRKS) {
    const options = chargerOptions({ identity: "CP1", ...quirks });
    createConfiguration(options.outlets.length, options.configuration);
    assert(options.timing.redialFirstMs < options.timing.redialLongestMs);
    assertEquals(options.timing.tickMs, 1_000);
  }
});
