import type { ChargingProfile16 } from "../station/schedule.ts";
import {
  clearProfiles,
  forgetProfiles,
  installProfile,
  type ProfileRules,
  withoutTxProfiles,
} from "../station/profile_store.ts";
import type { ChargingProfile2x, Told2x } from "./messages.ts";
import { evseOf, type Station2x } from "./station.ts";

/** How an order to take a profile ended. */
export type Taking =
  | { readonly isTaken: true }
  | { readonly isTaken: false; readonly reasonCode: string; readonly reason: string };

type Schedule2x = ChargingProfile2x["chargingSchedule"][number];

const PURPOSES: Readonly<Record<string, ChargingProfile16["chargingProfilePurpose"]>> = {
  ChargingStationMaxProfile: "ChargePointMaxProfile",
  TxDefaultProfile: "TxDefaultProfile",
  TxProfile: "TxProfile",
};

/** Whether smart charging is switched on. */
export function hasSmartCharging({ variables }: Station2x): boolean {
  return variables.isOn("SmartChargingCtrlr.Enabled");
}

/** Takes a profile into the station's memory (2.0.1 K01). The EVSE must exist, or be 0. */
export function installProfile2x(
  station: Station2x,
  evseId: number,
  profile: ChargingProfile2x,
): Taking {
  const { memory } = station;
  const purpose = PURPOSES[profile.chargingProfilePurpose];
  if (purpose === undefined) {
    return refused("UnsupportedParam", `no profiles for ${profile.chargingProfilePurpose}`);
  }
  const [schedule] = profile.chargingSchedule;
  const problem = problemOf(station, evseId, profile, schedule);
  if (problem !== null || schedule === undefined) {
    return problem ?? refused("InvalidSchedule", "no schedule");
  }
  const outcome = installProfile(memory.installed, evseId, neutral(profile, schedule, purpose), {
    rules: profileRules2x(station),
    transaction: evseOf(station, evseId)?.transaction === null ? null : "unnumbered",
    nowMs: station.clock.nowMs(),
  });
  if (outcome.status === "Rejected") return refused("InvalidProfile", outcome.reason);
  memory.installed = outcome.store;
  memory.told.set(profile.id, { evseId, profile });
  return { isTaken: true };
}

/** What 2.x demands besides what every version does. */
function problemOf(
  station: Station2x,
  evseId: number,
  profile: ChargingProfile2x,
  schedule: Schedule2x | undefined,
): (Taking & { readonly isTaken: false }) | null {
  const { chargingProfilePurpose: purpose, chargingProfileKind: kind, stackLevel, id } = profile;
  // K01.FR.34: several are for ISO 15118 only.
  if (schedule === undefined || profile.chargingSchedule.length > 1) {
    return refused("InvalidSchedule", "one schedule, no more");
  }
  const isRelative = kind === "Relative";
  if (isRelative && purpose === "ChargingStationMaxProfile") {
    return refused("InvalidProfile", "K01.FR.38: the station's maximum relative to a transaction");
  }
  if (isRelative && schedule.startSchedule !== undefined) {
    return refused("InvalidSchedule", "K01.FR.41: a relative profile with a start");
  }
  if (!isRelative && kind !== "Dynamic" && schedule.startSchedule === undefined) {
    return refused("InvalidSchedule", "K01.FR.40: no startSchedule");
  }
  if (kind === "Dynamic") return refused("UnsupportedParam", "no dynamic profiles");
  const transaction = evseOf(station, evseId)?.transaction ?? null;
  if (purpose === "TxProfile" && transaction?.id !== profile.transactionId) {
    return refused("TxNotFound", "K01.FR.33: another transaction");
  }
  // K01.FR.52, K01.FR.53: one for all EVSEs and one for this would both count.
  const rival = [...station.memory.told.values()].find(({ evseId: at, profile: own }) =>
    purpose === "TxDefaultProfile" && own.chargingProfilePurpose === purpose &&
    own.stackLevel === stackLevel && own.id !== id && at !== evseId && (at === 0 || evseId === 0)
  );
  return rival === undefined
    ? null
    : refused("DuplicateProfile", `the same level as profile ${rival.profile.id}`);
}

