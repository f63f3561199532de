import { type Line, LINES, type MeterRole, type MeterSample } from "../site/mod.ts";
import { chargingFindings, type StepSeen } from "./charging_findings.ts";
import type { MeterFinding, WiringFinding } from "./finding.ts";

/** So many samples are looked at. */
const SAMPLES_MOST = 60;
/** Fewer say nothing, where there will be more. */
const SAMPLES_LEAST = 5;
/** Below, the share of reactive and harmonic current is too large to say anything. */
const LEAST_AMPS = 2;
/** A line that is not connected shows a little. */
const LEAST_VOLTS = 20;
/** Power over apparent power of a line whose current and voltage belong together. */
const BELONGING = 0.75;
/** A third of a turn between voltage and current comes to −0.5 … */
const CROSSED = [0.28, 0.72] as const;
/** … and to +0.5 with the transformer turned round as well; so near to it few loads come. */
const CROSSED_BACK = [0.42, 0.58] as const;
const SLOW_MS = 3_000;

/** What is looked at. */
export interface ObservedMeter {
  readonly role: MeterRole;
  /** Its newest samples, oldest first. */
  readonly samples: readonly MeterSample[];
  /** How often readings come; null while that is not known. */
  readonly everyMs: number | null;
  /** What it showed of single chargers, oldest first. */
  readonly steps: readonly StepSeen[];
  /** Something on the site generates, or gives back what it stored. */
  readonly hasGeneration: boolean;
}

/** What looks wrong in the newest samples of a meter. */
export function wiringFindings(observed: ObservedMeter): readonly WiringFinding[] {
  const { role, samples, everyMs, steps, hasGeneration } = observed;
  const charging = chargingFindings(steps);
  const seen = samples.slice(-SAMPLES_MOST);
  if (seen.length < SAMPLES_LEAST) return charging;
  const slow: WiringFinding[] = everyMs !== null && everyMs > SLOW_MS
    ? [{ kind: "slow", everyMs }]
    : [];
  return [
    ...charging,
    // What a car has proved need not be guessed as well.
    ...(charging.length > 0 ? [] : directionFindings(role, seen, hasGeneration)),
    ...sumFindings(seen),
    ...currentFindings(role, seen),
    ...slow,
  ];
}

/** The same of a meter that was read once: a moment may deceive, but somebody stands beside it. */
export function momentFindings(
  role: MeterRole,
  sample: MeterSample,
  hasGeneration: boolean,
): readonly MeterFinding[] {
  const repeated = Array.from({ length: SAMPLES_LEAST }, () => sample);
  const found = wiringFindings({
    role,
    samples: repeated,
    everyMs: null,
    steps: [],
    hasGeneration,
  });
  return [...deadLines(sample), ...found];
}

/** Lines without voltage. A reading with one is refused: it is seen where a meter is tried only. */
function deadLines({ voltagesV }: MeterSample): readonly MeterFinding[] {
  if (voltagesV === undefined) return [];
  const lines = LINES.filter((line) => Math.abs(voltagesV[line]) < LEAST_VOLTS);
  return lines.length === 0 ? [] : [{ kind: "dead-line", lines }];
}

function directionFindings(
  role: MeterRole,
  samples: readonly MeterSample[],
  hasGeneration: boolean,
): readonly WiringFinding[] {
  const ratios = LINES.flatMap((line) => {
    const ratio = powerFactor(samples, line);
    return ratio === null ? [] : [{ line, ratio }];
  });
  const linesWhere = (holds: (ratio: number) => boolean) =>
    ratios.filter(({ ratio }) => holds(ratio)).map(({ line }) => line);
  const crossed = linesWhere((ratio) => isWithin(-ratio, CROSSED) || isWithin(ratio, CROSSED_BACK));
  // A single one is a load with a poor power factor that feeds in, whatever that may be.
  if (crossed.length >= 2) return [{ kind: "crossed", lines: crossed }];
  const drawing = linesWhere((ratio) => ratio >= BELONGING);
  const feeding = linesWhere((ratio) => ratio <= -BELONGING);
  switch (role) {
    case "circuit":
    case "consumer":
      return feeding.length === 0 ? [] : [{ kind: "backwards", lines: feeding }];
    case "generation":
      return drawing.length === 0 ? [] : [{ kind: "backwards", lines: drawing }];
    case "grid":
      if (feeding.length === 0) return [];
      if (drawing.length > 0) return [{ kind: "feeding-line", lines: feeding }];
      return hasGeneration ? [] : [{ kind: "all-feeding" }];
    case "battery":
      return [];
  }
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  return value > low && value < high;
}

/** The middle one of the samples with current enough; null where they are too few. */
function powerFactor(samples: readonly MeterSample[], line: Line): number | null {
  const ratios = samples.flatMap(({ voltagesV, currentsAmps, powersW }) => {
    if (!voltagesV || !currentsAmps || !powersW) return [];
    const amps = Math.abs(currentsAmps[line]);
    return amps < LEAST_AMPS || voltagesV[line] < LEAST_VOLTS
      ? []
      : [powersW[line] / (voltagesV[line] * amps)];
  }).sort((left, right) => left - right);
  return ratios.length < SAMPLES_LEAST ? null : ratios[Math.floor(ratios.length / 2)] ?? null;
}

/** So much may measuring errors of four values come to. */
const SUM_SHARE = 0.1;
const SUM_WATTS = 200;

function sumFindings(samples: readonly MeterSample[]): readonly WiringFinding[] {
  const wrong = samples.flatMap(({ powersW, totalPowerW }) => {
    if (powersW === undefined || totalPowerW === undefined) return [];
    const linesW = LINES.reduce((sum, line) => sum + powersW[line], 0);
    const error = Math.abs(linesW - totalPowerW);
    return error > SUM_WATTS && error > SUM_SHARE * Math.abs(totalPowerW)
      ? [{ kind: "sum" as const, linesW, totalW: totalPowerW }]
      : [];
  });
  const last = wrong.at(-1);
  // Total and lines may be of different moments: now and then they differ with every meter.
  return last === undefined || wrong.length <= samples.length / 2 ? [] : [last];
}

function currentFindings(
  role: MeterRole,
  samples: readonly MeterSample[],
): readonly WiringFinding[] {
  if (role !== "grid" && role !== "circuit") return [];
  const isBlind = samples.every(({ currentsAmps, powersW }) =>
    currentsAmps === undefined && powersW !== undefined
  );
  return isBlind ? [{ kind: "no-currents" }] : [];
}
