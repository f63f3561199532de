import { compact } from "../lib/json.ts";
import { isoTime } from "../lib/clock.ts";
import type { ChargingProfile, ChargingProfilePurpose, InsideRequest } from "../ocpp/mod.ts";
import type { ChargerFeatures, EvsePlace } from "../site/mod.ts";

/** A limit for one EVSE, as the balancer wants it. */
export interface WantedLimit {
  readonly limitAmps: number;
  readonly validForMs: number;
}

/** What turning a limit into a profile depends on. */
export interface TacticCase {
  readonly place: EvsePlace;
  readonly features: ChargerFeatures;
  /** The charger's number for the open transaction. */
  readonly transactionNumber: number;
  /** Now, by the charger's clock. */
  readonly chargerWallMs: number;
  readonly nominalVoltageV: number;
}

/** Ways to send a running limit. A charger that refuses one is offered the next, and it is kept. */
export interface ProfileRung {
  readonly purpose: "TxProfile" | "TxDefaultProfile";
  readonly stackLevel: number;
}

/**
 * The ladder for a charger: what the specification wants first, then what real chargers take (ABB
 * Terra AC reports level 3 and accepts only 0; some take no TxProfile at all).
 */
export function profileLadder({ stackLevelMax }: ChargerFeatures): readonly ProfileRung[] {
  const levels = [...new Set([stackLevelMax, Math.min(1, stackLevelMax), 0])];
  return [
    ...levels.map((stackLevel): ProfileRung => ({ purpose: "TxProfile", stackLevel })),
    // The standing fail-safe lies on level 0, so a running default needs a level above it.
    ...levels.filter((level) => level > 0)
      .map((stackLevel): ProfileRung => ({ purpose: "TxDefaultProfile", stackLevel })),
  ];
}

/** Started a little in the past, so that a clock that lags a second does not delay the limit. */
const START_EARLIER_MS = 5_000;

/**
 * The running limit: absolute, and over by itself when it is not renewed (ruling 21). Its id is fixed
 * by EVSE and purpose, so that each one replaces the one before.
 */
export function runningProfile(
  limit: WantedLimit,
  rung: ProfileRung,
  now: TacticCase,
): InsideRequest<"SetChargingProfile"> {
  const { place, transactionNumber } = now;
  const isTx = rung.purpose === "TxProfile";
  const chargingProfile: ChargingProfile = compact({
    id: profileId(place.evseId, rung.purpose, rung.stackLevel > 0),
    stackLevel: rung.stackLevel,
    chargingProfilePurpose: rung.purpose,
    chargingProfileKind: "Absolute" as const,
    transactionId: isTx ? String(transactionNumber) : undefined,
    chargingSchedule: [{
      id: 1,
      startSchedule: isoTime(now.chargerWallMs - START_EARLIER_MS),
      duration: Math.ceil((limit.validForMs + START_EARLIER_MS) / 1000),
      chargingRateUnit: now.features.rateUnit,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: inUnit(limit.limitAmps, now) }],
    }],
  });
  return { evseId: place.evseId, chargingProfile };
}

/**
 * Takes a running limit back when its transaction has ended. A TxProfile ends by itself (1.6 §3.13.1),
 * a default would hold for the next driver until it expires: null where there is nothing to do.
 */
export function takenBack(
  { evseId }: EvsePlace,
  { purpose, stackLevel }: ProfileRung,
): InsideRequest<"ClearChargingProfile"> | null {
  return purpose === "TxProfile"
    ? null
    : { chargingProfileId: profileId(evseId, purpose, stackLevel > 0) };
}

/**
 * Takes the TxProfile of the open transaction back. It would win over a running default (1.6 §3.13.3),
 * and a charger that refuses TxProfiles now may have taken one before.
 */
export function withoutTxProfile(
  { evseId }: Pick<EvsePlace, "evseId">,
): InsideRequest<"ClearChargingProfile"> {
  return { chargingProfileId: profileId(evseId, "TxProfile", false) };
}

/** The standing fall-back: on level 0, without end, never rewritten because others changed (ruling 18). */
export function failSafeProfile(
  now: Omit<TacticCase, "transactionNumber" | "chargerWallMs">,
): InsideRequest<"SetChargingProfile"> {
  const { place } = now;
  return {
    evseId: place.evseId,
    chargingProfile: {
      id: profileId(place.evseId, "TxDefaultProfile", false),
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: [{
        id: 1,
        chargingRateUnit: now.features.rateUnit,
        chargingSchedulePeriod: [{ startPeriod: 0, limit: inUnit(place.failSafeAmps, now) }],
      }],
    },
  };
}

function profileId(evseId: number, purpose: ChargingProfilePurpose, stacked: boolean): number {
  const kind = purpose === "TxProfile" ? 1 : stacked ? 2 : 3;
  return evseId * 10 + kind;
}

/** Watts by nominal voltage and the lines that are really there, rounded down to tenths. */
function inUnit(
  amps: number,
  { features, place, nominalVoltageV }: Pick<
    TacticCase,
    "features" | "place" | "nominalVoltageV"
  >,
): number {
  const value = features.rateUnit === "A" ? amps : amps * nominalVoltageV * place.lines.length;
  return Math.floor(value * 10 + 1e-6) / 10;
}
