import {
  addLines,
  ampsOn,
  type EvsePlace,
  type Line,
  LINES,
  onEachLine,
  type PerLine,
  perLine,
} from "../site/mod.ts";
import {
  type BalancerState,
  circuitLoads,
  evseLimits,
  newBalancer,
  stepBalancer,
} from "./balancer.ts";
import type {
  BalancerEffect,
  BalancerEvent,
  BalancerOptions,
  CircuitLoad,
  EvseFacts,
  EvseLimit,
  RememberedLimit,
} from "./facts.ts";
import { type LimitReason, reasonKey } from "./limit_reason.ts";
import { chargingAt, drawnSite, emptyAt, type SiteDrawing } from "./_site_drawing.ts";

/** How a charger answers to limits. */
type Manner = "accepts" | "refuses" | "says nothing";

/** A current on every line, or on each: 12 or [12, 3, 0]. */
export type Amps = number | readonly [number, number, number];

/** What differs from a bare bench. */
interface BenchOptions {
  readonly remembered?: readonly RememberedLimit[];
  /**
   * EVs draw what they may, from when a limit is accepted; chargers measure each 10 s; meters show
   * the building and the EVs. Otherwise nobody draws or measures, and meters show what is set.
   */
  readonly isLive?: boolean;
}

/** A balancer on the bench, for tests: chargers answer at once, time passes when told. */
export interface Bench {
  readonly options: BalancerOptions;
  state(): BalancerState;
  nowMs(): number;
  tell(event: BalancerEvent): readonly BalancerEffect[];
  facts(facts: EvseFacts): void;
  /** What a meter shows of the building, each second from the next on; null for silence. */
  meter(meterId: string, amps: Amps | null): void;
  measured(slot: number, amps: Amps, intervalS?: number, ageS?: number): void;
  answers(slot: number, manner: Manner): void;
  /** What an EV draws on a live bench whatever it may; null for what it may. */
  draws(slot: number, amps: number | null): void;
  wait(seconds: number): void;
  /** The newest limit of each EVSE, in the order of the places. */
  limits(): readonly (number | null)[];
  limit(slot: number): EvseLimit;
  reason(slot: number): LimitReason;
  /** The reason without its numbers. */
  reasonKey(slot: number): string;
  load(circuitId: string): CircuitLoad;
  /** All effects since the last call. */
  takeEffects(): readonly BalancerEffect[];
}

/** Puts a drawn site on the bench. */
export function bench(drawing: SiteDrawing, { remembered = [], isLive }: BenchOptions = {}): Bench {
  const options = drawnSite(drawing);
  const cars = liveCars(options);
  let state = newBalancer(options, 0, remembered);
  let nowMs = 0;
  let effects: BalancerEffect[] = [];
  const meters = new Map<string, PerLine | null>();
  const manners = new Map<number, Manner>();

  function tell(event: BalancerEvent): readonly BalancerEffect[] {
    const step = stepBalancer(state, event, nowMs, options);
    state = step.state;
    effects.push(...step.effects);
    for (const effect of step.effects) if (effect.kind === "limit") answer(effect);
    return step.effects;
  }

  function answer(
    { slot, limitAmps }: { readonly slot: number; readonly limitAmps: number },
  ): void {
    const manner = manners.get(slot) ?? "accepts";
    if (manner === "accepts") {
      cars.allow(slot, limitAmps);
      tell({ kind: "limit-accepted", slot, limitAmps });
    }
    if (manner === "refuses") tell({ kind: "limit-failed", slot, limitAmps, answered: true });
  }

  function sample(meterId: string, buildingAmps: PerLine): void {
    const currentsAmps = isLive ? addLines(buildingAmps, cars.through(meterId)) : buildingAmps;
    tell({ kind: "meter", sample: { meterId, atMonoMs: nowMs, atWallMs: nowMs, currentsAmps } });
  }

  const self: Bench = {
    options,
    state: () => state,
    nowMs: () => nowMs,
    tell,
    facts(facts) {
      cars.note(facts);
      tell({ kind: "evse", facts });
    },
    meter(meterId, amps) {
      const isFirst = !meters.has(meterId);
      meters.set(meterId, amps === null ? null : currentsOf(amps));
      if (isFirst && amps !== null) sample(meterId, currentsOf(amps));
    },
    measured(slot, amps, intervalS = 10, ageS = 0) {
      tell({
        kind: "measured",
        slot,
        currentsAmps: currentsOf(amps),
        atMonoMs: nowMs - ageS * 1000,
        intervalMs: intervalS * 1000,
      });
    },
    answers: (slot, manner) => void manners.set(slot, manner),
    draws: (slot, amps) => cars.insist(slot, amps),
    wait(seconds) {
      for (let passed = 0; passed < seconds; passed++) {
        nowMs += 1000;
        for (const [meterId, amps] of meters) if (amps !== null) sample(meterId, amps);
        tell({ kind: "tick" });
        if (isLive && nowMs % 10_000 === 0) cars.readings(nowMs).forEach(tell);
      }
    },
    limits: () => evseLimits(state, nowMs, options).map((each) => each.limitAmps),
    limit: (slot) => found(evseLimits(state, nowMs, options).find((each) => each.slot === slot)),
    reason: (slot) => self.limit(slot).reason,
    reasonKey: (slot) => reasonKey(self.limit(slot).reason),
    load: (circuitId) =>
      found(circuitLoads(state, nowMs, options).find((each) => each.circuitId === circuitId)),
    takeEffects() {
      const taken = effects;
      effects = [];
      return taken;
    },
  };
  return self;
}

