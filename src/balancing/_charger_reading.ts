import { type EvsePlace, type Line, LINES, perLine } from "../site/mod.ts";
import type { BalancerTiming } from "./facts.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import {
  type ChargerReading,
  highestAmps,
  obeyedUpToAmps,
  peakAmps,
  possibleLimits,
} from "./_held_limits.ts";
import { withEvidence } from "./_trust.ts";

/** An EV that takes less than it may for so long gives the rest back. */
const SLACK_MS = 60_000;
/** What such an EV keeps above what it takes, so that it can show that it wants more. */
const SLACK_ROOM_AMPS = 2;
/** An EV this close to its limit uses what it has. */
const SATED_WITHIN_AMPS = 1;
/** So far above its limit is no inaccuracy any more. */
const IGNORED_BY_AMPS = 3;

/** True while a reading says something about now. */
export function isFresh(reading: ChargerReading, nowMs: number): boolean {
  return nowMs - reading.atMs < 2 * reading.intervalMs;
}

/** The site's lines that the EV at a place can draw from: its own once known, else the socket's. */
export function linesOf(place: EvsePlace, memory: EvseMemory): readonly Line[] {
  const lines = memory.facts?.evLines?.filter((line) => place.lines.includes(line)) ?? [];
  return lines.length > 0 ? lines : place.lines;
}

/** Takes in what a charger measured, and what that tells of charger and EV. */
export function withReading(
  memory: EvseMemory,
  reading: ChargerReading,
  place: EvsePlace,
  timing: BalancerTiming,
  nowMs: number,
): EvseMemory {
  const sane = saneReading(reading, nowMs);
  const newestMs = Math.max(memory.sessionSinceMs, memory.reading?.atMs ?? -Infinity);
  // What comes late from the transaction before says nothing about this EV.
  if (sane === null || sane.atMs <= newestMs) return memory;
  const judged = { ...withObedience(memory, sane, place, timing), reading: sane };
  return withAppetite(judged, memory.reading, sane, place);
}

/** Null for what no meter can have read. Export counts as nothing drawn. */
function saneReading(reading: ChargerReading, nowMs: number): ChargerReading | null {
  const { currentsAmps, atMs, intervalMs } = reading;
  const finite = LINES.every((line) => Number.isFinite(currentsAmps[line])) &&
    Number.isFinite(atMs) && intervalMs > 0;
  if (!finite) return null;
  return {
    currentsAmps: perLine((line) => Math.max(0, currentsAmps[line])),
    atMs: Math.min(atMs, nowMs),
    intervalMs,
  };
}

/** Compares the current with the limits that could be in force when it was measured. */
function withObedience(
  memory: EvseMemory,
  reading: ChargerReading,
  place: EvsePlace,
  timing: BalancerTiming,
): EvseMemory {
  const { held, facts, historyKnown } = memory;
  if (facts === null || facts.transactionId === null || !historyKnown) return memory;
  const confirmMs = timing.reductionConfirmMs;
  const first = held[0];
  // The limits before the first one held are forgotten, and could have been in force at that time.
  const tooEarly = first !== undefined && first.followedSinceMs !== null &&
    reading.atMs < first.followedSinceMs + confirmMs;
  if (tooEarly) return memory;
  const possible = possibleLimits(held, null, reading.atMs, confirmMs);
  const fallBack = { failSafeAmps: place.failSafeAmps, expiryTrusted: facts.expiryTrusted };
  const limitAmps = highestAmps(possible, fallBack, reading.atMs);
  const lines = linesOf(place, memory);
  const overdrawAmps = perLine((line) =>
    Math.max(0, reading.currentsAmps[line] - (lines.includes(line) ? limitAmps : 0))
  );
  const ignoredFromAmps = obeyedUpToAmps(limitAmps) - 1 + IGNORED_BY_AMPS;
  const drawnAmps = peakAmps(reading.currentsAmps);
  const ignoresLimits = drawnAmps > ignoredFromAmps;
  const isOver = drawnAmps > obeyedUpToAmps(limitAmps);
  const trust = withEvidence(memory.trust, {
    atMs: reading.atMs,
    seen: ignoresLimits ? "far-over" : isOver ? "over" : "within",
    isAlone: memory.reading === null || !isFresh(memory.reading, reading.atMs),
  });
  return { ...memory, overdrawAmps, ignoresLimits, trust };
}

/** Learns how much the EV wants: less than it may for a minute, or all that it gets. */
function withAppetite(
  memory: EvseMemory,
  before: ChargerReading | null,
  reading: ChargerReading,
  place: EvsePlace,
): EvseMemory {
  const limit = memory.held[0];
  const settled = limit !== undefined && limit.followedSinceMs !== null &&
    reading.atMs >= limit.followedSinceMs &&
    memory.held.every((other) => other.limitAmps === limit.limitAmps);
  if (!settled) return memory;
  const drawnAmps = peakAmps(reading.currentsAmps);
  if (drawnAmps >= limit.limitAmps - SATED_WITHIN_AMPS) {
    return { ...memory, slack: null, appetiteAmps: null };
  }
  if (appetiteAfter(drawnAmps, place) > limit.limitAmps - 1) return { ...memory, slack: null };
  const slack = before !== null && memory.slack !== null && isFresh(before, reading.atMs)
    ? { ...memory.slack, peakAmps: Math.max(memory.slack.peakAmps, drawnAmps) }
    : { sinceMs: reading.atMs, peakAmps: drawnAmps };
  if (reading.atMs - slack.sinceMs < SLACK_MS) return { ...memory, slack };
  return { ...memory, slack: null, appetiteAmps: appetiteAfter(slack.peakAmps, place) };
}

function appetiteAfter(drawnAmps: number, place: EvsePlace): number {
  return Math.max(place.minCurrentAmps, Math.ceil(drawnAmps) + SLACK_ROOM_AMPS);
}
