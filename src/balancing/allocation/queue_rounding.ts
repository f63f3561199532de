import { floorToStep, nextOfStep, TINY_AMPS } from "./claim.ts";
import {
  at,
  claimAt,
  excessOf,
  fits,
  isMixedAmong,
  type Pool,
  roomFor,
  setTo,
  someDraw,
} from "./pool.ts";

/** Where two take turns in making room for each other, they stop when it is not worth it any more. */
const LEAST_RAISE_AMPS = 0.1;

/** Claims on the same phases, by their indices, the most urgent first. */
export interface Queue {
  readonly queue: readonly number[];
}

/**
 * Turns amperes into what chargers can be set to, and nobody to less than `hadAmps`. A queue loses
 * as little as possible: its last one is started at the cost of those before it, what steps leave
 * over goes to the queues that lost most by them, and what one queue cannot use to the others. The
 * minimum of each claim has to be on its step.
 */
export function settleQueues(pool: Pool, queues: readonly Queue[], hadAmps: Float64Array): void {
  const everybody = queues.flatMap(({ queue }) => queue);
  const aims = Float64Array.from(pool.amps);
  for (const index of everybody) setTo(pool, index, rounded(pool, index, hadAmps));
  if (isOver(pool, everybody)) beginAgain(pool, everybody, aims, hadAmps);
  for (const { queue } of queues) {
    for (const index of queue) {
      const isCutShort = at(aims, index) > TINY_AMPS && at(pool.amps, index) === 0;
      if (isCutShort && !giveMinimum(pool, index)) startAtCost(pool, index, queue, hadAmps);
    }
  }
  topUp(pool, queues, aims);
}

/** Raises those who are served by steps, one after the other, as far as there is room. */
export function raiseInOrder(pool: Pool, order: readonly number[]): void {
  for (const index of order) {
    while (raiseOneStep(pool, index) > 0);
  }
}

function rounded(pool: Pool, index: number, hadAmps: Float64Array): number {
  const { step, minAmps } = claimAt(pool, index);
  const floor = floorToStep(step, at(pool.amps, index));
  return Math.max(at(hadAmps, index), floor < minAmps - TINY_AMPS ? 0 : floor);
}

/** True where somebody who gave back left too much on a neutral, or lines too far apart. */
export function isOver(pool: Pool, who: readonly number[]): boolean {
  return someDraw(pool, who, ({ capacity }) => excessOf(pool, capacity) > TINY_AMPS);
}

/** Raises all from what they had towards their aims, a step each in turn, within every capacity. */
function beginAgain(
  pool: Pool,
  who: readonly number[],
  aims: Float64Array,
  hadAmps: Float64Array,
): void {
  for (const index of who) setTo(pool, index, at(hadAmps, index));
  const below = (index: number) => at(pool.amps, index) < at(aims, index) - TINY_AMPS;
  let isRaised = true;
  while (isRaised) {
    isRaised = false;
    for (const index of who.filter(below)) {
      const before = at(pool.amps, index);
      if (before < claimAt(pool, index).minAmps) giveMinimum(pool, index);
      else raiseOneStep(pool, index, at(aims, index));
      isRaised ||= at(pool.amps, index) > before;
    }
  }
}

/** One step after the other to the queue that lost most, there to the most urgent that can take it. */
function topUp(pool: Pool, queues: readonly Queue[], aims: Float64Array): void {
  const lost = new Map(queues.map(({ queue }) => [
    queue,
    queue.reduce((sum, index) => sum + at(aims, index) - at(pool.amps, index), 0),
  ]));
  // Who has no room once has none later, but where others can make some.
  const mayFindRoom = isMixedAmong(pool, queues.flatMap(({ queue }) => queue));
  const places = new Map(queues.map(({ queue }) => [queue, 0]));
  while (lost.size > 0) {
    const [queue, lostAmps] = [...lost].reduce((most, each) => each[1] > most[1] ? each : most);
    let place = mayFindRoom ? 0 : places.get(queue) ?? 0;
    let raised = 0;
    for (; place < queue.length && raised === 0; place++) {
      raised = raiseOneStep(pool, queue[place] ?? 0);
    }
    // The one that was raised is asked again first.
    places.set(queue, place - 1);
    if (raised === 0) lost.delete(queue);
    else lost.set(queue, lostAmps - raised);
  }
}

/** Gives one who has nothing its minimum; true where it has it, by this or before. */
export function giveMinimum(pool: Pool, index: number): boolean {
  if (at(pool.amps, index) > 0) return true;
  const { minAmps, maxAmps } = claimAt(pool, index);
  if (minAmps > maxAmps + TINY_AMPS || !fits(pool, index, minAmps)) return false;
  setTo(pool, index, minAmps);
  return true;
}

/**
 * Makes room for the minimum of one by what others in its queue have above theirs, the least urgent
 * first. Nobody loses anything where that is not enough.
 */
function startAtCost(
  pool: Pool,
  index: number,
  queue: readonly number[],
  hadAmps: Float64Array,
): void {
  const { minAmps, maxAmps } = claimAt(pool, index);
  if (minAmps > maxAmps + TINY_AMPS) return;
  const before = new Map<number, number>();
  for (const other of queue.toReversed()) {
    const amps = at(pool.amps, other);
    const keptAmps = keptOf(pool, other, minAmps - roomFor(pool, index), hadAmps);
    if (other === index || keptAmps >= amps || !fits(pool, other, keptAmps - amps)) continue;
    before.set(other, amps);
    setTo(pool, other, keptAmps);
    if (giveMinimum(pool, index)) return;
  }
  for (const [other, amps] of before) setTo(pool, other, amps);
}

/** What one keeps who gives so much, as far as its step and its minimum let it. */
function keptOf(pool: Pool, index: number, amps: number, hadAmps: Float64Array): number {
  const claim = claimAt(pool, index);
  const leastAmps = Math.max(claim.minAmps, at(hadAmps, index));
  return Math.max(leastAmps, floorToStep(claim.step, at(pool.amps, index) - amps));
}

/**
 * Raises one who is served to the next current of its charger, or as far as there is room where it
 * takes any, up to `most`. How much that was, in amperes.
 */
function raiseOneStep(pool: Pool, index: number, most = Infinity): number {
  const { minAmps, maxAmps, step } = claimAt(pool, index);
  const amps = at(pool.amps, index);
  if (amps < minAmps - TINY_AMPS) return 0;
  const bound = Math.min(most, maxAmps);
  const next = step === 0
    ? Math.min(bound, amps + roomFor(pool, index))
    : nextOfStep(step, amps) ?? Infinity;
  if (next < amps + LEAST_RAISE_AMPS || next > bound + TINY_AMPS) return 0;
  if (!fits(pool, index, next - amps)) return 0;
  setTo(pool, index, next);
  return next - amps;
}
