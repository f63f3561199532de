import {
  ampsOn,
  type Circuit,
  type EvsePlace,
  type Line,
  LINES,
  type PerLine,
  perLine,
  SIGNED_STRAIGHT,
  signedThroughAbove,
  STRAIGHT,
  type Through,
  throughAbove,
  wattsPerLineAmp,
} from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import type { Draw } from "./allocation/mod.ts";
import { type Board, type Boards, groupKey, type Row } from "./_board.ts";
import { ANGLES, partTowards, type Phasor, phasorsOn } from "./_phasors.ts";

/** What a place draws from a bound per ampere on each line of its own circuit. Never negative. */
export interface Reach {
  readonly row: Row;
  readonly L1: number;
  readonly L2: number;
  readonly L3: number;
  /** The same where angles count. */
  readonly phasors: PerLine<Phasor> | null;
  /** Both lines of a place between two carry one current. */
  readonly pair: readonly Line[] | null;
}

/** What one ampere of an EV's limit draws from a bound. */
export interface RowDraw extends Draw {
  readonly row: Row;
  readonly reach: Reach;
}

/** The lines of an EV as each kind of bound has to see them. */
export interface EvLines {
  /** All that it may draw from: those are kept free for it. */
  readonly lines: readonly Line[];
  /** Where it counts against the unbalance and the neutral. */
  readonly unevenLines: readonly Line[];
  /** Those on which it takes what the sun leaves over; null where it does not. */
  readonly sunLines: readonly Line[] | null;
}

/** What a place can draw from, shared by all places that are connected alike. */
export interface Path {
  /** The circuits that feed it, its own first, caps on their chargers, and the site's bound. */
  readonly boards: readonly Board[];
  /** Places between two lines. */
  readonly isPair: boolean;
  /** What one ampere on one of its lines comes to in watts. */
  readonly voltsEach: number;
  /** Working space: what its places draw together. */
  readonly sum: Sum;
  /** Working space: for how long limits there are valid, once that is reckoned. */
  readonly validity: { ms: number | null };
  /** Bounds on which room is reserved. */
  readonly reaches: readonly Reach[];
  /**
   * By the EV's lines: on what it draws, and the same where nothing proves on some lines that it does.
   */
  draws(ev: EvLines): readonly RowDraw[];
  unprovenDraws(ev: EvLines, unproven: readonly Line[]): readonly RowDraw[];
}

interface Sum {
  readonly currents: Writable<PerLine>;
  isCounted: boolean;
}

/** Finds the way to the grid for every place; those alike share one. */
export function createPaths(
  boards: Boards,
  options: BalancerOptions,
): (place: EvsePlace) => Path {
  const site = boards.get(null);
  const known = new Map<string, Path>();
  return (place) => {
    const { circuitId, connection = "line-to-neutral", lines } = place;
    const isPair = connection === "line-to-line";
    const key = isPair ? `${lines.join("-")} ${circuitId}` : circuitId;
    const found = known.get(key);
    if (found) return found;
    const circuits = options.tree.pathToGrid(circuitId);
    const feed = { connection, lines: isPair ? lines : LINES };
    const path = createPath(circuits, boards, site, feed, options.nominalVoltageV);
    known.set(key, path);
    return path;
  };
}

type Feed = Required<Pick<EvsePlace, "connection" | "lines">>;

