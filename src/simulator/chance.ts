import type { Ids } from "../lib/ids.ts";

/** Shortest and longest, least and most: both may be drawn. */
export type Range = readonly [number, number];

/** A number of the range, each as likely as any other. */
export function between([least, most]: Range, ids: Ids): number {
  return least + (most - least) * ids.random();
}

/** A whole number of the range; both ends can come. */
export function wholeBetween([least, most]: Range, ids: Ids): number {
  return least + Math.floor((most - least + 1) * ids.random());
}

/** True with the given probability, 0 to 1. */
export function happens(probability: number, ids: Ids): boolean {
  return ids.random() < probability;
}

/** One of the items. Throws `RangeError` where there is none. */
export function pick<T>(items: readonly T[], ids: Ids): T {
  const item = items[Math.floor(ids.random() * items.length)];
  if (item === undefined) throw new RangeError("Cannot pick: nothing to choose from");
  return item;
}
