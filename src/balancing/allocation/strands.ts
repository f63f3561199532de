import { TINY_AMPS } from "./claim.ts";
import { at, claimAt, give, type Pool, roomAlong } from "./pool.ts";

/**
 * Where the current of one takes away from that of another, as on the primary of a transformer, a
 * strand that stopped may rise again when others have risen. It is looked for so often.
 */
const PASSES = 4;

/** Claims on the same phases, in one queue: the first has all that it can use before the next gets any. */
export interface Strand {
  /** Indices of claims, the most urgent first. */
  readonly queue: readonly number[];
  /** How fast it rises, in amperes per ampere of the common level. */
  readonly speed: number;
  /** It stops here, in amperes of all its claims together. */
  readonly stopAmps: number;
}

/** What all claims of a strand have together, in amperes. */
export function strandAmps(pool: Pool, { queue }: Pick<Strand, "queue">): number {
  return queue.reduce((sum, index) => sum + at(pool.amps, index), 0);
}

/**
 * Raises strands side by side from what they have, until each has met its stop or what limits it. A
 * claim that is held back by a limit of its own lets the next in its queue go on.
 */
export function raiseSideBySide(pool: Pool, strands: readonly Strand[]): void {
  for (let pass = 0; pass < PASSES; pass++) {
    if (raisedAmps(pool, strands) <= TINY_AMPS) return;
  }
}

/** A strand on its way up. */
interface Climb {
  readonly strand: Strand;
  /** How far it has come in its queue. */
  place: number;
  amps: number;
  /** Capacities that hold it back. */
  readonly fullOn: Set<number>;
}

/** One rise of all strands; how much was given altogether, in amperes. */
function raisedAmps(pool: Pool, strands: readonly Strand[]): number {
  const climbs = strands.filter(({ speed }) => speed > 0).map((strand): Climb => ({
    strand,
    place: 0,
    amps: strandAmps(pool, strand),
    fullOn: new Set(),
  }));
  const joint = new Joint(pool);
  let raised = 0;
  while (true) {
    const rising = climbs.filter((climb) => seekPlace(pool, climb));
    if (rising.length === 0) return raised;
    joint.pointTo(rising);
    if (joint.holdBack(rising)) continue;
    const level = Math.min(joint.room(), ...rising.map((climb) => ownRoom(pool, climb)));
    for (const climb of rising) {
      const amps = level * climb.strand.speed;
      give(pool, climb.strand.queue[climb.place] ?? 0, amps);
      climb.amps += amps;
      raised += amps;
    }
  }
}

/** Goes on to the first claim in the queue that can have more; false: there is none. */
function seekPlace(pool: Pool, climb: Climb): boolean {
  const { strand: { queue, stopAmps }, fullOn } = climb;
  if (climb.amps >= stopAmps - TINY_AMPS) return false;
  for (; climb.place < queue.length; climb.place++) {
    const index = queue[climb.place] ?? 0;
    const { maxAmps, draws } = claimAt(pool, index);
    if (at(pool.amps, index) >= maxAmps - TINY_AMPS) continue;
    if (fullOn.size === 0 || !draws.some(({ capacity }) => fullOn.has(capacity))) return true;
  }
  return false;
}

/** How far the level can rise until the strand has to stop or to go on to its next claim. */
function ownRoom(pool: Pool, { strand: { queue, speed, stopAmps }, place, amps }: Climb): number {
  const index = queue[place] ?? 0;
  return Math.min(stopAmps - amps, claimAt(pool, index).maxAmps - at(pool.amps, index)) / speed;
}

/** What one ampere of the common level draws, from all that is touched by those who rise. */
class Joint {
  readonly #pool: Pool;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  #touched: number[] = [];

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#re = new Float64Array(pool.limits.length);
    this.#im = new Float64Array(pool.limits.length);
  }

  pointTo(rising: readonly Climb[]): void {
    for (const capacity of this.#touched) this.#re[capacity] = this.#im[capacity] = 0;
    const touched = new Set<number>();
    for (const { strand: { queue, speed }, place } of rising) {
      for (const { capacity, re, im } of claimAt(this.#pool, queue[place] ?? 0).draws) {
        this.#re[capacity] = at(this.#re, capacity) + speed * re;
        this.#im[capacity] = at(this.#im, capacity) + speed * im;
        touched.add(capacity);
      }
    }
    this.#touched = [...touched];
  }

  /** Holds back those who draw towards a limit that is met; true where there were any. */
  holdBack(rising: readonly Climb[]): boolean {
    const full = this.#touched.filter((capacity) =>
      isMet(this.#pool, capacity, at(this.#re, capacity), at(this.#im, capacity))
    );
    for (const capacity of full) {
      const here = rising.filter(({ strand: { queue }, place }) =>
        claimAt(this.#pool, queue[place] ?? 0).draws.some((draw) => draw.capacity === capacity)
      );
      const inTheWay = here.filter(({ strand: { queue }, place }) =>
        claimAt(this.#pool, queue[place] ?? 0).draws.some((draw) =>
          draw.capacity === capacity && isMet(this.#pool, capacity, draw.re, draw.im)
        )
      );
      for (const { fullOn } of inTheWay.length > 0 ? inTheWay : here) fullOn.add(capacity);
    }
    return full.length > 0;
  }

  room(): number {
    let room = Infinity;
    for (const capacity of this.#touched) {
      const [re, im] = [at(this.#re, capacity), at(this.#im, capacity)];
      room = Math.min(room, roomAlong(this.#pool, capacity, re, im));
    }
    return room;
  }
}

/** Amperes of a level that are not worth another round. */
const NOTHING_AMPS = 1e-9;

/** True where there is nothing left in this direction. */
function isMet(pool: Pool, capacity: number, re: number, im: number): boolean {
  return roomAlong(pool, capacity, re, im) <= NOTHING_AMPS;
}
