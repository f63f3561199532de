import { type Circuit, fedByEach, GRID_SOURCE, usableAmps } from "./circuit.ts";
import type { EvsePlace } from "./evse.ts";
import { STRAIGHT, type Through, throughAbove, wattsPerLineAmp } from "./feed.ts";
import { type Line, LINES, type PerLine } from "./phases.ts";

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
    /** Of whose limit it is; absent: the circuit's own. */
    readonly sourceId?: string;
    readonly line: Line;
    readonly failSafeAmps: number;
    readonly otherLoadAmps: number;
    readonly limitAmps: number;
    /** Slots with a fail-safe current on that line, largest first: the ones to lower. */
    readonly slots: readonly number[];
  }
  | {
    readonly kind: "fail-safe-exceeds-power";
    readonly circuitId: string;
    readonly sourceId?: string;
    readonly unit: "W" | "VA";
    readonly failSafe: number;
    readonly otherLoad: number;
    readonly limit: number;
    readonly slots: readonly number[];
  }
  /** A charger between two lines needs two. */
  | { readonly kind: "line-to-line-without-two-lines"; readonly slot: number }
  /** Unbalance is reckoned from currents to neutral. */
  | { readonly kind: "unbalance-between-lines"; readonly circuitId: string }
  | { readonly kind: "transformer-without-parent"; readonly circuitId: string };

/** Finds every problem of a plan; none means that `circuitTree` accepts it. */
export function circuitProblems(
  circuits: readonly Circuit[],
  places: readonly EvsePlace[],
  nominalVoltageV: number,
): CircuitProblem[] {
  const shape = [...shapeProblems(circuits), ...placeProblems(circuits, places)];
  if (shape.length > 0) return shape;
  const tree = circuitTree(circuits, places);
  return [
    ...wiringProblems(tree),
    ...failSafeProblems(tree),
    ...failSafePowerProblems(tree, nominalVoltageV),
  ];
}

/** Builds the tree. Call it with a plan that `circuitProblems` finds nothing wrong with. */
export function circuitTree(
  circuits: readonly Circuit[],
  places: readonly EvsePlace[],
): CircuitTree {
  const byId = new Map(circuits.map((circuit) => [circuit.id, circuit]));
  const walk = (id: string): readonly Circuit[] => {
    const path: Circuit[] = [];
    let next = byId.get(id);
    while (next !== undefined && path.length <= circuits.length) {
      path.push(next);
      next = next.parentId === null ? undefined : byId.get(next.parentId);
    }
    return path;
  };
  const paths = new Map(circuits.map(({ id }) => [id, walk(id)]));
  const pathToGrid = (id: string) => paths.get(id) ?? [];
  const below = new Map(circuits.map(({ id }): [string, EvsePlace[]] => [id, []]));
  for (const place of places) {
    for (const { id } of new Set(pathToGrid(place.circuitId))) below.get(id)?.push(place);
  }
  const depth = new Map(circuits.map(({ id }) => [id, pathToGrid(id).length]));
  return {
    circuits: circuits.toSorted((a, b) => (depth.get(a.id) ?? 0) - (depth.get(b.id) ?? 0)),
    get: (id) => byId.get(id),
    pathToGrid,
    placesBelow: (id) => below.get(id) ?? [],
  };
}

/**
 * What flows through a circuit when every charger below it falls back, in amperes per line: the most
 * that it can come to, where currents between lines do not simply add up.
 */
export function failSafeSum(tree: CircuitTree, circuitId: string): PerLine {
  const sum = { L1: 0, L2: 0, L3: 0 };
  for (const place of tree.placesBelow(circuitId)) {
    const through = throughTo(tree, place, circuitId);
    for (const line of LINES) sum[line] += ampsThrough(through, place, line);
  }
  return sum;
}

function ampsThrough(through: Through, { lines, failSafeAmps }: EvsePlace, line: Line): number {
  return lines.reduce((amps, from) => amps + through[line][from] * failSafeAmps, 0);
}

