import { clip } from "../lib/text.ts";
import type {
  AlertBook,
  AlertEntry,
  AlertItem,
  AlertMessage,
  AlertOutcome,
  FaultEpisode,
  PendingAlert,
} from "../site/mod.ts";
import type { AlertRule } from "./alert_rule.ts";

/** What may happen to a rule of alerts. */
export type AlertEvent =
  /** A fault came, went or was changed. */
  | { readonly kind: "fault"; readonly fault: FaultAt }
  /** All that stands, after a start: what came or went since the book was kept is found by it. */
  | { readonly kind: "standing"; readonly faults: readonly FaultAt[] }
  | { readonly kind: "delivered"; readonly id: string }
  | { readonly kind: "failed"; readonly id: string; readonly reason: string }
  /** Time has gone by. */
  | { readonly kind: "look" };

/** A fault, and the charger that it is at. */
export interface FaultAt {
  readonly episode: FaultEpisode;
  readonly chargerId: string | null;
}

/** More than stand at once in the book of faults. */
const ENTRIES_MAX = 600;
const PENDING_MAX = 20;
const ITEMS_MAX = 50;
const OUTCOMES_MAX = 20;
const TEXT_MAX = 300;
const REASON_MAX = 200;
const HOUR_MS = 3_600_000;
const FIRST_RETRY_MS = 30_000;
const RETRY_MAX_MS = HOUR_MS;
/** About a day. */
const TRIES_MAX = 30;

const RANKS = { info: 0, warning: 1, alarm: 2 } as const;

/** The book of a rule that is new. What stands already goes in one message. */
export function newAlertBook(ruleId: string): AlertBook {
  return {
    ruleId,
    nextNumber: 1,
    entries: [],
    pending: [],
    madeMs: [],
    isHolding: true,
    more: 0,
    outcomes: [],
  };
}

/** What an event does to a book, and which messages it makes. `quiet`: nobody is to be told now. */
export function stepAlerts(
  rule: AlertRule,
  book: AlertBook,
  event: AlertEvent,
  nowMs: number,
  quiet: boolean,
): AlertBook {
  return makeMessages(rule, take(rule, book, event, nowMs), nowMs, quiet);
}

/** The message that is to be sent now; null: none is. One after the other, so that they arrive in order. */
export function dueAlert({ pending }: AlertBook, nowMs: number): PendingAlert | null {
  const [first] = pending;
  if (first === undefined) return null;
  const waitMs = first.nextTryMs - nowMs;
  // A clock that was set back must not stop it for ever.
  return waitMs <= 0 || waitMs > RETRY_MAX_MS ? first : null;
}

/** What became of a message that is not in the book, such as one to try whether it arrives. */
export function notedOutcome(book: AlertBook, outcome: AlertOutcome): AlertBook {
  const others = book.outcomes.filter(({ messageId }) => messageId !== outcome.messageId);
  const noted = { ...outcome, reason: clip(outcome.reason, REASON_MAX) };
  return { ...book, outcomes: [...others, noted].slice(-OUTCOMES_MAX) };
}

function take(rule: AlertRule, book: AlertBook, event: AlertEvent, nowMs: number): AlertBook {
  switch (event.kind) {
    case "fault":
      return hear(rule, book, event.fault, nowMs);
    case "standing":
      return compare(rule, book, event.faults, nowMs);
    case "delivered":
    case "failed":
      return arrive(book, event, nowMs);
    case "look":
      return book;
  }
}

function hear(
  rule: AlertRule,
  book: AlertBook,
  { episode, chargerId }: FaultAt,
  nowMs: number,
): AlertBook {
  const before = book.entries.find((each) => isSame(each, episode));
  if (before === undefined) {
    if (episode.overMs !== null || !concerns(rule, episode, chargerId)) return book;
    return added(book, { ...itemOf(episode, chargerId), told: null, changedMs: nowMs });
  }
  const isBack = before.overMs !== null && episode.overMs === null;
  const isGone = before.overMs === null && episode.overMs !== null;
  const entry: AlertEntry = {
    ...before,
    ...itemOf(episode, chargerId ?? before.chargerId),
    sinceMs: before.sinceMs,
    times: before.times + (isBack ? 1 : 0),
    changedMs: isBack || isGone ? nowMs : before.changedMs,
  };
  const others = book.entries.filter((each) => each !== before);
  return {
    ...book,
    entries: isBack || isGone
      ? [...others, entry]
      : book.entries.map((each) => each === before ? entry : each),
  };
}

/** What is not there any more went while nobody looked. */
function compare(
  rule: AlertRule,
  book: AlertBook,
  faults: readonly FaultAt[],
  nowMs: number,
): AlertBook {
  const gone = book.entries.map((each) =>
    each.overMs === null && !faults.some(({ episode }) => isSame(each, episode))
      ? { ...each, overMs: nowMs, changedMs: nowMs }
      : each
  );
  return faults.reduce<AlertBook>(
    (known, fault) => hear(rule, known, fault, nowMs),
    { ...book, entries: gone },
  );
}

/** Bounded: the oldest that is over makes room, or the oldest of all; who was not told hears how many. */
function added(book: AlertBook, entry: AlertEntry): AlertBook {
  const entries = [...book.entries, entry];
  if (entries.length <= ENTRIES_MAX) return { ...book, entries };
  const least = entries.find(({ overMs }) => overMs !== null) ?? entries[0];
  const isUntold = least !== undefined && (least.told === null || least.overMs !== null);
  return {
    ...book,
    entries: entries.filter((each) => each !== least),
    more: book.more + (isUntold ? 1 : 0),
    isHolding: book.isHolding || isUntold,
  };
}

