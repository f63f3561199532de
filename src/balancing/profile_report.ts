import { isoTime } from "../lib/clock.ts";
import type { ChargingProfile, ChargingProfilePurpose } from "../ocpp/mod.ts";
import type { Cap } from "./facts.ts";
import type { ProfileStore } from "./profile_store.ts";

/** Who has set a limit (2.1 ChargingLimitSourceEnumStringType). */
export type ChargingLimitSource = "CSO" | "EMS" | "Other" | "SO";

/** How the source of a cap is called towards the CSMS; null for one that is no limit from outside. */
export const LIMIT_SOURCES: Readonly<Record<Cap["source"], ChargingLimitSource | null>> = {
  authorization: null,
  csms: "CSO",
  operator: "Other",
  plan: "EMS",
  signal: "SO",
  surplus: "EMS",
};

/** A cap of somebody else than the CSMS on a slot, or on 0 for the site. */
export interface ExternalCap {
  readonly slot: number;
  readonly cap: Cap;
}

/** What the CSMS asks for; all that is given has to match (K09.FR.03 to 06). */
export interface ReportCriteria {
  /** 0: what is installed on the station itself; absent: everywhere. */
  readonly slot?: number;
  readonly ids?: readonly number[];
  readonly purpose?: ChargingProfilePurpose;
  readonly stackLevel?: number;
  readonly sources?: readonly string[];
}

/** One report: the profiles of one slot and one source. */
export interface ProfileReport {
  readonly slot: number;
  readonly source: ChargingLimitSource;
  readonly profiles: readonly ChargingProfile[];
  /** More reports follow (K09.FR.02). */
  readonly tbc: boolean;
}

/** The profiles that match, by slot and source; none: there are no such profiles. */
export function reportProfiles(
  store: ProfileStore,
  external: readonly ExternalCap[],
  criteria: ReportCriteria,
  nowWallMs: number,
): readonly ProfileReport[] {
  const groups = new Map<string, Omit<ProfileReport, "tbc">>();
  const add = (slot: number, source: ChargingLimitSource, profile: ChargingProfile) => {
    if (!isAskedFor(slot, source, profile, criteria)) return;
    const key = `${slot} ${source}`;
    const profiles = groups.get(key)?.profiles ?? [];
    groups.set(key, { slot, source, profiles: [...profiles, profile] });
  };
  for (const { slot, profile } of store.installed) add(slot, "CSO", profile);
  external.forEach(({ slot, cap }, index) => {
    const source = LIMIT_SOURCES[cap.source];
    if (source === null || source === "CSO") return;
    add(slot, source, externalProfile(cap, -1 - index, nowWallMs));
  });
  const reports = [...groups.values()];
  return reports.map((report, index) => ({ ...report, tbc: index < reports.length - 1 }));
}

function isAskedFor(
  slot: number,
  source: ChargingLimitSource,
  { id, chargingProfilePurpose, stackLevel }: ChargingProfile,
  criteria: ReportCriteria,
): boolean {
  return (criteria.slot === undefined || criteria.slot === slot) &&
    (criteria.ids === undefined || criteria.ids.includes(id)) &&
    (criteria.purpose === undefined || criteria.purpose === chargingProfilePurpose) &&
    (criteria.stackLevel === undefined || criteria.stackLevel === stackLevel) &&
    (criteria.sources === undefined || criteria.sources.includes(source));
}

/** Negative ids: none that a CSMS would choose (K11.FR.06). */
function externalProfile(cap: Cap, id: number, nowWallMs: number): ChargingProfile {
  const { amps, untilWallMs } = cap;
  return {
    id,
    stackLevel: 0,
    chargingProfilePurpose: "ChargingStationExternalConstraints",
    chargingProfileKind: "Absolute",
    ...(untilWallMs === undefined ? {} : { validTo: isoTime(untilWallMs) }),
    chargingSchedule: [{
      id: 1,
      startSchedule: isoTime(nowWallMs),
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: amps }],
    }],
  };
}
