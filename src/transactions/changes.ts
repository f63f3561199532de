import type { IdToken, StopReason } from "../ocpp/mod.ts";
import { sameToken } from "../site/mod.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";
import { withoutPerson } from "./erasure.ts";
import { emptyStep, type TransactionStep } from "./step.ts";
import { type CsmsCost, energyWh, type GivenUpRecord, type Transaction } from "./transaction.ts";

/**
 * Notes the number that a 1.6 CSMS gave to a transaction. In 2.x it goes by that from now on, and its
 * events are counted from 0: of ours the CSMS may have heard one that it never answered.
 */
export function bindUpstream(
  state: TransactionState,
  transactionId: string,
  upstreamNumber: number,
): TransactionStep {
  return change(state, transactionId, ({ nextUpstreamSeqNo: _ofOurId, ...transaction }) => ({
    ...transaction,
    upstreamNumber,
  }));
}

/** Counts an event that goes up to a 2.x CSMS (E01.FR.07). */
export function countUpstream(state: TransactionState, transactionId: string): TransactionStep {
  return change(state, transactionId, (transaction) => ({
    ...transaction,
    nextUpstreamSeqNo: (transaction.nextUpstreamSeqNo ?? 0) + 1,
  }));
}

/** Notes what the CSMS says that a transaction costs; it knows best, and may say it after the end. */
export function totalCostSaid(
  state: TransactionState,
  transactionId: string,
  said: CsmsCost,
): TransactionStep {
  return change(
    state,
    transactionId,
    (transaction) =>
      transaction.csmsCost?.amount === said.amount
        ? transaction
        : { ...transaction, csmsCost: said },
  );
}

/** Notes how important the CSMS says that a transaction is; for it alone that counts most (E01). */
export function prioritySaid(
  state: TransactionState,
  transactionId: string,
  priority: number,
): TransactionStep {
  return change(
    state,
    transactionId,
    (transaction) =>
      transaction.csmsPriority === priority
        ? transaction
        : { ...transaction, csmsPriority: priority },
  );
}

/** Notes that the gateway stops a transaction, and why, before it tells the charger. */
export function intendStop(
  state: TransactionState,
  transactionId: string,
  reason: StopReason,
  by?: IdToken,
): TransactionStep {
  return change(state, transactionId, (transaction) => {
    if (transaction.stop !== null) return transaction;
    const intended = { ...transaction, intendedStop: reason };
    return by === undefined ? intended : { ...intended, intendedBy: by };
  });
}

/** Notes on a running transaction what its circuit made necessary. */
export function noteForCircuit(
  state: TransactionState,
  transactionId: string,
  flag: "stopped-for-circuit" | "cut-for-circuit",
): TransactionStep {
  return change(state, transactionId, (transaction) => {
    const { stop, flags } = transaction;
    if (stop !== null || flags.includes(flag)) return transaction;
    const noted = { ...transaction, flags: [...flags, flag] };
    return flag === "stopped-for-circuit" ? { ...noted, intendedStop: "Other" } : noted;
  });
}

/** Notes that an operator gave a record of a transaction up, and what it was worth. */
export function giveUp(
  state: TransactionState,
  transactionId: string,
  record: Omit<GivenUpRecord, "energyWh">,
): TransactionStep {
  return change(state, transactionId, (transaction) => ({
    ...transaction,
    givenUp: [...transaction.givenUp ?? [], { ...record, energyWh: energyWh(transaction) }],
  }));
}

/** Forgets whose a session was that is over. */
export function forgetPerson(state: TransactionState, transactionId: string): TransactionStep {
  return change(
    state,
    transactionId,
    (transaction) => transaction.stop === null ? transaction : withoutPerson(transaction),
  );
}

/** True when the token charges at another EVSE than `slot` right now. */
export function chargesElsewhere(
  state: TransactionState,
  token: Transaction["idToken"],
  slot: number,
): boolean {
  for (const each of state.transactions.open.values()) {
    if (each.slot !== slot && sameToken(each.idToken, token)) return true;
  }
  return false;
}

function change(
  state: TransactionState,
  transactionId: string,
  edit: (transaction: Transaction) => Transaction,
): TransactionStep {
  const transaction = state.transactions.get(transactionId);
  if (transaction === undefined) return emptyStep(state);
  const edited = edit(transaction);
  if (edited === transaction) return emptyStep(state);
  return { state: withTransaction(state, edited), changed: [edited], facts: [] };
}
