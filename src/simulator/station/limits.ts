import type { InstalledProfile, ProfileStore } from "./profile_store.ts";
import { changesBetween, limitAt, type PhaseLimit, type ScheduleCase } from "./schedule.ts";

/** What the limits of a connector depend on besides the profiles. By the station's clock. */
export interface ChargingCase {
  /** When charging began, or the moment from which it might. */
  readonly startedMs: number;
  readonly volts: number;
}

/**
 * What the profiles allow one connector at a moment, the whole station's limit aside; null for
 * anything. A TxProfile goes before TxDefaultProfiles for as long as it says something: one whose
 * duration is over gives way (1.6 §3.13.1, §5.16.4).
 */
export function connectorLimit(
  store: ProfileStore,
  connectorId: number,
  situation: ChargingCase,
  atMs: number,
): PhaseLimit | null {
  return firstLimit(ofTransaction(store, connectorId), situation, atMs) ??
    firstLimit(defaultsOf(store, connectorId), situation, atMs);
}

/** What the profiles allow all connectors together at a moment; null for anything. */
export function stationLimit(
  store: ProfileStore,
  situation: ChargingCase,
  atMs: number,
): PhaseLimit | null {
  return firstLimit(ofStation(store), situation, atMs);
}

/** The stricter of two limits in each respect. */
export function stricter(left: PhaseLimit, right: PhaseLimit | null): PhaseLimit {
  if (right === null) return left;
  return { amps: Math.min(left.amps, right.amps), phases: Math.min(left.phases, right.phases) };
}

/** The moments in between at which a limit of the connector or the station may change, in order. */
export function limitChanges(
  store: ProfileStore,
  connectorId: number,
  situation: ChargingCase,
  fromMs: number,
  untilMs: number,
): readonly number[] {
  const relevant = [
    ...ofStation(store),
    ...ofTransaction(store, connectorId),
    ...defaultsOf(store, connectorId),
  ];
  const moments = relevant.flatMap((each) =>
    changesBetween(caseOf(each, situation), fromMs, untilMs)
  );
  return [...new Set(moments)].sort((left, right) => left - right);
}

/** The limit of the highest stack level that says something now (1.6 §3.13.2). */
function firstLimit(
  profiles: readonly InstalledProfile[],
  situation: ChargingCase,
  atMs: number,
): PhaseLimit | null {
  const ordered = profiles.toSorted((left, right) =>
    right.profile.stackLevel - left.profile.stackLevel
  );
  for (const each of ordered) {
    const limit = limitAt(caseOf(each, situation), atMs);
    if (limit !== null) return limit;
  }
  return null;
}

function caseOf(
  { profile, installedMs }: InstalledProfile,
  { startedMs, volts }: ChargingCase,
): ScheduleCase {
  return { profile, installedMs, startedMs, volts };
}

function ofStation(store: ProfileStore): readonly InstalledProfile[] {
  return store.filter(({ profile }) => profile.chargingProfilePurpose === "ChargePointMaxProfile");
}

function ofTransaction(store: ProfileStore, connectorId: number): readonly InstalledProfile[] {
  return store.filter((each) =>
    each.connectorId === connectorId && each.profile.chargingProfilePurpose === "TxProfile"
  );
}

/** A connector's own default hides the general one of the same stack level (1.6 §3.13.1). */
function defaultsOf(store: ProfileStore, connectorId: number): readonly InstalledProfile[] {
  const defaults = store.filter(({ profile }) =>
    profile.chargingProfilePurpose === "TxDefaultProfile"
  );
  const own = defaults.filter((each) => each.connectorId === connectorId);
  const levels = new Set(own.map(({ profile }) => profile.stackLevel));
  const general = defaults.filter((each) =>
    each.connectorId === 0 && !levels.has(each.profile.stackLevel)
  );
  return connectorId === 0 ? own : [...own, ...general];
}
