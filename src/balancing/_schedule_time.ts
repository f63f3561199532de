import type { ChargingProfile, ChargingSchedule, ChargingSchedulePeriod } from "../ocpp/mod.ts";

/** The transaction that a schedule may be relative to. */
export interface ProfileSession {
  readonly transactionId: string;
  readonly startedWallMs: number;
}

const RECURRENCE_MS = { Daily: 24 * 3600_000, Weekly: 7 * 24 * 3600_000 } as const;

/** The schedule of a profile. A store accepts only profiles with exactly one. */
export function scheduleOf(profile: ChargingProfile): ChargingSchedule | undefined {
  return profile.chargingSchedule[0];
}

/**
 * The period of a profile that counts at a moment; null while the profile is not valid, has not
 * begun, or is over (its duration has ended: the next lower stack level counts then, 1.6 §5.16.4).
 */
export function periodAt(
  profile: ChargingProfile,
  wallMs: number,
  session: ProfileSession | null,
): ChargingSchedulePeriod | null {
  const schedule = scheduleOf(profile);
  const startMs = startBefore(profile, wallMs, session);
  if (schedule === undefined || startMs === null || !isValidAt(profile, wallMs)) return null;
  const elapsedS = (wallMs - startMs) / 1000;
  if (elapsedS < 0 || elapsedS >= (schedule.duration ?? Infinity)) return null;
  return schedule.chargingSchedulePeriod.findLast((period) => period.startPeriod <= elapsedS) ??
    null;
}

/** Moments after `fromMs` and before `toMs` at which a profile may say something else, unordered. */
export function changesBetween(
  profile: ChargingProfile,
  fromMs: number,
  toMs: number,
  session: ProfileSession | null,
): readonly number[] {
  const schedule = scheduleOf(profile);
  if (schedule === undefined) return [];
  const { validFrom, validTo } = profile;
  const moments = [validFrom, validTo].flatMap((text) =>
    text === undefined ? [] : Date.parse(text)
  );
  for (const startMs of startsBetween(profile, fromMs, toMs, session)) {
    moments.push(startMs);
    if (schedule.duration !== undefined) moments.push(startMs + schedule.duration * 1000);
    for (const { startPeriod } of schedule.chargingSchedulePeriod) {
      moments.push(startMs + startPeriod * 1000);
    }
  }
  return moments.filter((moment) => moment > fromMs && moment < toMs);
}

function isValidAt({ validFrom, validTo }: ChargingProfile, wallMs: number): boolean {
  return (validFrom === undefined || wallMs >= Date.parse(validFrom)) &&
    (validTo === undefined || wallMs < Date.parse(validTo));
}

/** The beginning of the run of the schedule that a moment belongs to; null before the first. */
function startBefore(
  profile: ChargingProfile,
  wallMs: number,
  session: ProfileSession | null,
): number | null {
  const startMs = firstStart(profile, session);
  if (startMs === null || startMs > wallMs) return null;
  const everyMs = recurrenceMs(profile);
  // Whatever is longer than the recurrence is not executed (errata 3.44): the next run replaces it.
  return everyMs === null ? startMs : startMs + Math.floor((wallMs - startMs) / everyMs) * everyMs;
}

function startsBetween(
  profile: ChargingProfile,
  fromMs: number,
  toMs: number,
  session: ProfileSession | null,
): readonly number[] {
  const everyMs = recurrenceMs(profile);
  const firstMs = startBefore(profile, fromMs, session) ?? firstStart(profile, session);
  if (firstMs === null) return [];
  if (everyMs === null) return [firstMs];
  const count = Math.max(0, Math.ceil((toMs - firstMs) / everyMs));
  return Array.from({ length: count }, (_, run) => firstMs + run * everyMs);
}

/** Without `startSchedule`, an absolute schedule is relative to the start of charging (1.6 §7.13). */
function firstStart(profile: ChargingProfile, session: ProfileSession | null): number | null {
  const text = scheduleOf(profile)?.startSchedule;
  const isRelative = profile.chargingProfileKind === "Relative" || text === undefined;
  return isRelative ? session?.startedWallMs ?? null : Date.parse(text);
}

function recurrenceMs(profile: ChargingProfile): number | null {
  const { chargingProfileKind, recurrencyKind } = profile;
  return chargingProfileKind === "Recurring" && recurrencyKind !== undefined
    ? RECURRENCE_MS[recurrencyKind]
    : null;
}
