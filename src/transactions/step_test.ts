import { assertEquals, assertStrictEquals } from "@std/assert";
import { at, atMs, stopCase, transactionRecord } from "../../test/contract/sessions.ts";
import { emptyStep, endTransaction, fact } from "./step.ts";
import { NO_TRANSACTIONS } from "./transaction_state.ts";

Deno.test("emptyStep() keeps the state and writes nothing", () => {
  const step = emptyStep(NO_TRANSACTIONS);
  assertStrictEquals(step.state, NO_TRANSACTIONS);
  assertEquals([step.changed, step.facts, step.orphan], [[], [], undefined]);
});

Deno.test("endTransaction() gives the Ended event the last sequence number", () => {
  const { transactionNumber: _, ...intent } = stopCase(1).intent.message;
  const now = { offline: false, nowWallMs: atMs(3601) };
  const step = endTransaction(
    NO_TRANSACTIONS,
    transactionRecord({ nextSeqNo: 6, slot: 3 }),
    intent,
    undefined,
    now,
  );
  const [transaction] = step.changed;
  assertEquals([transaction?.nextSeqNo, transaction?.stop?.heardAtMs], [7, atMs(3601)]);
  assertEquals(transaction?.stop?.stoppedAt, at(3600));
  assertEquals([transaction?.stop?.reason, transaction?.stop?.idToken], [null, null]);
  assertEquals(step.facts.map(({ event, slot }) => [event.eventType, event.seqNo, slot]), [
    ["Ended", 6, 3],
  ]);
  assertEquals([...step.state.transactions.values()], [transaction]);
});

Deno.test("fact() has a carry only where there is one", () => {
  const transaction = transactionRecord();
  const event = endTransaction(
    NO_TRANSACTIONS,
    transaction,
    {
      meterStopWh: 1,
      timestamp: at(1),
    },
    undefined,
    { offline: false, nowWallMs: 0 },
  ).facts[0]?.event;
  if (event === undefined) throw new Error("no event");
  assertEquals("carry" in fact(transaction, event, undefined), false);
  const carry = { dialect: "ocpp1.6", notes: [] } as const;
  assertEquals(fact(transaction, event, carry), {
    transactionId: "tx-1",
    slot: 1,
    event,
    carry,
  });
});
