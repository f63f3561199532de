import { isoTime } from "../lib/clock.ts";
import { compact } from "../lib/json.ts";
import type { TransactionFact } from "./events.ts";
import type { TransactionStep } from "./step.ts";
import {
  flagged,
  type Transaction,
  type TransactionFlag,
  type TransactionStop,
} from "./transaction.ts";
import { type TransactionState, withTransaction } from "./transaction_state.ts";

/** What is to be put right about the times of a transaction. Texts stay as the charger wrote them. */
export interface TransactionClock {
  /** To add to `startedAt` for the true time, in milliseconds. */
  readonly startShiftMs?: number;
  /** All of that is what was learnt of the gateway's time: the charger's may be off besides. */
  readonly startLearnt?: true;
  /** The stretch of the gateway's time in which the start was heard, while more may be learnt of it. */
  readonly startStretch?: string;
  /** The charger goes by a time of its own: what is learnt of ours does not move the start. */
  readonly startOwn?: true;
  readonly stopShiftMs?: number;
  readonly stopStretch?: string;
  readonly stopOwn?: true;
}

/** What is known of the clocks when a message is heard. */
export interface HeardClock {
  /** The stretch of the gateway's time, while that is not certain. */
  readonly stretch?: string;
  /** The charger cannot go by what the gateway told it in that stretch. */
  readonly ownTime?: true;
  /** How late it seems, where it may have waited or be right by a clock of the charger's own. */
  readonly lateMs?: number;
  /** To add to the times in the message, since the charger's clock is off. */
  readonly shiftMs?: number;
  /** That is a guess: the message may have waited for nobody knows how long. */
  readonly guessed?: true;
  /** Nobody can say how far the times are off. */
  readonly untrusted?: true;
}

/** What a row for the CSMS carries of it. */
export type RowClock = Pick<HeardClock, "stretch" | "shiftMs" | "lateMs">;

/** A charger that was off by so much from a start on had no queue, but a clock that was off. */
const SAME_CLOCK_MS = 30_000;

/** The true time of the start, as far as it is known. */
export function startTimeMs({ startedAt, clock }: Transaction): number {
  return Date.parse(startedAt) + (clock?.startShiftMs ?? 0);
}

/** The true time of the end, as far as it is known; never before the start. Null while it goes on. */
export function stopTimeMs(transaction: Transaction): number | null {
  const { stop, clock } = transaction;
  if (stop === null) return null;
  const stoppedMs = Date.parse(stop.stoppedAt) + (clock?.stopShiftMs ?? 0);
  return Math.max(stoppedMs, startTimeMs(transaction));
}

/** The start as people should read it: the charger's own text where that is right. */
export function startedAt(transaction: Transaction): string {
  const atMs = startTimeMs(transaction);
  return isSaid(atMs, transaction.startedAt) ? transaction.startedAt : isoTime(atMs);
}

/** The end as people should read it; null while it goes on. */
export function stoppedAt(transaction: Transaction): string | null {
  const atMs = stopTimeMs(transaction);
  const said = transaction.stop?.stoppedAt ?? null;
  return said === null || atMs === null || isSaid(atMs, said) ? said : isoTime(atMs);
}

/** A text that is no time stays what it is. */
function isSaid(atMs: number, said: string): boolean {
  return Number.isNaN(atMs) || atMs === Date.parse(said);
}

/**
 * Notes with a step what was known of the clocks when it was heard: with the starts and the ends that
 * it brought, and with what goes up. `before` is the state that the step was made from.
 */
export function heardWith<Step extends TransactionStep>(
  before: TransactionState,
  step: Step,
  heard: HeardClock,
): Step {
  const clock = rowClock(heard);
  const timed = new Map(
    step.changed.map((each) => [each.id, withHeard(each, before.transactions.get(each.id), heard)]),
  );
  const state = [...timed.values()].reduce(withTransaction, step.state);
  const facts = clock === null
    ? step.facts
    : step.facts.map((fact): TransactionFact => ({ ...fact, clock }));
  const own = "transaction" in step ? step.transaction as Transaction | null : null;
  return {
    ...step,
    state,
    facts,
    changed: [...timed.values()],
    ...(own === null ? {} : { transaction: timed.get(own.id) ?? own }),
  };
}

function rowClock({ stretch, ownTime, shiftMs, lateMs }: HeardClock): RowClock | null {
  const clock: RowClock = {
    ...(stretch === undefined || ownTime ? {} : { stretch }),
    ...(shiftMs === undefined ? {} : { shiftMs }),
    ...(lateMs === undefined ? {} : { lateMs }),
  };
  return Object.keys(clock).length === 0 ? null : clock;
}

/**
 * By how much a time moves when the gateway's own moves by `shiftMs`: not at all where it turns out to
 * be right as it is, by a clock of the charger's that knew better.
 */
export function followedMs(shiftMs: number, lateMs: number): number {
  const isLate = Math.abs(lateMs) > SAME_CLOCK_MS;
  return isLate && Math.abs(lateMs + shiftMs) <= SAME_CLOCK_MS ? 0 : shiftMs;
}

