import { LINES, perLine } from "../site/mod.ts";
import { type BalancerOptions, PHASE_SWITCH_RULES, type PhaseCount } from "./facts.ts";
import type { Assessment } from "./_assessment.ts";
import type { BalancerState } from "./_balancer_state.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import { isPending } from "./_held_limits.ts";
import { NO_PHASE_EVIDENCE } from "./_phase_evidence.ts";
import {
  judgeOrder,
  mayGoOver,
  NO_PHASE_ORDER,
  orderedPhases,
  type PhaseOrder,
  withGoing,
  withSeen,
  withTakenBack,
  withTold,
} from "./_phase_order.ts";
import { amountOf, phasorOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/** Nobody has said yet who charges by the sun, so soon after the start or a reconnection. */
const WISHES_COME_MS = 30_000;

/**
 * Has sessions go over to another number of phases, one step at a time: its current goes down to the
 * minimum, or off where its model needs that; then it is told, if there is room for its minimum on every
 * line of its socket; and from that moment all of them count, until its own readings show from which it
 * draws. Returns the same state where nothing changes.
 */
export function withPhaseOrders(
  state: BalancerState,
  { standings }: Assessment,
  options: BalancerOptions,
  nowMs: number,
): BalancerState {
  const told = state.surplus?.phases;
  const wishes = told === undefined
    ? NO_WISHES
    : new Map(told.map(({ slot, phases }) => [slot, phases]));
  let evses: (EvseMemory | undefined)[] | null = null;
  for (const standing of standings) {
    const { place: { slot }, memory } = standing;
    const wish = wishes.get(slot);
    if (memory.order === NO_PHASE_ORDER && wish === undefined) continue;
    const isEarly = nowMs - state.startedAtMs < WISHES_COME_MS ||
      nowMs - memory.connectedSinceMs < WISHES_COME_MS;
    // Whom nobody wants on one phase any more charges on all of them again.
    const wanted = wish ?? (isEarly ? orderedPhases(memory.order) : 3);
    const next = stepped(standing, wanted, options, nowMs);
    if (next === memory) continue;
    evses ??= state.evses.slice();
    evses[slot] = next;
    // The room that it was given is not there for another.
    if (next.order.count > memory.order.count) break;
  }
  return evses === null ? state : { ...state, evses };
}

const NO_WISHES: ReadonlyMap<number, PhaseCount> = new Map();

function stepped(
  standing: Standing,
  wanted: PhaseCount,
  options: BalancerOptions,
  nowMs: number,
): EvseMemory {
  const { memory } = standing;
  const { order } = memory;
  if (order.unseenSinceMs !== null) return judged(standing, nowMs);
  if (wanted === orderedPhases(order)) return withOrder(memory, withGoing(order, null));
  const { place, isSteerable } = standing;
  const { facts, reading, trust } = memory;
  const rules = options.phaseSwitching ?? PHASE_SWITCH_RULES;
  const isAble = isSteerable && memory.failures === 0 && trust.state === "trusted" &&
    mayGoOver(place, facts, reading, order, rules, nowMs);
  if (!isAble) return withOrder(memory, withGoing(order, null));
  const going = withOffTime(withGoing(order, wanted), standing, nowMs);
  return isReady(standing, going, nowMs)
    ? {
      ...memory,
      order: withTold(going, wanted, chosenPhase(standing, wanted), nowMs),
      // What was learnt before is over.
      phases: NO_PHASE_EVIDENCE,
    }
    : withOrder(memory, going);
}

function withOrder(memory: EvseMemory, order: PhaseOrder): EvseMemory {
  return order === memory.order ? memory : { ...memory, order };
}

function judged({ memory }: Standing, nowMs: number): EvseMemory {
  const { order, phases: { lines }, chargingSinceMs, facts } = memory;
  const isAsleep = facts?.suspendedByEv === true ||
    (memory.asleepFromMs !== null && nowMs >= memory.asleepFromMs);
  if (isRefused(memory)) return { ...memory, order: withTakenBack(order, "refused") };
  const judgement = judgeOrder(order, { lines, chargingSinceMs, isAsleep }, nowMs);
  if (judgement === "open") return memory;
  return {
    ...memory,
    order: judgement === "seen" ? withSeen(order) : withTakenBack(order, judgement),
  };
}

/** The limit that said it was refused, so the charger keeps what it had. */
function isRefused({ failures, lastSent, order, held }: EvseMemory): boolean {
  return failures > 0 && !isPending(held) && lastSent !== null &&
    (lastSent.phases ?? null) !== order.phases;
}

/** Notes since when nothing can flow there any more. */
function withOffTime(order: PhaseOrder, { reservedAmps }: Standing, nowMs: number): PhaseOrder {
  const isOff = LINES.every((line) => reservedAmps[line] <= TINY_AMPS);
  if (isOff === (order.offSinceMs !== null)) return order;
  return { ...order, offSinceMs: isOff ? nowMs : null };
}

function isReady(standing: Standing, { offSinceMs }: PhaseOrder, nowMs: number): boolean {
  const { memory, reservedAmps, place: { minCurrentAmps } } = standing;
  if (isPending(memory.held)) return false;
  const pauseMs = memory.facts?.traits?.phaseSwitchPauseMs ?? 0;
  // Who has nothing gets its minimum in the usual way, when there is room on all lines.
  if (offSinceMs !== null) return nowMs - offSinceMs >= pauseMs;
  return pauseMs === 0 &&
    LINES.every((line) => reservedAmps[line] <= minCurrentAmps + TINY_AMPS) &&
    hasRoomOnAll(standing);
}

/** True where its minimum is proven free on every line of its socket, what is kept for it included. */
function hasRoomOnAll({ place, path, reservedAmps, boards }: Standing): boolean {
  const all = perLine((line) =>
    Math.max(reservedAmps[line], place.lines.includes(line) ? place.minCurrentAmps : 0)
  );
  const isForced = boards.some(({ allRows }) => allRows.some((row) => row.isForced));
  return !isForced && path.reaches.every((reach) => {
    const { row } = reach;
    if (row.towards === null) {
      return amountOf(reach, all) - amountOf(reach, reservedAmps) <=
        Math.max(0, row.free) + TINY_AMPS;
    }
    const [now, then] = [phasorOf(reach, reservedAmps), phasorOf(reach, all)];
    const [re, im] = [row.takenRe + then.re - now.re, row.takenIm + then.im - now.im];
    return Math.hypot(re, im) <= Math.max(row.free, Math.hypot(row.takenRe, row.takenIm)) +
        TINY_AMPS;
  });
}

/** The phase of its socket whose line has most room on its way to the grid. */
function chosenPhase({ place, boards, memory }: Standing, phases: PhaseCount): number | null {
  if (phases !== 1 || memory.facts?.traits?.choosesPhase !== true) return null;
  const roomOn = (line: (typeof LINES)[number]) =>
    Math.min(...boards.map(({ rows }) => rows[line].free));
  const rooms = place.lines.map(roomOn);
  return rooms.indexOf(Math.max(...rooms)) + 1;
}
