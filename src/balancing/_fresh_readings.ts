import { isFresh } from "./_charger_reading.ts";
import { type ChargerReading, measuredFromMs, type Swing } from "./_held_limits.ts";
import type { Standing } from "./_standing.ts";

/** A reading that says something about now. */
export interface FreshReading {
  readonly standing: Standing;
  readonly reading: ChargerReading;
  /** What may have been measured earlier is as good as it was then. */
  readonly fromMs: number;
}

/** A change of what one charger measured. */
export interface ChargerSwing {
  readonly standing: Standing;
  readonly swing: Swing;
}

/** Working space of one site: from one decision to the next most readings stay as they are. */
export interface ReadingOrder {
  /** One for each EVSE. */
  readonly all: readonly Entry[];
  /** Those with a fresh reading in their order, and those whose place is still to be found. */
  readonly order: Fresh[];
  readonly news: Fresh[];
  readonly swings: NewSwing[];
  /** As many as there ever were at once, to be told again. */
  readonly spare: NewSwing[];
}

/** A change that is being noted. */
type NewSwing = { -readonly [key in keyof ChargerSwing]: ChargerSwing[key] };

interface Entry {
  readonly standing: Standing;
  reading: ChargerReading | null;
  fromMs: number;
  /** It stands in the order already. */
  isPlaced: boolean;
}

type Fresh = Entry & { readonly reading: ChargerReading };

/** An order in which nobody stands yet. */
export function createReadingOrder(standings: readonly Standing[]): ReadingOrder {
  const all = standings.map((standing): Entry => ({
    standing,
    reading: null,
    fromMs: -Infinity,
    isPlaced: false,
  }));
  return { all, order: [], news: [], swings: [], spare: [] };
}

/**
 * Newest first, then by slot: a set of the newest readings is disturbed least by what happened before
 * them. It holds until it is asked again.
 */
export function freshReadings(space: ReadingOrder, nowMs: number): readonly FreshReading[] {
  const { all, order, news } = space;
  news.length = 0;
  for (const entry of all) {
    note(entry, nowMs);
    if (isNew(entry)) news.push(entry);
  }
  let kept = 0;
  for (const entry of order) {
    if (entry.isPlaced) order[kept++] = entry;
  }
  order.length = kept;
  if (news.length === 0) return order;
  news.sort(newestFirst);
  return withNews(order, news);
}

function note(entry: Entry, nowMs: number): void {
  const { reading } = entry.standing.memory;
  const fresh = reading !== null && isFresh(reading, nowMs) ? reading : null;
  const fromMs = fresh === null ? -Infinity : measuredFromMs(fresh);
  entry.isPlaced &&= fresh !== null && fromMs === entry.fromMs;
  entry.reading = fresh;
  entry.fromMs = fromMs;
}

function isNew(entry: Entry): entry is Fresh {
  return entry.reading !== null && !entry.isPlaced;
}

function newestFirst(a: Fresh, b: Fresh): number {
  return b.fromMs - a.fromMs || a.standing.place.slot - b.standing.place.slot;
}

/** Both are in their order. */
function withNews(order: Fresh[], news: readonly Fresh[]): readonly Fresh[] {
  let from = order.length - 1;
  let next = news.length - 1;
  for (let to = from + news.length; to >= 0 && next >= 0; to--) {
    const [old, one] = [order[from], news[next]];
    if (one === undefined) break;
    if (old !== undefined && newestFirst(old, one) > 0) {
      order[to] = old;
      from--;
      continue;
    }
    order[to] = one;
    one.isPlaced = true;
    next--;
  }
  return order;
}

/** The changes since the oldest of these readings, newest first. It holds until it is asked again. */
export function swingsOf(
  { swings, spare }: ReadingOrder,
  readings: readonly FreshReading[],
): readonly ChargerSwing[] {
  const oldestMs = readings.at(-1)?.fromMs ?? Infinity;
  let count = 0;
  for (const { standing, reading: { swings: its } } of readings) {
    if (its === undefined) continue;
    for (let index = firstSince(its, oldestMs); index < its.length; index++) {
      const swing = its[index];
      if (swing === undefined) continue;
      const noted = spare[count] ??= { standing, swing };
      noted.standing = standing;
      noted.swing = swing;
      swings[count++] = noted;
    }
  }
  swings.length = count;
  return swings.sort((a, b) => b.swing.byMs - a.swing.byMs);
}

/** A charger may have had many before: they are looked at from the newest on. */
function firstSince(swings: readonly Swing[], sinceMs: number): number {
  let from = swings.length;
  while (from > 0 && (swings[from - 1]?.byMs ?? sinceMs) > sinceMs) from--;
  return from;
}
