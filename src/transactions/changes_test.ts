import { assertEquals, assertStrictEquals } from "@std/assert";
import { ASHA, BEN, ended, transactionRecord } from "../../test/contract/sessions.ts";
import { bindUpstream, chargesElsewhere, giveUp, intendStop } from "./changes.ts";
import { isStartGivenUp } from "./transaction.ts";
import { NO_TRANSACTIONS, withTransaction } from "./transaction_state.ts";

const OPEN = transactionRecord({ number: 10 });
const STATE = withTransaction(NO_TRANSACTIONS, OPEN);
const ENDED = withTransaction(NO_TRANSACTIONS, { ...OPEN, stop: ended(60) });

Deno.test("bindUpstream() notes the CSMS's number, also of a transaction that has ended", () => {
  for (const state of [STATE, ENDED]) {
    const step = bindUpstream(state, OPEN.id, 555);
    assertEquals(step.state.transactions.get(OPEN.id)?.upstreamNumber, 555);
    assertEquals(step.changed.map(({ upstreamNumber }) => upstreamNumber), [555]);
    assertEquals(step.facts, []);
  }
});

Deno.test("bindUpstream() changes nothing for a transaction that nobody knows", () => {
  const step = bindUpstream(STATE, "tx-none", 555);
  assertStrictEquals(step.state, STATE);
  assertEquals(step.changed, []);
});

Deno.test("intendStop() notes why the gateway stops an open transaction", () => {
  const step = intendStop(STATE, OPEN.id, "DeAuthorized");
  assertEquals(step.changed.map(({ intendedStop }) => intendedStop), ["DeAuthorized"]);
  const late = intendStop(ENDED, OPEN.id, "DeAuthorized");
  assertStrictEquals(late.state, ENDED);
  assertEquals(late.changed, []);
});

Deno.test("chargesElsewhere() is about open transactions of the token at other slots", () => {
  assertEquals(chargesElsewhere(STATE, ASHA, 2), true);
  assertEquals(chargesElsewhere(STATE, { ...ASHA, idToken: "asha-01 " }, 2), true);
  assertEquals(chargesElsewhere(STATE, ASHA, OPEN.slot), false);
  assertEquals(chargesElsewhere(STATE, BEN, 2), false);
  assertEquals(chargesElsewhere(ENDED, ASHA, 2), false);
});

Deno.test("giveUp() keeps who gave what up, and what it was worth; -1 is only for starts", () => {
  const what = { rowId: 7, by: "asha", atMs: 5, error: "InternalError" };
  const first = giveUp(ENDED, OPEN.id, { ...what, kind: "ended" });
  assertEquals(first.changed.map(({ givenUp }) => givenUp), [[
    { ...what, kind: "ended", energyWh: 8_000 },
  ]]);
  assertEquals(first.changed.map(isStartGivenUp), [false]);
  const second = giveUp(first.state, OPEN.id, { ...what, kind: "started" });
  assertEquals(second.changed.map(({ givenUp }) => givenUp?.length), [2]);
  assertEquals(second.changed.map(isStartGivenUp), [true]);
  assertEquals(giveUp(ENDED, "tx-none", { ...what, kind: "ended" }).changed, []);
  assertEquals(isStartGivenUp(OPEN), false);
});
