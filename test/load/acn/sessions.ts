import { acnFolder, readSessions } from "../../bench/load/acn_data.ts";

/** One EV at one station; times in milliseconds, since the first of the month or of some days. */
export interface AcnSession {
  readonly station: string;
  readonly arrivesMs: number;
  readonly leavesMs: number;
  readonly energyWh: number;
}

export const PERIOD_MS = 300_000;
const DAY_MS = 86_400_000;

/** The sessions in the order of their arrivals; null where the data is not on this machine. */
export function readAcnSessions(): readonly AcnSession[] | null {
  const folder = acnFolder();
  if (folder === null) return null;
  return readSessions(folder).map(({ station, arrival, departure, energyKwh }) => ({
    station,
    arrivesMs: arrival * PERIOD_MS,
    leavesMs: departure * PERIOD_MS,
    energyWh: energyKwh * 1_000,
  }));
}

/** Those that begin and end within some days, counted from 1; times count from the first of them. */
export function sessionsOfDays(
  sessions: readonly AcnSession[],
  first: number,
  last: number,
): readonly AcnSession[] {
  const [fromMs, toMs] = [(first - 1) * DAY_MS, last * DAY_MS];
  return sessions.filter(({ arrivesMs, leavesMs }) => arrivesMs >= fromMs && leavesMs <= toMs)
    .map((each) => ({
      ...each,
      arrivesMs: each.arrivesMs - fromMs,
      leavesMs: each.leavesMs - fromMs,
    }));
}
