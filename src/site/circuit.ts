/**
 * A part of the site's wiring behind one over-current device. Its limit holds on each line. Sangam
 * is not an over-current protective device: every circuit keeps its own.
 */
export interface Circuit {
  readonly id: string;
  /** The circuit that feeds this one; null for the grid connection. */
  readonly parentId: string | null;
  /** The rating of the device, in amperes per line. */
  readonly limitAmps: number;
  /** The part of the rating that may flow for hours: 1 as rated, 0.8 in a hot cabinet. */
  readonly continuousFactor: number;
  /** The meter that measures all current of this circuit, where there is one. */
  readonly meterId: string | null;
  readonly otherLoad: OtherLoad;
  /** What all lines together may carry, in watts and volt-amperes; absent: only the lines are bounded. */
  readonly powerLimitW?: number;
  readonly apparentLimitVa?: number;
  /** The most by which the currents of two lines may differ; absent: by any. */
  readonly unbalanceMaxAmps?: number;
  /** What the neutral may carry where it is thinner than the lines; absent: as much as they. */
  readonly neutralLimitAmps?: number;
  /** How what there is gets shared below this circuit; absent: as above it. */
  readonly strategy?: SharingStrategy;
  /** What feeds it instead at times, each with limits of its own; absent: nothing. */
  readonly sources?: readonly CircuitSource[];
  /** It is fed through a transformer: its parent carries other currents. */
  readonly transformer?: Transformer;
}

/** The source of which the circuit's own limits are. */
export const GRID_SOURCE = "grid";

/** A source that feeds a circuit instead of the grid: a generator. Limits that it does not name stay. */
export interface CircuitSource {
  readonly id: string;
  readonly limitAmps: number;
  readonly powerLimitW?: number;
  readonly apparentLimitVa?: number;
}

/** A source that was chosen for a circuit. */
export interface ChosenSource {
  readonly circuitId: string;
  /** `GRID_SOURCE` or one of the circuit's. */
  readonly sourceId: string;
  readonly by: string;
  readonly atMs: number;
}

/** The circuit with the limits of one of its sources; as it is where it has no such source. */
export function fedBy(circuit: Circuit, sourceId: string): Circuit {
  const source = circuit.sources?.find(({ id }) => id === sourceId);
  if (source === undefined) return circuit;
  const { id: _id, ...limits } = source;
  return { ...circuit, ...limits };
}

/** The circuit as each of its sources feeds it, the grid first. */
export function fedByEach(circuit: Circuit): readonly [sourceId: string, fed: Circuit][] {
  const ids = [GRID_SOURCE, ...(circuit.sources ?? []).map(({ id }) => id)];
  return ids.map((id) => [id, fedBy(circuit, id)]);
}

/** The source that carries least on a line. */
export function weakestSource(circuit: Circuit): string {
  const [weakest] = fedByEach(circuit).toSorted(([, a], [, b]) => a.limitAmps - b.limitAmps);
  return weakest?.[0] ?? GRID_SOURCE;
}

/** Who gets what there is. */
export type SharingStrategy =
  /** Everybody the same. */
  | "fair"
  /** Higher classes first, everybody the same within one. */
  | "priority"
  /** Who has least time to spare goes first, within a class. */
  | "departure"
  /** What the sun leaves over, and no more, but for those who may not wait. */
  | "surplus";

/**
 * A transformer in front of a circuit. Delta to wye: a line of its primary carries `ratio` times the
 * difference of two lines of its secondary, as phasors.
 */
export interface Transformer {
  readonly kind: "delta-wye";
  /** Primary amperes per ampere of the secondary: its voltage over the primary's. */
  readonly ratio: number;
}

/** Load on a circuit that is not a charger, in amperes per line. */
export interface OtherLoad {
  /** The most it can be. The fail-safe sum is checked against it. */
  readonly worstAmps: number;
  /** What is assumed while the meter is silent (ruling 20). */
  readonly substituteAmps: number;
}

/** What may flow through a circuit for hours, in amperes per line. */
export function usableAmps(circuit: Circuit): number {
  return circuit.limitAmps * circuit.continuousFactor;
}
