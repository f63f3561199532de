import type { ConfigPorts } from "./config.ts";
import type { ChargerModel } from "./chargers/mod.ts";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";

/** The records that chargers of site.yaml name, by charger. */
export function namedModels(
  { chargers }: SiteYaml,
  ports: Pick<ConfigPorts, "model">,
): {
  readonly models: ReadonlyMap<string, ChargerModel>;
  readonly problems: readonly PlacedProblem[];
} {
  const models = new Map<string, ChargerModel>();
  const problems = chargers.known.flatMap(({ id, model: name }, index): PlacedProblem[] => {
    if (name === undefined) return [];
    const model = ports.model?.(name) ?? { problem: `There is no charger model "${name}"` };
    if ("problem" in model) {
      return [{ path: ["chargers", "known", index, "model"], message: model.problem }];
    }
    models.set(id, model);
    return [];
  });
  return { models, problems };
}
