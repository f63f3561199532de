import { OCPP_VERSIONS, type OcppVersion } from "../../src/ocpp/mod.ts";

/** What the chargers of a site speak, and what its CSMS does. */
export interface VersionPair {
  readonly charger: OcppVersion;
  readonly csms: OcppVersion;
}

/** Oldest first. */
const VERSIONS = OCPP_VERSIONS.toReversed();

/** All nine, the oldest first. */
export const PAIRS: readonly VersionPair[] = VERSIONS.flatMap((charger) =>
  VERSIONS.map((csms) => ({ charger, csms }))
);

/** "1.6" */
export function nameOf(version: OcppVersion): string {
  return version.replace("ocpp", "");
}
