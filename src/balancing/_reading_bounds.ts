import {
  ampsOn,
  type EvsePlace,
  type Line,
  LINES,
  onEachLine,
  type PerLine,
  perLine,
} from "../site/mod.ts";
import {
  type ChargerReading,
  measuredFromMs,
  obeyedUpToAmps,
  peakAmps,
  type ReadingPace,
} from "./_held_limits.ts";

/** After so many changes of its values a charger has shown how often its meter has new ones. */
const CHANGES_TO_TELL = 4;
/** More than any EV takes, and a number to count with. */
const ANY_AMPS = 1e6;
/** Readings may come in pairs. */
const GAPS_KEPT = 4;
/** What comes later than that says nothing about now. */
const LATEST_MS = 60_000;
/** As old as a reading that counts may be, and its earliest moment before that. */
const SWINGS_KEPT_MS = 300_000;
/** More than one each five seconds all that time. */
const MOST_SWINGS = 60;
/** No charger is believed to send less often. */
const LONGEST_INTERVAL_MS = 120_000;

/** Null for what no meter can have read. Export counts as nothing drawn. */
export function saneReading(
  reading: ChargerReading,
  place: EvsePlace,
  nowMs: number,
): ChargerReading | null {
  const { currentsAmps, intervalMs, totalAmps, unsureLines, isAnywhere } = reading;
  const finite = LINES.every((line) => Number.isFinite(currentsAmps[line])) &&
    Number.isFinite(reading.atMs) && intervalMs > 0 && !Number.isNaN(totalAmps ?? 0);
  if (!finite) return null;
  const atMs = Math.min(reading.atMs, nowMs);
  const unsure = place.lines.filter((line) => unsureLines?.includes(line));
  return {
    currentsAmps: perLine((line) => Math.max(0, currentsAmps[line])),
    atMs,
    intervalMs,
    ...(atMs < nowMs ? { lateMs: Math.min(nowMs - atMs, LATEST_MS) } : {}),
    ...(reading.notBeforeMs === undefined
      ? {}
      : { notBeforeMs: Math.min(reading.notBeforeMs, atMs) }),
    ...(unsure.length === 0 ? {} : { unsureLines: unsure }),
    ...(totalAmps === undefined ? {} : { totalAmps: Math.max(0, totalAmps) }),
    ...(isAnywhere && { isAnywhere }),
  };
}

/**
 * A charger that sends less often than it says is taken at its real pace. One that says the same again
 * may not have measured again: such a value may be as old as the charger's values have been before.
 */
export function withPace(reading: ChargerReading, before: ChargerReading | null): ChargerReading {
  if (before === null) return reading;
  const { atMs } = reading;
  const { gapsMs: earlier, sameSinceMs, changes, shortestMs } = before.pace ?? firstPace(before);
  const gapsMs = [...earlier, gapBetween(before, reading)].slice(-GAPS_KEPT);
  const intervalMs = Math.max(reading.intervalMs, secondLongest(gapsMs));
  if (!isRepeat(reading, before)) {
    const shortest = changes === 0 ? Infinity : Math.min(shortestMs, atMs - sameSinceMs);
    const pace = { gapsMs, sameSinceMs: atMs, changes: changes + 1, shortestMs: shortest };
    return { ...reading, intervalMs, pace };
  }
  const oldMs = changes >= CHANGES_TO_TELL
    ? Math.min(shortestMs, LONGEST_INTERVAL_MS)
    : 2 * intervalMs;
  const notBeforeMs = Math.min(measuredFromMs(reading), Math.max(sameSinceMs, atMs - oldMs));
  return {
    ...reading,
    intervalMs,
    pace: { gapsMs, sameSinceMs, changes, shortestMs },
    notBeforeMs,
  };
}

