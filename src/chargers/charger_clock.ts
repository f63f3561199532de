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
  /** Our time minus the charger's, in milliseconds; null before the first timestamp. */
  offsetMs(): number | null;
  /** How long ago something happened that bears this timestamp; 0 where that cannot be told. */
  ageMs(timestamp: string): number;
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

/** A clock of which nothing is known yet. */
export function createChargerClock(clock: Pick<Clock, "wallMs" | "monoMs">): ChargerClock {
  let samples: readonly Sample[] = [];

  function differenceMs(): number | null {
    return samples.length === 0 ? null : Math.min(...samples.map((sample) => sample.differenceMs));
  }

  return {
    note(timestamp) {
      const atMs = Date.parse(timestamp);
      if (Number.isNaN(atMs)) return;
      const arrivedMs = clock.monoMs();
      const sample = { arrivedMs, differenceMs: arrivedMs - atMs };
      samples = [...samples, sample].slice(-SAMPLES_KEPT);
      const newest = samples.slice(-STEADY_SAMPLES);
      if (areSteady(newest)) samples = newest;
    },
    offsetMs() {
      const difference = differenceMs();
      return difference === null ? null : clock.wallMs() - clock.monoMs() + difference;
    },
    ageMs(timestamp) {
      const atMs = Date.parse(timestamp);
      const difference = differenceMs();
      if (Number.isNaN(atMs)) return 0;
      const nowMs = difference === null ? clock.wallMs() : clock.monoMs() - difference;
      return Math.max(0, nowMs - atMs);
    },
  };
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