/** EVs that draw. */
function liveCars(options: BalancerOptions) {
  const facts = new Map<number, EvseFacts>();
  const allowed = new Map<number, number>();
  const insisted = new Map<number, number>();
  const drawn = (place: EvsePlace): PerLine => {
    const of = facts.get(place.slot);
    if (of === undefined || of.transactionId === null) return onEachLine(0);
    const amps = insisted.get(place.slot) ?? allowed.get(place.slot) ?? place.failSafeAmps;
    return ampsOn(of.evLines ?? place.lines, amps);
  };
  return {
    note(next: EvseFacts): void {
      if (facts.get(next.slot)?.transactionId !== next.transactionId) allowed.delete(next.slot);
      facts.set(next.slot, next);
    },
    allow: (slot: number, amps: number) => void allowed.set(slot, amps),
    insist(slot: number, amps: number | null): void {
      if (amps === null) insisted.delete(slot);
      else insisted.set(slot, amps);
    },
    through(meterId: string): PerLine {
      const circuit = options.tree.circuits.find((each) => each.meterId === meterId);
      const below = circuit === undefined ? [] : options.tree.placesBelow(circuit.id);
      return below.map(drawn).reduce(addLines, onEachLine(0));
    },
    readings: (atMonoMs: number): readonly BalancerEvent[] =>
      options.places.filter(({ slot }) => facts.get(slot)?.connected).map((place) => ({
        kind: "measured",
        slot: place.slot,
        currentsAmps: drawn(place),
        atMonoMs,
        intervalMs: 10_000,
      })),
  };
}

/** A current on every line, or on each. */
export function currentsOf(amps: Amps): PerLine {
  if (typeof amps === "number") return onEachLine(amps);
  return perLine((line: Line) => amps[LINES.indexOf(line)] ?? 0);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Cannot find it on the bench");
  return value;
}

/** Limits as "slot: amperes", urgent ones with "!", renewals included. */
export function sentLimits(effects: readonly BalancerEffect[]): readonly string[] {
  return effects.flatMap((effect) =>
    effect.kind === "limit"
      ? [`${effect.slot}: ${effect.limitAmps}${effect.urgent ? "!" : ""}`]
      : []
  );
}

/** Effects that are no limits. */
export function alarmsOf(effects: readonly BalancerEffect[]): readonly BalancerEffect[] {
  return effects.filter((effect) => effect.kind !== "limit");
}

/** A bench on which EVs at some sockets have charged for a while, under meters that show nothing. */
export function settled(drawing: SiteDrawing, evs: readonly number[], isLive = false): Bench {
  const desk = bench(drawing, { isLive });
  for (const { slot } of drawing.evses) desk.facts(emptyAt(slot));
  for (const { meter } of drawing.circuits) if (meter !== undefined) desk.meter(meter, 0);
  for (const slot of evs) desk.facts(chargingAt(slot));
  desk.wait(100);
  desk.takeEffects();
  return desk;
}

/** Two sockets of 32 A on a circuit of 40 A. */
export const TWO_ON_40: SiteDrawing = {
  circuits: [{ id: "grid", amps: 40 }],
  evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
};

/** Two sockets of 32 A on a metered connection of 63 A. */
export const METERED: SiteDrawing = {
  circuits: [{ id: "grid", amps: 63, meter: "main", worst: 40, substitute: 25 }],
  evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
};
