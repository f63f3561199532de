import type { CircuitView, EvseView } from "../views.ts";

/** A circuit with what hangs on it. */
export interface CircuitBranch {
  readonly circuit: CircuitView;
  readonly evses: readonly EvseView[];
  readonly branches: readonly CircuitBranch[];
}

/** The site's wiring as trees, and the EVSEs that hang on no circuit of it. */
export interface CircuitForest {
  readonly roots: readonly CircuitBranch[];
  readonly unplaced: readonly EvseView[];
}

/**
 * Puts circuits below what feeds them. A circuit whose parent is missing becomes a root: it is shown
 * rather than lost. A cycle, which the configuration refuses, would not be reached and not be shown.
 */
export function growCircuits(
  circuits: readonly CircuitView[],
  evses: readonly EvseView[],
): CircuitForest {
  const ids = new Set(circuits.map(({ id }) => id));
  const grow = (circuit: CircuitView): CircuitBranch => ({
    circuit,
    evses: evses.filter(({ circuitId }) => circuitId === circuit.id),
    branches: circuits.filter(({ parentId }) => parentId === circuit.id).map(grow),
  });
  return {
    roots: circuits
      .filter(({ parentId }) => parentId === null || !ids.has(parentId))
      .map(grow),
    unplaced: evses.filter(({ circuitId }) => circuitId === null || !ids.has(circuitId)),
  };
}
