import type { BalancerOptions } from "./facts.ts";
import type { Row } from "./_board.ts";
import type { Standing } from "./_standing.ts";
import { TINY_AMPS, weightOn } from "./_water_level.ts";

/** True for an EVSE that has at least its minimum current now. */
export function isServed(standing: Standing): boolean {
  return standing.keepAmps >= standing.place.minCurrentAmps - TINY_AMPS;
}

/**
 * Chooses who gets a minimum current: all of it or nothing. Whoever has one keeps it as long as it
 * fits, and the others come in the order of waiting. Who waited `rotationOffMs` may take the place
 * of those who charged longest, and at least `rotationOnMs`. By priority, higher goes first in all
 * of this, and gives way to nobody lower.
 */
export function takeTurns(
  candidates: readonly Standing[],
  options: BalancerOptions,
  nowMs: number,
): ReadonlySet<Standing> {
  const room = freeRoom(candidates);
  const chosen = new Set<Standing>();
  for (const standing of inOrder(candidates, options, nowMs)) {
    if (room.fits(standing)) {
      room.take(standing);
      chosen.add(standing);
    }
  }
  for (const waiting of longestWaiting(candidates, chosen, options, nowMs)) {
    makePlace(waiting, chosen, room, options, nowMs);
  }
  return chosen;
}

/** The lines of circuits while minimum currents are taken from them. */
interface Room {
  fits(standing: Standing): boolean;
  take(standing: Standing): void;
  giveBack(standing: Standing): void;
}

function freeRoom(candidates: readonly Standing[]): Room {
  const left = new Map<Row, { tightAmps: number; looseAmps: number }>();
  for (const { rows } of candidates) {
    for (const row of rows) {
      if (!left.has(row)) left.set(row, { tightAmps: row.tightAmps, looseAmps: row.looseAmps });
    }
  }
  const take = (standing: Standing, times: 1 | -1) => {
    const { rows, place } = standing;
    for (const row of rows) {
      const of = left.get(row);
      if (of === undefined) continue;
      of.tightAmps -= times * weightOn(row, standing) * place.minCurrentAmps;
      of.looseAmps -= times * place.minCurrentAmps;
    }
  };
  return {
    fits(standing) {
      const { rows, place } = standing;
      return rows.every((row) => {
        const { tightAmps, looseAmps } = left.get(row) ?? row;
        // A small change of the other load is no reason to pause an EV, nor to start one.
        if (looseAmps < place.minCurrentAmps - TINY_AMPS) return false;
        const neededAmps = weightOn(row, standing) * place.minCurrentAmps;
        return isServed(standing) || tightAmps >= neededAmps - TINY_AMPS;
      });
    },
    take: (standing) => take(standing, 1),
    giveBack: (standing) => take(standing, -1),
  };
}

function inOrder(
  candidates: readonly Standing[],
  options: BalancerOptions,
  nowMs: number,
): readonly Standing[] {
  return candidates.toSorted((a, b) =>
    rank(b, options) - rank(a, options) ||
    Number(isServed(b)) - Number(isServed(a)) ||
    (isServed(a) ? byNeed(a, b, nowMs) : sinceMs(a, nowMs) - sinceMs(b, nowMs)) ||
    a.place.slot - b.place.slot
  );
}

/** Of those who charge, EVs that sleep stand back, then the ones that charged longest. */
function byNeed(a: Standing, b: Standing, nowMs: number): number {
  return Number(sleeps(a)) - Number(sleeps(b)) || sinceMs(b, nowMs) - sinceMs(a, nowMs);
}

function rank(standing: Standing, options: BalancerOptions): number {
  return options.strategy === "priority" ? standing.place.priority : 0;
}

function sleeps(standing: Standing): boolean {
  return standing.memory.facts?.suspendedByEv ?? false;
}

/** Since when it charges or waits. */
function sinceMs(standing: Standing, nowMs: number): number {
  const { chargingSinceMs, waitingSinceMs } = standing.memory;
  return (isServed(standing) ? chargingSinceMs : waitingSinceMs) ?? nowMs;
}

function longestWaiting(
  candidates: readonly Standing[],
  chosen: ReadonlySet<Standing>,
  options: BalancerOptions,
  nowMs: number,
): readonly Standing[] {
  const { rotationOffMs } = options.timing;
  return candidates.filter((standing) => {
    const { waitingSinceMs } = standing.memory;
    return !chosen.has(standing) && waitingSinceMs !== null &&
      nowMs - waitingSinceMs >= rotationOffMs;
  }).sort((a, b) =>
    rank(b, options) - rank(a, options) || sinceMs(a, nowMs) - sinceMs(b, nowMs) ||
    a.place.slot - b.place.slot
  );
}

/** Pauses as few as it takes, the longest charging first; nobody when that is not enough. */
function makePlace(
  waiting: Standing,
  chosen: Set<Standing>,
  room: Room,
  options: BalancerOptions,
  nowMs: number,
): void {
  const paused: Standing[] = [];
  for (const victim of mayPauseFor(waiting, chosen, options, nowMs)) {
    if (room.fits(waiting)) break;
    room.giveBack(victim);
    paused.push(victim);
  }
  const isEnough = room.fits(waiting);
  if (isEnough) room.take(waiting);
  for (const victim of paused.toReversed()) {
    if (room.fits(victim)) room.take(victim);
    else chosen.delete(victim);
  }
  if (isEnough) chosen.add(waiting);
}

function mayPauseFor(
  waiting: Standing,
  chosen: ReadonlySet<Standing>,
  options: BalancerOptions,
  nowMs: number,
): readonly Standing[] {
  const { rotationOnMs } = options.timing;
  const shared = new Set(waiting.rows);
  return [...chosen].filter((standing) => {
    const { chargingSinceMs } = standing.memory;
    // A pause costs an EV nothing that sleeps anyway.
    const hadItsTurn = sleeps(standing) ||
      (chargingSinceMs !== null && nowMs - chargingSinceMs >= rotationOnMs);
    return hadItsTurn && isServed(standing) && rank(standing, options) <= rank(waiting, options) &&
      standing.rows.some((row) => shared.has(row));
  }).sort((a, b) => byNeed(b, a, nowMs) || a.place.slot - b.place.slot);
}
