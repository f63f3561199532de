import type { EvsePlace } from "../site/mod.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import type { HeldLimit } from "./_held_limits.ts";

/**
 * An EV that takes less than it may for so long gives the rest back. The rest is to be somebody
 * else's a minute after the EV needs it no more: up to 10 s go by until the first reading shows it,
 * 10 s until the lower limit is confirmed, and a few until the other EV has followed its raise.
 */
const FIRST_PATIENCE_MS = 20_000;
/** One that wants it back soon is believed more slowly the next time, so that limits do not swing. */
const LONGEST_PATIENCE_MS = 320_000;
const SOON_MS = 300_000;
/** From an offer to the first ampere some EVs need half a minute, and some cool down for another. */
const START_PATIENCE_MS = 60_000;
/** What an EV keeps above what it takes, so that it can show that it wants more. */
const ROOM_AMPS = 2;
/** An EV this close to its limit uses what it has: on-board chargers stay up to so far below. */
const SATED_WITHIN_AMPS = 1.5;
/** Less flows through electronics that do not charge. */
const CHARGES_FROM_AMPS = 1;

/** What is known of how much the EV of a session wants. */
export interface Appetite {
  /** Since when, and up to what current, the EV takes clearly less than it may. */
  readonly slack: { readonly sinceMs: number; readonly peakAmps: number } | null;
  /** What the EV is believed to want at most, in amperes; null where nothing is known. */
  readonly wantsAmps: number | null;
  readonly learntAtMs: number;
  readonly patienceMs: number;
  /** It has charged since it was last offered anything. */
  readonly hasBegun: boolean;
}

/** An EV of which nothing is known. */
export const UNKNOWN_APPETITE: Appetite = {
  slack: null,
  wantsAmps: null,
  learntAtMs: -Infinity,
  patienceMs: FIRST_PATIENCE_MS,
  hasBegun: false,
};

/** What one reading says of an appetite. */
export interface Meal {
  /** The most that flowed on any line, in amperes. */
  readonly peakAmps: number;
  /** It was measured between these. */
  readonly atMs: number;
  readonly sinceMs: number;
  /** The reading before it is recent enough that nothing was missed between them. */
  readonly isContinued: boolean;
}

/** Learns how much the EV wants: less than it may for a while, or all that it gets. */
export function withMeal(
  memory: Pick<EvseMemory, "appetite" | "held">,
  meal: Meal,
  place: EvsePlace,
): Appetite {
  const { appetite, held } = memory;
  const limitAmps = leastInForce(held, meal.sinceMs);
  if (limitAmps === null) return appetite;
  // An EV without an offer says nothing of its appetite, and begins anew with the next one.
  if (limitAmps < place.minCurrentAmps) return { ...appetite, slack: null, hasBegun: false };
  const { peakAmps } = meal;
  const seen = { ...appetite, hasBegun: appetite.hasBegun || peakAmps > CHARGES_FROM_AMPS };
  if (peakAmps >= limitAmps - SATED_WITHIN_AMPS) return hungry(seen, meal.atMs);
  if (roomFor(peakAmps, place) > limitAmps - 1) return { ...seen, slack: null };
  return slackened(seen, meal, place);
}

/** The lowest of the limits that may have been in force: who takes less is not held back by any. */
function leastInForce(held: readonly HeldLimit[], atMs: number): number | null {
  const inForce = held.filter((limit) => sinceMs(limit) <= atMs);
  if (inForce.length === 0) return null;
  return Math.min(...inForce.map(({ limitAmps, isGuess }) => isGuess ? 0 : limitAmps));
}

/** One that was renewed has been in force since before it was sent. */
function sinceMs({ sentAtMs, followedSinceMs }: HeldLimit): number {
  return Math.min(sentAtMs, followedSinceMs ?? sentAtMs);
}

function hungry(appetite: Appetite, atMs: number): Appetite {
  const { wantsAmps, learntAtMs, patienceMs } = appetite;
  const wasHasty = wantsAmps !== null && atMs - learntAtMs < SOON_MS;
  return {
    ...appetite,
    slack: null,
    wantsAmps: null,
    patienceMs: wasHasty ? Math.min(2 * patienceMs, LONGEST_PATIENCE_MS) : patienceMs,
  };
}

function slackened(appetite: Appetite, { peakAmps, atMs, isContinued }: Meal, place: EvsePlace) {
  const slack = isContinued && appetite.slack !== null
    ? { ...appetite.slack, peakAmps: Math.max(appetite.slack.peakAmps, peakAmps) }
    : { sinceMs: atMs, peakAmps };
  const patienceMs = appetite.hasBegun
    ? appetite.patienceMs
    : Math.max(START_PATIENCE_MS, appetite.patienceMs);
  if (atMs - slack.sinceMs < patienceMs) return { ...appetite, slack };
  return {
    ...appetite,
    slack: null,
    wantsAmps: roomFor(slack.peakAmps, place),
    learntAtMs: atMs,
  };
}

/** Never nothing: an EV that is full may still heat its cabin before it leaves. */
function roomFor(drawnAmps: number, place: EvsePlace): number {
  return Math.max(place.minCurrentAmps, Math.ceil(drawnAmps) + ROOM_AMPS);
}
