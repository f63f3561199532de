import { withEntry, withoutEntry } from "../lib/maps.ts";
import type { Transaction } from "./transaction.ts";

/**
 * Transactions by id, the ended ones first. A week without the CSMS leaves thousands that have ended
 * in memory, and every reading changes one that is open: so the two are kept apart, and a change
 * copies only the few.
 */
export interface TransactionIndex extends ReadonlyMap<string, Transaction> {
  /** Those that have not ended, by id. */
  readonly open: ReadonlyMap<string, Transaction>;
  /** Those that have, by id. */
  readonly ended: ReadonlyMap<string, Transaction>;
  /** The transaction that was given this number. */
  byNumber(number: number): Transaction | undefined;
  /** The index with one transaction added or changed. */
  with(transaction: Transaction): TransactionIndex;
  /** The index without ended ones that may go; itself where none may. */
  withoutEnded(mayGo: (transaction: Transaction) => boolean): TransactionIndex;
}

/** An index of all these. */
export function indexOf(transactions: Iterable<Transaction>): TransactionIndex {
  const open = new Map<string, Transaction>();
  const ended = new Map<string, Transaction>();
  const ids = new Map<number, string>();
  for (const each of transactions) {
    (each.stop === null ? open : ended).set(each.id, each);
    ids.set(each.number, each.id);
  }
  return createIndex({ open, ended, ids });
}

interface Shelves {
  readonly open: ReadonlyMap<string, Transaction>;
  readonly ended: ReadonlyMap<string, Transaction>;
  /** Ids by number. */
  readonly ids: ReadonlyMap<number, string>;
}

function createIndex(shelves: Shelves): TransactionIndex {
  const { open, ended, ids } = shelves;
  const get = (id: string) => open.get(id) ?? ended.get(id);

  function* entries(): MapIterator<[string, Transaction]> {
    yield* ended;
    yield* open;
  }
  function* keys(): MapIterator<string> {
    for (const [id] of entries()) yield id;
  }
  function* values(): MapIterator<Transaction> {
    for (const [, transaction] of entries()) yield transaction;
  }

  const index: TransactionIndex = {
    open,
    ended,
    size: open.size + ended.size,
    get,
    has: (id) => open.has(id) || ended.has(id),
    entries,
    keys,
    values,
    [Symbol.iterator]: entries,
    forEach(tell) {
      for (const [id, transaction] of entries()) tell(transaction, id, index);
    },
    byNumber(number) {
      const id = ids.get(number);
      return id === undefined ? undefined : get(id);
    },
    with: (transaction) => createIndex(withOne(shelves, transaction)),
    withoutEnded(mayGo) {
      const gone = [...ended.values()].filter(mayGo);
      return gone.length === 0 ? index : createIndex(without(shelves, gone));
    },
  };
  return index;
}

function withOne({ open, ended, ids }: Shelves, transaction: Transaction): Shelves {
  const { id, number, stop } = transaction;
  const isKnown = ids.get(number) === id;
  const isOpen = stop === null;
  return {
    open: isOpen ? withEntry(open, id, transaction) : withoutEntry(open, id),
    ended: isOpen ? withoutEntry(ended, id) : withEntry(ended, id, transaction),
    ids: isKnown ? ids : withEntry(ids, number, id),
  };
}

function without({ open, ended, ids }: Shelves, gone: readonly Transaction[]): Shelves {
  const left = new Map(ended);
  const named = new Map(ids);
  for (const { id, number } of gone) {
    left.delete(id);
    if (named.get(number) === id) named.delete(number);
  }
  return { open, ended: left, ids: named };
}
