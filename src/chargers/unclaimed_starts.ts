import { drop, put } from "../lib/write.ts";
import type { LedgerWrite } from "../outbox/mod.ts";
import type { UnclaimedStart } from "../transactions/mod.ts";

/** Transactions that 2.x chargers have begun and nobody has claimed yet, over restarts. */
export interface UnclaimedStarts {
  of(chargerId: string, stationTransactionId: string): UnclaimedStart | null;
  /** Keeps one, or what more is known of it; to be written before the charger is answered. */
  hold(start: UnclaimedStart): readonly LedgerWrite[];
  /** Somebody has claimed it, or it has ended. */
  release(chargerId: string, stationTransactionId: string): readonly LedgerWrite[];
}

/** A charger has a few EVSEs, and each one unclaimed start; one that invents more loses the oldest. */
const KEPT_MAX = 64;

/** Opens them on what was on disk. */
export function createUnclaimedStarts(
  stored: ReadonlyMap<string, UnclaimedStart>,
): UnclaimedStarts {
  const known = new Map(stored);
  const keyOf = (chargerId: string, id: string) => JSON.stringify([chargerId, id]);

  function surplus(chargerId: string): readonly string[] {
    const own = [...known].filter(([, each]) => each.chargerId === chargerId);
    return own.slice(0, Math.max(0, own.length - KEPT_MAX)).map(([key]) => key);
  }

  return {
    of: (chargerId, id) => known.get(keyOf(chargerId, id)) ?? null,
    hold(start) {
      const key = keyOf(start.chargerId, start.stationTransactionId);
      known.set(key, start);
      const gone = surplus(start.chargerId);
      for (const each of gone) known.delete(each);
      return [
        ...gone.map((each): LedgerWrite => drop("unclaimed-starts", each)),
        put("unclaimed-starts", key, start),
      ];
    },
    release(chargerId, id) {
      const key = keyOf(chargerId, id);
      return known.delete(key) ? [drop("unclaimed-starts", key)] : [];
    },
  };
}
