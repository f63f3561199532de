import { LINES } from "../site/mod.ts";
import type { BalancerEffect, BalancerOptions } from "./facts.ts";
import { isRelievable } from "./_alarms.ts";
import type { Assessment } from "./_assessment.ts";
import { type BalancerState, type EvseMemories, evseMemory } from "./_balancer_state.ts";
import type { Board, Row } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import { orderCuts } from "./_cut.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import type { Standing } from "./_standing.ts";
import { REMINDERS_MAX, trustAt, TRUSTED, type TrustMemory, withEvidence } from "./_trust.ts";
import { obeyedUpToAmps } from "./_held_limits.ts";

/** Its minimum is offered for so long before it is asked to stop, again so often, and so many times. */
const LAST_OFFER_MS = 5_000;
const ASK_AGAIN_MS = 30_000;
const STOPS_MAX = 5;
/** Others may go without because of one that does not obey for so long, and no longer. */
const STARVED_AFTER_MS = 300_000;

/** A state and what is to be done about it. */
interface TrustStep {
  readonly state: BalancerState;
  readonly effects: readonly BalancerEffect[];
}

/** Judges every charger anew. Returns the same state where nobody's trust changed. */
export function withTrustJudged(
  state: BalancerState,
  { allBoards, standings, below }: Assessment,
  overloaded: ReadonlySet<Row>,
  options: BalancerOptions,
  nowMs: number,
): TrustStep {
  const byMeter = provenByMeter(allBoards, below, nowMs);
  const evses = new Map<number, EvseMemory>();
  const effects: BalancerEffect[] = [];
  for (const standing of standings) {
    const { memory, place: { slot } } = standing;
    const isOpen = memory.facts !== null && memory.facts.transactionId !== null;
    if (!isOpen || (memory.trust === TRUSTED && !byMeter.has(standing))) continue;
    const { reading } = memory;
    const isProven = byMeter.has(standing);
    const seen = isProven ? withMeterEvidence(memory, nowMs) : memory.trust;
    const isCurrent = isProven || (reading !== null && isFresh(reading, nowMs));
    const trust = trustAt(seen, nowMs, isCurrent, {
      isOverloaded: overloaded.size > 0 &&
        standing.boards.some(({ allRows }) => allRows.some((row) => overloaded.has(row))),
      confirmMs: options.timing.reductionConfirmMs,
    });
    if (trust === memory.trust) continue;
    const isNews = trust.state !== memory.trust.state;
    const resend = memory.resend ||
      (isNews && trust.state === "suspect" && trust.lapses <= REMINDERS_MAX);
    evses.set(slot, { ...memory, trust, resend });
    if (isNews && trust.state === "suspect" && trust.lapses === 1) {
      effects.push({ kind: "ask-schedule", slot });
    }
  }
  return { state: withMemories(state, evses), effects };
}

/** The same state where nothing is to be remembered anew. */
function withMemories(
  state: BalancerState,
  changed: ReadonlyMap<number, EvseMemory>,
): BalancerState {
  if (changed.size === 0) return state;
  const evses = state.evses.slice();
  for (const [slot, memory] of changed) evses[slot] = memory;
  return { ...state, evses };
}

/** A meter is looked at each second: what it says follows on what it said. */
function withMeterEvidence({ trust }: EvseMemory, nowMs: number): TrustMemory {
  return withEvidence(trust, { atMs: nowMs, seen: "far-over", isAlone: false });
}

/**
 * Chargers that draw too much by the meter of their circuit: nothing else is on it, all others there
 * told what they draw, and what flows is clearly more than that and all that this one may draw.
 */
function provenByMeter(
  boards: readonly Board[],
  belowEach: Assessment["below"],
  nowMs: number,
): ReadonlySet<Standing> {
  let proven: Set<Standing> | undefined;
  for (const board of boards) {
    const { circuit, meter } = board;
    if (circuit === null || meter !== "good" || circuit.otherLoad.worstAmps > 0) continue;
    const below = belowEach(board);
    const silent = below.filter((each) => !isHeard(each, nowMs) && mayDrawAtAll(each));
    const [only] = silent;
    if (only === undefined || silent.length > 1) continue;
    const isOver = LINES.some((line) => {
      const others = below.filter((each) => each !== only)
        .reduce((sum, { presentAmps }) => sum + presentAmps[line], 0);
      const rest = (board.rows[line].measured ?? 0) - others;
      return only.lines.includes(line) && rest > obeyedUpToAmps(only.presentAmps[line]) + FAR_AMPS;
    });
    if (isOver) (proven ??= new Set()).add(only);
  }
  return proven ?? NONE_PROVEN;
}

