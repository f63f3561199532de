import { type Line, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import type { Board, Row } from "./_board.ts";
import { neutralOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/**
 * Unbalance and neutral hang on what is drawn, not on what may be. What the meter shows beyond what
 * chargers that follow can be drawing is other load there; once it shows too much, beyond what they
 * last measured.
 */
export function setShapes(board: Board, belowEach: (board: Board) => readonly Standing[]): void {
  if (board.allRows.every((row) => row.isReserved)) return;
  const shaping = board.allRows.filter((row) => !row.isReserved);
  const { L1: { measured: L1 }, L2: { measured: L2 }, L3: { measured: L3 } } = board.rows;
  const isSilent = L1 === null || L2 === null || L3 === null;
  const shown = isSilent ? onEachLine(0) : { L1, L2, L3 };
  const below = belowEach(board).filter(({ isSteerable }) => isSteerable);
  const likely = besides(shown, below, ({ presentAmps }, line) => presentAmps[line]);
  const pressing = besides(shown, below, drawnAmps);
  for (const row of shaping) {
    const usable = row.of.kind === "surplus"
      ? Math.max(row.usable, minimaOn(row, below))
      : row.usable;
    row.tight = usable - row.margin;
    row.loose = usable;
    row.bearable = usable;
    row.left = row.tight;
    const isOver = shapeOf(row, shown).size > row.usable + TINY_AMPS;
    ({ re: row.baseRe, im: row.baseIm } = shapeOf(row, isOver ? pressing : likely));
  }
}

/**
 * Minimum currents are always within what the sun leaves over. Who told how much that is may not know
 * yet that somebody has gone over to more phases.
 */
function minimaOn(row: Row, below: readonly Standing[]): number {
  return below.reduce((sum, { draws, place }) => {
    const re = draws.find((draw) => draw.row === row)?.re ?? 0;
    return sum + re * place.minCurrentAmps;
  }, 0);
}

function besides(
  shown: PerLine,
  chargers: readonly Standing[],
  ofEach: (standing: Standing, line: Line) => number,
): PerLine {
  return perLine((line) =>
    Math.max(0, chargers.reduce((left, each) => left - ofEach(each, line), shown[line]))
  );
}

/** What it last measured, unless it was given more since: then it may be drawing that. */
function drawnAmps({ presentAmps, memory }: Standing, line: Line): number {
  const { reading, raisedAtMs } = memory;
  const isOld = reading === null || (raisedAtMs !== null && reading.atMs < raisedAtMs);
  return isOld ? presentAmps[line] : Math.min(presentAmps[line], reading.currentsAmps[line]);
}

/** What currents come to on a bound between lines. */
function shapeOf(
  { of }: Row,
  currents: PerLine,
): { readonly re: number; readonly im: number; readonly size: number } {
  if (of.kind === "neutral") {
    const [re, im] = neutralOf(currents);
    return { re, im, size: Math.hypot(re, im) };
  }
  const re = of.kind === "unbalance" ? currents[of.high] - currents[of.low] : 0;
  return { re, im: 0, size: re };
}
