import type { Circuit } from "../site/mod.ts";
import type { BalancerEffect, BalancerOptions } from "./facts.ts";
import { adjust, reserveDecided, validities, validityMs } from "./_adjustments.ts";
import { settleAlarms } from "./_alarms.ts";
import { assess, type Assessment } from "./_assessment.ts";
import { type BalancerState, circuitMemory } from "./_balancer_state.ts";
import { isOver } from "./_board.ts";
import { isOpen, withReturnDue } from "./_cut.ts";
import { type EvseMemory, withFailed, withSent } from "./_evse_memory.ts";
import { ANSWER_PATIENCE_MS, type HeldLimit, isPending, possibleLimits } from "./_held_limits.ts";
import { type CircuitMemory, withJudgement } from "./_meter_memory.ts";
import { withAbsences } from "./_absence.ts";
import { NO_ROOM_YET, roomAfter } from "./_lasting_room.ts";
import { withPause } from "./_pauses.ts";
import { withPhaseOrders } from "./_phase_switching.ts";
import { noteReasons } from "./_reasons.ts";
import { askingAfter, asleepFromMs } from "./_sleep.ts";
import type { Standing } from "./_standing.ts";
import { shareTargets } from "./_targets.ts";
import { REMINDERS_MAX } from "./_trust.ts";
import { overloadedRows } from "./_overload.ts";
import { takeMeasures, withTrustJudged } from "./_trust_measures.ts";
import { isPastWaking, RESUMED } from "./_wake.ts";
import { isTellingAgain, withWakeJudged } from "./_wake_sight.ts";

/** A state and what is to be done about it. */
export interface BalancerStep {
  readonly state: BalancerState;
  readonly effects: readonly BalancerEffect[];
}

/** A limit that is not obeyed is said again so often. */
const REMIND_AFTER_MS = 60_000;

/** Looks at the whole site and decides what changes now. */
export function decide(
  state: BalancerState,
  nowMs: number,
  options: BalancerOptions,
): BalancerStep {
  const aged = withTimePassed(state, nowMs, options);
  const atFirst = assess(aged, nowMs, options);
  const overAtFirst = overloadedRows(atFirst, nowMs);
  const judged = withTrustJudged(aged, atFirst, overAtFirst, options, nowMs);
  const seen = judged.state === aged ? atFirst : assess(judged.state, nowMs, options);
  const watched = withAbsences(judged.state, seen, nowMs);
  const current = withPhaseOrders(watched, seen, options, nowMs);
  const assessment = current === judged.state ? seen : assess(current, nowMs, options);
  const overloaded = assessment === atFirst ? overAtFirst : overloadedRows(assessment, nowMs);
  const { steerable } = assessment;
  shareTargets(steerable, assessment.table, options, nowMs);
  adjust(steerable, assessment.allBoards, options, nowMs);
  reserveDecided(steerable);
  noteReasons(assessment.standings, options, nowMs);
  let evses: (EvseMemory | undefined)[] | undefined;
  const effects: LimitEffect[] = [];
  const validityOf = validities(assessment.standings);
  for (const standing of assessment.standings) {
    const memory = sendOrKeep(standing, validityOf, effects, nowMs);
    if (memory === standing.memory) continue;
    evses ??= current.evses.slice();
    evses[standing.place.slot] = memory;
  }
  const circuits = withCircuitsJudged(current, assessment, nowMs);
  const next = { ...current, evses: evses ?? current.evses, circuits };
  const measures = takeMeasures(next, assessment, overloaded, nowMs);
  const alarms = settleAlarms(measures.state, assessment, nowMs);
  return {
    state: alarms.state,
    effects: [...inOrder(effects), ...judged.effects, ...measures.effects, ...alarms.effects],
  };
}

type LimitEffect = Extract<BalancerEffect, { readonly kind: "limit" }>;

/** Reductions go out first. */
function inOrder(effects: readonly LimitEffect[]): readonly LimitEffect[] {
  return effects.length < 2
    ? effects
    : effects.toSorted((a, b) => Number(b.urgent) - Number(a.urgent));
}

/** Drops limits that chargers have provably left, and gives up waiting for answers. */
function withTimePassed(
  state: BalancerState,
  nowMs: number,
  options: BalancerOptions,
): BalancerState {
  let evses: (EvseMemory | undefined)[] | undefined;
  for (let slot = 0; slot < state.evses.length; slot++) {
    const memory = state.evses[slot];
    if (memory === undefined) continue;
    const next = aged(memory, nowMs, options.timing.reductionConfirmMs);
    if (next !== memory) (evses ??= state.evses.slice())[slot] = next;
  }
  return evses === undefined ? state : { ...state, evses };
}

