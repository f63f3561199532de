import type { ChargingProfile, ChargingSchedule } from "../ocpp/mod.ts";

/** What a profile may look like here: what the CSMS can read in the smart charging variables. */
export interface ProfileRules {
  readonly slots: readonly number[];
  /** 1.6 ChargeProfileMaxStackLevel. */
  readonly maxStackLevel: number;
  /** 1.6 ChargingScheduleMaxPeriods. */
  readonly maxPeriods: number;
  /** 1.6 MaxChargingProfilesInstalled, over all slots. */
  readonly maxProfiles: number;
  /** 1.6 ChargingScheduleAllowedChargingRateUnit. */
  readonly rateUnits: readonly ChargingSchedule["chargingRateUnit"][];
}

/** Why a profile is not taken. */
export interface ProfileProblem {
  readonly kind:
    | "unknown-slot"
    | "purpose-not-here"
    | "unsupported-purpose"
    | "unsupported-kind"
    | "unsupported-feature"
    | "unsupported-rate-unit"
    | "stack-level-out-of-range"
    | "invalid-schedule"
    | "too-many-periods"
    | "too-many-profiles"
    | "no-transaction"
    | "other-transaction";
  /** The value at fault, for a person to read. */
  readonly detail: string;
}

/** Finds what is wrong with a profile in itself, whatever is installed or charging. */
export function profileProblem(
  slot: number,
  profile: ChargingProfile,
  rules: ProfileRules,
): ProfileProblem | null {
  if (slot !== 0 && !rules.slots.includes(slot)) return problem("unknown-slot", `${slot}`);
  const { stackLevel, chargingSchedule } = profile;
  if (!Number.isInteger(stackLevel) || stackLevel < 0 || stackLevel > rules.maxStackLevel) {
    return problem("stack-level-out-of-range", `${stackLevel}`);
  }
  const [schedule, second] = chargingSchedule;
  if (schedule === undefined) return problem("invalid-schedule", "no schedule");
  // Alternatives for an EV to choose from (ISO 15118): the gateway is not the one who chooses.
  if (second !== undefined) return problem("unsupported-feature", "several schedules");
  return purposeProblem(slot, profile) ?? kindProblem(profile, schedule) ??
    dateProblem(profile, schedule) ?? scheduleProblem(schedule, rules);
}

/** A problem, to be told. */
export function problem(kind: ProfileProblem["kind"], detail: string): ProfileProblem {
  return { kind, detail };
}

function purposeProblem(slot: number, profile: ChargingProfile): ProfileProblem | null {
  const { chargingProfilePurpose: purpose } = profile;
  switch (purpose) {
    case "ChargingStationMaxProfile":
      return slot === 0 ? null : problem("purpose-not-here", `${purpose} on ${slot}`);
    case "TxProfile":
      return slot > 0 ? null : problem("purpose-not-here", `${purpose} on 0`);
    case "TxDefaultProfile":
      return null;
    case "ChargingStationExternalConstraints":
    case "LocalGeneration":
    case "PriorityCharging":
      return problem("unsupported-purpose", purpose);
  }
}

function kindProblem(
  profile: ChargingProfile,
  schedule: ChargingSchedule,
): ProfileProblem | null {
  const { chargingProfileKind: kind, chargingProfilePurpose: purpose, recurrencyKind } = profile;
  if (kind === "Dynamic") return problem("unsupported-kind", kind);
  if (kind === "Relative" && purpose === "ChargingStationMaxProfile") {
    // No transaction starts it (K01.FR.38).
    return problem("unsupported-kind", `${kind} ${purpose}`);
  }
  const recurs = recurrencyKind !== undefined && schedule.startSchedule !== undefined;
  if (kind === "Recurring" && !recurs) {
    return problem("invalid-schedule", "recurring without recurrencyKind and startSchedule");
  }
  return null;
}

function dateProblem(
  profile: ChargingProfile,
  schedule: ChargingSchedule,
): ProfileProblem | null {
  const dates = [profile.validFrom, profile.validTo, schedule.startSchedule];
  const wrong = dates.find((date) => date !== undefined && Number.isNaN(Date.parse(date)));
  return wrong === undefined ? null : problem("invalid-schedule", `date ${wrong}`);
}

function scheduleProblem(schedule: ChargingSchedule, rules: ProfileRules): ProfileProblem | null {
  const { chargingRateUnit, chargingSchedulePeriod: periods, duration } = schedule;
  if (!rules.rateUnits.includes(chargingRateUnit)) {
    return problem("unsupported-rate-unit", chargingRateUnit);
  }
  // What we would have to ignore could only be ignored in the dangerous direction.
  if (schedule.useLocalTime) return problem("unsupported-feature", "useLocalTime");
  if (schedule.limitAtSoC) return problem("unsupported-feature", "limitAtSoC");
  if (duration !== undefined && !(duration >= 0)) {
    return problem("invalid-schedule", `duration ${duration}`);
  }
  if (periods.length > rules.maxPeriods) return problem("too-many-periods", `${periods.length}`);
  return periodsProblem(periods);
}

function periodsProblem(
  periods: ChargingSchedule["chargingSchedulePeriod"],
): ProfileProblem | null {
  if (periods[0]?.startPeriod !== 0) {
    return problem("invalid-schedule", "the first period does not start at 0");
  }
  for (const [index, period] of periods.entries()) {
    const { startPeriod, numberPhases = 3, operationMode = "ChargingOnly" } = period;
    const before = periods[index - 1]?.startPeriod ?? -1;
    if (!(startPeriod > before)) {
      return problem("invalid-schedule", `period at ${startPeriod} s after one at ${before} s`);
    }
    const limits = [period.limit ?? NaN, period.limit_L2 ?? 0, period.limit_L3 ?? 0];
    if (!limits.every((limit) => limit >= 0 && limit < Infinity)) {
      return problem("invalid-schedule", `limit of the period at ${startPeriod} s`);
    }
    if (![1, 2, 3].includes(numberPhases)) {
      return problem("invalid-schedule", `numberPhases ${numberPhases}`);
    }
    if (operationMode !== "ChargingOnly") return problem("unsupported-feature", operationMode);
  }
  return null;
}
