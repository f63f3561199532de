import { assertEquals } from "@std/assert";
import type { Amps } from "./_bench.ts";
import { course, measuresOf } from "./_drawn_course.ts";
import {
  type CircuitMemory,
  type Measures,
  UNKNOWN_CIRCUIT,
  withJudgement,
  withSample,
} from "./_meter_memory.ts";
import {
  createTrace,
  fallSince,
  followCourse,
  type MeterTrace,
  recentPeaks,
  riseSince,
  sampleFor,
} from "./_meter_trace.ts";

const GAP_MS = 3_000;

function traceOf(memory: CircuitMemory, sinceMs?: number): MeterTrace {
  const trace = createTrace();
  followCourse(trace, memory, sinceMs);
  return trace;
}

/** How each measure changed since a moment; null where the meter was silent around it. */
function changesOf(trace: MeterTrace, atMs: number) {
  const from = sampleFor(trace, atMs, GAP_MS);
  if (from < 0) return null;
  const each = (since: typeof fallSince): Measures =>
    [0, 1, 2, 3, 4].map((measure) => since(trace, from, measure));
  return { fall: each(fallSince), rise: each(riseSince) };
}

interface TraceCase {
  readonly name: string;
  readonly samples: readonly Amps[];
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
  Deno.test(`a meter's trace shows ${name}`, () => {
    const change = changesOf(traceOf(course(samples)), sinceMs);
    const onLines = (measures?: Measures) => measures?.slice(0, 3);
    assertEquals(onLines(change?.fall), onLines(measuresOf(fall)));
    assertEquals(onLines(change?.rise), onLines(measuresOf(rise)));
  });
}

Deno.test("a meter's trace knows nothing of a time without samples around it", () => {
  const trace = traceOf(course([{ at: 10, amps: 5 }, { at: 11, amps: 5 }, { at: 20, amps: 5 }]));
  assertEquals(changesOf(trace, 9_000), null);
  assertEquals(changesOf(trace, 10_500)?.fall, measuresOf(0));
  assertEquals(changesOf(trace, 15_000), null);
  assertEquals(changesOf(trace, 20_000)?.fall, measuresOf(0));
  assertEquals(changesOf(trace, 20_001), null);
  assertEquals(changesOf(createTrace(), 0), null);
});

Deno.test("a meter's trace shows watts by themselves, and what it prepared for a moment on only that", () => {
  const memory = course([[30, 0, 0], [10, 20, 0], [10, 15, 0]]);
  assertEquals(changesOf(traceOf(memory), 0)?.fall, [20, 5, 0, 5, 10]);
  const later = traceOf(memory, 1_500);
  assertEquals(changesOf(later, 1_500)?.fall, [0, 5, 0, 5, 10]);
  assertEquals(changesOf(later, 2_000)?.fall, measuresOf(0));
});

Deno.test("a meter's trace that follows one course after the other shows each as if it were the first", () => {
  const trace = createTrace();
  const long = course([30, 10, 35, 20]);
  const other = course([5, 50, 5]);
  const judged = withJudgement(other, { known: measuresOf(1), likely: measuresOf(1) });
  const later = withSample(judged, measuresOf(7), 3_000);
  for (
    const [memory, sinceMs] of [[long, 2_500], [long, 0], [other, 0], [judged, 0], [
      later,
      0,
    ]] as const
  ) {
    followCourse(trace, memory, sinceMs);
    for (const atMs of [sinceMs, 2_500]) {
      assertEquals(changesOf(trace, atMs), changesOf(traceOf(memory), atMs));
    }
  }
});

Deno.test("recentPeaks() are the highest judgements of the last half minute", () => {
  let memory = UNKNOWN_CIRCUIT;
  for (const [at, amps] of [[0, 50], [10, 20], [40, 30], [41, 10]] as const) {
    memory = withSample(memory, measuresOf(amps), at * 1000);
    memory = withJudgement(memory, { known: measuresOf(amps), likely: measuresOf(amps + 1) });
  }
  assertEquals(recentPeaks(createTrace(), memory).known, measuresOf(30));
  assertEquals(recentPeaks(createTrace(), memory).likely, measuresOf(31));
});

Deno.test("recentPeaks() go back to before the oldest reading that counts, where that is older", () => {
  const judged = (at: number, known: number) =>
    withJudgement(course([{ at, amps: 40 }]), {
      known: measuresOf(known),
      likely: measuresOf(known),
    })
      .samples;
  const memory = {
    ...UNKNOWN_CIRCUIT,
    samples: [...judged(0, 9), ...judged(20, 5), ...judged(100, 2)],
  };
  const peak = (readAtS: number) =>
    recentPeaks(createTrace(), memory, () => readAtS * 1_000).likely[0];
  assertEquals([peak(90), peak(31), peak(30), peak(11), peak(10)], [2, 2, 5, 5, 9]);
});

Deno.test("recentPeaks() of a sample that was judged in the meantime are reckoned anew", () => {
  const trace = createTrace();
  const memory = course([9]);
  assertEquals(recentPeaks(trace, memory).known, measuresOf(0));
  const judged = withJudgement(memory, { known: measuresOf(4), likely: measuresOf(5) });
  assertEquals(recentPeaks(trace, judged), { known: measuresOf(4), likely: measuresOf(5) });
});
