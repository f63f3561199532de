import { type Circuit, type Line, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import type { BalancerState } from "./_balancer_state.ts";
import { type Board, type Boards, isOver, type Row } from "./_board.ts";
import { measuredFromMs } from "./_held_limits.ts";
import { cleanBoards } from "./_layout.ts";
import { APPARENT, type Measures, WATTS } from "./_meter_memory.ts";
import { knownPeaks, type Peaks, recentPeaks } from "./_meter_trace.ts";
import { isOverloadLasting, isPauseUrgent, judgeOtherLoads } from "./_other_load.ts";
import { neutralOf } from "./_reach.ts";
import { refill } from "./_refill.ts";
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

/** Other load for three purposes, in the unit of the row. Noted for one row after the other. */
interface Loads {
  known: number;
  tight: number;
  loose: number;
  /** The basis of pauses. */
  bearable: number;
  /** Infinite where nothing may be raised. */
  raise: number;
  margin: number;
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
  const loads: Loads = { known: 0, tight: 0, loose: 0, bearable: 0, raise: 0, margin: 0 };
  for (const board of allBoards) {
    setBudgets(board, below(board), options, nowMs, loads);
    setShapes(board, below);
  }
  markForced(allBoards, standings);
  const steerable = refill(space.steerable, standings, ({ isSteerable }) => isSteerable);
  return { boards, allBoards, standings, steerable, table, below };
}

function setBudgets(
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

/**
 * Unbalance and neutral hang on what is drawn, not on what may be. What the meter shows beyond what
 * chargers that follow can be drawing is other load there; once it shows too much, beyond what they
 * last measured.
 */
function setShapes(board: Board, belowEach: Assessment["below"]): void {
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
