import { withEntry, withoutEntry } from "../lib/maps.ts";
import type { RowHeader } from "./row.ts";

/** The rows of one transaction, oldest first. */
export interface Lane {
  readonly transactionId: string;
  readonly slot: number;
  readonly rows: readonly RowHeader[];
  /** Not before this moment (monotonic), after a refusal. */
  readonly retryAtMs: number;
}

/** Everything that waits to go up. Contents are on disk; this is their order. */
export interface OutboxState {
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly lastRowId: number;
}

/** Nothing waits. */
export const EMPTY_OUTBOX: OutboxState = { lanes: new Map(), lastRowId: 0 };

/** Rules of retrying and thinning. */
export interface OutboxRules {
  /** After so many errors a row is set aside (1.6 TransactionMessageAttempts). */
  readonly refusalsMax: number;
  /** Wait times the number of refusals (1.6 TransactionMessageRetryInterval, §6.4). */
  readonly retryIntervalMs: number;
  /** Meter rows that an open transaction may keep waiting; beyond, every second one goes. */
  readonly openRowsMax: number;
  /** Meter rows that an ended transaction may keep waiting; 200 of one reading each fill 4 messages. */
  readonly endedRowsMax: number;
  /** False on a site that stands alone: rows for a CSMS that does not exist would pile up for ever. */
  readonly hasCsms?: boolean;
}

/** The queue after a change, with rows that are no longer needed on disk. */
export interface OutboxStep {
  readonly state: OutboxState;
  readonly dropped: readonly number[];
}

/** Opens the queue on the headers that were on disk. */
export function restoreOutbox(headers: readonly RowHeader[]): OutboxState {
  const inOrder = headers.toSorted((a, b) => a.id - b.id);
  const lanes = Map.groupBy(inOrder, ({ transactionId }) => transactionId);
  return {
    lanes: new Map(
      [...lanes].map(([transactionId, rows]) => [transactionId, {
        transactionId,
        slot: rows[0]?.slot ?? 0,
        rows,
        retryAtMs: 0,
      }]),
    ),
    lastRowId: inOrder.at(-1)?.id ?? 0,
  };
}

/** Adds a row, then thins its lane if that has grown too long. */
export function addRow(state: OutboxState, header: RowHeader, rules: OutboxRules): OutboxStep {
  const next = append(state, header);
  const lane = next.lanes.get(header.transactionId);
  if (lane === undefined) return { state: next, dropped: [] };
  const max = header.kind === "ended" ? rules.endedRowsMax : rules.openRowsMax;
  const dropped = thinned(lane.rows, max);
  return { state: withRows(next, lane, (rows) => without(rows, dropped)), dropped };
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
 * Puts several meter rows into one: the first stays, with new content; the others are no more. Null
 * when the first is no longer in the queue.
 */
export function foldRows(
  state: OutboxState,
  rows: readonly RowHeader[],
): { readonly state: OutboxState; readonly folded: RowHeader; readonly dropped: number[] } | null {
  const [first, ...others] = rows;
  const lane = first && state.lanes.get(first.transactionId);
  if (first === undefined || lane === undefined || !holdsRow(state, first)) return null;
  const dropped = others.map(({ id }) => id);
  const folded = {
    ...first,
    readings: rows.reduce((sum, { readings }) => sum + readings, 0),
    essential: rows.some(({ essential }) => essential),
    sent: true,
  };
  const fold = (all: readonly RowHeader[]) => replaceWith(folded)(without(all, dropped));
  return { state: withRows(state, lane, fold), folded, dropped };
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
  const rows = [...state.lanes.values()].flatMap((lane) => lane.rows);
  const waiting = rows.filter(({ dead }) => !dead);
  // Not spread into Math.min(): a long outage leaves more rows than a call takes arguments.
  const oldest = waiting.reduce((least, row) => Math.min(least, row.createdAtMs), Infinity);
  return {
    rows: waiting.length,
    deadLetters: rows.length - waiting.length,
    oldestSeconds: waiting.length === 0 ? 0 : Math.max(0, Math.floor((nowWallMs - oldest) / 1000)),
  };
}

/**
 * Which meter rows go when a lane has more than `max`: every second one, oldest first; never the
 * first or last, nothing that was sent, nothing essential (ruling 3).
 */
export function thinned(rows: readonly RowHeader[], max: number): number[] {
  const meters = rows.filter(({ kind, dead }) => kind === "updated" && !dead);
  if (meters.length <= max) return [];
  const inner = meters.slice(1, -1).filter(({ sent, essential }) => !sent && !essential);
  const dropped: number[] = [];
  let kept = inner;
  while (meters.length - dropped.length > max && kept.length > 0) {
    const halved = kept.filter((_, index) => index % 2 === 1);
    dropped.push(...kept.filter((_, index) => index % 2 === 0).map(({ id }) => id));
    kept = halved;
  }
  return dropped;
}

function append(state: OutboxState, header: RowHeader): OutboxState {
  const { transactionId, slot } = header;
  const lane = state.lanes.get(transactionId) ?? { transactionId, slot, rows: [], retryAtMs: 0 };
  return {
    lanes: withEntry(state.lanes, transactionId, { ...lane, rows: [...lane.rows, header] }),
    lastRowId: Math.max(state.lastRowId, header.id),
  };
}

function withRows(
  state: OutboxState,
  lane: Lane,
  edit: (rows: readonly RowHeader[]) => readonly RowHeader[],
): OutboxState {
  const rows = edit(lane.rows);
  const lanes = rows.length === 0
    ? withoutEntry(state.lanes, lane.transactionId)
    : withEntry(state.lanes, lane.transactionId, { ...lane, rows });
  return { ...state, lanes };
}

function without(rows: readonly RowHeader[], ids: readonly number[]): readonly RowHeader[] {
  if (ids.length === 0) return rows;
  const gone = new Set(ids);
  return rows.filter(({ id }) => !gone.has(id));
}

function replaceWith(changed: RowHeader): (rows: readonly RowHeader[]) => readonly RowHeader[] {
  return (rows) => rows.map((row) => row.id === changed.id ? changed : row);
}
