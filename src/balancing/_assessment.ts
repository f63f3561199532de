import { type Circuit, type Line, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import type { BalancerState } from "./_balancer_state.ts";
import { type Board, type Boards, isOver, type Row } from "./_board.ts";
import { measuredFromMs } from "./_held_limits.ts";
import { cleanBoards } from "./_layout.ts";
import { APPARENT, type Measures, WATTS } from "./_meter_memory.ts";
import { recentPeaks } from "./_meter_trace.ts";
import {
  isOverloadLasting,
  isPauseUrgent,
  judgeOtherLoads,
  type OtherLoad,
} from "./_other_load.ts";
import { neutralOf } from "./_reach.ts";
import { addReservations, lookAtAll, type Standing } from "./_standing.ts";
import type { Table } from "./_table.ts";
import { workspaceOf } from "./_workspace.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/** The site at the moment of a decision. */
export interface Assessment {
  readonly boards: Boards;
  readonly standings: readonly Standing[];
  /** Where current is shared out among them. */
  readonly table: Table;
  /** Those below a circuit, or under a bound on chargers together. */
  readonly below: (board: Board) => readonly Standing[];
}

/** Other load for three purposes, in the unit of the row. */
interface Loads {
  readonly known: number;
  readonly tight: number;
  readonly loose: number;
  /** The basis of pauses, where it is not that of cuts. */
  readonly bearable?: number;
  /** Infinite where nothing may be raised. */
  readonly raise: number;
  readonly margin: number;
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
  const { layout, ways, standings, table, readings, below: known } = workspaceOf(state, options);
  cleanBoards(layout, state, options, nowMs);
  const { boards } = layout;
  lookAtAll(ways, state, options, nowMs);
  const below = (board: Board) => known.get(board) ?? NOBODY;
  addReservations(standings);
  const { meterHoldMs } = options.timing;
  judgeOtherLoads(boards.values(), standings, readings, meterHoldMs, nowMs);
  for (const board of boards.values()) {
    const loadsOf = boardLoads(board, below(board), options, nowMs);
    for (const row of board.allRows) if (row.isReserved) setBudget(row, loadsOf(row));
    setShapes(board, below);
  }
  markForced(boards.values(), standings);
  return { boards, standings, table, below };
}

const NOBODY: readonly Standing[] = [];

function boardLoads(
  board: Board,
  below: readonly Standing[],
  { nominalVoltageV }: BalancerOptions,
  nowMs: number,
): (row: Row) => Loads {
  const { circuit } = board;
  if (circuit === null) return (row) => constantLoads(row, 0, 0);
  const believed = believedLoads(board, circuit, below, nominalVoltageV, nowMs);
  if (!board.isDoubted) return believed;
  return (row) => atLeast(believed(row), worstLoad(row, circuit, nominalVoltageV));
}

/** As the meter has it, or what stands for it. */
function believedLoads(
  board: Board,
  circuit: Circuit,
  below: readonly Standing[],
  nominalVoltageV: number,
  nowMs: number,
): (row: Row) => Loads {
  const { meter, memory, trace, otherLoad } = board;
  if (meter === "good" && trace !== null) {
    const peaks = recentPeaks(trace, memory, () => oldestReadingMs(below, nowMs));
    const isLasting = isOverloadLasting(board, nowMs);
    return (row) => {
      const isUrgent = isPauseUrgent(row, board, below, nowMs);
      return measuredLoads(row, otherLoad, peaks.likely, isLasting, isUrgent);
    };
  }
  if (meter === "held" && trace !== null) {
    const peaks = recentPeaks(trace, memory, () => oldestReadingMs(below, nowMs));
    return (row) => {
      const known = peaks.known[row.measure] ?? 0;
      const tight = peaks.likely[row.measure] ?? 0;
      return { known, tight, loose: known, raise: Infinity, margin: row.margin };
    };
  }
  return (row) => unmeasuredLoads(row, circuit, meter, nominalVoltageV);
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
function unmeasuredLoads(
  row: Row,
  circuit: Circuit,
  meter: Board["meter"],
  nominalVoltageV: number,
): Loads {
  if (meter === "substituted") {
    const { substituteAmps } = circuit.otherLoad;
    return constantLoads(row, substituteAmps * unitsEach(row, nominalVoltageV), Infinity);
  }
  const worst = worstLoad(row, circuit, nominalVoltageV);
  const loads = constantLoads(row, worst, worst);
  // The fail-safe currents were checked against the worst load without a margin (ruling 18).
  return meter === "lost" ? { ...loads, margin: 0 } : loads;
}

function worstLoad(row: Row, { otherLoad }: Circuit, nominalVoltageV: number): number {
  return otherLoad.worstAmps * unitsEach(row, nominalVoltageV);
}

/** What an ampere on each line comes to on a bound. */
function unitsEach({ measure }: Row, nominalVoltageV: number): number {
  return measure === WATTS || measure === APPARENT ? nominalVoltageV * LINES.length : 1;
}

/** A meter that seems wrong is believed where it shows more than the worst, and never where less. */
function atLeast({ known, tight, loose, bearable, raise, margin }: Loads, worst: number): Loads {
  return {
    known: Math.max(known, worst),
    tight: Math.max(tight, worst),
    loose: Math.max(loose, worst),
    ...(bearable !== undefined && { bearable: Math.max(bearable, worst) }),
    raise: Math.max(raise, worst),
    margin,
  };
}

function constantLoads({ margin }: Row, load: number, raise: number): Loads {
  return { known: load, tight: load, loose: load, raise, margin };
}

function measuredLoads(
  row: Row,
  judged: OtherLoad,
  likelyPeaks: Measures,
  isLasting: boolean,
  isUrgent: boolean,
): Loads {
  const { measure, margin } = row;
  const of = (measures: ArrayLike<number>) => measures[measure] ?? 0;
  const known = of(judged.known);
  const tight = Math.max(of(judged.likely), of(likelyPeaks));
  const raise = Math.max(of(judged.cautious), tight);
  if (!isOver(row)) return { known, tight, loose: known, raise, margin };
  const over = of(isLasting ? judged.lasting : judged.pressing);
  // Of two who have room for one both would be paused for what one of them has just begun to draw.
  const bearable = isUrgent ? over : of(judged.likely);
  return { known, tight: Math.max(tight, over), loose: over, bearable, raise, margin };
}

/**
 * Half of the margin takes up small changes of the other load: chargers are cut when it is used up,
 * and then so far that the whole margin is free. So a fluttering load does not make limits flutter.
 */
function setBudget(
  row: Row,
  { known, tight, loose, bearable = loose, raise, margin }: Loads,
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
  const shaping = board.allRows.filter((row) => !row.isReserved);
  if (shaping.length === 0) return;
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

function markForced(boards: Iterable<Board>, all: readonly Standing[]): void {
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
