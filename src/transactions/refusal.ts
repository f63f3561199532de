import type { AuthorizationStatus } from "../ocpp/mod.ts";
import type { Variables } from "../site/mod.ts";
import { intendStop } from "./changes.ts";
import { emptyStep, type TransactionStep } from "./step.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";
import type { Transaction, TransactionRefusal } from "./transaction.ts";

/** What happens to a running transaction whose token is not good after all. */
export interface RefusalRule {
  /** TxCtrlr.StopTxOnInvalidId: it ends (C15.FR.04, E05.FR.10). */
  readonly stops: boolean;
  /** TxCtrlr.MaxEnergyOnInvalidId: what it may still deliver where it goes on (C15.FR.07, E05.FR.03). */
  readonly allowedWh: number;
}

/** The rule as the variables of the gateway have it now. */
export function refusalRule(variables: Pick<Variables, "flag" | "integer">): RefusalRule {
  return {
    stops: variables.flag("TxCtrlr.StopTxOnInvalidId"),
    allowedWh: variables.integer("TxCtrlr.MaxEnergyOnInvalidId"),
  };
}

/**
 * Notes that a running transaction is not authorized any more, and what becomes of it. The first
 * refusal counts: what it may still deliver is not granted twice. An end that is intended for another
 * reason keeps its reason. A site that sells to everybody takes nobody's word for who is refused.
 */
export function refuseTransaction(
  state: TransactionState,
  transactionId: string,
  status: AuthorizationStatus,
  { stops, allowedWh }: RefusalRule,
  nowWallMs: number,
): TransactionStep {
  const open = state.transactions.open.get(transactionId);
  if (open === undefined || open.refusal !== undefined) return emptyStep(state);
  if (open.authorization.source === "free-vend") return emptyStep(state);
  const refusal: TransactionRefusal = {
    status,
    atMs: nowWallMs,
    fromWh: registerWh(open),
    allowedWh: stops ? 0 : allowedWh,
  };
  const refused: Transaction = { ...open, refusal };
  const next = withTransaction(state, refused);
  if (!stops || open.intendedStop !== null) return { state: next, changed: [refused], facts: [] };
  return intendStop(next, transactionId, "DeAuthorized");
}

/**
 * True while no energy may flow, though the transaction goes on: its token was refused, and what it
 * was still allowed is used up (C15.FR.06, E05.FR.02). One that is to end needs no more than its end.
 */
export function isSuspended(transaction: Transaction): boolean {
  const { refusal, stop, intendedStop } = transaction;
  if (refusal === undefined || stop !== null || intendedStop !== null) return false;
  return registerWh(transaction) - refusal.fromWh >= refusal.allowedWh;
}

function registerWh({ lastReading, meterStartWh }: Transaction): number {
  return lastReading?.energyWh ?? meterStartWh;
}
