import { addLines, type Circuit, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import { circuitLoads, noteEvent, stepBalancer } from "./balancer.ts";
import type { BalancerState } from "./_balancer_state.ts";
import type {
  BalancerEffect,
  BalancerEvent,
  BalancerOptions,
  EvseFacts,
  GroupCap,
} from "./facts.ts";
import {
  drawNow,
  energyOf,
  type ForecastCar,
  parkedCars,
  withLimit,
  withTime,
} from "./_forecast_car.ts";
import type { LimitReason } from "./limit_reason.ts";

/** The balancer as it is at a moment. */
export interface ForecastStart {
  readonly state: BalancerState;
  readonly options: BalancerOptions;
  readonly monoMs: number;
  readonly wallMs: number;
}

/** What is taken to be otherwise than it is; what is absent is as it is. */
export interface Assumption {
  readonly strategy?: BalancerOptions["strategy"];
  readonly facts?: readonly EvseFacts[];
  /** They replace those that hold. */
  readonly groupCaps?: readonly GroupCap[];
}

/** The site some time after the start, as it may well be. */
export interface ForecastMoment {
  readonly afterMs: number;
  readonly evses: readonly ForecastEvse[];
  readonly circuits: readonly { readonly circuitId: string; readonly loadAmps: PerLine }[];
}

/** An EVSE at such a moment. */
export interface ForecastEvse {
  readonly slot: number;
  /** A session runs there: its EV has neither left nor was there none. */
  readonly isCharging: boolean;
  readonly limitAmps: number;
  /** What its EV takes, on its fullest line. */
  readonly drawnAmps: number;
  /** What its EV has been given since the start, in Wh. */
  readonly energyWh: number;
  readonly reason: LimitReason;
}

/** From here on the shares that the present state leads to have been reached. */
export const SETTLED_AFTER_MS = 180_000;
const SETTLING_STEP_MS = 5_000;
const STEP_MS = 60_000;

/**
 * What becomes of the site if nothing happens but what is known: caps end and drivers leave when they
 * said so, EVs take what they were seen to want, other load stays as it is, and chargers obey. The same
 * steps as in earnest run on a copy, so nothing changes; one moment is reckoned each time that the next
 * one is asked for, so that the caller can stop or rest in between. At first each 5 s, then each minute.
 *
 * What flows beyond a transformer, and between lines, is added up as if it were in phase: a forecast
 * keeps no fuse.
 */
export function* forecast(
  start: ForecastStart,
  assumption: Assumption,
  horizonMs: number,
): Generator<ForecastMoment> {
  const { strategy = start.options.strategy, facts = [], groupCaps } = assumption;
  // A balancer keeps its workspace by its options: a copy does not write on the boards of the real one.
  const options = { ...start.options, strategy };
  const base = circuitLoads(start.state, start.monoMs, options);
  let state = start.state;
  for (const each of facts) {
    state = noteEvent(state, { kind: "evse", facts: each }, start.monoMs, options);
  }
  const capsThen = groupCaps ?? state.groupCaps;
  let cars = parkedCars(state, options, start.monoMs);
  const before = drawnBelow(cars, options);
  for (let afterMs = 0; afterMs < horizonMs;) {
    const stepMs = afterMs < SETTLED_AFTER_MS ? SETTLING_STEP_MS : STEP_MS;
    afterMs += stepMs;
    const now = { monoMs: start.monoMs + afterMs, wallMs: start.wallMs + afterMs };
    const note = (event: BalancerEvent) => state = noteEvent(state, event, now.monoMs, options);
    cars = cars.map((car) => energyOf(withTime(car, now), stepMs, options.nominalVoltageV));
    for (const { isNew, facts } of cars) if (isNew) note({ kind: "evse", facts });
    const inForce = capsThen.filter(({ untilWallMs = Infinity }) => untilWallMs > now.wallMs);
    if (inForce.length !== state.groupCaps.length || inForce.some(isNotIn(state.groupCaps))) {
      note({ kind: "group-caps", caps: inForce });
    }
    for (const car of cars) {
      if (car.facts.connected) note(readingOf(car, now.monoMs, stepMs));
    }
    const loads = loadsNow(base, before, drawnBelow(cars, options));
    for (const event of samples(base, loads, options, now)) note(event);
    const step = stepBalancer(state, { kind: "tick" }, now.monoMs, options);
    state = step.state;
    cars = obey(cars, step.effects);
    for (const { slot, limitAmps } of limitsOf(step.effects)) {
      note({ kind: "limit-accepted", slot, limitAmps });
    }
    yield { afterMs, circuits: loads, evses: cars.map((car) => toldCar(car, state)) };
  }
}

function isNotIn<Item>(list: readonly Item[]): (item: Item) => boolean {
  return (item) => !list.includes(item);
}

type LimitEffect = Extract<BalancerEffect, { readonly kind: "limit" }>;

function limitsOf(effects: readonly BalancerEffect[]): readonly LimitEffect[] {
  return effects.filter((effect) => effect.kind === "limit");
}

function obey(
  cars: readonly ForecastCar[],
  effects: readonly BalancerEffect[],
): readonly ForecastCar[] {
  const limits = new Map(limitsOf(effects).map((effect) => [effect.slot, effect]));
  return cars.map((car) => {
    const limit = limits.get(car.place.slot);
    return limit === undefined ? car : withLimit(car, limit);
  });
}

function readingOf(car: ForecastCar, monoMs: number, intervalMs: number): BalancerEvent {
  return {
    kind: "measured",
    slot: car.place.slot,
    currentsAmps: drawNow(car),
    atMonoMs: monoMs,
    intervalMs,
  };
}

/** What the cars below each circuit draw. */
function drawnBelow(
  cars: readonly ForecastCar[],
  { tree }: BalancerOptions,
): ReadonlyMap<string, PerLine> {
  const drawn = new Map<string, PerLine>();
  for (const car of cars) {
    for (const { id } of tree.pathToGrid(car.place.circuitId)) {
      drawn.set(id, addLines(drawn.get(id) ?? onEachLine(0), drawNow(car)));
    }
  }
  return drawn;
}

type Loads = ForecastMoment["circuits"];

/** What flows now, or has to be reckoned with, and what has changed of the cars' part since. */
function loadsNow(
  base: ReturnType<typeof circuitLoads>,
  before: ReadonlyMap<string, PerLine>,
  drawn: ReadonlyMap<string, PerLine>,
): Loads {
  const none = onEachLine(0);
  return base.map(({ circuitId, measuredAmps, otherLoadAmps }) => {
    const [was, is] = [before.get(circuitId) ?? none, drawn.get(circuitId) ?? none];
    return {
      circuitId,
      loadAmps: perLine((line) => {
        const measured = measuredAmps[line];
        return measured === null ? otherLoadAmps[line] + is[line] : measured + is[line] - was[line];
      }),
    };
  });
}

/** What meters that speak now will say; the others stay silent. */
function samples(
  base: ReturnType<typeof circuitLoads>,
  loads: Loads,
  { tree }: BalancerOptions,
  { monoMs, wallMs }: { readonly monoMs: number; readonly wallMs: number },
): readonly BalancerEvent[] {
  const speak = new Set(
    base.filter(({ meter }) => meter === "good" || meter === "held" || meter === "doubted")
      .map(({ circuitId }) => circuitId),
  );
  return loads.flatMap(({ circuitId, loadAmps }): BalancerEvent[] => {
    const meterId: Circuit["meterId"] = tree.get(circuitId)?.meterId ?? null;
    if (meterId === null || !speak.has(circuitId)) return [];
    const sample = { meterId, atMonoMs: monoMs, atWallMs: wallMs, currentsAmps: loadAmps };
    return [{ kind: "meter", sample }];
  });
}

function toldCar(car: ForecastCar, state: BalancerState): ForecastEvse {
  const { place: { slot }, facts, limitAmps, energyWh } = car;
  const drawn = drawNow(car);
  return {
    slot,
    isCharging: facts.transactionId !== null && facts.plugged,
    limitAmps,
    drawnAmps: Math.max(...LINES.map((line) => drawn[line])),
    energyWh,
    reason: state.evses[slot]?.reason ?? { kind: "idle" },
  };
}
