/**
 * How far a charger's clock is off, learnt from the timestamps of what it sends. A message takes
 * time and may have waited, which only makes it look later; so the smallest difference is nearest to
 * the truth.
 */
export interface ChargerClock {
  /** Notes a timestamp as it arrives. Texts that are no time are left alone. */
  note(timestamp: string, arrivedWallMs: number): void;
  /** Our time minus the charger's, in milliseconds; null before the first timestamp. */
  offsetMs(): number | null;
  /** How long ago something happened that bears this timestamp; 0 where that cannot be told. */
  ageMs(timestamp: string, nowWallMs: number): number;
}

const SAMPLES_KEPT = 16;

/** A clock of which nothing is known yet. */
export function createChargerClock(): ChargerClock {
  let differences: readonly number[] = [];
  const offsetMs = () => differences.length === 0 ? null : Math.min(...differences);
  return {
    note(timestamp, arrivedWallMs) {
      const atMs = Date.parse(timestamp);
      if (!Number.isNaN(atMs)) {
        differences = [...differences, arrivedWallMs - atMs].slice(-SAMPLES_KEPT);
      }
    },
    offsetMs,
    ageMs(timestamp, nowWallMs) {
      const atMs = Date.parse(timestamp);
      return Number.isNaN(atMs) ? 0 : Math.max(0, nowWallMs - atMs - (offsetMs() ?? 0));
    },
  };
}
