import { type Draw, TINY_AMPS } from "./claim.ts";
import { at, claimAt, isFullTowards, type Pool, roomAlong } from "./pool.ts";

/**
 * Where the current of one takes away from that of another, as on a neutral, a claim that stopped may
 * rise again when others have risen. It is looked for so often.
 */
const PASSES = 8;

/**
 * Raises claims from what they have to one common level, as water finds its own: each stops at its
 * maximum or where a capacity on its way is used up, and the others go on. Where all draws add up, the
 * result is the max-min fair share. It is exact: the level jumps from one of these events to the next.
 */
export function fillEvenly(pool: Pool, who: readonly number[]): void {
  const tide = pool.tide ??= createTide(pool);
  gather(tide, who);
  for (let pass = 0; pass < PASSES; pass++) {
    rise(tide);
    if (!tide.mayGoOn || !tide.hasRisen) return;
  }
}

/** Claims that draw alike: they are told apart by nothing else, and stop together. */
interface Bundle {
  readonly draws: readonly Draw[];
  /** Its first claim and its last; -1 where none of those who rise draws so. */
  first: number;
  last: number;
}

/** One rise of the level. A pool keeps it, as one decision after the other raises the same claims. */
export interface Tide {
  readonly pool: Pool;
  /** Each kind of bundle that there ever was here. */
  readonly known: Map<readonly Draw[], Bundle>;
  /** Those of now, in the order of their first claims. */
  readonly bundles: Bundle[];
  bundleCount: number;
  /** By claim: the next one of its bundle; -1 after the last. */
  readonly next: Int32Array;
  /** By claim. */
  readonly isRising: Uint8Array;
  /** By claim: where it begins, and its maximum. */
  readonly begun: Float64Array;
  readonly most: Float64Array;
  /** Claims in the order of these. */
  readonly starts: Int32Array;
  readonly stops: Int32Array;
  count: number;
  /** What one ampere of the level draws from each capacity. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Capacities on which anybody rises. */
  readonly touched: Int32Array;
  touchedCount: number;
  /** Bundles by capacity: those of each stand together in `on`, from and to these places. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly on: Bundle[];
  /** A draw here can make room for another. */
  mayGoOn: boolean;
  rising: number;
  hasRisen: boolean;
}

function createTide(pool: Pool): Tide {
  const [claims, capacities] = [pool.amps.length, pool.limits.length];
  return {
    pool,
    known: new Map(),
    bundles: [],
    bundleCount: 0,
    next: new Int32Array(claims),
    isRising: new Uint8Array(claims),
    begun: new Float64Array(claims),
    most: new Float64Array(claims),
    starts: new Int32Array(claims),
    stops: new Int32Array(claims),
    count: 0,
    re: new Float64Array(capacities),
    im: new Float64Array(capacities),
    touched: new Int32Array(capacities),
    touchedCount: 0,
    from: new Int32Array(capacities),
    to: new Int32Array(capacities),
    on: [],
    mayGoOn: false,
    rising: 0,
    hasRisen: false,
  };
}

/** Puts those who are to rise together by what they draw, and notes where. */
function gather(tide: Tide, who: readonly number[]): void {
  const { pool, known, next, bundles } = tide;
  for (const bundle of bundles) bundle.first = bundle.last = -1;
  tide.bundleCount = 0;
  for (const index of who) {
    const { draws } = claimAt(pool, index);
    let bundle = known.get(draws);
    if (bundle === undefined) known.set(draws, bundle = { draws, first: -1, last: -1 });
    if (bundle.first < 0) {
      bundle.first = index;
      bundles[tide.bundleCount++] = bundle;
    } else next[bundle.last] = index;
    bundle.last = index;
    next[index] = -1;
  }
  noteWhere(tide);
}

function noteWhere(tide: Tide): void {
  const { pool, bundles, from, to, touched } = tide;
  to.fill(0);
  let count = 0;
  tide.mayGoOn = false;
  for (let nth = 0; nth < tide.bundleCount; nth++) {
    for (const { capacity, re } of bundles[nth]?.draws ?? []) {
      tide.mayGoOn ||= re < 0 || pool.isPhasor[capacity] === 1;
      if (to[capacity] === 0) touched[count++] = capacity;
      to[capacity] = (to[capacity] ?? 0) + 1;
    }
  }
  tide.touchedCount = count;
  let place = 0;
  for (let nth = 0; nth < count; nth++) {
    const capacity = touched[nth] ?? 0;
    from[capacity] = place;
    place += to[capacity] ?? 0;
    to[capacity] = from[capacity] ?? 0;
  }
  for (let nth = 0; nth < tide.bundleCount; nth++) {
    const bundle = bundles[nth];
    if (bundle === undefined) continue;
    for (const { capacity } of bundle.draws) {
      const free = to[capacity] ?? 0;
      tide.on[free] = bundle;
      to[capacity] = free + 1;
    }
  }
}

function rise(tide: Tide): void {
  const { starts, stops, begun, most } = tide;
  prepare(tide);
  const startAt = (index = -1) => index < 0 ? Infinity : at(begun, index);
  const stopAt = (index = -1) => index < 0 ? Infinity : at(most, index);
  let [started, stopped] = [0, 0];
  const starting = () => started < tide.count ? starts[started] : undefined;
  const stopping = () => stopped < tide.count ? stops[stopped] : undefined;
  let level = startAt(starting());
  while (level < Infinity) {
    while (startAt(starting()) <= level + TINY_AMPS) start(tide, starts[started++]);
    while (stopAt(stopping()) <= level + TINY_AMPS) stop(tide, stops[stopped++]);
    stopAtFull(tide);
    const next = Math.min(startAt(starting()), stopAt(stopping()));
    if (tide.rising === 0) level = startAt(starting());
    else level += lift(tide, next - level);
  }
}

