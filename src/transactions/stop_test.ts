import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  ASHA,
  at,
  atMs,
  BEN,
  registerAt,
  startCase,
  stopCase,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import { intendStop } from "./changes.ts";
import { orphanKey } from "./orphan_stop.ts";
import { startTransaction } from "./start.ts";
import { stopTransaction } from "./stop.ts";
import { NO_TRANSACTIONS, withTransaction } from "./transaction_state.ts";
import type { Transaction } from "./transaction.ts";

function stateWith(...transactions: readonly Transaction[]) {
  return transactions.reduce(withTransaction, NO_TRANSACTIONS);
}

const OPEN = transactionRecord({ number: 10, id: "tx-1", nextSeqNo: 4 });

Deno.test("stopTransaction() ends the transaction with one Ended event", () => {
  const carry = { dialect: "ocpp1.6", notes: [] } as const;
  const intent = {
    idToken: BEN,
    stoppedReason: "EVDisconnected",
    meterValue: [registerAt(3599, 8999)],
  } as const;
  const step = stopTransaction(stateWith(OPEN), stopCase(10, intent, { offline: true, carry }));
  assertEquals(step.transaction?.stop, {
    stoppedAt: at(3600),
    heardAtMs: atMs(3600),
    meterStopWh: 9000,
    reason: "EVDisconnected",
    idToken: BEN,
  });
  assertEquals([step.transaction?.nextSeqNo, step.transaction?.flags], [5, []]);
  assertEquals(step.changed, [step.transaction]);
  const [fact, ...more] = step.facts;
  assertEquals(more, []);
  assertEquals([fact?.event.eventType, fact?.event.seqNo, fact?.event.offline], [
    "Ended",
    4,
    true,
  ]);
  assertEquals(fact?.event.meterValue?.length, 2);
  assertEquals(fact?.carry, carry);
  assertEquals(step.isRepeat, false);
});

Deno.test("stopTransaction() accepts whoever stops, and says nothing of nobody (ruling 7)", () => {
  const withToken = stopTransaction(stateWith(OPEN), stopCase(10, { idToken: ASHA }));
  assertEquals(withToken.answer, { idTokenInfo: { status: "Accepted" } });
  assertEquals(stopTransaction(stateWith(OPEN), stopCase(10)).answer, {});
  const unknown = stopTransaction(NO_TRANSACTIONS, stopCase(3, { idToken: ASHA }));
  assertEquals(unknown.answer, { idTokenInfo: { status: "Accepted" } });
});

Deno.test("stopTransaction() changes nothing when a Stop is repeated, and answers the same", () => {
  for (const number of [10, -1]) {
    const stop = stopCase(number, { idToken: ASHA });
    const first = stopTransaction(stateWith(OPEN), stop);
    const again = stopTransaction(first.state, { ...stop, nowWallMs: atMs(9999) });
    assert(again.isRepeat);
    assertStrictEquals(again.state, first.state);
    assertEquals([again.changed, again.facts], [[], []]);
    assertEquals(again.answer, first.answer);
    assertEquals(again.transaction, first.transaction);
  }
});

Deno.test("stopTransaction() flags what an operator should look at", () => {
  const read = (energyWh: number) => ({ lastReading: { at: at(1800), energyWh } });
  const cases: [string, Partial<Transaction>, number, number, Transaction["flags"]][] = [
    ["all in order", read(8000), 10, 9000, []],
    ["a rounded register", read(9000.9), 10, 9000, []],
    ["a wrong number", {}, 0, 9000, ["stop-number-repaired"]],
    ["a register of -1", {}, 10, -1, ["stop-below-start"]],
    ["a reset between reading and Stop", read(8000), 10, 1200, ["register-went-back"]],
    ["all of it", read(8000), 0, 0, [
      "stop-number-repaired",
      "stop-below-start",
      "register-went-back",
    ]],
  ];
  for (const [name, changes, number, meterStopWh, flags] of cases) {
    const state = stateWith({ ...OPEN, ...changes });
    const step = stopTransaction(state, stopCase(number, { meterStopWh }));
    assertEquals(step.transaction?.flags, flags, name);
    assertEquals(step.transaction?.stop?.meterStopWh, meterStopWh, name);
  }
});

Deno.test("stopTransaction() tells the CSMS why the gateway stopped it", () => {
  const intended = intendStop(stateWith(OPEN), "tx-1", "DeAuthorized").state;
  const cases = [
    { said: "Remote", expected: "DeAuthorized" },
    { said: "EVDisconnected", expected: "EVDisconnected" },
  ] as const;
  for (const { said, expected } of cases) {
    const step = stopTransaction(intended, stopCase(10, { stoppedReason: said }));
    assertEquals(step.transaction?.stop?.reason, expected);
    assertEquals(step.facts[0]?.event.transactionInfo.stoppedReason, expected);
  }
  const without = stopTransaction(intended, stopCase(10));
  assertEquals(without.transaction?.stop?.reason, null);
});

