import type { Enveloped, StopAnswer, StopIntent } from "../ocpp/mod.ts";
import { stopTarget, type TransactionState } from "./transaction_state.ts";
import type { EventCircumstances } from "./events.ts";
import { keepOrphan } from "./orphan_stop.ts";
import { emptyStep, endTransaction, type TransactionStep } from "./step.ts";
import { flagged, type Transaction } from "./transaction.ts";

/** A charger's StopTransaction. */
export interface StopCase extends EventCircumstances {
  readonly chargerId: string;
  readonly intent: Enveloped<StopIntent>;
  readonly nowWallMs: number;
  /** Parts of the intent stand for what could not be read. */
  readonly unreadable?: true;
  /** Whether whoever stopped it had a right to; asked only where the Stop names somebody. */
  readonly mayStop?: (transaction: Transaction) => boolean;
}

/** The result of a stop. It is always accepted (ruling 7). */
export interface StopStep extends TransactionStep {
  /** Null for a Stop of which nobody knows the Start. */
  readonly transaction: Transaction | null;
  readonly answer: StopAnswer;
  readonly isRepeat: boolean;
}

/** Ends a transaction, recognises one that has ended, or keeps a Stop that belongs to none. */
export function stopTransaction(state: TransactionState, stop: StopCase): StopStep {
  const { message, carry } = stop.intent;
  const target = stopTarget(state, stop.chargerId, message);
  const answer = message.idToken === undefined
    ? {}
    : { idTokenInfo: { status: "Accepted" } } as const;
  if (target.kind === "unknown") {
    return { ...orphaned(state, stop), transaction: null, answer, isRepeat: false };
  }
  if (target.kind === "ended") {
    const { transaction } = target;
    // With another register it is no mere repeat: the transaction may have been closed without it.
    const isNews = transaction.stop?.meterStopWh !== message.meterStopWh;
    const step = isNews ? orphaned(state, stop) : emptyStep(state);
    return { ...step, transaction, answer, isRepeat: true };
  }
  const named = stop.unreadable
    ? flagged(target.transaction, "stop-unreadable")
    : target.transaction;
  const isAllowed = message.idToken === undefined || (stop.mayStop?.(named) ?? true);
  const judged = withFlags(
    isAllowed ? named : flagged(named, "stopped-by-another"),
    message.meterStopWh,
    target.repaired,
  );
  const { transactionNumber: _, ...intent } = message;
  const said = { ...intent, ...ownIntention(judged, intent) };
  const ended = endTransaction(state, judged, said, carry, stop);
  return { ...ended, transaction: ended.changed[0] ?? null, answer, isRepeat: false };
}

function orphaned(state: TransactionState, stop: StopCase): TransactionStep {
  const { message, carry } = stop.intent;
  const orphan = {
    chargerId: stop.chargerId,
    heardAtMs: stop.nowWallMs,
    stop: carry === undefined ? { message } : { message, carry },
  };
  const { orphanStops, kept, dropped } = keepOrphan(state.orphanStops, orphan);
  if (kept === null) return emptyStep(state);
  return { ...emptyStep({ ...state, orphanStops }), orphan: { kept, dropped } };
}

/** What an operator should know of this end. */
function withFlags(open: Transaction, meterStopWh: number, repaired: boolean): Transaction {
  const named = repaired ? flagged(open, "stop-number-repaired") : open;
  const below = meterStopWh < open.meterStartWh ? flagged(named, "stop-below-start") : named;
  // Readings may have decimals, meterStop has none: a Wh that was rounded off is no reset.
  const lastWh = Math.floor(open.lastReading?.energyWh ?? Number.NEGATIVE_INFINITY);
  return meterStopWh < lastWh ? flagged(below, "register-went-back") : below;
}

/** The charger says "Remote" when the gateway made it stop; the CSMS is told why, and for whom. */
function ownIntention(
  { intendedStop, intendedBy }: Transaction,
  said: Omit<StopIntent, "transactionNumber">,
): Pick<StopIntent, "stoppedReason" | "idToken"> {
  if (intendedStop === null || said.stoppedReason !== "Remote") return {};
  const idToken = said.idToken ?? intendedBy;
  return { stoppedReason: intendedStop, ...(idToken === undefined ? {} : { idToken }) };
}