function createPath(
  circuits: readonly Circuit[],
  boards: Boards,
  site: Board | undefined,
  feed: Feed,
  nominalVoltageV: number,
): Path {
  const { connection } = feed;
  const onPath: Board[] = [];
  const reaches: Reach[] = [];
  const shaping: Row[] = [];
  const voltsEach = wattsPerLineAmp({ connection }, nominalVoltageV);
  let through: Through = STRAIGHT;
  let signed: Through = SIGNED_STRAIGHT;
  const add = (board: Board | undefined) => {
    if (board === undefined) return;
    onPath.push(board);
    for (const row of board.allRows) {
      // Without a cap nothing is bounded there.
      if (row.usable === Infinity) continue;
      if (row.isReserved) reaches.push(reachOf(row, through, signed, feed, voltsEach));
      // Behind a transformer, and between two lines, a current burdens no neutral and all lines alike.
      else if (through === STRAIGHT && connection === "line-to-neutral") shaping.push(row);
      else if (row.of.kind === "surplus") shaping.push(row);
    }
  };
  for (const circuit of circuits) {
    add(boards.get(circuit.id));
    add(boards.get(groupKey(circuit.id)));
    through = throughAbove(circuit, through);
    signed = signedThroughAbove(circuit, signed);
  }
  through = STRAIGHT;
  add(site);
  const drawn = new Map<string, readonly RowDraw[]>();
  const drawsOf = (ev: EvLines, unproven: readonly Line[]) => {
    const { lines, unevenLines, sunLines } = ev;
    // What is not proven depends on which meters are there to be misled by it.
    const metered = unproven.length > 0 ? onPath.map(({ meter }) => meter === "good") : [];
    const key = [lines, unevenLines, sunLines ?? ["none"], unproven, metered]
      .map((each) => each.join(" ")).join("/");
    const found = drawn.get(key);
    if (found) return found;
    const shaped = shaping.map((row) => shapedDraw(row, ev, voltsEach));
    const draws = [...reaches.map((reach) => reservedDraw(reach, lines, unproven)), ...shaped]
      .filter(({ re, im }) => Math.abs(re) > TINY_DRAW || Math.abs(im) > TINY_DRAW);
    drawn.set(key, draws);
    return draws;
  };
  const isUneven = shaping.some(({ of }) => of.kind === "unbalance" || of.kind === "neutral");
  // Most EVs draw from all lines of their socket, and many sockets share the list of them.
  const quick = new WeakMap<readonly Line[], readonly RowDraw[]>();
  const usualDraws = (lines: readonly Line[]) => {
    const draws = quick.get(lines) ??
      drawsOf({ lines, unevenLines: lines, sunLines: null }, PROVEN);
    quick.set(lines, draws);
    return draws;
  };
  return {
    boards: onPath,
    isPair: connection === "line-to-line",
    voltsEach,
    sum: { currents: { L1: 0, L2: 0, L3: 0 }, isCounted: false },
    validity: { ms: null },
    reaches,
    draws: (ev) =>
      ev.sunLines === null && (!isUneven || ev.unevenLines === ev.lines)
        ? usualDraws(ev.lines)
        : drawsOf(ev, PROVEN),
    unprovenDraws: drawsOf,
  };
}

const TINY_DRAW = 1e-9;
const PROVEN: readonly Line[] = [];

function reachOf(
  row: Row,
  through: Through,
  signed: Through,
  feed: Feed,
  voltsEach: number,
): Reach {
  const { of, towards } = row;
  if (of.kind !== "line") {
    return { row, L1: voltsEach, L2: voltsEach, L3: voltsEach, phasors: null, pair: null };
  }
  if (towards === null) return { row, ...through[of.line], phasors: null, pair: null };
  const phasors = partTowards(phasorsOn(of.line, signed, feed), towards);
  const sizes = perLine((line) => Math.hypot(phasors[line].re, phasors[line].im));
  return { row, ...sizes, phasors, pair: feed.connection === "line-to-line" ? feed.lines : null };
}

/**
 * What an EV may draw is kept for it; what nothing proves to be drawn by it looks like load of the
 * building as well, so that under a meter it counts twice.
 */
function reservedDraw(
  reach: Reach,
  lines: readonly Line[],
  unproven: readonly Line[],
): RowDraw {
  const { row } = reach;
  // No meter watches a bound where angles count.
  if (reach.phasors !== null) {
    const { re, im } = phasorOf(reach, ampsOn(lines, 1));
    return { capacity: row.index, row, reach, re, im };
  }
  let re = 0;
  for (const line of lines) {
    re += row.isMetered && unproven.includes(line) ? 2 * reach[line] : reach[line];
  }
  return { capacity: row.index, row, reach, re, im: 0 };
}

