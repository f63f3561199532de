import { CLOCK_TOLERANCE_MS, type Timekeeper } from "../site/mod.ts";
import type { HeardClock } from "../transactions/mod.ts";
import type { ChargerClock, ClockError, ToldTime } from "./charger_clock.ts";

type HeardBy = Pick<Timekeeper, "clock" | "trust" | "stretch" | "shiftOf">;
type TimedBy = Pick<ChargerClock, "errorOf" | "lastTold">;

/** A charger that was told the time may still be ahead of it by so much. */
const AHEAD_MS = 180_000;

/**
 * What is known of the two clocks by which a message is timed: the charger's, by its own timestamp
 * that was noted just now, and the gateway's. Null for a time that is the gateway's own.
 */
export function heardClock(
  timekeeper: HeardBy,
  charger: TimedBy,
  timestamp: string | null,
): HeardClock {
  const stretch = timekeeper.stretch();
  const isUntrusted = timekeeper.trust() === "untrusted";
  const marks = {
    ...(stretch === null ? {} : { stretch }),
    ...(isUntrusted ? { untrusted: true } as const : {}),
  };
  if (timestamp === null) return marks;
  const atMs = Date.parse(timestamp);
  const learnt = learntSince(timekeeper, charger.lastTold(), atMs, stretch);
  const measured = charger.errorOf(timestamp, stretch === null);
  // Ours is behind for certain, so that a charger ahead of it may be right.
  const isAhead = isUntrusted && measured !== null && measured.shiftMs < 0;
  const error = likelier(isAhead ? null : measured, learnt, timekeeper.clock.wallMs() - atMs);
  if (error !== null) {
    const { shiftMs, isMeasured } = error;
    return { ...marks, shiftMs, ...(isMeasured ? {} : { untrusted: true, guessed: true }) };
  }
  const nowMs = timekeeper.clock.wallMs();
  return stretch === null ? {} : { ...marks, ...doubtOf(atMs, nowMs, charger.lastTold(), stretch) };
}

/**
 * Of two errors that may explain a message, the one by which it was live, or comes nearer to that: what
 * was measured may be from before the charger was told our wrong time.
 */
function likelier(
  measured: ClockError | null,
  learnt: ClockError | null,
  lateMs: number,
): ClockError | null {
  if (measured === null || learnt === null) return measured ?? learnt;
  const waitedMs = ({ shiftMs }: ClockError) => Math.abs(lateMs - shiftMs);
  const isLive = waitedMs(learnt) <= CLOCK_TOLERANCE_MS;
  return isLive || waitedMs(learnt) < waitedMs(measured) ? learnt : measured;
}

/** We have learnt better since we told the charger the time, and it has not asked again. */
function learntSince(
  { clock, shiftOf }: HeardBy,
  told: ToldTime | null,
  atMs: number,
  stretch: string | null,
): ClockError | null {
  if (told === null || told.stretch === null || told.stretch === stretch) return null;
  const shiftMs = shiftOf(told.stretch);
  const lateMs = clock.wallMs() - atMs;
  const mayFollow = atMs >= told.sinceMs && lateMs - shiftMs >= -AHEAD_MS;
  const isRight = Math.abs(lateMs) <= CLOCK_TOLERANCE_MS || shiftMs === 0;
  return mayFollow && !isRight ? { shiftMs, isMeasured: true } : null;
}

/**
 * While the gateway is not sure of the time, a charger may know it better. What lies before it was told
 * ours, or far after now, is by its own clock; what is late may have waited, or be so as well.
 */
function doubtOf(
  atMs: number,
  nowMs: number,
  told: ToldTime | null,
  stretch: string,
): Pick<HeardClock, "ownTime" | "lateMs"> {
  const lateMs = nowMs - atMs;
  const isTold = told?.stretch === stretch && atMs >= told.sinceMs;
  if (!isTold || lateMs < -AHEAD_MS) return { ownTime: true };
  return lateMs > CLOCK_TOLERANCE_MS ? { lateMs } : {};
}
