import type { StopReason } from "../ocpp/mod.ts";
import type { EventCircumstances } from "./events.ts";
import { endTransaction, type TransactionStep } from "./step.ts";
import { flagged, type Transaction, type TransactionFlag } from "./transaction.ts";
import type { TransactionState } from "./transaction_state.ts";

/** Why the gateway ends a transaction of which no Stop came. */
export interface Closing extends EventCircumstances {
  readonly nowWallMs: number;
  readonly reason: StopReason;
  readonly flag: Extract<TransactionFlag, "no-stop-received" | "closed-by-gateway">;
  /** Stands for the time of the end where no reading tells one. */
  readonly at: string;
}

/**
 * Ends a transaction with its last reading, which is all there is. It is a guess, and marked as one:
 * the charger's own Stop may still come, and then is worth more.
 */
export function closeTransaction(
  state: TransactionState,
  open: Transaction,
  { flag, reason, at, ...now }: Closing,
): TransactionStep {
  const intent = {
    meterStopWh: Math.round(open.lastReading?.energyWh ?? open.meterStartWh),
    timestamp: open.lastReading?.at ?? laterOf(open.startedAt, at),
    stoppedReason: reason,
  };
  return endTransaction(state, flagged(open, flag), intent, undefined, { ...now, isGuess: true });
}

/** A charger's clock and ours may differ, but nothing ends before it began. */
function laterOf(startedAt: string, at: string): string {
  return Date.parse(at) < Date.parse(startedAt) ? startedAt : at;
}