function shapedDraw(
  row: Row,
  { unevenLines, sunLines }: EvLines,
  voltsEach: number,
): RowDraw {
  const { of } = row;
  const nothing = { row, L1: 0, L2: 0, L3: 0, phasors: null, pair: null };
  const has = (line: Line) => unevenLines.includes(line) ? 1 : 0;
  let [re, im] = [0, 0];
  if (of.kind === "unbalance") re = has(of.high) - has(of.low);
  if (of.kind === "surplus" && sunLines !== null) {
    const isOwn = of.line !== null && sunLines.includes(of.line);
    re = voltsEach * (of.line === null ? sunLines.length : isOwn ? 1 : 0);
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

/**
 * Tells the currents of several, summed up by how they are fed: what a sum draws from a bound is the sum
 * of what each draws. Not so between two lines, where each counts with the larger of what it tells of
 * them. A sum holds while it is told.
 */
export function eachFlow<T extends { readonly path: Path }>(
  all: readonly T[],
  ofEach: (one: T) => PerLine,
  tell: (path: Path, currents: PerLine) => void,
): void {
  let hasPairs = false;
  for (const { path: { sum } } of all) sum.isCounted = false;
  for (const one of all) {
    const { sum, isPair } = one.path;
    if (isPair) hasPairs = true;
    else if (sum.isCounted) addTo(sum, ofEach(one));
    else setTo(sum, ofEach(one));
  }
  for (const { path } of all) {
    if (!path.sum.isCounted) continue;
    path.sum.isCounted = false;
    tell(path, path.sum.currents);
  }
  if (!hasPairs) return;
  for (const one of all) if (one.path.isPair) tell(one.path, ofEach(one));
}

function setTo(sum: Sum, { L1, L2, L3 }: PerLine): void {
  const { currents } = sum;
  currents.L1 = L1;
  currents.L2 = L2;
  currents.L3 = L3;
  sum.isCounted = true;
}

function addTo({ currents }: Sum, { L1, L2, L3 }: PerLine): void {
  currents.L1 += L1;
  currents.L2 += L2;
  currents.L3 += L3;
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** What currents on a place's lines draw from a bound; where angles count, the length of that. */
export function amountOf(reach: Reach, currents: PerLine): number {
  if (reach.phasors === null) {
    return reach.L1 * currents.L1 + reach.L2 * currents.L2 + reach.L3 * currents.L3;
  }
  return lengthOf(reach, currents);
}

/** What currents come to on a bound where they add up, each counted with no more than another says. */
export function boundedAmount(reach: Reach, currents: PerLine, most: PerLine): number {
  return reach.L1 * Math.min(currents.L1, most.L1) + reach.L2 * Math.min(currents.L2, most.L2) +
    reach.L3 * Math.min(currents.L3, most.L3);
}

function lengthOf(reach: Reach, currents: PerLine): number {
  const { re, im } = phasorOf(reach, currents);
  return Math.hypot(re, im);
}

/** The same as a phasor; where currents add up, its real part is their sum. */
export function phasorOf(reach: Reach, currents: PerLine): Phasor {
  const { phasors, pair } = reach;
  if (phasors === null) return { re: amountOf(reach, currents), im: 0 };
  const [line] = pair ?? [];
  if (pair !== null && line !== undefined) {
    // A charger between two lines may tell of one of them only.
    const amps = Math.max(...pair.map((each) => currents[each]));
    return { re: phasors[line].re * amps, im: phasors[line].im * amps };
  }
  let [re, im] = [0, 0];
  for (const each of LINES) {
    re += phasors[each].re * currents[each];
    im += phasors[each].im * currents[each];
  }
  return { re, im };
}
