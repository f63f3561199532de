import type { Line, PerLine } from "../site/mod.ts";
import type { Assessment } from "./_assessment.ts";
import { isOver, type Row } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import { amountOf, eachFlow, phasorOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/**
 * Bounds of circuits that are exceeded at this moment: as their meter shows, or where there is none as
 * the chargers below say, each that does not being counted with all that is kept for it.
 */
export function overloadedRows(
  { allBoards, standings }: Pick<Assessment, "allBoards" | "standings">,
  nowMs: number,
): ReadonlySet<Row> {
  let over: Set<Row> | undefined;
  let isAnyCounted = false;
  for (const { circuit, meter, allRows } of allBoards) {
    for (const row of allRows) {
      row.isCounted = circuit !== null && row.isReserved && meter === "none";
      isAnyCounted ||= row.isCounted;
      if (circuit === null || !row.isReserved) continue;
      if (meter === "good" && isOver(row)) (over ??= new Set()).add(row);
      row.drawnRe = row.drawnIm = 0;
    }
  }
  if (!isAnyCounted) return over ?? NONE_OVER;
  addDrawn(standings, nowMs);
  for (const { allRows } of allBoards) {
    for (const row of allRows) {
      if (!row.isCounted) continue;
      const size = Math.hypot(row.drawnRe, row.drawnIm);
      if (row.known + size > row.usable + TINY_AMPS) (over ??= new Set()).add(row);
    }
  }
  return over ?? NONE_OVER;
}

const NONE_OVER: ReadonlySet<Row> = new Set();

function addDrawn(standings: readonly Standing[], nowMs: number): void {
  eachFlow(standings, (each) => drawnBy(each, nowMs), (path, drawn) => {
    if (drawn.L1 === 0 && drawn.L2 === 0 && drawn.L3 === 0) return;
    for (const reach of path.reaches) {
      const { row } = reach;
      if (!row.isCounted) continue;
      if (reach.phasors === null) {
        row.drawnRe += amountOf(reach, drawn);
        continue;
      }
      const { re, im } = phasorOf(reach, drawn);
      row.drawnRe += re;
      row.drawnIm += im;
    }
  });
}

/** The same on all lines. */
function drawnBy({ memory: { reading }, presentAmps }: Standing, nowMs: number): PerLine {
  if (reading === null || !isFresh(reading, nowMs)) return presentAmps;
  const { currentsAmps: read } = reading;
  const { L1, L2, L3 } = presentAmps;
  // Mostly it is one of them.
  if (read.L1 <= L1 && read.L2 <= L2 && read.L3 <= L3) return read;
  return { L1: Math.min(read.L1, L1), L2: Math.min(read.L2, L2), L3: Math.min(read.L3, L3) };
}

/** What an EVSE draws on a line as far as anybody knows, in amperes. */
export function drawnAmps({ memory, presentAmps }: Standing, line: Line, nowMs: number): number {
  const { reading } = memory;
  return reading !== null && isFresh(reading, nowMs)
    ? Math.min(reading.currentsAmps[line], presentAmps[line])
    : presentAmps[line];
}
