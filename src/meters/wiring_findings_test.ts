import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Line, MeterRole, MeterSample } from "../site/mod.ts";
import { LINES, onEachLine, perLine } from "../site/mod.ts";
import { momentFindings, wiringFindings } from "./wiring_findings.ts";

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

/** What is found on a site without generation, unless told otherwise. */
function findingsOf(
  role: MeterRole,
  samples: readonly MeterSample[],
  everyMs = 1_000,
  hasGeneration = false,
) {
  return wiringFindings({ role, samples, everyMs, steps: [], hasGeneration });
}

const AMPS = { L1: 10, L2: 8, L3: 12 };
const GOOD = onEachLine(0.95);

const CASES: readonly [
  name: string,
  role: MeterRole,
  samples: readonly MeterSample[],
  findings: ReturnType<typeof wiringFindings>,
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
  [
    "a house that feeds in on all lines, and nothing generates",
    "grid",
    samplesOf(AMPS, onEachLine(-0.98)),
    [{ kind: "all-feeding" }],
  ],
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
  [
    "transformers exchanged and turned round",
    "circuit",
    samplesOf(AMPS, { L1: 0.5, L2: 0.5, L3: 0.97 }),
    [{ kind: "crossed", lines: ["L1", "L2"] }],
  ],
  [
    "motors on two lines that run with little load",
    "circuit",
    samplesOf(AMPS, { L1: 0.65, L2: 0.62, L3: 0.97 }),
    [],
  ],
  ["hardly any current", "circuit", samplesOf(onEachLine(1), onEachLine(-0.95)), []],
  [
    "a total that is not that of the lines",
    "circuit",
    samplesOf(AMPS, GOOD, { totalPowerW: 2_000 }),
    [{ kind: "sum", linesW: 6_555, totalW: 2_000 }],
  ],
];

for (const [name, role, samples, findings] of CASES) {
  Deno.test(`${name}: ${findings.map(({ kind }) => kind).join(", ") || "nothing to say"}`, () => {
    assertEquals(findingsOf(role, samples).map(rounded), findings);
  });
}

function rounded(finding: ReturnType<typeof wiringFindings>[number]) {
  return finding.kind === "sum" ? { ...finding, linesW: Math.round(finding.linesW) } : finding;
}

Deno.test("a grid meter that feeds in on all lines is well where something generates", () => {
  const samples = samplesOf(AMPS, onEachLine(-0.98));
  assertEquals(findingsOf("grid", samples, 1_000, true), []);
});

Deno.test("a meter of powers only, and one that is slow, are said to be", () => {
  const samples = samplesOf(AMPS, GOOD).map(({ currentsAmps: _none, ...rest }) => rest);
  assertEquals(findingsOf("grid", samples, 12_000), [
    { kind: "no-currents" },
    { kind: "slow", everyMs: 12_000 },
  ]);
  assertEquals(findingsOf("consumer", samples), []);
});

Deno.test("four samples say nothing where more will come, and one is enough for who tries", () => {
  const samples = samplesOf(AMPS, onEachLine(-1));
  assertEquals(findingsOf("circuit", samples.slice(0, 4), 9_000), []);
  const [first] = samples;
  assertEquals(first && momentFindings("circuit", first, false), [
    { kind: "backwards", lines: ["L1", "L2", "L3"] },
  ]);
});

Deno.test("who tries a meter hears of a line without voltage, and nothing of its power", () => {
  const [sample] = samplesOf(AMPS, { ...GOOD, L2: 0 }, { voltagesV: { L1: 230, L2: 3, L3: 230 } });
  assertEquals(sample && momentFindings("grid", sample, false), [
    { kind: "dead-line", lines: ["L2"] },
  ]);
});

Deno.test("what a charging car has shown is not guessed again", () => {
  const step = { chargerAmps: { L1: 16, L2: 0, L3: 0 }, meterAmps: { L1: -16, L2: 0, L3: 0 } };
  const samples = samplesOf(AMPS, { ...GOOD, L1: -0.95 });
  const observed = { role: "circuit", everyMs: 1_000, hasGeneration: false } as const;
  for (const seen of [samples, []]) {
    assertEquals(wiringFindings({ ...observed, samples: seen, steps: [step, step] }), [
      { kind: "charging-reversed", lines: ["L1"] },
    ]);
  }
});

Deno.test("a meter that is wired as it should be is never called wrong", () => {
  const amps = fc.double({ min: 0, max: 100, noNaN: true });
  const factor = fc.double({ min: 0.76, max: 1, noNaN: true });
  fc.assert(fc.property(amps, amps, amps, factor, (L1, L2, L3, each) => {
    assertEquals(findingsOf("circuit", samplesOf({ L1, L2, L3 }, onEachLine(each))), []);
  }));
});
