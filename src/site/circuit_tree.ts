import { type Circuit, usableAmps } from "./circuit.ts";
import type { EvsePlace } from "./evse.ts";
import { addLines, ampsOn, type Line, LINES, onEachLine, type PerLine } from "./phases.ts";

/** The wiring as a checked tree. */
export interface CircuitTree {
  /** Every circuit, feeders before what they feed. */
  readonly circuits: readonly Circuit[];
  /** A circuit by its id; undefined where there is none. */
  get(id: string): Circuit | undefined;
  /** The circuit itself and all that feed it, up to the grid connection. */
  pathToGrid(id: string): readonly Circuit[];
  /** The places fed by a circuit, directly or through others. */
  placesBelow(id: string): readonly EvsePlace[];
}

/** What is wrong with a plan of circuits and places. */
export type CircuitProblem =
  | { readonly kind: "duplicate-circuit"; readonly circuitId: string }
  | { readonly kind: "unknown-parent"; readonly circuitId: string; readonly parentId: string }
  | { readonly kind: "cycle"; readonly circuitIds: readonly string[] }
  | { readonly kind: "unknown-circuit"; readonly slot: number; readonly circuitId: string }
  | { readonly kind: "duplicate-slot"; readonly slot: number }
  | {
    readonly kind: "fail-safe-exceeds-limit";
    readonly circuitId: string;
    readonly line: Line;
    readonly failSafeAmps: number;
    readonly otherLoadAmps: number;
    readonly limitAmps: number;
    /** Slots with a fail-safe current on that line, largest first: the ones to lower. */
    readonly slots: readonly number[];
  };

/** Finds every problem of a plan; none means that `circuitTree` accepts it. */
export function circuitProblems(
  circuits: readonly Circuit[],
  places: readonly EvsePlace[],
): CircuitProblem[] {
  const shape = [...shapeProblems(circuits), ...placeProblems(circuits, places)];
  return shape.length > 0 ? shape : failSafeProblems(circuitTree(circuits, places));
}

/** Builds the tree. Call it with a plan that `circuitProblems` finds nothing wrong with. */
export function circuitTree(
  circuits: readonly Circuit[],
  places: readonly EvsePlace[],
): CircuitTree {
  const byId = new Map(circuits.map((circuit) => [circuit.id, circuit]));
  const pathToGrid = (id: string): readonly Circuit[] => {
    const path: Circuit[] = [];
    let next = byId.get(id);
    while (next !== undefined && path.length <= circuits.length) {
      path.push(next);
      next = next.parentId === null ? undefined : byId.get(next.parentId);
    }
    return path;
  };
  const depth = new Map(circuits.map((circuit) => [circuit.id, pathToGrid(circuit.id).length]));
  return {
    circuits: circuits.toSorted((a, b) => (depth.get(a.id) ?? 0) - (depth.get(b.id) ?? 0)),
    get: (id) => byId.get(id),
    pathToGrid,
    placesBelow: (id) =>
      places.filter((place) => pathToGrid(place.circuitId).some((circuit) => circuit.id === id)),
  };
}

/** What flows through a circuit when every charger below it falls back, in amperes per line. */
export function failSafeSum(tree: CircuitTree, circuitId: string): PerLine {
  return tree.placesBelow(circuitId)
    .map((place) => ampsOn(place.lines, place.failSafeAmps))
    .reduce(addLines, onEachLine(0));
}

function shapeProblems(circuits: readonly Circuit[]): CircuitProblem[] {
  const problems: CircuitProblem[] = [];
  const ids = new Set<string>();
  for (const { id } of circuits) {
    if (ids.has(id)) problems.push({ kind: "duplicate-circuit", circuitId: id });
    ids.add(id);
  }
  for (const { id, parentId } of circuits) {
    if (parentId !== null && !ids.has(parentId)) {
      problems.push({ kind: "unknown-parent", circuitId: id, parentId });
    }
  }
  return [...problems, ...cycles(circuits)];
}

/** Each cycle once: found from its alphabetically first circuit. */
function cycles(circuits: readonly Circuit[]): CircuitProblem[] {
  const parents = new Map(circuits.map(({ id, parentId }) => [id, parentId]));
  return [...parents.keys()]
    .map((id) => ({ id, circuitIds: cycleAbove(id, parents) }))
    .filter(({ id, circuitIds }) => circuitIds[0] === id)
    .map(({ circuitIds }) => ({ kind: "cycle", circuitIds }));
}

/** The cycle that the way from a circuit to the grid ends in, sorted; empty where it arrives. */
function cycleAbove(id: string, parents: ReadonlyMap<string, string | null>): string[] {
  const path: string[] = [];
  let next: string | null = id;
  while (next !== null && !path.includes(next)) {
    path.push(next);
    next = parents.get(next) ?? null;
  }
  return next === null ? [] : path.slice(path.indexOf(next)).sort();
}

function placeProblems(
  circuits: readonly Circuit[],
  places: readonly EvsePlace[],
): CircuitProblem[] {
  const known = new Set(circuits.map(({ id }) => id));
  const slots = new Set<number>();
  const problems: CircuitProblem[] = [];
  for (const { slot, circuitId } of places) {
    if (slots.has(slot)) problems.push({ kind: "duplicate-slot", slot });
    slots.add(slot);
    if (!known.has(circuitId)) problems.push({ kind: "unknown-circuit", slot, circuitId });
  }
  return problems;
}

/** What binary fractions add: 90 A × 0.7 is a hair below 63 A, and 63 A must still fit. */
const ROUNDING_AMPS = 1e-6;

/**
 * Safety claim (c): without the gateway, all fail-safe currents and the worst other load together
 * stay within every limit (ruling 18).
 */
function failSafeProblems(tree: CircuitTree): CircuitProblem[] {
  return tree.circuits.flatMap((circuit): CircuitProblem[] => {
    const sum = failSafeSum(tree, circuit.id);
    const otherLoadAmps = circuit.otherLoad.worstAmps;
    const limitAmps = usableAmps(circuit);
    const line = LINES.filter((each) => sum[each] + otherLoadAmps > limitAmps + ROUNDING_AMPS)
      .toSorted((a, b) => sum[b] - sum[a])[0];
    if (line === undefined) return [];
    const slots = tree.placesBelow(circuit.id)
      .filter((place) => place.failSafeAmps > 0 && place.lines.includes(line))
      .toSorted((a, b) => b.failSafeAmps - a.failSafeAmps || a.slot - b.slot)
      .map((place) => place.slot);
    const failSafeAmps = sum[line];
    return [{
      kind: "fail-safe-exceeds-limit",
      circuitId: circuit.id,
      line,
      failSafeAmps,
      otherLoadAmps,
      limitAmps,
      slots,
    }];
  });
}
