import { withEntry, withoutEntry } from "../lib/maps.ts";
import { NO_ORPHAN_STOPS, type OrphanStops } from "./orphan_stop.ts";
import type { RemoteStart, RemoteStarts } from "./remote_start.ts";
import type { Transaction } from "./transaction.ts";
import { indexOf, type TransactionIndex } from "./transaction_index.ts";

/** Every transaction that can still change, and what leads to new ones. */
export interface TransactionState {
  readonly transactions: TransactionIndex;
  readonly remoteStarts: RemoteStarts;
  readonly orphanStops: OrphanStops;
  /** The number given last. */
  readonly lastNumber: number;
  /** The id given last to an order of ours or of a 1.6 CSMS. */
  readonly lastRemoteStartId: number;
}

/** A site where nothing has happened yet. */
export const NO_TRANSACTIONS: TransactionState = {
  transactions: indexOf([]),
  remoteStarts: new Map(),
  orphanStops: NO_ORPHAN_STOPS,
  lastNumber: 0,
  lastRemoteStartId: 0,
};

/** The state with one transaction added or changed. */
export function withTransaction(
  state: TransactionState,
  transaction: Transaction,
): TransactionState {
  return {
    ...state,
    transactions: state.transactions.with(transaction),
    lastNumber: Math.max(state.lastNumber, transaction.number),
    lastRemoteStartId: Math.max(state.lastRemoteStartId, transaction.remoteStartId ?? 0),
  };
}

/** The state with one order added. */
export function withRemoteStart(state: TransactionState, order: RemoteStart): TransactionState {
  return {
    ...state,
    remoteStarts: withEntry(state.remoteStarts, order.slot, order),
    lastRemoteStartId: Math.max(state.lastRemoteStartId, order.remoteStartId),
  };
}

/** The state without the order for a slot. */
export function withoutRemoteStart(state: TransactionState, slot: number): TransactionState {
  return { ...state, remoteStarts: withoutEntry(state.remoteStarts, slot) };
}

/** Transactions that have not ended, oldest first. */
export function openTransactions(state: TransactionState): Transaction[] {
  return [...state.transactions.open.values()].toSorted((a, b) => a.number - b.number);
}

/** The open transaction of a slot; undefined where none is. */
export function openOn(state: TransactionState, slot: number): Transaction | undefined {
  for (const each of state.transactions.open.values()) if (each.slot === slot) return each;
  return undefined;
}

/**
 * The transaction that a 1.6 CSMS knows by this number. A CSMS that gives a number twice means the
 * open one, else the newest.
 */
export function byUpstreamNumber(
  state: TransactionState,
  number: number,
): Transaction | undefined {
  const named = [...state.transactions.values()]
    .filter((each) => each.upstreamNumber === number)
    .toSorted((a, b) => b.number - a.number);
  return named.find(({ stop }) => stop === null) ?? named[0];
}

/**
 * The transaction of one charger by the number it was given. The charger is part of the key: no
 * charger can name another's transaction, however well it guesses.
 */
export function byNumber(
  state: TransactionState,
  chargerId: string,
  number: number,
): Transaction | undefined {
  const named = state.transactions.byNumber(number);
  return named?.chargerId === chargerId ? named : undefined;
}

/** The transaction of one charger by the id that the charger gave it (2.x); an open one first. */
export function byStationId(
  state: TransactionState,
  chargerId: string,
  stationTransactionId: string,
): Transaction | undefined {
  const isIt = (each: Transaction) =>
    each.chargerId === chargerId && each.stationTransactionId === stationTransactionId;
  return state.transactions.open.values().find(isIt) ??
    state.transactions.ended.values().find(isIt);
}

/** Ended transactions that nothing can concern any more: they leave memory, not the disk. */
export function retire(
  state: TransactionState,
  mayGo: (transaction: Transaction) => boolean,
): TransactionState {
  const transactions = state.transactions.withoutEnded(mayGo);
  return transactions === state.transactions ? state : { ...state, transactions };
}
