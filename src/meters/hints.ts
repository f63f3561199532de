import { type Line, LINES, type MeterRole, type MeterSample } from "../site/mod.ts";

/** What looks wrong about a meter's wiring or settings, though each reading by itself can be. */
export type MeterHint =
  /** Power flows the other way than it does with such a meter: a current transformer turned round. */
  | { readonly kind: "backwards"; readonly lines: readonly Line[] }
  /** On a grid meter one line feeds in while others draw: so may a generator on that line. */
  | { readonly kind: "feeding-line"; readonly lines: readonly Line[] }
  /** Power does not fit voltage and current: transformers on each other's lines. */
  | { readonly kind: "crossed"; readonly lines: readonly Line[] }
  /** The lines' powers do not add up to the total. */
  | { readonly kind: "sum"; readonly linesW: number; readonly totalW: number }
  /** No currents: what they are is reckoned from power, which knows nothing of reactive current. */
  | { readonly kind: "no-currents" }
  /** Readings come too seldom to keep a circuit within its limit. */
  | { readonly kind: "slow"; readonly everyMs: number };

/** So many samples are looked at; fewer than the least say nothing. */
export const HINT_SAMPLES = 60;
const LEAST_SAMPLES = 5;
/** Below, the share of reactive and harmonic current is too large to say anything. */
const LEAST_AMPS = 2;
/** Power over apparent power of a line whose current and voltage belong together. */
const BELONGING = 0.75;
/** A third of a turn between voltage and current comes to −0.5. */
const CROSSED = [-0.72, -0.28] as const;
const SLOW_MS = 3_000;

/**
 * Looks at the newest samples of a meter, oldest first.
 *
 * @param everyMs how often readings come; null while that is not known
 */
export function meterHints(
  role: MeterRole,
  samples: readonly MeterSample[],
  everyMs: number | null,
): readonly MeterHint[] {
  const seen = samples.slice(-HINT_SAMPLES);
  if (seen.length < LEAST_SAMPLES) return [];
  const slow: MeterHint[] = everyMs !== null && everyMs > SLOW_MS
    ? [{ kind: "slow", everyMs }]
    : [];
  return [...wiringHints(role, seen), ...sumHints(seen), ...currentHints(role, seen), ...slow];
}

function wiringHints(role: MeterRole, samples: readonly MeterSample[]): readonly MeterHint[] {
  const ratios = LINES.flatMap((line) => {
    const ratio = powerFactor(samples, line);
    return ratio === null ? [] : [{ line, ratio }];
  });
  const linesWhere = (holds: (ratio: number) => boolean) =>
    ratios.filter(({ ratio }) => holds(ratio)).map(({ line }) => line);
  const crossed = linesWhere((ratio) => ratio > CROSSED[0] && ratio < CROSSED[1]);
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
      return feeding.length === 0 || drawing.length === 0
        ? []
        : [{ kind: "feeding-line", lines: feeding }];
    case "battery":
      return [];
  }
}

/** The middle one of the samples with current enough; null where they are too few. */
function powerFactor(samples: readonly MeterSample[], line: Line): number | null {
  const ratios = samples.flatMap(({ voltagesV, currentsAmps, powersW }) => {
    if (!voltagesV || !currentsAmps || !powersW) return [];
    const amps = Math.abs(currentsAmps[line]);
    return amps < LEAST_AMPS ? [] : [powersW[line] / (voltagesV[line] * amps)];
  }).sort((left, right) => left - right);
  return ratios.length < LEAST_SAMPLES ? null : ratios[Math.floor(ratios.length / 2)] ?? null;
}

/** So much may measuring errors of four values come to. */
const SUM_SHARE = 0.1;
const SUM_WATTS = 200;

function sumHints(samples: readonly MeterSample[]): readonly MeterHint[] {
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

function currentHints(role: MeterRole, samples: readonly MeterSample[]): readonly MeterHint[] {
  if (role !== "grid" && role !== "circuit") return [];
  const isBlind = samples.every(({ currentsAmps, powersW }) =>
    currentsAmps === undefined && powersW !== undefined
  );
  return isBlind ? [{ kind: "no-currents" }] : [];
}