/** Notes how far the current has changed since the reading before; before the first, nothing flowed. */
export function withSwings(reading: ChargerReading, before: ChargerReading | null): ChargerReading {
  const change = (from: PerLine, to: PerLine) =>
    perLine((line) => Math.max(0, to[line] - from[line]));
  const was = before?.currentsAmps ?? onEachLine(0);
  const risenAmps = change(was, reading.currentsAmps);
  const fallenAmps = change(reading.currentsAmps, was);
  const lately = (before?.swings ?? []).filter(({ byMs }) => reading.atMs - byMs < SWINGS_KEPT_MS);
  const isSteady = LINES.every((line) => risenAmps[line] === 0 && fallenAmps[line] === 0);
  const swings = isSteady ? lately : [...lately, { byMs: reading.atMs, risenAmps, fallenAmps }];
  return swings.length === 0 ? reading : { ...reading, swings: swings.slice(-MOST_SWINGS) };
}

function firstPace({ atMs }: ChargerReading): ReadingPace {
  return { gapsMs: [], sameSinceMs: atMs, changes: 0, shortestMs: Infinity };
}

function gapBetween(before: ChargerReading, reading: ChargerReading): number {
  const measuredMs = reading.atMs - before.atMs;
  const cameMs = measuredMs + (reading.lateMs ?? 0) - (before.lateMs ?? 0);
  return Math.min(Math.max(measuredMs, cameMs), LONGEST_INTERVAL_MS);
}

/** A single gap is an outage. */
function secondLongest(gapsMs: readonly number[]): number {
  return gapsMs.toSorted((a, b) => b - a)[1] ?? 0;
}

/** True for exactly the same current. Nothing, again and again, is what an idle EV draws. */
function isRepeat({ currentsAmps: now }: ChargerReading, { currentsAmps: before }: ChargerReading) {
  return LINES.every((line) => now[line] === before[line]) && LINES.some((line) => now[line] > 0);
}

/** Notes what flowed at least and at most on each line, where the charger does not say. */
export function bounded(
  reading: ChargerReading,
  evLines: readonly Line[] | null,
  limitAmps: number | null,
): ChargerReading {
  const { unsureLines = [], totalAmps, currentsAmps } = reading;
  if (unsureLines.length === 0) return reading;
  if (reading.isAnywhere) {
    return { ...reading, bounds: { leastAmps: onEachLine(0), mostAmps: currentsAmps } };
  }
  if (totalAmps !== undefined && evLines !== null) {
    const amps = carriedBy(reading, evLines);
    return { ...reading, bounds: { leastAmps: amps, mostAmps: amps } };
  }
  const capAmps = limitAmps === null ? ANY_AMPS : obeyedUpToAmps(limitAmps);
  const mostAmps = Math.min(totalAmps ?? ANY_AMPS, capAmps);
  // One value for all phases is each one's as far as nothing contradicts it; a missing one is unknown.
  const isUnknown = (line: Line) =>
    unsureLines.includes(line) && (totalAmps !== undefined || currentsAmps[line] === 0);
  return {
    ...reading,
    bounds: {
      leastAmps: perLine((line) => isUnknown(line) ? 0 : currentsAmps[line]),
      mostAmps: perLine((line) => isUnknown(line) ? mostAmps : currentsAmps[line]),
    },
  };
}

/** What each line carries when the EV draws from these: an on-board charger loads them evenly. */
export function carriedBy(
  { totalAmps, currentsAmps, unsureLines }: ChargerReading,
  lines: readonly Line[],
): PerLine {
  if (totalAmps === undefined || unsureLines === undefined) return currentsAmps;
  return ampsOn(lines, totalAmps / lines.length);
}

/**
 * The most that flowed on any line, as far as that can be told: where only the sum is known, of as few
 * lines as can carry it under the limit. Too high a guess leaves an EV more than it needs, too low a
 * guess starves it.
 */
export function likelyPeakAmps(
  reading: ChargerReading,
  evLines: readonly Line[] | null,
  limitAmps: number | null,
): number {
  const { totalAmps, currentsAmps, unsureLines } = reading;
  if (totalAmps === undefined || unsureLines === undefined) return peakAmps(currentsAmps);
  if (evLines !== null) return totalAmps / evLines.length;
  const capAmps = obeyedUpToAmps(limitAmps ?? Infinity);
  const lines = Math.min(unsureLines.length, Math.max(1, Math.ceil(totalAmps / capAmps)));
  return totalAmps / lines;
}
