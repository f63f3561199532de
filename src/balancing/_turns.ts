import type { BalancerOptions, BalancerTiming } from "./facts.ts";
import { fits, give, TINY_AMPS } from "./allocation/mod.ts";
import { compareUrgency } from "./_precedence.ts";
import { hasLasted, isExpected, isRoomSure } from "./_lasting_room.ts";
import { givesWayAfterMs, isWorn } from "./_pauses.ts";
import { refill } from "./_refill.ts";
import { hasNapped, rests, sleeps } from "./_sleep.ts";
import type { Standing } from "./_standing.ts";
import { whoStandBack } from "./_standing_back.ts";
import type { Table, Turn } from "./_table.ts";
import { inZoneOrder } from "./_zones.ts";

/** True for an EVSE that has at least its minimum current now. */
export function isServed(standing: Standing): boolean {
  return standing.keepAmps >= standing.place.minCurrentAmps - TINY_AMPS;
}

/**
 * Chooses who gets a minimum current: all of it or nothing. Whoever has one keeps it as long as it
 * fits, and the others come in the order of waiting, EVs that sleep behind them all. Who waited `rotationOffMs` may take the place
 * of those who charged longest, and at least `rotationOnMs`. Where classes count, higher goes first in
 * all of this, and gives way to nobody lower; where departures count, who has least time to spare, and
 * who has much of it does not even ask.
 * Who is chosen is noted, and has its minimum in both pools of the table.
 */
export function takeTurns(table: Table, options: BalancerOptions, nowMs: number): void {
  const back = whoStandBack(table, isServed, options.timing, nowMs);
  const candidates = refill(
    table.candidates,
    table.standings,
    (standing) => !back.has(standing) && !rests(standing, nowMs),
  );
  const order = inOrder(table.turns, table.order, candidates, nowMs);
  for (let hasMore = true; hasMore;) {
    hasMore = false;
    for (const { standing } of order) {
      if (standing.isChosen || !mayHave(table, standing, nowMs)) continue;
      take(table, standing);
      standing.isChosen = true;
      // Where the current of one takes away from that of another, who comes later may make room.
      hasMore = table.isMixed;
    }
  }
  for (const waiting of longestWaiting(candidates, options, nowMs)) {
    // Nobody has to give way to one that has room, if only it lasts.
    if (!waiting.hasJustRoom) makePlace(waiting, table, options, nowMs);
  }
}

/**
 * Gives EVs that sleep their minimum, for warming up and for whatever else wakes them, as far as all that
 * the others want leaves it over. Whoever has one keeps it before others get one.
 */
export function serveSleepers(table: Table, nowMs: number): void {
  const resting = refill(
    table.resting,
    table.standings,
    (standing) =>
      rests(standing, nowMs) && (isServed(standing) || hasNapped(standing.memory, nowMs)),
  );
  for (const { standing } of inOrder(table.turns, table.restingOrder, resting, nowMs)) {
    const index = standing.seat;
    const { minCurrentAmps } = standing.place;
    if (fits(table.tight, index, minCurrentAmps)) give(table.tight, index, minCurrentAmps);
  }
}

/** True where there is room for its minimum beside the minimum currents that are taken. */
function fitsIn({ tight, loose }: Table, standing: Standing): boolean {
  const { seat, place: { minCurrentAmps } } = standing;
  if (seat < 0) return false;
  // A small change of the other load is no reason to pause an EV, nor to start one.
  return fits(loose, seat, minCurrentAmps) &&
    (isServed(standing) || fits(tight, seat, minCurrentAmps));
}

/** True where its minimum fits, and for one that has none yet that lasts. */
function mayHave(table: Table, standing: Standing, nowMs: number): boolean {
  const { memory } = standing;
  if (!fitsIn(table, standing)) return !isServed(standing) && isExpected(memory, nowMs);
  if (isServed(standing) || isRoomSure(table, standing)) return true;
  standing.hasJustRoom = true;
  return hasLasted(memory, nowMs);
}

function take(table: Table, standing: Standing): void {
  giveBoth(table, standing, standing.place.minCurrentAmps);
}

function giveBack(table: Table, standing: Standing): void {
  giveBoth(table, standing, -standing.place.minCurrentAmps);
}

function giveBoth({ tight, loose }: Table, { seat }: Standing, amps: number): void {
  if (seat < 0) return;
  give(tight, seat, amps);
  give(loose, seat, amps);
}

