import type { PhaseCount } from "./facts.ts";
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

type Wishes = ReadonlyMap<number, PhaseCount>;

/** So much more than three phases need at least, in watts: a little less soon is no reason to go back. */
const SPARE_W = 200;

/** Keeps a wish for each whose charger can change its phases; who is new stays on what it has. */
export function withPhaseWishes(
  state: SurplusState,
  seekers: readonly SunSeeker[],
): SurplusState {
  const phases = new Map<number, PhaseCount>();
  for (const { slot, phases: able } of seekers) {
    if (able !== undefined) phases.set(slot, state.phases.get(slot) ?? able.now);
  }
  const threeSinceMs = new Map([...state.threeSinceMs].filter(([slot]) => phases.has(slot)));
  return { ...state, phases, threeSinceMs };
}

/** The last one that charges on three phases goes over to one: better than none. Null: nobody can. */
export function switchedDown(state: SurplusState, order: readonly SunSeeker[]): Wishes | null {
  const last = order.findLast((seeker) => isOn(seeker, state, 3) && seeker.phases?.otherW !== null);
  return last === undefined ? null : new Map(state.phases).set(last.slot, 1);
}

/** The first one that charges on one phase goes over to three when the sun sufficed for long. */
export function switchedUp(
  state: SurplusState,
  order: readonly SunSeeker[],
  nowMs: number,
  options: SurplusOptions,
): Wishes | null {
  const first = order.find(({ slot }) =>
    nowMs - (state.threeSinceMs.get(slot) ?? Infinity) >= options.threePhasesAfterMs
  );
  return first === undefined ? null : new Map(state.phases).set(first.slot, 3);
}

/** Notes since when the sun would suffice for each on three phases, with all others as they are. */
export function withThreeTimers(
  state: SurplusState,
  order: readonly SunSeeker[],
  nowMs: number,
  options: SurplusOptions,
): SurplusState {
  const threeSinceMs = new Map<number, number>();
  for (const seeker of order) {
    if (!isOn(seeker, state, 1) || seeker.phases?.otherW === null) continue;
    const others = order.filter((each) => each !== seeker && state.released.has(each.slot));
    const needed = addPots([
      ...others.map((each) => needOf(each, state, options)),
      inPots(minimumOn(seeker, 3), options),
      spare(options),
    ], options);
    if (!fits(needed, state.sunW)) continue;
    threeSinceMs.set(seeker.slot, state.threeSinceMs.get(seeker.slot) ?? nowMs);
  }
  return { ...state, threeSinceMs };
}

function spare(options: SurplusOptions): Pots {
  const pots = potsOf(options, () => 0);
  return pots.map(() => SPARE_W / pots.length);
}

/** It charges on so many phases, was told so, and is to. */
function isOn(
  { slot, phases, isAsleep }: SunSeeker,
  state: SurplusState,
  count: PhaseCount,
): boolean {
  return state.released.has(slot) && !isAsleep && phases?.now === count &&
    state.phases.get(slot) === count;
}
