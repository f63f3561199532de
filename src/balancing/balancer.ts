import { type EvsePlace, LINES, type MeterSample, perLine } from "../site/mod.ts";
import type {
  BalancerEvent,
  BalancerOptions,
  CircuitLoad,
  EvseLimit,
  RememberedLimit,
} from "./facts.ts";
import { assess } from "./_assessment.ts";
import {
  type BalancerState,
  circuitMemory,
  type EvseMemories,
  evseMemory,
} from "./_balancer_state.ts";
import { groupKey, reservedOn, type Row } from "./_board.ts";
import { type BalancerStep, decide } from "./_decision.ts";
import {
  type EvseMemory,
  UNKNOWN_EVSE,
  withAccepted,
  withFacts,
  withFailed,
} from "./_evse_memory.ts";
import { type ChargerReading, type HeldLimit, longestHeld } from "./_held_limits.ts";
import { withReading } from "./_charger_reading.ts";
import { type ComparedStep, countedPlace, onAnyLine } from "./_rotation.ts";
import { withRotationChecked } from "./_rotation_check.ts";
import { sampleMeasures, withSample } from "./_meter_memory.ts";
import { recalledOrder } from "./_phase_order.ts";
import { mayDraw } from "./_reservation.ts";
import { isOpen, withCut } from "./_cut.ts";
import { writesPerDay } from "./_writes.ts";
import { TINY_AMPS } from "./allocation/mod.ts";
import { withSighting } from "./_sleep.ts";

export type { BalancerState, BalancerStep, ComparedStep };

/**
 * A balancer that knows nothing yet but the limits that chargers may still be under from before.
 * Tell it the facts of every charger, also of those that are away: until it hears of one it counts
 * with its fail-safe current, or with what is remembered.
 */
export function newBalancer(
  options: BalancerOptions,
  nowMs: number,
  remembered: readonly RememberedLimit[] = [],
): BalancerState {
  const limits = new Map(remembered.map((limit) => [limit.slot, limit]));
  return {
    startedAtMs: nowMs,
    evses: recalledEvses(limits, options, nowMs),
    circuits: new Map(),
    siteCaps: [],
    groupCaps: [],
    surplus: null,
    doubtedMeters: new Set(),
    lostMeters: new Set(),
    overLimits: new Set(),
    disobeying: new Set(),
    failedCuts: new Set(),
    keptPhases: new Set(),
    keptLimits: new Set(),
    doubtedRotations: new Set(),
  };
}

function recalledEvses(
  limits: ReadonlyMap<number, RememberedLimit>,
  { places }: BalancerOptions,
  nowMs: number,
): EvseMemories {
  const highest = places.reduce((most, { slot }) => Math.max(most, slot), 0);
  const evses = new Array<EvseMemory | undefined>(highest + 1).fill(undefined);
  for (const { slot } of places) evses[slot] = recall(limits.get(slot), nowMs);
  return evses;
}

function recall(remembered: RememberedLimit | undefined, nowMs: number): EvseMemory {
  if (remembered === undefined) return UNKNOWN_EVSE;
  const held: HeldLimit = {
    limitAmps: remembered.limitAmps,
    sentAtMs: nowMs,
    acceptedAtMs: nowMs,
    followedSinceMs: nowMs,
    unanswered: false,
    validForMs: remembered.remainingMs,
  };
  return { ...UNKNOWN_EVSE, held: [held], order: recalledOrder(remembered.phases, nowMs) };
}

/** What to store, so that a restarted gateway knows what chargers may be under. */
export function rememberedLimits(
  state: BalancerState,
  nowMs: number,
  { places }: BalancerOptions,
): readonly RememberedLimit[] {
  return places.flatMap(({ slot, failSafeAmps }) => {
    const longest = longestHeld(state.evses[slot]?.held ?? [], failSafeAmps, nowMs);
    const phases = state.evses[slot]?.order.phases ?? null;
    return longest === null ? [] : [{ slot, ...longest, ...(phases !== null && { phases }) }];
  });
}

/**
 * Takes in an event and says what to do. Times are monotonic milliseconds. Readings of chargers and
 * accepted limits are noted and weighed at the next tick or meter sample; all else is decided at
 * once. Events of unknown slots and meters, and numbers that are none, are ignored.
 */
export function stepBalancer(
  state: BalancerState,
  event: BalancerEvent,
  nowMs: number,
  options: BalancerOptions,
): BalancerStep {
  const next = noteEvent(state, event, nowMs, options);
  const isNote = event.kind === "measured" || event.kind === "limit-accepted";
  return isNote ? { state: next, effects: [] } : decide(next, nowMs, options);
}

/** Takes in an event and decides nothing yet: for who has several to tell of one moment. */
export function noteEvent(
  state: BalancerState,
  event: BalancerEvent,
  nowMs: number,
  options: BalancerOptions,
): BalancerState {
  switch (event.kind) {
    case "tick":
      return state;
    case "meter":
      return withMeter(state, event.sample, nowMs, options);
    case "site-caps":
      return { ...state, siteCaps: event.caps };
    case "group-caps":
      return { ...state, groupCaps: event.caps };
    case "surplus":
      return { ...state, surplus: event.budget };
    case "doubted-meters":
      return { ...state, doubtedMeters: new Set(event.meterIds) };
    default:
      return withEvse(state, event, nowMs, options);
  }
}

type EvseEvent = Exclude<
  BalancerEvent,
  { readonly kind: "tick" | "meter" | "site-caps" | "group-caps" | "surplus" | "doubted-meters" }
>;

