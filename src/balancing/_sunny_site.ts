import { LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
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
  /** It takes nothing more once it has had so much. */
  readonly fullWh?: number;
}

/** What a second at the site was like. */
export interface SunnySecond {
  readonly nowMs: number;
  readonly released: readonly number[];
  readonly waiting: readonly number[];
  readonly budgetW: number;
  /** What the cars draw together. */
  readonly drawnW: number;
  /** Positive: from the grid. */
  readonly gridW: number;
  readonly state: SurplusState;
}

const VOLTS = 230;
const MIN_AMPS = 6;
const FOLLOW_MS = 4_000;
const SECOND_MS = 1_000;

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
  let state = newSurplus(options, 0);
  let nowMs = 0;

  function ampsOf({ slot, fullWh }: SunnyCar): number {
    if ((taken.get(slot) ?? 0) >= (fullWh ?? Infinity)) return 0;
    return told.get(slot)?.findLast(({ atMs }) => atMs + FOLLOW_MS <= nowMs)?.amps ?? 0;
  }

  const lineAmps = (car: SunnyCar, amps: number): PerLine =>
    perLine((line) => LINES.indexOf(line) < car.lines ? amps * VOLTS : 0);

  function seekerOf(car: SunnyCar): SunSeeker {
    const { slot, readingDelayMs = 500, readsEveryMs = 10_000 } = car;
    const heard = readings.get(slot)?.findLast(({ atMs }) => atMs + readingDelayMs <= nowMs);
    return {
      slot,
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
    const lines = sharing.reduce((sum, car) => sum + car.lines, 0);
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
      const drawnW = cars.reduce((sum, car) => sum + ampsOf(car) * car.lines * VOLTS, 0);
      for (const car of cars) {
        const wh = ampsOf(car) * car.lines * VOLTS / 3_600;
        taken.set(car.slot, (taken.get(car.slot) ?? 0) + wh);
      }
      const sun = sunW(nowMs);
      const gridW = drawnW - (sun ?? 0);
      const totalW = sun === null ? null : gridW;
      const meters = { grid: [{ totalW, linesW: null }], generation: [], battery: [] };
      const step = stepSurplus(state, cars.map(seekerOf), meters, nowMs, options);
      state = step.state;
      follow(step.budget.slots, step.budget.powerW);
      const second: SunnySecond = {
        nowMs,
        released: step.budget.slots,
        waiting: step.waiting,
        budgetW: step.budget.powerW,
        drawnW,
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
