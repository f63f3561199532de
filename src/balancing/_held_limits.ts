import type { Line, PerLine } from "../site/mod.ts";
import type { PhaseCount } from "./facts.ts";

/** A limit that a charger may be under now. */
export interface HeldLimit {
  readonly limitAmps: number;
  readonly sentAtMs: number;
  /** Null until the charger took it. */
  readonly acceptedAtMs: number | null;
  /** Since when it has been in force without a break, renewals included; null until then. */
  readonly followedSinceMs: number | null;
  /** No answer came and none is expected any more: the charger may be under it or not. */
  readonly unanswered: boolean;
  /** Null where nothing ends it. */
  readonly validForMs: number | null;
  /** What the EV drew when the limit was sent, in amperes on its fullest line; absent: nobody knows. */
  readonly drawnBeforeAmps?: number;
  /** Nobody knows what the charger is under: anything up to this. */
  readonly isGuess?: true;
  /** On how many phases it says to charge; absent: it says nothing. */
  readonly phases?: PhaseCount;
}

/** A charger's own reading of one EVSE. */
export interface ChargerReading {
  readonly currentsAmps: PerLine;
  readonly atMs: number;
  readonly intervalMs: number;
  /** It was measured at some time between this and `atMs`; absent: at `atMs`. */
  readonly notBeforeMs?: number;
  /** How late it came; absent: at once. */
  readonly lateMs?: number;
  /** How its values came to be; absent for the first one. */
  readonly pace?: ReadingPace;
  /** Lines of which the charger does not tell; absent: none. What stands for them is a guess. */
  readonly unsureLines?: readonly Line[];
  /** Nobody knows on which of the lines it flows: `currentsAmps` is the most that any carries. */
  readonly isAnywhere?: true;
  /** What all lines carry together, where the charger does not tell them apart. */
  readonly totalAmps?: number;
  /** What flowed at least and at most on each line; absent: `currentsAmps`. */
  readonly bounds?: { readonly leastAmps: PerLine; readonly mostAmps: PerLine };
  /** How the current changed from one reading to the next lately, oldest first. */
  readonly swings?: readonly Swing[];
}

/** A change of what a charger measured, in amperes per line, of which none is negative. */
export interface Swing {
  /** It was over by then. */
  readonly byMs: number;
  readonly risenAmps: PerLine;
  readonly fallenAmps: PerLine;
}

/** How often a charger really measures, as its readings show. */
export interface ReadingPace {
  /** The newest times from one reading to the next, by when they were measured or by when they came. */
  readonly gapsMs: readonly number[];
  /** When the charger first said exactly this. */
  readonly sameSinceMs: number;
  /** How often its values have changed, and the shortest time from one change to the next. */
  readonly changes: number;
  readonly shortestMs: number;
}

/** The first moment at which a reading may have been measured. */
export function measuredFromMs({ atMs, notBeforeMs }: ChargerReading): number {
  return notBeforeMs ?? atMs;
}

/** What a charger does when no limit of ours counts at it. */
export interface FallBack {
  readonly failSafeAmps: number;
  /** The charger drops an expired limit by itself, by a clock that is right (ruling 21). */
  readonly expiryTrusted: boolean;
}

/** A charger that has said nothing to a limit for so long will not say anything any more. */
export const ANSWER_PATIENCE_MS = 60_000;

/** A charger's clock counts as right up to this offset (ruling 21). */
export const CLOCK_TOLERANCE_MS = 30_000;

/** The highest current on any line, in amperes. */
export function peakAmps(currents: PerLine): number {
  return Math.max(currents.L1, currents.L2, currents.L3);
}

/** What a charger under this limit may be seen drawing: its meter and its pilot have tolerances. */
export function obeyedUpToAmps(limitAmps: number): number {
  return limitAmps * 1.1 + 1;
}

/** True while an answer to a limit is still to come. */
export function isPending(held: readonly HeldLimit[]): boolean {
  for (const { acceptedAtMs, unanswered } of held) {
    if (acceptedAtMs === null && !unanswered) return true;
  }
  return false;
}

/**
 * The limits that the charger has not provably left, oldest first: those since the newest one that
 * it accepted and was seen to obey (the EV drew more before, and does not now), or had `confirmMs` to
 * obey.
 */
export function possibleLimits(
  held: readonly HeldLimit[],
  reading: ChargerReading | null,
  nowMs: number,
  confirmMs: number,
): readonly HeldLimit[] {
  for (let newest = held.length - 1; newest > 0; newest--) {
    const limit = held[newest];
    if (limit && isObeyed(limit, reading, nowMs, confirmMs)) return held.slice(newest);
  }
  return held;
}

