import { at, claimAt, give, type Pool, roomFor } from "./pool.ts";

/** Raises claims one after the other, each as far as its maximum and all capacities allow. */
export function fillInOrder(pool: Pool, order: readonly number[]): void {
  for (const index of order) {
    const { maxAmps } = claimAt(pool, index);
    const more = Math.min(maxAmps - at(pool.amps, index), roomFor(pool, index));
    if (more > 0) give(pool, index, more);
  }
}
