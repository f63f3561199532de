import type { PhaseCount } from "./facts.ts";
import { switchedDown, switchedUp, withPhaseWishes, withThreeTimers } from "./_surplus_phases.ts";
import {
  addPots,
  fits,
  inPots,
  minimumOn,
  needOf,
  type SunSeeker,
  type SurplusState,
} from "./_surplus_state.ts";
import type { SurplusOptions } from "./surplus_options.ts";
import { type Pots, potsOf } from "./surplus_sun.ts";

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
  const present = { ...state, known, released, enoughSinceMs, pausedAtMs };
  return withPhaseWishes(present, seekers);
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

/**
 * Lets one in, has one go over to another number of phases, or pauses one, when it is time; never two of
 * that at once, and never two EVs.
 */
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
    const phases = withChoice(timed, next, neededBefore(next, timed, order, options), options);
    // What it draws must be seen before the next one counts on the rest.
    return changed({ ...timed, released, phases, enoughSinceMs: new Map() }, nowMs);
  }
  const isLasting = timed.shortSinceMs !== null &&
    nowMs - timed.shortSinceMs >= options.disableAfterMs;
  if (!isLasting) {
    const phases = switchedUp(timed, order, nowMs, options);
    return phases === null ? timed : changed({ ...timed, phases, threeSinceMs: new Map() }, nowMs);
  }
  const fewer = switchedDown(timed, order);
  if (fewer !== null) return changed({ ...timed, phases: fewer }, nowMs);
  const last = order.findLast((seeker) =>
    timed.released.has(seeker.slot) && !seeker.isAsleep && !keepsMinimum(seeker, nowMs, options)
  );
  if (last === undefined) return timed;
  const released = new Map(timed.released);
  released.delete(last.slot);
  const times = [...timed.pausedAtMs.get(last.slot) ?? [], nowMs].slice(-PAUSES_MAX);
  const pausedAtMs = new Map(timed.pausedAtMs).set(last.slot, times);
  return changed({ ...timed, released, pausedAtMs }, nowMs);
}

function changed(state: SurplusState, nowMs: number): SurplusState {
  return { ...state, shortSinceMs: null, changedAtMs: nowMs };
}

/** What those need who come before somebody in the order and may charge. */
function neededBefore(
  seeker: SunSeeker,
  state: SurplusState,
  order: readonly SunSeeker[],
  options: SurplusOptions,
): Pots {
  const before = order.slice(0, order.indexOf(seeker))
    .filter(({ slot }) => state.released.has(slot));
  return addPots(before.map((each) => needOf(each, state, options)), options);
}

/** Who is let in charges on three phases where the sun suffices for that, else on one. */
function withChoice(
  { phases, sunW }: SurplusState,
  seeker: SunSeeker,
  needed: Pots,
  options: SurplusOptions,
): ReadonlyMap<number, PhaseCount> {
  const { slot } = seeker;
  if (seeker.phases === undefined || seeker.phases.otherW === null) return phases;
  const onThree = addPots([needed, inPots(minimumOn(seeker, 3), options)], options);
  return new Map(phases).set(slot, fits(onThree, sunW) ? 3 : 1);
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
    if (state.released.has(slot)) {
      needed = addPots([needed, needOf(seeker, state, options)], options);
      continue;
    }
    // It may begin on one phase.
    const least = seeker.isAsleep
      ? potsOf(options, () => 0)
      : inPots(minimumOn(seeker, seeker.phases?.otherW ? 1 : undefined), options);
    if (!mayReturn(state, slot, nowMs) || !fits(addPots([needed, least], options), state.sunW)) {
      continue;
    }
    enoughSinceMs.set(slot, state.enoughSinceMs.get(slot) ?? nowMs);
  }
  const isShort = !fits(needed, state.sunW);
  const timed = {
    ...state,
    enoughSinceMs,
    shortSinceMs: isShort ? state.shortSinceMs ?? nowMs : null,
  };
  return withThreeTimers(timed, order, nowMs, options);
}

function mayReturn({ pausedAtMs }: SurplusState, slot: number, nowMs: number): boolean {
  const times = pausedAtMs.get(slot) ?? [];
  const last = times.at(-1);
  if (last !== undefined && nowMs - last < PAUSE_LEAST_MS) return false;
  return times.length < PAUSES_MAX || nowMs - (times[0] ?? 0) >= HOUR_MS;
}
