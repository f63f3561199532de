import { addPots, fits, needOf, type SunSeeker, type SurplusState } from "./_surplus_state.ts";
import type { SurplusOptions } from "./surplus_options.ts";
import { potsOf } from "./surplus_sun.ts";

/** A pause lasts at least so long: EVs give up when they are switched often. */
const PAUSE_LEAST_MS = 5 * 60_000;
/** No EV is paused more often than that in an hour. */
const PAUSES_MAX = 4;
const HOUR_MS = 3_600_000;

/** Forgets who is gone. Who is new waits, unless it charged before or has its minimum anyway. */
export function withPresent(
  state: SurplusState,
  seekers: readonly SunSeeker[],
  nowMs: number,
  options: SurplusOptions,
): SurplusState {
  const known = new Set(seekers.map(({ slot }) => slot));
  const released = new Map([...state.released].filter(([slot]) => known.has(slot)));
  for (const seeker of seekers) {
    const isNew = !state.known.has(seeker.slot);
    const enters = (isNew && seeker.wasRunning) || keepsMinimum(seeker, nowMs, options);
    if (enters && !released.has(seeker.slot)) released.set(seeker.slot, nowMs);
  }
  const enoughSinceMs = new Map(
    [...state.enoughSinceMs].filter(([slot]) => known.has(slot) && !released.has(slot)),
  );
  const pausedAtMs = new Map(
    [...state.pausedAtMs].filter(([, times]) => nowMs - (times.at(-1) ?? 0) < HOUR_MS),
  );
  return { ...state, known, released, enoughSinceMs, pausedAtMs };
}

function keepsMinimum(
  { departsAtMs }: SunSeeker,
  nowMs: number,
  { minimumFromGrid }: SurplusOptions,
): boolean {
  switch (minimumFromGrid) {
    case "never":
      return false;
    case "always":
      return true;
    case "until-departure":
      return departsAtMs !== null && departsAtMs > nowMs;
  }
}

/** Class before all; then who charges already; then who leaves first. */
export function inOrder(
  seekers: readonly SunSeeker[],
  { released }: SurplusState,
): readonly SunSeeker[] {
  const since = ({ slot }: SunSeeker) => released.get(slot) ?? Infinity;
  return seekers.toSorted((a, b) =>
    b.class - a.class || Number(a.isAsleep) - Number(b.isAsleep) ||
    Number(released.has(b.slot)) - Number(released.has(a.slot)) ||
    compare(a.departsAtMs ?? Infinity, b.departsAtMs ?? Infinity) ||
    compare(since(a), since(b)) || a.slot - b.slot
  );
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Lets one in, or pauses one, when it is time; never both at once, and never two. */
export function withTurns(
  state: SurplusState,
  order: readonly SunSeeker[],
  nowMs: number,
  options: SurplusOptions,
): SurplusState {
  const timed = withTimers(state, order, nowMs, options);
  const next = order.find(({ slot }) =>
    nowMs - (timed.enoughSinceMs.get(slot) ?? Infinity) >= options.enableAfterMs
  );
  if (next !== undefined) {
    const released = new Map(timed.released).set(next.slot, nowMs);
    // What it draws must be seen before the next one counts on the rest.
    return { ...timed, released, enoughSinceMs: new Map(), shortSinceMs: null, changedAtMs: nowMs };
  }
  const isLasting = timed.shortSinceMs !== null &&
    nowMs - timed.shortSinceMs >= options.disableAfterMs;
  const last = isLasting
    ? order.findLast((seeker) =>
      timed.released.has(seeker.slot) && !seeker.isAsleep && !keepsMinimum(seeker, nowMs, options)
    )
    : undefined;
  if (last === undefined) return timed;
  const released = new Map(timed.released);
  released.delete(last.slot);
  const times = [...timed.pausedAtMs.get(last.slot) ?? [], nowMs].slice(-PAUSES_MAX);
  const pausedAtMs = new Map(timed.pausedAtMs).set(last.slot, times);
  return { ...timed, released, pausedAtMs, shortSinceMs: null, changedAtMs: nowMs };
}

function withTimers(
  state: SurplusState,
  order: readonly SunSeeker[],
  nowMs: number,
  options: SurplusOptions,
): SurplusState {
  const enoughSinceMs = new Map<number, number>();
  let needed = potsOf(options, () => 0);
  for (const seeker of order) {
    const { slot } = seeker;
    const withIt = addPots([needed, needOf(seeker, options)], options);
    if (state.released.has(slot)) needed = withIt;
    else if (!mayReturn(state, slot, nowMs) || !fits(withIt, state.sunW)) continue;
    else enoughSinceMs.set(slot, state.enoughSinceMs.get(slot) ?? nowMs);
  }
  const isShort = !fits(needed, state.sunW);
  return { ...state, enoughSinceMs, shortSinceMs: isShort ? state.shortSinceMs ?? nowMs : null };
}

function mayReturn({ pausedAtMs }: SurplusState, slot: number, nowMs: number): boolean {
  const times = pausedAtMs.get(slot) ?? [];
  const last = times.at(-1);
  if (last !== undefined && nowMs - last < PAUSE_LEAST_MS) return false;
  return times.length < PAUSES_MAX || nowMs - (times[0] ?? 0) >= HOUR_MS;
}
