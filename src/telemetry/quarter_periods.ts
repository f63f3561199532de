import type { EnergyDirection, PerLine } from "../site/mod.ts";
import {
  joinedAmps,
  QUARTER_MS,
  type QuarterEnergy,
  quarterOf,
  type QuarterPower,
  type QuarterValue,
  rounded,
} from "./quarter_value.ts";

/** How long the periods are that history is shown by. */
export const PERIOD_STEPS = ["quarter", "hour", "day", "month"] as const;

/** One of `PERIOD_STEPS`. */
export type PeriodStep = typeof PERIOD_STEPS[number];

/**
 * How well a period is known. `none`: nothing was read in it. `part`: the gateway or the meter was away
 * for a while. `running`: it is not over. `overlapping`: the clock was set back, and more was measured
 * under these times than they last.
 */
export type PeriodQuality = "whole" | "part" | "none" | "running" | "overlapping";

/** What a meter measured in a period. */
export interface PeriodValue {
  readonly fromMs: number;
  readonly toMs: number;
  readonly coveredMs: number;
  readonly quality: PeriodQuality;
  readonly energy: Readonly<Record<EnergyDirection, QuarterEnergy | null>>;
  readonly power: QuarterPower | null;
  readonly maxAmps: PerLine | null;
}

/** At the edges of a period readings miss a little. */
const WHOLE = 0.99;

/**
 * What was measured, period by period, those in which nothing was read too. Days and months begin by
 * the clocks of `timezone`, and are as long as they are there: 23 or 25 hours where clocks change.
 *
 * @param quarters oldest first, from the beginning of the first period to the end of the last one
 */
export function periodsOf(
  quarters: readonly QuarterValue[],
  bounds: readonly number[],
  nowMs: number,
): readonly PeriodValue[] {
  let at = 0;
  return bounds.slice(0, -1).map((fromMs, index) => {
    const toMs = bounds[index + 1] ?? fromMs;
    const own: QuarterValue[] = [];
    for (; at < quarters.length; at++) {
      const quarter = quarters[at];
      if (quarter === undefined || quarter.quarterMs >= toMs) break;
      if (quarter.quarterMs >= fromMs) own.push(quarter);
    }
    return sumOf(own, fromMs, toMs, nowMs);
  });
}

/** Where the periods begin that lie in a stretch of time, and where the last one ends. */
export function periodBounds(
  step: PeriodStep,
  timezone: string,
  fromMs: number,
  toMs: number,
): readonly number[] {
  if (step === "quarter") return evenBounds(quarterOf(fromMs), toMs, QUARTER_MS);
  const first = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timezone);
  if (step === "hour") {
    // Where clocks change the hours go on: they are counted, not read off.
    const start = first.round({ smallestUnit: "hour", roundingMode: "floor" });
    return evenBounds(start.epochMilliseconds, toMs, 4 * QUARTER_MS);
  }
  const unit = step === "day" ? { days: 1 } : { months: 1 };
  let start = step === "day" ? first.startOfDay() : first.with({ day: 1 }).startOfDay();
  const bounds = [start.epochMilliseconds];
  while (start.epochMilliseconds < toMs) {
    start = start.add(unit).startOfDay();
    bounds.push(start.epochMilliseconds);
  }
  return bounds;
}

function evenBounds(startMs: number, toMs: number, lengthMs: number): readonly number[] {
  const count = Math.max(0, Math.ceil((toMs - startMs) / lengthMs));
  return Array.from({ length: count + 1 }, (_, index) => startMs + index * lengthMs);
}

function sumOf(
  quarters: readonly QuarterValue[],
  fromMs: number,
  toMs: number,
  nowMs: number,
): PeriodValue {
  const coveredMs = quarters.reduce((sum, each) => sum + each.coveredMs, 0);
  return {
    fromMs,
    toMs,
    coveredMs,
    quality: qualityOf(quarters, { fromMs, toMs, coveredMs, nowMs }),
    energy: {
      import: energySum(quarters, "import"),
      export: energySum(quarters, "export"),
    },
    power: powerOf(quarters),
    maxAmps: quarters.reduce((most: PerLine | null, each) => joinedAmps(most, each.maxAmps), null),
  };
}

function qualityOf(
  quarters: readonly QuarterValue[],
  { fromMs, toMs, coveredMs, nowMs }: Pick<PeriodValue, "fromMs" | "toMs" | "coveredMs"> & {
    readonly nowMs: number;
  },
): PeriodQuality {
  if (quarters.length === 0) return "none";
  if (quarters.some((each) => each.coveredMs > QUARTER_MS / WHOLE)) return "overlapping";
  if (toMs > nowMs) return "running";
  return coveredMs >= WHOLE * (toMs - fromMs) ? "whole" : "part";
}

function energySum(
  quarters: readonly QuarterValue[],
  direction: EnergyDirection,
): QuarterEnergy | null {
  const known = quarters.flatMap(({ energy }) => energy[direction] ?? []);
  if (known.length === 0) return null;
  return {
    wh: rounded(known.reduce((sum, { wh }) => sum + wh, 0), 1_000),
    by: known.every(({ by }) => by === "counter") ? "counter" : "power",
    unreadWh: rounded(known.reduce((sum, { unreadWh }) => sum + unreadWh, 0), 1_000),
  };
}

/** The mean of the time that was read, not of the readings: a quarter counts for what was read of it. */
function powerOf(quarters: readonly QuarterValue[]): QuarterPower | null {
  let [minW, maxW, sum, weight] = [Infinity, -Infinity, 0, 0];
  for (const { power, coveredMs } of quarters) {
    if (power === null) continue;
    minW = Math.min(minW, power.minW);
    maxW = Math.max(maxW, power.maxW);
    sum += power.meanW * Math.max(1, coveredMs);
    weight += Math.max(1, coveredMs);
  }
  return weight === 0 ? null : { minW, meanW: Math.round(sum / weight), maxW };
}
