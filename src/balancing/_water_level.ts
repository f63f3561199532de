/** What many share: the amperes that are left on one line of one circuit. */
export interface Capacity {
  leftAmps: number;
  /** How many amperes one ampere more of the common level takes: the claims that rise here. */
  rising: number;
  /** A meter watches it, and cannot tell a charger that does not measure from the building. */
  readonly isMetered: boolean;
  /** Everybody who draws through it. */
  claims: Claim[];
}

/** A share of the capacities it passes through, between its minimum and its maximum. */
export interface Claim {
  readonly minAmps: number;
  readonly maxAmps: number;
  /** The charger could measure, and does not. */
  readonly isSilent: boolean;
  /** Ties are broken by it. */
  readonly slot: number;
  readonly capacities: readonly Capacity[];
  /** The share. Starts at the minimum, which is already taken from the capacities. */
  amps: number;
  isRising: boolean;
}

/**
 * Amperes taken from a capacity per ampere of a claim. What a silent charger may draw is kept for
 * it, and what it draws looks like load of the building: under a meter it counts twice.
 */
export function weightOn(
  { isMetered }: Pick<Capacity, "isMetered">,
  { isSilent }: Pick<Claim, "isSilent">,
): 1 | 2 {
  return isMetered && isSilent ? 2 : 1;
}

/** Below this a rest is an error of arithmetic. */
export const TINY_AMPS = 1e-6;

/**
 * Raises all claims to one common level, as water finds its own: each stops at its maximum or where
 * a capacity on its way is used up, and the others go on. The result is the max-min fair share. It
 * is exact: the level jumps from one of these events to the next.
 */
export function fillEvenly(claims: readonly Claim[]): void {
  const starts = claims.toSorted((a, b) => a.minAmps - b.minAmps);
  const stops = claims.toSorted((a, b) => a.maxAmps - b.maxAmps);
  const capacities = new Set(claims.flatMap((claim) => claim.capacities));
  let [started, stopped] = [0, 0];
  let level = starts[0]?.minAmps ?? Infinity;
  while (level < Infinity) {
    for (; (starts[started]?.minAmps ?? Infinity) <= level + TINY_AMPS; started++) {
      start(starts[started]);
    }
    for (; (stops[stopped]?.maxAmps ?? Infinity) <= level + TINY_AMPS; stopped++) {
      stop(stops[stopped]);
    }
    const nextLevel = Math.min(
      starts[started]?.minAmps ?? Infinity,
      stops[stopped]?.maxAmps ?? Infinity,
    );
    const step = Math.min(nextLevel - level, roomAbove(capacities));
    if (step === Infinity) return;
    rise(claims, capacities, step);
    level += step;
    stopAtFull(capacities);
  }
}

/** How far the level can rise until the first capacity is used up. */
function roomAbove(capacities: Iterable<Capacity>): number {
  let room = Infinity;
  for (const { rising, leftAmps } of capacities) {
    if (rising > 0) room = Math.min(room, Math.max(0, leftAmps) / rising);
  }
  return room;
}

function rise(claims: readonly Claim[], capacities: Iterable<Capacity>, step: number): void {
  for (const claim of claims) if (claim.isRising) claim.amps += step;
  for (const capacity of capacities) capacity.leftAmps -= step * capacity.rising;
}

function start(claim: Claim | undefined): void {
  if (claim === undefined || claim.capacities.some((each) => each.leftAmps <= TINY_AMPS)) return;
  claim.isRising = true;
  for (const capacity of claim.capacities) capacity.rising += weightOn(capacity, claim);
}

function stop(claim: Claim | undefined): void {
  if (claim === undefined || !claim.isRising) return;
  claim.isRising = false;
  for (const capacity of claim.capacities) capacity.rising -= weightOn(capacity, claim);
}

function stopAtFull(capacities: Iterable<Capacity>): void {
  for (const capacity of capacities) {
    if (capacity.rising > 0 && capacity.leftAmps <= TINY_AMPS) capacity.claims.forEach(stop);
  }
}

/**
 * Rounds every claim down to whole amperes, though not below its minimum, then hands the rest out
 * again, one ampere each: to the largest remainder first, to the lower slot where they are equal.
 */
export function roundDown(claims: readonly Claim[]): void {
  const remainders = new Map(claims.map((claim) => [claim, roundClaim(claim)]));
  const remainder = (claim: Claim) => remainders.get(claim) ?? 0;
  const order = claims.toSorted((a, b) => remainder(b) - remainder(a) || a.slot - b.slot);
  for (const claim of order) {
    const fits = claim.amps + 1 <= claim.maxAmps + TINY_AMPS &&
      claim.capacities.every((each) => each.leftAmps >= weightOn(each, claim) - TINY_AMPS);
    if (fits) give(claim, 1);
  }
}

/** Returns the remainder in millionths, so that errors of arithmetic do not decide. */
function roundClaim(claim: Claim): number {
  const whole = Math.max(claim.minAmps, Math.floor(claim.amps + TINY_AMPS));
  const remainder = claim.amps - whole;
  give(claim, -remainder);
  claim.amps = whole;
  return Math.round(remainder * 1e6);
}

function give(claim: Claim, amps: number): void {
  claim.amps += amps;
  for (const capacity of claim.capacities) capacity.leftAmps -= amps * weightOn(capacity, claim);
}
