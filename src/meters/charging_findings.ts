import { type Line, LINES, type PerLine, perLine } from "../site/mod.ts";
import type { WiringFinding } from "./finding.ts";

/** A step of one charger's current while nothing else moved, and what a meter showed of it. */
export interface StepSeen {
  readonly chargerAmps: PerLine;
  readonly meterAmps: PerLine;
}

/** Once is chance: a kettle may be switched on at that moment. */
const TIMES_TO_TELL = 2;
/** How far a meter and a charger's own may be apart. */
const WITHIN_AMPS = 1.5;
const WITHIN_PART = 0.2;
/** Less of a step than that is nothing of it. */
const UNSEEN_PART = 0.04;
/** Within it a meter or a charger is inexact; beyond it the ratio is another. */
const SAME_RATIO = [0.8, 1.4] as const;
/** Two ratios of one meter are as near as that. */
const RATIO_ALIKE = 0.25;

/**
 * What looks wrong about a meter by what it shows of single chargers: the transformers turned round, on
 * other lines, of another ratio, or none there. The newest steps count, and have to agree.
 *
 * @param steps oldest first
 */
export function chargingFindings(steps: readonly StepSeen[]): readonly WiringFinding[] {
  const explained = steps.map(explain).filter((each) => each !== null);
  const newest = explained.slice(-TIMES_TO_TELL);
  const [first, ...others] = newest;
  if (first === undefined || newest.length < TIMES_TO_TELL || first === "as-told") return [];
  return others.every((each) => each !== "as-told" && isAlike(each, first)) ? [first] : [];
}

/** True where the newest steps have proved that the meter shows what chargers draw. */
export function showsAsTold(steps: readonly StepSeen[]): boolean {
  const newest = steps.map(explain).filter((each) => each !== null).slice(-TIMES_TO_TELL);
  return newest.length === TIMES_TO_TELL && newest.every((each) => each === "as-told");
}

function isAlike(left: WiringFinding, right: WiringFinding): boolean {
  if (left.kind === "charging-ratio" && right.kind === "charging-ratio") {
    return Math.abs(left.factor / right.factor - 1) <= RATIO_ALIKE;
  }
  return JSON.stringify(left) === JSON.stringify(right);
}

/** What one step shows; null where it shows nothing for certain. */
function explain({ chargerAmps, meterAmps }: StepSeen): WiringFinding | "as-told" | null {
  const peak = peakOf(chargerAmps);
  const within = Math.max(WITHIN_AMPS, WITHIN_PART * peak);
  const isNear = (expected: PerLine) =>
    LINES.every((line) => Math.abs(expected[line] - meterAmps[line]) <= within);
  const moved = LINES.filter((line) => Math.abs(chargerAmps[line]) > within);
  if (peak === 0 || moved.length === 0) return null;
  if (isNear(chargerAmps)) return "as-told";
  if (peakOf(meterAmps) < UNSEEN_PART * peak) return { kind: "charging-unseen", lines: moved };
  const turned = moved.filter((line) => Math.abs(meterAmps[line] + chargerAmps[line]) <= within);
  const flipped = perLine((line) => turned.includes(line) ? -chargerAmps[line] : chargerAmps[line]);
  if (isNear(flipped)) return { kind: "charging-reversed", lines: turned };
  for (const order of ORDERS) {
    const exchanged = perLine((line) => chargerAmps[order[line]]);
    if (!isNear(exchanged)) continue;
    const seen = LINES.filter((line) => moved.includes(order[line]));
    return { kind: "charging-exchanged", lines: moved, seen };
  }
  for (const order of ORDERS) {
    // A current beside the voltage of another line seems to flow back.
    const isSeen = LINES.every((line) =>
      Math.abs(Math.abs(chargerAmps[order[line]]) - Math.abs(meterAmps[line])) <= within
    );
    const seen = LINES.filter((line) =>
      moved.includes(order[line]) && meterAmps[line] * chargerAmps[order[line]] < 0
    );
    if (isSeen && seen.length > 0) return { kind: "charging-reversed", lines: moved, seen };
  }
  return ratioOf(chargerAmps, meterAmps);
}

/** From which line of a charger's each line of the meter has what it shows, were they exchanged. */
const ORDERS: readonly PerLine<Line>[] = [
  { L1: "L2", L2: "L1", L3: "L3" },
  { L1: "L3", L2: "L2", L3: "L1" },
  { L1: "L1", L2: "L3", L3: "L2" },
  { L1: "L3", L2: "L1", L3: "L2" },
  { L1: "L2", L2: "L3", L3: "L1" },
];

/** All lines by one factor; null where they are not. */
function ratioOf(chargerAmps: PerLine, meterAmps: PerLine): WiringFinding | null {
  const sum = (valueOf: (line: Line) => number) =>
    LINES.reduce((total, line) => total + valueOf(line), 0);
  const factor = sum((line) => chargerAmps[line] * meterAmps[line]) /
    sum((line) => chargerAmps[line] ** 2);
  const within = WITHIN_PART * Math.abs(factor) * peakOf(chargerAmps);
  const isOne = LINES.every((line) =>
    Math.abs(meterAmps[line] - factor * chargerAmps[line]) <= within
  );
  const [low, high] = SAME_RATIO;
  if (!isOne || factor <= 0 || (factor >= low && factor <= high)) return null;
  return { kind: "charging-ratio", factor };
}

function peakOf(amps: PerLine): number {
  return Math.max(...LINES.map((line) => Math.abs(amps[line])));
}
