import type { LedgerWrite } from "./ledger.ts";

/** What has writes that belong together. */
interface Writing {
  readonly writes: readonly LedgerWrite[];
}

/**
 * What goes to a disk on which only the reserve is left, and what stays in memory until there is room:
 * ends of sessions go, with all that stands in line before them about the same records, so that an end
 * is never there without its start. Both are in the order in which they were.
 */
export function forReserve<Batch extends Writing>(
  inLine: readonly Batch[],
): { readonly goes: Batch[]; readonly stays: Batch[] } {
  const goes: Batch[] = [];
  const stays: Batch[] = [];
  const needed = new Set<string>();
  for (const batch of inLine.toReversed()) {
    const names = batch.writes.map(({ collection, key }) => `${collection} ${key}`);
    if (mayUseReserve(batch.writes) || names.some((name) => needed.has(name))) {
      for (const name of names) needed.add(name);
      goes.unshift(batch);
    } else {
      stays.unshift(batch);
    }
  }
  return { goes, stays };
}

/**
 * Ends, also those whose start nobody knows; what a charger says when it boots, since it tells no end
 * before it was accepted; and deletions, which make room.
 */
function mayUseReserve(writes: readonly LedgerWrite[]): boolean {
  if (writes.length === 0) return false;
  return writes.every(({ kind }) => kind === "drop") || writes.some(isForEnd);
}

function isForEnd(write: LedgerWrite): boolean {
  if (write.kind === "drop") return false;
  if (write.collection === "transactions") return write.value.stop !== null;
  return write.collection === "orphan-stops" || write.collection === "chargers";
}
