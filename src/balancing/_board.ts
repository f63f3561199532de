import { type Circuit, type Line, type PerLine, perLine, usableAmps } from "../site/mod.ts";
import type { BalancerOptions, Cap } from "./facts.ts";
import { type BalancerState, circuitMemory } from "./_balancer_state.ts";
import {
  type CircuitMemory,
  type MeterCondition,
  meterCondition,
  UNKNOWN_CIRCUIT,
} from "./_meter_memory.ts";
import type { Capacity } from "./_water_level.ts";

/**
 * One line of one circuit during a decision, in amperes. Working space: `assess` fills in what is
 * there, `targets` and `adjustments` count on it.
 */
export interface Row extends Capacity {
  /** Null on the rows of all chargers together. */
  readonly circuit: Circuit | null;
  /** The cap that bounds all chargers together, on their rows. */
  readonly bound: Cap | null;
  readonly line: Line;
  /** What may flow for hours. */
  readonly usableAmps: number;
  /** What the meter shows; null where it is silent. */
  measuredAmps: number | null;
  /** What must be something else than chargers. */
  knownAmps: number;
  /** What is kept for all chargers below. */
  reservedAmps: number;
  /** What cars that come while the gateway is gone may draw besides: their fail-safe currents. */
  unreservedAmps: number;
  /** Of what is kept, what cannot be changed at the moment. */
  fixedAmps: number;
  /** What chargers that follow may be given: on the safe side, and before anybody is cut. */
  tightAmps: number;
  looseAmps: number;
  /** What is proven free for raises. */
  freeAmps: number;
  /** More flows, or is given, than may: somebody is to be cut. */
  isForced: boolean;
  /** Somebody here lacks so many amperes of a fair share, at least, up to 2. */
  wantedAmps: number;
}

/** A circuit during a decision; or, without one, all chargers together under caps on the site. */
export interface Board {
  readonly circuit: Circuit | null;
  readonly memory: CircuitMemory;
  readonly meter: MeterCondition;
  readonly rows: PerLine<Row>;
}

/** Lays out every circuit, and the bound on all chargers together under the id null. */
export function layOutBoards(
  state: BalancerState,
  options: BalancerOptions,
  nowMs: number,
): ReadonlyMap<string | null, Board> {
  const boards = new Map<string | null, Board>();
  for (const circuit of options.tree.circuits) {
    const memory = circuitMemory(state, circuit.id);
    const { startedAtMs } = state;
    const meter = meterCondition(circuit.meterId, memory, startedAtMs, nowMs, options.timing);
    const rows = layOutRows(circuit, null, newestCurrents(memory, meter), meter);
    boards.set(circuit.id, { circuit, memory, meter, rows });
  }
  const rows = layOutRows(null, lowestCap(state.siteCaps), undefined, "none");
  boards.set(null, { circuit: null, memory: UNKNOWN_CIRCUIT, meter: "none", rows });
  return boards;
}

/** The lowest cap; what is no number bounds at 0, the safe side. */
export function lowestCap(caps: readonly Cap[]): Cap | null {
  return caps.reduce<Cap | null>((lowest, cap) => {
    const amps = cap.amps > 0 ? cap.amps : 0;
    return lowest === null || amps < lowest.amps ? { ...cap, amps } : lowest;
  }, null);
}

function newestCurrents(memory: CircuitMemory, meter: MeterCondition): PerLine | undefined {
  return meter === "good" ? memory.samples.at(-1)?.currentsAmps : undefined;
}

function layOutRows(
  circuit: Circuit | null,
  bound: Cap | null,
  measured: PerLine | undefined,
  meter: MeterCondition,
): PerLine<Row> {
  return perLine((line) => ({
    circuit,
    bound,
    line,
    usableAmps: circuit === null ? bound?.amps ?? Infinity : usableAmps(circuit),
    measuredAmps: measured?.[line] ?? null,
    knownAmps: 0,
    reservedAmps: 0,
    unreservedAmps: 0,
    fixedAmps: 0,
    tightAmps: 0,
    looseAmps: 0,
    freeAmps: 0,
    isForced: false,
    wantedAmps: 0,
    leftAmps: 0,
    rising: 0,
    isMetered: meter === "good",
    claims: [],
  }));
}
