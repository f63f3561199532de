import { type Capacity, type Claim, type Draw, TINY_AMPS } from "./claim.ts";
import type { Tide } from "./water_level.ts";

/**
 * Capacities while they are handed out: who has how much, and what each capacity carries by now.
 * Claims and capacities are meant by their index.
 */
export interface Pool {
  readonly claims: readonly Claim[];
  /** What each claim has. */
  readonly amps: Float64Array;
  /** What each capacity carries, as a phasor. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Limits of the capacities, and 1 for those of phasors: looked at most often. */
  readonly limits: Float64Array;
  readonly isPhasor: Uint8Array;
  /** Working space of `fillEvenly` and of `roundDown`; null before it is needed. */
  tide: Tide | null;
  remainders: Float64Array | null;
}

/** A pool in which nobody has anything yet. */
export function createPool(claims: readonly Claim[], capacities: readonly Capacity[]): Pool {
  const [re, im] = [new Float64Array(capacities.length), new Float64Array(capacities.length)];
  const limits = new Float64Array(capacities.length);
  const isPhasor = new Uint8Array(capacities.length);
  capacities.forEach((capacity, index) => {
    re[index] = capacity.baseRe;
    im[index] = capacity.baseIm;
    limits[index] = capacity.limit;
    isPhasor[index] = Number(capacity.isPhasor);
  });
  const amps = new Float64Array(claims.length);
  return { claims, amps, re, im, limits, isPhasor, tide: null, remainders: null };
}

/** A pool with the same claims and capacities, and with what these carry. */
export function copyOf({ claims, amps, re, im, limits, isPhasor }: Pool): Pool {
  return {
    claims,
    amps: amps.slice(),
    re: re.slice(),
    im: im.slice(),
    limits,
    isPhasor,
    tide: null,
    remainders: null,
  };
}

/** The claims of a pool, by their indices. */
export function everybody({ claims }: Pool): number[] {
  return claims.map((_, index) => index);
}

/** Gives a claim so many amperes more, or takes them back, whatever the capacities say. */
export function give(pool: Pool, index: number, amps: number): void {
  const { re, im } = pool;
  pool.amps[index] = at(pool.amps, index) + amps;
  for (const draw of claimAt(pool, index).draws) {
    re[draw.capacity] = at(re, draw.capacity) + amps * draw.re;
    im[draw.capacity] = at(im, draw.capacity) + amps * draw.im;
  }
}

/** Sets a claim to exactly so much, whatever binary fractions add up to. */
export function setTo(pool: Pool, index: number, amps: number): void {
  give(pool, index, amps - at(pool.amps, index));
  pool.amps[index] = amps;
}

/**
 * True where a claim can have so many amperes more, or less. Where a capacity is overdrawn already,
 * what does not make it worse is allowed.
 */
export function fits(pool: Pool, index: number, amps: number): boolean {
  for (const draw of claimAt(pool, index).draws) {
    const { capacity } = draw;
    const isPhasor = pool.isPhasor[capacity] === 1;
    const re = at(pool.re, capacity);
    const im = at(pool.im, capacity);
    const after = length(isPhasor, re + amps * draw.re, im + amps * draw.im);
    const limit = at(pool.limits, capacity);
    if (after > Math.max(limit, length(isPhasor, re, im) - TINY_AMPS) + TINY_AMPS) return false;
  }
  return true;
}

/** How many amperes more a claim could have until the first of its capacities is used up. */
export function roomFor(pool: Pool, index: number): number {
  let room = Infinity;
  for (const { capacity, re, im } of claimAt(pool, index).draws) {
    room = Math.min(room, roomAlong(pool, capacity, re, im));
  }
  return room;
}

/** What is left of coefficients that cancel each other out. */
const NO_DRAW = 1e-9;

/** How far a capacity can go in a direction: the multiple of it at which the limit is met. */
export function roomAlong(pool: Pool, capacity: number, re: number, im: number): number {
  if (pool.isPhasor[capacity] !== 1) {
    if (re <= NO_DRAW) return Infinity;
    return Math.max(0, at(pool.limits, capacity) - at(pool.re, capacity)) / re;
  }
  const bound = { limit: at(pool.limits, capacity), isPhasor: true };
  return roomTowards(bound, at(pool.re, capacity), at(pool.im, capacity), re, im);
}

/** The same for a bound that carries `sumRe` and `sumIm`. */
export function roomTowards(
  { limit, isPhasor }: Pick<Capacity, "limit" | "isPhasor">,
  sumRe: number,
  sumIm: number,
  re: number,
  im: number,
): number {
  if (!isPhasor) return re > NO_DRAW ? Math.max(0, limit - sumRe) / re : Infinity;
  const square = re * re + im * im;
  if (limit === Infinity || square <= NO_DRAW * NO_DRAW) return Infinity;
  const along = sumRe * re + sumIm * im;
  const radius = Math.max(0, limit);
  const over = sumRe * sumRe + sumIm * sumIm - radius * radius;
  // Outside already: outwards not at all, inwards until it would leave again.
  if (over >= 0 && along >= 0) return 0;
  const root = along * along - square * over;
  return root <= 0 ? -along / square : (Math.sqrt(root) - along) / square;
}

/** True where a capacity has nothing left for what draws in this direction. */
export function isFullTowards(pool: Pool, capacity: number, re: number, im: number): boolean {
  const limit = at(pool.limits, capacity);
  const sumRe = at(pool.re, capacity);
  if (pool.isPhasor[capacity] !== 1) return re > NO_DRAW && sumRe >= limit - TINY_AMPS;
  const sumIm = at(pool.im, capacity);
  return sumRe * re + sumIm * im > 0 && Math.hypot(sumRe, sumIm) >= limit - TINY_AMPS;
}

/** By how much a capacity is overdrawn; negative: what is left. */
export function excessOf(pool: Pool, capacity: number): number {
  const isPhasor = pool.isPhasor[capacity] === 1;
  const limit = at(pool.limits, capacity);
  return length(isPhasor, at(pool.re, capacity), at(pool.im, capacity)) - limit;
}

function length(isPhasor: boolean, re: number, im: number): number {
  return isPhasor ? Math.hypot(re, im) : re;
}

/** A claim by its index. */
export function claimAt({ claims }: Pool, index: number): Claim {
  const claim = claims[index];
  if (claim === undefined) throw new Error(`Cannot find claim ${index}`);
  return claim;
}

/** A number of a working array; its index is always inside. */
export function at(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}

/**
 * True where a claim that gets more can make room for another: where draws have opposite signs, or are
 * phasors.
 */
export function isMixedAmong(pool: Pool, who: readonly number[]): boolean {
  return someDraw(pool, who, ({ capacity, re }) => re < 0 || pool.isPhasor[capacity] === 1);
}

/** True where any draw of theirs is such. */
export function someDraw(
  pool: Pool,
  who: readonly number[],
  isSuch: (draw: Draw) => boolean,
): boolean {
  let seen: readonly Draw[] | null = null;
  for (const index of who) {
    const { draws } = claimAt(pool, index);
    // Neighbours often draw alike.
    if (draws === seen) continue;
    seen = draws;
    for (const draw of draws) if (isSuch(draw)) return true;
  }
  return false;
}
