import type { ChargingState, TransactionEvent, TriggerReason } from "../ocpp/mod.ts";
import type { EventCircumstances } from "./events.ts";
import { emptyStep, fact, type TransactionStep } from "./step.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";

/** What the CSMS is to hear of the state of an open transaction. */
export interface ChargingStateCase extends EventCircumstances {
  readonly transactionId: string;
  readonly chargingState: ChargingState;
  /** When it became so, by whoever saw it. */
  readonly timestamp: string;
  /** A change, or the CSMS asks; only a change that was not told yet is one. */
  readonly trigger: Extract<TriggerReason, "ChargingStateChanged" | "Trigger">;
}

/** Tells the charging state of an open transaction to a 2.x CSMS (E02, E03, F06.FR.07). */
export function tellChargingState(
  state: TransactionState,
  { transactionId, chargingState, timestamp, trigger, offline }: ChargingStateCase,
): TransactionStep {
  const open = state.transactions.open.get(transactionId);
  if (open === undefined) return emptyStep(state);
  const isNews = open.toldChargingState !== chargingState;
  if (!isNews && trigger === "ChargingStateChanged") return emptyStep(state);
  const event: TransactionEvent = {
    eventType: "Updated",
    timestamp,
    triggerReason: trigger,
    seqNo: open.nextSeqNo,
    offline,
    transactionInfo: { transactionId, chargingState },
    evse: { id: open.slot, connectorId: 1 },
  };
  const told = { ...open, toldChargingState: chargingState, nextSeqNo: open.nextSeqNo + 1 };
  return {
    state: withTransaction(state, told),
    changed: [told],
    facts: [fact(told, event, undefined)],
  };
}
