import { drop, put } from "./lib/write.ts";
import type { LedgerWrite } from "./outbox/mod.ts";
import { type ChargingWish, wishKey } from "./site/mod.ts";

/** What operators and vehicles have said that they want of running sessions. */
export interface Wishes {
  of(source: ChargingWish["source"], slot: number, transactionId: string): ChargingWish | null;
  /** Replaces what the same source said about the slot before. */
  set(wish: ChargingWish): readonly LedgerWrite[];
  lift(wish: Pick<ChargingWish, "slot" | "source">): readonly LedgerWrite[];
  /** Wishes of sessions that have ended leave the disk. */
  sweep(isOpen: (transactionId: string) => boolean): readonly LedgerWrite[];
}

/** Opens the wishes on what was on disk. */
export function createWishes(stored: Iterable<ChargingWish>): Wishes {
  const wishes = new Map([...stored].map((wish) => [wishKey(wish), wish]));
  return {
    of(source, slot, transactionId) {
      const wish = wishes.get(wishKey({ slot, source }));
      return wish?.transactionId === transactionId ? wish : null;
    },
    set(wish) {
      wishes.set(wishKey(wish), wish);
      return [put("charging-wishes", wishKey(wish), wish)];
    },
    lift(wish) {
      const key = wishKey(wish);
      return wishes.delete(key) ? [drop("charging-wishes", key)] : [];
    },
    sweep(isOpen) {
      const over = [...wishes].filter(([, { transactionId }]) => !isOpen(transactionId));
      for (const [key] of over) wishes.delete(key);
      return over.map(([key]) => drop("charging-wishes", key));
    },
  };
}
