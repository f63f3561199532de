import type { Clock } from "../lib/clock.ts";

/**
 * How far a charger's clock is off, learnt from the timestamps of what it sends. A message takes
 * time and may have waited, which only makes it look later; so the smallest difference is nearest to
 * the truth. Measured against monotonic time: when our own wall clock is set, the charger's age of a
 * reading does not change.
 */
export interface ChargerClock {
  /** Notes a timestamp as it arrives. Texts that are no time are left alone. */
  note(timestamp: string): void;
  /**
   * It was told the time, in the answer to a BootNotification or a Heartbeat, and may have taken it.
   * `stretch` is that of our own time, while that is not certain.
   */
  told(stretch: string | null): void;
  /** In which stretch of our time it was told the time last, and first when, by that; null: never. */
  lastTold(): ToldTime | null;
  /** Our time minus the charger's, in milliseconds; null before the first timestamp. */
  offsetMs(): number | null;
  /**
   * How much less that may be, where it matters: what has come so far may have waited in the charger's
   * queue, and then its clock is right and seems slow. 0 once live messages have shown it.
   */
  doubtMs(): number;
  /** How long ago something happened that bears this timestamp; 0 where that cannot be told. */
  ageMs(timestamp: string): number;
  /**
   * What is wrong with a timestamp that has just been noted; null where nothing is, or nobody can
   * tell. `isCertain`: our own time is.
   */
  errorOf(timestamp: string, isCertain: boolean): ClockError | null;
}

/** What a charger's clock may go by. */
export interface ToldTime {
  /** Null: we knew the time. */
  readonly stretch: string | null;
  readonly sinceMs: number;
}

/** A timestamp that cannot be right. */
export interface ClockError {
  /** To add to it for the true time, as well as that is known; in milliseconds. */
  readonly shiftMs: number;
  /** False: it may have waited in the charger's queue for nobody knows how long. */
  readonly isMeasured: boolean;
}

interface Sample {
  /** Monotonic time of the arrival. */
  readonly arrivedMs: number;
  /** That minus the timestamp. */
  readonly differenceMs: number;
}

const SAMPLES_KEPT = 16;

/**
 * So many messages in a row, so far apart, and all of them equally late, have not waited in a queue:
 * those come in a burst, or get less and less late. The charger's clock was put back.
 */
const STEADY_SAMPLES = 3;
const STEADY_GAP_MS = 5_000;
const STEADY_WITHIN_MS = 5_000;

/** A clock that is off by less is right enough for a bill. */
const TOLERANCE_MS = 30_000;

/** No charger has kept a message since then: its clock was never set. Years of 1.6 are from 2015 on. */
const OLDEST_MS = Date.UTC(2015, 0, 1);

/** A clock of which nothing is known yet. */
export function createChargerClock(clock: Pick<Clock, "wallMs" | "monoMs">): ChargerClock {
  let samples: readonly Sample[] = [];
  /** The difference that live messages have shown for certain; null while none is sure. */
  let steadyMs: number | null = null;
  /** The timestamp that came in time last: the charger's clock was right then. */
  let inTimeMs: number | null = null;
  let isTold = false;
  let lastTold: ToldTime | null = null;

  function smallestMs(): number | null {
    return samples.length === 0 ? null : Math.min(...samples.map((sample) => sample.differenceMs));
  }

  /** As an offset of wall clocks. */
  const offsetOf = (differenceMs: number) => clock.wallMs() - clock.monoMs() + differenceMs;

  function learn(sample: Sample): void {
    // A clock that was put forward shows at once: no message comes before it was sent.
    if (steadyMs !== null && sample.differenceMs < steadyMs - STEADY_WITHIN_MS) steadyMs = null;
    const newest = samples.slice(-STEADY_SAMPLES);
    if (areSteady(newest)) {
      samples = newest;
      const differenceMs = smallestMs();
      // A session's times are put right all alike, not each by a moment more or less.
      const isSame = differenceMs !== null && steadyMs !== null &&
        Math.abs(differenceMs - steadyMs) <= STEADY_WITHIN_MS;
      if (!isSame) steadyMs = differenceMs;
    }
    // It has taken the time that it was told: what it showed before says nothing any more.
    const isOurs = Math.abs(offsetOf(sample.differenceMs)) <= STEADY_WITHIN_MS;
    if (isTold && isOurs) {
      samples = [sample];
      steadyMs = sample.differenceMs;
      isTold = false;
    }
  }

  return {
    note(timestamp) {
      const atMs = Date.parse(timestamp);
      if (Number.isNaN(atMs)) return;
      const arrivedMs = clock.monoMs();
      const sample = { arrivedMs, differenceMs: arrivedMs - atMs };
      samples = [...samples, sample].slice(-SAMPLES_KEPT);
      if (Math.abs(clock.wallMs() - atMs) <= TOLERANCE_MS) inTimeMs = atMs;
      learn(sample);
    },
    told(stretch) {
      isTold = true;
      if (lastTold?.stretch !== stretch) lastTold = { stretch, sinceMs: clock.wallMs() };
    },
    lastTold: () => lastTold,
    offsetMs() {
      const difference = smallestMs();
      return difference === null ? null : offsetOf(difference);
    },
    doubtMs() {
      const difference = smallestMs();
      if (difference === null || steadyMs !== null) return 0;
      const seemsLateMs = offsetOf(difference);
      return seemsLateMs > TOLERANCE_MS ? seemsLateMs : 0;
    },
    ageMs(timestamp) {
      const atMs = Date.parse(timestamp);
      const difference = smallestMs();
      if (Number.isNaN(atMs)) return 0;
      const nowMs = difference === null ? clock.wallMs() : clock.monoMs() - difference;
      return Math.max(0, nowMs - atMs);
    },
    errorOf(timestamp, isCertain) {
      const atMs = Date.parse(timestamp);
      const difference = smallestMs();
      if (Number.isNaN(atMs) || difference === null) return null;
      const lateMs = clock.wallMs() - atMs;
      if (Math.abs(lateMs) <= TOLERANCE_MS) return null;
      // A clock that was right does not go wrong by itself: what is newer was held up, in the charger's
      // queue or on a slow wire, where messages may be late by the same for a while.
      const isNewer = inTimeMs !== null && atMs >= inTimeMs - STEADY_WITHIN_MS;
      if (lateMs > 0 && isNewer) return null;
      const steady = steadyMs === null ? null : offsetOf(steadyMs);
      if (steady !== null && Math.abs(steady) > TOLERANCE_MS) {
        return { shiftMs: inSeconds(steady), isMeasured: true };
      }
      if (lateMs < 0 && !isCertain) return null;
      // Nothing is heard before it happens: the clock is ahead, at least by so much.
      if (lateMs < 0) return { shiftMs: inSeconds(offsetOf(difference)), isMeasured: true };
      return atMs < OLDEST_MS ? { shiftMs: lateMs, isMeasured: false } : null;
    },
  };
}

/** No clock is measured better than that through messages. */
function inSeconds(offsetMs: number): number {
  return Math.round(offsetMs / 1_000) * 1_000;
}

function areSteady(samples: readonly Sample[]): boolean {
  if (samples.length < STEADY_SAMPLES) return false;
  const differences = samples.map(({ differenceMs }) => differenceMs);
  const spreadMs = Math.max(...differences) - Math.min(...differences);
  const isApart = samples.every(({ arrivedMs }, index) =>
    arrivedMs - (samples[index - 1]?.arrivedMs ?? Number.NEGATIVE_INFINITY) >= STEADY_GAP_MS
  );
  return isApart && spreadMs <= STEADY_WITHIN_MS;
}
