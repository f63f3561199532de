import type { EvsePlace, Line } from "../site/mod.ts";
import type { EvseFacts, PhaseCount, PhaseSwitchRules } from "./facts.ts";
import type { ChargerReading } from "./_held_limits.ts";

/** On how many phases a charger was told to charge its EV, and what came of it. A value. */
export interface PhaseOrder {
  /** What its limits say; null: nothing, so that it charges on all of its phases. */
  readonly phases: PhaseCount | null;
  /** Which phase of the socket where that is one and the charger lets us choose, 1 to 3. */
  readonly phaseToUse: number | null;
  /** What its limits said before, as long as it was not seen to have gone over. */
  readonly before: PhaseCount | null;
  /** Since when it was told so and was not seen to have done it; null: it was, or nobody asked. */
  readonly unseenSinceMs: number | null;
  /** To what it is to go over as soon as its current is low enough and there is room. */
  readonly goingTo: PhaseCount | null;
  /** Since when nothing flows before it goes over, where its model needs that. */
  readonly offSinceMs: number | null;
  /** When it was told to go over, the last times, oldest first; and how often in this session. */
  readonly toldAtMs: readonly number[];
  readonly count: number;
  /** What it was told in vain; it is not told again in this session. */
  readonly failed: PhaseFailure | null;
}

/** An order that was not carried out. */
export interface PhaseFailure {
  readonly phases: PhaseCount;
  /** Its own readings show that it goes on as before; else nothing shows that it went over. */
  readonly isSeen: boolean;
}

/** A session that nobody told anything about phases. */
export const NO_PHASE_ORDER: PhaseOrder = {
  phases: null,
  phaseToUse: null,
  before: null,
  unseenSinceMs: null,
  goingTo: null,
  offSinceMs: null,
  toldAtMs: [],
  count: 0,
  failed: null,
};

/** An order from before the gateway started: it counts, and has to be seen again. */
export function recalledOrder(phases: PhaseCount | undefined, nowMs: number): PhaseOrder {
  return phases === undefined ? NO_PHASE_ORDER : {
    ...NO_PHASE_ORDER,
    phases,
    before: phases === 1 ? null : 1,
    unseenSinceMs: nowMs,
    toldAtMs: [nowMs],
    count: 1,
  };
}

const HOUR_MS = 3_600_000;

/** On how many phases the charger was told to charge; all of them where nobody told it. */
export function orderedPhases({ phases }: PhaseOrder): PhaseCount {
  return phases ?? 3;
}

/**
 * True where a session may be told to go over to another number of phases, be it now or when its current
 * is down: its charger can, it has not failed to, it was not told too often, and it can be seen whether
 * it does.
 */
export function mayGoOver(
  place: EvsePlace,
  facts: EvseFacts | null,
  reading: ChargerReading | null,
  order: PhaseOrder,
  rules: PhaseSwitchRules,
  nowMs: number,
): boolean {
  const isAble = facts?.traits?.switchesPhases === true && place.lines.length === 3 &&
    place.connection !== "line-to-line";
  if (!isAble || order.failed !== null || order.unseenSinceMs !== null) return false;
  // Who does not tell its phases apart could never be seen to have gone over.
  if (reading !== null && (reading.unsureLines?.length ?? 0) > 0) return false;
  return isSeldom(order, rules, nowMs);
}

function isSeldom({ toldAtMs, count }: PhaseOrder, rules: PhaseSwitchRules, nowMs: number) {
  const lastHour = toldAtMs.filter((atMs) => nowMs - atMs < HOUR_MS);
  const lastMs = toldAtMs.at(-1) ?? -Infinity;
  return nowMs - lastMs >= rules.intervalMs && lastHour.length < rules.perHour &&
    count < rules.perSession;
}

/** It is to go over as soon as that is safe; null: it stays as it is. */
export function withGoing(order: PhaseOrder, goingTo: PhaseCount | null): PhaseOrder {
  if (order.goingTo === goingTo) return order;
  return { ...order, goingTo, offSinceMs: null };
}

/** From now on its limits say so. Until it is seen, it may draw from any line of its socket. */
export function withTold(
  order: PhaseOrder,
  phases: PhaseCount,
  phaseToUse: number | null,
  nowMs: number,
): PhaseOrder {
  return {
    ...order,
    phases,
    phaseToUse: phases === 1 ? phaseToUse : null,
    before: order.phases,
    unseenSinceMs: nowMs,
    goingTo: null,
    offSinceMs: null,
    toldAtMs: [...order.toldAtMs.filter((atMs) => nowMs - atMs < HOUR_MS), nowMs],
    count: order.count + 1,
  };
}

/** It was seen to have gone over. */
export function withSeen(order: PhaseOrder): PhaseOrder {
  return { ...order, unseenSinceMs: null, before: null };
}

/**
 * The order is taken back, so that nothing happens later that nobody expects any more: in so many words,
 * unless its limit was refused and the charger never heard of it.
 */
export function withTakenBack(
  order: PhaseOrder,
  why: "not-done" | "not-shown" | "refused",
): PhaseOrder {
  const { phases, before } = order;
  return {
    ...order,
    phases: why === "refused" ? before : before ?? 3,
    phaseToUse: null,
    before: null,
    unseenSinceMs: null,
    failed: phases === null ? null : { phases, isSeen: why === "not-done" },
  };
}

/** Going over may take a charger so long: a pause of its own, and its EV begins anew. */
const DOUBT_MS = 180_000;
/** Where nothing shows whether it did, the order is taken back after so long. */
const PATIENCE_MS = 300_000;

/** What is to be made of an order that was not yet seen carried out. */
export function judgeOrder(
  { phases, unseenSinceMs }: PhaseOrder,
  seen: {
    /** The lines that the EV was proven to draw from since; null: nothing is proven. */
    readonly lines: readonly Line[] | null;
    /** Since when it has had something to draw; null: it has nothing. */
    readonly chargingSinceMs: number | null;
    /** The EV takes nothing by itself. */
    readonly isAsleep: boolean;
  },
  nowMs: number,
): "seen" | "open" | "not-done" | "not-shown" {
  if (phases === null || unseenSinceMs === null) return "seen";
  const { lines, chargingSinceMs, isAsleep } = seen;
  const isDone = lines !== null && (phases === 1 ? lines.length === 1 : lines.length > 1);
  if (isDone) return "seen";
  if (chargingSinceMs === null || isAsleep) return "open";
  const lastsMs = nowMs - Math.max(unseenSinceMs, chargingSinceMs);
  if (lines !== null && lastsMs >= DOUBT_MS) return "not-done";
  return lastsMs >= PATIENCE_MS ? "not-shown" : "open";
}
