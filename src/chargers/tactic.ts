import { compact } from "../lib/json.ts";
import { isoTime } from "../lib/clock.ts";
import type { ChargingProfile, ChargingSchedulePeriod, InsideRequest } from "../ocpp/mod.ts";
import type { ChargerFeatures, EvsePlace, LimitRung } from "../site/mod.ts";
import { isStanding } from "./ladder.ts";
import type { ModelQuirks } from "./model.ts";

/** A limit for one EVSE, as the balancer wants it. */
export interface WantedLimit {
  readonly limitAmps: number;
  readonly validForMs: number;
  /** On how many phases to charge, at a charger that can change that; absent: on those it has. */
  readonly numberPhases?: 1 | 2 | 3;
  /** On which phase of the socket where that is one, 1 to 3; absent: the charger chooses. */
  readonly phaseToUse?: number;
}

/** What turning amperes into what a charger understands depends on. */
export interface UnitCase {
  readonly place: EvsePlace;
  readonly features: ChargerFeatures;
  readonly quirks: ModelQuirks;
  readonly nominalVoltageV: number;
}

/** What turning a limit into a profile depends on. */
export interface TacticCase extends UnitCase {
  /** The charger's number for the open transaction. */
  readonly transactionNumber: number;
  /** Now, by the charger's clock. */
  readonly chargerWallMs: number;
  /** So much later it may be by that: the limit lasts as much longer, or it would be over at once. */
  readonly doubtMs?: number;
}

/** Started a little in the past, so that a clock that lags a second does not delay the limit. */
const START_EARLIER_MS = 5_000;

/**
 * The running limit: absolute, and over by itself when it is not renewed (ruling 21). Its id is fixed
 * by EVSE and purpose, so that each one replaces the one before.
 */
export function runningProfile(
  limit: WantedLimit,
  rung: LimitRung,
  now: TacticCase,
): InsideRequest<"SetChargingProfile"> {
  const { place, transactionNumber } = now;
  const period = periodOf(limit, now);
  if (isStanding(rung)) return standingProfile(place.evseId, period, now);
  const isTx = rung.purpose === "TxProfile";
  const chargingProfile: ChargingProfile = compact({
    id: profileId(place.evseId, rung),
    stackLevel: rung.stackLevel,
    chargingProfilePurpose: rung.purpose,
    chargingProfileKind: "Absolute" as const,
    transactionId: isTx ? String(transactionNumber) : undefined,
    chargingSchedule: [{
      id: 1,
      startSchedule: isoTime(now.chargerWallMs - START_EARLIER_MS),
      duration: Math.ceil((limit.validForMs + START_EARLIER_MS + (now.doubtMs ?? 0)) / 1000),
      chargingRateUnit: rateUnitOf(now),
      chargingSchedulePeriod: [period],
    }],
  });
  const isStation = rung.purpose === "ChargingStationMaxProfile";
  return { evseId: isStation ? 0 : place.evseId, chargingProfile };
}

/** How a running limit is taken back when its transaction has ended. */
export type TakingBack =
  | { readonly action: "ClearChargingProfile"; readonly message: { chargingProfileId: number } }
  | {
    readonly action: "SetChargingProfile";
    readonly message: InsideRequest<"SetChargingProfile">;
  };

/**
 * Takes a running limit back when its transaction has ended. A TxProfile ends by itself (1.6 §3.13.1),
 * a default would hold for the next driver until it expires, and what stands in the place of the
 * fail-safe for ever: null where there is nothing to do.
 */
export function takenBack(rung: LimitRung, now: UnitCase): TakingBack | null {
  if (isStanding(rung)) return { action: "SetChargingProfile", message: failSafeProfile(now) };
  return rung.purpose === "TxProfile" ? null : {
    action: "ClearChargingProfile",
    message: { chargingProfileId: profileId(now.place.evseId, rung) },
  };
}