function prepare(tide: Tide): void {
  const { pool, next, starts, stops, begun, most } = tide;
  let count = 0;
  for (let nth = 0; nth < tide.bundleCount; nth++) {
    for (let index = tide.bundles[nth]?.first ?? -1; index >= 0; index = next[index] ?? -1) {
      starts[count] = stops[count] = index;
      begun[index] = at(pool.amps, index);
      most[index] = claimAt(pool, index).maxAmps;
      count++;
    }
  }
  tide.count = count;
  tide.isRising.fill(0);
  tide.re.fill(0);
  tide.im.fill(0);
  tide.rising = 0;
  tide.hasRisen = false;
  sortBy(begun, starts, count);
  sortBy(most, stops, count);
}

/** Sorts the first of some indices by what stands there; those that are equal stay as they are. */
function sortBy(keys: Float64Array, indices: Int32Array, count: number): void {
  let place = 1;
  while (place < count && keyAt(keys, indices, place - 1) <= keyAt(keys, indices, place)) place++;
  if (place >= count) return;
  indices.subarray(0, count).sort((a, b) => {
    const [left, right] = [at(keys, a), at(keys, b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

function keyAt(keys: Float64Array, indices: Int32Array, place: number): number {
  return at(keys, indices[place] ?? 0);
}

function start(tide: Tide, index: number | undefined): void {
  if (index === undefined) return;
  const { pool } = tide;
  const { draws, maxAmps } = claimAt(pool, index);
  if (at(pool.amps, index) >= maxAmps - TINY_AMPS) return;
  for (const { capacity, re, im } of draws) {
    if (isFullTowards(pool, capacity, re, im)) return;
  }
  turn(tide, index, 1);
}

function stop(tide: Tide, index: number | undefined): void {
  if (index !== undefined && tide.isRising[index] === 1) turn(tide, index, -1);
}

/** Starts a claim (1) or stops it (-1). */
function turn(tide: Tide, index: number, way: 1 | -1): void {
  tide.isRising[index] = way === 1 ? 1 : 0;
  tide.rising += way;
  for (const { capacity, re, im } of claimAt(tide.pool, index).draws) {
    tide.re[capacity] = at(tide.re, capacity) + way * re;
    tide.im[capacity] = at(tide.im, capacity) + way * im;
  }
}

/** Stops those who draw towards a limit that is met, as long as all together do. */
function stopAtFull(tide: Tide): void {
  const { pool, on } = tide;
  for (let nth = 0; nth < tide.touchedCount; nth++) {
    const capacity = tide.touched[nth] ?? 0;
    if (!isFullTowards(pool, capacity, at(tide.re, capacity), at(tide.im, capacity))) continue;
    const end = tide.to[capacity] ?? 0;
    for (let place = tide.from[capacity] ?? 0; place < end; place++) {
      const bundle = on[place];
      if (bundle && isInTheWay(pool, bundle, capacity)) stopAll(tide, bundle);
    }
  }
}

function isInTheWay(pool: Pool, { draws }: Bundle, capacity: number): boolean {
  for (const draw of draws) {
    if (draw.capacity !== capacity) continue;
    if (isFullTowards(pool, capacity, draw.re, draw.im)) return true;
  }
  return false;
}

function stopAll(tide: Tide, { first }: Bundle): void {
  for (let index = first; index >= 0; index = tide.next[index] ?? -1) stop(tide, index);
}

/** Less than this is no rise but an error of arithmetic. */
const STALLED_AMPS = 1e-12;

/** Lets the level rise by `most` or until the first capacity is used up, and says by how much. */
function lift(tide: Tide, most: number): number {
  const { pool, isRising, touched, touchedCount } = tide;
  const { step, narrowest } = roomAbove(tide, most);
  if (step <= STALLED_AMPS) return closeOff(tide, narrowest);
  tide.hasRisen ||= step > TINY_AMPS;
  for (let index = 0; index < isRising.length; index++) {
    if (isRising[index] === 1) pool.amps[index] = at(pool.amps, index) + step;
  }
  for (let nth = 0; nth < touchedCount; nth++) {
    const capacity = touched[nth] ?? 0;
    pool.re[capacity] = at(pool.re, capacity) + step * at(tide.re, capacity);
    pool.im[capacity] = at(pool.im, capacity) + step * at(tide.im, capacity);
  }
  return step;
}

/** How far the level can rise, and which capacity is used up then: -1 for none. */
function roomAbove(
  { pool, touched, touchedCount, re, im }: Tide,
  most: number,
): { readonly step: number; readonly narrowest: number } {
  let [step, narrowest] = [most, -1];
  for (let nth = 0; nth < touchedCount; nth++) {
    const capacity = touched[nth] ?? 0;
    const room = roomAlong(pool, capacity, at(re, capacity), at(im, capacity));
    if (room < step) [step, narrowest] = [room, capacity];
  }
  return { step, narrowest };
}

/** Where arithmetic leaves a capacity neither full nor with room, nobody rises there any more. */
function closeOff(tide: Tide, capacity: number): 0 {
  const end = tide.to[capacity] ?? 0;
  for (let place = tide.from[capacity] ?? 0; place < end; place++) {
    const bundle = tide.on[place];
    if (bundle) stopAll(tide, bundle);
  }
  tide.re[capacity] = 0;
  tide.im[capacity] = 0;
  return 0;
}
