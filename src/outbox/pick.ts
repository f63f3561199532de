import { type MessageLimits, messageRun } from "./message_run.ts";
import { waitsForPacking } from "./pack.ts";
import type { Lane, OutboxState } from "./lanes.ts";
import { headOf } from "./queue.ts";
import type { RowHeader } from "./row.ts";

/** What the pick depends on besides the queue. */
export interface PickCircumstances {
  readonly nowMs: number;
  /** `spec`: old before new (1.6 §3.7); `live-first`: starts and stops of now overtake history. */
  readonly replay: "spec" | "live-first";
  /** Rows above this id came into being after the CSMS accepted the connection. */
  readonly liveAfterRowId: number;
  /** The CSMS has been told the state of this slot on this connection. */
  readonly isAnnounced: (slot: number) => boolean;
}

/** What of the rules the pick depends on. */
export interface PickRules {
  readonly endedMessagesMax: number;
  readonly message: MessageLimits;
}

/** What goes up next. */
export type Pick =
  /** One row, or several meter rows to be sent as one message. */
  | { readonly kind: "send"; readonly rows: readonly [RowHeader, ...RowHeader[]] }
  /** This slot's state first: a CSMS refuses a start on a connector it has not heard of. */
  | { readonly kind: "announce"; readonly slot: number }
  /** Nothing before this moment (monotonic). */
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "nothing" };

/**
 * Chooses what goes up next: transaction by transaction, the oldest first, its start and meter values
 * before its end (ruling 3). What waited while the CSMS was away goes before what happens now, and
 * meter values of transactions that just go on come last.
 */
export function pickNext(state: OutboxState, now: PickCircumstances, rules: PickRules): Pick {
  const due = frontOfSlots(state).filter((lane) => !waitsForPacking(lane, rules))
    .map((lane) => ({ lane, atMs: lane.retryAtMs }));
  const ready = due.filter(({ atMs }) => atMs <= now.nowMs).map(({ lane }) => lane);
  const [first, ...others] = ready;
  if (first === undefined) {
    const untilMs = due.reduce((least, { atMs }) => Math.min(least, atMs), Infinity);
    return due.length === 0 ? { kind: "nothing" } : { kind: "wait", untilMs };
  }
  const isBefore = inOrder(now);
  const lane = others.reduce((best, each) => isBefore(each, best) < 0 ? each : best, first);
  if (!now.isAnnounced(lane.slot)) return { kind: "announce", slot: lane.slot };
  const row = headOf(lane);
  return row === undefined ? { kind: "nothing" } : { kind: "send", rows: batch(lane, row, rules) };
}

/**
 * Of each slot only the oldest transaction that waits. One that starts while another has not ended
 * would end that one in the eyes of a CSMS: a connector has one transaction at a time.
 */
function frontOfSlots({ lanes, slots }: OutboxState): Lane[] {
  return [...slots.values()].map((ids) => {
    for (const id of ids) {
      const lane = lanes.get(id);
      if (lane !== undefined && headOf(lane) !== undefined) return lane;
    }
    return undefined;
  }).filter((lane) => lane !== undefined);
}

/** A start or an end waits in the lane: money, not only information. */
function matters(lane: Lane): boolean {
  return lane.rows.some(({ dead, kind }) => !dead && kind !== "updated");
}

function inOrder(now: PickCircumstances): (left: Lane, right: Lane) => number {
  return (left, right) => rank(left, now) - rank(right, now) || headId(left) - headId(right);
}

/** Lower goes first; within a rank what happened first. */
function rank(lane: Lane, { replay, liveAfterRowId }: PickCircumstances): number {
  const isLive = headId(lane) > liveAfterRowId;
  if (isLive && matters(lane)) return replay === "live-first" ? 0 : 3;
  if (isLive) return 4;
  // Of the backlog, a transaction that the CSMS knows is told to its end before the next begins.
  return headOf(lane)?.kind === "started" ? 2 : 1;
}

function headId(lane: Lane): number {
  return headOf(lane)?.id ?? Number.POSITIVE_INFINITY;
}

/** The row itself, or the run of loose meter rows that it begins, as far as one message holds it. */
function batch(
  lane: Lane,
  first: RowHeader,
  { message }: PickRules,
): readonly [RowHeader, ...RowHeader[]] {
  const [, ...others] = messageRun(lane.rows.slice(lane.rows.indexOf(first)), message);
  return [first, ...others];
}
