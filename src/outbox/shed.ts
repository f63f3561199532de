import { isOver, type Load, type OutboxState, without, withRows } from "./lanes.ts";
import type { RowHeader } from "./row.ts";

/** The queue with the rows that went to make room. */
export interface OutboxStep {
  readonly state: OutboxState;
  readonly dropped: readonly RowHeader[];
}

/**
 * Which rows go when there is no room for more: every second one of a lane, never the first or last
 * of its meter rows, nothing that was sent, nothing essential (ruling 3).
 */
export function everySecond(rows: readonly RowHeader[]): RowHeader[] {
  return rows.filter(({ kind, dead }) => kind === "updated" && !dead).slice(1, -1)
    .filter(({ sent, essential }) => !sent && !essential)
    .filter((_, index) => index % 2 === 0);
}

/** Goes this far below the bound, so that not every further row has to look through all. */
const SHED_TO = 0.95;

/** Over the bound, drops every second meter row, the oldest transactions first. */
export function shed(state: OutboxState, bound: Load): OutboxStep {
  if (!isOver(state.loads.readings, bound)) return { state, dropped: [] };
  const goal = { rows: bound.rows * SHED_TO, bytes: bound.bytes * SHED_TO };
  const oldestFirst = [...state.lanes.values()]
    .toSorted((a, b) => (a.rows[0]?.id ?? 0) - (b.rows[0]?.id ?? 0));
  const dropped: RowHeader[] = [];
  let next = state;
  for (let before = -1; before !== dropped.length && isOver(next.loads.readings, goal);) {
    before = dropped.length;
    for (const { transactionId } of oldestFirst) {
      const lane = next.lanes.get(transactionId);
      const going = lane === undefined ? [] : everySecond(lane.rows);
      if (lane === undefined || going.length === 0) continue;
      dropped.push(...going);
      const ids = going.map(({ id }) => id);
      next = withRows(next, lane, (rows) => without(rows, ids));
      if (!isOver(next.loads.readings, goal)) break;
    }
  }
  return { state: next, dropped };
}
