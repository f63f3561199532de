import { withoutField } from "../lib/maps.ts";
import type { ChargingState, ConnectorReport, MeterReading, StopReason } from "../ocpp/mod.ts";
import { isDrawing } from "../site/mod.ts";
import { closeTransaction } from "./closing.ts";
import { type EventCircumstances, resumedEvent } from "./events.ts";
import { readings } from "./readings.ts";
import { emptyStep, fact, type TransactionStep } from "./step.ts";
import { flagged, type Transaction } from "./transaction.ts";
import { openOn, type TransactionState, withTransaction } from "./transaction_state.ts";

/**
 * Why it is not known whether a transaction still goes on. 1.6 has no word for it: a charger that has
 * started anew goes on with it (MeterValues, Charging), ends it (a Stop out of its queue), or has
 * forgotten it; and some show an EVSE as free that charges.
 */
export interface Interruption {
  /** By our wall clock, for people to read. Nothing is timed by it: that clock may be set. */
  readonly sinceMs: number;
  readonly cause: InterruptionCause;
  /** The charger has shown its EVSE as free, or done with. */
  readonly isOver?: true;
}

/** `free`: it did not start anew, it only shows the EVSE as free. */
export type InterruptionCause = "power-loss" | "reboot" | "free";

/** A charger has started anew. */
export interface RebootCase {
  readonly chargerId: string;
  readonly cause: Exclude<InterruptionCause, "free">;
  readonly nowWallMs: number;
}

/** From here on all open transactions of the charger are in doubt, until they show otherwise. */
export function chargerRebooted(state: TransactionState, reboot: RebootCase): TransactionStep {
  const { chargerId, cause, nowWallMs } = reboot;
  const changed = [...state.transactions.open.values()]
    .filter((each) => each.chargerId === chargerId && !isRebooted(each))
    .map((each): Transaction => ({
      ...each,
      interruption: { sinceMs: nowWallMs, cause },
    }));
  return { state: changed.reduce(withTransaction, state), changed, facts: [] };
}

function isRebooted({ interruption }: Transaction): boolean {
  return interruption !== undefined && interruption.cause !== "free";
}

/** What a charger says about the state of an EVSE. */
export interface StatusCase extends EventCircumstances {
  readonly slot: number;
  readonly report: ConnectorReport;
  readonly nowWallMs: number;
  /** For a report that carries no time of its own. */
  readonly nowIso: string;
}

/** Status reports never end a transaction by themselves (they lie), but they raise doubt or end it. */
export function statusReported(state: TransactionState, status: StatusCase): TransactionStep {
  const open = openOn(state, status.slot);
  const { report, nowWallMs } = status;
  if (open === undefined || isOlder(report.timestamp, open.startedAt)) return emptyStep(state);
  const { interruption } = open;
  if (showsEnd(report)) {
    if (interruption?.isOver) return emptyStep(state);
    const since = interruption ?? { sinceMs: nowWallMs, cause: "free" as const };
    return changedTo(state, { ...open, interruption: { ...since, isOver: true } });
  }
  const { chargingState } = report;
  // "Preparing" is EVConnected: the cable is in, nothing more.
  const isOn = chargingState !== undefined && chargingState !== "EVConnected" &&
    chargingState !== "Idle";
  if (interruption === undefined || !isOn) return emptyStep(state);
  return goesOn(state, open, chargingState, status);
}

/** Free, or with the EV still plugged in after its session. */
function showsEnd({ connectorStatus, afterTransaction }: ConnectorReport): boolean {
  return connectorStatus === "Available" || afterTransaction === true;
}

function isOlder(timestamp: string | undefined, startedAt: string): boolean {
  return timestamp !== undefined && Date.parse(timestamp) < Date.parse(startedAt);
}

function goesOn(
  state: TransactionState,
  open: Transaction,
  chargingState: ChargingState,
  { report, nowIso, nowWallMs, offline }: StatusCase,
): TransactionStep {
  const certain = withoutDoubt(open, nowWallMs);
  if (!isRebooted(open)) return changedTo(state, certain);
  const timestamp = report.timestamp ?? nowIso;
  const event = resumedEvent(certain, { timestamp, chargingState }, { offline });
  const counted = { ...certain, nextSeqNo: certain.nextSeqNo + 1 };
  return { ...changedTo(state, counted), facts: [fact(counted, event, undefined)] };
}

function changedTo(state: TransactionState, transaction: Transaction): TransactionStep {
  return { state: withTransaction(state, transaction), changed: [transaction], facts: [] };
}

/** The transaction with its doubt gone: it goes on. */
export function withoutDoubt(open: Transaction, nowWallMs: number): Transaction {
  if (open.interruption === undefined) return open;
  const certain = withoutField(open, "interruption");
  return isRebooted(open) ? flagged({ ...certain, resumedAtMs: nowWallMs }, "resumed") : certain;
}

/** What meter values say about whether a transaction goes on. */
export interface SignOfLife {
  readonly isAlive: boolean;
  /** They are the first since its charger has started anew. */
  readonly isResumption: boolean;
}

/**
 * True where meter values show that the transaction goes on: they are newer than the doubt, and name
 * it, or something flows. What a charger meters of an idle EVSE by the clock shows nothing.
 */
export function signOfLife(
  open: Transaction,
  { transactionNumber, meterValue }: MeterReading,
  measuredAtMs: number,
): SignOfLife {
  const { interruption, number, chargerNumber } = open;
  if (interruption === undefined || measuredAtMs < interruption.sinceMs) {
    return { isAlive: false, isResumption: false };
  }
  const isNamed = transactionNumber !== undefined &&
    (transactionNumber === number || transactionNumber === chargerNumber);
  const isAlive = isNamed || readings(meterValue).some(isDrawing);
  return { isAlive, isResumption: isAlive && interruption.cause !== "free" };
}

const REASONS: Readonly<Record<InterruptionCause, StopReason>> = {
  // E17.FR.21 and 22.
  "power-loss": "PowerLoss",
  reboot: "Reboot",
  free: "Other",
};

/** Why a transaction that has no Stop has ended, as far as anybody knows. */
export function unstoppedReason({ interruption }: Transaction): StopReason {
  return interruption === undefined ? "Other" : REASONS[interruption.cause];
}

/** The gateway has waited long enough: the transaction is over (E17.FR.20). */
export function closeInterrupted(
  state: TransactionState,
  transactionId: string,
  now: EventCircumstances & { readonly nowWallMs: number; readonly nowIso: string },
): TransactionStep {
  const open = state.transactions.open.get(transactionId);
  if (open?.interruption === undefined) return emptyStep(state);
  return closeTransaction(state, open, {
    offline: now.offline,
    nowWallMs: now.nowWallMs,
    at: now.nowIso,
    reason: unstoppedReason(open),
    flag: "closed-by-gateway",
  });
}