function withHeard(
  transaction: Transaction,
  before: Transaction | undefined,
  heard: HeardClock,
): Transaction {
  const isStart = before === undefined;
  const isStop = transaction.stop !== null && transaction.stop !== before?.stop &&
    !transaction.stop.isGuess;
  const started = isStart ? startHeard(transaction, heard) : startKnownNow(transaction, heard);
  return isStop ? stopHeard(started, heard) : started;
}

/** An end that the gateway guesses from a reading is timed by the same clock as the start. */
export function guessedEnd({ clock }: Transaction): Pick<Transaction, "clock"> {
  if (clock === undefined) return {};
  const { startShiftMs: stopShiftMs, startStretch: stopStretch, startOwn: stopOwn } = clock;
  return { clock: { ...clock, ...compact({ stopShiftMs, stopStretch, stopOwn }) } };
}

function startHeard(transaction: Transaction, heard: HeardClock): Transaction {
  const clock = {
    ...(heard.shiftMs === undefined ? {} : { startShiftMs: heard.shiftMs }),
    ...(heard.stretch === undefined ? {} : { startStretch: heard.stretch }),
    ...(heard.ownTime ? { startOwn: true } as const : {}),
  };
  return flaggedFor(withClock(transaction, clock), heard);
}

/** It took more messages than the start to see that the charger's clock is off, and was then as well. */
function startKnownNow(transaction: Transaction, heard: HeardClock): Transaction {
  const { shiftMs, guessed } = heard;
  // That the gateway does not know the time says nothing of how far the charger is off from it.
  if (shiftMs === undefined || guessed) return transaction;
  const startShiftMs = shiftKnownNow(transaction, shiftMs);
  if (startShiftMs === null) return transaction;
  const { startOwn: _, startLearnt: __, ...clock } = transaction.clock ?? {};
  return flagged({ ...transaction, clock: { ...clock, startShiftMs } }, "clock-corrected");
}

/** The shift that explains why the start seemed late when it was heard; null: this error does not. */
function shiftKnownNow(
  { startedAt, startHeardAtMs, clock }: Transaction,
  shiftMs: number,
): number | null {
  const lateMs = startHeardAtMs - Date.parse(startedAt);
  const explains = (byMs: number) => Math.abs(lateMs - byMs) <= SAME_CLOCK_MS;
  const knownMs = clock?.startShiftMs;
  if (knownMs === undefined) return explains(shiftMs) ? shiftMs : null;
  if (clock?.startLearnt === undefined || explains(knownMs)) return null;
  // One that still goes by our wrong time is off by all of it, one that was told a better since by the rest.
  const [likelier = shiftMs] = [shiftMs, knownMs + shiftMs].toSorted((a, b) =>
    Math.abs(lateMs - a) - Math.abs(lateMs - b)
  );
  return explains(likelier) ? likelier : null;
}

/** A charger whose clock was put back in between would end its session before it began. */
function stopHeard(transaction: Transaction, heard: HeardClock): Transaction {
  const saidMs = Date.parse(transaction.stop?.stoppedAt ?? "") + (heard.shiftMs ?? 0);
  const missingMs = startTimeMs(transaction) - saidMs;
  const isBefore = missingMs > 0;
  const shiftMs = (heard.shiftMs ?? 0) + (isBefore ? missingMs : 0);
  const clock = {
    ...(shiftMs === 0 ? {} : { stopShiftMs: shiftMs }),
    ...(heard.stretch === undefined ? {} : { stopStretch: heard.stretch }),
    ...(heard.ownTime ? { stopOwn: true } as const : {}),
  };
  // The charger's own end may take the place of a guess.
  const { clock: old, ...rest } = transaction;
  const begun = old === undefined ? transaction : withClock(rest, startOf(old));
  const timed = flaggedFor(withClock(begun, clock), heard);
  // A clock that was set by a few seconds in between needs no remark.
  return missingMs > SAME_CLOCK_MS ? flagged(timed, "clock-untrusted") : timed;
}

function flaggedFor(transaction: Transaction, { shiftMs, untrusted }: HeardClock): Transaction {
  if (untrusted) return flagged(transaction, "clock-untrusted");
  return shiftMs === undefined ? transaction : flagged(transaction, "clock-corrected");
}

function withClock(transaction: Transaction, clock: TransactionClock): Transaction {
  if (Object.keys(clock).length === 0) return transaction;
  return { ...transaction, clock: { ...transaction.clock, ...clock } };
}

/** What a run of the gateway has learnt of the time. */
export interface TimeLesson {
  readonly shiftMs: number;
  readonly stretches: readonly string[];
  /** Nothing more will be learnt about them. */
  readonly final: boolean;
}

/** Below this a time was right: nobody wants to hear of it. */
const NO_CORRECTION_MS = 1_000;

