import type { SiteYaml } from "./config_schema.ts";
import type { Circuit, CircuitSource, SharingStrategy } from "./site/mod.ts";

type CircuitYaml = SiteYaml["circuits"][number];

/** What bounds a circuit besides its lines, and how it shares, in the balancer's terms. */
export function circuitBounds(circuit: CircuitYaml): Partial<Circuit> {
  const { limitKw, limitKva, maxUnbalance, neutralLimit, strategy, transformer, sources } = circuit;
  return {
    ...powerLimits({ limitKw, limitKva }),
    ...(sources !== undefined && { sources: sourcesOf(sources) }),
    ...(maxUnbalance !== undefined && { unbalanceMaxAmps: maxUnbalance }),
    ...(neutralLimit !== undefined && { neutralLimitAmps: neutralLimit }),
    ...(strategy !== undefined && { strategy: strategyOf(strategy) }),
    ...(transformer !== undefined && { transformer }),
  };
}

function powerLimits({ limitKw, limitKva }: Pick<CircuitYaml, "limitKw" | "limitKva">) {
  return {
    ...(limitKw !== undefined && { powerLimitW: limitKw * 1_000 }),
    ...(limitKva !== undefined && { apparentLimitVa: limitKva * 1_000 }),
  };
}

function sourcesOf(sources: NonNullable<CircuitYaml["sources"]>): readonly CircuitSource[] {
  return Object.entries(sources).map(([id, { limit, ...power }]) => ({
    id,
    limitAmps: limit,
    ...powerLimits(power),
  }));
}

/** The strategy by its name; `price` is refused before it comes here. */
export function strategyOf(named: SiteYaml["balancing"]["strategy"]): SharingStrategy {
  return named === "price" ? "fair" : named;
}
