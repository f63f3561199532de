import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Quirk, SiteEvents } from "../site/mod.ts";

/** How often a quirk of a charger has shown since the gateway started. */
export interface QuirkCount {
  readonly count: number;
  /** When last, Unix milliseconds. */
  readonly lastMs: number;
}

/** Counts what chargers do their own way. */
export interface QuirkCounts {
  /** It has shown so many times more. */
  note(chargerId: string, quirk: Quirk, times?: number): void;
  of(chargerId: string): ReadonlyMap<Quirk, QuirkCount>;
}

const NONE: ReadonlyMap<Quirk, QuirkCount> = new Map();

/** Creates the counts, all at nothing. There are as many as there are quirks and admitted chargers. */
export function createQuirkCounts(
  { clock, events }: { readonly clock: Pick<Clock, "wallMs">; readonly events: Events<SiteEvents> },
): QuirkCounts {
  const counts = new Map<string, Map<Quirk, QuirkCount>>();

  return {
    note(chargerId, quirk, times = 1) {
      const own = counts.get(chargerId) ?? new Map<Quirk, QuirkCount>();
      counts.set(chargerId, own);
      const count = (own.get(quirk)?.count ?? 0) + times;
      own.set(quirk, { count, lastMs: clock.wallMs() });
      events.emit("quirk", { chargerId, quirk, times });
    },
    of: (chargerId) => counts.get(chargerId) ?? NONE,
  };
}
