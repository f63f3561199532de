import type { Configuration } from "./configuration.ts";
import type { ProfileRules } from "./profile_store.ts";

/** What the configuration keys say about profiles (1.6 §9.4, errata 3.88). */
export function profileRules(configuration: Configuration): ProfileRules {
  const units = configuration.list("ChargingScheduleAllowedChargingRateUnit");
  return {
    stackLevelMax: configuration.integer("ChargeProfileMaxStackLevel"),
    rateUnits: [
      ...(units.includes("Current") ? ["A" as const] : []),
      ...(units.includes("Power") ? ["W" as const] : []),
    ],
    periodsMax: configuration.integer("ChargingScheduleMaxPeriods"),
    installedMax: configuration.integer("MaxChargingProfilesInstalled"),
  };
}
