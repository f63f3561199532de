import { assertEquals } from "@std/assert";
import type { MeterSample } from "../site/mod.ts";
import { type Amps, currentsOf } from "./_bench.ts";
import {
  type CircuitMemory,
  type Measures,
  meterCondition,
  meterTrace,
  recentPeaks,
  sampleMeasures,
  UNKNOWN_CIRCUIT,
  withJudgement,
  withSample,
} from "./_meter_memory.ts";
import { USUAL_TIMING } from "./_site_drawing.ts";

/** Currents as a meter's measures, with a watt and two volt-amperes an ampere. */
function measuresOf(amps: Amps): Measures {
  const { L1, L2, L3 } = currentsOf(amps);
  const sum = L1 + L2 + L3;
  return [L1, L2, L3, sum, 2 * sum];
}

/** Samples each second from 0 s on, or as noted: [second, amperes]. */
function course(samples: readonly (Amps | { readonly at: number; readonly amps: Amps })[]) {
  return samples.reduce<CircuitMemory>((memory, sample, index) => {
    const { at, amps } = typeof sample === "object" && "amps" in sample
      ? sample
      : { at: index, amps: sample };
    return withSample(memory, measuresOf(amps), at * 1000);
  }, UNKNOWN_CIRCUIT);
}

function sample(values: Partial<MeterSample>): MeterSample {
  return { meterId: "main", atMonoMs: 0, atWallMs: 0, ...values };
}

Deno.test("sampleMeasures() takes what a meter says, else reckons it, else nothing", () => {
  const powersW = { L1: 2_200, L2: -460, L3: 0 };
  const currentsAmps = currentsOf([10, -2, 3]);
  const of = (values: Partial<MeterSample>) => sampleMeasures(sample(values), 230);
  assertEquals(of({ currentsAmps, powersW }), [10, -2, 3, 1_740, 3_450]);
  assertEquals(of({ currentsAmps, powersW, totalPowerW: 1_700 }), [10, -2, 3, 1_700, 3_450]);
  assertEquals(of({ currentsAmps }), [10, -2, 3, 2_530, 3_450]);
  const voltagesV = { L1: 240, L2: 230, L3: NaN };
  assertEquals(of({ currentsAmps, voltagesV }), [10, -2, 3, 2_630, 3_550]);
  assertEquals(of({ powersW: { L1: 2_300, L2: -460, L3: 0 } }), [10, -2, 0, 1_840, 2_760]);
  assertEquals(of({ totalPowerW: 9_000 }), null);
  assertEquals(of({ currentsAmps: currentsOf([1, NaN, 3]) }), null);
});

Deno.test("withSample() keeps the order of time and a bounded number", () => {
  const memory = course([1, { at: 5, amps: 2 }, { at: 5, amps: 3 }, { at: 4, amps: 4 }]);
  assertEquals(memory.samples.map((each) => each.atMs), [0, 5_000]);
  const long = course(Array.from({ length: 1_000 }, () => 1));
  assertEquals(long.samples.length, 300);
  assertEquals(long.samples.at(-1)?.atMs, 999_000);
});

const AGES = [
  [0, "good"],
  [3_000, "good"],
  [3_001, "held"],
  [9_999, "held"],
  [10_000, "substituted"],
  [59_999, "substituted"],
  [60_000, "lost"],
] as const;

for (const [ageMs, condition] of AGES) {
  Deno.test(`meterCondition() is ${condition} ${ageMs} ms after the newest sample`, () => {
    const memory = course([{ at: 100, amps: 1 }]);
    const nowMs = 100_000 + ageMs;
    assertEquals(meterCondition("main", memory, 0, nowMs, USUAL_TIMING), condition);
  });
}

Deno.test("meterCondition() before the first sample is substituted, then lost", () => {
  const at = (nowMs: number) => meterCondition("main", UNKNOWN_CIRCUIT, 5_000, nowMs, USUAL_TIMING);
  assertEquals(at(5_000), "substituted");
  assertEquals(at(64_999), "substituted");
  assertEquals(at(65_000), "lost");
});

Deno.test("meterCondition() of no meter is none", () => {
  assertEquals(meterCondition(null, UNKNOWN_CIRCUIT, 0, 99_000, USUAL_TIMING), "none");
});

