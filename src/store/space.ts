/** How much room there is on the partition of the ledger. */
export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/**
 * What is done about the room that is left; each level does what those before it do.
 * - `low`: telemetry stops, and readings are kept less often.
 * - `very-low`: most of the ballast is let go, and old history that the CSMS has is deleted.
 * - `critical`: no session may begin, and readings are not kept; what runs goes on and is ended.
 */
export type SpaceLevel = "enough" | "low" | "very-low" | "critical";

/** Levels from the best to the worst. */
export const SPACE_LEVELS = ["enough", "low", "very-low", "critical"] as const;

const MIB = 1_048_576;

/** Below this share of the partition a level begins, or below so many bytes on a large one. */
const LIMITS: Readonly<Record<Exclude<SpaceLevel, "enough">, { share: number; bytes: number }>> = {
  "low": { share: 0.2, bytes: 1_024 * MIB },
  "very-low": { share: 0.1, bytes: 256 * MIB },
  "critical": { share: 0.03, bytes: 64 * MIB },
};

/** A level is left for a better one only with so much more room, so that it does not flutter. */
const BACK = 1.25;

/** What the ballast is at most on a partition of this size: it must not be what fills it. */
const BALLAST_SHARE = 0.02;

/** What stays of the ballast until a disk is full to the last byte: for sessions that end. */
const RESERVE_SHARE = 0.25;

/** The ballast that stands while there is room: as configured, less on a small partition. */
export function fullBallastBytes({ totalBytes }: Space, wantedBytes: number): number {
  return Math.floor(Math.min(wantedBytes, totalBytes * BALLAST_SHARE));
}

/**
 * The level after a look at the disk. The ballast counts as room that is not there, whether it stands
 * or not: letting go of it must not look like room.
 */
export function spaceLevel(
  space: Space,
  ballast: { readonly nowBytes: number; readonly fullBytes: number },
  before: SpaceLevel,
): SpaceLevel {
  const freeBytes = space.freeBytes - (ballast.fullBytes - ballast.nowBytes);
  const ranked = SPACE_LEVELS.slice(1).filter((level) => {
    const isBetter = SPACE_LEVELS.indexOf(level) <= SPACE_LEVELS.indexOf(before);
    return freeBytes < limitBytes(level, space) * (isBetter ? BACK : 1);
  });
  return ranked.at(-1) ?? "enough";
}

function limitBytes(level: SpaceLevel, { totalBytes }: Space): number {
  if (level === "enough") return 0;
  const { share, bytes } = LIMITS[level];
  return Math.min(totalBytes * share, bytes);
}

/**
 * How big the ballast has to be: whole while there is room, a reserve from `very-low` on, nothing once
 * the disk has refused a write. It comes back when there is enough room again.
 */
export function ballastBytes(
  level: SpaceLevel,
  ballast: { readonly nowBytes: number; readonly fullBytes: number },
  isRefused: boolean,
): number {
  if (isRefused) return 0;
  if (level === "enough") return ballast.fullBytes;
  const mayKeep = level === "low" ? ballast.fullBytes : ballast.fullBytes * RESERVE_SHARE;
  return Math.min(ballast.nowBytes, Math.floor(mayKeep));
}

/** Readings at `low` and worse: one so often is enough to see what a session did. */
const SPARING_INTERVAL_MS = 900_000;

/** How often a reading is kept where one is wanted so often; `Infinity`: never. */
export function readingIntervalMs(level: SpaceLevel, wantedMs: number): number {
  if (level === "critical") return Infinity;
  if (level === "enough" || wantedMs === 0) return wantedMs;
  return Math.max(wantedMs, SPARING_INTERVAL_MS);
}
