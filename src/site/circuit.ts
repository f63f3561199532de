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