interface TraceCase {
  readonly name: string;
  readonly samples: Parameters<typeof course>[0];
  readonly sinceMs: number;
  readonly fall: Amps;
  readonly rise: Amps;
}

const TRACES: readonly TraceCase[] = [
  { name: "nothing of a steady line", samples: [9, 9, 9], sinceMs: 1_000, fall: 0, rise: 0 },
  { name: "a fall", samples: [30, 30, 20, 14, 14], sinceMs: 1_000, fall: 16, rise: 0 },
  {
    name: "the part of a fall after the moment",
    samples: [30, 24, 14, 14],
    sinceMs: 1_000,
    fall: 10,
    rise: 0,
  },
  {
    name: "a fall between the moment and the next sample",
    samples: [30, 14, 14],
    sinceMs: 400,
    fall: 16,
    rise: 0,
  },
  {
    name: "a rise between the moment and the next sample",
    samples: [14, 30, 30],
    sinceMs: 400,
    fall: 0,
    rise: 16,
  },
  {
    name: "a fall that something else made up for later",
    samples: [30, 10, 35],
    sinceMs: 0,
    fall: 20,
    rise: 25,
  },
  {
    name: "a fall behind a rise of something else",
    samples: [30, 64, 50],
    sinceMs: 0,
    fall: 14,
    rise: 34,
  },
  {
    name: "each line by itself",
    samples: [[10, 20, 30], [10, 25, 22]],
    sinceMs: 0,
    fall: [0, 0, 8],
    rise: [0, 5, 0],
  },
];

for (const { name, samples, sinceMs, fall, rise } of TRACES) {
  Deno.test(`meterTrace() sees ${name}`, () => {
    const change = meterTrace(course(samples), 3_000).since(sinceMs);
    const onLines = (measures?: Measures) => measures?.slice(0, 3);
    assertEquals(onLines(change?.fall), onLines(measuresOf(fall)));
    assertEquals(onLines(change?.rise), onLines(measuresOf(rise)));
  });
}

Deno.test("meterTrace() knows nothing of a time without samples around it", () => {
  const memory = course([{ at: 10, amps: 5 }, { at: 11, amps: 5 }, { at: 20, amps: 5 }]);
  const trace = meterTrace(memory, 3_000);
  assertEquals(trace.since(9_000), null);
  assertEquals(trace.since(10_500)?.fall, measuresOf(0));
  assertEquals(trace.since(15_000), null);
  assertEquals(trace.since(20_000)?.fall, measuresOf(0));
  assertEquals(trace.since(20_001), null);
});

Deno.test("meterTrace() sees watts by themselves, and what it prepared for a moment on only that", () => {
  const memory = course([[30, 0, 0], [10, 20, 0], [10, 15, 0]]);
  assertEquals(meterTrace(memory, 3_000).since(0)?.fall, [20, 5, 0, 5, 10]);
  const later = meterTrace(memory, 3_000, 1_500);
  assertEquals(later.since(1_500)?.fall, [0, 5, 0, 5, 10]);
  assertEquals(later.since(2_000)?.fall, measuresOf(0));
});

Deno.test("recentPeaks() are the highest judgements of the last half minute", () => {
  let memory = UNKNOWN_CIRCUIT;
  for (const [at, amps] of [[0, 50], [10, 20], [40, 30], [41, 10]] as const) {
    memory = withSample(memory, measuresOf(amps), at * 1000);
    memory = withJudgement(memory, measuresOf(amps), measuresOf(amps + 1));
  }
  assertEquals(recentPeaks(memory).known, measuresOf(30));
  assertEquals(recentPeaks(memory).likely, measuresOf(31));
});

Deno.test("withJudgement() keeps the first judgement of a sample", () => {
  const judged = withJudgement(course([9]), measuresOf(7), measuresOf(8));
  const again = withJudgement(judged, measuresOf(1), measuresOf(1));
  assertEquals(recentPeaks(again).likely, measuresOf(8));
  assertEquals(withJudgement(UNKNOWN_CIRCUIT, measuresOf(1), measuresOf(1)), UNKNOWN_CIRCUIT);
});
