import type { ChangeTransactionTariffAnswer, TariffMessage } from "../ocpp/mod.ts";
import {
  costStep,
  readTariff,
  refusalAnswer,
  startCost,
  type Tariff,
  type TariffInUse,
  type TariffPlace,
} from "./cost/mod.ts";
import type { Pricing, TransactionCost } from "./pricing.ts";
import type { TransactionStep } from "./step.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";
import type { Transaction } from "./transaction.ts";

/** A transaction may be changed to another tariff so often; each is kept with it. */
const TARIFFS_MAX = 100;

/** What ChangeTransactionTariff came to; `tariff` has to be kept, with the step, before it is answered. */
export type TariffChange =
  | { readonly ok: true; readonly tariff: Tariff; readonly step: TransactionStep }
  | { readonly ok: false; readonly answer: ChangeTransactionTariffAnswer };

/**
 * Puts a transaction under another tariff from a moment on (I11); nothing is reckoned anew. Where it
 * had none, it is reckoned from its last reading on, and a fee of the start is none any more.
 */
export function changeTransactionTariff(
  state: TransactionState,
  order: { readonly transactionId: string; readonly tariff: TariffMessage; readonly atMs: number },
  place: TariffPlace,
  pricing: Pick<Pricing, "tariff">,
): TariffChange {
  const reading = readTariff(order.tariff, place);
  if (!reading.ok && reading.refusal.status !== "Rejected") {
    return { ok: false, answer: refusalAnswer(reading.refusal) };
  }
  const open = state.transactions.open.get(order.transactionId);
  if (open === undefined) return { ok: false, answer: { status: "TxNotFound" } };
  const keys = open.cost?.tariffKeys ?? [];
  const current = pricing.tariff(keys.at(-1) ?? "");
  if (current !== undefined && current.currency !== order.tariff.currency) {
    return { ok: false, answer: { status: "NoCurrencyChange" } };
  }
  if (!reading.ok) return { ok: false, answer: refusalAnswer(reading.refusal) };
  if (keys.length >= TARIFFS_MAX) {
    return {
      ok: false,
      answer: { status: "Rejected", statusInfo: { reasonCode: "OutOfStorage" } },
    };
  }
  const { tariff } = reading;
  const changed = { ...open, cost: costUnder(open, tariff, order.atMs) };
  const step = { state: withTransaction(state, changed), changed: [changed], facts: [] };
  return { ok: true, tariff, step };
}

function costUnder({ cost, ...open }: Transaction, tariff: Tariff, atMs: number): TransactionCost {
  if (cost !== undefined) return costStep(cost, { kind: "tariff", atMs, tariff }, []);
  const meterStartWh = open.lastReading?.energyWh ?? open.meterStartWh;
  return { ...startCost({ atMs, meterStartWh, hasReservation: false }, tariff), fees: {} };
}

/** The tariffs that open transactions are under now. */
export function tariffsInUse(
  state: TransactionState,
  pricing: Pick<Pricing, "tariff">,
): TariffInUse[] {
  return [...state.transactions.open.values()].flatMap(({ slot, cost }) => {
    const tariff = pricing.tariff(cost?.tariffKeys.at(-1) ?? "");
    return tariff === undefined ? [] : [{ tariffId: tariff.id, slot }];
  });
}
