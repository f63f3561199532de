import { type Capacity, type Claim, settable, TINY_AMPS } from "./claim.ts";
import { claimAt, createPool, everybody, fits, give, type Pool } from "./pool.ts";
import { compareLaxity, handOut, roundDown } from "./rounding.ts";
import { fillEvenly } from "./water_level.ts";

/** Hands out, among claims that have their minimum, what the capacities still allow. */
export type Sharing = (pool: Pool, who: readonly number[]) => void;

/**
 * What each claim gets, in amperes: 0, or at least its minimum, at most its maximum, on its step, and
 * all together within every capacity. Minimum currents go out in the order of class, time to spare
 * and id; then, class by class, `sharing` hands out the rest. The same claims get the same currents.
 */
export function allocate(
  claims: readonly Claim[],
  capacities: readonly Capacity[],
  sharing: Sharing = fillEvenly,
): readonly number[] {
  const pool = createPool(claims.map(settable), capacities);
  const able = everybody(pool).filter((index) => {
    const { minAmps, maxAmps } = claimAt(pool, index);
    return maxAmps > 0 && maxAmps >= minAmps - TINY_AMPS;
  });
  const admitted = admit(pool, inOrder(pool, able));
  const ranks = classes(pool, admitted);
  for (const who of ranks) {
    sharing(pool, who);
    roundDown(pool, who);
  }
  // Between lines a lower class may have made room for a higher one.
  if (ranks.length > 1) handOut(pool, admitted);
  return [...pool.amps];
}

/** Higher classes first, then least time to spare, then the lower id. */
function inOrder(pool: Pool, who: readonly number[]): readonly number[] {
  return who.toSorted((a, b) => {
    const [left, right] = [claimAt(pool, a), claimAt(pool, b)];
    return right.priority - left.priority || compareLaxity(left.laxityMs, right.laxityMs) ||
      left.id - right.id;
  });
}

/**
 * Gives minimum currents in order, to whom they fit, and says to whom. Where the current of one takes
 * away from that of another, who was refused may fit when others have come in.
 */
function admit(pool: Pool, order: readonly number[]): readonly number[] {
  const admitted = new Set<number>();
  for (let before = -1; before < admitted.size;) {
    before = admitted.size;
    for (const index of order) {
      const { minAmps } = claimAt(pool, index);
      if (admitted.has(index) || !fits(pool, index, minAmps)) continue;
      give(pool, index, minAmps);
      admitted.add(index);
    }
  }
  return order.filter((index) => admitted.has(index));
}

/** Claims by class, the highest first. */
export function classes(pool: Pool, who: readonly number[]): readonly (readonly number[])[] {
  const [first] = who;
  const priority = first === undefined ? 0 : claimAt(pool, first).priority;
  if (who.every((index) => claimAt(pool, index).priority === priority)) {
    return first === undefined ? [] : [who];
  }
  const byPriority = Map.groupBy(who, (index) => claimAt(pool, index).priority);
  return [...byPriority].toSorted(([a], [b]) => b - a).map(([, members]) => members);
}
