import { type Capacity, type Claim, TINY_AMPS } from "./claim.ts";
import { at, type Bundle, bundles, claimAt, createPool, give, type Pool } from "./pool.ts";
import { compareLaxity } from "./rounding.ts";
import { fillInOrder } from "./top_up.ts";
import { fillEvenly } from "./water_level.ts";

/**
 * Serves who has least time to spare, without filling one line first: claims that draw alike rise to
 * one level of their sums, and what a bundle gets goes to its members in the order of their time to
 * spare. What is left then goes to everybody in that order.
 */
export function fillByLaxity(pool: Pool, who: readonly number[]): void {
  const parts = bundles(pool, who);
  const levels = levelsOf(pool, parts);
  for (const [part, { members }] of parts.entries()) {
    let left = levels[part] ?? 0;
    for (const index of byLaxity(pool, members)) {
      const more = Math.min(claimAt(pool, index).maxAmps - at(pool.amps, index), left);
      if (more <= 0) continue;
      give(pool, index, more);
      left -= more;
    }
  }
  fillInOrder(pool, byLaxity(pool, who));
}

/** Least time to spare first. */
export function byLaxity(pool: Pool, who: readonly number[]): number[] {
  return who.toSorted((a, b) => {
    const [left, right] = [claimAt(pool, a), claimAt(pool, b)];
    return compareLaxity(left.laxityMs, right.laxityMs) || left.id - right.id;
  });
}

/** How many amperes more each bundle gets where all bundles rise to one level of their sums. */
function levelsOf(pool: Pool, parts: readonly Bundle[]): readonly number[] {
  const claims = parts.map(({ draws, members }, id): Claim => {
    const hasAmps = sum(members, (index) => at(pool.amps, index));
    const maxAmps = sum(members, (index) => claimAt(pool, index).maxAmps);
    return { id, minAmps: hasAmps, maxAmps, step: 0, priority: 0, laxityMs: Infinity, draws };
  });
  const capacities = pool.capacities.map((capacity, index): Capacity => ({
    ...capacity,
    baseRe: at(pool.re, index),
    baseIm: at(pool.im, index),
  }));
  const sums = createPool(claims, capacities);
  for (const [index, { minAmps }] of claims.entries()) sums.amps[index] = minAmps;
  fillEvenly(sums, claims.map((_, index) => index));
  return claims.map(({ minAmps }, index) => {
    const more = at(sums.amps, index) - minAmps;
    return more > TINY_AMPS ? more : 0;
  });
}

function sum(members: readonly number[], ofEach: (index: number) => number): number {
  return members.reduce((total, index) => total + ofEach(index), 0);
}
