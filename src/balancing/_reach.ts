import {
  type Circuit,
  type EvsePlace,
  type Line,
  LINES,
  type PerLine,
  STRAIGHT,
  type Through,
  throughAbove,
  wattsPerLineAmp,
} from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import type { Draw } from "./allocation/mod.ts";
import type { Board, Row } from "./_board.ts";

/** What a place draws from a bound per ampere on each line of its own circuit. Never negative. */
export interface Reach {
  readonly row: Row;
  readonly L1: number;
  readonly L2: number;
  readonly L3: number;
}

/** What one ampere of an EV's limit draws from a bound. */
export interface RowDraw extends Draw {
  readonly row: Row;
  readonly reach: Reach;
}

/** What a place can draw from, shared by all places that are connected alike. */
export interface Path {
  /** The circuits that feed it, its own first, and the site's bound. */
  readonly boards: readonly Board[];
  /** What one ampere on one of its lines comes to in watts. */
  readonly voltsEach: number;
  /** Bounds on which room is reserved. */
  readonly reaches: readonly Reach[];
  /** By the EV's lines: on what it draws, and the same with what a silent charger takes. */
  draws(lines: readonly Line[], isInSun: boolean): readonly RowDraw[];
  silentDraws(lines: readonly Line[], isInSun: boolean): readonly RowDraw[];
}

/** Finds the way to the grid for every place; those alike share one. */
export function createPaths(
  boards: ReadonlyMap<string | null, Board>,
  options: BalancerOptions,
): (place: EvsePlace) => Path {
  const site = boards.get(null);
  const known = new Map<string, Path>();
  return (place) => {
    const { circuitId, connection = "line-to-neutral" } = place;
    const key = `${connection} ${circuitId}`;
    const found = known.get(key);
    if (found) return found;
    const circuits = options.tree.pathToGrid(circuitId);
    const path = createPath(circuits, boards, site, connection, options.nominalVoltageV);
    known.set(key, path);
    return path;
  };
}

function createPath(
  circuits: readonly Circuit[],
  boards: ReadonlyMap<string | null, Board>,
  site: Board | undefined,
  connection: NonNullable<EvsePlace["connection"]>,
  nominalVoltageV: number,
): Path {
  const onPath: Board[] = [];
  const reaches: Reach[] = [];
  const shaping: Row[] = [];
  const voltsEach = wattsPerLineAmp({ connection }, nominalVoltageV);
  let through: Through = STRAIGHT;
  const add = (board: Board | undefined) => {
    if (board === undefined) return;
    onPath.push(board);
    for (const row of board.allRows) {
      // Without a cap on the site nothing is bounded there.
      if (row.usable === Infinity) continue;
      if (row.isReserved) reaches.push(reachOf(row, through, voltsEach));
      // Behind a transformer, and between two lines, a current burdens no neutral and all lines alike.
      else if (through === STRAIGHT && connection === "line-to-neutral") shaping.push(row);
      else if (row.of.kind === "surplus") shaping.push(row);
    }
  };
  for (const circuit of circuits) {
    add(boards.get(circuit.id));
    through = throughAbove(circuit, through);
  }
  through = STRAIGHT;
  add(site);
  const drawn = new Map<string, readonly RowDraw[]>();
  const drawsOf = (lines: readonly Line[], isInSun: boolean, isSilent: boolean) => {
    const key = `${lines.join(" ")} ${isInSun} ${isSilent}`;
    const found = drawn.get(key);
    if (found) return found;
    const shaped = shaping.map((row) => shapedDraw(row, lines, isInSun, voltsEach));
    const draws = [...reaches.map((reach) => reservedDraw(reach, lines, isSilent)), ...shaped]
      .filter(({ re, im }) => Math.abs(re) > TINY_DRAW || Math.abs(im) > TINY_DRAW);
    drawn.set(key, draws);
    return draws;
  };
  // Most EVs draw from all lines of their socket, and many sockets share the list of them.
  const quick = new Map<readonly Line[], readonly RowDraw[]>();
  const usualDraws = (lines: readonly Line[]) => {
    const draws = quick.get(lines) ?? drawsOf(lines, false, false);
    quick.set(lines, draws);
    return draws;
  };
  return {
    boards: onPath,
    voltsEach,
    reaches,
    draws: (lines, isInSun) => isInSun ? drawsOf(lines, true, false) : usualDraws(lines),
    silentDraws: (lines, isInSun) => drawsOf(lines, isInSun, true),
  };
}

const TINY_DRAW = 1e-9;

function reachOf(row: Row, through: Through, voltsEach: number): Reach {
  if (row.of.kind === "line") return { row, ...through[row.of.line] };
  return { row, L1: voltsEach, L2: voltsEach, L3: voltsEach };
}

/**
 * What a silent charger may draw is kept for it, and what it draws looks like load of the building:
 * under a meter it counts twice.
 */
function reservedDraw(reach: Reach, lines: readonly Line[], isSilent: boolean): RowDraw {
  const { row } = reach;
  let re = 0;
  for (const line of lines) re += reach[line];
  if (isSilent && row.isMetered) re *= 2;
  return { capacity: row.index, row, reach, re, im: 0 };
}

/** The lines' angles: a third of a turn apart, in the order in which they follow each other. */
const ANGLES: PerLine = { L1: 0, L2: -2 * Math.PI / 3, L3: 2 * Math.PI / 3 };

function shapedDraw(
  row: Row,
  lines: readonly Line[],
  isInSun: boolean,
  voltsEach: number,
): RowDraw {
  const { of } = row;
  const nothing = { row, L1: 0, L2: 0, L3: 0 };
  const has = (line: Line) => lines.includes(line) ? 1 : 0;
  let [re, im] = [0, 0];
  if (of.kind === "unbalance") re = has(of.high) - has(of.low);
  if (of.kind === "surplus" && isInSun) {
    re = voltsEach * (of.line === null ? lines.length : has(of.line));
  }
  if (of.kind === "neutral") [re, im] = neutralOf({ L1: has("L1"), L2: has("L2"), L3: has("L3") });
  return { capacity: row.index, row, reach: nothing, re, im };
}

/** What currents of three lines leave on the neutral, as a phasor. */
export function neutralOf(currents: PerLine): [re: number, im: number] {
  let [re, im] = [0, 0];
  for (const line of LINES) {
    re += currents[line] * Math.cos(ANGLES[line]);
    im += currents[line] * Math.sin(ANGLES[line]);
  }
  return [re, im];
}

/** What currents on a place's lines draw from a bound. */
export function amountOf(reach: Reach, currents: PerLine): number {
  return reach.L1 * currents.L1 + reach.L2 * currents.L2 + reach.L3 * currents.L3;
}
