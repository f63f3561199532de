import { ampsOn, type Line, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import {
  type BalancerState,
  type ComparedStep,
  comparedSteps,
  evseLimits,
  newBalancer,
  stepBalancer,
} from "./balancer.ts";
import type {
  BalancerAlarm,
  BalancerEffect,
  BalancerEvent,
  BalancerOptions,
  SurplusBudget,
} from "./facts.ts";
import {
  type Car,
  comeAndGo,
  drawOf,
  drive,
  factsOf,
  goOver,
  offerTo,
  parked,
  type SimulatedEv,
} from "./_simulated_car.ts";
import { drawnLines, emptyAt } from "./_site_drawing.ts";

export type { SimulatedEv };

/** What is simulated: a site, its EVs, and what else draws. */
export interface Simulation {
  readonly options: BalancerOptions;
  readonly evs: readonly SimulatedEv[];
  readonly seconds: number;
  /** Current of the building at a circuit, besides its chargers and its sub-circuits. */
  readonly building?: (circuitId: string, second: number, line: Line) => number;
  /** What the sun leaves over, and on how many phases it is taken; null: nobody charges by it. */
  readonly sun?: (second: number) => SurplusBudget | null;
  /** True while a meter says nothing. */
  readonly isDeaf?: (meterId: string, second: number) => boolean;
}

/** The site in one second. */
export interface Second {
  readonly second: number;
  readonly flows: ReadonlyMap<string, PerLine>;
  /** What would flow if every EV took all that its pilot offers at this moment. */
  readonly offered: ReadonlyMap<string, PerLine>;
  readonly drawnAmps: ReadonlyMap<number, number>;
  readonly limits: ReadonlyMap<number, number | null>;
  readonly effects: readonly BalancerEffect[];
  readonly compared: readonly ComparedStep[];
}

/** Something that happens at a moment. */
interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** A simulation under way. */
interface World {
  readonly simulation: Simulation;
  readonly cars: ReadonlyMap<number, Car>;
  state: BalancerState;
  queue: Due[];
  effects: BalancerEffect[];
  queued: number;
}

/** Runs the balancer against cars, chargers and a building, second by second. */
export function simulate(simulation: Simulation): readonly Second[] {
  const { options, evs, seconds } = simulation;
  const world: World = {
    simulation,
    cars: new Map(evs.map((ev) => [ev.slot, parked(ev, options)])),
    state: newBalancer(options, 0),
    queue: [],
    effects: [],
    queued: 0,
  };
  for (const { slot } of options.places) tell(world, { kind: "evse", facts: emptyAt(slot) }, 0);
  return Array.from({ length: seconds }, (_, second) => passSecond(world, second));
}

function passSecond(world: World, second: number): Second {
  const { simulation: { options }, cars } = world;
  const nowMs = second * 1000;
  world.effects = [];
  runDue(world, nowMs);
  for (const car of cars.values()) {
    const facts = comeAndGo(car, second);
    if (facts) tell(world, { kind: "evse", facts }, nowMs);
    drive(car, nowMs);
  }
  const { sun } = world.simulation;
  if (sun !== undefined) tell(world, { kind: "surplus", budget: sun(second) }, nowMs);
  const flows = flowsOf(world.simulation, [...cars.values()], second);
  for (const car of cars.values()) measure(world, car, second);
  readMeters(world, flows, second);
  tell(world, { kind: "tick" }, nowMs);
  const limits = evseLimits(world.state, nowMs, options);
  return {
    second,
    flows,
    offered: flowsOf(world.simulation, [...cars.values()], second, offerTo),
    drawnAmps: new Map([...cars].map(([slot, car]) => [slot, car.drawnAmps])),
    limits: new Map(limits.map((each) => [each.slot, each.limitAmps])),
    effects: world.effects,
    compared: comparedSteps(world.state),
  };
}

function later(world: World, atMs: number, happen: () => void): void {
  world.queue.push({ atMs, order: world.queued++, happen });
}

function runDue(world: World, nowMs: number): void {
  for (;;) {
    const next = world.queue.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
    if (next === undefined || next.atMs > nowMs) return;
    world.queue = world.queue.filter((due) => due !== next);
    next.happen();
  }
}

function tell(world: World, event: BalancerEvent, nowMs: number): void {
  const step = stepBalancer(world.state, event, nowMs, world.simulation.options);
  world.state = step.state;
  world.effects.push(...step.effects);
  for (const effect of step.effects) {
    if (effect.kind === "limit") obey(world, effect, nowMs);
    if (effect.kind === "stop" || effect.kind === "cut") endCurrent(world, effect, nowMs);
  }
}

/** A charger that ends its transaction needs a second or two; a contactor less. */
function endCurrent(
  world: World,
  effect: Extract<BalancerEffect, { readonly kind: "stop" | "cut" }>,
  nowMs: number,
): void {
  const car = world.cars.get(effect.slot);
  if (car === undefined) return;
  const doneMs = nowMs + 1000;
  later(world, doneMs, () => {
    if (effect.kind === "stop") {
      if (!car.ev.stops) return;
      car.isStopped = true;
      return tell(world, { kind: "evse", facts: factsOf(car) }, doneMs);
    }
    if (car.ev.contactor === "works") car.isCut = effect.isOpen;
    const outcome = effect.isOpen ? "open" : "closed";
    tell(world, { kind: "cut", slot: effect.slot, outcome }, doneMs);
  });
}

type LimitEffect = Extract<BalancerEffect, { readonly kind: "limit" }>;

function obey(world: World, effect: LimitEffect, nowMs: number): void {
  const car = world.cars.get(effect.slot);
  if (car === undefined) return;
  const { slot, limitAmps } = effect;
  const answeredMs = nowMs + (car.ev.answersAfter ?? 1) * 1000;
  later(world, answeredMs, () => {
    if (!car.isAway) tell(world, { kind: "limit-accepted", slot, limitAmps }, answeredMs);
  });
  later(world, answeredMs + (car.ev.followsAfter ?? 3) * 1000, () => {
    if (car.isAway) return;
    car.pilotAmps = car.ev.ignoresLimits ? car.maxAmps : limitAmps;
    car.pilotEndsAt = nowMs + effect.validForMs;
    const { switches } = car.ev;
    const { numberPhases = 3 } = effect;
    if (switches === undefined || switches === "never" || car.phases === numberPhases) return;
    const overMs = answeredMs + ((car.ev.followsAfter ?? 3) + switches) * 1000;
    later(world, overMs, () => goOver(car, numberPhases));
  });
}

function measure(world: World, car: Car, second: number): void {
  const { slot, measuresEach = 10, measurementLate = 1, metersEach = 1, tellsSum } = car.ev;
  const isTime = measuresEach > 0 && (second + slot) % measuresEach === 0;
  if (!isTime || !car.isThere || car.isAway) return;
  if (car.metered === null || second - car.metered.second >= metersEach) {
    car.metered = { currentsAmps: asTold(car, drawOf(car, second * 1000)), second };
  }
  const late = typeof measurementLate === "number"
    ? measurementLate
    : measurementLate[Math.floor(second / measuresEach) % measurementLate.length] ?? 0;
  const { claimsLater = 0 } = car.ev;
  const arrivesMs = (second + Math.max(late, claimsLater)) * 1000;
  const event: BalancerEvent = {
    kind: "measured",
    slot,
    ...told(car.metered.currentsAmps, placeLines(world, slot), tellsSum),
    atMonoMs: (second + claimsLater) * 1000,
    intervalMs: measuresEach * 1000,
    ...(claimsLater > 0 ? { doubtMs: claimsLater * 1000 } : {}),
  };
  later(world, arrivesMs, () => tell(world, event, arrivesMs));
}

/** A socket that is wired otherwise than it is said. */
function asTold({ ev: { saysLines }, lines }: Car, amps: PerLine): PerLine {
  if (saysLines === undefined) return amps;
  const told = drawnLines(saysLines);
  return perLine((line) => {
    const from = lines[told.indexOf(line)];
    return from === undefined ? 0 : amps[from];
  });
}

function placeLines({ simulation: { options } }: World, slot: number): readonly Line[] {
  return options.places.find((place) => place.slot === slot)?.lines ?? [];
}

/** As the gateway reads a charger that does not tell its phases apart. */
function told(currentsAmps: PerLine, lines: readonly Line[], tellsSum = false) {
  if (!tellsSum) return { currentsAmps };
  const totalAmps = LINES.reduce((sum, line) => sum + currentsAmps[line], 0);
  return {
    currentsAmps: ampsOn(lines, totalAmps / lines.length),
    totalAmps,
    unsureLines: lines,
  };
}

function readMeters(world: World, flows: ReadonlyMap<string, PerLine>, second: number): void {
  const { options, isDeaf } = world.simulation;
  const nowMs = second * 1000;
  for (const { id, meterId } of options.tree.circuits) {
    const currentsAmps = flows.get(id);
    if (meterId === null || currentsAmps === undefined || isDeaf?.(meterId, second)) continue;
    const sample = { meterId, atMonoMs: nowMs, atWallMs: nowMs, currentsAmps };
    tell(world, { kind: "meter", sample }, nowMs);
  }
}

function flowsOf(
  { options, building }: Simulation,
  cars: readonly Car[],
  second: number,
  takenBy: (car: Car, nowMs: number) => PerLine = drawOf,
): ReadonlyMap<string, PerLine> {
  const flows = new Map<string, PerLine>();
  const { tree } = options;
  for (const { id } of tree.circuits) flows.set(id, onEachLine(0));
  const add = (circuitId: string, amps: PerLine) => {
    for (const { id } of tree.pathToGrid(circuitId)) {
      const before = flows.get(id) ?? onEachLine(0);
      flows.set(id, perLine((line) => before[line] + amps[line]));
    }
  };
  for (const { id } of tree.circuits) {
    add(id, perLine((line) => building?.(id, second, line) ?? 0));
  }
  for (const car of cars) {
    const place = options.places.find((each) => each.slot === car.ev.slot);
    if (place) add(place.circuitId, takenBy(car, second * 1000));
  }
  return flows;
}

/** The longest time in seconds that any line of any circuit was over its limit without a break. */
export function longestOverload(simulation: Simulation, log: readonly Second[]): number {
  let longest = 0;
  for (const { id, limitAmps, continuousFactor } of simulation.options.tree.circuits) {
    for (const line of LINES) {
      let lasts = 0;
      for (const { flows } of log) {
        const isOver = (flows.get(id)?.[line] ?? 0) > limitAmps * continuousFactor + 1e-6;
        lasts = isOver ? lasts + 1 : 0;
        longest = Math.max(longest, lasts);
      }
    }
  }
  return longest;
}

/** Alarms that stood at the end. */
export function standingAlarms(log: readonly Second[]): readonly BalancerAlarm[] {
  const standing = new Map<string, BalancerAlarm>();
  for (const effect of log.flatMap(({ effects }) => effects)) {
    if (effect.kind === "alarm") standing.set(JSON.stringify(effect.alarm), effect.alarm);
    if (effect.kind === "alarm-over") standing.delete(JSON.stringify(effect.alarm));
  }
  return [...standing.values()];
}

/** How often limits changed in a time: renewals do not count. */
export function changesBetween(log: readonly Second[], from: number, until: number): number {
  let changes = 0;
  for (let second = from; second < until; second++) {
    for (const [slot, amps] of log[second]?.limits ?? []) {
      if (log[second - 1]?.limits.get(slot) !== amps) changes++;
    }
  }
  return changes;
}
