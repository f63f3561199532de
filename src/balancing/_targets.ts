import type { BalancerOptions } from "./facts.ts";
import { at, excessOf, TINY_AMPS } from "./allocation/mod.ts";
import type { Board } from "./_board.ts";
import { refill } from "./_refill.ts";
import type { Standing } from "./_standing.ts";
import { layTable, shareOut, type Table } from "./_table.ts";
import { isServed, serveSleepers, takeTurns } from "./_turns.ts";

/**
 * Notes the shares of this moment: minimum currents first, then the rest as each circuit's strategy has it,
 * and what is left for EVs that sleep.
 * They say where to go, not how fast.
 */
export function shareTargets(
  steerable: readonly Standing[],
  table: Table,
  options: BalancerOptions,
  nowMs: number,
): void {
  layTable(table, refill(table.willing, steerable, ({ ceiling }) => ceiling.amps > 0));
  takeTurns(table, options, nowMs);
  shareOut(table);
  serveSleepers(table, nowMs);
  for (const row of table.rows) row.left = -excessOf(table.tight, row.index);
  table.standings.forEach((standing, index) => standing.targetAmps = at(table.tight.amps, index));
}

/**
 * Marks the bounds where somebody lacks a fair share that is not free, and by how much at least, 1
 * or 2 amperes. Others give up their surplus only there: without need, nobody's limit moves.
 */
export function markWanted(steerable: readonly Standing[], boards: readonly Board[]): void {
  for (const standing of steerable) {
    const { claimDraws, keepAmps, targetAmps } = standing;
    const lackAmps = targetAmps - keepAmps;
    const dueAmps = isServed(standing) || lackAmps <= 0 ? lackAmps : 2;
    const wishAmps = Math.max(keepAmps, targetAmps);
    if (wishAmps <= 0) continue;
    for (const { row, re, im } of claimDraws) {
      row.wishedRe += re * wishAmps;
      row.wishedIm += im * wishAmps;
      if (dueAmps > row.lackAmps) row.lackAmps = dueAmps;
    }
  }
  for (const { allRows } of boards) {
    for (const row of allRows) {
      const { lackAmps } = row;
      if (lackAmps < 1) continue;
      const [re, im] = [row.baseRe + row.wishedRe, row.baseIm + row.wishedIm];
      const size = row.isPhasor ? Math.hypot(re, im) : re;
      if (size > row.tight + TINY_AMPS) row.wantedAmps = Math.min(2, Math.floor(lackAmps));
    }
  }
}