/** A profile in the form in which stations reckon. */
function neutral(
  { id, ...profile }: ChargingProfile2x,
  schedule: Schedule2x,
  purpose: ChargingProfile16["chargingProfilePurpose"],
): ChargingProfile16 {
  const { stackLevel, chargingProfileKind, recurrencyKind, validFrom, validTo } = profile;
  return {
    chargingProfileId: id,
    stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind: chargingProfileKind === "Dynamic" ? "Absolute" : chargingProfileKind,
    ...(recurrencyKind === undefined ? {} : { recurrencyKind }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
    chargingSchedule: {
      ...(schedule.duration === undefined ? {} : { duration: schedule.duration }),
      ...(schedule.startSchedule === undefined ? {} : { startSchedule: schedule.startSchedule }),
      chargingRateUnit: schedule.chargingRateUnit,
      chargingSchedulePeriod: schedule.chargingSchedulePeriod.map((period) => ({
        startPeriod: period.startPeriod,
        // 2.1 may leave a limit out, which is none.
        limit: period.limit ?? Number.MAX_SAFE_INTEGER,
        ...(period.numberPhases === undefined ? {} : { numberPhases: period.numberPhases }),
      })),
    },
  } as ChargingProfile16;
}

/** What the station keeps: what its variables say, or less. */
export function profileRules2x(
  { variables, options }: Pick<Station2x, "variables" | "options">,
): ProfileRules {
  const units = variables.list("SmartChargingCtrlr.RateUnit");
  const toldMax = variables.integer("SmartChargingCtrlr.ProfileStackLevel");
  return {
    stackLevelMax: Math.min(toldMax, options.profileMemory.stackLevelMax ?? toldMax),
    rateUnits: (["A", "W"] as const).filter((unit) => units.includes(unit)),
    periodsMax: variables.integer("SmartChargingCtrlr.PeriodsPerSchedule"),
    installedMax: variables.integer("SmartChargingCtrlr.Entries[ChargingProfiles]"),
  };
}

/** Clears profiles by id, or by all that is named (K10). True where there was one. */
export function clearProfiles2x(
  station: Station2x,
  { chargingProfileId, chargingProfileCriteria = {} }: Told2x["ClearChargingProfile"],
): boolean {
  const { memory } = station;
  const { evseId, chargingProfilePurpose, stackLevel } = chargingProfileCriteria;
  const purpose = chargingProfilePurpose === undefined
    ? undefined
    : PURPOSES[chargingProfilePurpose];
  // A purpose of which the station has none matches none.
  if (chargingProfilePurpose !== undefined && purpose === undefined) return false;
  const isBare = chargingProfileId === undefined && evseId === undefined &&
    purpose === undefined && stackLevel === undefined;
  // K10.FR.02: something has to be named.
  if (isBare) return false;
  const { status, store } = clearProfiles(memory.installed, {
    ...(chargingProfileId === undefined ? {} : { id: chargingProfileId }),
    ...(evseId === undefined ? {} : { connectorId: evseId }),
    ...(purpose === undefined ? {} : { chargingProfilePurpose: purpose }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
  });
  memory.installed = store;
  forgetTold(station);
  return status === "Accepted";
}

/** The end of a transaction is the end of its profiles. */
export function withoutTxProfiles2x(station: Station2x, evseId: number): void {
  const { memory } = station;
  memory.installed = withoutTxProfiles(memory.installed, evseId);
  memory.obeyed = withoutTxProfiles(memory.obeyed, evseId);
  forgetTold(station);
}

/** Loses all profiles. */
export function forgetProfiles2x(station: Station2x): void {
  forgetProfiles(station);
  forgetTold(station);
}

/** What is installed no more is not reported any more either. */
function forgetTold({ memory }: Station2x): void {
  const ids = new Set(memory.installed.map(({ profile }) => profile.chargingProfileId));
  for (const id of memory.told.keys()) if (!ids.has(id)) memory.told.delete(id);
}

function refused(reasonCode: string, reason: string): Taking & { readonly isTaken: false } {
  return { isTaken: false, reasonCode, reason };
}
