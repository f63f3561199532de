import type { Requests16 } from "../../ocpp/messages/mod.ts";

/** A charging profile as 1.6 sends it. */
export type ChargingProfile16 = Requests16["SetChargingProfile"]["csChargingProfiles"];

/** A limit in amperes per phase, on so many phases. */
export interface PhaseLimit {
  readonly amps: number;
  readonly phases: number;
}

/** What a profile's meaning depends on besides itself. All times by the station's clock. */
export interface ScheduleCase {
  readonly profile: ChargingProfile16;
  /** When the station took it. */
  readonly installedMs: number;
  /** When charging began; where it has not, the moment from which it might. */
  readonly startedMs: number;
  /** The voltage set for the area, not the measured one (1.6 §7.12). */
  readonly volts: number;
}

const SECOND_MS = 1_000;
const RECURRENCE_MS = { Daily: 86_400_000, Weekly: 604_800_000 } as const;

/** Where `numberPhases` is left out three are meant (1.6 §7.12, §7.14). */
const DEFAULT_PHASES = 3;

/** The limit that a profile sets at a moment; null where it says nothing, so that others count. */
export function limitAt(situation: ScheduleCase, atMs: number): PhaseLimit | null {
  const { profile, volts } = situation;
  if (!isValid(profile, atMs)) return null;
  const elapsedMs = elapsedAt(situation, atMs);
  const { duration = Number.POSITIVE_INFINITY, chargingSchedulePeriod, chargingRateUnit } =
    profile.chargingSchedule;
  if (elapsedMs < 0 || elapsedMs >= duration * SECOND_MS) return null;
  const period = chargingSchedulePeriod.findLast((each) =>
    each.startPeriod * SECOND_MS <= elapsedMs
  );
  if (period === undefined) return null;
  const phases = period.numberPhases ?? DEFAULT_PHASES;
  // Errata 3.34: the limit holds as given, however few of its phases can be used.
  return {
    amps: chargingRateUnit === "A" ? period.limit : period.limit / (volts * phases),
    phases,
  };
}

/** The moments after `fromMs` and before `untilMs` at which `limitAt` may change. */
export function changesBetween(
  situation: ScheduleCase,
  fromMs: number,
  untilMs: number,
): readonly number[] {
  const { profile } = situation;
  const { duration, chargingSchedulePeriod } = profile.chargingSchedule;
  const offsets = [0, duration ?? 0, ...chargingSchedulePeriod.map((each) => each.startPeriod)];
  const moments = [timeOf(profile.validFrom), timeOf(profile.validTo)];
  const periodMs = recurrenceMs(profile);
  const startMs = startOf(situation);
  // One recurrence earlier, since its periods may reach into the time that is looked at.
  const first = periodMs === null ? 0 : Math.floor((fromMs - startMs) / periodMs);
  const last = periodMs === null ? 0 : Math.ceil((untilMs - startMs) / periodMs);
  for (let round = first; round <= last; round++) {
    const roundMs = startMs + round * (periodMs ?? 0);
    moments.push(...offsets.map((offset) => roundMs + offset * SECOND_MS));
  }
  return moments.filter((atMs): atMs is number => atMs !== null && atMs > fromMs && atMs < untilMs);
}

function isValid({ validFrom, validTo }: ChargingProfile16, atMs: number): boolean {
  return atMs >= (timeOf(validFrom) ?? Number.NEGATIVE_INFINITY) &&
    atMs < (timeOf(validTo) ?? Number.POSITIVE_INFINITY);
}

function elapsedAt(situation: ScheduleCase, atMs: number): number {
  const sinceMs = atMs - startOf(situation);
  // What has begun has begun, also where the station's clock was put back behind its beginning.
  const elapsedMs = hasOwnStart(situation) ? sinceMs : Math.max(0, sinceMs);
  const periodMs = recurrenceMs(situation.profile);
  return periodMs === null || elapsedMs < 0 ? elapsedMs : elapsedMs % periodMs;
}

/**
 * Relative schedules, and absolute ones without a start, begin with the charging (1.6 §7.13); where
 * there is none to begin with, as for the whole station, with their installation.
 */
function startOf({ profile, startedMs, installedMs }: ScheduleCase): number {
  const { chargingProfileKind, chargingProfilePurpose, chargingSchedule } = profile;
  const fallbackMs = chargingProfilePurpose === "ChargePointMaxProfile" ? installedMs : startedMs;
  if (chargingProfileKind === "Relative") return fallbackMs;
  return timeOf(chargingSchedule.startSchedule) ?? fallbackMs;
}

function hasOwnStart({ profile }: ScheduleCase): boolean {
  const { chargingProfileKind, chargingSchedule } = profile;
  return chargingProfileKind !== "Relative" && chargingSchedule.startSchedule !== undefined;
}

function recurrenceMs(profile: ChargingProfile16): number | null {
  if (profile.chargingProfileKind !== "Recurring") return null;
  return RECURRENCE_MS[profile.recurrencyKind ?? "Daily"];
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text);
}
