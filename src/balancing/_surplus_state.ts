import type { PerLine } from "../site/mod.ts";
import type { PhaseCount } from "./facts.ts";
import type { SurplusOptions } from "./surplus_options.ts";
import { type Pots, potsOf } from "./surplus_sun.ts";

/** An EVSE with a session that charges by the sun. One that may not wait is none of these. */
export interface SunSeeker {
  readonly slot: number;
  /** The class of its session: higher goes first. */
  readonly class: number;
  /** When it leaves, as somebody has said, by the monotonic clock; null where nobody has. */
  readonly departsAtMs: number | null;
  /** What it draws with its minimum current, in watts on each line. */
  readonly minimumW: PerLine;
  /** Absent where its charger cannot change the number of phases. */
  readonly phases?: SeekerPhases;
  /** The newest that is known of what it draws, in watts; null where nothing is. */
  readonly draws: { readonly lines: PerLine; readonly atMs: number } | null;
  /** Its EV takes nothing at the moment: it is full, or holds back. */
  readonly isAsleep: boolean;
  /** Its session ran before the gateway started: it is not paused for that. */
  readonly wasRunning: boolean;
}

/** On how many phases an EV charges, and what that costs. */
export interface SeekerPhases {
  /** As it was told, seen or not. */
  readonly now: PhaseCount;
  /** Its minimum on the other number of phases, in watts; null where it may not go over to them now. */
  readonly otherW: PerLine | null;
}

/** What is remembered from step to step. A value. */
export interface SurplusState {
  /** Who may charge, and since when. */
  readonly released: ReadonlyMap<number, number>;
  /** Who waits, since when the sun would have sufficed for it too. */
  readonly enoughSinceMs: ReadonlyMap<number, number>;
  /** Since when it does not suffice for those who charge; null while it does. */
  readonly shortSinceMs: number | null;
  /** On how many phases each is to charge whose charger can change that. */
  readonly phases: ReadonlyMap<number, PhaseCount>;
  /** Who charges on one, since when the sun would have sufficed for three. */
  readonly threeSinceMs: ReadonlyMap<number, number>;
  /** When each was paused, the last times only. */
  readonly pausedAtMs: ReadonlyMap<number, readonly number[]>;
  /** Who was there in the last step. */
  readonly known: ReadonlySet<number>;
  /** What the sun gives to EVs as far as it was last known for sure. */
  readonly sunW: Pots;
  /** The house's side of it, smoothed, and when that was. */
  readonly leftW: Pots | null;
  readonly steppedAtMs: number;
  /** The budget that was given last, without what is added for who sleeps. */
  readonly givenW: Pots;
  /** When that, or who may charge, changed last. */
  readonly changedAtMs: number;
}

/** Nobody charges, nothing is known. */
export function newSurplus(options: SurplusOptions, nowMs: number): SurplusState {
  const nothing = potsOf(options, () => 0);
  return {
    released: new Map(),
    enoughSinceMs: new Map(),
    shortSinceMs: null,
    phases: new Map(),
    threeSinceMs: new Map(),
    pausedAtMs: new Map(),
    known: new Set(),
    sunW: nothing,
    leftW: null,
    steppedAtMs: nowMs,
    givenW: nothing,
    changedAtMs: -Infinity,
  };
}

/** What it draws at least while it may charge, on as many phases as it is to. Who sleeps draws nothing. */
export function needOf(
  seeker: SunSeeker,
  { phases }: Pick<SurplusState, "phases">,
  options: SurplusOptions,
): Pots {
  const { slot, isAsleep } = seeker;
  if (isAsleep) return potsOf(options, () => 0);
  return inPots(minimumOn(seeker, phases.get(slot) ?? seeker.phases?.now), options);
}

/** What it draws with its minimum current on so many phases, as far as it may go over to them. */
export function minimumOn(
  { minimumW, phases }: SunSeeker,
  wanted: PhaseCount | undefined,
): PerLine {
  if (phases === undefined || wanted === phases.now) return minimumW;
  return phases.otherW ?? minimumW;
}

/** Something of every line in what is counted by itself. */
export function inPots(lines: PerLine, options: SurplusOptions): Pots {
  return potsOf(options, (line) => line === null ? lines.L1 + lines.L2 + lines.L3 : lines[line]);
}

/** All of these together. */
export function addPots(all: readonly Pots[], options: SurplusOptions): Pots {
  return all.reduce(
    (total, pots) => total.map((each, index) => each + (pots[index] ?? 0)),
    potsOf(options, () => 0),
  );
}

/** True where every pot holds what is needed of it. */
export function fits(needed: Pots, there: Pots): boolean {
  return needed.every((each, index) => each <= (there[index] ?? 0));
}
