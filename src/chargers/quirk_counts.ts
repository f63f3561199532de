import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { type Put, put } from "../lib/write.ts";
import {
  isQuirk,
  type KeptQuirkCounts,
  type Quirk,
  type QuirkCount,
  type SiteEvents,
} from "../site/mod.ts";

/** Counts what chargers do their own way. */
export interface QuirkCounts {
  /** It has shown so many times more. */
  note(chargerId: string, quirk: Quirk, times?: number): void;
  of(chargerId: string): ReadonlyMap<Quirk, QuirkCount>;
  /** How often each has shown, of all chargers together. */
  totals(): ReadonlyMap<Quirk, number>;
  /**
   * What to write down; nothing more often than once an hour, unless it is the `last` time. Called now
   * and then: a power cut loses what was counted since.
   */
  unkept(last?: "last"): readonly Put<"quirk-counts", KeptQuirkCounts>[];
}

const KEEP_EVERY_MS = 3_600_000;
const NONE: ReadonlyMap<Quirk, QuirkCount> = new Map();

/**
 * Creates the counts, which go on from what was kept. There are as many as there are quirks and
 * admitted chargers.
 */
export function createQuirkCounts(
  { clock, events }: {
    readonly clock: Pick<Clock, "wallMs" | "monoMs">;
    readonly events: Events<SiteEvents>;
  },
  kept: Iterable<readonly [string, KeptQuirkCounts]>,
): QuirkCounts {
  const counts = new Map<string, Map<Quirk, QuirkCount>>();
  const unkept = new Set<string>();
  let keptAtMs = clock.monoMs();
  for (const [chargerId, own] of kept) counts.set(chargerId, read(own));

  return {
    note(chargerId, quirk, times = 1) {
      const own = counts.get(chargerId) ?? new Map<Quirk, QuirkCount>();
      counts.set(chargerId, own);
      const count = (own.get(quirk)?.count ?? 0) + times;
      own.set(quirk, { count, lastMs: clock.wallMs() });
      unkept.add(chargerId);
      events.emit("quirk", { chargerId, quirk, times });
    },
    of: (chargerId) => counts.get(chargerId) ?? NONE,
    totals() {
      const sums = new Map<Quirk, number>();
      for (const own of counts.values()) {
        for (const [quirk, { count }] of own) sums.set(quirk, (sums.get(quirk) ?? 0) + count);
      }
      return sums;
    },
    unkept(last) {
      if (last === undefined && clock.monoMs() - keptAtMs < KEEP_EVERY_MS) return [];
      keptAtMs = clock.monoMs();
      const due = [...unkept];
      unkept.clear();
      return due.map((chargerId) =>
        put("quirk-counts", chargerId, Object.fromEntries(counts.get(chargerId) ?? NONE))
      );
    },
  };
}

/** Names that this version does not know are left out. */
function read(own: KeptQuirkCounts): Map<Quirk, QuirkCount> {
  const known = new Map<Quirk, QuirkCount>();
  for (const [name, count] of Object.entries(own)) if (isQuirk(name)) known.set(name, count);
  return known;
}