Deno.test("stopTransaction() keeps a Stop without Start, once", () => {
  const stop = stopCase(77, { idToken: ASHA, meterValue: [registerAt(3599, 8999)] });
  const step = stopTransaction(NO_TRANSACTIONS, stop);
  const orphan = { chargerId: "CP1", heardAtMs: atMs(3600), stop: stop.intent };
  assertEquals(step.orphan, { kept: orphan, dropped: null });
  assertEquals([...step.state.orphanStops], [
    [orphanKey("CP1", stop.intent.message), orphan],
  ]);
  assertEquals([step.transaction, step.facts, step.changed], [null, [], []]);
  const again = stopTransaction(step.state, { ...stop, nowWallMs: atMs(9999) });
  assertStrictEquals(again.state, step.state);
  assertEquals([again.orphan, again.isRepeat, again.answer], [undefined, false, step.answer]);
});

Deno.test("stopTransaction() keeps a Stop that could mean two transactions, and ends neither", () => {
  const other = transactionRecord({ number: 20, id: "tx-2", slot: 2, evseId: 2 });
  const step = stopTransaction(stateWith(OPEN, other), stopCase(0));
  assertEquals(step.changed, []);
  assertEquals(step.orphan?.kept?.stop.message.transactionNumber, 0);
  // Repeated when one of the two has ended, it still does not end the other.
  const oneLeft = stopTransaction(step.state, stopCase(10, { timestamp: at(3700) }));
  const again = stopTransaction(oneLeft.state, stopCase(0));
  assertStrictEquals(again.state, oneLeft.state);
});

/** CP1 began anew without ending the first transaction, which was closed with what was known. */
function closedByNextStart() {
  const first = startTransaction(NO_TRANSACTIONS, startCase());
  const begun = startCase({ timestamp: at(4000) }, { newId: "tx-2" });
  const { state } = startTransaction(first.state, begun);
  return { state, late: stopCase(first.transaction.number, { meterStopWh: 8000 }) };
}

Deno.test("a Stop that comes after the transaction was closed stands, while the CSMS has not heard of that", () => {
  const { state, late } = closedByNextStart();
  const step = stopTransaction(state, { ...late, mayAmend: (id) => id === "tx-1" });
  assertEquals([step.isRepeat, step.isLate, step.facts], [false, true, []]);
  assertEquals(step.amendments?.map(({ transactionId, event }) => [transactionId, event.seqNo]), [
    ["tx-1", 1],
  ]);
  const [amended] = step.amendments ?? [];
  assertEquals(amended?.event.meterValue?.at(-1)?.sampledValue[0]?.value, 8000);
  const [closed] = step.changed;
  assertEquals([closed?.stop?.meterStopWh, closed?.stop?.isGuess, closed?.nextSeqNo], [
    8000,
    undefined,
    2,
  ]);
  assertEquals(closed?.flags, ["stop-came-late"]);
  assertStrictEquals(stopTransaction(step.state, late).state, step.state, "again the same");
});

Deno.test("a Stop that comes when the CSMS has heard of the end is kept as a correction; the end is told once (I3)", () => {
  const { state, late } = closedByNextStart();
  const step = stopTransaction(state, late);
  assertEquals([step.isLate, step.facts, step.amendments, step.orphan], [
    true,
    [],
    undefined,
    undefined,
  ]);
  const [closed] = step.changed;
  assertEquals(closed?.stop?.meterStopWh, 1000, "what was billed stays");
  assertEquals(closed?.correction, { heardAtMs: late.nowWallMs, stop: late.intent });
  assertEquals(closed?.flags, ["no-stop-received", "stop-after-close"]);
  const again = stopTransaction(step.state, late);
  assertStrictEquals(again.state, step.state);
  assert(again.isRepeat);
  // A third word about the same end is worth keeping, and is nobody's.
  const other = stopTransaction(
    step.state,
    stopCase(1, { ...late.intent.message, meterStopWh: 9 }),
  );
  assertEquals(other.orphan?.kept?.stop.message.meterStopWh, 9);
});

Deno.test("a late Stop that says the very same as the guess changes nothing", () => {
  const { state, late } = closedByNextStart();
  const closed = state.transactions.get("tx-1")?.stop;
  const { message } = late.intent;
  const same = { ...message, meterStopWh: 1000, timestamp: closed?.stoppedAt ?? "" };
  const step = stopTransaction(state, { ...late, intent: { message: same } });
  assertStrictEquals(step.state, state);
});

Deno.test("another register for an end that the charger itself has told is kept as an orphan", () => {
  const { state } = stopTransaction(stateWith(OPEN), stopCase(10));
  const step = stopTransaction(state, stopCase(10, { meterStopWh: 8000 }));
  assert(step.isRepeat);
  assertEquals([step.facts, step.changed], [[], []]);
  assertEquals(step.orphan?.kept?.stop.message.meterStopWh, 8000);
});
