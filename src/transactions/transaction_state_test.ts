import { assertEquals, assertStrictEquals } from "@std/assert";
import { ASHA, atMs, BEN, ended, transactionRecord } from "../../test/contract/sessions.ts";
import type { Transaction } from "./transaction.ts";
import {
  byNumber,
  byUpstreamNumber,
  NO_TRANSACTIONS,
  openOn,
  openTransactions,
  retire,
  type TransactionState,
  withoutRemoteStart,
  withRemoteStart,
  withTransaction,
} from "./transaction_state.ts";

function stateOf(...transactions: readonly Transaction[]): TransactionState {
  return transactions.reduce(withTransaction, NO_TRANSACTIONS);
}

/** Two sockets of CP1 and one of CP2, all charging. */
const FIRST = transactionRecord({ number: 10, slot: 1, evseId: 1 });
const SECOND = transactionRecord({ number: 20, slot: 2, evseId: 2, idToken: BEN });
const OTHERS = transactionRecord({ number: 30, slot: 3, evseId: 1, chargerId: "CP2" });
const BUSY = stateOf(OTHERS, SECOND, FIRST);

Deno.test("withTransaction() remembers the highest number and remote start ever seen", () => {
  const state = stateOf(
    transactionRecord({ number: 5, remoteStartId: 9 }),
    transactionRecord({ number: 3, remoteStartId: null }),
  );
  assertEquals([state.lastNumber, state.lastRemoteStartId], [5, 9]);
  assertEquals(state.transactions.size, 2);
});

Deno.test("withRemoteStart() keeps the newest order of a slot, withoutRemoteStart() none", () => {
  const order = {
    remoteStartId: 4,
    slot: 2,
    idToken: ASHA,
    origin: "csms" as const,
    expiresAtMs: 1,
  };
  const once = withRemoteStart(NO_TRANSACTIONS, order);
  const twice = withRemoteStart(once, { ...order, remoteStartId: 3 });
  assertEquals(twice.remoteStarts.get(2)?.remoteStartId, 3);
  assertEquals(twice.lastRemoteStartId, 4);
  const none = withoutRemoteStart(twice, 2);
  assertEquals(none.remoteStarts.size, 0);
  assertEquals(none.lastRemoteStartId, 4);
});

Deno.test("openTransactions() and openOn() see what has not ended, the oldest first", () => {
  assertEquals(openTransactions(BUSY).map(({ number }) => number), [10, 20, 30]);
  const state = withTransaction(BUSY, { ...FIRST, stop: ended(60) });
  assertEquals(openTransactions(state).map(({ number }) => number), [20, 30]);
  assertEquals(openOn(state, 1), undefined);
  assertEquals(openOn(state, 2), SECOND);
});

Deno.test("byNumber() needs the charger as well as the number", () => {
  assertEquals(byNumber(BUSY, "CP1", 20), SECOND);
  assertEquals(byNumber(BUSY, "CP2", 20), undefined);
});

Deno.test("byUpstreamNumber() means the open transaction where a CSMS gave a number twice", () => {
  const done = transactionRecord({ number: 1, upstreamNumber: 5, stop: ended(1) });
  const doneLater = transactionRecord({ number: 2, upstreamNumber: 5, stop: ended(2) });
  const open = transactionRecord({ number: 3, upstreamNumber: 5 });
  const newest = transactionRecord({ number: 4, upstreamNumber: 5, stop: ended(4) });
  assertEquals(byUpstreamNumber(stateOf(done, open, newest), 5), open);
  assertEquals(byUpstreamNumber(stateOf(done, doneLater), 5), doneLater);
  assertEquals(byUpstreamNumber(stateOf(done), 6), undefined);
  assertEquals(byUpstreamNumber(stateOf(FIRST), Number.NaN), undefined);
});

Deno.test("retire() forgets ended transactions only, and no number", () => {
  const stopped = transactionRecord({ number: 99, stop: ended(60) });
  const kept = transactionRecord({ number: 98, stop: ended(600) });
  const state = stateOf(FIRST, stopped, kept);
  const isOld = ({ stop }: Transaction) => stop === null || stop.heardAtMs < atMs(100);
  const next = retire(state, isOld);
  assertEquals([...next.transactions.values()], [kept, FIRST]);
  assertEquals(next.lastNumber, 99);
  assertStrictEquals(retire(next, isOld), next);
});
