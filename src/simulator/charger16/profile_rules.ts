import type { ProfileRules } from "../station/profile_store.ts";
import type { Station16 } from "./station.ts";

/** What the station keeps: what its configuration keys say (1.6 §9.4, errata 3.88), or less. */
export function profileRules(
  { configuration, options }: Pick<Station16, "configuration" | "options">,
): ProfileRules {
  const units = configuration.list("ChargingScheduleAllowedChargingRateUnit");
  const toldMax = configuration.integer("ChargeProfileMaxStackLevel");
  return {
    stackLevelMax: Math.min(toldMax, options.profileMemory.stackLevelMax ?? toldMax),
    rateUnits: [
      ...(units.includes("Current") ? ["A" as const] : []),
      ...(units.includes("Power") ? ["W" as const] : []),
    ],
    periodsMax: configuration.integer("ChargingScheduleMaxPeriods"),
    installedMax: configuration.integer("MaxChargingProfilesInstalled"),
  };
}
