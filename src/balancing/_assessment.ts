import { type Circuit, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import type { BalancerState } from "./_balancer_state.ts";
import { type Board, layOutBoards, type Row } from "./_board.ts";
import { recentPeaks } from "./_meter_memory.ts";
import { isOverloadLasting, judgeOtherLoads, type OtherLoad } from "./_other_load.ts";
import { addReservations, type Standing, standings } from "./_standing.ts";
import { TINY_AMPS } from "./_water_level.ts";

/** The site at the moment of a decision. */
export interface Assessment {
  readonly boards: ReadonlyMap<string | null, Board>;
  readonly standings: readonly Standing[];
  /** Of circuits with a good meter. */
  readonly otherLoads: ReadonlyMap<Board, OtherLoad>;
}

/** Other load for three purposes, in amperes on one line. */
interface Loads {
  readonly known: number;
  readonly tight: number;
  readonly loose: number;
  /** Infinite where nothing may be raised. */
  readonly raise: number;
  readonly marginAmps: number;
}

/** Looks at everything once: what is kept for whom, what else flows, what is left. */
export function assess(
  state: BalancerState,
  nowMs: number,
  options: BalancerOptions,
): Assessment {
  const boards = layOutBoards(state, options, nowMs);
  const all = standings(state, boards, options, nowMs);
  addReservations(all);
  const { meterHoldMs } = options.timing;
  const otherLoads = judgeOtherLoads(boards.values(), all, meterHoldMs, nowMs);
  for (const board of boards.values()) {
    const loads = boardLoads(board, otherLoads.get(board), options.marginAmps, nowMs);
    for (const line of LINES) setBudget(board.rows[line], loads[line]);
  }
  markForced(boards.values(), all);
  return { boards, standings: all, otherLoads };
}

function boardLoads(
  board: Board,
  judged: OtherLoad | undefined,
  marginAmps: number,
  nowMs: number,
): PerLine<Loads> {
  const { circuit, meter, memory } = board;
  if (circuit === null) return onEachLine(constantLoads(0, 0, 0));
  if (judged) {
    const peaks = recentPeaks(memory);
    const isLasting = isOverloadLasting(board, nowMs);
    return perLine((line) => measuredLoads(board.rows[line], judged, peaks, marginAmps, isLasting));
  }
  if (meter === "held") {
    const { knownAmps, likelyAmps } = recentPeaks(memory);
    return perLine((line) => ({
      known: knownAmps[line],
      tight: likelyAmps[line],
      loose: knownAmps[line],
      raise: Infinity,
      marginAmps,
    }));
  }
  return onEachLine(unmeasuredLoads(circuit, meter, marginAmps));
}

function unmeasuredLoads(
  circuit: Circuit,
  meter: Board["meter"],
  marginAmps: number,
): Loads {
  const { worstAmps, substituteAmps } = circuit.otherLoad;
  if (meter === "substituted") return constantLoads(substituteAmps, Infinity, marginAmps);
  // The fail-safe currents were checked against the worst load without a margin (ruling 18).
  return constantLoads(worstAmps, worstAmps, meter === "lost" ? 0 : marginAmps);
}

function constantLoads(amps: number, raise: number, marginAmps: number): Loads {
  return { known: amps, tight: amps, loose: amps, raise, marginAmps };
}

function measuredLoads(
  row: Row,
  judged: OtherLoad,
  peaks: { readonly likelyAmps: PerLine },
  marginAmps: number,
  isLasting: boolean,
): Loads {
  const { line } = row;
  const known = judged.knownAmps[line];
  const tight = Math.max(judged.likelyAmps[line], peaks.likelyAmps[line]);
  const raise = Math.max(judged.cautiousAmps[line], tight);
  if (!isOver(row)) return { known, tight, loose: known, raise, marginAmps };
  const over = isLasting ? judged.lastingAmps[line] : judged.pressingAmps[line];
  return { known, tight: Math.max(tight, over), loose: over, raise, marginAmps };
}

/** True while the meter shows more than may flow for hours. */
export function isOver(row: Row): boolean {
  return row.measuredAmps !== null && row.measuredAmps > row.usableAmps + TINY_AMPS;
}

/**
 * Half of the margin takes up small changes of the other load: chargers are cut when it is used up,
 * and then so far that the whole margin is free. So a fluttering load does not make limits flutter.
 */
function setBudget(row: Row, loads: Loads): void {
  const { usableAmps, fixedAmps, reservedAmps } = row;
  const { known, tight, loose, raise, marginAmps } = loads;
  row.knownAmps = known;
  row.tightAmps = usableAmps - marginAmps - tight - fixedAmps;
  row.leftAmps = row.tightAmps;
  row.looseAmps = usableAmps - marginAmps / 2 - loose - fixedAmps;
  row.freeAmps = usableAmps - marginAmps - raise - reservedAmps;
}

function markForced(boards: Iterable<Board>, all: readonly Standing[]): void {
  const keptAmps = new Map<Row, number>();
  for (const { isSteerable, keepAmps, rows } of all) {
    if (!isSteerable) continue;
    for (const row of rows) keptAmps.set(row, (keptAmps.get(row) ?? 0) + keepAmps);
  }
  for (const { rows } of boards) {
    for (const line of LINES) {
      const row = rows[line];
      row.isForced = (keptAmps.get(row) ?? 0) > row.looseAmps + TINY_AMPS;
    }
  }
}