function withEvse(
  state: BalancerState,
  event: EvseEvent,
  nowMs: number,
  options: BalancerOptions,
): BalancerState {
  const slot = event.kind === "evse" ? event.facts.slot : event.slot;
  const toldPlace = options.places.find((each) => each.slot === slot);
  if (toldPlace === undefined) return state;
  const memory = evseMemory(state, slot);
  const place = countedPlace(toldPlace, memory.rotation);
  const change = (): EvseMemory => {
    switch (event.kind) {
      case "evse":
        return withFacts(memory, event.facts, place, nowMs);
      case "measured": {
        const raw = toldReading(event);
        const checked = withRotationChecked(state, memory, toldPlace, raw, options);
        const counted = countedPlace(toldPlace, checked.rotation);
        const reading = counted === toldPlace ? raw : onAnyLine(raw);
        const read = withReading(checked, reading, counted, options.timing, nowMs);
        return read === checked ? checked : withSighting(read, nowMs);
      }
      case "limit-accepted":
        return withAccepted(memory, event.limitAmps, nowMs);
      case "limit-failed":
        return withFailed(memory, event.limitAmps, event.answered, nowMs);
      case "cut":
        return withCut(memory, event.outcome, nowMs);
    }
  };
  const evses = state.evses.slice();
  evses[slot] = change();
  return { ...state, evses };
}

function toldReading(event: Extract<BalancerEvent, { readonly kind: "measured" }>): ChargerReading {
  const { currentsAmps, atMonoMs: atMs, intervalMs, doubtMs = 0, unsureLines, totalAmps } = event;
  return {
    currentsAmps,
    atMs,
    intervalMs,
    ...(doubtMs > 0 ? { notBeforeMs: atMs - doubtMs } : {}),
    ...(unsureLines === undefined ? {} : { unsureLines }),
    ...(totalAmps === undefined ? {} : { totalAmps }),
  };
}

function withMeter(
  state: BalancerState,
  sample: MeterSample,
  nowMs: number,
  options: BalancerOptions,
): BalancerState {
  const measures = sampleMeasures(sample, options.nominalVoltageV);
  if (measures === null || !Number.isFinite(sample.atMonoMs)) return state;
  const circuits = new Map(state.circuits);
  for (const { id, meterId } of options.tree.circuits) {
    if (meterId !== sample.meterId) continue;
    const atMs = Math.min(sample.atMonoMs, nowMs);
    circuits.set(id, withSample(circuitMemory(state, id), measures, atMs));
  }
  return { ...state, circuits };
}

/** Steps of single chargers beside what the meters above them showed, oldest first. */
export function comparedSteps(state: BalancerState): readonly ComparedStep[] {
  return state.evses.flatMap((memory) => memory?.rotation.compared ?? [])
    .toSorted((left, right) => left.atMs - right.atMs);
}

/** The load of every circuit, feeders first. */
export function circuitLoads(
  state: BalancerState,
  nowMs: number,
  options: BalancerOptions,
): readonly CircuitLoad[] {
  const { boards } = assess(state, nowMs, options);
  return [...boards.values()].flatMap((board) => {
    const { circuit, rows, isDoubted } = board;
    if (circuit === null) return [];
    const isHeard = board.meter === "good" || board.meter === "held";
    const meter = isDoubted && isHeard ? "doubted" : board.meter;
    return [{
      circuitId: circuit.id,
      limitAmps: rows.L1.usable,
      measuredAmps: perLine((line) => rows[line].measured),
      otherLoadAmps: perLine((line) => rows[line].known),
      reservedAmps: perLine((line) => reservedOn(board, line)),
      headroomAmps: perLine((line) => headroomAmps(rows[line], reservedOn(board, line))),
      meter,
    }];
  });
}

/** True where what the chargers may draw is within the lowest caps on them together. */
export function isWithinCaps(
  state: BalancerState,
  circuitId: string | null,
  nowMs: number,
  options: BalancerOptions,
): boolean {
  const { boards } = assess(state, nowMs, options);
  const board = boards.get(circuitId === null ? null : groupKey(circuitId));
  return board?.allRows.every(({ isReserved, reserved, usable }) =>
    !isReserved || reserved <= usable + TINY_AMPS
  ) ?? true;
}

/**
 * By what is known, not by what is proven for a raise: that moves with every reading. Nothing is free
 * where nothing may be raised for want of a meter.
 */
function headroomAmps({ free, usable, known, margin }: Row, reserved: number): number {
  const leftAmps = usable - known - reserved;
  return Number.isFinite(free) ? leftAmps - margin : Math.min(0, leftAmps);
}

/** The limit of every EVSE, in the order of the places. */
export function evseLimits(
  state: BalancerState,
  nowMs: number,
  { places }: BalancerOptions,
): readonly EvseLimit[] {
  return places.map((place) => limitAt(place, state, nowMs));
}

/** The limit of one EVSE; undefined for a slot without a place. */
export function evseLimit(
  state: BalancerState,
  slot: number,
  nowMs: number,
  { places }: BalancerOptions,
): EvseLimit | undefined {
  const place = places.find((each) => each.slot === slot);
  return place === undefined ? undefined : limitAt(place, state, nowMs);
}

function limitAt(told: EvsePlace, state: BalancerState, nowMs: number): EvseLimit {
  const memory = evseMemory(state, told.slot);
  const place = countedPlace(told, memory.rotation);
  const { reservedAmps } = mayDraw(place, memory, nowMs);
  return {
    slot: place.slot,
    limitAmps: memory.lastSent?.limitAmps ?? null,
    reservedAmps: Math.max(...LINES.map((line) => reservedAmps[line])),
    reason: memory.reason,
    trust: memory.trust.state,
    isCut: isOpen(memory),
    pauses: memory.pauses.count,
    writesPerDay: writesPerDay(memory.writes, nowMs),
  };
}
