import { compact } from "../lib/json.ts";
import type { Enveloped, StartAnswer, StartIntent } from "../ocpp/mod.ts";
import { type Decision, groupOf, tokenKey } from "../site/mod.ts";
import {
  openOn,
  type TransactionState,
  withoutRemoteStart,
  withTransaction,
} from "./transaction_state.ts";
import { closeTransaction } from "./closing.ts";
import { type EventCircumstances, startedEvent } from "./events.ts";
import { unstoppedReason } from "./interruption.ts";
import { remoteStartFor } from "./remote_start.ts";
import { emptyStep, fact, type TransactionStep } from "./step.ts";
import { nextTransactionNumber, type Transaction } from "./transaction.ts";

/** A charger's StartTransaction, with what the gateway made of it. */
export interface StartCase extends EventCircumstances {
  readonly chargerId: string;
  readonly slot: number;
  readonly intent: Enveloped<StartIntent>;
  readonly decision: Decision;
  /** For the transaction, should it be a new one. */
  readonly newId: string;
  readonly nowWallMs: number;
}

/** The result of a start. `isRepeat`: the same start again, with the same answer (ruling 4). */
export interface StartStep extends TransactionStep {
  readonly transaction: Transaction;
  readonly answer: StartAnswer;
  readonly isRepeat: boolean;
  /** The remote start that this carried out, now used up. */
  readonly usedRemoteStart: number | null;
}

/**
 * Begins a transaction, or recognises one that has begun: the same EVSE, token, time and register, while
 * it is open and, where it moved the register, after it has ended. Whatever the decision, the charger believes that it started, so it is recorded.
 */
export function startTransaction(state: TransactionState, start: StartCase): StartStep {
  const before = openOn(state, start.slot);
  const intent = start.intent.message;
  const known = before !== undefined && isSameStart(before, start)
    ? before
    : endedWithSameStart(state, start);
  if (known !== undefined) {
    const nothing = { state, changed: [], facts: [], usedRemoteStart: null };
    return { ...nothing, transaction: known, answer: answerOf(known), isRepeat: true };
  }
  const closed = before === undefined ? emptyStep(state) : closeUnstopped(state, before, start);
  const order = remoteStartFor(state.remoteStarts, start.slot, intent.idToken, start.nowWallMs);
  const begun = newTransaction(closed.state, start, order?.remoteStartId ?? null);
  const event = startedEvent(begun, intent, start);
  const transaction = { ...begun, nextSeqNo: begun.nextSeqNo + 1 };
  const next = withTransaction(closed.state, transaction);
  return {
    state: order === null ? next : withoutRemoteStart(next, start.slot),
    changed: [...closed.changed, transaction],
    facts: [...closed.facts, fact(transaction, event, start.intent.carry)],
    transaction,
    answer: answerOf(transaction),
    isRepeat: false,
    usedRemoteStart: order === null ? null : order.slot,
  };
}

function newTransaction(
  state: TransactionState,
  { intent, decision, ...start }: StartCase,
  remoteStartId: number | null,
): Transaction {
  const { message } = intent;
  return {
    id: start.newId,
    number: nextTransactionNumber(state.lastNumber, start.nowWallMs),
    upstreamNumber: null,
    chargerId: start.chargerId,
    slot: start.slot,
    evseId: message.evseId,
    idToken: message.idToken,
    groupIdToken: groupOf(decision.info),
    authorization: {
      status: decision.info.status,
      source: decision.source,
      reason: decision.reason,
      info: decision.info,
    },
    startedAt: message.timestamp,
    startHeardAtMs: start.nowWallMs,
    meterStartWh: message.meterStartWh,
    reservationId: message.reservationId ?? null,
    ...compact({ stationTransactionId: message.stationTransactionId }),
    remoteStartId,
    nextSeqNo: 0,
    lastReading: null,
    stop: null,
    intendedStop: null,
    flags: [],
  };
}

/** Tokens are compared as texts here: a charger that sells freely starts each time with an empty one. */
function isSameStart(open: Transaction, { chargerId, intent: { message } }: StartCase): boolean {
  return open.chargerId === chargerId && open.evseId === message.evseId &&
    tokenKey(open.idToken) === tokenKey(message.idToken) &&
    open.startedAt === message.timestamp && open.meterStartWh === message.meterStartWh;
}

/**
 * Where a session moved the register, no other can begin with the one before, at that very second: somebody
 * plays a recording, or a charger tells its history once more, and would be billed twice for it. A clock
 * that was never set may say the same second each time.
 */
function endedWithSameStart(state: TransactionState, start: StartCase): Transaction | undefined {
  if (!(Date.parse(start.intent.message.timestamp) >= CLOCK_SET_MS)) return undefined;
  return state.transactions.ended.values().find((ended) =>
    (ended.stop?.meterStopWh ?? 0) > ended.meterStartWh && isSameStart(ended, start)
  );
}

/** No clock that was ever set says less. */
const CLOCK_SET_MS = Date.UTC(2025, 0, 1);

/** A repeat is told what the transaction was told, whatever would be decided now. */
function answerOf({ number, authorization }: Transaction): StartAnswer {
  return { transactionNumber: number, idTokenInfo: authorization.info };
}

/** The charger began anew and never ended this one: the last reading is all there will be. */
function closeUnstopped(
  state: TransactionState,
  open: Transaction,
  { nowWallMs, offline, intent }: StartCase,
): TransactionStep {
  return closeTransaction(state, open, {
    flag: "no-stop-received",
    reason: unstoppedReason(open),
    at: intent.message.timestamp,
    offline,
    nowWallMs,
  });
}
