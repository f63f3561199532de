import { TINY_AMPS } from "./claim.ts";
import { at, type Bundle, bundles, claimAt, isFullTowards, type Pool, roomAlong } from "./pool.ts";

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
  for (let pass = 0; pass < PASSES; pass++) {
    const tide = createTide(pool, who);
    rise(tide);
    if (!tide.mayGoOn || !tide.hasRisen) return;
  }
}

/** One rise of the level. */
interface Tide {
  readonly pool: Pool;
  readonly bundles: readonly Bundle[];
  /** By claim: its bundle, or -1 for those that stand aside. */
  readonly bundleOf: Int32Array;
  /** By claim. */
  readonly isRising: Uint8Array;
  /** What one ampere of the level draws from each capacity. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Capacities on which anybody rises, and the bundles there. */
  readonly touched: readonly number[];
  readonly bundlesOn: readonly (readonly number[] | undefined)[];
  /** A draw here can make room for another. */
  readonly mayGoOn: boolean;
  rising: number;
  hasRisen: boolean;
}

function createTide(pool: Pool, who: readonly number[]): Tide {
  const parts = bundles(pool, who);
  const bundleOf = new Int32Array(pool.claims.length).fill(-1);
  const bundlesOn = new Array<number[] | undefined>(pool.capacities.length);
  const touched: number[] = [];
  let mayGoOn = false;
  for (const [bundle, { draws, members }] of parts.entries()) {
    for (const index of members) bundleOf[index] = bundle;
    for (const { capacity, re } of draws) {
      mayGoOn ||= re < 0 || pool.capacities[capacity]?.isPhasor === true;
      const there = bundlesOn[capacity];
      if (there) there.push(bundle);
      else {
        bundlesOn[capacity] = [bundle];
        touched.push(capacity);
      }
    }
  }
  return {
    pool,
    bundles: parts,
    bundleOf,
    isRising: new Uint8Array(pool.claims.length),
    re: new Float64Array(pool.capacities.length),
    im: new Float64Array(pool.capacities.length),
    touched,
    bundlesOn,
    mayGoOn,
    rising: 0,
    hasRisen: false,
  };
}

function rise(tide: Tide): void {
  const { pool } = tide;
  const who = tide.bundles.flatMap(({ members }) => members);
  const begun = pool.amps.slice();
  const most = new Float64Array(pool.claims.length);
  for (const index of who) most[index] = claimAt(pool, index).maxAmps;
  const startAt = (index = -1) => index < 0 ? Infinity : at(begun, index);
  const stopAt = (index = -1) => index < 0 ? Infinity : at(most, index);
  const starts = who.toSorted((a, b) => startAt(a) - startAt(b));
  const stops = who.toSorted((a, b) => stopAt(a) - stopAt(b));
  let [started, stopped] = [0, 0];
  let level = startAt(starts[0]);
  while (level < Infinity) {
    while (startAt(starts[started]) <= level + TINY_AMPS) start(tide, starts[started++]);
    while (stopAt(stops[stopped]) <= level + TINY_AMPS) stop(tide, stops[stopped++]);
    stopAtFull(tide);
    const next = Math.min(startAt(starts[started]), stopAt(stops[stopped]));
    if (tide.rising === 0) level = startAt(starts[started]);
    else level += lift(tide, next - level);
  }
}

function start(tide: Tide, index: number | undefined): void {
  if (index === undefined) return;
  const { pool } = tide;
  const { draws, maxAmps } = claimAt(pool, index);
  if (at(pool.amps, index) >= maxAmps - TINY_AMPS) return;
  if (draws.some(({ capacity, re, im }) => isFullTowards(pool, capacity, re, im))) return;
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
  const { pool, bundlesOn } = tide;
  for (const capacity of tide.touched) {
    if (!isFullTowards(pool, capacity, at(tide.re, capacity), at(tide.im, capacity))) continue;
    for (const bundle of bundlesOn[capacity] ?? []) stopBundle(tide, bundle, capacity);
  }
}

function stopBundle(tide: Tide, bundle: number, capacity: number): void {
  const { draws = [], members = [] } = tide.bundles[bundle] ?? {};
  const isInTheWay = draws.some((draw) =>
    draw.capacity === capacity && isFullTowards(tide.pool, capacity, draw.re, draw.im)
  );
  if (isInTheWay) { for (const index of members) stop(tide, index); }
}

/** Less than this is no rise but an error of arithmetic. */
const STALLED_AMPS = 1e-12;

/** Lets the level rise by `most` or until the first capacity is used up, and says by how much. */
function lift(tide: Tide, most: number): number {
  const { pool, isRising, touched } = tide;
  const { step, narrowest } = roomAbove(tide, most);
  if (step <= STALLED_AMPS) return closeOff(tide, narrowest);
  tide.hasRisen ||= step > TINY_AMPS;
  for (let index = 0; index < isRising.length; index++) {
    if (isRising[index] === 1) pool.amps[index] = at(pool.amps, index) + step;
  }
  for (const capacity of touched) {
    pool.re[capacity] = at(pool.re, capacity) + step * at(tide.re, capacity);
    pool.im[capacity] = at(pool.im, capacity) + step * at(tide.im, capacity);
  }
  return step;
}

/** How far the level can rise, and which capacity is used up then: -1 for none. */
function roomAbove(
  { pool, touched, re, im }: Tide,
  most: number,
): { readonly step: number; readonly narrowest: number } {
  let [step, narrowest] = [most, -1];
  for (const capacity of touched) {
    const room = roomAlong(pool, capacity, at(re, capacity), at(im, capacity));
    if (room < step) [step, narrowest] = [room, capacity];
  }
  return { step, narrowest };
}

/** Where arithmetic leaves a capacity neither full nor with room, nobody rises there any more. */
function closeOff(tide: Tide, capacity: number): 0 {
  for (const bundle of tide.bundlesOn[capacity] ?? []) {
    for (const index of tide.bundles[bundle]?.members ?? []) stop(tide, index);
  }
  tide.re[capacity] = 0;
  tide.im[capacity] = 0;
  return 0;
}
