import { assertEquals, assertStrictEquals } from "@std/assert";
import { ASHA, at, atMs, BEN, ended, transactionRecord } from "../../test/contract/sessions.ts";
import type { StopIntent } from "../ocpp/mod.ts";
import type { Transaction } from "./transaction.ts";
import {
  byNumber,
  byUpstreamNumber,
  meteredTransaction,
  NO_TRANSACTIONS,
  openOn,
  openTransactions,
  retire,
  stopTarget,
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

function stopIntent(changes: Partial<StopIntent> = {}): StopIntent {
  return { transactionNumber: 10, meterStopWh: 9000, timestamp: at(3600), ...changes };
}

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

Deno.test("stopTarget() takes the transaction that is named, open or ended", () => {
  assertEquals(stopTarget(BUSY, "CP1", stopIntent({ transactionNumber: 20 })), {
    kind: "open",
    transaction: SECOND,
    repaired: false,
  });
  const stopped = { ...SECOND, stop: ended(60) };
  const state = withTransaction(BUSY, stopped);
  assertEquals(stopTarget(state, "CP1", stopIntent({ transactionNumber: 20 })), {
    kind: "ended",
    transaction: stopped,
  });
});

Deno.test("stopTarget() repairs a wrong number where only one transaction can be meant", () => {
  const lone = stateOf(FIRST, OTHERS);
  const cases = [
    { name: "its only one", state: lone, intent: { transactionNumber: -1 }, number: 10 },
    { name: "a number of its own", state: lone, intent: { transactionNumber: 3 }, number: 10 },
    {
      name: "another charger's number",
      state: lone,
      intent: { transactionNumber: 30 },
      number: 10,
    },
    {
      name: "the one of that token",
      state: BUSY,
      intent: { transactionNumber: 0, idToken: BEN },
      number: 20,
    },
    {
      name: "its only one, stopped by another token",
      state: lone,
      intent: { transactionNumber: 0, idToken: BEN },
      number: 10,
    },
  ];
  for (const { name, state, intent, number } of cases) {
    const target = stopTarget(state, "CP1", stopIntent(intent));
    assertEquals(target.kind, "open", name);
    if (target.kind !== "open") continue;
    assertEquals([target.transaction.number, target.repaired], [number, true], name);
  }
});

Deno.test("stopTarget() does not guess between two, nor among another charger's", () => {
  const carol = { idToken: "CAROL", type: "ISO14443" } as const;
  const unknown = { kind: "unknown" } as const;
  assertEquals(stopTarget(BUSY, "CP1", stopIntent({ transactionNumber: 0 })), unknown);
  assertEquals(
    stopTarget(BUSY, "CP1", stopIntent({ transactionNumber: 0, idToken: carol })),
    unknown,
  );
  assertEquals(stopTarget(BUSY, "CP3", stopIntent({ transactionNumber: 30 })), unknown);
});

Deno.test("stopTarget() knows a repaired Stop again, and leaves the other socket alone", () => {
  const stopped = { ...FIRST, stop: ended(3600) };
  const state = stateOf(stopped, SECOND);
  const again = stopIntent({ transactionNumber: -1 });
  assertEquals(stopTarget(state, "CP1", again), { kind: "ended", transaction: stopped });
  // Another register, time or token makes it another Stop.
  for (
    const change of [{ meterStopWh: 9001 }, { timestamp: at(3601) }, { idToken: BEN }] as const
  ) {
    const target = stopTarget(state, "CP1", { ...again, ...change });
    assertEquals(target, { kind: "open", transaction: SECOND, repaired: true });
  }
  assertEquals(stopTarget(state, "CP2", again), { kind: "unknown" });
});

Deno.test("stopTarget() does not end what began after the Stop was written", () => {
  const state = stateOf({ ...FIRST, startedAt: at(7200) });
  assertEquals(stopTarget(state, "CP1", stopIntent({ transactionNumber: 3 })), {
    kind: "unknown",
  });
  const sameMoment = stopIntent({ transactionNumber: 3, timestamp: at(7200) });
  assertEquals(stopTarget(state, "CP1", sameMoment).kind, "open");
  // Named by its number it is ended, whatever the clock of the charger did.
  assertEquals(stopTarget(state, "CP1", stopIntent()).kind, "open");
});

Deno.test("meteredTransaction() goes by number, then by the socket", () => {
  const stopped = { ...FIRST, stop: ended(60) };
  const next = transactionRecord({ number: 40, slot: 1, evseId: 1 });
  const state = stateOf(stopped, next, OTHERS);
  const cases = [
    { name: "its number", evseId: 1, transactionNumber: 40, expected: next },
    { name: "its number at another socket", evseId: 2, transactionNumber: 40, expected: next },
    { name: "an ended one", evseId: 1, transactionNumber: 10, expected: stopped },
    { name: "0 at random (quirk 12)", evseId: 1, transactionNumber: 0, expected: next },
    { name: "another charger's number", evseId: 1, transactionNumber: 30, expected: next },
    { name: "no number", evseId: 1, transactionNumber: undefined, expected: next },
    { name: "an idle socket", evseId: 2, transactionNumber: undefined, expected: undefined },
    { name: "the main meter", evseId: 0, transactionNumber: undefined, expected: undefined },
  ];
  for (const { name, expected, ...where } of cases) {
    assertEquals(meteredTransaction(state, { chargerId: "CP1", ...where }), expected, name);
  }
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
