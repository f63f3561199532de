import { assertEquals } from "@std/assert";
import { transactionRecord } from "../../test/contract/sessions.ts";
import { assume } from "../lib/assert.ts";
import type { TariffMessage } from "../ocpp/mod.ts";
import { prices, tariff } from "./cost/_for_test.ts";
import { costStep, startCost, type Tariff, tariffKey } from "./cost/mod.ts";
import { costOf } from "./pricing.ts";
import { changeTransactionTariff, tariffsInUse } from "./tariff_change.ts";
import { NO_TRANSACTIONS, withTransaction } from "./transaction_state.ts";

const START_MS = Date.parse("2026-03-02T06:00:00Z");
const MINUTE_MS = 60_000;
const PLACE = { timezone: "UTC", nominalVoltageV: 230, elementsMax: 10 };
const FIRST = tariff({
  id: "first",
  currency: "EUR",
  parts: { energy: prices({ price: "10" }), fixedFee: prices({ price: "3" }) },
});
const COST = startCost({ atMs: START_MS, meterStartWh: 1_000, hasReservation: false }, FIRST);
const OPEN = transactionRecord({ number: 7, meterStartWh: 1_000, stop: null });
const SECOND: TariffMessage = {
  tariffId: "second",
  currency: "EUR",
  energy: { prices: [{ priceKwh: 20 }] },
  fixedFee: { prices: [{ priceFixed: 5 }] },
};

function pricingOf(...known: readonly Tariff[]) {
  return { tariff: (key: string) => known.find((each) => tariffKey(each) === key) };
}

function change(cost: typeof COST | undefined, message: Partial<TariffMessage> = {}, id = OPEN.id) {
  const open = cost === undefined ? OPEN : { ...OPEN, cost };
  return changeTransactionTariff(
    withTransaction(NO_TRANSACTIONS, open),
    {
      transactionId: id,
      tariff: { ...SECOND, ...message },
      atMs: START_MS + 10 * MINUTE_MS,
    },
    PLACE,
    pricingOf(FIRST),
  );
}

/** What it comes to when 4 kWh have flowed evenly in 20 minutes. */
function totalAfter(result: ReturnType<typeof change>): string | undefined {
  assume(result.ok, "expected a change");
  const [open] = result.step.changed;
  assume(open?.cost !== undefined, "expected a cost");
  const tariffs = [FIRST, result.tariff].filter((each) =>
    open.cost?.tariffKeys.includes(tariffKey(each))
  );
  const read = { kind: "reading", atMs: START_MS + 20 * MINUTE_MS, registerWh: 5_000 } as const;
  const cost = costStep(open.cost, read, tariffs);
  return costOf({ ...open, cost }, pricingOf(FIRST, result.tariff))?.total;
}

Deno.test("a changed tariff counts from its moment on, and the fee of the start stays (I11.FR.08)", () => {
  // 3 to start, 2 kWh at 10, 2 kWh at 20.
  assertEquals(totalAfter(change(COST)), "63.00");
});

Deno.test("a session without a tariff is reckoned from then on, without a fee (I11.FR.07)", () => {
  assertEquals(totalAfter(change(undefined, { tariffId: "third" })), "80.00");
});

Deno.test("a change is refused with the status that 2.1 has for it (I11.FR.02–05)", () => {
  const statusOf = (result: ReturnType<typeof change>) =>
    result.ok ? "Accepted" : result.answer.status;
  assertEquals(statusOf(change(COST, {}, "tx-none")), "TxNotFound");
  assertEquals(statusOf(change(COST, { currency: "USD" })), "NoCurrencyChange");
  assertEquals(statusOf(change(COST, { energy: { prices: [] } })), "Rejected");
  const many = { prices: Array.from({ length: 11 }, (_each, index) => ({ priceKwh: index })) };
  assertEquals(statusOf(change(COST, { energy: many })), "TooManyElements");
  const conditions = { evseKind: "AC" as const };
  const kind = { prices: [{ priceKwh: 1, conditions }] };
  assertEquals(statusOf(change(COST, { energy: kind })), "ConditionNotSupported");
  const often = { ...COST, tariffKeys: Array.from({ length: 100 }, () => tariffKey(FIRST)) };
  assertEquals(statusOf(change(often)), "Rejected");
});

Deno.test("tariffsInUse() names those of open sessions", () => {
  const state = withTransaction(NO_TRANSACTIONS, { ...OPEN, slot: 3, cost: COST });
  assertEquals(tariffsInUse(state, pricingOf(FIRST)), [{ tariffId: "first", slot: 3 }]);
  assertEquals(tariffsInUse(state, pricingOf()), []);
});
