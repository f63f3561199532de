import type { Circuit } from "./circuit.ts";
import type { EvsePlace } from "./evse.ts";
import type { Line, PerLine } from "./phases.ts";

/**
 * What a current on each line of a place's own circuit comes to on each line of a circuit above, in
 * amperes per ampere. Between them stand at most transformers. Never negative, but where it is signed:
 * currents of several EVs count as if they added up, which is more than they come to, whoever draws less.
 */
export type Through = PerLine<PerLine>;

/** Lines go on as they are. */
export const STRAIGHT: Through = {
  L1: { L1: 1, L2: 0, L3: 0 },
  L2: { L1: 0, L2: 1, L3: 0 },
  L3: { L1: 0, L2: 0, L3: 1 },
};

const BEFORE: Readonly<Record<Line, Line>> = { L1: "L3", L2: "L1", L3: "L2" };

/** The way on from a circuit to the one that feeds it: each primary line feeds two secondary ones. */
export function throughAbove({ transformer }: Circuit, through: Through): Through {
  if (transformer === undefined) return through;
  const primary = (line: Line): PerLine => {
    const [one, other] = [through[line], through[BEFORE[line]]];
    const of = (from: Line) => transformer.ratio * (one[from] + other[from]);
    return { L1: of("L1"), L2: of("L2"), L3: of("L3") };
  };
  return { L1: primary("L1"), L2: primary("L2"), L3: primary("L3") };
}

/** The same where the directions of currents count: what comes back by a line is negative there. */
export const SIGNED_STRAIGHT: Through = STRAIGHT;

/** The way on for currents as phasors: a primary line carries the difference of two secondary ones. */
export function signedThroughAbove({ transformer }: Circuit, through: Through): Through {
  if (transformer === undefined) return through;
  const primary = (line: Line): PerLine => {
    const [one, other] = [through[line], through[BEFORE[line]]];
    const of = (from: Line) => transformer.ratio * (one[from] - other[from]);
    return { L1: of("L1"), L2: of("L2"), L3: of("L3") };
  };
  return { L1: primary("L1"), L2: primary("L2"), L3: primary("L3") };
}

/**
 * Watts of an ampere on one line of a place. A current between two lines comes with √3 times the
 * voltage to neutral: half of that on each of the two.
 */
export function wattsPerLineAmp(
  { connection }: Pick<EvsePlace, "connection">,
  nominalVoltageV: number,
): number {
  return connection === "line-to-line" ? nominalVoltageV * Math.sqrt(3) / 2 : nominalVoltageV;
}
