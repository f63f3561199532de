import type { Ids } from "../lib/ids.ts";

/** A photovoltaic plant. */
export interface SolarOptions {
  readonly peakWatts: number;
  readonly sunriseHour: number;
  readonly sunsetHour: number;
  /** How far local time is ahead of UTC, in milliseconds. */
  readonly utcOffsetMs: number;
  /** How much a cloud takes away, 0 to 1. */
  readonly cloudiness: number;
}

/** A plant at a moment. */
export interface Solar {
  /** 1 under a blue sky. */
  readonly clearness: number;
  readonly untilWallMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Clouds stay from half a minute to five minutes. */
const CLOUD_MS = [30_000, 300_000] as const;

/** A plant under a blue sky. */
export function newSolar(wallMs: number): Solar {
  return { clearness: 1, untilWallMs: wallMs };
}

/** The plant at `wallMs`; clouds come and go. */
export function stepSolar(
  solar: Solar,
  { cloudiness }: SolarOptions,
  wallMs: number,
  ids: Ids,
): Solar {
  if (wallMs < solar.untilWallMs) return solar;
  const [shortest, longest] = CLOUD_MS;
  return {
    clearness: 1 - cloudiness * ids.random(),
    untilWallMs: wallMs + shortest + (longest - shortest) * ids.random(),
  };
}

/** What the plant gives, in watts: a half sine from sunrise to sunset. */
export function solarWatts(solar: Solar, options: SolarOptions, wallMs: number): number {
  const { sunriseHour, sunsetHour, utcOffsetMs, peakWatts } = options;
  const hour = ((wallMs + utcOffsetMs) % DAY_MS) / HOUR_MS;
  const progress = (hour - sunriseHour) / (sunsetHour - sunriseHour);
  if (progress <= 0 || progress >= 1) return 0;
  return peakWatts * Math.sin(Math.PI * progress) * solar.clearness;
}
