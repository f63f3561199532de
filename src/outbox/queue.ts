import type { OutboxBounds } from "./bounds.ts";
import { type Lane, type OutboxState, replaceWith, without, withRows } from "./lanes.ts";
import type { MessageLimits } from "./message_run.ts";
import type { RowHeader } from "./row.ts";
import { type OutboxStep, shed } from "./shed.ts";

/** Rules of retrying and thinning. */
export interface OutboxRules {
  /** After so many errors a row is set aside (1.6 TransactionMessageAttempts). */
  readonly refusalsMax: number;
  /** Wait times the number of refusals (1.6 TransactionMessageRetryInterval, §6.4). */
  readonly retryIntervalMs: number;
  /** Messages of readings that an open transaction may keep waiting before it is thinned. */
  readonly openMessagesMax: number;
  /** Messages of readings that an ended transaction may need (ruling 3). */
  readonly endedMessagesMax: number;
  readonly message: MessageLimits;
  readonly bounds: OutboxBounds;
  /** False on a site that stands alone: rows for a CSMS that does not exist would pile up for ever. */
  readonly hasCsms?: boolean;
}

/**
 * The row whose turn it is in a lane. A start that was set aside holds back all that follows, since
 * the CSMS could not know which transaction it is about.
 */
export function headOf(lane: Lane): RowHeader | undefined {
  const first = lane.rows.find(({ dead, kind }) => !dead || kind === "started");
  return first?.dead ? undefined : first;
}

/**
 * The queue after a restart. Meter values that go up alone are not written for it, so the first of a
 * transaction whose start is told may have gone up just before; from now on it does not change.
 */
export function afterRestart(state: OutboxState): OutboxState {
  return [...state.lanes.values()].reduce((current, lane) => {
    if (lane.rows.some(({ kind }) => kind === "started")) return current;
    const next = lane.rows.find(({ dead, sent }) => !dead && !sent);
    if (next?.kind !== "updated") return current;
    return withRows(current, lane, replaceWith({ ...next, sent: true }));
  }, state);
}

/** The queue when a meter row goes up alone, as it is. */
export function sendAlone(state: OutboxState, row: RowHeader): OutboxState {
  const lane = state.lanes.get(row.transactionId);
  return lane === undefined ? state : withRows(state, lane, replaceWith({ ...row, sent: true }));
}

/** Adds a row; where that goes over the bound of meter rows, every second one that may go goes. */
export function addRow(state: OutboxState, header: RowHeader, rules: OutboxRules): OutboxStep {
  const { transactionId, slot } = header;
  const lane = state.lanes.get(transactionId) ?? { transactionId, slot, rows: [], retryAtMs: 0 };
  const next = {
    ...withRows(state, lane, (rows) => [...rows, { ...header, transactionId: lane.transactionId }]),
    lastRowId: Math.max(state.lastRowId, header.id),
  };
  return shed(next, rules.bounds.readings);
}

/** The end of a transaction while it can still be told otherwise: it was never handed to a socket. */
export function unsentEnd(state: OutboxState, transactionId: string): RowHeader | undefined {
  const rows = state.lanes.get(transactionId)?.rows ?? [];
  return rows.find(({ kind, sent }) => kind === "ended" && !sent);
}

/** Takes a row with another content in; it keeps its place and its message id. */
export function amendRow(state: OutboxState, amended: RowHeader): OutboxState {
  const lane = state.lanes.get(amended.transactionId);
  return lane === undefined ? state : withRows(state, lane, replaceWith(amended));
}

/** The CSMS has it: the row is done. */
export function confirmRow(state: OutboxState, row: RowHeader): OutboxState {
  return removeRow(state, row);
}

/** Takes a row out, confirmed or given up by an operator. */
export function removeRow(state: OutboxState, row: RowHeader): OutboxState {
  const lane = state.lanes.get(row.transactionId);
  if (lane === undefined) return state;
  return withRows(state, { ...lane, retryAtMs: 0 }, (rows) => without(rows, [row.id]));
}

