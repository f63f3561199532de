import type { BalancerOptions } from "./facts.ts";
import type { BalancerState } from "./_balancer_state.ts";
import type { Board } from "./_board.ts";
import { createReadingOrder, type ReadingOrder } from "./_fresh_readings.ts";
import { type Layout, layOut } from "./_layout.ts";
import { createTable, type Table } from "./_table.ts";
import { byBoard, createWays, type Standing, type Way } from "./_standing.ts";

/** The wiring as decisions use it. */
export interface Workspace {
  readonly layout: Layout;
  readonly ways: readonly Way[];
  /** How the EVSEs at their ends stand, in the same order. */
  readonly standings: readonly Standing[];
  /** Those of them that follow now. */
  readonly steerable: Standing[];
  readonly table: Table;
  /** In which order they measured. */
  readonly readings: ReadingOrder;
  /** Those below a board. */
  readonly below: (board: Board) => readonly Standing[];
}

const NOBODY: readonly Standing[] = [];
const workspaces = new WeakMap<BalancerOptions, Workspace>();

/**
 * Laid out once, and used again by each decision that finds the same bounds: what a decision wrote on
 * its boards and standings is gone with the next one for the same site, and no state refers to it.
 */
export function workspaceOf(state: BalancerState, options: BalancerOptions): Workspace {
  const found = workspaces.get(options);
  const caps = found?.layout.caps;
  const isSame = caps?.siteCaps === state.siteCaps && caps.groupCaps === state.groupCaps &&
    caps.surplus === state.surplus;
  if (found && isSame) return found;
  const { siteCaps, groupCaps, surplus } = state;
  const layout = layOut({ siteCaps, groupCaps, surplus }, options);
  const ways = createWays(layout.boards, surplus, options);
  const standings = ways.map(({ standing }) => standing);
  const table = createTable(standings, layout.allBoards);
  const readings = createReadingOrder(standings);
  const known = byBoard(ways);
  const below = (board: Board) => known.get(board) ?? NOBODY;
  const workspace = { layout, ways, standings, steerable: [], table, readings, below };
  workspaces.set(options, workspace);
  return workspace;
}
