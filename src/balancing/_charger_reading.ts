import { type EvsePlace, type Line, perLine } from "../site/mod.ts";
import { type Meal, withMeal } from "./_appetite.ts";
import type { BalancerTiming } from "./facts.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import {
  type ChargerReading,
  highestAmps,
  measuredFromMs,
  obeyedUpToAmps,
  peakAmps,
  possibleLimits,
} from "./_held_limits.ts";
import { NO_PHASE_EVIDENCE, type PhaseEvidence, withPhaseSight } from "./_phase_evidence.ts";
import {
  bounded,
  carriedBy,
  likelyPeakAmps,
  saneReading,
  withPace,
  withSwings,
} from "./_reading_bounds.ts";
import { withEvidence } from "./_trust.ts";

/** So far above its limit is no inaccuracy any more. */
const IGNORED_BY_AMPS = 3;
/** Nobody sees whether an EV whose charger is silent for so long brings in another phase. */
const UNSEEN_MS = 120_000;
/** A total that grows by more, with the offer unchanged, may come from another phase. */
const UNEXPLAINED_AMPS = 2;

/**
 * True while a reading says something about now, and the next one is not overdue. A charger whose
 * readings are always late would else measure at one moment and not at the next.
 */
export function isFresh({ atMs, lateMs = 0, intervalMs }: ChargerReading, nowMs: number): boolean {
  return nowMs - atMs < intervalMs + Math.max(intervalMs, lateMs);
}

/** The site's lines that the EV at a place can draw from: its own once known, else the socket's. */
export function linesOf(place: EvsePlace, memory: EvseMemory, nowMs: number): readonly Line[] {
  // What flows in by one of two lines comes back by the other, whatever a charger tells of them.
  if (place.connection === "line-to-line") return place.lines;
  // Between two numbers of phases it may be anywhere.
  if (memory.order.unseenSinceMs !== null) return place.lines;
  const evLines = memory.facts?.evLines ?? null;
  if (evLines !== null) {
    const told = among(evLines, place.lines);
    if (told.length > 0) return told;
  }
  const { phases: { lines }, reading } = memory;
  const isSeen = reading !== null &&
    nowMs - reading.atMs < Math.max(UNSEEN_MS, 2 * reading.intervalMs);
  return lines !== null && isSeen ? lines : place.lines;
}

function among(some: readonly Line[], lines: readonly Line[]): readonly Line[] {
  return some.filter((line) => lines.includes(line));
}

/**
 * The lines on which an EV counts against the unbalance and the neutral. One whose lines nobody knows
 * may have one phase: it counts on the first of its socket until its readings show more, for on all
 * three it would count as nothing (evcc #14261). One that charged before anybody watched, and was
 * given nothing more since, is not paused for what is only possible: the meter shows what it does.
 */
export function unevenLinesOf(
  place: EvsePlace,
  memory: EvseMemory,
  lines: readonly Line[],
): readonly Line[] {
  if (lines.length === 1 || place.connection === "line-to-line") return lines;
  if (lines !== place.lines) return lines;
  const evLines = memory.facts?.evLines ?? null;
  const isKnown = evLines !== null && among(evLines, lines).length > 0;
  if (isKnown || memory.phases.lines !== null) return memory.phases.lines ?? lines;
  const isFound = memory.raisedAtMs === null && memory.held.some(({ limitAmps }) => limitAmps > 0);
  return isFound ? lines : FIRST_OF[lines[0] ?? "L1"];
}

/** One list a line, so that EVs that are alike share what is reckoned for them. */
const FIRST_OF = { L1: ["L1"], L2: ["L2"], L3: ["L3"] } as const;

/**
 * The lines that it will charge on where it does as it is told: what it takes of the sun is reckoned by
 * them, which keeps no fuse. Never fewer than it is proven to draw from.
 */
export function expectedLines(
  place: EvsePlace,
  memory: EvseMemory,
  nowMs: number,
): readonly Line[] {
  const { phases, phaseToUse, unseenSinceMs } = memory.order;
  const one = place.lines[(phaseToUse ?? 1) - 1];
  const isOne = unseenSinceMs !== null && phases === 1 && memory.phases.lines === null;
  return isOne && one !== undefined ? [one] : linesOf(place, memory, nowMs);
}

/** Takes in what a charger measured, and what that tells of charger and EV. */
export function withReading(
  memory: EvseMemory,
  given: ChargerReading,
  place: EvsePlace,
  timing: BalancerTiming,
  nowMs: number,
): EvseMemory {
  const sane = saneReading(given, place, nowMs);
  const before = memory.reading;
  // What comes late from the transaction before says nothing about this EV.
  if (sane === null || sane.atMs <= Math.max(memory.sessionSinceMs, before?.atMs ?? -Infinity)) {
    return memory;
  }
  const isContinued = before !== null && isFresh(before, sane.atMs);
  const paced = withSwings(withPace(sane, before), before);
  // Who says the same again under a lower limit does not obey, for all that anybody can see.
  const limitAmps = limitAt(measuredFromMs(sane), memory, place, timing);
  const phases = phasesAfter(memory, paced, limitAmps, place, isContinued);
  const reading = bounded(paced, phases.lines, limitAmps);
  const peak = likelyPeakAmps(paced, phases.lines, limitAmps);
  const meal: Meal = {
    peakAmps: peak,
    atMs: sane.atMs,
    sinceMs: measuredFromMs(sane),
    isContinued,
  };
  const next = { ...memory, reading, phases, appetite: withMeal(memory, meal, place) };
  const seemsAmps = limitAt(paced.atMs, memory, place, timing, reading) ??
    leftUnder(memory, reading);
  return withObedience(next, { seemsAmps, limitAmps, isAlone: !isContinued }, place);
}

