import { floorToStep, nextOfStep, TINY_AMPS } from "./claim.ts";
import {
  at,
  claimAt,
  excessOf,
  fits,
  isFullTowards,
  isMixedAmong,
  type Pool,
  setTo,
  someDraw,
} from "./pool.ts";
import { fillEvenly } from "./water_level.ts";

/**
 * Rounds claims down to their steps, though not below their minimum, then hands the rest out again,
 * one step each: to the largest remainder first, then to who has least time to spare, then to the
 * lower id. What steps leave over goes to claims that take any current.
 */
export function roundDown(pool: Pool, who: readonly number[]): void {
  const remainders = pool.remainders ??= new Float64Array(pool.amps.length);
  for (const index of who) remainders[index] = roundClaim(pool, index);
  const order = who.toSorted((a, b) =>
    sign(at(remainders, b), at(remainders, a)) || compareTime(pool, a, b)
  );
  settle(pool, order);
  handOut(pool, order);
}

/**
 * Hands out steps in order, one each and again, as long as any fits; then what they leave over to
 * claims that take any current.
 */
export function handOut(pool: Pool, order: readonly number[]): void {
  // Where all draws add up, who has no room for a step will have none later.
  const mayFitLater = isMixedAmong(pool, order);
  for (let trying = order; trying.length > 0;) {
    const raised = trying.filter((index) => raiseByStep(pool, index));
    trying = mayFitLater && raised.length > 0 ? order : raised;
  }
  const smooth = order.filter((index) => claimAt(pool, index).step === 0);
  if (smooth.length > 0) fillEvenly(pool, smooth);
}

/** Who has less time to spare, then the lower id. */
function compareTime(pool: Pool, a: number, b: number): number {
  const left = claimAt(pool, a);
  const right = claimAt(pool, b);
  return compareLaxity(left.laxityMs, right.laxityMs) || left.id - right.id;
}

/** Less time to spare first. Infinite ones are equal. */
export function compareLaxity(left: number, right: number): number {
  return sign(left, right);
}

/** Whole numbers are compared quickly; a difference would be made anew each time. */
function sign(left: number, right: number): -1 | 0 | 1 {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Returns the remainder in millionths, so that errors of arithmetic do not decide. */
function roundClaim(pool: Pool, index: number): number {
  const { step, minAmps } = claimAt(pool, index);
  const amps = at(pool.amps, index);
  const whole = Math.max(Math.min(minAmps, amps), floorToStep(step, amps));
  setTo(pool, index, whole);
  return Math.round((amps - whole) * 1e6);
}

function raiseByStep(pool: Pool, index: number): boolean {
  const { step, minAmps, maxAmps } = claimAt(pool, index);
  const amps = at(pool.amps, index);
  const next = nextOfStep(step, amps);
  if (next === null || next < minAmps || next > maxAmps + TINY_AMPS) return false;
  if (!fits(pool, index, next - amps)) return false;
  setTo(pool, index, next);
  return true;
}

/**
 * Who is rounded down may leave more on a neutral than before. There the others follow, the smallest
 * remainder first. Where that is not enough, all begin again at their minimum.
 */
function settle(pool: Pool, order: readonly number[]): void {
  if (!isMixedAmong(pool, order)) return;
  const mixed = mixedCapacities(pool, order);
  const isOver = (capacity: number) => excessOf(pool, capacity) > TINY_AMPS;
  for (let lowered = true; lowered;) {
    lowered = mixed.some((capacity) =>
      isOver(capacity) && order.toReversed().some((index) => lowerByStep(pool, index, capacity))
    );
  }
  if (!mixed.some(isOver)) return;
  for (const index of order) {
    setTo(pool, index, Math.min(claimAt(pool, index).minAmps, at(pool.amps, index)));
  }
}

/** Capacities on which a claim that gives back may take room from another. */
function mixedCapacities(pool: Pool, who: readonly number[]): readonly number[] {
  const mixed = new Set<number>();
  someDraw(pool, who, ({ capacity, re }) => {
    if (re < 0 || pool.isPhasor[capacity] === 1) mixed.add(capacity);
    return false;
  });
  return [...mixed];
}

/** Takes a step from a claim that draws towards the limit. */
function lowerByStep(pool: Pool, index: number, capacity: number): boolean {
  const { step, minAmps, draws } = claimAt(pool, index);
  const amps = at(pool.amps, index);
  if (amps <= minAmps + TINY_AMPS) return false;
  const isInTheWay = draws.some((draw) =>
    draw.capacity === capacity && isFullTowards(pool, capacity, draw.re, draw.im)
  );
  if (!isInTheWay) return false;
  const lower = Math.max(minAmps, floorToStep(step, amps - 2 * TINY_AMPS));
  if (lower >= amps) return false;
  setTo(pool, index, lower);
  return true;
}
