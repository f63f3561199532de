import { z } from "zod";
import type { SiteYaml } from "./config_schema.ts";
import type { PlacedProblem } from "./config_meters.ts";
import type { ConfigPath } from "./config_text.ts";
import { SURPLUS_DEFAULTS, type SurplusOptions } from "./balancing/mod.ts";

/** How EVs are charged by the sun, as site.yaml says it. */
export function surplusSchema(duration: z.ZodType<number, string>) {
  return z.strictObject({
    enableAfter: duration.default(SURPLUS_DEFAULTS.enableAfterMs),
    disableAfter: duration.default(SURPLUS_DEFAULTS.disableAfterMs),
    // Watts that are to flow to the grid, or stay with the house, before EVs get any.
    reserveW: z.number().min(-10_000).max(1_000_000).default(SURPLUS_DEFAULTS.reserveW),
    minimumFromGrid: z.enum(["never", "always", "until-departure"])
      .default(SURPLUS_DEFAULTS.minimumFromGrid),
    battery: z.enum(["first", "last"]).default(SURPLUS_DEFAULTS.battery),
    counts: z.enum(["total", "lines"]).default(SURPLUS_DEFAULTS.counts),
    switchPhases: z.boolean().default(SURPLUS_DEFAULTS.switchPhases),
    threePhasesAfter: duration.default(SURPLUS_DEFAULTS.threePhasesAfterMs),
  }).prefault({});
}

/** The same in the terms of the balancer. */
export function surplusOptions({ balancing: { surplus } }: SiteYaml): SurplusOptions {
  const { enableAfter, disableAfter, threePhasesAfter, ...rest } = surplus;
  return {
    ...rest,
    enableAfterMs: enableAfter,
    disableAfterMs: disableAfter,
    threePhasesAfterMs: threePhasesAfter,
  };
}

/** Without a meter at the grid nobody knows what the sun leaves over, and nobody would ever charge. */
export function surplusProblems({ balancing, circuits, meters }: SiteYaml): PlacedProblem[] {
  if (meters.some(({ role }) => role === "grid")) return [];
  const message =
    "Strategy surplus needs a meter with role grid: what flows to the grid is the surplus";
  const named: readonly (readonly [string | undefined, ConfigPath])[] = [
    [balancing.strategy, ["balancing", "strategy"]],
    ...circuits.map(({ strategy }, index) => [strategy, ["circuits", index, "strategy"]] as const),
  ];
  return named.flatMap(([strategy, path]) => strategy === "surplus" ? [{ path, message }] : []);
}
