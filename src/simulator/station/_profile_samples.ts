import type { ChargingProfile16 } from "./schedule.ts";

/** 2026-01-05, a Monday, 06:00 UTC: where the tests' time begins. */
export const START_MS = Date.UTC(2026, 0, 5, 6);

/** Moments after `START_MS` as OCPP writes them. */
export function after(seconds: number): string {
  return new Date(START_MS + seconds * 1_000).toISOString();
}

/** A profile of 10 A from the start of the transaction on; what is given replaces parts of it. */
export function profile(
  changes:
    & Partial<Omit<ChargingProfile16, "chargingSchedule">>
    & Partial<ChargingProfile16["chargingSchedule"]>
    & { readonly limits?: readonly (readonly [startPeriod: number, limit: number])[] } = {},
): ChargingProfile16 {
  const { limits = [[0, 10]], duration, startSchedule, chargingRateUnit, ...rest } = changes;
  const { chargingSchedulePeriod, minChargingRate: _, ...identity } = rest;
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: startSchedule === undefined ? "Relative" : "Absolute",
    ...identity,
    chargingSchedule: {
      ...(duration === undefined ? {} : { duration }),
      ...(startSchedule === undefined ? {} : { startSchedule }),
      chargingRateUnit: chargingRateUnit ?? "A",
      chargingSchedulePeriod: chargingSchedulePeriod ??
        limits.map(([startPeriod, limit]) => ({ startPeriod, limit })),
    },
  };
}
