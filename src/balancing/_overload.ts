import type { Line, PerLine } from "../site/mod.ts";
import type { Assessment } from "./_assessment.ts";
import { isOver, type Row } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import { amountOf, currentsByPath, phasorOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/**
 * Bounds of circuits that are exceeded at this moment: as their meter shows, or where there is none as
 * the chargers below say, each that does not being counted with all that is kept for it.
 */
export function overloadedRows(
  { boards, standings }: Pick<Assessment, "boards" | "standings">,
  nowMs: number,
): ReadonlySet<Row> {
  const over = new Set<Row>();
  const counted: Drawns = [];
  for (const { circuit, meter, allRows } of boards.values()) {
    for (const row of allRows) {
      if (circuit === null || !row.isReserved) continue;
      if (meter === "good" && isOver(row)) over.add(row);
      if (meter === "none") counted[row.index] = { row, re: 0, im: 0 };
    }
  }
  if (counted.length > 0) addDrawn(counted, standings, nowMs);
  for (const drawn of counted) {
    if (drawn === undefined) continue;
    const { row, re, im } = drawn;
    if (row.known + Math.hypot(re, im) > row.usable + TINY_AMPS) over.add(row);
  }
  return over;
}

/** What chargers draw; where currents add up, the real part is their sum. */
interface Drawn {
  readonly row: Row;
  re: number;
  im: number;
}

/** By the index of the row. */
type Drawns = (Drawn | undefined)[];

function addDrawn(
  counted: Drawns,
  standings: readonly Standing[],
  nowMs: number,
): void {
  for (
    const { path, currents: drawn } of currentsByPath(standings, (each) => drawnBy(each, nowMs))
  ) {
    if (drawn.L1 === 0 && drawn.L2 === 0 && drawn.L3 === 0) continue;
    for (const reach of path.reaches) {
      const of = counted[reach.row.index];
      if (of === undefined) continue;
      if (reach.phasors === null) {
        of.re += amountOf(reach, drawn);
        continue;
      }
      const { re, im } = phasorOf(reach, drawn);
      of.re += re;
      of.im += im;
    }
  }
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
