import { onEachLine } from "../site/mod.ts";
import type { BalancerEffect, BalancerEvent } from "./facts.ts";
import type { Board } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import { peakAmps } from "./_held_limits.ts";
import type { CutMemory, EvseMemory } from "./_evse_memory.ts";
import type { Standing } from "./_standing.ts";
import { TRUSTED } from "./_trust.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

type CutOutcome = Extract<BalancerEvent, { readonly kind: "cut" }>["outcome"];

/** A circuit is back within a minute (load management 4.1): this long the others have to help. */
const CUT_BLINDLY_AFTER_MS = 40_000;
/** A charger that was asked to stop has so long to do so. */
const STOP_PATIENCE_MS = 8_000;
/** A contactor that was told to open and did not say so is told again. */
const CUT_PATIENCE_MS = 10_000;
/** Between two cuts on one circuit: the first may have been enough. */
const CUT_INTERVAL_MS = 4_000;
/** Electronics, and a meter's idea of zero. */
const STANDBY_AMPS = 1;

/** Takes in what became of a contactor. Whoever gets its current back is judged anew. */
export function withCut(memory: EvseMemory, outcome: CutOutcome, nowMs: number): EvseMemory {
  switch (outcome) {
    case "open":
      if (isOpen(memory)) return memory;
      return { ...memory, cut: { state: "open", sinceMs: nowMs } };
    case "failed":
      if (memory.cut === null) return memory;
      return { ...memory, cut: { state: stateAfterFailure(memory.cut), sinceMs: nowMs } };
    case "closed": {
      const { lapses, returns } = memory.trust;
      const trust = { ...TRUSTED, lapses, returns };
      const judgedAnew = { overdrawAmps: onEachLine(0), ignoresLimits: false, reading: null };
      return { ...memory, ...judgedAnew, cut: null, trust, resend: true };
    }
  }
}

/** An open contactor that did not close is still open, and is told again. */
function stateAfterFailure({ state }: CutMemory): CutMemory["state"] {
  if (state === "ordered" || state === "failed") return "failed";
  return state === "open" ? "open" : "returning";
}

/** Nothing can flow: the contactor has said that it is open, and was not told to close. */
export function isOpen({ cut }: Pick<EvseMemory, "cut">): boolean {
  return cut?.state === "open" || cut?.state === "returning";
}

/**
 * Once the session in which it was cut has ended, what its charger may draw is kept for it again; only
 * when there is room for that, its contactor closes.
 */
export function withReturnDue(memory: EvseMemory, nowMs: number): EvseMemory {
  const { cut, facts, sessionSinceMs } = memory;
  if (cut?.state !== "open" || nowMs - cut.sinceMs < CUT_PATIENCE_MS) return memory;
  if (facts === null || !facts.connected) return memory;
  const isOver = facts.transactionId === null || sessionSinceMs > cut.sinceMs;
  return isOver ? { ...memory, cut: { ...cut, state: "returning" } } : memory;
}

/** Current flows though the contactor said that it is open, or it said that it is not. */
export function isCutInVain({ cut, reading }: EvseMemory, nowMs: number): boolean {
  if (cut === null) return false;
  if (cut.state === "failed") return true;
  return isOpen({ cut }) && reading !== null &&
    reading.atMs >= cut.sinceMs + CUT_PATIENCE_MS &&
    isFresh(reading, nowMs) && peakAmps(reading.currentsAmps) > STANDBY_AMPS;
}

/** What the contactors of the site have to do now. */
export interface CutOrders {
  readonly effects: readonly BalancerEffect[];
  readonly memories: ReadonlyMap<number, EvseMemory>;
}

/**
 * Opens contactors under load, on circuits that are over their limit and where nobody who follows has
 * anything left: who does not obey and did not stop goes first, then, when the minute is nearly over,
 * whoever may be drawing.
 * One that is open closes when its session has ended and there is room; an operator may close it before.
 */
export function orderCuts(
  standings: readonly Standing[],
  helpless: ReadonlySet<Board>,
  nowMs: number,
): CutOrders {
  const effects: BalancerEffect[] = [];
  const memories = new Map<number, EvseMemory>();
  const order = (standing: Standing, isOpen: boolean) => {
    const { place: { slot }, memory } = standing;
    effects.push({ kind: "cut", slot, isOpen });
    const state = isOpen ? "ordered" : "closing";
    memories.set(slot, { ...memory, cut: { state, sinceMs: nowMs } });
  };
  for (const standing of standings) if (mayClose(standing, nowMs)) order(standing, false);
  for (const board of helpless) {
    const victim = nextVictim(board, standings, memories, nowMs);
    if (victim) order(victim, true);
  }
  return { effects, memories };
}

function mayClose({ memory: { cut, facts }, draws }: Standing, nowMs: number): boolean {
  if (cut === null || facts === null || !facts.connected) return false;
  if (nowMs - cut.sinceMs < CUT_PATIENCE_MS) return false;
  return cut.state === "closing" || cut.state === "returning" &&
      draws.every(({ row: { isReserved, known, reserved, usable } }) =>
        !isReserved || known + reserved <= usable + TINY_AMPS
      );
}

function nextVictim(
  board: Board,
  standings: readonly Standing[],
  ordered: ReadonlyMap<number, EvseMemory>,
  nowMs: number,
): Standing | undefined {
  const below = standings.filter(({ boards }) => boards.includes(board));
  const isTooSoon = below.some(({ place, memory: { cut } }) =>
    ordered.has(place.slot) || (cut !== null && nowMs - cut.sinceMs < CUT_INTERVAL_MS)
  );
  if (isTooSoon) return undefined;
  const { overSinceMs } = board.memory;
  const isLate = overSinceMs !== null && nowMs - overSinceMs >= CUT_BLINDLY_AFTER_MS;
  return below.filter((standing) => mayCut(standing, isLate, nowMs))
    .sort((a, b) =>
      Number(isDisobeying(b)) - Number(isDisobeying(a)) ||
      possibleAmps(b, nowMs) - possibleAmps(a, nowMs) || a.place.slot - b.place.slot
    )[0];
}

function mayCut(standing: Standing, isLate: boolean, nowMs: number): boolean {
  const { memory: { facts, cut, trust } } = standing;
  if (!facts?.traits?.isCutWired || possibleAmps(standing, nowMs) <= STANDBY_AMPS) return false;
  // What is open already does not help any more; what did not answer is told again.
  if (isOpen(standing.memory) || (cut !== null && nowMs - cut.sinceMs < CUT_PATIENCE_MS)) {
    return false;
  }
  if (isLate) return true;
  return isDisobeying(standing) && trust.stop !== null &&
    nowMs - trust.stop.askedAtMs >= STOP_PATIENCE_MS;
}

function isDisobeying({ memory }: Standing): boolean {
  return memory.trust.state === "disobeying";
}

/** Who tells nothing of what it draws may draw all that it can, whatever its limit is. */
function possibleAmps({ place, memory: { facts, reading } }: Standing, nowMs: number): number {
  if (facts === null || (facts.connected && facts.transactionId === null)) return 0;
  return reading !== null && isFresh(reading, nowMs)
    ? peakAmps(reading.currentsAmps)
    : place.maxCurrentAmps;
}
