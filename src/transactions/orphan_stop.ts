import type { Enveloped, StopIntent } from "../ocpp/mod.ts";

/**
 * A Stop that ends no transaction: nobody knows its Start, its number could mean several, or its
 * transaction had ended with another register before it came. It was accepted (ruling 7), so it is
 * kept for an operator: the register may be worth money. It does not go up, since the CSMS would not
 * know what it is about, or has heard of an end already.
 */
export interface OrphanStop {
  readonly chargerId: string;
  /** When it was heard first, by our wall clock. */
  readonly heardAtMs: number;
  readonly stop: Enveloped<StopIntent>;
  /**
   * An operator has looked into it. It is not shown any more, and kept all the same: the charger may
   * say it again. Absent: not yet.
   */
  readonly dismissed?: Dismissal;
}

/** Who took an orphan off the list, and when. */
export interface Dismissal {
  readonly by: string;
  readonly atMs: number;
}

/** Orphans by `orphanKey`, the oldest first. */
export type OrphanStops = ReadonlyMap<string, OrphanStop>;

/** A site where every Stop had a Start. */
export const NO_ORPHAN_STOPS: OrphanStops = new Map();

/** So many are kept of each charger; no charger can push out those of another. */
export const ORPHAN_STOPS_PER_CHARGER = 10;

/** The same Stop has the same key, however often it comes. */
export function orphanKey(
  chargerId: string,
  { transactionNumber, stationTransactionId, timestamp, meterStopWh }: Omit<
    StopIntent,
    "meterValue"
  >,
): string {
  const named = stationTransactionId === undefined ? [] : [stationTransactionId];
  return JSON.stringify([chargerId, transactionNumber, timestamp, meterStopWh, ...named]);
}

/** What keeping an orphan changes: `dropped` is the key of the one that had to make room. */
export interface OrphanStep {
  readonly orphanStops: OrphanStops;
  readonly kept: OrphanStop | null;
  readonly dropped: string | null;
}

/** Keeps an orphan, unless it is kept already. */
export function keepOrphan(orphanStops: OrphanStops, orphan: OrphanStop): OrphanStep {
  const key = orphanKey(orphan.chargerId, orphan.stop.message);
  if (orphanStops.has(key)) return { orphanStops, kept: null, dropped: null };
  const next = new Map(orphanStops).set(key, orphan);
  const own = [...next].filter(([, { chargerId }]) => chargerId === orphan.chargerId);
  if (own.length <= ORPHAN_STOPS_PER_CHARGER) {
    return { orphanStops: next, kept: orphan, dropped: null };
  }
  // Where somebody has looked already, the least is lost.
  const [dropped = null] = own.find(([, { dismissed }]) => dismissed !== undefined) ?? own[0] ?? [];
  if (dropped !== null) next.delete(dropped);
  return { orphanStops: next, kept: orphan, dropped };
}

/** Those that nobody has looked into yet, with their keys, the oldest first. */
export function shownOrphans(
  { orphanStops }: { readonly orphanStops: OrphanStops },
): readonly (readonly [string, OrphanStop])[] {
  return [...orphanStops].filter(([, { dismissed }]) => dismissed === undefined);
}
