import { PILOT_MIN_AMPS } from "../ev.ts";

/**
 * Shares what the whole station may draw between its connectors: nobody more than he wants, the rest
 * alike. Where there is not enough for all to charge, the later ones get nothing (1.6 §3.13.3).
 *
 * @returns amperes per phase, in the order of `wishesAmps`
 */
export function shareAmps(limitAmps: number, wishesAmps: readonly number[]): readonly number[] {
  const served: number[] = [];
  for (const [index, wish] of wishesAmps.entries()) {
    const hasRoom = (served.length + 1) * PILOT_MIN_AMPS <= limitAmps;
    if (wish >= PILOT_MIN_AMPS && hasRoom) served.push(index);
  }
  const level = waterLevel(limitAmps, served.map((index) => wishesAmps[index] ?? 0));
  return wishesAmps.map((wish, index) => served.includes(index) ? Math.min(wish, level) : 0);
}

/** The level up to which all wishes can be met together. */
function waterLevel(limitAmps: number, wishesAmps: readonly number[]): number {
  let restAmps = limitAmps;
  const ordered = wishesAmps.toSorted((left, right) => left - right);
  for (const [index, wish] of ordered.entries()) {
    const level = restAmps / (ordered.length - index);
    if (wish > level) return level;
    restAmps -= wish;
  }
  return Number.POSITIVE_INFINITY;
}
