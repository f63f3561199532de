import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";

/**
 * Metered circuits with chargers of which nobody has said what else may come to flow there. While such a
 * meter is silent, lost or seems wrong, chargers would share the whole circuit: 0 A count for the rest.
 * `worst: 0` says that there is nothing else.
 */
export function unknownOtherLoads({ circuits, chargers }: SiteYaml): PlacedProblem[] {
  const parents = new Map(circuits.map(({ id, parent }) => [id, parent]));
  const feeding = new Set<string>();
  const root = circuits.find(({ parent }) => parent === undefined)?.id;
  for (const { circuit } of chargers.known) {
    let id = circuit ?? chargers.adoptInto ?? root;
    while (id !== undefined && !feeding.has(id)) {
      feeding.add(id);
      id = parents.get(id);
    }
  }
  return circuits.flatMap(({ id, meter, otherLoad }, index): PlacedProblem[] => {
    if (meter === undefined || otherLoad.worst !== undefined || !feeding.has(id)) return [];
    const message = `Nobody says what else than chargers may flow through "${id}": while meter ` +
      `"${meter}" is lost or seems wrong, it counts as 0 A. Set otherLoad: { worst: AMPERES } per ` +
      "line, 0 where there is nothing else";
    return [{
      path: ["circuits", index, ...(otherLoad.substitute === undefined ? [] : ["otherLoad"])],
      message,
    }];
  });
}
