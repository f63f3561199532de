import type { SharingStrategy } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";

/**
 * EVSEs that share by one strategy: those below a circuit that names one, but for those below a nearer
 * circuit that does. Where zones meet on a circuit above, nobody's classes are compared with those of
 * another zone: there each EV counts the same, and what a zone's EVs get together that way is shared
 * by the zone's own strategy.
 */
export interface Zone {
  /** The circuit that names the strategy; null: the site's own. */
  readonly circuitId: string | null;
  readonly strategy: SharingStrategy;
}

/** Finds the zone of a circuit. */
export function createZones(
  { tree, strategy }: Pick<BalancerOptions, "tree" | "strategy">,
): (circuitId: string) => Zone {
  const ofSite: Zone = { circuitId: null, strategy };
  const known = new Map<string, Zone>();
  const naming = new Map<string, Zone>();
  for (const circuit of tree.circuits) {
    if (circuit.strategy === undefined) continue;
    naming.set(circuit.id, { circuitId: circuit.id, strategy: circuit.strategy });
  }
  if (naming.size === 0) return () => ofSite;
  return (circuitId) => {
    const found = known.get(circuitId);
    if (found) return found;
    const nearest = tree.pathToGrid(circuitId).find(({ id }) => naming.has(id));
    const zone = (nearest && naming.get(nearest.id)) ?? ofSite;
    known.set(circuitId, zone);
    return zone;
  };
}

/**
 * Puts things in the common order, but for who of a zone comes when its turn is: that is its own
 * matter. `within` leaves no two of them equal. What it is handed may be sorted in its place.
 */
export function inZoneOrder<T extends { readonly zone: Zone }>(
  all: T[],
  common: (a: T, b: T) => number,
  within: (a: T, b: T) => number,
): readonly T[] {
  const [first] = all;
  if (all.every(({ zone }) => zone === first?.zone)) return all.sort(within);
  const order = all.toSorted(common);
  const zones = new Set(all.map(({ zone }) => zone));
  const queues = new Map([...zones].map((zone) => [
    zone,
    order.filter((each) => each.zone === zone).sort(within).values(),
  ]));
  return order.flatMap(({ zone }) => {
    const next = queues.get(zone)?.next();
    return next === undefined || next.done ? [] : [next.value];
  });
}
