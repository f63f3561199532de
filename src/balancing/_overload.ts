import { type Line, LINES } from "../site/mod.ts";
import { isOver } from "./_assessment.ts";
import type { Board, Row } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import type { Standing } from "./_standing.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/**
 * Lines of circuits over their limit at this moment: as their meter shows, or where there is none as
 * the chargers below say, each that does not being counted with all that is kept for it.
 */
export function overloadedRows(
  boards: Iterable<Board>,
  standings: readonly Standing[],
  nowMs: number,
): ReadonlySet<Row> {
  return new Set(
    [...boards].flatMap((board) => {
      if (board.circuit === null) return [];
      if (board.meter === "good") {
        return board.allRows.filter((row) => row.isReserved && isOver(row));
      }
      if (board.meter !== "none") return [];
      return LINES.filter((line) => isOverByCount(board, line, standings, nowMs))
        .map((line) => board.rows[line]);
    }),
  );
}

function isOverByCount(
  board: Board,
  line: Line,
  standings: readonly Standing[],
  nowMs: number,
): boolean {
  const drawn = standings.reduce(
    (sum, standing) =>
      standing.boards.includes(board) ? sum + drawnAmps(standing, line, nowMs) : sum,
    board.circuit?.otherLoad.worstAmps ?? 0,
  );
  return drawn > board.rows[line].usable + TINY_AMPS;
}

/** What an EVSE draws on a line as far as anybody knows, in amperes. */
export function drawnAmps({ memory, presentAmps }: Standing, line: Line, nowMs: number): number {
  const { reading } = memory;
  return reading !== null && isFresh(reading, nowMs)
    ? Math.min(reading.currentsAmps[line], presentAmps[line])
    : presentAmps[line];
}
