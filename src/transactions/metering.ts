import { markOf } from "../lib/text.ts";
import type { Enveloped, MeterReading } from "../ocpp/mod.ts";
import { meteredTransaction, type TransactionState, withTransaction } from "./transaction_state.ts";
import { type EventCircumstances, meteredEvent } from "./events.ts";
import { readings } from "./readings.ts";
import { emptyStep, fact, type TransactionStep } from "./step.ts";
import { type ReadingWish, worthOf } from "./thinning.ts";
import { flagged, type Transaction, type TransactionReading } from "./transaction.ts";

/** A charger's MeterValues. */
export interface MeterCase extends EventCircumstances, ReadingWish {
  readonly chargerId: string;
  readonly reading: Enveloped<MeterReading>;
  /** For entries that carry no time of their own. */
  readonly nowIso: string;
}

/**
 * The result of meter values; `transaction` is null where they belong to none. `isRepeat`: the same
 * values again, which change nothing.
 */
export interface MeterStep extends TransactionStep {
  readonly transaction: Transaction | null;
  readonly isRepeat: boolean;
}

/**
 * Adds meter values to the transaction they belong to. A charger whose answer was lost tells the same
 * values again before any others; they are recognised and go up once. Samples that come more often
 * than the CSMS wants them change the transaction in memory only.
 */
export function meterTransaction(state: TransactionState, metered: MeterCase): MeterStep {
  const { message, carry } = metered.reading;
  const transaction = meteredTransaction(state, {
    chargerId: metered.chargerId,
    evseId: message.evseId,
    transactionNumber: message.transactionNumber,
  });
  const nothing = { ...emptyStep(state), transaction: transaction ?? null, isRepeat: false };
  if (transaction === undefined || message.meterValue.length === 0) return nothing;
  if (transaction.stop !== null) {
    // Closing values that come after the Stop must not revive the session (Ocular, BS-EV).
    const late = flagged(transaction, "readings-after-stop");
    const next = late === transaction
      ? emptyStep(state)
      : { state: withTransaction(state, late), changed: [late], facts: [] };
    return { ...next, transaction: late, isRepeat: false };
  }
  const lastMeterMark = markOf(JSON.stringify(message.meterValue));
  if (lastMeterMark === transaction.lastMeterMark) return { ...nothing, isRepeat: true };
  const read = { ...withReadings(transaction, message), lastMeterMark };
  const worth = worthOf(transaction, message.meterValue, metered);
  if (worth === "glance" && read.flags === transaction.flags) {
    return { ...nothing, state: withTransaction(state, read), transaction: read };
  }
  const lastKept = {
    at: message.meterValue.at(-1)?.timestamp ?? metered.nowIso,
    heardAtMs: metered.nowWallMs,
  };
  if (worth === "store") {
    const kept = { ...read, lastKept };
    return { ...nothing, state: withTransaction(state, kept), changed: [kept], transaction: kept };
  }
  const event = meteredEvent(transaction, message.meterValue, metered.nowIso, metered);
  const counted = { ...read, lastKept, nextSeqNo: read.nextSeqNo + 1 };
  return {
    state: withTransaction(state, counted),
    changed: [counted],
    facts: [fact(counted, event, carry)],
    transaction: counted,
    isRepeat: false,
  };
}

function withReadings(transaction: Transaction, { meterValue }: MeterReading): Transaction {
  return readings(meterValue).reduce((current, { at, energyWh }) => {
    if (energyWh === undefined || isLate(current.lastReading, at, energyWh)) return current;
    const lastWh = current.lastReading?.energyWh ?? current.meterStartWh;
    const next = { ...current, lastReading: { at, energyWh } };
    return energyWh < lastWh ? flagged(next, "register-went-back") : next;
  }, transaction);
}

/**
 * An older and lower reading was only held up on its way: the register did not go back. An older but
 * higher one counts, since it is the charger's clock that went back.
 */
function isLate(last: TransactionReading | null, at: string, energyWh: number): boolean {
  return last !== null && energyWh < last.energyWh && Date.parse(at) < Date.parse(last.at);
}