function aged(before: EvseMemory, nowMs: number, confirmMs: number): EvseMemory {
  const memory = withReturnDue(withWakeJudged(before, nowMs), nowMs);
  if (memory.held.length === 0) return memory;
  const held = possibleLimits(memory.held, memory.reading, nowMs, confirmMs);
  const next = held === memory.held ? memory : { ...memory, held };
  if (!isPending(held)) return next;
  const forgotten = forgottenOf(held, nowMs);
  return forgotten ? withFailed(next, forgotten.limitAmps, false, nowMs) : next;
}

function forgottenOf(held: readonly HeldLimit[], nowMs: number): HeldLimit | undefined {
  return held.find((limit) =>
    limit.acceptedAtMs === null && !limit.unanswered && nowMs - limit.sentAtMs >= ANSWER_PATIENCE_MS
  );
}

/** What is remembered of it from now on; a limit that is due is added to the effects. */
function sendOrKeep(
  standing: Standing,
  validityOf: (standing: Standing) => number,
  effects: LimitEffect[],
  nowMs: number,
): EvseMemory {
  const { memory, keepAmps, decidedAmps, reason } = standing;
  if (decidedAmps === null) return withoutSteering(standing, effects, nowMs);
  const next = withTurn(standing, decidedAmps, nowMs);
  const validForMs = validityOf(standing);
  const isDue = memory.lastSent === null || decidedAmps !== keepAmps ||
    isOrderUnsaid(memory, decidedAmps) ||
    (isRenewalDue(memory, validForMs, nowMs) && !isPending(memory.held));
  if (!isDue) return next;
  // What the charger seems to have already is passed on only where that is said to be no mistake.
  const urgent = decidedAmps < keepAmps || isTellingAgain(memory);
  effects.push({
    kind: "limit",
    slot: standing.place.slot,
    limitAmps: decidedAmps,
    validForMs,
    urgent,
    reason,
    ...saidPhases(memory),
  });
  return withSent(next, decidedAmps, validForMs, nowMs);
}

/** How many phases is said with the next current that it gets. */
function isOrderUnsaid({ lastSent, order, held }: EvseMemory, limitAmps: number): boolean {
  return (lastSent?.phases ?? null) !== order.phases && limitAmps > 0 && !isPending(held);
}

const ALL_PHASES = {};

function saidPhases(
  { order: { phases, phaseToUse } }: EvseMemory,
): Pick<LimitEffect, "numberPhases" | "phaseToUse"> {
  if (phases === null) return ALL_PHASES;
  return { numberPhases: phases, ...(phaseToUse === null ? {} : { phaseToUse }) };
}

function isRenewalDue(memory: EvseMemory, validForMs: number, nowMs: number): boolean {
  const { lastSent, resend } = memory;
  if (lastSent === null || resend) return true;
  return nowMs - lastSent.sentAtMs >= Math.min(lastSent.validForMs, validForMs) / 2;
}

/** Notes since when it charges or waits. */
function withTurn(
  standing: Standing,
  limitAmps: number,
  nowMs: number,
): EvseMemory {
  const { memory, reason } = standing;
  const isCharging = limitAmps > 0;
  const isRaised = limitAmps > standing.keepAmps;
  const asleepFrom = asleepFromMs(memory, isCharging, nowMs);
  const asking = askingAfter(memory, isCharging, nowMs);
  const wantsNothing = asleepFrom !== null || isPastWaking(memory.wake);
  const isWaiting = reason.kind === "waiting" ||
    (wantsNothing && !isCharging && standing.ceiling.amps > 0);
  const isPaused = !isCharging && isWaiting && memory.chargingSinceMs !== null && !wantsNothing;
  // Nobody misses that one draws nothing which was full when it was paused.
  const isResumed = isCharging && memory.lastSent?.limitAmps === 0 && memory.asleepFromMs === null;
  const wake = isResumed ? memory.wake ?? RESUMED : memory.wake;
  const pauses = isPaused
    ? withPause(memory.pauses, nowMs)
    : isCharging && memory.pauses.isOn
    ? { ...memory.pauses, isOn: false }
    : memory.pauses;
  const chargingSinceMs = isCharging ? memory.chargingSinceMs ?? nowMs : null;
  const waitingSinceMs = isWaiting ? memory.waitingSinceMs ?? nowMs : null;
  const raisedAtMs = isRaised ? nowMs : memory.raisedAtMs;
  const room = isCharging ? NO_ROOM_YET : roomAfter(memory.room, standing, nowMs);
  // Most of the time nothing changes, and nothing new need be remembered.
  const isAsBefore = memory.reason === reason && memory.wake === wake &&
    memory.pauses === pauses && memory.asleepFromMs === asleepFrom && memory.asking === asking &&
    memory.chargingSinceMs === chargingSinceMs && memory.room === room &&
    memory.waitingSinceMs === waitingSinceMs && memory.raisedAtMs === raisedAtMs;
  if (isAsBefore) return memory;
  const turn = { reason, wake, pauses, chargingSinceMs, waitingSinceMs, room, raisedAtMs };
  return { ...memory, ...turn, asking, asleepFromMs: asleepFrom };
}