/**
 * Takes the TxProfile of the open transaction back. It would win over a running default (1.6 §3.13.3),
 * and a charger that refuses TxProfiles now may have taken one before.
 */
export function withoutTxProfile(
  { evseId }: Pick<EvsePlace, "evseId">,
): InsideRequest<"ClearChargingProfile"> {
  return { chargingProfileId: profileId(evseId, { purpose: "TxProfile", stackLevel: 0 }) };
}

/** The standing fall-back: on level 0, without end, never rewritten because others changed (ruling 18). */
export function failSafeProfile(now: UnitCase): InsideRequest<"SetChargingProfile"> {
  const { place, quirks } = now;
  const period = periodOf({ limitAmps: place.failSafeAmps }, now);
  return standingProfile(quirks.failSafeOn === "charger" ? 0 : place.evseId, period, now);
}

/**
 * The same dated in the past: some refuse a profile that is relative to a transaction which is not there
 * yet.
 */
export function datedFailSafeProfile(
  now: UnitCase & { readonly chargerWallMs: number },
): InsideRequest<"SetChargingProfile"> {
  const { evseId, chargingProfile } = failSafeProfile(now);
  const startSchedule = isoTime(now.chargerWallMs - 24 * 3_600_000);
  return {
    evseId,
    chargingProfile: {
      ...chargingProfile,
      chargingProfileKind: "Absolute",
      chargingSchedule: chargingProfile.chargingSchedule.map((each) => ({
        ...each,
        startSchedule,
      })),
    },
  };
}

function standingProfile(
  evseId: number,
  period: ChargingSchedulePeriod,
  now: UnitCase,
): InsideRequest<"SetChargingProfile"> {
  return {
    evseId,
    chargingProfile: {
      id: evseId * 10 + 3,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: [{
        id: 1,
        chargingRateUnit: rateUnitOf(now),
        chargingSchedulePeriod: [period],
      }],
    },
  };
}

const ID_KINDS = { TxProfile: 1, TxDefaultProfile: 2, ChargingStationMaxProfile: 4 } as const;

function profileId(evseId: number, { purpose }: LimitRung): number {
  return evseId * 10 + ID_KINDS[purpose];
}

/** The unit in which limits are said to a charger. */
export function rateUnitOf({ features, quirks }: Pick<UnitCase, "features" | "quirks">): "A" | "W" {
  return quirks.rateUnit ?? features.rateUnit;
}

/** The number that goes over the wire for a limit. */
export function saidLimit(limitAmps: number, now: UnitCase, phases?: number): number {
  const amps = sayableAmps(limitAmps, now.quirks);
  const lines = phases ?? now.place.lines.length;
  const value = rateUnitOf(now) === "A" ? amps : amps * now.nominalVoltageV * lines;
  return Math.floor(value * 10 + 1e-6) / 10;
}

/** Down to what the charger can tell apart, and to nothing below what it can offer. */
export function sayableAmps(limitAmps: number, { stepAmps = 0, minAmps = 0 }: ModelQuirks): number {
  const amps = stepAmps > 0 ? Math.floor(limitAmps / stepAmps + 1e-6) * stepAmps : limitAmps;
  return amps < minAmps - 1e-6 ? 0 : amps;
}

function periodOf(
  { limitAmps, numberPhases, phaseToUse }: Omit<WantedLimit, "validForMs">,
  now: UnitCase,
): ChargingSchedulePeriod {
  const limit = saidLimit(limitAmps, now, numberPhases);
  // Left out it means three (1.6 §7.12), by which a charger divides watts.
  const lines = rateUnitOf(now) === "W" && now.place.lines.length < 3
    ? now.place.lines.length
    : null;
  const phases = numberPhases ?? lines;
  return phases === null ? { startPeriod: 0, limit } : {
    startPeriod: 0,
    limit,
    numberPhases: phases,
    // K01.FR.19: with one phase only.
    ...(phases === 1 && phaseToUse !== undefined && { phaseToUse }),
  };
}
