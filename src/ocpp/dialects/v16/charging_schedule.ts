import { compact } from "../../../lib/json.ts";
import type { ChargingSchedulePeriod } from "../../inside.ts";
import type { Requests16 } from "../../messages/mod.ts";
import type { NoteGiver, NoteTaker, Translation } from "../codec.ts";
import { optional } from "../translations.ts";

/** A schedule in 1.6. */
export type Schedule16 = Requests16["SetChargingProfile"]["csChargingProfiles"]["chargingSchedule"];
type Period16 = Schedule16["chargingSchedulePeriod"][number];

/** More than any site has, and little enough that a double holds every tenth below it. */
const LIMIT_MAX = 1e8;

/** Rounds down to the one decimal that 1.6 allows: a limit must not grow on the way. */
export function wholeTenths(limit: number): number {
  const bounded = Math.min(Math.max(limit, 0), LIMIT_MAX);
  // 6.1 × 10 is a hair below 61 in floating point.
  return Math.floor(bounded * 10 + 1e-6) / 10;
}

/** A limit or a least rate, in amperes or watts. */
export const rate: Translation<number, number> = {
  read: (limit) => limit,
  write: wholeTenths,
  isSayable: (limit) =>
    Math.abs(limit) <= LIMIT_MAX && wholeTenths(Math.abs(limit)) === Math.abs(limit),
};

export const optionalRate = optional(rate);

/** 2.1 knows 0 to 3 phases; absent means 3 on both sides. */
const phaseCount: Translation<number | undefined, number | undefined> = {
  read: (count) => count !== undefined && count >= 0 && count <= 3 ? count : undefined,
  write: (count) => count,
};

/**
 * Reads the periods of a schedule. 2.1 wants at least one: where 1.6 gives none, it is one that says
 * no limit.
 */
export function readPeriods(wire: readonly Period16[], notes: NoteTaker): ChargingSchedulePeriod[] {
  if (wire.length === 0) {
    const none = [{ startPeriod: 0 }];
    notes.keep(none, wire);
    return none;
  }
  return wire.map(({ startPeriod, limit, numberPhases }, index) => {
    const below = notes.below(String(index));
    return compact({
      startPeriod,
      limit: below.read("limit", rate, limit),
      numberPhases: below.read("numberPhases", phaseCount, numberPhases),
    });
  });
}

/** The inverse of `readPeriods`. */
export function writePeriods(
  inside: readonly ChargingSchedulePeriod[],
  notes: NoteGiver,
): Period16[] {
  return notes.recall(inside, () =>
    inside.map((period, index) => {
      const below = notes.below(String(index));
      return compact({
        startPeriod: period.startPeriod,
        limit: below.write("limit", rate, limitOf(period)),
        numberPhases: below.write("numberPhases", phaseCount, period.numberPhases),
      });
    }));
}

/**
 * 1.6 has one limit for all phases, so it is the lowest of 2.1's three. A period that 2.1 steers by
 * a set point instead has that for its limit, and nothing at all is 0: rather too little than too
 * much.
 */
function limitOf(
  { limit, limit_L2, limit_L3, setpoint, setpoint_L2, setpoint_L3 }: ChargingSchedulePeriod,
): number {
  const limits = present([limit, limit_L2, limit_L3]);
  const setpoints = present([setpoint, setpoint_L2, setpoint_L3]);
  const chosen = limits.length > 0 ? limits : setpoints;
  return chosen.length > 0 ? Math.min(...chosen) : 0;
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}
