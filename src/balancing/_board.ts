import type { Circuit, Line, PerLine } from "../site/mod.ts";
import type { Cap, GroupCap } from "./facts.ts";
import type { Evidence } from "./_evidence.ts";
import type { CircuitMemory, MeterCondition } from "./_meter_memory.ts";
import type { MeterTrace } from "./_meter_trace.ts";
import type { OtherLoad } from "./_other_load.ts";
import type { Phasor } from "./_phasors.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/** What a row bounds, and so its unit: amperes of a line or between lines, watts, volt-amperes. */
export type RowKind =
  | { readonly kind: "line"; readonly line: Line }
  /** All lines together. */
  | { readonly kind: "power"; readonly unit: "W" | "VA" }
  /** By how much a line may exceed another. */
  | { readonly kind: "unbalance"; readonly high: Line; readonly low: Line }
  | { readonly kind: "neutral" }
  /** What the sun leaves over, in watts: on one line, or on all together. */
  | { readonly kind: "surplus"; readonly line: Line | null };

/**
 * One bound during a decision, in the unit of its kind. Working space: `assess` fills in what is
 * there, `targets` and `adjustments` count on it.
 */
export interface Row {
  /** Among all rows of the decision. */
  readonly index: number;
  readonly of: RowKind;
  /** Null on the rows that bound chargers alone. */
  readonly circuit: Circuit | null;
  /** The cap that bounds chargers together, on their rows. */
  readonly bound: GroupCap | null;
  /**
   * It keeps a fuse or a contract from what chargers may still draw: room is reserved on it, and
   * raises wait for proof. Else it shapes what is given: it keeps a promise about what is drawn, over
   * minutes, and nothing trips where that fails for a while.
   */
  readonly isReserved: boolean;
  /** A meter watches it, and cannot tell a charger that does not measure from the building. */
  isMetered: boolean;
  /** Where its value stands in a meter's samples. */
  readonly measure: number;
  /** What the meter of its circuit showed lately; null where there is none. */
  readonly trace: MeterTrace | null;
  /** Its sum is a phasor, and its length is bounded. */
  readonly isPhasor: boolean;
  /**
   * On a line where currents of different angles meet: who flows this way is counted here, and nobody
   * else. Null where currents add up.
   */
  readonly towards: Phasor | null;
  /** EVs draw at different angles there, and a meter shows the length of their sum. */
  readonly isMixed: boolean;
  /** What may flow for hours. */
  readonly usable: number;
  /** What is kept free. */
  readonly margin: number;
  /** What its breaker bears for good, whatever feeds it; infinite where none hangs on it. */
  readonly bearsForGood: number;
  /** What it holds for an hour. */
  readonly holdsForAnHour: number;
  /** What the meter shows; null where it is silent. */
  measured: number | null;
  /** What is known of the chargers' part in that. */
  readonly evidence: Evidence;
  /** What must be something else than chargers. */
  known: number;
  /** What is drawn besides those who follow: a phasor, or a signed sum. */
  baseRe: number;
  baseIm: number;
  /** What is kept for all chargers below, and the same as a phasor where the bound is one. */
  reserved: number;
  reservedRe: number;
  reservedIm: number;
  /** What cars that come while the gateway is gone may draw besides: their fail-safe currents. */
  unreserved: number;
  /** Of what is kept, what cannot be changed at the moment. */
  fixed: number;
  /**
   * What chargers that follow may be given: on the safe side, and before anybody is cut. On phasors,
   * what these may come to together with what is fixed.
   */
  tight: number;
  loose: number;
  /** What minimum currents may come to until somebody is paused. */
  bearable: number;
  /** What is proven free for raises; on phasors, what `taken` may come to. */
  free: number;
  /** What is kept, and what was promised since. */
  takenRe: number;
  takenIm: number;
  /** What those who follow have been told: as `base`. */
  keptRe: number;
  keptIm: number;
  /**
   * What chargers that follow are given from now on; not a number where currents do not simply add
   * up, or nobody there follows.
   */
  given: number;
  /** No meter counts what chargers draw: their own readings do, a sum or a phasor. */
  isCounted: boolean;
  drawnRe: number;
  drawnIm: number;
  /** What is left of `tight` when all have their shares. */
  left: number;
  /** More flows, or is given, than may: somebody is to be cut. */
  isForced: boolean;
  /** What all come to if each has the more of its share and what it has; the most that one lacks, in amperes. */
  wishedRe: number;
  wishedIm: number;
  lackAmps: number;
  /** Somebody here lacks so many amperes of a fair share, at least, up to 2. */
  wantedAmps: number;
}

/** A circuit during a decision; or, without one, chargers together under caps on them alone. */
export interface Board {
  readonly circuit: Circuit | null;
  memory: CircuitMemory;
  meter: MeterCondition;
  /** Its meter seems wrong. What it shows counts as drawn, whichever way it says that it flows. */
  isDoubted: boolean;
  /** What its meter showed lately; null where there is none. */
  readonly trace: MeterTrace | null;
  /** What else than chargers flows there, as long as its meter is good. */
  readonly otherLoad: OtherLoad;
  /** The bounds on its lines. */
  readonly rows: PerLine<Row>;
  /** All its bounds, those on lines first. */
  readonly allRows: readonly Row[];
}

/** Under which key the caps on the chargers below a circuit stand. No circuit has such an id. */
export function groupKey(circuitId: string): string {
  return `chargers of ${circuitId}`;
}

/** Boards by circuit id; the bound on all chargers together under null, others by `groupKey`. */
export type Boards = ReadonlyMap<string | null, Board>;

/** The lowest cap; what is no number bounds at 0, the safe side. */
export function lowestCap<Any extends Pick<Cap, "amps">>(caps: readonly Any[]): Any | null {
  return caps.reduce<Any | null>((lowest, cap) => {
    const amps = cap.amps > 0 ? cap.amps : 0;
    return lowest === null || amps < lowest.amps ? { ...cap, amps } : lowest;
  }, null);
}

/** True while the meter shows more than may flow for hours. */
export function isOver(row: Row): boolean {
  return row.measured !== null && row.measured > row.usable + TINY_AMPS;
}

/** Counts more as kept. */
export function addReserved(row: Row, { re, im }: Phasor): void {
  if (row.towards === null) {
    row.reserved += re;
    return;
  }
  row.reservedRe += re;
  row.reservedIm += im;
  row.reserved = Math.hypot(row.reservedRe, row.reservedIm);
}

/** What is kept on a line for all chargers, at most: in the worst of its corners. */
export function reservedOn({ allRows, rows }: Board, line: Line): number {
  if (rows[line].towards === null) return rows[line].reserved;
  return allRows.reduce(
    (most, { of, reserved }) =>
      of.kind === "line" && of.line === line ? Math.max(most, reserved) : most,
    0,
  );
}
