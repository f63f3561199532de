import type { ChargingProfile, ChargingSchedule } from "../ocpp/mod.ts";
import type { InstallMoment, ProfileRules, ProfileStore } from "./profile_store.ts";
import { EMPTY_PROFILE_STORE, installProfile } from "./profile_store.ts";

/** A profile as a person would note it. Built for tests: what is left out is ordinary. */
export interface ProfileDrawing {
  readonly id?: number;
  readonly purpose?: "station" | "default" | "transaction";
  readonly level?: number;
  readonly kind?: ChargingProfile["chargingProfileKind"];
  readonly every?: "Daily" | "Weekly";
  readonly from?: string;
  readonly to?: string;
  readonly transactionId?: string;
  /** Noon where left out; null for none. */
  readonly start?: string | null;
  readonly seconds?: number;
  readonly unit?: "A" | "W";
  /** Limits by the second at which they begin: { 0: 16, 3600: 10 }. */
  readonly limits?: Readonly<Record<number, number>>;
  readonly phases?: number;
  /** Anything else of the schedule. */
  readonly schedule?: Partial<ChargingSchedule>;
}

const PURPOSES = {
  station: "ChargingStationMaxProfile",
  default: "TxDefaultProfile",
  transaction: "TxProfile",
} as const;

/** Noon of a Tuesday. */
export const NOON = "2024-05-07T12:00:00.000Z";

/** Rules with room for everything that tests install. */
export const USUAL_RULES: ProfileRules = {
  slots: [1, 2],
  maxStackLevel: 8,
  maxPeriods: 24,
  maxProfiles: 20,
  rateUnits: ["A", "W"],
};

/** Turns a drawing into a profile: absolute since noon, without end, 16 A. */
export function drawnProfile(drawing: ProfileDrawing = {}): ChargingProfile {
  const { kind = "Absolute", every, from, to, transactionId, seconds, phases } = drawing;
  const start = kind === "Relative" ? null : drawing.start;
  return {
    id: drawing.id ?? 1,
    stackLevel: drawing.level ?? 0,
    chargingProfilePurpose: PURPOSES[drawing.purpose ?? "default"],
    chargingProfileKind: kind,
    ...(every && { recurrencyKind: every }),
    ...(from && { validFrom: from }),
    ...(to && { validTo: to }),
    ...(transactionId && { transactionId }),
    chargingSchedule: [{
      id: 1,
      chargingRateUnit: drawing.unit ?? "A",
      ...(start !== null && { startSchedule: start ?? NOON }),
      ...(seconds !== undefined && { duration: seconds }),
      chargingSchedulePeriod: Object.entries(drawing.limits ?? { 0: 16 }).map(([from, limit]) => ({
        startPeriod: Number(from),
        limit,
        ...(phases && { numberPhases: phases }),
      })),
      ...drawing.schedule,
    }],
  };
}

/** A store with drawn profiles, each with its slot, installed in order at noon. */
export function drawnStore(
  profiles: readonly (readonly [slot: number, drawing: ProfileDrawing])[],
  moment: Partial<InstallMoment> = {},
): ProfileStore {
  return profiles.reduce<ProfileStore>((store, [slot, drawing], index) => {
    const profile = drawnProfile({ id: index + 1, ...drawing });
    const outcome = installProfile(store, slot, profile, USUAL_RULES, {
      transactionId: "t1",
      wallMs: Date.parse(NOON),
      ...moment,
    });
    if (outcome.kind !== "installed") {
      throw new Error(`Cannot install profile: ${JSON.stringify(outcome.problem)}`);
    }
    return outcome.store;
  }, EMPTY_PROFILE_STORE);
}
