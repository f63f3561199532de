import { energyWh, type Transaction } from "./transaction.ts";

/** What past sessions let expect of one that has just begun. A guess. */
export interface Habit {
  /** Unix milliseconds. Three of four stayed longer. */
  readonly departsAtMs: number;
  /** For the whole session, in Wh. Three of four took less. */
  readonly energyWh: number;
  /** How many sessions it is drawn from. */
  readonly sessions: number;
}

/** Who looks back, and how. */
export interface HabitQuestion {
  /** When the session began that a guess is wanted for. */
  readonly startedAtMs: number;
  /** Of the site: its days count. IANA name. */
  readonly timezone: string;
  /** From fewer sessions nothing is learnt. */
  readonly sessionsMin: number;
}

/** Who came for less had only a look. */
const SHORTEST_MS = 5 * 60_000;
const LEAST_WH = 500;
/** A car that was left for days says nothing of when it leaves. */
const LONGEST_MS = 3 * 86_400_000;
/** Both are cautious: it leaves early, and takes much. */
const LENGTH_QUANTILE = 0.25;
const ENERGY_QUANTILE = 0.75;

/**
 * The habit in past sessions of one driver, or at one EVSE: of those that began on the same class of
 * day (Monday to Friday, or the weekend) the quantiles of length and energy. Null where there are too
 * few. Sessions whose end or time nobody knows for sure are left out.
 */
export function habitOf(past: Iterable<Transaction>, question: HabitQuestion): Habit | null {
  const { startedAtMs, timezone, sessionsMin } = question;
  const onWeekend = isWeekend(startedAtMs, timezone);
  const like = [...past].flatMap((transaction) => {
    const lengthMs = lengthOf(transaction);
    const energy = energyWh(transaction);
    const counts = lengthMs !== null && energy >= LEAST_WH &&
      isWeekend(transaction.startHeardAtMs, timezone) === onWeekend;
    return counts ? [{ lengthMs, energy }] : [];
  });
  if (like.length < sessionsMin) return null;
  return {
    departsAtMs: startedAtMs + quantile(like.map(({ lengthMs }) => lengthMs), LENGTH_QUANTILE),
    energyWh: Math.round(quantile(like.map(({ energy }) => energy), ENERGY_QUANTILE)),
    sessions: like.length,
  };
}

/** Null for a session that is open, was closed by a guess, or was timed by a clock that was wrong. */
function lengthOf({ stop, startHeardAtMs, flags }: Transaction): number | null {
  if (stop === null || stop.isGuess === true) return null;
  if (flags.includes("clock-untrusted") || flags.includes("no-stop-received")) return null;
  const lengthMs = stop.heardAtMs - startHeardAtMs;
  return lengthMs >= SHORTEST_MS && lengthMs <= LONGEST_MS ? lengthMs : null;
}

function isWeekend(wallMs: number, timezone: string): boolean {
  return Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO(timezone).dayOfWeek >= 6;
}

/** The value below which `part` of them lie, between two of them in proportion. */
function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
