import { isoTime } from "../lib/clock.ts";
import type { ChargingProfile, ChargingProfilePurpose } from "../ocpp/mod.ts";
import {
  problem,
  type ProfileProblem,
  profileProblem,
  type ProfileRules,
  type ProfileSocket,
  REASON_CODES,
} from "./_profile_problem.ts";

export { type ProfileProblem, profileProblem, type ProfileRules, type ProfileSocket, REASON_CODES };

/** The charging profiles that the CSMS has installed. Plain data: it can be stored as JSON. */
export interface ProfileStore {
  readonly installed: readonly InstalledProfile[];
}

/** A profile and where it holds. */
export interface InstalledProfile {
  /** 0 for the whole station. */
  readonly slot: number;
  /** A TxProfile always names its transaction here, even where the CSMS did not. */
  readonly profile: ChargingProfile;
}

/** What a profile meets when it arrives. */
export interface InstallMoment {
  /** The transaction that is open on the slot; null without one. A TxProfile needs it. */
  readonly transactionId: string | null;
  readonly wallMs: number;
}

/** What became of a profile. */
export type InstallOutcome =
  | {
    readonly kind: "installed";
    readonly store: ProfileStore;
    /** Ids of profiles that it took the place of. */
    readonly replaced: readonly number[];
  }
  | { readonly kind: "rejected"; readonly problem: ProfileProblem }
  /** 1.6 answers with a CALLERROR (errata 3.39); 2.x with Rejected. */
  | { readonly kind: "property-constraint-violation"; readonly problem: ProfileProblem };

/** A store with nothing in it. */
export const EMPTY_PROFILE_STORE: ProfileStore = { installed: [] };

/**
 * Installs a profile on a slot, or on 0 for the station. It replaces the one with its id, and the
 * one of its purpose and stack level on the same slot (1.6 §3.13.2, §5.16.3).
 * A profile that comes with an order to start has no transaction yet: install it when that begins.
 */
export function installProfile(
  store: ProfileStore,
  slot: number,
  profile: ChargingProfile,
  rules: ProfileRules,
  moment: InstallMoment,
): InstallOutcome {
  const { transactionId } = moment;
  const added: InstalledProfile = { slot, profile: completed(profile, moment) };
  const found = profileProblem(slot, profile, rules) ??
    transactionProblem(profile, transactionId) ??
    (rules.spoken === "2.x" ? duplicateProblem(store, added) : null);
  if (found?.kind === "unknown-slot" && rules.spoken !== "2.x") {
    return { kind: "property-constraint-violation", problem: found };
  }
  if (found !== null) return { kind: "rejected", problem: found };
  const isReplaced = (each: InstalledProfile) =>
    each.profile.id === added.profile.id ||
    (rules.spoken !== "2.x" && isOnLevelOf(each, added));
  const kept = store.installed.filter((each) => !isReplaced(each));
  if (kept.length >= rules.maxProfiles) {
    const detail = `${kept.length} of ${rules.maxProfiles}`;
    return { kind: "rejected", problem: problem("too-many-profiles", detail) };
  }
  const replaced = store.installed.filter(isReplaced);
  return {
    kind: "installed",
    store: { installed: [...kept, added] },
    replaced: replaced.map((each) => each.profile.id),
  };
}

function transactionProblem(
  { chargingProfilePurpose, transactionId }: ChargingProfile,
  open: string | null,
): ProfileProblem | null {
  if (chargingProfilePurpose !== "TxProfile") return null;
  if (open === null) return problem("no-transaction", transactionId ?? "none named");
  const isOther = transactionId !== undefined && transactionId !== open;
  return isOther ? problem("other-transaction", transactionId) : null;
}

/**
 * With what the CSMS left open: the transaction of a TxProfile, which other purposes do not have
 * (1.6 §7.8), and the start of an absolute schedule that no transaction starts.
 */
function completed(
  { transactionId: _named, ...profile }: ChargingProfile,
  { transactionId, wallMs }: InstallMoment,
): ChargingProfile {
  if (profile.chargingProfilePurpose === "TxProfile" && transactionId !== null) {
    return { ...profile, transactionId };
  }
  if (profile.chargingProfilePurpose !== "ChargingStationMaxProfile") return profile;
  const chargingSchedule = profile.chargingSchedule
    .map((schedule) => ({ startSchedule: isoTime(wallMs), ...schedule }));
  return { ...profile, chargingSchedule };
}

/** Of its purpose, on its stack level of its slot. */
function isOnLevelOf(old: InstalledProfile, added: InstalledProfile): boolean {
  return old.slot === added.slot && isOfSameLevel(old, added);
}

