import { withEntry, withoutEntry } from "../lib/maps.ts";
import { PersistentMap } from "../lib/persistent_map.ts";
import { bytesOf, type RowHeader } from "./row.ts";

/** The rows of one transaction, oldest first. */
export interface Lane {
  readonly transactionId: string;
  readonly slot: number;
  readonly rows: readonly RowHeader[];
  /** Not before this moment (monotonic), after a refusal. */
  readonly retryAtMs: number;
}

/** So much of something. */
export interface Load {
  readonly rows: number;
  readonly bytes: number;
}

/** What the rows of the queue weigh, by what may become of them when there is no room. */
export interface OutboxLoads {
  /** Starts and ends: never dropped. */
  readonly sessions: Load;
  /** Meter rows. */
  readonly readings: Load;
}

/** Everything that waits to go up. Contents are on disk; this is their order. */
export interface OutboxState {
  readonly lanes: PersistentMap<Lane>;
  /** The transactions that wait, by slot, the oldest first. */
  readonly slots: ReadonlyMap<number, readonly string[]>;
  readonly loads: OutboxLoads;
  readonly lastRowId: number;
}

const NO_LOAD: Load = { rows: 0, bytes: 0 };

/** Nothing waits. */
export const EMPTY_OUTBOX: OutboxState = {
  lanes: PersistentMap.of(),
  slots: new Map(),
  loads: { sessions: NO_LOAD, readings: NO_LOAD },
  lastRowId: 0,
};

/** Opens the queue on the headers that were on disk. */
export function restoreOutbox(headers: readonly RowHeader[]): OutboxState {
  const inOrder = headers.toSorted((a, b) => a.id - b.id);
  const grouped = Map.groupBy(inOrder, ({ transactionId }) => transactionId);
  const lanes = [...grouped].map(([transactionId, rows]): Lane => ({
    transactionId,
    slot: rows[0]?.slot ?? 0,
    // One text for the id, not one for each row that was read.
    rows: rows.map((row) => ({ ...row, transactionId })),
    retryAtMs: 0,
  }));
  const slots = Map.groupBy(lanes, ({ slot }) => slot);
  return {
    lanes: PersistentMap.of(lanes.map((lane) => [lane.transactionId, lane])),
    slots: new Map([...slots].map(([slot, own]) => [
      slot,
      own.map(({ transactionId }) => transactionId),
    ])),
    loads: shifted(EMPTY_OUTBOX.loads, [], inOrder),
    lastRowId: inOrder.at(-1)?.id ?? 0,
  };
}

/** As much as a bound allows, or more. */
export function isFull(load: Load, bound: Load): boolean {
  return load.rows >= bound.rows || load.bytes >= bound.bytes;
}

/** More than a bound allows. */
export function isOver(load: Load, bound: Load): boolean {
  return load.rows > bound.rows || load.bytes > bound.bytes;
}

/** The queue after an edit of one lane's rows; a lane without rows is no more. */
export function withRows(
  state: OutboxState,
  lane: Lane,
  edit: (rows: readonly RowHeader[]) => readonly RowHeader[],
): OutboxState {
  const { transactionId } = lane;
  const rows = edit(lane.rows);
  const loads = shifted(state.loads, state.lanes.get(transactionId)?.rows ?? [], rows);
  if (rows.length === 0) {
    const lanes = state.lanes.without(transactionId);
    return { ...state, loads, lanes, slots: withoutLane(state.slots, lane) };
  }
  const lanes = state.lanes.with(transactionId, { ...lane, rows });
  const slots = state.lanes.has(transactionId) ? state.slots : withLane(state.slots, lane);
  return { ...state, loads, lanes, slots };
}

function withLane(
  slots: OutboxState["slots"],
  { slot, transactionId }: Lane,
): OutboxState["slots"] {
  return withEntry(slots, slot, [...slots.get(slot) ?? [], transactionId]);
}

function withoutLane(
  slots: OutboxState["slots"],
  { slot, transactionId }: Lane,
): OutboxState["slots"] {
  const left = (slots.get(slot) ?? []).filter((id) => id !== transactionId);
  return left.length === 0 ? withoutEntry(slots, slot) : withEntry(slots, slot, left);
}

/** The loads when these rows have gone and those have come. */
function shifted(
  loads: OutboxLoads,
  gone: readonly RowHeader[],
  come: readonly RowHeader[],
): OutboxLoads {
  const sums = { sessions: { ...loads.sessions }, readings: { ...loads.readings } };
  const count = (row: RowHeader, sign: 1 | -1) => {
    const sum = row.kind === "updated" ? sums.readings : sums.sessions;
    sum.rows += sign;
    sum.bytes += sign * bytesOf(row);
  };
  for (const row of gone) count(row, -1);
  for (const row of come) count(row, 1);
  return sums;
}

/** Rows without those of these ids. */
export function without(rows: readonly RowHeader[], ids: readonly number[]): readonly RowHeader[] {
  if (ids.length === 0) return rows;
  const gone = new Set(ids);
  return rows.filter(({ id }) => !gone.has(id));
}

/** Puts the row into the place of the one with its id. */
export function replaceWith(
  changed: RowHeader,
): (rows: readonly RowHeader[]) => readonly RowHeader[] {
  return (rows) => rows.map((row) => row.id === changed.id ? changed : row);
}
