import { withoutField } from "../lib/maps.ts";
import type { Carry, StopIntent } from "../ocpp/mod.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";
import { endedEvent, type EventCircumstances, type TransactionFact } from "./events.ts";
import { comparedWithEvidence, withEvidence } from "./evidence.ts";
import { guessedEnd } from "./heard_clock.ts";
import { heldFact } from "./held_reading.ts";
import type { OrphanStep } from "./orphan_stop.ts";
import type { Reading } from "./readings.ts";
import { readings } from "./readings.ts";
import { type SignedRecord, withSignedReadings } from "./signed_reading.ts";
import type { Transaction } from "./transaction.ts";

/** What a message did to the book: the new state, and what must be on disk before it is answered. */
export interface TransactionStep {
  readonly state: TransactionState;
  readonly changed: readonly Transaction[];
  readonly facts: readonly TransactionFact[];
  /** Ends that stand instead of the ones told before, which have not gone up. */
  readonly amendments?: readonly TransactionFact[];
  /** Changed as well, but in memory only: the disk hears of them with the next change. */
  readonly touched?: readonly Transaction[];
  /** Everything that was measured, where the step is about meter values. */
  readonly measured?: readonly Reading[];
  /** Signed readings that came with it, to be written beside their transaction. */
  readonly signed?: readonly SignedRecord[];
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
    ...(second.signed === undefined ? {} : { signed: [...first.signed ?? [], ...second.signed] }),
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

/** When a transaction ends, and by whose word. */
export interface EndCircumstances extends EventCircumstances {
  readonly nowWallMs: number;
  /** What the EVSE can deliver at most, in W; absent where nobody knows. */
  readonly powerMaxW?: number;
  /** The charger has not said it. */
  readonly isGuess?: true;
}

/** Ends a transaction: the last change of it, its last meter values, and its Ended event. */
export function endTransaction(
  state: TransactionState,
  transaction: Transaction,
  intent: Omit<StopIntent, "transactionNumber">,
  carry: Carry | undefined,
  now: EndCircumstances,
): TransactionStep {
  const held = heldFact(transaction, intent, now.isGuess === true);
  const nextSeqNo = transaction.nextSeqNo + (held === null ? 0 : 1);
  const event = endedEvent({ ...transaction, nextSeqNo }, intent, now);
  const { transaction: ended, signed } = withSignedReadings(
    {
      ...settled(withEnd(transaction, intent, now)),
      ...(now.isGuess ? guessedEnd(transaction) : {}),
      nextSeqNo: nextSeqNo + 1,
    },
    intent.meterValue ?? [],
    now.nowWallMs,
  );
  const facts = [...(held === null ? [] : [held]), fact(ended, event, carry)];
  return { state: withTransaction(state, ended), changed: [ended], facts, signed };
}

/** Ends a transaction that has been closed with a guess by the charger's own word. */
export function endAnew(
  state: TransactionState,
  closed: Transaction,
  intent: Omit<StopIntent, "transactionNumber">,
  carry: Carry | undefined,
  now: EndCircumstances,
): TransactionStep {
  // The event keeps its place among the others of the transaction.
  const event = endedEvent({ ...closed, nextSeqNo: closed.nextSeqNo - 1 }, intent, now);
  const { transaction: ended, signed } = withSignedReadings(
    withEnd(closed, intent, now),
    intent.meterValue ?? [],
    now.nowWallMs,
  );
  const amendments = [fact(ended, event, carry)];
  return { state: withTransaction(state, ended), changed: [ended], facts: [], amendments, signed };
}

/** An end leaves no doubt, and nothing that is held in case it is the last. */
function settled(ended: Transaction): Transaction {
  return withoutField(withoutField(ended, "interruption"), "heldReading");
}

/** With what the end tells of its energy counted, and held against what is billed. */
function withEnd(
  transaction: Transaction,
  intent: Omit<StopIntent, "transactionNumber">,
  now: EndCircumstances,
): Transaction {
  const { timestamp: at, meterStopWh, meterValue = [] } = intent;
  const counted = [...readings(meterValue), { at, energyWh: meterStopWh }]
    .reduce((current, each) => withEvidence(current, each, now.powerMaxW), transaction);
  return comparedWithEvidence({ ...counted, stop: stopOf(intent, now) });
}

function stopOf(
  intent: Omit<StopIntent, "transactionNumber">,
  { nowWallMs, isGuess }: EndCircumstances,
): NonNullable<Transaction["stop"]> {
  return {
    stoppedAt: intent.timestamp,
    heardAtMs: nowWallMs,
    meterStopWh: intent.meterStopWh,
    reason: intent.stoppedReason ?? null,
    idToken: intent.idToken ?? null,
    ...(isGuess ? { isGuess } : {}),
  };
}
