import { allocate, type Capacity, type Claim } from "../../../src/balancing/allocation/mod.ts";
import { type AcnSession, PERIOD_MS } from "./sessions.ts";

/** Line to line. */
export const ACN_VOLTS = 208;
/** What an EV of the data takes at most: 6.6 kW. */
export const EV_MAX_AMPS = 6_600 / ACN_VOLTS;
export const MIN_AMPS = 6;

/** An EV that is on its way to what it wants. */
interface Charging {
  readonly session: AcnSession;
  readonly id: number;
  receivedWh: number;
}

/**
 * What the allocator alone would deliver: every five minutes the whole amperes that there are, to those who
 * are there and not full, who obey at once and to the ampere. Part of the energy asked for, 0 to 1.
 */
export function pureDelivery(sessions: readonly AcnSession[], capacityKw: number): number {
  const capacity: Capacity = {
    limit: capacityKw * 1_000,
    baseRe: 0,
    baseIm: 0,
    isPhasor: false,
  };
  const draws = [{ capacity: 0, re: ACN_VOLTS, im: 0 }];
  const all = sessions.map((session, id): Charging => ({ session, id, receivedWh: 0 }));
  const endMs = Math.max(...sessions.map(({ leavesMs }) => leavesMs));
  for (let nowMs = 0; nowMs < endMs; nowMs += PERIOD_MS) {
    const hungry = all.filter(({ session, receivedWh }) =>
      session.arrivesMs <= nowMs && nowMs < session.leavesMs && receivedWh < session.energyWh - 1
    );
    // Who has had least goes first where not everybody can have the minimum.
    const inTurn = hungry.toSorted((a, b) => a.receivedWh - b.receivedWh || a.id - b.id);
    const claims = inTurn.map((_, id): Claim => ({
      id,
      minAmps: MIN_AMPS,
      maxAmps: 32,
      step: 1,
      priority: 0,
      laxityMs: Infinity,
      draws,
    }));
    const given = allocate(claims, [capacity]);
    for (const [index, ev] of inTurn.entries()) {
      const amps = Math.min(given[index] ?? 0, EV_MAX_AMPS);
      const takenWh = amps * ACN_VOLTS * PERIOD_MS / 3_600_000;
      ev.receivedWh = Math.min(ev.session.energyWh, ev.receivedWh + takenWh);
    }
  }
  return partOf(all.map(({ receivedWh }) => receivedWh), sessions);
}

/** What was delivered of what was asked for. */
export function partOf(receivedWh: readonly number[], sessions: readonly AcnSession[]): number {
  return receivedWh.reduce((sum, wh) => sum + wh, 0) / askedWh(sessions);
}

/** All the energy asked for. */
export function askedWh(sessions: readonly AcnSession[]): number {
  return sessions.reduce((sum, { energyWh }) => sum + energyWh, 0);
}