/** Whoever ignores its limit is reminded of it; nobody else hears from us. */
function withoutSteering(
  standing: Standing,
  effects: LimitEffect[],
  nowMs: number,
): EvseMemory {
  const { place, ceiling, reason } = standing;
  const isSame = standing.memory.reason === reason;
  const memory = isSame ? standing.memory : { ...standing.memory, reason };
  const { facts, lastSent, trust } = memory;
  if (facts === null || facts.transactionId === null) return memory;
  if (!isReminderDue(memory, nowMs)) return memory;
  // What has run out by now would be a raise.
  const heldAmps = lastSent === null ? place.failSafeAmps : standing.keepAmps;
  const toldAmps = Math.min(heldAmps, ceiling.amps);
  // Its minimum is the last offer to one that does not obey.
  const limitAmps = trust.state === "disobeying"
    ? Math.min(toldAmps, place.minCurrentAmps)
    : toldAmps;
  const validForMs = validityMs(standing);
  const { slot } = place;
  effects.push({
    kind: "limit",
    slot,
    limitAmps,
    validForMs,
    urgent: true,
    reason,
    ...saidPhases(memory),
  });
  return withSent(memory, limitAmps, validForMs, nowMs);
}

/** Said again when its trust changed, and each minute from then on. */
function isReminderDue(memory: EvseMemory, nowMs: number): boolean {
  const { facts, lastSent, ignoresLimits, held, retryAtMs, trust } = memory;
  const isDeaf = (ignoresLimits || trust.state === "disobeying") && !isOpen(memory);
  if (!isDeaf || facts?.connected !== true || isPending(held) || nowMs < retryAtMs) return false;
  if (lastSent === null || nowMs - lastSent.sentAtMs >= REMIND_AFTER_MS) return true;
  const isNews = trust.state === "disobeying" ||
    (trust.state === "suspect" && trust.lapses <= REMINDERS_MAX);
  return isNews && lastSent.sentAtMs < trust.sinceMs;
}

/** Where somebody is cut because more flows, or is given, than may. */
function forcedCircuits(standings: readonly Standing[]): ReadonlySet<Circuit> {
  let forced: Set<Circuit> | undefined;
  for (const { decidedAmps, keepAmps, draws } of standings) {
    if (decidedAmps === null || decidedAmps >= keepAmps) continue;
    for (const { row: { isForced, circuit } } of draws) {
      if (isForced && circuit !== null) (forced ??= new Set()).add(circuit);
    }
  }
  return forced ?? NONE_FORCED;
}

const NONE_FORCED: ReadonlySet<Circuit> = new Set();

/** Notes what was made of the meters, and where load forced somebody down. */
function withCircuitsJudged(
  state: BalancerState,
  assessment: Assessment,
  nowMs: number,
): ReadonlyMap<string, CircuitMemory> {
  let circuits: Map<string, CircuitMemory> | undefined;
  const forced = forcedCircuits(assessment.standings);
  for (const board of assessment.allBoards) {
    if (board.circuit === null) continue;
    const rows = board.allRows;
    const isCut = forced.has(board.circuit);
    const over = board.meter === "good" && rows.some(isOver);
    const memory = circuitMemory(state, board.circuit.id);
    const forcedAtMs = isCut ? nowMs : memory.forcedAtMs;
    const overSinceMs = over ? memory.overSinceMs ?? nowMs : null;
    const isSame = forcedAtMs === memory.forcedAtMs && overSinceMs === memory.overSinceMs;
    const marked = isSame ? memory : { ...memory, forcedAtMs, overSinceMs };
    const next = board.meter === "good" ? withJudgement(marked, board.otherLoad) : marked;
    if (next !== memory) (circuits ??= new Map(state.circuits)).set(board.circuit.id, next);
  }
  return circuits ?? state.circuits;
}
