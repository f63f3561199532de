import type { Requests16 } from "../../ocpp/messages/mod.ts";
import type { ChargingProfile16 } from "./schedule.ts";

/** A profile that the station keeps, also without current (errata 3.37). */
export interface InstalledProfile {
  readonly connectorId: number;
  readonly profile: ChargingProfile16;
  /** By the station's clock. */
  readonly installedMs: number;
}

/** All of them. */
export type ProfileStore = readonly InstalledProfile[];

/** What the station can keep, from its configuration keys. */
export interface ProfileRules {
  readonly stackLevelMax: number;
  readonly rateUnits: readonly ("A" | "W")[];
  readonly periodsMax: number;
  readonly installedMax: number;
}

/** What SetChargingProfile depends on besides the message. */
export interface InstallationCase {
  readonly rules: ProfileRules;
  /** The transaction on the connector: its number, "unnumbered" before the CSMS gave one, or none. */
  readonly transaction: number | "unnumbered" | null;
  readonly nowMs: number;
}

/** How SetChargingProfile ended. */
export type Installation =
  | { readonly status: "Accepted"; readonly store: ProfileStore }
  | { readonly status: "Rejected"; readonly reason: string };

/**
 * Takes a profile into the store. One with the same id, or with the same purpose and stack level on
 * the same connector, is replaced (1.6 §5.16.3). The connector must exist.
 */
export function installProfile(
  store: ProfileStore,
  connectorId: number,
  profile: ChargingProfile16,
  situation: InstallationCase,
): Installation {
  const rest = store.filter((each) => !isReplacedBy(each, connectorId, profile));
  const reason = scheduleProblem(profile, situation.rules) ??
    purposeProblem(connectorId, profile, situation.transaction) ??
    (rest.length >= situation.rules.installedMax ? "too many profiles" : null);
  if (reason !== null) return { status: "Rejected", reason };
  const installed = { connectorId, profile, installedMs: situation.nowMs };
  return { status: "Accepted", store: [...rest, installed] };
}

function isReplacedBy(
  { connectorId: ownConnectorId, profile: own }: InstalledProfile,
  connectorId: number,
  profile: ChargingProfile16,
): boolean {
  if (own.chargingProfileId === profile.chargingProfileId) return true;
  return ownConnectorId === connectorId && own.stackLevel === profile.stackLevel &&
    own.chargingProfilePurpose === profile.chargingProfilePurpose;
}

function scheduleProblem(
  { stackLevel, chargingProfileKind, recurrencyKind, chargingSchedule }: ChargingProfile16,
  rules: ProfileRules,
): string | null {
  const { chargingRateUnit, chargingSchedulePeriod, startSchedule } = chargingSchedule;
  if (stackLevel < 0 || stackLevel > rules.stackLevelMax) return "stack level out of range";
  if (!rules.rateUnits.includes(chargingRateUnit)) return `no schedules in ${chargingRateUnit}`;
  if (chargingSchedulePeriod.length > rules.periodsMax) return "too many periods";
  const starts = chargingSchedulePeriod.map((period) => period.startPeriod);
  if (starts[0] !== 0) return "the first period does not begin at 0";
  if (starts.some((start, index) => index > 0 && start <= (starts[index - 1] ?? 0))) {
    return "periods are not in order";
  }
  if (chargingSchedulePeriod.some((period) => period.limit < 0)) return "a limit below 0";
  const isRecurring = chargingProfileKind === "Recurring";
  if (isRecurring && (recurrencyKind === undefined || startSchedule === undefined)) {
    return "a recurring profile needs recurrencyKind and startSchedule";
  }
  return null;
}

function purposeProblem(
  connectorId: number,
  { chargingProfilePurpose, transactionId }: ChargingProfile16,
  transaction: InstallationCase["transaction"],
): string | null {
  switch (chargingProfilePurpose) {
    case "ChargePointMaxProfile":
      return connectorId === 0 ? null : "only for the whole station";
    case "TxDefaultProfile":
      return null;
    case "TxProfile":
      if (connectorId === 0) return "only for a connector";
      if (transaction === null) return "no transaction";
      return transactionId === undefined || transactionId === transaction
        ? null
        : "another transaction";
  }
}

/** ClearChargingProfile: by id alone, or by everything else that is given (errata 3.25, 3.26). */
export function clearProfiles(
  store: ProfileStore,
  { id, connectorId, chargingProfilePurpose, stackLevel }: Requests16["ClearChargingProfile"],
): { readonly status: "Accepted" | "Unknown"; readonly store: ProfileStore } {
  const isMeant = (each: InstalledProfile) =>
    id !== undefined
      ? each.profile.chargingProfileId === id
      : matches(connectorId, each.connectorId) &&
        matches(chargingProfilePurpose, each.profile.chargingProfilePurpose) &&
        matches(stackLevel, each.profile.stackLevel);
  const rest = store.filter((each) => !isMeant(each));
  return { status: rest.length < store.length ? "Accepted" : "Unknown", store: rest };
}

/** The end of a transaction is the end of its profiles (1.6 §3.13.1). */
export function withoutTxProfiles(store: ProfileStore, connectorId: number): ProfileStore {
  return store.filter((each) =>
    each.connectorId !== connectorId || each.profile.chargingProfilePurpose !== "TxProfile"
  );
}

/** Loses all profiles of a station. */
export function forgetProfiles(
  { memory }: { readonly memory: { installed: ProfileStore; obeyed: ProfileStore } },
): void {
  memory.installed = [];
  memory.obeyed = [];
}

function matches<T>(wanted: T | undefined, own: T): boolean {
  return wanted === undefined || wanted === own;
}