function inOrder(
  turns: readonly Turn[],
  order: Turn[],
  candidates: readonly Standing[],
  nowMs: number,
): readonly Turn[] {
  // Reckoned once for each: they are compared often.
  let count = 0;
  for (const standing of candidates) {
    const turn = turns[standing.seat];
    if (turn === undefined) continue;
    noteTurn(turn, standing, nowMs);
    order[count++] = turn;
  }
  order.length = count;
  // Who wants nothing stands behind all who do, whatever it has.
  const common = (a: Turn, b: Turn) =>
    a.isAsleep - b.isAsleep || b.isServed - a.isServed ||
    (a.isServed === 1 ? b.isWorn - a.isWorn || b.sinceMs - a.sinceMs : a.sinceMs - b.sinceMs) ||
    a.standing.place.slot - b.standing.place.slot;
  return inZoneOrder(
    order,
    common,
    (a, b) =>
      a.isAsleep - b.isAsleep || b.standing.rank - a.standing.rank || b.isServed - a.isServed ||
      compareUrgency(a.standing, b.standing) || common(a, b),
  );
}

function noteTurn(turn: Turn, standing: Standing, nowMs: number): void {
  turn.standing = standing;
  turn.zone = standing.zone;
  turn.isAsleep = Number(sleeps(standing, nowMs));
  turn.isServed = Number(isServed(standing));
  turn.isWorn = Number(isWorn(standing.memory.pauses, nowMs));
  turn.sinceMs = sinceMs(standing, nowMs);
}

/**
 * Of those who charge, EVs that sleep stand back, then the ones that charged longest, last those that
 * were paused as often as may be.
 */
function byNeed(a: Standing, b: Standing, nowMs: number): number {
  const worn = ({ memory }: Standing) => Number(isWorn(memory.pauses, nowMs));
  return Number(sleeps(a, nowMs)) - Number(sleeps(b, nowMs)) || worn(b) - worn(a) ||
    sinceMs(b, nowMs) - sinceMs(a, nowMs);
}

/** Since when it charges or waits. */
function sinceMs(standing: Standing, nowMs: number): number {
  const { chargingSinceMs, waitingSinceMs } = standing.memory;
  return (isServed(standing) ? chargingSinceMs : waitingSinceMs) ?? nowMs;
}

function longestWaiting(
  candidates: readonly Standing[],
  options: BalancerOptions,
  nowMs: number,
): readonly Standing[] {
  const { rotationOffMs } = options.timing;
  const waiting = candidates.filter((standing) => {
    const { waitingSinceMs } = standing.memory;
    return !standing.isChosen && waitingSinceMs !== null &&
      nowMs - waitingSinceMs >= rotationOffMs;
  });
  const common = (a: Standing, b: Standing) =>
    sinceMs(a, nowMs) - sinceMs(b, nowMs) || a.place.slot - b.place.slot;
  return inZoneOrder(
    waiting,
    common,
    (a, b) => b.rank - a.rank || compareUrgency(a, b) || common(a, b),
  );
}

/** Pauses as few as it takes, the longest charging first; nobody when that is not enough. */
function makePlace(
  waiting: Standing,
  table: Table,
  options: BalancerOptions,
  nowMs: number,
): void {
  const paused: Standing[] = [];
  for (const victim of mayPauseFor(waiting, table, options, nowMs)) {
    if (fitsIn(table, waiting)) break;
    giveBack(table, victim);
    paused.push(victim);
  }
  const isEnough = fitsIn(table, waiting);
  if (isEnough) take(table, waiting);
  for (const victim of paused.toReversed()) {
    victim.isChosen = fitsIn(table, victim);
    if (victim.isChosen) take(table, victim);
  }
  if (isEnough) waiting.isChosen = true;
}

function mayPauseFor(
  waiting: Standing,
  { standings }: Table,
  options: BalancerOptions,
  nowMs: number,
): readonly Standing[] {
  const { rotationOnMs } = options.timing;
  const shared = new Set(waiting.draws.map(({ row }) => row));
  return standings.filter((standing) => {
    if (!standing.isChosen) return false;
    const { chargingSinceMs, pauses } = standing.memory;
    if (nowMs - sinceMs(waiting, nowMs) < givesWayAfterMs(pauses)) return false;
    // A pause costs an EV nothing that sleeps anyway.
    const hadItsTurn = sleeps(standing, nowMs) ||
      (chargingSinceMs !== null && nowMs - chargingSinceMs >= rotationOnMs);
    return hadItsTurn && isServed(standing) &&
      mayGiveWay(standing, waiting, options.timing, nowMs) &&
      standing.draws.some(({ row }) => shared.has(row));
  }).sort((a, b) => compareUrgency(b, a) || byNeed(b, a, nowMs) || a.place.slot - b.place.slot);
}

/**
 * Nobody gives way to a lower class of his zone; where departures count, nor to who has more time to
 * spare, unless a turn of the other costs him nothing.
 */
function mayGiveWay(
  standing: Standing,
  waiting: Standing,
  { rotationOnMs, rotationOffMs }: BalancerTiming,
  nowMs: number,
): boolean {
  if (sleeps(waiting, nowMs)) return false;
  if (standing.zone !== waiting.zone) return true;
  if (standing.rank !== waiting.rank) return standing.rank < waiting.rank;
  return compareUrgency(standing, waiting) >= 0 ||
    standing.laxityMs >= rotationOnMs + rotationOffMs;
}
