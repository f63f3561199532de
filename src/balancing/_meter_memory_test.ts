import { assertEquals } from "@std/assert";
import type { MeterSample } from "../site/mod.ts";
import { currentsOf } from "./_bench.ts";
import { course, measuresOf } from "./_drawn_course.ts";
import { meterCondition, sampleMeasures, UNKNOWN_CIRCUIT, withJudgement } from "./_meter_memory.ts";
import { USUAL_TIMING } from "./_site_drawing.ts";

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

Deno.test("withJudgement() keeps the first judgement of a sample", () => {
  const judged = withJudgement(course([9]), { known: measuresOf(7), likely: measuresOf(8) });
  const again = withJudgement(judged, { known: measuresOf(1), likely: measuresOf(1) });
  assertEquals(again.samples.at(-1)?.likely, measuresOf(8));
  assertEquals(
    withJudgement(UNKNOWN_CIRCUIT, { known: measuresOf(1), likely: measuresOf(1) }),
    UNKNOWN_CIRCUIT,
  );
});
