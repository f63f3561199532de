import { type Claim, type Draw, floorToStep, TINY_AMPS } from "./claim.ts";
import { at, claimAt, type Pool, setTo } from "./pool.ts";
import { giveMinimum, isOver, type Queue, raiseInOrder, settleQueues } from "./queue_rounding.ts";
import { roundDown } from "./rounding.ts";
import { raiseSideBySide, type Strand } from "./strands.ts";
import { compareUrgency, knownNeed, paceAmps } from "./urgency.ts";
import { fillEvenly } from "./water_level.ts";

/**
 * Gives current so that as much energy as possible is with the EVs when they leave:
 *
 * - On the same phases, who has least time to spare goes first and gets all that it can use.
 * - Phases rise side by side, each up to the pace at which all of it can leave in time. So the load
 *   is balanced where there is too little, and no phase runs dry early where there is enough. Where
 *   all keep their pace, the rest goes to each in proportion to it.
 * - Whose departure or energy is not known gets what it would have if all shared evenly, and its
 *   part of what is left over in the end.
 *
 * Who has its minimum already in this pool keeps it. Each of the others gets what its charger can be
 * set to between its minimum and its maximum, or nothing, and that only where there is no room for
 * its minimum. `who` is in the order of turns, which counts for those of whom nothing is known. The
 * minimum of each has to be one that its charger can be set to (`settable`).
 */
export function fillByDeparture(pool: Pool, who: readonly number[]): void {
  if (isEnoughForAll(pool, who)) return;
  const isKnown = (index: number) => knownNeed(claimAt(pool, index)) !== null;
  const known = who.filter(isKnown)
    .sort((a, b) => compareUrgency(claimAt(pool, a), claimAt(pool, b)));
  const unknown = who.filter((index) => !isKnown(index));
  const hadAmps = Float64Array.from(pool.amps);
  if (unknown.length > 0) {
    shareEvenly(pool, who);
    for (const index of known) setTo(pool, index, at(hadAmps, index));
  }
  const strands = strandsOf(pool, known);
  raiseStrands(pool, strands);
  settleQueues(pool, strands, hadAmps);
  handOutRest(pool, known, unknown);
  // Where lines are held together, what the known leave may be missing to the unknown.
  if (unknown.length === 0 || !isOver(pool, who)) return;
  for (const index of who) setTo(pool, index, at(hadAmps, index));
  shareEvenly(pool, who);
}

/** Gives everybody the most it can use, where that is possible; otherwise nothing changes. */
function isEnoughForAll(pool: Pool, who: readonly number[]): boolean {
  const hadAmps = Float64Array.from(pool.amps);
  for (const index of who) {
    const { minAmps, maxAmps, step } = claimAt(pool, index);
    const most = Math.max(minAmps, at(hadAmps, index), floorToStep(step, maxAmps));
    if (most <= maxAmps + TINY_AMPS) setTo(pool, index, most);
  }
  const isEnough = !isOver(pool, who);
  if (!isEnough) { for (const index of who) setTo(pool, index, at(hadAmps, index)); }
  return isEnough;
}

/** Minimums in the order of turns, then the same for all. */
function shareEvenly(pool: Pool, who: readonly number[]): void {
  const waiting = new Set(who);
  for (let before = Infinity; waiting.size < before;) {
    before = waiting.size;
    for (const index of waiting) if (giveMinimum(pool, index)) waiting.delete(index);
  }
  const served = who.filter((index) => !waiting.has(index));
  fillEvenly(pool, served);
  roundDown(pool, served);
}

/** What is left over: first a minimum to whomever it fits, then more, in order and evenly. */
function handOutRest(pool: Pool, known: readonly number[], unknown: readonly number[]): void {
  const all = [...known, ...unknown];
  const served = () => all.filter((index) => at(pool.amps, index) > 0).length;
  for (let before = -1; before < served();) {
    before = served();
    for (const index of all) giveMinimum(pool, index);
    raiseInOrder(pool, known);
    if (unknown.length === 0) continue;
    const sharing = unknown.filter((index) => giveMinimum(pool, index));
    fillEvenly(pool, sharing);
    roundDown(pool, sharing);
  }
}

interface PacedQueue extends Queue {
  readonly paceAmps: number;
}

/** Claims on the same phases; where these are not told, those that draw alike. */
function strandsOf(pool: Pool, known: readonly number[]): readonly PacedQueue[] {
  const key = ({ strand, draws }: Claim): string | readonly Draw[] => strand ?? draws;
  const queues = Map.groupBy(known, (index) => key(claimAt(pool, index)));
  return [...queues.values()].map((queue) => ({
    queue,
    paceAmps: paceAmps(queue.map((index) => claimAt(pool, index))),
  }));
}

/** Up to their paces side by side; then in proportion to them; then whatever there is. */
function raiseStrands(pool: Pool, queues: readonly PacedQueue[]): void {
  const rise = (how: (queue: PacedQueue) => Omit<Strand, "queue">) =>
    raiseSideBySide(pool, queues.map((queue) => ({ queue: queue.queue, ...how(queue) })));
  rise(({ paceAmps }) => ({ speed: 1, stopAmps: paceAmps }));
  rise(({ paceAmps }) => ({ speed: paceAmps, stopAmps: Infinity }));
  rise(() => ({ speed: 1, stopAmps: Infinity }));
}