/**
 * The transaction with its times of those stretches put right, the same one where there are none.
 * Texts of the charger stay; the gateway's own labels move.
 */
export function corrected(transaction: Transaction, lesson: TimeLesson): Transaction {
  const { clock, stop } = transaction;
  const concerns = (stretch: string | undefined) =>
    stretch !== undefined && lesson.stretches.includes(stretch);
  const isStart = concerns(clock?.startStretch);
  const isStop = concerns(clock?.stopStretch);
  if (clock === undefined || (!isStart && !isStop)) return transaction;
  const { shiftMs } = lesson;
  const next = {
    ...(isStart ? movedStart(transaction, lesson) : startOf(clock)),
    ...(isStop && stop !== null ? movedStop(transaction, stop, lesson) : stopOf(clock)),
  };
  const { clock: _, ...rest } = transaction;
  const moved: Transaction = {
    ...rest,
    ...(Object.keys(next).length === 0 ? {} : { clock: next }),
    startHeardAtMs: transaction.startHeardAtMs + (isStart ? shiftMs : 0),
    stop: stop === null || !isStop ? stop : { ...stop, heardAtMs: stop.heardAtMs + shiftMs },
  };
  return withFlagsFor(transaction, moved);
}

function startOf(
  { startShiftMs, startLearnt, startStretch, startOwn }: TransactionClock,
): TransactionClock {
  return compact({ startShiftMs, startLearnt, startStretch, startOwn });
}

function stopOf({ stopShiftMs, stopStretch, stopOwn }: TransactionClock): TransactionClock {
  return compact({ stopShiftMs, stopStretch, stopOwn });
}

function movedStart(transaction: Transaction, lesson: TimeLesson): TransactionClock {
  const { clock = {}, startHeardAtMs } = transaction;
  const saidMs = Date.parse(transaction.startedAt) + (clock.startShiftMs ?? 0);
  const byMs = movedByMs(startHeardAtMs - saidMs, clock.startOwn === true, lesson);
  const startShiftMs = (clock.startShiftMs ?? 0) + byMs;
  const { startStretch, startOwn } = clock;
  const isLearnt = clock.startShiftMs === undefined || clock.startLearnt === true;
  return {
    ...(startShiftMs === 0 ? {} : { startShiftMs }),
    ...(startShiftMs === 0 || !isLearnt ? {} : { startLearnt: true }),
    ...(lesson.final ? {} : compact({ startStretch, startOwn })),
  };
}

function movedStop(
  { clock = {} }: Transaction,
  { stoppedAt, heardAtMs }: TransactionStop,
  lesson: TimeLesson,
): TransactionClock {
  const saidMs = Date.parse(stoppedAt) + (clock.stopShiftMs ?? 0);
  const byMs = movedByMs(heardAtMs - saidMs, clock.stopOwn === true, lesson);
  const stopShiftMs = (clock.stopShiftMs ?? 0) + byMs;
  const { stopShiftMs: _, ...marks } = stopOf(clock);
  return { ...(stopShiftMs === 0 ? {} : { stopShiftMs }), ...(lesson.final ? {} : marks) };
}

/** By how much a time moves that seemed so late. Nothing is heard before it happens. */
function movedByMs(lateMs: number, isOwn: boolean, { shiftMs, final }: TimeLesson): number {
  const byMs = isOwn ? 0 : followedMs(shiftMs, lateMs);
  const stillLateMs = lateMs + shiftMs - byMs;
  return final && stillLateMs < -SAME_CLOCK_MS ? byMs + stillLateMs : byMs;
}

/** The gateway was unsure for itself; a charger whose clock nobody knows stays unknown. */
function withFlagsFor(before: Transaction, moved: Transaction): Transaction {
  const isOwnDoubt = before.clock?.startShiftMs === undefined &&
    before.clock?.stopShiftMs === undefined;
  const sure = isOwnDoubt ? without(moved, "clock-untrusted") : moved;
  const byMs = [
    (moved.clock?.startShiftMs ?? 0) - (before.clock?.startShiftMs ?? 0),
    (moved.clock?.stopShiftMs ?? 0) - (before.clock?.stopShiftMs ?? 0),
  ];
  const isMoved = byMs.some((each) => Math.abs(each) >= NO_CORRECTION_MS);
  return isMoved ? flagged(sure, "clock-corrected") : sure;
}

function without(transaction: Transaction, flag: TransactionFlag): Transaction {
  return { ...transaction, flags: transaction.flags.filter((each) => each !== flag) };
}

/** The transactions with their times put right, as a step that tells the CSMS nothing new. */
export function correctTimes(
  state: TransactionState,
  transactions: readonly Transaction[],
  lesson: TimeLesson,
): TransactionStep {
  const changed = transactions
    .map((each) => ({ before: each, after: corrected(each, lesson) }))
    .filter(({ before, after }) => before !== after)
    .map(({ after }) => after);
  const held = changed.filter(({ id }) => state.transactions.has(id));
  return { state: held.reduce(withTransaction, state), changed, facts: [] };
}
