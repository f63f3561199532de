import type { BalancingLoop } from "./gateway_balancing.ts";
import {
  type CircuitLimits,
  type CircuitSources,
  isImportMet,
  withImportLimits,
} from "./signals/mod.ts";
import type { Circuit, CircuitLimit } from "./site/mod.ts";

/** What the circuits may draw, all that they draw together, while somebody outside limits that. */
export interface ImportLimits {
  /** The circuits with what feeds them and what limits them now. */
  circuits(): readonly Circuit[];
  /** Lets the balancer know of limits that have changed: of circuits first, then of chargers. */
  changed(): void;
  /** For the record: from when on what was ordered has been so. */
  noteMet(): void;
}

/** Creates it; the balancer is looked up when it is asked: it is created after this. */
export function createImportLimits(parts: {
  readonly circuitLimits: CircuitLimits;
  readonly circuitSources: CircuitSources;
  readonly nominalVoltageV: number;
  readonly balancing: () => Pick<
    BalancingLoop,
    "circuits" | "isWithinCaps" | "refresh" | "rewire"
  >;
}): ImportLimits {
  const { circuitLimits, circuitSources, nominalVoltageV, balancing } = parts;
  const isOnAll = ({ counts }: CircuitLimit) => counts === "everything";
  const circuits = () => withImportLimits(circuitSources.circuits(), circuitLimits.inForce());
  let hadSome = circuitLimits.inForce().some(isOnAll);

  function isKept(limit: CircuitLimit): boolean {
    if (!isOnAll(limit)) return balancing().isWithinCaps(limit.circuitId);
    const isRoot = (id: string) =>
      circuits().some((circuit) => circuit.id === id && circuit.parentId === null);
    return balancing().circuits()
      .filter(({ circuitId: id }) => limit.circuitId === null ? isRoot(id) : id === limit.circuitId)
      .every((load) => isImportMet(limit, load, nominalVoltageV));
  }

  return {
    circuits,
    changed() {
      const hasSome = circuitLimits.inForce().some(isOnAll);
      if (hasSome || hadSome) balancing().rewire();
      hadSome = hasSome;
      balancing().refresh(null);
    },
    noteMet() {
      for (const limit of circuitLimits.inForce()) {
        if (limit.metAtMs === null && isKept(limit)) circuitLimits.noteMet(limit.number);
      }
    },
  };
}
