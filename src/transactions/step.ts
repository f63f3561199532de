import type { Carry, StopIntent } from "../ocpp/mod.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";
import { endedEvent, type EventCircumstances, type TransactionFact } from "./events.ts";
import type { OrphanStep } from "./orphan_stop.ts";
import type { Transaction } from "./transaction.ts";

/** What a message did to the book: the new state, and what must be on disk before it is answered. */
export interface TransactionStep {
  readonly state: TransactionState;
  readonly changed: readonly Transaction[];
  readonly facts: readonly TransactionFact[];
  /** Set by a Stop that ends no transaction, the first time it comes. */
  readonly orphan?: Pick<OrphanStep, "kept" | "dropped">;
}

/** A step that changes nothing. */
export function emptyStep(state: TransactionState): TransactionStep {
  return { state, changed: [], facts: [] };
}

/** Two steps in a row as one: of a transaction that both change only the newest version is kept. */
export function followedBy<First extends TransactionStep>(
  first: First,
  second: TransactionStep,
): First {
  const later = new Set(second.changed.map(({ id }) => id));
  return {
    ...first,
    state: second.state,
    changed: [...first.changed.filter(({ id }) => !later.has(id)), ...second.changed],
    facts: [...first.facts, ...second.facts],
  };
}

/** An event as the outbox wants it. */
export function fact(
  transaction: Transaction,
  event: TransactionFact["event"],
  carry: Carry | undefined,
): TransactionFact {
  const { id, slot } = transaction;
  return carry === undefined
    ? { transactionId: id, slot, event }
    : { transactionId: id, slot, event, carry };
}

/** Ends a transaction: the last change of it, and its Ended event. */
export function endTransaction(
  state: TransactionState,
  transaction: Transaction,
  intent: Omit<StopIntent, "transactionNumber">,
  carry: Carry | undefined,
  now: EventCircumstances & { readonly nowWallMs: number },
): TransactionStep {
  const event = endedEvent(transaction, intent, now);
  const ended: Transaction = {
    ...transaction,
    nextSeqNo: transaction.nextSeqNo + 1,
    stop: {
      stoppedAt: intent.timestamp,
      heardAtMs: now.nowWallMs,
      meterStopWh: intent.meterStopWh,
      reason: intent.stoppedReason ?? null,
      idToken: intent.idToken ?? null,
    },
  };
  const facts = [fact(ended, event, carry)];
  return { state: withTransaction(state, ended), changed: [ended], facts };
}
