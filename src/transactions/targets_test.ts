import { assertEquals } from "@std/assert";
import { at, BEN, ended, registerAt, transactionRecord } from "../../test/contract/sessions.ts";
import type { MeterReading, StopIntent } from "../ocpp/mod.ts";
import { meteredTransaction, stopTarget } from "./targets.ts";
import type { Transaction } from "./transaction.ts";
import { NO_TRANSACTIONS, type TransactionState, withTransaction } from "./transaction_state.ts";

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
  const next = transactionRecord({ number: 40, slot: 1, evseId: 1, startedAt: at(120) });
  const state = stateOf(stopped, next, OTHERS);
  const cases = [
    { name: "its number", transactionNumber: 40, expected: next },
    { name: "its number at another socket", evseId: 2, transactionNumber: 40, expected: next },
    { name: "an ended one", transactionNumber: 10, seconds: 61, expected: stopped },
    { name: "an ended one, closing", transactionNumber: 10, closing: true, expected: stopped },
    { name: "an old number, of what charges now", transactionNumber: 10, expected: next },
    { name: "0 at random (quirk 12)", transactionNumber: 0, expected: next },
    { name: "a number of its own (quirk 13)", transactionNumber: 7, expected: next },
    { name: "another charger's number", transactionNumber: 30, expected: next },
    { name: "no number", expected: next },
    { name: "no number, a clock put back", seconds: 30, expected: next },
    {
      name: "closing, of the one before (quirk 14)",
      seconds: 61,
      closing: true,
      expected: stopped,
    },
    { name: "closing, now", closing: true, expected: next },
    { name: "an idle socket", evseId: 2, expected: undefined },
    { name: "the main meter", evseId: 0, expected: undefined },
  ];
  for (const { name, expected, seconds = 180, closing, evseId = 1, transactionNumber } of cases) {
    const context = closing ? "Transaction.End" as const : "Sample.Periodic" as const;
    const meterValue = [{ timestamp: at(seconds), sampledValue: [{ value: 5000, context }] }];
    const reading: MeterReading = transactionNumber === undefined
      ? { evseId, meterValue }
      : { evseId, meterValue, transactionNumber };
    assertEquals(meteredTransaction(state, { chargerId: "CP1", reading }), expected, name);
  }
});

Deno.test("meteredTransaction() takes closing values without a number for the session that has ended there", () => {
  const older = transactionRecord({ number: 9, stop: ended(10) });
  const state = stateOf(older, { ...FIRST, stop: ended(60) });
  const closing: MeterReading = {
    evseId: 1,
    meterValue: [{
      timestamp: at(61),
      sampledValue: [{ value: 9000, context: "Transaction.End" }],
    }],
  };
  const target = meteredTransaction(state, { chargerId: "CP1", reading: closing });
  assertEquals(target?.number, 10);
  const idle: MeterReading = { evseId: 1, meterValue: [registerAt(61, 9000)] };
  assertEquals(meteredTransaction(state, { chargerId: "CP1", reading: idle }), undefined);
});

Deno.test("stopTarget() goes by the number that the charger uses for it (quirk 13)", () => {
  const spoken = { ...FIRST, chargerNumber: 7 };
  const state = stateOf(spoken, SECOND);
  const target = stopTarget(state, "CP1", stopIntent({ transactionNumber: 7 }));
  assertEquals(target, { kind: "open", transaction: spoken, repaired: true });
  // An old number of ours: the old session has ended, and this Stop is not its Stop again.
  const old = transactionRecord({ number: 7, stop: ended(60) });
  const again = stopIntent({ transactionNumber: 7, timestamp: at(60) });
  assertEquals(stopTarget(stateOf(old, spoken), "CP1", stopIntent({ transactionNumber: 7 })), {
    kind: "open",
    transaction: spoken,
    repaired: true,
  });
  assertEquals(stopTarget(stateOf(old, spoken), "CP1", again).kind, "ended");
});

Deno.test("stopTarget() takes a Stop under no number for the session that was closed without one", () => {
  const closed = { ...FIRST, stop: { ...ended(60), isGuess: true as const } };
  const next = transactionRecord({ number: 40, startedAt: at(120) });
  const early = stopIntent({ transactionNumber: -1, timestamp: at(90) });
  assertEquals(stopTarget(stateOf(closed), "CP1", early), { kind: "ended", transaction: closed });
  assertEquals(stopTarget(stateOf(closed, next), "CP1", early), {
    kind: "ended",
    transaction: closed,
  });
  const late = stopIntent({ transactionNumber: -1, timestamp: at(300) });
  assertEquals(stopTarget(stateOf(closed, next), "CP1", late).kind, "open");
  const correction = { heardAtMs: 0, stop: { message: early } };
  const corrected = stateOf({ ...closed, correction });
  assertEquals(stopTarget(corrected, "CP1", early).kind, "ended", "the same again");
  const other = { ...early, meterStopWh: 1 };
  assertEquals(stopTarget(corrected, "CP1", other), { kind: "unknown" });
});

Deno.test("stopTarget() knows a Stop again whose number the charger had kept from the session before", () => {
  const closed = { ...FIRST, stop: { ...ended(60), isGuess: true as const } };
  const spoken = transactionRecord({
    number: 40,
    startedAt: at(120),
    chargerNumber: 10,
    stop: ended(3600),
  });
  const state = stateOf(closed, spoken);
  assertEquals(stopTarget(state, "CP1", stopIntent()), { kind: "ended", transaction: spoken });
  // Another end under that number is about the one that has it.
  const other = stopIntent({ timestamp: at(90) });
  assertEquals(stopTarget(state, "CP1", other), { kind: "ended", transaction: closed });
});
