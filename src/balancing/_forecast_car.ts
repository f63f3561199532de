import { ampsOn, type EvsePlace, type Line, LINES, onEachLine, type PerLine } from "../site/mod.ts";
import type { BalancerEffect, BalancerOptions, EvseFacts } from "./facts.ts";
import { type BalancerState, evseMemory } from "./_balancer_state.ts";
import { isFresh, linesOf } from "./_charger_reading.ts";
import { isOpen } from "./_cut.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import { countedPlace } from "./_rotation.ts";

/** An EVSE in a forecast, with whatever stands there. */
export interface ForecastCar {
  readonly place: EvsePlace;
  readonly facts: EvseFacts;
  /** The facts differ from those that the balancer was told. */
  readonly isNew: boolean;
  /** The lines that its EV draws from; on one phase only those. */
  readonly lines: readonly Line[];
  readonly allLines: readonly Line[];
  /** What its EV takes at most; 0: it takes none whatever it is given. */
  readonly takesAmps: number;
  readonly limitAmps: number;
  /** Of one that is out of reach: what it was seen to draw last. */
  readonly awayAmps: PerLine | null;
  readonly isCut: boolean;
  readonly energyWh: number;
}

/** Every place of which the gateway has heard, as it is now. */
export function parkedCars(
  state: BalancerState,
  { places }: BalancerOptions,
  nowMs: number,
): readonly ForecastCar[] {
  return places.flatMap((told) => {
    const memory = evseMemory(state, told.slot);
    const { facts } = memory;
    if (facts === null) return [];
    const place = countedPlace(told, memory.rotation);
    const lines = linesOf(place, memory, nowMs);
    const limitAmps = facts.takesLimits === false
      ? place.maxCurrentAmps
      : memory.lastSent?.limitAmps ?? place.failSafeAmps;
    const car: ForecastCar = {
      place,
      facts,
      isNew: false,
      lines,
      allLines: lines,
      takesAmps: takes(memory, place, nowMs),
      limitAmps,
      awayAmps: null,
      isCut: isOpen(memory),
      energyWh: 0,
    };
    return [facts.connected ? car : { ...car, awayAmps: lastSeen(memory, nowMs) ?? drawNow(car) }];
  });
}

function lastSeen({ reading }: EvseMemory, nowMs: number): PerLine | null {
  return reading !== null && isFresh(reading, nowMs) ? reading.currentsAmps : null;
}

/** As much as it was seen to want, which its limit leaves some room above; one that sleeps goes on so. */
function takes(memory: EvseMemory, { maxCurrentAmps }: EvsePlace, nowMs: number): number {
  const { reason, appetite } = memory;
  const sleeps = reason.kind === "needs-driver" ||
    (reason.kind === "satisfied" && reason.takesAmps === null);
  if (sleeps) return 0;
  if (appetite.wantsAmps === null) return maxCurrentAmps;
  const seen = lastSeen(memory, nowMs);
  const seenAmps = seen === null ? Infinity : Math.max(...LINES.map((line) => seen[line]));
  return Math.min(seenAmps, appetite.wantsAmps, maxCurrentAmps);
}

/** What it draws on each line. */
export function drawNow(car: ForecastCar): PerLine {
  const { facts, place, lines, takesAmps, limitAmps, isCut, awayAmps } = car;
  if (isCut || facts.transactionId === null || !facts.plugged) return onEachLine(0);
  if (awayAmps !== null) return awayAmps;
  if (facts.suspendedByEv || limitAmps < place.minCurrentAmps) return onEachLine(0);
  return ampsOn(lines, Math.min(limitAmps, takesAmps));
}

/** It follows a limit. */
export function withLimit(
  car: ForecastCar,
  effect: Extract<BalancerEffect, { readonly kind: "limit" }>,
): ForecastCar {
  const { limitAmps, numberPhases, phaseToUse } = effect;
  const one = car.place.lines[(phaseToUse ?? 1) - 1];
  const isOne = numberPhases === 1 && one !== undefined;
  return { ...car, limitAmps, lines: isOne ? [one] : car.allLines };
}

/** Caps that have ended are gone, and so is a driver who was to leave by now. */
export function withTime(
  car: ForecastCar,
  now: { readonly monoMs: number; readonly wallMs: number },
): ForecastCar {
  const { facts } = car;
  const caps = facts.caps.filter(({ untilWallMs = Infinity }) => untilWallMs > now.wallMs);
  const departsAtMs = facts.demand?.departsAtMs ?? null;
  // One whose time was over before was told so, and is still there.
  const leaves = facts.transactionId !== null && facts.plugged && departsAtMs !== null &&
    departsAtMs <= now.monoMs && facts.demand?.isUrgent !== true;
  if (!leaves && caps.length === facts.caps.length) return car.isNew ? still(car) : car;
  const { demand: _gone, ...rest } = facts;
  const next = leaves
    ? { ...rest, caps, plugged: false, transactionId: null, suspendedByEv: false }
    : { ...facts, caps };
  return { ...car, facts: next, isNew: true };
}

function still(car: ForecastCar): ForecastCar {
  return { ...car, isNew: false };
}

/** It has gone on drawing for so long. What it still wants is known to the balancer by 100 Wh. */
export function energyOf(car: ForecastCar, stepMs: number, voltageV: number): ForecastCar {
  const drawn = drawNow(car);
  const amps = LINES.reduce((sum, line) => sum + drawn[line], 0);
  if (amps === 0) return car;
  const givenWh = amps * voltageV * stepMs / 3_600_000;
  const energyWh = car.energyWh + givenWh;
  const { demand } = car.facts;
  if (!demand || demand.remainingWh === null) return { ...car, energyWh };
  const passed = Math.floor(energyWh / STEP_WH) - Math.floor(car.energyWh / STEP_WH);
  if (passed === 0) return { ...car, energyWh };
  const remainingWh = Math.max(0, demand.remainingWh - passed * STEP_WH);
  return {
    ...car,
    energyWh,
    isNew: true,
    facts: { ...car.facts, demand: { ...demand, remainingWh } },
  };
}

const STEP_WH = 100;