function isOfSameLevel({ profile: old }: InstalledProfile, { profile }: InstalledProfile): boolean {
  return old.stackLevel === profile.stackLevel &&
    old.chargingProfilePurpose === profile.chargingProfilePurpose;
}

/**
 * In 2.x no two profiles of one purpose may be valid at the same time on one stack level (K01.FR.06
 * and 39), and a default for all EVSEs stands on none with one of its own (K01.FR.52 and 53).
 */
function duplicateProblem(store: ProfileStore, added: InstalledProfile): ProfileProblem | null {
  const found = store.installed.find((each) => {
    if (each.profile.id === added.profile.id || !isOfSameLevel(each, added)) return false;
    if (each.slot === added.slot) return overlap(each.profile, added.profile);
    return added.profile.chargingProfilePurpose === "TxDefaultProfile" &&
      (each.slot === 0 || added.slot === 0);
  });
  return found === undefined ? null : problem(
    "duplicate-profile",
    `profile ${found.profile.id} has stack level ${found.profile.stackLevel}`,
  );
}

function overlap(one: ChargingProfile, other: ChargingProfile): boolean {
  const from = ({ validFrom }: ChargingProfile) =>
    validFrom === undefined ? -Infinity : Date.parse(validFrom);
  const to = ({ validTo }: ChargingProfile) =>
    validTo === undefined ? Infinity : Date.parse(validTo);
  return from(one) < to(other) && from(other) < to(one);
}

/**
 * What counts after so long without the CSMS: profiles that are not to outlive that are left out, and
 * those of lower stack levels count instead (2.1 K01.FR.101).
 */
export function validWhileOffline(store: ProfileStore, offlineForMs: number): ProfileStore {
  const installed = store.installed.filter(({ profile }) => !hasLapsed(profile, offlineForMs));
  return installed.length === store.installed.length ? store : { installed };
}

/** Drops what is not to come back once the CSMS is (2.1 K01.FR.102). */
export function validAfterOffline(store: ProfileStore, offlineForMs: number): ProfileStore {
  const installed = store.installed.filter(({ profile }) =>
    !(profile.invalidAfterOfflineDuration ?? false) || !hasLapsed(profile, offlineForMs)
  );
  return installed.length === store.installed.length ? store : { installed };
}

function hasLapsed({ maxOfflineDuration }: ChargingProfile, offlineForMs: number): boolean {
  return maxOfflineDuration !== undefined && offlineForMs > maxOfflineDuration * 1000;
}

/** Which profiles to clear: those that match all that is given (errata 3.25); nothing given: all. */
export interface ClearCriteria {
  readonly id?: number;
  /** 0 for profiles of the whole station. */
  readonly slot?: number;
  readonly purpose?: ChargingProfilePurpose;
  readonly stackLevel?: number;
}

/** What clearing came to. `unknown`: nothing matched. */
export type ClearOutcome =
  | { readonly kind: "cleared"; readonly store: ProfileStore; readonly ids: readonly number[] }
  | { readonly kind: "unknown" };

/** Clears profiles. */
export function clearProfiles(store: ProfileStore, criteria: ClearCriteria): ClearOutcome {
  const { id, slot, purpose, stackLevel } = criteria;
  const matches = (each: InstalledProfile) =>
    (id === undefined || each.profile.id === id) &&
    (slot === undefined || each.slot === slot) &&
    (purpose === undefined || each.profile.chargingProfilePurpose === purpose) &&
    (stackLevel === undefined || each.profile.stackLevel === stackLevel);
  const cleared = store.installed.filter(matches);
  if (cleared.length === 0) return { kind: "unknown" };
  const installed = store.installed.filter((each) => !matches(each));
  return { kind: "cleared", store: { installed }, ids: cleared.map(({ profile }) => profile.id) };
}

/** Drops the TxProfiles of every transaction that is not open any more (1.6 §3.13.1). */
export function keepOpenTransactions(
  store: ProfileStore,
  open: ReadonlySet<string>,
): ProfileStore {
  const installed = store.installed.filter((
    { profile: { chargingProfilePurpose, transactionId } },
  ) =>
    chargingProfilePurpose !== "TxProfile" ||
    (transactionId !== undefined && open.has(transactionId))
  );
  return installed.length === store.installed.length ? store : { installed };
}

/** Drops the TxProfiles of a transaction that has ended. */
export function endTransactionProfiles(store: ProfileStore, transactionId: string): ProfileStore {
  const installed = store.installed.filter(({ profile }) =>
    profile.chargingProfilePurpose !== "TxProfile" || profile.transactionId !== transactionId
  );
  return installed.length === store.installed.length ? store : { installed };
}