/** The CSMS answered with an error: later again, or set aside after too many. */
export function refuseRow(
  state: OutboxState,
  row: RowHeader,
  error: string,
  nowMs: number,
  rules: OutboxRules,
): { readonly state: OutboxState; readonly row: RowHeader } {
  const refusals = row.refusals + 1;
  const refused = { ...row, refusals, lastError: error, dead: refusals >= rules.refusalsMax };
  const lane = state.lanes.get(row.transactionId);
  if (lane === undefined) return { state, row: refused };
  const retryAtMs = refused.dead ? 0 : nowMs + rules.retryIntervalMs * refusals;
  return { state: withRows(state, { ...lane, retryAtMs }, replaceWith(refused)), row: refused };
}

/**
 * Puts several meter rows into one that goes up: the first stays, with content of so many bytes; the
 * others are no more. Null when one of them has changed since it was picked.
 */
export function foldRows(
  state: OutboxState,
  rows: readonly RowHeader[],
  bytes: number,
): { readonly state: OutboxState; readonly folded: RowHeader; readonly dropped: number[] } | null {
  const [first, ...others] = rows;
  const lane = first && state.lanes.get(first.transactionId);
  if (first === undefined || lane === undefined || !areUnchanged(lane, rows)) return null;
  const dropped = others.map(({ id }) => id);
  // Its content is what goes up, so its times are right from here on.
  const { clock: _, ...header } = first;
  const folded = {
    ...header,
    readings: rows.reduce((sum, { readings }) => sum + readings, 0),
    bytes,
    revision: (first.revision ?? 0) + 1,
    essential: rows.some(({ essential }) => essential),
    sent: true,
  };
  const fold = (all: readonly RowHeader[]) => replaceWith(folded)(without(all, dropped));
  return { state: withRows(state, lane, fold), folded, dropped };
}

/** Puts rows in the place of others of one transaction. Null when one has changed meanwhile. */
export function replaceRows(
  state: OutboxState,
  rows: readonly RowHeader[],
  by: readonly RowHeader[],
): OutboxState | null {
  const [first] = rows;
  const lane = first && state.lanes.get(first.transactionId);
  if (lane === undefined || !areUnchanged(lane, rows)) return null;
  const gone = new Set(rows.map(({ id }) => id));
  const edit = (all: readonly RowHeader[]) =>
    [...all.filter(({ id }) => !gone.has(id)), ...by].toSorted((a, b) => a.id - b.id);
  return withRows(state, lane, edit);
}

/** An operator wants a dead row tried again. */
export function reviveRow(
  state: OutboxState,
  row: RowHeader,
): { readonly state: OutboxState; readonly row: RowHeader } {
  const revived = { ...row, refusals: 0, lastError: null, dead: false };
  const lane = state.lanes.get(row.transactionId);
  if (lane === undefined) return { state, row: revived };
  return { state: withRows(state, { ...lane, retryAtMs: 0 }, replaceWith(revived)), row: revived };
}

/** A row by its id. */
export function findRow(state: OutboxState, id: number): RowHeader | undefined {
  for (const { rows } of state.lanes.values()) {
    const row = rows.find((each) => each.id === id);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** True while this very row is in the queue: not confirmed, not discarded, not thinned. */
export function holdsRow(state: OutboxState, row: RowHeader): boolean {
  return state.lanes.get(row.transactionId)?.rows.some(({ id }) => id === row.id) ?? false;
}

/** True while anything of a transaction waits or is set aside. */
export function hasRows(state: OutboxState, transactionId: string): boolean {
  return state.lanes.has(transactionId);
}

/** How much waits, for pages and metrics. */
export function outboxSummary(
  state: OutboxState,
  nowWallMs: number,
): { readonly rows: number; readonly deadLetters: number; readonly oldestSeconds: number } {
  let rows = 0;
  let deadLetters = 0;
  let oldestMs = Infinity;
  for (const lane of state.lanes.values()) {
    for (const { dead, createdAtMs } of lane.rows) {
      if (dead) deadLetters++;
      else {
        rows++;
        oldestMs = Math.min(oldestMs, createdAtMs);
      }
    }
  }
  const oldestSeconds = rows === 0 ? 0 : Math.max(0, Math.floor((nowWallMs - oldestMs) / 1000));
  return { rows, deadLetters, oldestSeconds };
}

/** A header is replaced with every change of its row: the same object means the same row. */
function areUnchanged(lane: Lane, rows: readonly RowHeader[]): boolean {
  return rows.every((row) => lane.rows.includes(row));
}
