import type { BalancerOptions } from "./facts.ts";
import { at, excessOf, TINY_AMPS } from "./allocation/mod.ts";
import type { Board, Row } from "./_board.ts";
import type { Standing } from "./_standing.ts";
import { layTable, shareOut } from "./_table.ts";
import { isServed, serveSleepers, takeTurns } from "./_turns.ts";

/**
 * Notes the shares of this moment: minimum currents first, then the rest as each circuit's strategy has it,
 * and what is left for EVs that sleep.
 * They say where to go, not how fast.
 */
export function shareTargets(
  steerable: readonly Standing[],
  boards: Iterable<Board>,
  options: BalancerOptions,
  nowMs: number,
): void {
  const willing = steerable.filter(({ ceiling }) => ceiling.amps > 0);
  const table = layTable(willing, boards);
  const chosen = takeTurns(table, options, nowMs);
  shareOut(table, chosen);
  serveSleepers(table, nowMs);
  for (const row of table.rows) row.left = -excessOf(table.tight, row.index);
  table.standings.forEach((standing, index) => standing.targetAmps = at(table.tight.amps, index));
}

/** What all on a bound would come to if each had the more of its share and what it has. */
interface Wish {
  readonly row: Row;
  re: number;
  im: number;
  lackAmps: number;
}

/**
 * Marks the bounds where somebody lacks a fair share that is not free, and by how much at least, 1
 * or 2 amperes. Others give up their surplus only there: without need, nobody's limit moves.
 */
export function markWanted(steerable: readonly Standing[]): void {
  const wished: (Wish | undefined)[] = [];
  for (const standing of steerable) {
    const { claimDraws, keepAmps, targetAmps } = standing;
    const lackAmps = targetAmps - keepAmps;
    const dueAmps = isServed(standing) || lackAmps <= 0 ? lackAmps : 2;
    const wishAmps = Math.max(keepAmps, targetAmps);
    if (wishAmps <= 0) continue;
    for (const { row, re, im } of claimDraws) {
      const of = wished[row.index] ??= { row, re: row.baseRe, im: row.baseIm, lackAmps: 0 };
      of.re += re * wishAmps;
      of.im += im * wishAmps;
      if (dueAmps > of.lackAmps) of.lackAmps = dueAmps;
    }
  }
  for (const wish of wished) {
    if (wish === undefined) continue;
    const { row, re, im, lackAmps } = wish;
    const size = row.isPhasor ? Math.hypot(re, im) : re;
    const isScarce = size > row.tight + TINY_AMPS;
    row.wantedAmps = isScarce && lackAmps >= 1 ? Math.min(2, Math.floor(lackAmps)) : 0;
  }
}
