import type { Ids } from "../lib/ids.ts";
import { addLines, ampsOn, type Line, LINES, onEachLine, type PerLine } from "../site/mod.ts";
import { between, happens, pick, wholeBetween } from "./chance.ts";
import type { PlannedCircuit } from "./site.ts";
import type { RatedCircuit } from "./site_plan.ts";

/** A socket as its circuit sees it. */
export interface WiredSocket {
  readonly circuitId: string;
  readonly lines: readonly Line[];
  readonly maxAmps: number;
  readonly failSafeAmps: number;
}

/** What a building on the grid connection draws besides chargers, amperes per line. */
export interface OtherDraw {
  readonly worstAmps: number;
  readonly usualAmps: number;
}

/** The id of the circuit at the top. */
export const GRID_ID = "grid";

/** A circuit below which one EV cannot charge at its least, margins included, is of no use. */
const LIMIT_MIN_AMPS = 12;

/** Which part of what the sockets could draw a circuit carries. */
const TIGHTNESS = [0.35, 0.65] as const;

/** Which part of what the circuits below it carry a circuit carries. */
const SIMULTANEITY = [0.6, 0.95] as const;

/** Draws a tree of one to three levels for so many chargers: grid, boards, rows. */
export function drawCircuits(chargerCount: number, ids: Ids): readonly PlannedCircuit[] {
  const grid = { id: GRID_ID, parentId: null };
  const levels = wholeBetween([1, chargerCount < 4 ? 2 : 3], ids);
  if (levels === 1) return [grid];
  const rowCount = Math.max(1, Math.ceil(chargerCount / wholeBetween([2, 8], ids)));
  const boardCount = levels === 3 ? wholeBetween([1, Math.min(4, rowCount)], ids) : 0;
  const boards = numbered("board", boardCount).map((id) => ({ id, parentId: GRID_ID }));
  const rows = numbered("row", rowCount).map((id, index) => ({
    id,
    parentId: boards[index % Math.max(1, boardCount)]?.id ?? GRID_ID,
  }));
  return [grid, ...boards, ...rows];
}

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

/** Draws where a charger hangs: mostly on a circuit that feeds no other. */
export function drawPlace(circuits: readonly PlannedCircuit[], ids: Ids): string {
  const leaves = circuits.filter(({ id }) => !circuits.some(({ parentId }) => parentId === id));
  return pick(happens(0.9, ids) ? leaves : circuits, ids).id;
}

/**
 * Gives every circuit a limit: too little for all sockets at once, so that there is something to
 * share, and enough for all fail-safe currents beside the worst other load (safety claim (c)). Only
 * the grid connection has other load.
 */
export function rateCircuits(
  circuits: readonly PlannedCircuit[],
  sockets: readonly WiredSocket[],
  other: OtherDraw,
  ids: Ids,
): readonly RatedCircuit[] {
  const carried = new Map<string, PerLine>();
  const rated = new Map<string, RatedCircuit>();
  // Who feeds others comes after them: it is rated by what they carry.
  for (const { id, parentId } of circuits.toReversed()) {
    const { worstAmps, usualAmps } = id === GRID_ID ? other : { worstAmps: 0, usualAmps: 0 };
    const below = circuits.filter((each) => each.parentId === id);
    const demand = [
      ...below.map((each) => carried.get(each.id) ?? onEachLine(0)),
      ...sockets.filter(({ circuitId }) => circuitId === id)
        .map(({ lines, maxAmps }) => ampsOn(lines, maxAmps)),
    ].reduce(addLines, onEachLine(0));
    const part = between(below.length > 0 ? SIMULTANEITY : TIGHTNESS, ids);
    const failSafeAmps = mostOf(failSafesBelow(id, circuits, sockets));
    const limitAmps = Math.ceil(Math.max(
      LIMIT_MIN_AMPS + usualAmps,
      failSafeAmps + worstAmps,
      mostOf(demand) * part + usualAmps,
    ));
    carried.set(id, atMost(demand, limitAmps));
    rated.set(id, {
      id,
      parentId,
      limitAmps,
      otherWorstAmps: worstAmps,
      otherSubstituteAmps: usualAmps,
    });
  }
  return circuits.flatMap(({ id }) => rated.get(id) ?? []);
}

/** All fail-safe currents that flow through a circuit, per line. */
function failSafesBelow(
  id: string,
  circuits: readonly PlannedCircuit[],
  sockets: readonly WiredSocket[],
): PerLine {
  const own = sockets.filter(({ circuitId }) => circuitId === id)
    .map(({ lines, failSafeAmps }) => ampsOn(lines, failSafeAmps));
  const below = circuits.filter(({ parentId }) => parentId === id)
    .map((each) => failSafesBelow(each.id, circuits, sockets));
  return [...own, ...below].reduce(addLines, onEachLine(0));
}

function mostOf(amps: PerLine): number {
  return Math.max(...LINES.map((line) => amps[line]));
}

function atMost(amps: PerLine, limitAmps: number): PerLine {
  return {
    L1: Math.min(amps.L1, limitAmps),
    L2: Math.min(amps.L2, limitAmps),
    L3: Math.min(amps.L3, limitAmps),
  };
}
