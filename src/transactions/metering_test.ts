import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  at,
  ended,
  meterCase,
  registerAt,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import { meterTransaction } from "./metering.ts";
import { NO_TRANSACTIONS, withTransaction } from "./transaction_state.ts";
import type { Transaction } from "./transaction.ts";

const OPEN = transactionRecord({ number: 10, nextSeqNo: 4 });

function stateWith(changes: Partial<Transaction> = {}) {
  return withTransaction(NO_TRANSACTIONS, { ...OPEN, ...changes });
}

/** Feeds register readings, each `[second, Wh]` in a message of its own, into one transaction. */
function read(...values: readonly (readonly [number, number])[]): Transaction | undefined {
  const state = values.reduce(
    (current, [second, energyWh]) =>
      meterTransaction(current, meterCase([registerAt(second, energyWh)])).state,
    stateWith(),
  );
  return state.transactions.get(OPEN.id);
}

Deno.test("meterTransaction() makes one Updated event of a message, with all its readings", () => {
  const values = [registerAt(60, 1100), registerAt(120, 1200)];
  const carry = { dialect: "ocpp1.6", notes: [] } as const;
  const step = meterTransaction(stateWith(), meterCase(values, {}, { offline: true, carry }));
  const [fact, ...more] = step.facts;
  assertEquals(more, []);
  assertEquals(fact?.event.meterValue, values);
  assertEquals([fact?.event.eventType, fact?.event.seqNo, fact?.event.offline], [
    "Updated",
    4,
    true,
  ]);
  assertEquals(fact?.carry, carry);
  assertEquals(step.transaction?.nextSeqNo, 5);
  assertEquals(step.transaction?.lastReading, { at: at(120), energyWh: 1200 });
  assertEquals(step.changed, [step.transaction]);
  assertEquals(step.state.transactions.get(OPEN.id), step.transaction);
});

Deno.test("meterTransaction() finds the transaction by number, else by socket", () => {
  for (const transactionNumber of [10, 0, -1, 4711]) {
    const step = meterTransaction(
      stateWith(),
      meterCase([registerAt(1, 1)], { transactionNumber }),
    );
    assertEquals(step.transaction?.id, OPEN.id, `${transactionNumber}`);
  }
});

Deno.test("meterTransaction() leaves values alone that belong to no transaction", () => {
  const state = stateWith();
  for (
    const stray of [
      meterCase([registerAt(1, 1)], { evseId: 0 }),
      meterCase([registerAt(1, 1)], { evseId: 2 }),
      meterCase([registerAt(1, 1)], { transactionNumber: 10, evseId: 2 }, { chargerId: "CP2" }),
    ]
  ) {
    const step = meterTransaction(state, stray);
    assertStrictEquals(step.state, state);
    assertEquals([step.transaction, step.changed, step.facts], [null, [], []]);
  }
});

Deno.test("meterTransaction() makes no event of a message without values", () => {
  const state = stateWith();
  const step = meterTransaction(state, meterCase([]));
  assertStrictEquals(step.state, state);
  assertEquals([step.transaction?.id, step.facts], [OPEN.id, []]);
});

Deno.test("meterTransaction() keeps values that 2.1 has no measurand for: their carry speaks 1.6", () => {
  const step = meterTransaction(stateWith(), meterCase([{ timestamp: at(60), sampledValue: [] }]));
  assertEquals(step.facts.length, 1);
  assertEquals(step.transaction?.lastReading, null);
});

Deno.test("meterTransaction() does not let late values revive a transaction (quirk 14)", () => {
  const state = stateWith({ stop: ended(60) });
  const late = meterCase([registerAt(90, 9500)], { transactionNumber: 10 });
  const step = meterTransaction(state, late);
  assertEquals(step.facts, []);
  assertEquals(step.transaction?.stop, ended(60));
  assertEquals(step.transaction?.flags, ["readings-after-stop"]);
  assertEquals(step.changed, [step.transaction]);
  const again = meterTransaction(step.state, late);
  assertStrictEquals(again.state, step.state);
  assertEquals(again.changed, []);
});

Deno.test("meterTransaction() flags a register that went back, and follows it", () => {
  const cases: [string, [number, number][], number, boolean][] = [
    ["rising", [[60, 1100], [120, 1200]], 1200, false],
    ["standing still", [[60, 1100], [120, 1100]], 1100, false],
    ["below the start", [[60, 999]], 999, true],
    ["reset in the middle", [[60, 5000], [120, 3]], 3, true],
    ["reset with a stopped clock", [[60, 5000], [60, 3]], 3, true],
    ["an older value that came late", [[60, 1100], [59, 1090]], 1100, false],
    ["a clock that was set back", [[60, 1100], [-3540, 1200]], 1200, false],
  ];
  for (const [name, values, energyWh, isFlagged] of cases) {
    const transaction = read(...values);
    assertEquals(transaction?.lastReading?.energyWh, energyWh, name);
    assertEquals(transaction?.flags.includes("register-went-back"), isFlagged, name);
    assertEquals(transaction?.nextSeqNo, 4 + values.length, name);
  }
});

Deno.test("meterTransaction() remembers the last energy reading when a later one has none", () => {
  const state = stateWith({ lastReading: { at: at(60), energyWh: 1500 } });
  const current = {
    timestamp: at(120),
    sampledValue: [{ value: 16, measurand: "Current.Import" as const }],
  };
  const step = meterTransaction(state, meterCase([current]));
  assertEquals(step.transaction?.lastReading, { at: at(60), energyWh: 1500 });
  assert(step.facts.length === 1);
});

Deno.test("meterTransaction() recognises values that a charger tells again", () => {
  const values = [registerAt(60, 1100), registerAt(120, 1200)];
  const first = meterTransaction(stateWith(), meterCase(values));
  const again = meterTransaction(first.state, meterCase(structuredClone(values)));
  assertEquals([first.isRepeat, again.isRepeat], [false, true]);
  assertEquals([again.facts, again.changed], [[], []]);
  assertStrictEquals(again.state, first.state);
  const later = meterTransaction(first.state, meterCase([registerAt(180, 1200)]));
  assertEquals([later.isRepeat, later.facts.length], [false, 1]);
});