/** The way from a place to a circuit above it. */
function throughTo(tree: CircuitTree, place: EvsePlace, circuitId: string): Through {
  let through = STRAIGHT;
  for (const circuit of tree.pathToGrid(place.circuitId)) {
    if (circuit.id === circuitId) break;
    through = throughAbove(circuit, through);
  }
  return through;
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
 * stay within every limit (ruling 18), whatever source feeds it: nobody can tell chargers then.
 */
function failSafeProblems(tree: CircuitTree): CircuitProblem[] {
  return withSources(tree).flatMap(([circuit, source]): CircuitProblem[] => {
    const sum = failSafeSum(tree, circuit.id);
    const otherLoadAmps = circuit.otherLoad.worstAmps;
    const limitAmps = usableAmps(circuit);
    const line = LINES.filter((each) => sum[each] + otherLoadAmps > limitAmps + ROUNDING_AMPS)
      .toSorted((a, b) => sum[b] - sum[a])[0];
    if (line === undefined) return [];
    const slots = slotsToLower(
      tree,
      circuit.id,
      (place) => ampsThrough(throughTo(tree, place, circuit.id), place, line) > 0,
    );
    const failSafeAmps = sum[line];
    return [{
      kind: "fail-safe-exceeds-limit",
      circuitId: circuit.id,
      ...source,
      line,
      failSafeAmps,
      otherLoadAmps,
      limitAmps,
      slots,
    }];
  });
}

/** Each circuit as each of its sources feeds it. */
function withSources(
  tree: CircuitTree,
): readonly [circuit: Circuit, source: { readonly sourceId?: string }][] {
  return tree.circuits.flatMap((circuit) =>
    fedByEach(circuit).map(([sourceId, fed]): [Circuit, { readonly sourceId?: string }] => [
      fed,
      sourceId === GRID_SOURCE ? {} : { sourceId },
    ])
  );
}

/** Slots with a fail-safe current that counts there, the largest first. */
function slotsToLower(
  tree: CircuitTree,
  circuitId: string,
  counts: (place: EvsePlace) => boolean,
): readonly number[] {
  return tree.placesBelow(circuitId).filter((place) => place.failSafeAmps > 0 && counts(place))
    .toSorted((a, b) => b.failSafeAmps - a.failSafeAmps || a.slot - b.slot)
    .map((place) => place.slot);
}

/** Claim (c) for watts and volt-amperes: the worst other load is on all lines at once. */
function failSafePowerProblems(tree: CircuitTree, nominalVoltageV: number): CircuitProblem[] {
  return withSources(tree).flatMap(([circuit, source]) => {
    const failSafe = tree.placesBelow(circuit.id).reduce(
      (sum, place) =>
        sum + place.failSafeAmps * place.lines.length * wattsPerLineAmp(place, nominalVoltageV),
      0,
    );
    const otherLoad = circuit.otherLoad.worstAmps * LINES.length * nominalVoltageV;
    const limits = [["W", circuit.powerLimitW], ["VA", circuit.apparentLimitVa]] as const;
    return limits.flatMap(([unit, limit]): CircuitProblem[] => {
      if (limit === undefined || failSafe + otherLoad <= limit + ROUNDING_AMPS) return [];
      const slots = slotsToLower(tree, circuit.id, () => true);
      const { id: circuitId } = circuit;
      return [
        {
          kind: "fail-safe-exceeds-power",
          circuitId,
          ...source,
          unit,
          failSafe,
          otherLoad,
          limit,
          slots,
        },
      ];
    });
  });
}

/** What can be written down and cannot be wired, or not be kept. */
function wiringProblems(tree: CircuitTree): CircuitProblem[] {
  return tree.circuits.flatMap((circuit): CircuitProblem[] => {
    const { id: circuitId, parentId, transformer, unbalanceMaxAmps } = circuit;
    const below = tree.placesBelow(circuitId);
    const isBetween = below.some((place) =>
      place.connection === "line-to-line" ||
      tree.pathToGrid(place.circuitId).some((each) =>
        each.id !== circuitId && each.transformer !== undefined &&
        tree.pathToGrid(each.id).includes(circuit)
      )
    );
    const problems: CircuitProblem[] = [];
    if (transformer !== undefined && parentId === null) {
      problems.push({ kind: "transformer-without-parent", circuitId });
    }
    if (unbalanceMaxAmps !== undefined && isBetween) {
      problems.push({ kind: "unbalance-between-lines", circuitId });
    }
    for (const { slot, circuitId: own, connection, lines } of below) {
      if (own === circuitId && connection === "line-to-line" && lines.length !== 2) {
        problems.push({ kind: "line-to-line-without-two-lines", slot });
      }
    }
    return problems;
  });
}
