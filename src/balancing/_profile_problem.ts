import type { ChargingProfile, ChargingSchedule } from "../ocpp/mod.ts";
import type { Line } from "../site/mod.ts";

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
  /**
   * What the CSMS speaks; absent: 1.6. Under 1.6 a profile takes the place of another on its stack
   * level, and may leave out its start; 2.x refuses both.
   */
  readonly spoken?: "1.6" | "2.x";
  /** By slot, how it is connected; of a slot that is missing nobody knows. */
  readonly sockets?: ReadonlyMap<number, ProfileSocket>;
}

/** What a profile may ask of the phases of a slot. */
export interface ProfileSocket {
  readonly lines: readonly Line[];
  /** It can charge an EV with three phases on one of them. */
  readonly switchesPhases: boolean;
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
    | "unsupported-phases"
    | "invalid-profile"
    | "duplicate-profile"
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
  return purposeProblem(slot, profile) ?? kindProblem(profile, schedule, rules) ??
    dateProblem(profile, schedule) ?? scheduleProblem(schedule, rules) ??
    phaseProblem(slot, schedule, rules);
}

/** What to say in `statusInfo` (2.1 part 2, appendix 5). */
export const REASON_CODES: Readonly<Record<ProfileProblem["kind"], string>> = {
  "unknown-slot": "UnknownEvse",
  "purpose-not-here": "InvalidProfile",
  "unsupported-purpose": "UnsupportedPurpose",
  "unsupported-kind": "UnsupportedKind",
  "unsupported-feature": "InvalidSchedule",
  "unsupported-rate-unit": "UnsupportedRateUnit",
  "unsupported-phases": "InvalidSchedule",
  "stack-level-out-of-range": "InvalidStackLevel",
  "invalid-profile": "InvalidProfile",
  "invalid-schedule": "InvalidSchedule",
  "duplicate-profile": "DuplicateProfile",
  "too-many-periods": "InvalidSchedule",
  "too-many-profiles": "TooManyElements",
  "no-transaction": "TxNotFound",
  "other-transaction": "TxNotFound",
};

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
  { spoken }: ProfileRules,
): ProfileProblem | null {
  const { chargingProfileKind: kind, chargingProfilePurpose: purpose, recurrencyKind } = profile;
  const hasStart = schedule.startSchedule !== undefined;
  if (kind === "Dynamic") return problem("unsupported-kind", kind);
  if (kind === "Relative" && purpose === "ChargingStationMaxProfile") {
    // No transaction starts it (K01.FR.38).
    return problem("unsupported-kind", `${kind} ${purpose}`);
  }
  if (profile.dynUpdateInterval !== undefined || profile.dynUpdateTime !== undefined) {
    // K01.FR.122: they belong to dynamic profiles only.
    return problem("invalid-profile", `dynamic updates of a profile that is ${kind}`);
  }
  if (spoken === "2.x" && hasStart === (kind === "Relative")) {
    // K01.FR.40 and 41. 1.6 lets both begin with the transaction.
    return problem("invalid-schedule", `${kind} ${hasStart ? "with" : "without"} startSchedule`);
  }
  const recurs = recurrencyKind !== undefined && hasStart;
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
  if ((schedule.randomizedDelay ?? 0) > 0) return problem("unsupported-feature", "randomizedDelay");
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
    if (period.evseSleep) return problem("unsupported-feature", "evseSleep");
    if (operationMode !== "ChargingOnly") return problem("unsupported-feature", operationMode);
  }
  return null;
}

/** A phase that the EVSE would not use, or more phases than the CSMS allows. */
function phaseProblem(
  slot: number,
  { chargingSchedulePeriod }: ChargingSchedule,
  { sockets = new Map(), slots, spoken }: ProfileRules,
): ProfileProblem | null {
  for (const { numberPhases = 3, phaseToUse } of chargingSchedulePeriod) {
    if (phaseToUse !== undefined && numberPhases !== 1) {
      return problem("invalid-schedule", `phaseToUse with ${numberPhases} phases`);
    }
    for (const each of slot === 0 ? slots : [slot]) {
      const socket = sockets.get(each);
      if (socket === undefined) continue;
      const { lines, switchesPhases } = socket;
      // K01.FR.20 and 48: no charger of ours can be told on which phase to charge.
      const isOther = phaseToUse !== undefined && lines.join() !== `L${phaseToUse}`;
      if (isOther) return problem("unsupported-phases", `phaseToUse ${phaseToUse} on ${each}`);
      // K01.FR.43: nobody can keep an EV from using all the phases that there are. 1.6 does not ask.
      if (spoken === "2.x" && numberPhases < lines.length && !switchesPhases) {
        return problem("unsupported-phases", `numberPhases ${numberPhases} on ${each}`);
      }
    }
  }
  return null;
}
