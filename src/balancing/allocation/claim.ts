/**
 * A bound on what claims draw together: |base + Σ coefficient · amps| ≤ limit, in whatever unit its
 * coefficients turn amperes into: amperes of a line, watts, volt-amperes.
 */
export interface Capacity {
  readonly limit: number;
  /** What is drawn already, as real and imaginary part. */
  readonly baseRe: number;
  readonly baseIm: number;
  /**
   * True: the sum is a phasor and its length is bounded. False: it is a signed number, bounded from
   * above only, and imaginary parts do not count.
   */
  readonly isPhasor: boolean;
}

/** What one ampere of a claim draws from a capacity. */
export interface Draw {
  /** Its index among the capacities. */
  readonly capacity: number;
  readonly re: number;
  readonly im: number;
}

/**
 * The currents that a charger can be set to: multiples of so many amperes, any (0), or a list of
 * allowed ones in ascending order.
 */
export type Step = number | readonly number[];

/** Somebody who wants current. */
export interface Claim {
  /** Ties are broken by it: the lower goes first. */
  readonly id: number;
  /** Below this an EV cannot charge: it gets so much, or nothing. */
  readonly minAmps: number;
  readonly maxAmps: number;
  readonly step: Step;
  /** The higher class goes first. */
  readonly priority: number;
  /** How long it could wait at full current and still be served in time; Infinity: for ever. */
  readonly laxityMs: number;
  /** What it still takes and until when; absent: nobody asks for it. */
  readonly need?: ClaimNeed;
  /** What it has now: it keeps its place against those who want it only a little more. Absent: 0. */
  readonly nowAmps?: number;
  /** Claims of one strand stand in one queue where departures count; absent: those that draw alike. */
  readonly strand?: string;
  /** Claims that draw alike share one array: they are told apart by nothing else. */
  readonly draws: readonly Draw[];
}

/** What an EV still takes, and until when. */
export interface ClaimNeed {
  /** In ampere-hours on each of its lines; null: nobody knows. */
  readonly ampHours: number | null;
  /** Until it leaves, never negative; null: nobody knows. */
  readonly leftMs: number | null;
}

/** Below this a rest is an error of arithmetic. */
export const TINY_AMPS = 1e-6;

/** A claim whose minimum can be set: where the charger takes a few currents only, the next of them. */
export function settable(claim: Claim): Claim {
  const { step, minAmps } = claim;
  if (typeof step === "number") return claim;
  const least = step.find((allowed) => allowed > 0 && allowed >= minAmps - TINY_AMPS);
  return { ...claim, minAmps: least ?? Infinity };
}

/** The highest current of a step that is not above `amps`; less than all allowed ones: 0. */
export function floorToStep(step: Step, amps: number): number {
  if (typeof step !== "number") {
    return step.findLast((allowed) => allowed <= amps + TINY_AMPS) ?? 0;
  }
  return step > 0 ? tidy(Math.floor(amps / step + TINY_AMPS) * step) : amps;
}

/** The next higher current of a step; null where there is none, or where any will do. */
export function nextOfStep(step: Step, amps: number): number | null {
  if (typeof step !== "number") {
    return step.find((allowed) => allowed > amps + TINY_AMPS) ?? null;
  }
  return step > 0 ? tidy((Math.floor(amps / step + TINY_AMPS) + 1) * step) : null;
}

/** 0.1 added three times is 0.3, not 0.30000000000000004. */
function tidy(amps: number): number {
  return Math.round(amps * 1e9) / 1e9;
}
