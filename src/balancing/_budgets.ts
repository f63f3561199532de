import { type Circuit, LINES } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import { type Board, isOver, type Row } from "./_board.ts";
import { measuredFromMs } from "./_held_limits.ts";
import { APPARENT, type Measures, WATTS } from "./_meter_memory.ts";
import { knownPeaks, type Peaks, recentPeaks } from "./_meter_trace.ts";
import { isOverloadLasting, isPauseUrgent } from "./_other_load.ts";
import type { Standing } from "./_standing.ts";

/** Other load for three purposes, in the unit of the row. Noted for one row after the other. */
export interface Loads {
  known: number;
  tight: number;
  loose: number;
  /** The basis of pauses. */
  bearable: number;
  /** Infinite where nothing may be raised. */
  raise: number;
  margin: number;
}

/** Of which nothing is noted yet. */
export function noLoads(): Loads {
  return { known: 0, tight: 0, loose: 0, bearable: 0, raise: 0, margin: 0 };
}

/** Notes on each bound that keeps a fuse what chargers may be given beside everything else. */
export function setBudgets(
  board: Board,
  below: readonly Standing[],
  { nominalVoltageV }: BalancerOptions,
  nowMs: number,
  loads: Loads,
): void {
  const { circuit } = board;
  const peaks = peaksOf(board, below, nowMs);
  for (const row of board.allRows) {
    if (!row.isReserved) continue;
    if (circuit === null) noteConstant(loads, row, 0, 0);
    else {
      noteBelieved(loads, row, board, circuit, peaks, below, nominalVoltageV, nowMs);
      if (board.isDoubted) noteAtLeast(loads, worstLoad(row, circuit, nominalVoltageV));
    }
    setBudget(row, loads);
  }
}

/** Null where no meter says anything. */
function peaksOf(
  { circuit, meter, memory, trace }: Board,
  below: readonly Standing[],
  nowMs: number,
): Peaks | null {
  if (circuit === null || trace === null || (meter !== "good" && meter !== "held")) return null;
  return knownPeaks(trace, memory) ??
    recentPeaks(trace, memory, () => oldestReadingMs(below, nowMs));
}

/** As the meter has it, or what stands for it. */
function noteBelieved(
  loads: Loads,
  row: Row,
  board: Board,
  circuit: Circuit,
  peaks: Peaks | null,
  below: readonly Standing[],
  nominalVoltageV: number,
  nowMs: number,
): void {
  if (peaks === null) return noteUnmeasured(loads, row, circuit, board.meter, nominalVoltageV);
  if (board.meter === "good") return noteMeasured(loads, row, board, peaks.likely, below, nowMs);
  const known = peaks.known[row.measure] ?? 0;
  noteConstant(loads, row, known, Infinity);
  loads.tight = peaks.likely[row.measure] ?? 0;
}

/** What is older says nothing about an EV that charges now. */
const OLDEST_READING_MS = 180_000;

/** When the oldest of the readings was measured by which chargers count that may draw. */
function oldestReadingMs(below: readonly Standing[], nowMs: number): number {
  let oldestMs = Infinity;
  for (const { memory: { reading }, presentAmps: { L1, L2, L3 } } of below) {
    if (reading === null || L1 + L2 + L3 === 0) continue;
    const fromMs = measuredFromMs(reading);
    if (nowMs - fromMs <= OLDEST_READING_MS) oldestMs = Math.min(oldestMs, fromMs);
  }
  return oldestMs;
}

/** Without a meter's word the other load is what site.yaml says, on each line at once. */
function noteUnmeasured(
  loads: Loads,
  row: Row,
  circuit: Circuit,
  meter: Board["meter"],
  nominalVoltageV: number,
): void {
  if (meter === "substituted") {
    const { substituteAmps } = circuit.otherLoad;
    noteConstant(loads, row, substituteAmps * unitsEach(row, nominalVoltageV), Infinity);
    return;
  }
  const worst = worstLoad(row, circuit, nominalVoltageV);
  noteConstant(loads, row, worst, worst);
  // The fail-safe currents were checked against the worst load without a margin (ruling 18).
  if (meter === "lost") loads.margin = 0;
}

function worstLoad(row: Row, { otherLoad }: Circuit, nominalVoltageV: number): number {
  return otherLoad.worstAmps * unitsEach(row, nominalVoltageV);
}

/** What an ampere on each line comes to on a bound. */
function unitsEach({ measure }: Row, nominalVoltageV: number): number {
  return measure === WATTS || measure === APPARENT ? nominalVoltageV * LINES.length : 1;
}

/** A meter that seems wrong is believed where it shows more than the worst, and never where less. */
function noteAtLeast(loads: Loads, worst: number): void {
  loads.known = Math.max(loads.known, worst);
  loads.tight = Math.max(loads.tight, worst);
  loads.loose = Math.max(loads.loose, worst);
  loads.bearable = Math.max(loads.bearable, worst);
  loads.raise = Math.max(loads.raise, worst);
}

function noteConstant(loads: Loads, { margin }: Row, load: number, raise: number): void {
  loads.known =
    loads.tight =
    loads.loose =
    loads.bearable =
      load;
  loads.raise = raise;
  loads.margin = margin;
}

function noteMeasured(
  loads: Loads,
  row: Row,
  board: Board,
  likelyPeaks: Measures,
  below: readonly Standing[],
  nowMs: number,
): void {
  const { measure } = row;
  const { otherLoad: judged } = board;
  const likely = judged.likely[measure] ?? 0;
  const known = judged.known[measure] ?? 0;
  const tight = Math.max(likely, likelyPeaks[measure] ?? 0);
  noteConstant(loads, row, known, Math.max(judged.cautious[measure] ?? 0, tight));
  loads.tight = tight;
  if (!isOver(row)) return;
  const overs = isOverloadLasting(board, nowMs) ? judged.lasting : judged.pressing;
  const over = overs[measure] ?? 0;
  loads.tight = Math.max(tight, over);
  loads.loose = over;
  // Of two who have room for one both would be paused for what one of them has just begun to draw.
  loads.bearable = isPauseUrgent(row, board, below, nowMs) ? over : likely;
}

/**
 * Half of the margin takes up small changes of the other load: chargers are cut when it is used up,
 * and then so far that the whole margin is free. So a fluttering load does not make limits flutter.
 */
function setBudget(
  row: Row,
  { known, tight, loose, bearable, raise, margin }: Loads,
): void {
  const { usable, fixed, reserved } = row;
  row.known = known;
  row.tight = usable - margin - tight - fixed;
  row.left = row.tight;
  row.loose = usable - margin / 2 - loose - fixed;
  row.bearable = usable - margin / 2 - bearable - fixed;
  row.free = usable - margin - raise - reserved;
  if (row.towards === null) return;
  // What is fixed and kept has an angle: it is counted there.
  row.free = usable - margin - raise;
  row.takenRe = row.reservedRe;
  row.takenIm = row.reservedIm;
}
