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

/** Those that begin within some days, counted from 1; times count from the first of them. */
export function sessionsOfDays(
  sessions: readonly AcnSession[],
  first: number,
  last: number,
): readonly AcnSession[] {
  const [fromMs, toMs] = [(first - 1) * DAY_MS, last * DAY_MS];
  return from(sessions.filter(({ arrivesMs }) => arrivesMs >= fromMs && arrivesMs < toMs), fromMs);
}

/**
 * Cuts sessions into parts that can be played beside each other: each of about the same time, and cut
 * before an arrival at which fewest EVs are still there. Who is goes on to the end with the part in which
 * he came. Times count from the first arrival of each.
 */
export function partsOf(
  sessions: readonly AcnSession[],
  count: number,
): readonly (readonly AcnSession[])[] {
  const inOrder = sessions.toSorted((a, b) => a.arrivesMs - b.arrivesMs);
  const [firstMs, lastMs] = [inOrder[0]?.arrivesMs ?? 0, inOrder.at(-1)?.arrivesMs ?? 0];
  const eachMs = (lastMs - firstMs) / count;
  const cutsMs = Array.from({ length: count - 1 }, (_, index) => {
    const aboutMs = firstMs + (index + 1) * eachMs;
    const near = inOrder.filter(({ arrivesMs }) => Math.abs(arrivesMs - aboutMs) <= eachMs / 4)
      .map(({ arrivesMs: atMs }) => ({ atMs, stay: whoStays(inOrder, atMs) }));
    return near.toSorted((a, b) => a.stay - b.stay || a.atMs - b.atMs)[0]?.atMs ?? aboutMs;
  });
  const bounds = [firstMs, ...cutsMs, Infinity];
  return bounds.slice(1).map((toMs, index) => {
    const fromMs = bounds[index] ?? 0;
    const own = inOrder.filter(({ arrivesMs }) => arrivesMs >= fromMs && arrivesMs < toMs);
    return from(own, fromMs);
  }).filter((part) => part.length > 0);
}

function whoStays(sessions: readonly AcnSession[], atMs: number): number {
  return sessions.filter(({ arrivesMs, leavesMs }) => arrivesMs < atMs && leavesMs > atMs).length;
}

function from(sessions: readonly AcnSession[], startMs: number): readonly AcnSession[] {
  return sessions.map((each) => ({
    ...each,
    arrivesMs: each.arrivesMs - startMs,
    leavesMs: each.leavesMs - startMs,
  }));
}
