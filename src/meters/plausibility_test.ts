import { assertEquals } from "@std/assert";
import { type Line, type MeterSample, onEachLine, type PerLine } from "../site/mod.ts";
import {
  judgeReading,
  NOTHING_READ,
  type PlausibilityLimits,
  type PlausibilityState,
  type Verdict,
} from "./plausibility.ts";
import type { MeterReading } from "./sample.ts";

const LIMITS: PlausibilityLimits = { mainFuseAmps: 63, frozenAfterReadings: 3 };

interface Given extends Partial<MeterSample> {
  readonly volts?: PerLine | null;
}

function reading({ volts = onEachLine(230.1), ...sample }: Given): MeterReading {
  const voltagesV = new Map<Line, number>();
  if (volts !== null) {
    voltagesV.set("L1", volts.L1).set("L2", volts.L2).set("L3", volts.L3);
  }
  const currentsAmps = onEachLine(5);
  const stamp = { meterId: "main", atMonoMs: 0, atWallMs: 0 };
  return { sample: { ...stamp, currentsAmps, ...sample }, voltagesV };
}

function verdictOn(given: Given, limits: PlausibilityLimits = LIMITS): Verdict {
  return judgeReading(NOTHING_READ, reading(given), limits).verdict;
}

/** Judges one reading after the other and gives every verdict. */
function verdictsOn(readings: readonly Given[], limits: PlausibilityLimits = LIMITS): Verdict[] {
  let state: PlausibilityState = NOTHING_READ;
  return readings.map((given) => {
    const judgement = judgeReading(state, reading(given), limits);
    state = judgement.state;
    return judgement.verdict;
  });
}

const FINE: Verdict = { kind: "plausible", remarks: [] };

const PLAUSIBLE: readonly [string, Given][] = [
  ["an ordinary reading", { frequencyHz: 50, totalPowerW: 3_450, importWh: 1 }],
  ["the least voltage", { volts: { L1: 80, L2: 230, L3: 230 } }],
  ["the greatest voltage", { volts: { L1: 230, L2: 300, L3: 230 } }],
  ["no voltage at all", { volts: null }],
  ["three times the main fuse", { currentsAmps: { L1: 189, L2: -189, L3: 0 } }],
  ["export", { currentsAmps: onEachLine(-20), totalPowerW: -13_800 }],
];

for (const [name, given] of PLAUSIBLE) {
  Deno.test(`judgeReading() believes ${name}`, () => {
    assertEquals(verdictOn(given), FINE);
  });
}

const REFUSED: readonly [string, Given, string][] = [
  ["a dead line", { volts: { L1: 230, L2: 0, L3: 230 } }, "voltage L2 of 0 is outside 80 to 300"],
  [
    "a high voltage",
    { volts: { L1: 230, L2: 230, L3: 400.5 } },
    "voltage L3 of 400.5 is outside 80 to 300",
  ],
  [
    "words in the wrong order",
    { volts: onEachLine(1.2345e-41) },
    "voltage L1 of 1.235e-41 is outside 80 to 300",
  ],
  [
    "a voltage that is no number",
    { volts: onEachLine(NaN) },
    "voltage L1 of NaN is outside 80 to 300",
  ],
  ["an odd frequency", { frequencyHz: 500 }, "frequency of 500 is outside 40 to 70"],
  [
    "a huge current",
    { currentsAmps: { L1: 1, L2: 189.1, L3: 0 } },
    "current L2 of 189.1 A is more than 3 times the main fuse of 63 A",
  ],
  [
    "a huge current fed in",
    { currentsAmps: { L1: 1, L2: 0, L3: -200 } },
    "current L3 of -200 A is more than 3 times the main fuse of 63 A",
  ],
  [
    "a current that is no number",
    { currentsAmps: { L1: 1, L2: NaN, L3: 1 } },
    "currentsAmps of L2 is NaN",
  ],
  ["an infinite power", { powersW: { L1: 1, L2: 1, L3: Infinity } }, "powersW of L3 is Infinity"],
  ["a total that is no number", { totalPowerW: NaN }, "totalPowerW is NaN"],
  ["a counter that is no number", { exportWh: -Infinity }, "exportWh is -Infinity"],
];

for (const [name, given, reason] of REFUSED) {
  Deno.test(`judgeReading() refuses ${name}`, () => {
    assertEquals(verdictOn(given), { kind: "refused", reason });
  });
}

Deno.test("judgeReading() checks no currents against a fuse that it does not know", () => {
  const limits = { frozenAfterReadings: 3 };
  assertEquals(verdictOn({ currentsAmps: onEachLine(5_000) }, limits), FINE);
});

Deno.test("judgeReading() remarks on counters that go back, and uses the reading", () => {
  const verdicts = verdictsOn([
    { importWh: 500, exportWh: 10 },
    { importWh: 500, exportWh: 11 },
    { importWh: 2, exportWh: 3 },
    { importWh: 3, exportWh: 3 },
  ]);
  const remarks = [
    "the import counter went back from 500 Wh to 2 Wh",
    "the export counter went back from 11 Wh to 3 Wh",
  ];
  assertEquals(verdicts, [FINE, FINE, { kind: "plausible", remarks }, FINE]);
});

Deno.test("judgeReading() compares counters with the last reading that was used", () => {
  const verdicts = verdictsOn([
    { importWh: 500 },
    { importWh: 9_999, frequencyHz: 0 },
    { importWh: 501 },
  ]);
  assertEquals(verdicts.at(-1), FINE);
});

Deno.test("judgeReading() calls a meter frozen that repeats itself to a tenth of a volt", () => {
  const same = { frequencyHz: 50, importWh: 9 };
  const verdicts = verdictsOn([same, same, same, same, { ...same, frequencyHz: 50.01 }, same]);
  const frozen: Verdict = {
    kind: "refused",
    reason: "the meter is frozen: 3 equal readings in a row",
  };
  assertEquals(verdicts, [FINE, FINE, frozen, frozen, FINE, FINE]);
});

const MOVING: readonly [string, Given, Given][] = [
  ["a current", {}, { currentsAmps: { L1: 5, L2: 5, L3: 5.1 } }],
  ["a power", { powersW: onEachLine(1) }, { powersW: { L1: 1, L2: 2, L3: 1 } }],
  ["a voltage", {}, { volts: { L1: 230.1, L2: 230.2, L3: 230.1 } }],
  ["the total", { totalPowerW: 1 }, { totalPowerW: 2 }],
  ["the import counter", { importWh: 1 }, { importWh: 2 }],
  ["the export counter", { exportWh: 1 }, { exportWh: 2 }],
];

for (const [name, one, other] of MOVING) {
  Deno.test(`judgeReading() calls no meter frozen while ${name} moves`, () => {
    const verdicts = verdictsOn([one, one, other, other]);
    assertEquals(verdicts.map(({ kind }) => kind), Array(4).fill("plausible"));
  });
}

const QUIET: readonly [string, Given, PlausibilityLimits][] = [
  ["its voltages are whole volts", { volts: onEachLine(230) }, LIMITS],
  ["it has no voltages", { volts: null, totalPowerW: 0 }, LIMITS],
  ["the check is off", {}, { frozenAfterReadings: 0 }],
];

for (const [name, given, limits] of QUIET) {
  Deno.test(`judgeReading() calls no meter frozen when ${name}`, () => {
    assertEquals(verdictsOn(Array(9).fill(given), limits), Array(9).fill(FINE));
  });
}
