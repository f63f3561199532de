import { LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import type { PhaseCount } from "./facts.ts";
import { newSurplus, stepSurplus, type SunSeeker, type SurplusState } from "./surplus.ts";
import { SURPLUS_DEFAULTS, type SurplusOptions } from "./surplus_options.ts";

/** A car at a site with a plant, for tests. */
export interface SunnyCar {
  readonly slot: number;
  readonly lines: 1 | 3;
  readonly class?: number;
  readonly departsAtMs?: number;
  /** The most that it takes on a line. */
  readonly maxAmps?: number;
  /** How often its charger measures; null: never, and it is taken to draw what it was told. */
  readonly readsEveryMs?: number | null;
  /** How long a reading is under way. */
  readonly readingDelayMs?: number;
  readonly wasRunning?: boolean;
  /** Its charger can be told to charge on one phase or on three, at most every ten minutes. */
  readonly switches?: boolean;
  /** It takes nothing more once it has had so much. */
  readonly fullWh?: number;
}

/** What a second at the site was like. */
export interface SunnySecond {
  readonly nowMs: number;
  readonly released: readonly number[];
  readonly waiting: readonly number[];
  /** Full cars, which draw nothing. */
  readonly asleep: readonly number[];
  readonly budgetW: number;
  /** What the cars draw together. */
  readonly drawnW: number;
  /** On how many phases each car charges that can change that. */
  readonly phases: ReadonlyMap<number, PhaseCount>;
  /** Positive: from the grid. */
  readonly gridW: number;
  readonly state: SurplusState;
}

const VOLTS = 230;
const MIN_AMPS = 6;
const FOLLOW_MS = 4_000;
const SECOND_MS = 1_000;
const SWITCH_EVERY_MS = 600_000;

/**
 * A plant, a house, and cars that take what they are given a few seconds later: the budget shared out
 * evenly. `sunW(nowMs)` is what the plant gives less what the house needs; null where the meter is
 * silent.
 */
export function createSunnySite(
  cars: readonly SunnyCar[],
  sunW: (nowMs: number) => number | null,
  changes: Partial<SurplusOptions> = {},
) {
  const options = { ...SURPLUS_DEFAULTS, ...changes };
  const told = new Map<number, { amps: number; atMs: number }[]>();
  const readings = new Map<number, { lines: PerLine; atMs: number }[]>();
  const taken = new Map<number, number>();
  const over = new Map<number, { readonly phases: PhaseCount; readonly atMs: number }>();
  let state = newSurplus(options, 0);
  let nowMs = 0;

  function ampsOf({ slot, fullWh }: SunnyCar): number {
    if ((taken.get(slot) ?? 0) >= (fullWh ?? Infinity)) return 0;
    return told.get(slot)?.findLast(({ atMs }) => atMs + FOLLOW_MS <= nowMs)?.amps ?? 0;
  }

  const phasesOf = (car: SunnyCar): number => over.get(car.slot)?.phases ?? car.lines;
  const lineAmps = (car: SunnyCar, amps: number, phases = phasesOf(car)): PerLine =>
    perLine((line) => LINES.indexOf(line) < Math.min(phases, car.lines) ? amps * VOLTS : 0);

  function seekerPhases({ slot, lines, switches = false }: SunnyCar): SunSeeker["phases"] {
    const last = over.get(slot);
    const now = last?.phases ?? 3;
    const isFree = nowMs - (last?.atMs ?? -Infinity) >= SWITCH_EVERY_MS && lines === 3;
    if (!switches) return undefined;
    const other = perLine((line) =>
      LINES.indexOf(line) < (now === 1 ? 3 : 1) ? MIN_AMPS * VOLTS : 0
    );
    return { now, otherW: isFree ? other : null };
  }

  /** It goes over as soon as it may. */
  function goOver(wishes: readonly { readonly slot: number; readonly phases: PhaseCount }[]): void {
    for (const { slot, phases } of wishes) {
      const { phases: before = 3, atMs = -Infinity } = over.get(slot) ?? {};
      if (phases === before || nowMs - atMs < SWITCH_EVERY_MS) continue;
      over.set(slot, { phases, atMs: nowMs });
    }
  }

  function seekerOf(car: SunnyCar): SunSeeker {
    const { slot, readingDelayMs = 500, readsEveryMs = 10_000 } = car;
    const heard = readings.get(slot)?.findLast(({ atMs }) => atMs + readingDelayMs <= nowMs);
    const phases = seekerPhases(car);
    return {
      slot,
      ...(phases && { phases }),
      class: car.class ?? 5,
      departsAtMs: car.departsAtMs ?? null,
      minimumW: lineAmps(car, MIN_AMPS),
      draws: readsEveryMs === null
        ? { lines: lineAmps(car, told.get(slot)?.at(-1)?.amps ?? 0), atMs: nowMs }
        : heard ?? { lines: onEachLine(0), atMs: -Infinity },
      isAsleep: (taken.get(slot) ?? 0) >= (car.fullWh ?? Infinity),
      wasRunning: car.wasRunning ?? false,
    };
  }

  function measure(): void {
    for (const car of cars) {
      const { slot, readsEveryMs = 10_000 } = car;
      const of = readings.get(slot) ?? [];
      const isDue = readsEveryMs !== null &&
        nowMs - (of.at(-1)?.atMs ?? -Infinity) >= readsEveryMs;
      if (isDue) of.push({ lines: lineAmps(car, ampsOf(car)), atMs: nowMs });
      // One a second, and heard 20 s later.
      readings.set(slot, of.slice(-40));
    }
  }

  /** Each of those who may gets its minimum, and the rest is shared out as it comes. */
  function follow(slots: readonly number[], powerW: number): void {
    const sharing = cars.filter(({ slot }) => slots.includes(slot));
    const lines = sharing.reduce((sum, car) => sum + Math.min(car.lines, phasesOf(car)), 0);
    const amps = lines === 0 ? 0 : Math.floor(powerW / VOLTS / lines);
    for (const car of cars) {
      const given = slots.includes(car.slot)
        ? Math.min(car.maxAmps ?? 32, Math.max(MIN_AMPS, amps))
        : 0;
      const of = told.get(car.slot) ?? [];
      if (of.at(-1)?.amps !== given) of.push({ amps: given, atMs: nowMs });
      told.set(car.slot, of.slice(-20));
    }
  }

  return {
    takenWh: () => taken,
    second(): SunnySecond {
      measure();
      const wattsOf = (car: SunnyCar) => ampsOf(car) * Math.min(car.lines, phasesOf(car)) * VOLTS;
      const drawnW = cars.reduce((sum, car) => sum + wattsOf(car), 0);
      for (const car of cars) {
        const wh = wattsOf(car) / 3_600;
        taken.set(car.slot, (taken.get(car.slot) ?? 0) + wh);
      }
      const sun = sunW(nowMs);
      const gridW = drawnW - (sun ?? 0);
      const totalW = sun === null ? null : gridW;
      const meters = { grid: [{ totalW, linesW: null }], generation: [], battery: [] };
      const seekers = cars.map(seekerOf);
      const step = stepSurplus(state, seekers, meters, nowMs, options);
      state = step.state;
      goOver(step.budget.phases ?? []);
      follow(step.budget.slots, step.budget.powerW);
      const second: SunnySecond = {
        nowMs,
        released: step.budget.slots,
        waiting: step.waiting,
        asleep: seekers.filter(({ isAsleep }) => isAsleep).map(({ slot }) => slot),
        budgetW: step.budget.powerW,
        drawnW,
        phases: new Map([...over].map(([slot, { phases }]) => [slot, phases])),
        gridW,
        state,
      };
      nowMs += SECOND_MS;
      return second;
    },
    run(seconds: number): SunnySecond[] {
      return Array.from({ length: seconds }, () => this.second());
    },
  };
}
