import type { BalancerOptions } from "./facts.ts";
import type { BalancerState } from "./_balancer_state.ts";
import type { Board, Boards, Row } from "./_board.ts";
import { noLoads, setBudgets } from "./_budgets.ts";
import { cleanBoards } from "./_layout.ts";
import { judgeOtherLoads } from "./_other_load.ts";
import { refill } from "./_refill.ts";
import { setShapes } from "./_shapes.ts";
import { addReservations, lookAtAll, type Standing } from "./_standing.ts";
import type { Table } from "./_table.ts";
import { workspaceOf } from "./_workspace.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/** The site at the moment of a decision. */
export interface Assessment {
  readonly boards: Boards;
  /** The same in their order. */
  readonly allBoards: readonly Board[];
  readonly standings: readonly Standing[];
  /** Those of them that follow. */
  readonly steerable: readonly Standing[];
  /** Where current is shared out among them. */
  readonly table: Table;
  /** Those below a circuit, or under a bound on chargers together. */
  readonly below: (board: Board) => readonly Standing[];
}

/**
 * Looks at everything once: what is kept for whom, what else flows, what is left. It holds until the
 * next look at the same site.
 */
export function assess(
  state: BalancerState,
  nowMs: number,
  options: BalancerOptions,
): Assessment {
  const space = workspaceOf(state, options);
  const { layout, ways, standings, table, readings, below } = space;
  cleanBoards(layout, state, options, nowMs);
  const { boards, allBoards } = layout;
  lookAtAll(ways, state, options, nowMs);
  addReservations(standings);
  const { meterHoldMs } = options.timing;
  judgeOtherLoads(allBoards, standings, readings, meterHoldMs, nowMs);
  const loads = noLoads();
  for (const board of allBoards) {
    setBudgets(board, below(board), options, nowMs, loads);
    setShapes(board, below);
  }
  markForced(allBoards, standings);
  const steerable = refill(space.steerable, standings, ({ isSteerable }) => isSteerable);
  return { boards, allBoards, standings, steerable, table, below };
}

function markForced(boards: readonly Board[], all: readonly Standing[]): void {
  for (const { isSteerable, keepAmps, draws } of all) {
    if (!isSteerable || keepAmps === 0) continue;
    for (const { row, re, im } of draws) {
      row.keptRe += keepAmps * re;
      row.keptIm += keepAmps * im;
    }
  }
  for (const { allRows } of boards) {
    for (const row of allRows) row.isForced = sizeOf(row) > row.loose + TINY_AMPS;
  }
}

/** What those who follow, and what else shapes a bound, come to when they draw all that they were told. */
function sizeOf({ isPhasor, baseRe, baseIm, keptRe, keptIm }: Row): number {
  return isPhasor ? Math.hypot(baseRe + keptRe, baseIm + keptIm) : baseRe + keptRe;
}