const NONE_PROVEN: ReadonlySet<Standing> = new Set();

/** Meters and pilots have tolerances, and several add up. */
const FAR_AMPS = 3;

function isHeard({ memory: { reading } }: Standing, nowMs: number): boolean {
  return reading !== null && isFresh(reading, nowMs);
}

function mayDrawAtAll({ memory, reservedAmps }: Standing): boolean {
  const transactionId = memory.facts?.transactionId ?? null;
  return transactionId !== null || LINES.some((line) => reservedAmps[line] > 0);
}

/** Has chargers that do not obey stopped, and cut where that does not help either. */
export function takeMeasures(
  state: BalancerState,
  { allBoards, standings, below }: Assessment,
  overloaded: ReadonlySet<Row>,
  nowMs: number,
): TrustStep {
  const evses = new Map<number, EvseMemory>();
  const effects: BalancerEffect[] = [];
  const helpless = overloaded.size === 0 ? NO_BOARDS : new Set(
    allBoards.filter((board) =>
      board.allRows.some((row) => overloaded.has(row) && !isRelievable(row, below(board)))
    ),
  );
  for (const standing of standings) {
    const { memory, place: { slot } } = standing;
    const transactionId = memory.facts?.transactionId ?? null;
    if (transactionId === null || !isStopDue(memory, nowMs)) continue;
    const isUnbearable = standing.boards.some((board) => helpless.has(board));
    if (!isUnbearable && !starvesOthers(standing, standings, state.evses, nowMs)) continue;
    const stop = { askedAtMs: nowMs, times: (memory.trust.stop?.times ?? 0) + 1 };
    const now = evseMemory(state, slot);
    evses.set(slot, { ...now, trust: { ...now.trust, stop } });
    effects.push({ kind: "stop", slot, transactionId });
  }
  const cuts = orderCuts(standings, helpless, nowMs);
  for (const [slot, { cut }] of cuts.memories) {
    evses.set(slot, { ...(evses.get(slot) ?? evseMemory(state, slot)), cut });
  }
  return { state: withMemories(state, evses), effects: [...effects, ...cuts.effects] };
}

const NO_BOARDS: ReadonlySet<Board> = new Set();

/** It got its minimum as a last offer, and draws on. */
function isStopDue({ facts, trust }: EvseMemory, nowMs: number): boolean {
  const { state, sinceMs, obeysSinceMs, stop } = trust;
  if (state !== "disobeying" || obeysSinceMs !== null || !facts?.connected) return false;
  if (stop === null) return nowMs - sinceMs >= LAST_OFFER_MS;
  return stop.times < STOPS_MAX && nowMs - stop.askedAtMs >= ASK_AGAIN_MS;
}

/**
 * Somebody has waited for long, what is kept for this one is what they lack, and nobody has a turn that
 * could come to them.
 */
function starvesOthers(
  standing: Standing,
  standings: readonly Standing[],
  evses: EvseMemories,
  nowMs: number,
): boolean {
  if (nowMs - standing.memory.trust.sinceMs < STARVED_AFTER_MS) return false;
  const [circuit] = standing.boards;
  const beside = standings.filter((other) =>
    circuit !== undefined && other.decidedAmps !== null && other.boards.includes(circuit) &&
    other.lines.some((line) => standing.lines.includes(line))
  );
  // Between two turns both have nothing for a moment: who was just paused has not waited long.
  const waits = beside.map(({ place }) => evses[place.slot]?.waitingSinceMs ?? null)
    .filter((since) => since !== null);
  return waits.length > 0 && waits.every((since) => nowMs - since >= STARVED_AFTER_MS) &&
    beside.every((other) => other.decidedAmps === 0);
}
