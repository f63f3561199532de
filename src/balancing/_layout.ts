import {
  type Circuit,
  fedBy,
  type Line,
  LINES,
  perLine,
  usableAmps,
  weakestSource,
} from "../site/mod.ts";
import type { BalancerOptions, GroupCap } from "./facts.ts";
import { type BalancerState, circuitMemory } from "./_balancer_state.ts";
import { type Board, type Boards, groupKey, lowestCap, type Row, type RowKind } from "./_board.ts";
import { noEvidence } from "./_evidence.ts";
import { eitherWay } from "./_meter_doubt.ts";
import { APPARENT, meterCondition, UNKNOWN_CIRCUIT, WATTS } from "./_meter_memory.ts";
import { createTrace, type MeterTrace } from "./_meter_trace.ts";
import { noOtherLoad } from "./_other_load.ts";
import { cornersOf, mixedLines, type Phasor } from "./_phasors.ts";

/** The bounds that a site has as long as its wiring and the caps on chargers together stay the same. */
export interface Layout {
  readonly boards: Boards;
  /** The same in their order: a list is walked through more quickly. */
  readonly allBoards: readonly Board[];
  readonly caps: Pick<BalancerState, "siteCaps" | "groupCaps" | "surplus">;
}

/** Lays out every circuit, and bounds on chargers together. */
export function layOut(
  caps: Layout["caps"],
  options: BalancerOptions,
): Layout {
  const boards = new Map<string | null, Board>();
  let count = 0;
  const newBoard = (circuit: Circuit | null, bounds: readonly Bound[]): Board => {
    const trace = circuit === null || circuit.meterId === null ? null : createTrace();
    const allRows = bounds.map((bound) => newRow(count++, circuit, trace, bound));
    const rows = perLine((line) => lineRow(allRows, line));
    const unread = {
      memory: UNKNOWN_CIRCUIT,
      meter: "none",
      isDoubted: false,
      otherLoad: noOtherLoad(),
    } as const;
    return { circuit, ...unread, trace, rows, allRows };
  };
  for (const circuit of options.tree.circuits) {
    boards.set(circuit.id, newBoard(circuit, circuitBounds(circuit, options)));
  }
  boards.set(null, newBoard(null, siteBounds(caps)));
  for (const { id } of options.tree.circuits) {
    const here = caps.groupCaps.filter(({ circuitId }) => circuitId === id);
    if (here.length > 0) boards.set(groupKey(id), newBoard(null, groupBounds(here)));
  }
  return { boards, allBoards: [...boards.values()], caps };
}

/** Clears all that a decision has written on the boards, and notes what meters show now. */
export function cleanBoards(
  { allBoards }: Layout,
  state: BalancerState,
  { timing }: BalancerOptions,
  nowMs: number,
): void {
  for (const board of allBoards) {
    const { circuit } = board;
    if (circuit !== null) {
      const { startedAtMs, doubtedMeters } = state;
      const memory = circuitMemory(state, circuit.id);
      board.isDoubted = circuit.meterId !== null && doubtedMeters.has(circuit.meterId);
      board.memory = board.isDoubted ? eitherWay(memory) : memory;
      board.meter = meterCondition(circuit.meterId, board.memory, startedAtMs, nowMs, timing);
    }
    const measures = board.meter === "good" ? board.memory.samples.at(-1)?.measures : undefined;
    for (const row of board.allRows) cleanRow(row, measures);
  }
}

function cleanRow(row: Row, measures: readonly number[] | undefined): void {
  row.isMetered = measures !== undefined && row.measure >= 0;
  row.measured = measures?.[row.measure] ?? null;
  // One by one: this is done for hundreds of rows each second.
  row.known = row.baseRe = row.baseIm = 0;
  row.reserved =
    row.reservedRe =
    row.reservedIm =
    row.unreserved =
    row.fixed =
      0;
  row.tight =
    row.loose =
    row.bearable =
    row.free =
    row.left =
      0;
  row.takenRe =
    row.takenIm =
    row.keptRe =
    row.keptIm =
      0;
  row.wishedRe =
    row.wishedIm =
    row.lackAmps =
      0;
  row.given = NaN;
  row.isForced = false;
  row.wantedAmps = 0;
}

/** A bound as it is before anything is counted on it. */
interface Bound {
  readonly of: RowKind;
  readonly usable: number;
  readonly margin: number;
  readonly bound: GroupCap | null;
  readonly towards?: Phasor;
  readonly isMixed?: boolean;
}

const UNBALANCES = LINES.flatMap((high) =>
  LINES.filter((low) => low !== high).map((low) => ({ kind: "unbalance", high, low }) as const)
);