/**
 * The highest limit that may have been in force at a moment; null where that is not known: the limits
 * before the first one held are forgotten, and could have been in force at that time.
 */
function limitAt(
  atMs: number,
  { held, facts, historyKnown }: EvseMemory,
  place: EvsePlace,
  timing: BalancerTiming,
  reading: ChargerReading | null = null,
): number | null {
  if (facts === null || facts.transactionId === null || !historyKnown) return null;
  const confirmMs = timing.reductionConfirmMs;
  const first = held[0];
  const tooEarly = first !== undefined && first.followedSinceMs !== null &&
    atMs < first.followedSinceMs + confirmMs;
  if (tooEarly) return null;
  const possible = possibleLimits(held, reading, atMs, confirmMs);
  const fallBack = { failSafeAmps: place.failSafeAmps, expiryTrusted: facts.expiryTrusted };
  return highestAmps(possible, fallBack, atMs);
}

/** A reading that shows a new limit obeyed leaves nothing of those before it. */
function leftUnder({ held: [limit] }: EvseMemory, reading: ChargerReading): number | null {
  const isObeyed = limit !== undefined && limit.followedSinceMs !== null &&
    reading.atMs >= limit.followedSinceMs &&
    peakAmps(reading.currentsAmps) <= obeyedUpToAmps(limit.limitAmps);
  return isObeyed ? limit.limitAmps : null;
}

/**
 * Compares the current with the limits of that time. What seems to flow above its limit is kept free
 * for it; that it ignores limits is said only where the reading cannot be older than the limit.
 */
function withObedience(
  memory: EvseMemory,
  { seemsAmps, limitAmps, isAlone }: Bounds,
  place: EvsePlace,
): EvseMemory {
  const { reading } = memory;
  if (reading === null) return memory;
  const lines = linesOf(place, memory, reading.atMs);
  const drawnAmps = carriedBy(reading, lines);
  const overdrawAmps = perLine((line) => {
    // On a line that it does not use, no limit explains any current.
    if (!lines.includes(line)) return drawnAmps[line];
    return seemsAmps === null
      ? memory.overdrawAmps[line]
      : Math.max(0, drawnAmps[line] - seemsAmps);
  });
  if (limitAmps === null) return { ...memory, overdrawAmps };
  const peak = peakAmps(drawnAmps);
  const ignoresLimits = isIgnored(limitAmps, peak);
  const isOver = peak > obeyedUpToAmps(limitAmps);
  const trust = withEvidence(memory.trust, {
    atMs: reading.atMs,
    seen: ignoresLimits ? "far-over" : isOver ? "over" : "within",
    isAlone,
  });
  // Current that no limit explains may flow anywhere.
  const phases = ignoresLimits ? NO_PHASE_EVIDENCE : memory.phases;
  return { ...memory, overdrawAmps, ignoresLimits, trust, phases };
}

/** Limits of the time of a reading, in amperes; null where they are not known. */
interface Bounds {
  /** By when it says that it was measured, and by when it may have been. */
  readonly seemsAmps: number | null;
  readonly limitAmps: number | null;
  /** The reading before it is too old to count with it. */
  readonly isAlone: boolean;
}

function isIgnored(limitAmps: number, drawnAmps: number): boolean {
  return drawnAmps > obeyedUpToAmps(limitAmps) - 1 + IGNORED_BY_AMPS;
}

function phasesAfter(
  memory: EvseMemory,
  reading: ChargerReading,
  limitAmps: number | null,
  place: EvsePlace,
  isContinued: boolean,
): PhaseEvidence {
  const { phases, held } = memory;
  if (phases.lines !== null && hasOutgrown(phases.lines, memory, reading, limitAmps)) {
    return NO_PHASE_EVIDENCE;
  }
  const offeredAmps = Math.min(...held.map((limit) => limit.limitAmps), Infinity);
  return withPhaseSight(phases, { reading, offeredAmps, isContinued }, place);
}

/** Where lines are not told apart, only their sum can show that the EV uses more of them now. */
function hasOutgrown(
  lines: readonly Line[],
  { reading: before, held }: EvseMemory,
  { totalAmps }: ChargerReading,
  limitAmps: number | null,
): boolean {
  if (totalAmps === undefined) return false;
  if (limitAmps !== null && isIgnored(limitAmps, totalAmps / lines.length)) return true;
  const isSameOffer = new Set(held.map((limit) => limit.limitAmps)).size === 1;
  const hasGrown = totalAmps > (before?.totalAmps ?? Infinity) + UNEXPLAINED_AMPS;
  return isSameOffer && hasGrown;
}
