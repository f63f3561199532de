import type { ProfileStore } from "./profile_store.ts";
import {
  prevailingLimit,
  prevailingStationLimit,
  type ProfileLimit,
  roundedDown,
} from "./_prevailing_profile.ts";
import { changesBetween, type ProfileSession } from "./_schedule_time.ts";

export type { ProfileLimit, ProfileSession };

/**
 * What the profiles of the CSMS allow on a slot at a moment; null where none counts. The lower of
 * the station's maximum and of the TxProfile, or of the TxDefaultProfile where no TxProfile counts
 * (1.6 §3.13.3). Amperes are rounded down to tenths.
 *
 * The station's maximum is for all slots together too: `stationLimitAt` is for the balancer's
 * bound on the site.
 */
export function limitAt(
  store: ProfileStore,
  slot: number,
  wallMs: number,
  session: ProfileSession | null,
  nominalVoltageV: number,
): ProfileLimit | null {
  return rounded(prevailingLimit(store, slot, wallMs, session, nominalVoltageV));
}

/** What the profiles allow all slots together at a moment, per line; null where none counts. */
export function stationLimitAt(
  store: ProfileStore,
  wallMs: number,
  nominalVoltageV: number,
): ProfileLimit | null {
  return rounded(prevailingStationLimit(store, wallMs, nominalVoltageV));
}

/** Who reads "until" thinks of today. */
const LOOK_AHEAD_MS = 24 * 3_600_000;

/** When a profile says something else next, within a day; null where it does not. */
export function profileChangesAt(
  store: ProfileStore,
  profileId: number,
  wallMs: number,
  session: ProfileSession | null,
): number | null {
  const profile = store.installed.find((each) => each.profile.id === profileId)?.profile;
  if (profile === undefined) return null;
  const changes = changesBetween(profile, wallMs, wallMs + LOOK_AHEAD_MS, session);
  return changes.length === 0 ? null : Math.min(...changes);
}

function rounded(limit: ProfileLimit | null): ProfileLimit | null {
  return limit && { ...limit, amps: roundedDown(limit.amps) };
}
