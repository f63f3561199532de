import type {
  ChargingProfile,
  ChargingProfilePurpose,
  ChargingSchedulePeriod,
} from "../ocpp/mod.ts";
import type { ProfileStore } from "./profile_store.ts";
import { periodAt, type ProfileSession, scheduleOf } from "./_schedule_time.ts";

/** What profiles allow at a moment. */
export interface ProfileLimit {
  /** Per line, in amperes. */
  readonly amps: number;
  /** On so many lines at most. */
  readonly phases: number;
  /** The profile that says so. */
  readonly profileId: number;
}

/** What counts on a slot at a moment, not rounded; null where nothing does. */
export function prevailingLimit(
  store: ProfileStore,
  slot: number,
  wallMs: number,
  session: ProfileSession | null,
  nominalVoltageV: number,
): ProfileLimit | null {
  // Asked of every slot each second, and often there are none.
  if (store.installed.length === 0) return null;
  const voltage = nominalVoltageV;
  const transaction = session &&
    prevailing(ofTransaction(store, slot, session), wallMs, session, voltage);
  return lower(
    prevailingStationLimit(store, wallMs, voltage),
    transaction ?? prevailing(byDefault(store, slot), wallMs, session, voltage),
  );
}

/** What counts for all slots together at a moment, not rounded; null where nothing does. */
export function prevailingStationLimit(
  store: ProfileStore,
  wallMs: number,
  nominalVoltageV: number,
): ProfileLimit | null {
  return prevailing(stationMaximum(store), wallMs, null, nominalVoltageV);
}

/** Every profile that has a say on a slot. */
export function profilesFor(
  store: ProfileStore,
  slot: number,
  session: ProfileSession | null,
): readonly ChargingProfile[] {
  return [
    ...stationMaximum(store),
    ...byDefault(store, slot),
    ...session === null ? [] : ofTransaction(store, slot, session),
  ];
}

function stationMaximum(store: ProfileStore): readonly ChargingProfile[] {
  return withPurpose(store, "ChargingStationMaxProfile", 0);
}

/** A default for the slot replaces that for all slots on the same stack level (1.6 §3.13.1). */
function byDefault(store: ProfileStore, slot: number): readonly ChargingProfile[] {
  return [
    ...withPurpose(store, "TxDefaultProfile", slot),
    ...withPurpose(store, "TxDefaultProfile", 0),
  ];
}

function ofTransaction(
  store: ProfileStore,
  slot: number,
  session: ProfileSession,
): readonly ChargingProfile[] {
  return withPurpose(store, "TxProfile", slot)
    .filter((profile) => profile.transactionId === session.transactionId);
}

function withPurpose(
  store: ProfileStore,
  purpose: ChargingProfilePurpose,
  slot: number,
): readonly ChargingProfile[] {
  return store.installed
    .filter((each) => each.slot === slot && each.profile.chargingProfilePurpose === purpose)
    .map((each) => each.profile);
}

/** Of profiles of one purpose the highest stack level that has something to say; first on ties. */
function prevailing(
  profiles: readonly ChargingProfile[],
  wallMs: number,
  session: ProfileSession | null,
  nominalVoltageV: number,
): ProfileLimit | null {
  for (const profile of profiles.toSorted((a, b) => b.stackLevel - a.stackLevel)) {
    const period = periodAt(profile, wallMs, session);
    if (period !== null) return limitOf(profile, period, nominalVoltageV);
  }
  return null;
}

/**
 * Watts are for all phases together, by nominal voltage and the period's phases, of which there are
 * three unless it says otherwise (errata 3.69). Amperes are per phase and count as they are, however
 * many phases are used (errata 3.34). Limits of their own for L2 and L3 (2.1) are per phase in both
 * units; the lowest counts, because a socket has one limit for all its lines.
 */
function limitOf(
  profile: ChargingProfile,
  period: ChargingSchedulePeriod,
  nominalVoltageV: number,
): ProfileLimit {
  const { limit = 0, limit_L2, limit_L3, numberPhases: phases = 3 } = period;
  const isPerPhase = limit_L2 !== undefined || limit_L3 !== undefined;
  const lowest = Math.min(limit, limit_L2 ?? limit, limit_L3 ?? limit);
  const isPower = scheduleOf(profile)?.chargingRateUnit === "W";
  const amps = isPower ? lowest / nominalVoltageV / (isPerPhase ? 1 : phases) : lowest;
  return { amps, phases, profileId: profile.id };
}

function lower(left: ProfileLimit | null, right: ProfileLimit | null): ProfileLimit | null {
  if (left === null || right === null) return left ?? right;
  const lowest = right.amps <= left.amps ? right : left;
  return { ...lowest, phases: Math.min(left.phases, right.phases) };
}

/** Down to one digit after the point, as all that OCPP 1.6 carries; errors of arithmetic aside. */
export function roundedDown(amount: number): number {
  return Math.floor(amount * 10 + 1e-6) / 10;
}