function arrive(
  book: AlertBook,
  event: Extract<AlertEvent, { readonly kind: "delivered" | "failed" }>,
  nowMs: number,
): AlertBook {
  const message = book.pending.find(({ id }) => id === event.id);
  if (message === undefined) return book;
  const tries = message.tries + 1;
  const isOver = event.kind === "delivered" || tries >= TRIES_MAX;
  const waitMs = Math.min(RETRY_MAX_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
  const again: PendingAlert = { ...message, tries, nextTryMs: nowMs + waitMs };
  return notedOutcome({
    ...book,
    pending: isOver
      ? book.pending.filter((each) => each !== message)
      : book.pending.map((each) => each === message ? again : each),
  }, {
    messageId: message.id,
    kind: message.kind,
    atMs: nowMs,
    faults: message.items.length + message.more,
    outcome: event.kind === "delivered" ? "delivered" : isOver ? "given-up" : "failed",
    reason: event.kind === "delivered" ? "" : event.reason,
  });
}

/**
 * Each by itself while there is room. What has to wait, for the end of quiet hours, for room within the
 * hour or for those before it to arrive, goes in one message after that.
 */
function makeMessages(
  rule: AlertRule,
  book: AlertBook,
  nowMs: number,
  quiet: boolean,
): AlertBook {
  const due = book.entries.filter((each) => isDue(rule, each, nowMs));
  if (due.length === 0 && book.more === 0) {
    return quiet || !book.isHolding ? book : { ...book, isHolding: false };
  }
  const madeMs = recent(book.madeMs, nowMs);
  const now = madeMs.length === book.madeMs.length ? book : { ...book, madeMs };
  if (quiet || !now.isHolding) {
    const mayGo = (each: AlertEntry) =>
      !quiet || rule.quiet?.exceptAlarms === true && each.severity === "alarm" &&
        each.overMs === null;
    return singly(rule, now, due, mayGo, nowMs);
  }
  const hasRoom = now.madeMs.length < rule.perHour && now.pending.length === 0;
  return hasRoom ? together(now, due, nowMs) : now;
}

function singly(
  { perHour }: AlertRule,
  book: AlertBook,
  due: readonly AlertEntry[],
  mayGo: (entry: AlertEntry) => boolean,
  nowMs: number,
): AlertBook {
  let next = book;
  for (const each of due) {
    const hasRoom = next.madeMs.length < perHour && next.pending.length < PENDING_MAX;
    if (hasRoom && mayGo(each)) next = made(next, "alert", [each], 0, nowMs);
    else if (!next.isHolding) next = { ...next, isHolding: true };
  }
  return next;
}

function together(book: AlertBook, due: readonly AlertEntry[], nowMs: number): AlertBook {
  const isOne = due.length === 1 && book.more === 0;
  const more = Math.max(0, due.length - ITEMS_MAX) + book.more;
  const next = made(book, isOne ? "alert" : "summary", due, more, nowMs);
  return { ...next, isHolding: false, more: 0 };
}

/** The message is there, and of what is in it nobody is told again. */
function made(
  book: AlertBook,
  kind: AlertMessage["kind"],
  told: readonly AlertEntry[],
  more: number,
  nowMs: number,
): AlertBook {
  // The gravest first: those that there is no room for are the least.
  const items = told.toSorted((a, b) =>
    RANKS[b.severity] - RANKS[a.severity] || a.changedMs - b.changedMs
  ).slice(0, ITEMS_MAX).map(({ told: _told, changedMs: _changedMs, ...item }) => item);
  const message: PendingAlert = {
    id: `${book.ruleId}-${book.nextNumber}`,
    kind,
    atMs: nowMs,
    items,
    more,
    tries: 0,
    nextTryMs: nowMs,
  };
  const known = new Set(told);
  return {
    ...book,
    nextNumber: book.nextNumber + 1,
    entries: book.entries.flatMap((each) => {
      if (!known.has(each)) return [each];
      return each.overMs === null ? [{ ...each, told: each.severity }] : [];
    }),
    pending: [...book.pending, message],
    madeMs: [...book.madeMs, nowMs],
  };
}

function isDue({ foldMs }: AlertRule, entry: AlertEntry, nowMs: number): boolean {
  const { told, severity, overMs, changedMs } = entry;
  if (overMs === null) return told === null || RANKS[severity] > RANKS[told];
  // It may come back. A clock that was set back must not keep it for ever.
  return nowMs - changedMs >= foldMs || nowMs < changedMs;
}

function concerns(
  { id, severity, codes, subjects }: AlertRule,
  fault: FaultEpisode,
  chargerId: string | null,
): boolean {
  // That nobody could be told is nothing to tell the same way.
  if (fault.code === "alert-not-sent" && fault.subject === id) return false;
  return RANKS[fault.severity] >= RANKS[severity] &&
    (codes.length === 0 || codes.includes(fault.code)) &&
    (subjects.length === 0 || subjects.includes(fault.subject) ||
      chargerId !== null && subjects.includes(chargerId));
}

function itemOf(episode: FaultEpisode, chargerId: string | null): AlertItem {
  const { id, code, kind, subject, severity, text, sinceMs, overMs } = episode;
  const said = clip(text, TEXT_MAX);
  return {
    faultId: id,
    code,
    kind,
    subject,
    chargerId,
    severity,
    text: said,
    sinceMs,
    overMs,
    times: 1,
  };
}

function isSame(
  a: Pick<AlertItem, "kind" | "subject">,
  b: Pick<AlertItem, "kind" | "subject">,
): boolean {
  return a.kind === b.kind && a.subject === b.subject;
}

function recent(times: readonly number[], nowMs: number): readonly number[] {
  return times.filter((atMs) => atMs <= nowMs && nowMs - atMs < HOUR_MS);
}
