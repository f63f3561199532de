import type { Enveloped, StopAnswer, StopIntent } from "../ocpp/mod.ts";
import { isSameStop, stopTarget } from "./targets.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";
import type { EventCircumstances } from "./events.ts";
import { type Dismissal, keepOrphan } from "./orphan_stop.ts";
import { withSignedReadings } from "./signed_reading.ts";
import { emptyStep, endAnew, endTransaction, type TransactionStep } from "./step.ts";
import { flagged, type Transaction, unflagged } from "./transaction.ts";

/** A charger's StopTransaction. */
export interface StopCase extends EventCircumstances {
  readonly chargerId: string;
  readonly intent: Enveloped<StopIntent>;
  readonly nowWallMs: number;
  /** True while the end of this transaction has not gone up: it can still be told otherwise. */
  readonly mayAmend: (transactionId: string) => boolean;
  /** What the EVSE of a transaction can deliver at most, in W; undefined where nobody knows. */
  readonly powerMaxOn?: (transaction: Transaction) => number | undefined;
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
  /** The gateway had closed the transaction before without it. */
  readonly isLate: boolean;
}

/** Ends a transaction, recognises one that has ended, or keeps a Stop that belongs to none. */
export function stopTransaction(state: TransactionState, stop: StopCase): StopStep {
  const { message, carry } = stop.intent;
  const target = stopTarget(state, stop.chargerId, message);
  const answer = message.idToken === undefined
    ? {}
    : { idTokenInfo: { status: "Accepted" } } as const;
  if (target.kind === "unknown") {
    const orphan = orphaned(state, stop);
    return { ...orphan, transaction: null, answer, isRepeat: false, isLate: false };
  }
  if (target.kind === "ended" && target.transaction.stop?.isGuess) {
    const late = stopLate(state, target.transaction, stop);
    const transaction = late.changed[0] ?? target.transaction;
    return { ...late, transaction, answer, isRepeat: late.changed.length === 0, isLate: true };
  }
  if (target.kind === "ended") {
    const { transaction } = target;
    // With another register it is no mere repeat: the transaction may have been closed without it.
    const isNews = transaction.stop?.meterStopWh !== message.meterStopWh;
    const step = isNews ? orphaned(state, stop) : emptyStep(state);
    return { ...step, transaction, answer, isRepeat: true, isLate: false };
  }
  const judged = withFlags(target.transaction, stop, target.repaired);
  const ended = endTransaction(state, judged, said(judged, message), carry, endOf(judged, stop));
  const [transaction = null] = ended.changed;
  return { ...ended, transaction, answer, isRepeat: false, isLate: false };
}

/**
 * The charger's own word about a transaction that the gateway has closed with a guess. While the guess
 * has not gone up, the word stands instead; afterwards it is kept with the session, since the CSMS
 * hears of one end only (I3). Again the same changes nothing.
 */
function stopLate(state: TransactionState, closed: Transaction, stop: StopCase): TransactionStep {
  const { message, carry } = stop.intent;
  if (stop.mayAmend(closed.id)) {
    const open = unflagged(closed, "no-stop-received", "closed-by-gateway", "energy-disagrees");
    const judged = flagged(withFlags(open, stop, false), "stop-came-late");
    return endAnew(state, judged, said(judged, message), carry, endOf(judged, stop));
  }
  if (isSameStop(closed, message)) return emptyStep(state);
  if (closed.correction !== undefined) return orphaned(state, stop);
  const { transaction: corrected, signed } = withSignedReadings(
    {
      ...flagged(closed, "stop-after-close"),
      correction: { heardAtMs: stop.nowWallMs, stop: stop.intent },
    },
    message.meterValue ?? [],
    stop.nowWallMs,
  );
  return { state: withTransaction(state, corrected), changed: [corrected], facts: [], signed };
}

function said(
  transaction: Transaction,
  { transactionNumber: _, ...intent }: StopIntent,
): Omit<StopIntent, "transactionNumber"> {
  return { ...intent, ...ownIntention(transaction, intent) };
}

function endOf(transaction: Transaction, { nowWallMs, offline, powerMaxOn }: StopCase) {
  const powerMaxW = powerMaxOn?.(transaction);
  return { nowWallMs, offline, ...(powerMaxW === undefined ? {} : { powerMaxW }) };
}

/**
 * Keeps the end of a 2.x transaction that stands nowhere in the books: its EVSE has no place on this
 * site, or nobody knows which it was.
 */
export function keepStationStop(
  state: TransactionState,
  stop: Pick<StopCase, "chargerId" | "nowWallMs"> & {
    readonly message: Omit<StopIntent, "transactionNumber">;
  },
): TransactionStep {
  // It has no number here, and must not be taken for one that has.
  const message = { ...stop.message, transactionNumber: NO_NUMBER };
  return orphaned(state, { ...stop, intent: { message } });
}

const NO_NUMBER = 0;

function orphaned(
  state: TransactionState,
  stop: Pick<StopCase, "chargerId" | "nowWallMs" | "intent">,
): TransactionStep {
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

/** Takes an orphan off the list; nothing changes where there is none with that key, or it was taken off. */
export function dismissOrphan(
  state: TransactionState,
  key: string,
  dismissed: Dismissal,
): TransactionStep {
  const orphan = state.orphanStops.get(key);
  if (orphan === undefined || orphan.dismissed !== undefined) return emptyStep(state);
  const kept = { ...orphan, dismissed };
  const orphanStops = new Map(state.orphanStops).set(key, kept);
  return { ...emptyStep({ ...state, orphanStops }), orphan: { kept, dropped: null } };
}

/** What an operator should know of this end. */
function withFlags(open: Transaction, stop: StopCase, repaired: boolean): Transaction {
  const { meterStopWh } = stop.intent.message;
  const mayStop = stop.intent.message.idToken === undefined || (stop.mayStop?.(open) ?? true);
  const allowed = mayStop ? open : flagged(open, "stopped-by-another");
  const read = stop.unreadable ? flagged(allowed, "stop-unreadable") : allowed;
  const named = repaired ? flagged(read, "stop-number-repaired") : read;
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
