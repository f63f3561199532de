import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Line, MeterRole, MeterSample } from "../site/mod.ts";
import { LINES, onEachLine, perLine } from "../site/mod.ts";
import { meterHints } from "./hints.ts";

/** What a meter shows whose lines draw `amps` at a power factor, with transformers as told. */
function samplesOf(
  amps: Readonly<Record<Line, number>>,
  factor: Readonly<Record<Line, number>>,
  changes: Partial<MeterSample> = {},
): readonly MeterSample[] {
  const powersW = perLine((line) => 230 * Math.abs(amps[line]) * factor[line]);
  const sample: MeterSample = {
    meterId: "m",
    atMonoMs: 0,
    atWallMs: 0,
    voltagesV: onEachLine(230),
    currentsAmps: perLine((line) => Math.sign(factor[line] || 1) * Math.abs(amps[line])),
    powersW,
    totalPowerW: LINES.reduce((sum, line) => sum + powersW[line], 0),
    ...changes,
  };
  return Array.from({ length: 10 }, (_, at) => ({ ...sample, atMonoMs: at * 1_000 }));
}

const AMPS = { L1: 10, L2: 8, L3: 12 };
const GOOD = onEachLine(0.95);

const CASES: readonly [
  name: string,
  role: MeterRole,
  samples: readonly MeterSample[],
  hints: ReturnType<typeof meterHints>,
][] = [
  ["a load as it should be", "circuit", samplesOf(AMPS, GOOD), []],
  [
    "one transformer turned round",
    "circuit",
    samplesOf(AMPS, { ...GOOD, L2: -0.95 }),
    [{ kind: "backwards", lines: ["L2"] }],
  ],
  [
    "all of them turned round",
    "consumer",
    samplesOf(AMPS, onEachLine(-0.95)),
    [{ kind: "backwards", lines: ["L1", "L2", "L3"] }],
  ],
  ["a house that feeds in on all lines", "grid", samplesOf(AMPS, onEachLine(-0.98)), []],
  [
    "a grid meter with one line the other way",
    "grid",
    samplesOf(AMPS, { ...GOOD, L3: -0.98 }),
    [{ kind: "feeding-line", lines: ["L3"] }],
  ],
  ["a generator that generates", "generation", samplesOf(AMPS, onEachLine(-1)), []],
  [
    "a generator that seems to draw",
    "generation",
    samplesOf(AMPS, onEachLine(1)),
    [{ kind: "backwards", lines: ["L1", "L2", "L3"] }],
  ],
  ["a battery, whichever way", "battery", samplesOf(AMPS, onEachLine(-1)), []],
  [
    "two transformers on each other's lines",
    "circuit",
    samplesOf(AMPS, { L1: -0.5, L2: -0.5, L3: 0.97 }),
    [{ kind: "crossed", lines: ["L1", "L2"] }],
  ],
  [
    "all lines turned by one",
    "grid",
    samplesOf(AMPS, { L1: -0.45, L2: -0.55, L3: -0.5 }),
    [{ kind: "crossed", lines: ["L1", "L2", "L3"] }],
  ],
  ["hardly any current", "circuit", samplesOf(onEachLine(1), onEachLine(-0.95)), []],
  [
    "a total that is not that of the lines",
    "circuit",
    samplesOf(AMPS, GOOD, { totalPowerW: 2_000 }),
    [{ kind: "sum", linesW: 6_555, totalW: 2_000 }],
  ],
];

for (const [name, role, samples, hints] of CASES) {
  Deno.test(`${name}: ${hints.map(({ kind }) => kind).join(", ") || "nothing to say"}`, () => {
    const [found] = meterHints(role, samples, 1_000);
    const [expected] = hints;
    if (expected?.kind === "sum" && found?.kind === "sum") {
      assertEquals(Math.round(found.linesW), expected.linesW);
    } else assertEquals(meterHints(role, samples, 1_000), hints);
  });
}

Deno.test("a meter of powers only, and one that is slow, are said to be", () => {
  const samples = samplesOf(AMPS, GOOD).map(({ currentsAmps: _none, ...rest }) => rest);
  assertEquals(meterHints("grid", samples, 12_000), [
    { kind: "no-currents" },
    { kind: "slow", everyMs: 12_000 },
  ]);
  assertEquals(meterHints("consumer", samples, 1_000), []);
});

Deno.test("four samples say nothing", () => {
  assertEquals(meterHints("circuit", samplesOf(AMPS, onEachLine(-1)).slice(0, 4), 9_000), []);
});

Deno.test("a meter that is wired as it should be is never called wrong", () => {
  const amps = fc.double({ min: 0, max: 100, noNaN: true });
  const factor = fc.double({ min: 0.76, max: 1, noNaN: true });
  fc.assert(fc.property(amps, amps, amps, factor, (L1, L2, L3, each) => {
    assertEquals(meterHints("circuit", samplesOf({ L1, L2, L3 }, onEachLine(each)), 1_000), []);
  }));
});
