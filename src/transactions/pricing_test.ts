import { assertEquals, assertStrictEquals } from "@std/assert";
import { ended, stopCase, transactionRecord } from "../../test/contract/sessions.ts";
import { assume } from "../lib/assert.ts";
import type { ConnectorReport } from "../ocpp/mod.ts";
import { prices, tariff } from "./cost/_for_test.ts";
import { type Tariff, tariffKey } from "./cost/mod.ts";
import { correctionCost, costOf, noteActivity, type Pricing, withCosts } from "./pricing.ts";
import { NO_TRANSACTIONS, type TransactionState, withTransaction } from "./transaction_state.ts";
import type { Transaction } from "./transaction.ts";

const START_MS = Date.parse("2026-03-02T06:00:00Z");
const at = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString();

const TARIFF = tariff({
  parts: { energy: prices({ price: "10" }), idleTime: prices({ price: "1" }) },
});

function pricingOf(under: Tariff | null, known: readonly Tariff[] = under === null ? [] : [under]) {
  const pricing: Pricing = {
    tariffFor: () => under,
    tariff: (key) => known.find((each) => tariffKey(each) === key),
    wallMs: () => START_MS + 86_400_000,
  };
  return pricing;
}

const NEW = transactionRecord({
  number: 7,
  startedAt: at(0),
  startHeardAtMs: START_MS,
  meterStartWh: 1_000,
  lastReading: null,
  stop: null,
});

/** Lets the book go through the given versions of one transaction. */
function lived(pricing: Pricing, ...versions: readonly Partial<Transaction>[]) {
  let state: TransactionState = NO_TRANSACTIONS;
  for (const version of versions) {
    const transaction = { ...NEW, ...state.transactions.get(NEW.id), ...version };
    const step = { state: withTransaction(state, transaction), changed: [transaction], facts: [] };
    state = withCosts(state, step, pricing).state;
  }
  const last = state.transactions.get(NEW.id);
  if (last === undefined) throw new Error("the transaction is gone");
  return { last, state };
}

const reading = (seconds: number, energyWh: number) => ({
  lastReading: { at: at(seconds), energyWh },
});

const stopAt = (seconds: number, meterStopWh: number) => ({
  ...ended(0),
  stoppedAt: at(seconds),
  heardAtMs: START_MS + seconds * 1000,
  meterStopWh,
});

function report(facts: Partial<ConnectorReport>): ConnectorReport {
  return { evseId: 1, connectorId: 1, connectorStatus: "Occupied", ...facts };
}

Deno.test("start, readings and end of a transaction are counted, and the bill then stands", () => {
  const pricing = pricingOf(TARIFF);
  const { last: running } = lived(pricing, {}, reading(60, 1_500));
  assertEquals([costOf(running, pricing)?.total, costOf(running, pricing)?.final], ["5.00", false]);
  const { last } = lived(pricing, {}, reading(60, 1_500), {
    stop: stopAt(120, 2_000),
  });
  assertEquals([costOf(last, pricing)?.total, costOf(last, pricing)?.final], ["10.00", true]);
  // Whatever becomes of the tariff.
  assertEquals(costOf(last, pricingOf(null))?.total, "10.00");
  assertEquals(costOf(running, pricingOf(null)), null);
});

Deno.test("an end that is corrected makes out the bill again", () => {
  const pricing = pricingOf(TARIFF);
  const stopped = stopAt(120, 2_000);
  const { last } = lived(pricing, {}, { stop: stopped }, {
    stop: { ...stopped, meterStopWh: 3_000 },
  });
  assertEquals(costOf(last, pricing)?.total, "20.00");
  const lower = lived(pricing, {}, { stop: stopped }, { stop: { ...stopped, meterStopWh: 1_200 } });
  assertEquals(costOf(lower.last, pricing)?.total, "2.00");
});

Deno.test("an end that comes too late leaves the bill, and says what it would have cost more or less", () => {
  const pricing = pricingOf(TARIFF);
  const correctedBy = (meterStopWh: number, known = pricing) => {
    const late = stopCase(180, { meterStopWh, timestamp: at(180) }).intent;
    const before = lived(pricing, {}, { stop: stopAt(120, 2_000) });
    const changed = { ...before.last, correction: { heardAtMs: START_MS + 180_000, stop: late } };
    const step = { state: withTransaction(before.state, changed), changed: [changed], facts: [] };
    const [transaction] = withCosts(before.state, step, known).changed;
    assume(transaction !== undefined, "expected the transaction");
    return [costOf(transaction, pricing)?.total, correctionCost(transaction)];
  };
  assertEquals(correctedBy(3_000), ["10.00", "10.00"]);
  assertEquals(correctedBy(1_500), ["10.00", "-5.00"]);
  assertEquals(correctedBy(2_000), ["10.00", "0.00"]);
  assertEquals(correctedBy(500), ["10.00", "-10.00"], "a register below the start sold nothing");
  assertEquals(correctedBy(3_000, pricingOf(null)), ["10.00", null], "nobody knows the tariff");
  assertEquals(correctionCost(NEW), null);
});

