import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LINES, type MeterSample } from "../site/mod.ts";
import { combine } from "./virtual_meter.ts";

const GRID: MeterSample = {
  meterId: "grid",
  atMonoMs: 5_000,
  atWallMs: 105_000,
  currentsAmps: { L1: 10, L2: -2, L3: 4 },
  powersW: { L1: 2_300, L2: -460, L3: 920 },
  totalPowerW: 2_760,
  voltagesV: { L1: 230, L2: 231, L3: 229 },
  importWh: 1_000,
  exportWh: 50,
  frequencyHz: 50,
};

const PV: MeterSample = {
  meterId: "pv",
  atMonoMs: 4_200,
  atWallMs: 104_200,
  currentsAmps: { L1: -5, L2: -5, L3: -5 },
  totalPowerW: -3_450,
  importWh: 1,
  exportWh: 900,
};

Deno.test("what the house draws is what comes from the grid less what the sun gives", () => {
  assertEquals(
    combine("house", [{ sample: GRID, sign: 1 }, { sample: PV, sign: -1 }]),
    {
      meterId: "house",
      atMonoMs: 4_200,
      atWallMs: 104_200,
      currentsAmps: { L1: 15, L2: 3, L3: 9 },
      voltagesV: { L1: 230, L2: 231, L3: 229 },
      totalPowerW: 6_210,
      frequencyHz: 50,
    },
  );
});

Deno.test("what one part does not measure the whole does not know", () => {
  const { currentsAmps: _none, ...blind } = PV;
  const whole = combine("sum", [{ sample: GRID, sign: 1 }, { sample: blind, sign: 1 }]);
  assertEquals("currentsAmps" in whole, false);
  assertEquals(whole.totalPowerW, -690);
});

Deno.test("counters are added, and a difference has none", () => {
  assertEquals(combine("s", [{ sample: GRID, sign: 1 }, { sample: PV, sign: 1 }]).exportWh, 950);
  const difference = combine("d", [{ sample: GRID, sign: 1 }, { sample: PV, sign: -1 }]);
  assertEquals("importWh" in difference || "exportWh" in difference, false);
});

Deno.test("the whole is as old as its oldest part and adds up on every line, in any order", () => {
  const amps = fc.integer({ min: -100, max: 100 });
  const part = fc.record({
    atMonoMs: fc.nat(10_000),
    amps: fc.tuple(amps, amps, amps),
    sign: fc.constantFrom(1 as const, -1 as const),
  });
  fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
    const samples = parts.map(({ atMonoMs, amps: [L1, L2, L3], sign }, index) => ({
      sample: { meterId: `m${index}`, atMonoMs, atWallMs: 0, currentsAmps: { L1, L2, L3 } },
      sign,
    }));
    const whole = combine("w", samples);
    assertEquals(whole.atMonoMs, Math.min(...parts.map(({ atMonoMs }) => atMonoMs)));
    LINES.forEach((line, at) => {
      const expected = parts.reduce((total, { amps, sign }) => total + sign * (amps[at] ?? 0), 0);
      assert(Math.abs((whole.currentsAmps?.[line] ?? NaN) - expected) < 1e-9);
    });
    assertEquals(combine("w", samples.toReversed()).currentsAmps, whole.currentsAmps);
  }));
});
