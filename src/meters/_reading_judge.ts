import type { Clock } from "../lib/clock.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import type { MeasuredMeter } from "./measured_meter.ts";
import {
  DEFAULT_FROZEN_AFTER_READINGS,
  judgeReading,
  NOTHING_READ,
  type PlausibilityLimits,
} from "./plausibility.ts";
import type { Values } from "./quantity.ts";
import { composeReading, type SampleRules } from "./sample.ts";
import { STRAIGHT_WIRING } from "./wiring.ts";

/** Takes a meter's values and the monotonic time they are of. */
export type ReadingJudge = (values: Values, atMonoMs: number) => void;

/** Judges a meter's readings one after the other and reports them, as samples or as refused. */
export function createReadingJudge(
  meter: MeasuredMeter,
  clock: Clock,
  reporter: MeterReporter,
): ReadingJudge {
  const rules: SampleRules = {
    wiring: meter.wiring ?? STRAIGHT_WIRING,
    currentSign: meter.currentSign ?? "from-power",
  };
  const limits: PlausibilityLimits = {
    mainFuseAmps: meter.mainFuseAmps,
    frozenAfterReadings: meter.frozenAfterReadings ?? DEFAULT_FROZEN_AFTER_READINGS,
  };
  let state = NOTHING_READ;
  return (values, atMonoMs) => {
    const atWallMs = Math.round(clock.wallMs() - (clock.monoMs() - atMonoMs));
    const reading = composeReading(values, rules, { meterId: meter.id, atMonoMs, atWallMs });
    const judgement = judgeReading(state, reading, limits);
    state = judgement.state;
    const { verdict } = judgement;
    if (verdict.kind === "plausible") reporter.sample(reading.sample, verdict.remarks);
    else reporter.refused(verdict.reason);
  };
}