Deno.test("a change that is about something else leaves the cost alone", () => {
  const pricing = pricingOf(TARIFF);
  const before = lived(pricing, {}, reading(60, 1_500));
  const changed = { ...before.last, upstreamNumber: 501 };
  const step = { state: withTransaction(before.state, changed), changed: [changed], facts: [] };
  assertStrictEquals(withCosts(before.state, step, pricing), step);
});

Deno.test("without a tariff, or under one that nobody knows any more, nothing is counted", () => {
  assertEquals(lived(pricingOf(null), {}, reading(60, 1_500)).last.cost, undefined);
  const pricing = pricingOf(TARIFF);
  const before = lived(pricing, {});
  const read = { ...before.last, ...reading(60, 1_500) };
  const step = { state: withTransaction(before.state, read), changed: [read], facts: [] };
  const later = withCosts(before.state, step, pricingOf(TARIFF, []));
  assertStrictEquals(later.changed[0]?.cost, before.last.cost);
});

Deno.test("who was not let in owes nothing", () => {
  const refused = { ...NEW.authorization, status: "Blocked" as const };
  assertEquals(lived(pricingOf(TARIFF), { authorization: refused }).last.cost, undefined);
});

Deno.test("every reading of a message counts at its own time", () => {
  const byHour = tariff({
    parts: {
      energy: prices({ price: "10", conditions: { maxTime: 3_600 } }, { price: "50" }),
    },
  });
  const pricing = pricingOf(byHour);
  const before = lived(pricing, {});
  const read = { ...before.last, ...reading(7_200, 3_000) };
  const step = {
    state: withTransaction(before.state, read),
    changed: [read],
    facts: [],
    measured: [
      { at: at(3_600), context: "Sample.Periodic" as const, energyWh: 3_000 },
      { at: at(5_000), context: "Sample.Periodic" as const, powerW: 0 },
      { at: at(7_200), context: "Sample.Periodic" as const, energyWh: 3_000 },
    ],
  };
  const [priced] = withCosts(before.state, step, pricing).changed;
  assume(priced !== undefined, "expected a transaction");
  assertEquals(costOf(priced, pricing)?.total, "20.00");
});

Deno.test("what the charger says of the EV decides what idle time is", () => {
  const pricing = pricingOf(TARIFF);
  const cases: readonly [Partial<ConnectorReport>, string][] = [
    [{ chargingState: "SuspendedEV" }, "10.00"],
    [{ chargingState: "Idle" }, "10.00"],
    [{ afterTransaction: true }, "10.00"],
    [{ chargingState: "Charging" }, "0.00"],
    [{ chargingState: "SuspendedEVSE" }, "0.00"],
    [{ connectorStatus: "Faulted" }, "0.00"],
    [{ chargingState: "EVConnected" }, "0.00"],
    [{ connectorStatus: "Available" }, "0.00"],
  ];
  for (const [facts, total] of cases) {
    const begun = lived(pricing, {});
    const told = noteActivity(begun.state, NEW.slot, report(facts), START_MS + 60_000);
    const open = told.state.transactions.get(NEW.id) ?? begun.last;
    const stopped = { ...open, stop: stopAt(660, 1_000) };
    const step = { state: withTransaction(told.state, stopped), changed: [stopped], facts: [] };
    const [last] = withCosts(told.state, step, pricing).changed;
    assume(last !== undefined, "expected a transaction");
    assertEquals([facts, costOf(last, pricing)?.total], [facts, total]);
  }
});

Deno.test("the same word again, and a slot without a session, change nothing", () => {
  const { state } = lived(pricingOf(TARIFF), {});
  const charging = report({ chargingState: "Charging" });
  assertStrictEquals(noteActivity(state, NEW.slot, charging, START_MS).state, state);
  const idle = report({ chargingState: "SuspendedEV" });
  assertStrictEquals(noteActivity(state, NEW.slot + 1, idle, START_MS).state, state);
});

Deno.test("a charger that does not know what year it is pays and charges by our clock", () => {
  const timed = tariff({ parts: { chargingTime: prices({ price: "1" }) } });
  const { last } = lived(pricingOf(timed), { startedAt: "1970-01-01T00:00:09Z" }, {
    stop: { ...stopAt(600, 1_000), stoppedAt: "1970-01-01T01:00:09Z" },
  });
  assertEquals(costOf(last, pricingOf(timed))?.total, "10.00");
});

Deno.test("a reading that changes the transaction in memory only is counted in memory", () => {
  const pricing = pricingOf(TARIFF);
  const before = lived(pricing, {});
  const read = { ...before.last, ...reading(60, 1_500) };
  const state = withTransaction(before.state, read);
  const step = { state, changed: [], touched: [read], facts: [] };
  const after = withCosts(before.state, step, pricing);
  assertEquals(after.changed, []);
  const held = after.state.transactions.get(NEW.id);
  assume(held !== undefined, "expected a transaction");
  assertEquals(costOf(held, pricing)?.total, "5.00");
});
