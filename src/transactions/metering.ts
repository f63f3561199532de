import type { Enveloped, MeterReading } from "../ocpp/mod.ts";
import { meteredTransaction } from "./targets.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";
import { type EventCircumstances, meteredEvent } from "./events.ts";
import { withEvidence } from "./evidence.ts";
import { withHeldReading, withoutOlderReading } from "./held_reading.ts";
import { signOfLife, withoutDoubt } from "./interruption.ts";
import { isSeen, readingMark, withLateReading } from "./late_readings.ts";
import { type Reading, readings } from "./readings.ts";
import { withSignedReadings } from "./signed_reading.ts";
import { emptyStep, fact, type TransactionStep } from "./step.ts";
import { type ReadingWish, worthOf } from "./thinning.ts";
import { flagged, type Transaction, type TransactionReading } from "./transaction.ts";

/** A charger's MeterValues. */
export interface MeterCase extends EventCircumstances, ReadingWish {
  readonly chargerId: string;
  readonly reading: Enveloped<MeterReading>;
  /** For entries that carry no time of their own. */
  readonly nowIso: string;
  /** When the newest of them was measured, by our wall clock, as well as that can be told. */
  readonly measuredAtMs: number;
  /** What the EVSE can deliver at most, in W; absent where nobody knows. */
  readonly powerMaxW?: number;
  /** True while the end of this transaction has not gone up: what comes late still goes with it. */
  readonly mayAmend: (transactionId: string) => boolean;
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
 * than the CSMS wants them change the transaction in memory only, until one turns out to be the last.
 */
export function meterTransaction(state: TransactionState, metered: MeterCase): MeterStep {
  const { message, carry } = metered.reading;
  const target = meteredTransaction(state, { chargerId: metered.chargerId, reading: message });
  const nothing = { ...emptyStep(state), transaction: target ?? null, isRepeat: false };
  if (target === undefined || message.meterValue.length === 0) return nothing;
  const mark = readingMark(message);
  if (target.stop !== null) return meterEnded(state, target, metered, mark);
  if (mark === target.lastMeterMark) return { ...nothing, isRepeat: true };
  const { isAlive, isResumption } = signOfLife(target, message, metered.measuredAtMs);
  const named = withForeignNumber(target, message.transactionNumber);
  const certain = isAlive ? withoutDoubt(named, metered.nowWallMs) : named;
  const measured = readings(message.meterValue);
  const read = { ...withReadings(certain, measured, metered.powerMaxW), lastMeterMark: mark };
  const worth = isResumption ? "pass-on" : worthOf(target, message.meterValue, metered);
  // What else has changed with them has to be on disk.
  const isPlain = certain === target && read.flags === target.flags;
  if (worth === "glance" && isPlain) {
    const held = metered.wantedIntervalMs > 0
      ? withHeldReading(read, metered.reading, metered)
      : read;
    const glanced = { state: withTransaction(state, held), touched: [held], measured };
    return { ...nothing, ...glanced, transaction: held };
  }
  const { meterValue } = message;
  const { nowIso, nowWallMs } = metered;
  const lastKept = { at: meterValue.at(-1)?.timestamp ?? nowIso, heardAtMs: nowWallMs };
  if (worth === "store") {
    const kept = { ...read, lastKept };
    const stored = { state: withTransaction(state, kept), changed: [kept], measured };
    return { ...nothing, ...stored, transaction: kept };
  }
  const event = meteredEvent(target, { meterValue, nowIso, isResumption }, metered);
  const told = withoutOlderReading(read, meterValue);
  const passedOn = { ...told, lastKept, nextSeqNo: told.nextSeqNo + 1 };
  const { transaction: counted, signed } = withSignedReadings(passedOn, meterValue, nowWallMs);
  return {
    state: withTransaction(state, counted),
    changed: [counted],
    facts: [fact(counted, event, carry)],
    measured,
    signed,
    transaction: counted,
    isRepeat: false,
  };
}

/** Closing values that come after the Stop must not revive the session (Ocular, BS-EV). */
function meterEnded(
  state: TransactionState,
  ended: Transaction,
  { reading, nowWallMs, mayAmend }: MeterCase,
  mark: string,
): MeterStep {
  if (isSeen(ended, mark)) return { ...emptyStep(state), transaction: ended, isRepeat: true };
  const isInEnd = mayAmend(ended.id);
  const amended = withLateReading(ended, reading, { heardAtMs: nowWallMs, isInEnd });
  // What is not kept as a late reading would push out the signed ones of the end.
  const isKept = amended.lateReadings !== ended.lateReadings;
  const { transaction: late, signed } = withSignedReadings(
    amended,
    isKept ? reading.message.meterValue : [],
    nowWallMs,
  );
  const step = late === ended
    ? emptyStep(state)
    : { state: withTransaction(state, late), changed: [late], facts: [], signed };
  return { ...step, transaction: late, isRepeat: false };
}

/** Chargers that ignore our number (Etrel) use their own in the Stop as well. */
function withForeignNumber(open: Transaction, number: number | undefined): Transaction {
  const isOwn = number === undefined || number <= 0 || number === open.number;
  if (isOwn || number === open.chargerNumber) return open;
  return flagged({ ...open, chargerNumber: number }, "foreign-number");
}

function withReadings(
  transaction: Transaction,
  measured: readonly Reading[],
  powerMaxW: number | undefined,
): Transaction {
  return measured.reduce((before, reading) => {
    const { at, energyWh } = reading;
    const current = withEvidence(before, reading, powerMaxW);
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
