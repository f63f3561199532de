import type { SurplusBudget } from "./facts.ts";
import {
  addPots,
  fits,
  inPots,
  needOf,
  type SunSeeker,
  type SurplusState,
} from "./_surplus_state.ts";
import { inOrder, withPresent, withTurns } from "./_surplus_turns.ts";
import type { SurplusOptions } from "./surplus_options.ts";
import {
  linesOfPots,
  type Pots,
  potsOf,
  sunGiven,
  sunLeft,
  type SunReadings,
} from "./surplus_sun.ts";

export {
  newSurplus,
  type SeekerPhases,
  type SunSeeker,
  type SurplusState,
} from "./_surplus_state.ts";

export interface SurplusStep {
  readonly state: SurplusState;
  /** For those who may charge. */
  readonly budget: SurplusBudget;
  /** Who has to wait for the sun. */
  readonly waiting: readonly number[];
}

/** A cloud of seconds, or a kettle's thermostat, is no news. */
const SMOOTHING_MS = 5_000;
/** What EVs draw is judged again when they had so long to follow the last change… */
const SETTLE_MS = 15_000;
/** …and their chargers have measured since, so long after it; or else after this. */
const FOLLOW_MS = 8_000;
const SETTLE_MAX_MS = 75_000;
/** A raise by less is not worth a message to a charger, nor is a reduction by less. */
const RAISE_W = 200;
const REDUCE_W = 50;

/**
 * Who may charge by the sun now, and with how much together. Due each second. One by one they are let
 * in, the first of the order when the sun has sufficed for its minimum too for `enableAfterMs`; one by
 * one, the last first, they are paused when it has been too little for `disableAfterMs`. Meanwhile, and
 * where `minimumFromGrid` says so, the grid makes up for the minimum. Whose charger can go over to one
 * phase does so before it is paused, and begins on one where the sun does not suffice for more. A meter
 * that is silent is no sun.
 *
 * What the house has over and what EVs draw come from different meters at different times. Their sum
 * is believed only when the EVs had time to follow the last change and were measured since; until
 * then the last sum holds. A reading from before a change, taken with a meter from after it, would
 * make the budget swing.
 */
export function stepSurplus(
  before: SurplusState,
  given: readonly SunSeeker[],
  readings: SunReadings,
  nowMs: number,
  options: SurplusOptions,
): SurplusStep {
  const seekers = options.switchPhases ? given : given.map(({ phases: _fixed, ...each }) => each);
  const present = withPresent(before, seekers, nowMs, options);
  const seen = withSun(present, seekers, readings, nowMs, options);
  const order = inOrder(seekers, seen);
  const settled = isSettled(seen, seekers, nowMs);
  const next = settled ? withTurns(seen, order, nowMs, options) : seen;
  const state = settled || next.leftW === null ? withGiven(next, seekers, nowMs, options) : next;
  return { state, ...outcomeOf(state, seekers, options) };
}

/** Notes what the house has over, smoothed, and what the sun gives to EVs where that is sure. */
function withSun(
  state: SurplusState,
  seekers: readonly SunSeeker[],
  readings: SunReadings,
  nowMs: number,
  options: SurplusOptions,
): SurplusState {
  const left = sunLeft(readings, options);
  const given = sunGiven(readings, options);
  const steppedAtMs = nowMs;
  if (left === null || given === null) {
    return { ...state, steppedAtMs, leftW: null, sunW: potsOf(options, () => 0) };
  }
  const leftW = state.leftW === null
    ? left
    : smoothed(state.leftW, left, nowMs - state.steppedAtMs);
  if (!isSettled(state, seekers, nowMs)) return { ...state, steppedAtMs, leftW };
  const drawn = drawnW(seekers, state, options);
  const sunW = leftW.map((each, index) =>
    Math.max(0, Math.min(each + (drawn[index] ?? 0), given[index] ?? 0))
  );
  return { ...state, steppedAtMs, leftW, sunW };
}

