import type { Ids } from "../lib/ids.ts";
import { OCPP_VERSIONS, type OcppVersion } from "../ocpp/mod.ts";
import { happens, pick } from "./chance.ts";
import type { SimulatedSitePlan } from "./site_plan.ts";

/** What chargers and CSMS of a site speak. */
export interface SiteVersions {
  /** Of the chargers, in turn. */
  readonly chargers: readonly OcppVersion[];
  readonly csms: readonly OcppVersion[];
}

/** Versions of so many chargers: on many sites all speak the same. */
export function drawVersions(count: number, ids: Ids): readonly OcppVersion[] {
  const one = happens(0.25, ids) ? pick(OCPP_VERSIONS, ids) : null;
  return Array.from({ length: count }, () => one ?? pick(OCPP_VERSIONS, ids));
}

/** The same site with these versions. What 2.x leaves to the maker is drawn. */
export function withVersions(
  plan: SimulatedSitePlan,
  { chargers, csms }: SiteVersions,
  ids: Ids,
): SimulatedSitePlan {
  const planned = plan.site.chargers.map((charger, index) => ({
    ...charger,
    options: {
      ...charger.options,
      version: chargers[index % chargers.length] ?? "ocpp1.6",
      tellsStatusBy: happens(0.3, ids) ? "NotifyEvent" as const : "StatusNotification" as const,
    },
  }));
  return {
    ...plan,
    site: {
      ...plan.site,
      chargers: planned,
      csms: { ...plan.site.csms, protocols: csms },
    },
  };
}

/** "2 of ocpp2.1, 4 of ocpp1.6", for a person. */
export function describeVersions({ site }: SimulatedSitePlan): string {
  return OCPP_VERSIONS.flatMap((version) => {
    const count = site.chargers.filter(({ options }) => options.version === version).length;
    return count === 0 ? [] : [`${count} of ${version}`];
  }).join(", ");
}