function isObeyed(
  limit: HeldLimit,
  reading: ChargerReading | null,
  nowMs: number,
  confirmMs: number,
): boolean {
  const { followedSinceMs } = limit;
  if (followedSinceMs === null) return false;
  if (nowMs - followedSinceMs >= confirmMs) return true;
  const mostAmps = obeyedUpToAmps(limit.limitAmps);
  // An EV that takes less by itself says nothing about the pilot: it may take the old current again.
  if (reading === null || (limit.drawnBeforeAmps ?? 0) <= mostAmps) return false;
  // A reading from before the acceptance shows what the EV drew under the old limit.
  return measuredFromMs(reading) >= followedSinceMs &&
    peakAmps(reading.bounds?.mostAmps ?? reading.currentsAmps) <= mostAmps;
}

/**
 * The most that the charger may draw under any of these limits, in amperes per line. Without any,
 * and from the moment one may have expired, it may be back at its fail-safe current.
 */
export function highestAmps(
  held: readonly HeldLimit[],
  fallBack: FallBack,
  nowMs: number,
): number {
  if (held.length === 0) return fallBack.failSafeAmps;
  let highest = -Infinity;
  for (const limit of held) highest = Math.max(highest, ampsUnder(limit, fallBack, nowMs));
  return highest;
}

/** The highest of some limits, whatever stands below them. */
export function highestSet(held: readonly HeldLimit[]): number {
  let highest = -Infinity;
  for (const { limitAmps } of held) highest = Math.max(highest, limitAmps);
  return highest;
}

/** The least that the charger may be under, in amperes per line: more may be a raise for it. */
export function lowestAmps(
  held: readonly HeldLimit[],
  fallBack: FallBack,
  nowMs: number,
): number {
  let lowest = highestAmps(held, fallBack, nowMs);
  for (const limit of held) {
    const mayBeOver = limit.validForMs !== null &&
      nowMs >= earliestEndMs(limit, limit.validForMs);
    const amps = limit.isGuess ? 0 : limit.limitAmps;
    lowest = Math.min(lowest, mayBeOver ? Math.min(amps, fallBack.failSafeAmps) : amps);
  }
  return lowest;
}

function ampsUnder(limit: HeldLimit, fallBack: FallBack, nowMs: number): number {
  if (limit.validForMs === null) return limit.limitAmps;
  if (nowMs < earliestEndMs(limit, limit.validForMs)) return limit.limitAmps;
  if (fallBack.expiryTrusted && nowMs >= latestEndMs(limit, limit.validForMs)) {
    return fallBack.failSafeAmps;
  }
  return Math.max(limit.limitAmps, fallBack.failSafeAmps);
}

/** True where the charger may be back at what stands below its limits. */
export function mayHaveFallenBack(held: readonly HeldLimit[], nowMs: number): boolean {
  for (const limit of held) {
    const { validForMs } = limit;
    if (validForMs !== null && nowMs >= earliestEndMs(limit, validForMs)) return true;
  }
  return held.length === 0;
}

function earliestEndMs(limit: HeldLimit, validForMs: number): number {
  return limit.sentAtMs + validForMs - CLOCK_TOLERANCE_MS;
}

/** A limit that nobody answered may have reached the charger as late as we waited for it. */
function latestEndMs(limit: HeldLimit, validForMs: number): number {
  const startMs = limit.acceptedAtMs ?? limit.sentAtMs + ANSWER_PATIENCE_MS;
  return startMs + validForMs + CLOCK_TOLERANCE_MS;
}

/**
 * The limit that must be remembered over a restart: the highest, for as long as any may last that is
 * above the fail-safe current. What holds the charger below that when the others are over, such as
 * its standing profile, need not be remembered: without any limit the fail-safe current counts.
 */
export function longestHeld(
  held: readonly HeldLimit[],
  failSafeAmps: number,
  nowMs: number,
): { readonly limitAmps: number; readonly remainingMs: number | null } | null {
  if (held.length === 0) return null;
  const above = held.filter(({ limitAmps }) => limitAmps > failSafeAmps);
  const ends = (above.length === 0 ? held : above).map(({ validForMs, ...limit }) =>
    validForMs === null ? null : latestEndMs({ ...limit, validForMs }, validForMs)
  );
  const remainingMs = ends.reduce<number | null>(
    (longest, end) => longest === null || end === null ? null : Math.max(longest, end - nowMs),
    0,
  );
  return { limitAmps: Math.max(...held.map((limit) => limit.limitAmps)), remainingMs };
}
