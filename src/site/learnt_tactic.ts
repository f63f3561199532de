/** A form of charging profile that a charger takes a running limit in. */
export interface LimitRung {
  /** ChargingStationMaxProfile (1.6: ChargePointMaxProfile) where it has one EVSE only. */
  readonly purpose: "TxProfile" | "TxDefaultProfile" | "ChargingStationMaxProfile";
  readonly stackLevel: number;
}

/** How a charger was found to take limits. */
export interface LearntTactic {
  /** Its vendor, model and firmware then: it holds for no other. */
  readonly of: string;
  /** The form in which it took its last limit; absent before the first. */
  readonly rung?: LimitRung;
  /** Its own composite schedule has shown that a limit of ours ends by itself. */
  readonly expiryShown?: true;
  /** It says nothing at all to GetCompositeSchedule: it is not asked again. */
  readonly noSchedule?: true;
  /** It knows no TriggerMessage. */
  readonly noTriggers?: true;
  /** It took these measurands, after it had refused more. */
  readonly measurands?: readonly string[];
}

/** The standing fail-safe limit of one EVSE. */
export interface InstalledFailSafe {
  readonly evseId: number;
  readonly amps: number;
  /** How it was seen to be in force: `schedule`: the charger says so itself; null: not yet. */
  readonly verifiedBy: "schedule" | "current" | null;
  /** Sessions at whose start it was looked for in vain. */
  readonly tries?: number;
}

/** What the gateway remembers of how a charger takes limits. */
export interface ChargerTactic {
  readonly chargerId: string;
  /** How it takes limits; absent before it took the first. */
  readonly learnt?: LearntTactic;
  /** What stands at it for when nobody tells it anything; absent before that was installed. */
  readonly failSafes?: readonly InstalledFailSafe[];
  /** Profiles of whoever was here before us may be on it still; absent: they are cleared. */
  readonly hasStrangeProfiles?: true;
  /** How often limits were written to it lately, by EVSE. */
  readonly profileWrites?: Readonly<Record<string, HourlyCount>>;
}

/** How often something happened in each of the last hours. */
export interface HourlyCount {
  /** When the newest hour began, Unix milliseconds. */
  readonly hourMs: number;
  /** The newest hour first; at most 24. */
  readonly counts: readonly number[];
}

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Counts one more. A clock that was put back counts on in the newest hour. */
export function countOne(before: HourlyCount | undefined, nowWallMs: number): HourlyCount {
  const { hourMs, counts } = rolled(before, nowWallMs);
  return { hourMs, counts: [(counts[0] ?? 0) + 1, ...counts.slice(1)] };
}

/** How many in the last day, to within an hour. */
export function countedLately(count: HourlyCount | undefined, nowWallMs: number): number {
  return rolled(count, nowWallMs).counts.reduce((sum, each) => sum + each, 0);
}

function rolled(before: HourlyCount | undefined, nowWallMs: number): HourlyCount {
  const hourMs = Math.floor(nowWallMs / HOUR_MS) * HOUR_MS;
  if (before === undefined) return { hourMs, counts: [0] };
  if (hourMs <= before.hourMs) return before;
  const passed = Math.min(HOURS, Math.round((hourMs - before.hourMs) / HOUR_MS));
  const empty = Array.from({ length: passed }, () => 0);
  return { hourMs, counts: [...empty, ...before.counts].slice(0, HOURS) };
}