function smoothed(before: Pots, now: Pots, passedMs: number): Pots {
  const part = 1 - Math.exp(-Math.max(0, passedMs) / SMOOTHING_MS);
  return before.map((each, index) => each + ((now[index] ?? each) - each) * part);
}

/** What EVs draw that charge by the sun. Of one of which nothing is known, its minimum. */
function drawnW(seekers: readonly SunSeeker[], state: SurplusState, options: SurplusOptions): Pots {
  return addPots(seekers.map((seeker) => drawnBy(seeker, state, options)), options);
}

function drawnBy(seeker: SunSeeker, state: SurplusState, options: SurplusOptions): Pots {
  const { slot, draws } = seeker;
  if (draws !== null && isOfNow(seeker, state)) return inPots(draws.lines, options);
  return state.released.has(slot) ? needOf(seeker, state, options) : potsOf(options, () => 0);
}

/** What was measured before somebody was paused says nothing of now. */
function isOfNow({ slot, draws }: SunSeeker, { released, pausedAtMs }: SurplusState): boolean {
  if (draws === null) return false;
  return released.has(slot) ||
    draws.atMs >= (pausedAtMs.get(slot)?.at(-1) ?? -Infinity) + FOLLOW_MS;
}

function isSettled(state: SurplusState, seekers: readonly SunSeeker[], nowMs: number): boolean {
  const { released, changedAtMs } = state;
  const sinceMs = nowMs - changedAtMs;
  if (sinceMs >= SETTLE_MAX_MS) return true;
  return sinceMs >= SETTLE_MS &&
    seekers.every(({ slot, draws, isAsleep }) =>
      !released.has(slot) || isAsleep || draws === null || draws.atMs >= changedAtMs + FOLLOW_MS
    );
}

/** The budget follows the sun where that has moved by more than nothing, and never below what is needed. */
function withGiven(
  state: SurplusState,
  seekers: readonly SunSeeker[],
  nowMs: number,
  options: SurplusOptions,
): SurplusState {
  const needed = neededW(state, seekers, options, (seeker) => needOf(seeker, state, options));
  const wanted = state.sunW.map((each, index) => Math.max(each, needed[index] ?? 0));
  const isNews = wanted.some((each, index) => {
    const more = each - (state.givenW[index] ?? 0);
    return more >= RAISE_W || more <= -REDUCE_W;
  }) || !fits(needed, state.givenW);
  return isNews ? { ...state, givenW: wanted, changedAtMs: nowMs } : state;
}

function neededW(
  { released }: SurplusState,
  seekers: readonly SunSeeker[],
  options: SurplusOptions,
  of: (seeker: SunSeeker) => Pots,
): Pots {
  return addPots(seekers.filter(({ slot }) => released.has(slot)).map(of), options);
}

function outcomeOf(
  state: SurplusState,
  seekers: readonly SunSeeker[],
  options: SurplusOptions,
): Pick<SurplusStep, "budget" | "waiting"> {
  const inSun = (seeker: SunSeeker) => inPots(seeker.minimumW, options);
  const minima = neededW(state, seekers, options, inSun);
  // The minimum of who sleeps is reserved and not drawn: nobody else loses by it.
  const asleep = neededW(
    state,
    seekers,
    options,
    (seeker) => seeker.isAsleep ? inSun(seeker) : potsOf(options, () => 0),
  );
  const pots = state.givenW.map((each, index) =>
    Math.max(each + (asleep[index] ?? 0), minima[index] ?? 0)
  );
  const slots = seekers.filter(({ slot }) => state.released.has(slot)).map(({ slot }) => slot);
  const powerW = pots.reduce((all, each) => all + each, 0);
  const phases = [...state.phases].map(([slot, phases]) => ({ slot, phases }));
  return {
    budget: {
      slots,
      powerW,
      linesW: linesOfPots(pots, options),
      ...(phases.length > 0 && { phases }),
    },
    waiting: seekers.filter(({ slot }) => !state.released.has(slot)).map(({ slot }) => slot),
  };
}