function circuitBounds(circuit: Circuit, options: BalancerOptions): readonly Bound[] {
  const { powerLimitW, apparentLimitVa, unbalanceMaxAmps, neutralLimitAmps } = circuit;
  const { marginAmps, nominalVoltageV } = options;
  const amps = (of: RowKind, usable: number): Bound => ({
    of,
    usable,
    margin: marginAmps,
    bound: null,
  });
  const corners = cornersOf(options.tree, circuit.id);
  const isMixed = mixedLines(options.tree, circuit.id);
  const onLine = (line: Line, towards: Phasor | undefined): Bound => ({
    ...amps({ kind: "line", line }, usableAmps(circuit)),
    isMixed: isMixed[line],
    ...(towards && { towards }),
  });
  // The first three are found by their place.
  const bounds = LINES.map((line) => onLine(line, corners[line][0]));
  for (const line of LINES) {
    bounds.push(...corners[line].slice(1).map((towards) => onLine(line, towards)));
  }
  const margin = marginAmps * nominalVoltageV * LINES.length;
  for (const [unit, usable] of [["W", powerLimitW], ["VA", apparentLimitVa]] as const) {
    if (usable === undefined) continue;
    bounds.push({ of: { kind: "power", unit }, usable, margin, bound: null });
  }
  if (unbalanceMaxAmps !== undefined) {
    bounds.push(...UNBALANCES.map((of) => amps(of, unbalanceMaxAmps)));
  }
  if (neutralLimitAmps !== undefined) bounds.push(amps({ kind: "neutral" }, neutralLimitAmps));
  return bounds;
}

function siteBounds({ siteCaps, groupCaps, surplus }: Layout["caps"]): readonly Bound[] {
  const caps = [
    ...siteCaps.map(({ amps, ...cap }): GroupCap => ({
      ...cap,
      circuitId: null,
      unit: "A",
      limit: amps,
    })),
    ...groupCaps.filter(({ circuitId }) => circuitId === null),
  ];
  const bounds = groupBounds(caps);
  if (surplus === null) return bounds;
  const sun = (line: Line | null, powerW: number): Bound => ({
    of: { kind: "surplus", line },
    usable: powerW,
    margin: 0,
    bound: null,
  });
  const { linesW } = surplus;
  const onLines = linesW === null ? [] : LINES.map((line) => sun(line, linesW[line]));
  return [...bounds, sun(null, surplus.powerW), ...onLines];
}

/** The lowest counts of each unit. They keep no fuse, so nothing is kept free beside them. */
function groupBounds(caps: readonly GroupCap[]): readonly Bound[] {
  const inAmps = lowestOf(caps, "A");
  const bounds = LINES.map((line): Bound => ({
    of: { kind: "line", line },
    usable: inAmps?.limit ?? Infinity,
    margin: 0,
    bound: inAmps,
  }));
  const inWatts = lowestOf(caps, "W");
  if (inWatts === null) return bounds;
  const of = { kind: "power", unit: "W" } as const;
  return [...bounds, { of, usable: inWatts.limit, margin: 0, bound: inWatts }];
}

function lowestOf(caps: readonly GroupCap[], unit: GroupCap["unit"]): GroupCap | null {
  const lowest = lowestCap(
    caps.filter((cap) => cap.unit === unit).map((cap) => ({ ...cap, amps: cap.limit })),
  );
  if (lowest === null) return null;
  const { amps: limit, ...cap } = lowest;
  return { ...cap, limit };
}

const MEASURES: Readonly<Record<RowKind["kind"], (of: RowKind) => number>> = {
  line: (of) => of.kind === "line" ? LINES.indexOf(of.line) : -1,
  power: (of) => of.kind === "power" && of.unit === "VA" ? APPARENT : WATTS,
  unbalance: () => -1,
  neutral: () => -1,
  surplus: () => -1,
};

const NOTHING_COUNTED = {
  known: 0,
  baseRe: 0,
  baseIm: 0,
  reserved: 0,
  reservedRe: 0,
  reservedIm: 0,
  unreserved: 0,
  fixed: 0,
  tight: 0,
  loose: 0,
  bearable: 0,
  free: 0,
  takenRe: 0,
  takenIm: 0,
  keptRe: 0,
  keptIm: 0,
  given: NaN,
  isCounted: false,
  drawnRe: 0,
  drawnIm: 0,
  left: 0,
  wishedRe: 0,
  wishedIm: 0,
  lackAmps: 0,
  isForced: false,
  wantedAmps: 0,
} as const;

function newRow(
  index: number,
  circuit: Circuit | null,
  trace: MeterTrace | null,
  { of, usable, margin, bound, towards, isMixed = false }: Bound,
): Row {
  const bearsForGood = circuit !== null && of.kind === "line" ? ratingOf(circuit) : Infinity;
  return {
    index,
    of,
    circuit,
    bound,
    isReserved: of.kind === "line" || of.kind === "power",
    isMetered: false,
    isPhasor: of.kind === "neutral" || towards !== undefined,
    towards: towards ?? null,
    isMixed,
    measure: MEASURES[of.kind](of),
    trace,
    usable,
    margin,
    bearsForGood,
    holdsForAnHour: HOLDS_FOR_AN_HOUR * bearsForGood,
    measured: null,
    evidence: noEvidence(),
    ...NOTHING_COUNTED,
  };
}

/** A breaker holds this multiple of its rating for an hour (IEC 60898). */
const HOLDS_FOR_AN_HOUR = 1.13;

/** Another source may feed it while nobody can tell chargers. */
function ratingOf(circuit: Circuit): number {
  return fedBy(circuit, weakestSource(circuit)).limitAmps;
}

function lineRow(rows: readonly Row[], line: Line): Row {
  const row = rows[LINES.indexOf(line)];
  if (row === undefined) throw new Error(`Cannot find the row of ${line}`);
  return row;
}
