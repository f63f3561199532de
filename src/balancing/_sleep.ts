import { isFresh } from "./_charger_reading.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import { peakAmps } from "./_held_limits.ts";
import type { Standing } from "./_standing.ts";
import { isBeingWoken, isPastWaking } from "./_wake.ts";

/** An EV that holds back for so long after it was given current is not just starting. */
const STARTED_MS = 90_000;
/** One that was seen drawing since then, and holds back for so long, has had enough. */
const SATED_MS = 30_000;
/** One that says that it charges, and draws nothing for so long, is not just cooling down. */
const DREW_NOTHING_MS = 300_000;
/** One that gave all its current to others is asked again after so long whether it wants something. */
const NAP_MS = 3_600_000;
/** It is asked half as often each time that it was asked in vain, down to so often. */
const LONGEST_NAP_MS = 4 * NAP_MS;
/** One that begins may say for so long that it takes nothing: that is no word on what it wants. */
const BEGINS_MS = 30_000;
/** It is asked sooner where it, or what there is, changes; but not more than 4 times an hour. */
const SHORT_NAP_MS = 900_000;

/** What came of giving current to an EV that slept. */
export interface Asking {
  /** It has current because it is asked. */
  readonly isOn: boolean;
  /** So often in a row it did not take it. */
  readonly inVain: number;
}

/** Of an EV that was not asked. */
export const NOT_ASKED: Asking = { isOn: false, inVain: 0 };

/** What is remembered of asking it from now on. */
export function askingAfter(memory: EvseMemory, isCharging: boolean, nowMs: number): Asking {
  const { asking, asleepFromMs, chargingSinceMs } = memory;
  const hasBegun = chargingSinceMs !== null;
  if (isCharging === hasBegun) return asking;
  if (isCharging) return asleepFromMs === null ? asking : { ...asking, isOn: true };
  if (!asking.isOn) return asking;
  // Who was paused again before it could answer was not asked.
  const isInVain = asleepFromMs !== null && nowMs >= asleepFromMs;
  return { isOn: false, inVain: asking.inVain + Number(isInVain) };
}

/** True for an EV that was given current a moment ago, and may be just starting. */
export function isBeginning(memory: EvseMemory, nowMs: number): boolean {
  const { chargingSinceMs, drewAtMs, asking, asleepFromMs } = memory;
  if (chargingSinceMs === null) return asleepFromMs === null;
  const hasDrawn = drewAtMs !== null && drewAtMs > chargingSinceMs;
  return !asking.isOn && !hasDrawn && nowMs - chargingSinceMs < BEGINS_MS;
}

/**
 * From when on an EV counts as asleep, full or not: it does not want what it is given. Null for one that
 * is awake. A charger that was told to pause says that itself holds back, so an EV that was paused
 * asleep stays so; and one that is being woken after a pause is not given up before that is through.
 */
export function asleepFromMs(
  memory: EvseMemory,
  isCharging: boolean,
  nowMs: number,
): number | null {
  const { facts, chargingSinceMs, drewAtMs, reading } = memory;
  if (!isCharging) return memory.asleepFromMs;
  if (isBeingWoken(memory.wake)) return null;
  // Whoever is asked again has time to start again.
  const before = chargingSinceMs === null ? null : memory.asleepFromMs;
  const sinceMs = chargingSinceMs ?? nowMs;
  const hasDrawn = drewAtMs !== null && drewAtMs > sinceMs;
  if (facts?.suspendedByEv) return before ?? nowMs + (hasDrawn ? SATED_MS : STARTED_MS);
  const isMeasured = reading !== null && isFresh(reading, nowMs);
  const drewNothingMs = isMeasured ? reading.atMs - (hasDrawn ? drewAtMs : sinceMs) : 0;
  return drewNothingMs >= DREW_NOTHING_MS ? before ?? nowMs : null;
}

/**
 * True for an EV that sleeps, and for one that was paused when it did, for an hour, longer
 * where it was asked in vain; and for one that nothing woke, until it is tried again.
 */
export function sleeps({ memory }: Standing, nowMs: number): boolean {
  const { asleepFromMs, waitingSinceMs, wake, asking } = memory;
  if (isPastWaking(wake)) return true;
  return asleepFromMs !== null && nowMs >= asleepFromMs &&
    (waitingSinceMs === null || nowMs - waitingSinceMs < napMs(asking));
}

function napMs({ inVain }: Asking): number {
  return Math.min(NAP_MS * 2 ** inVain, LONGEST_NAP_MS);
}

/** True for an EV that sleeps and can be without any current, so that others may have all of it. */
export function rests(standing: Standing, nowMs: number): boolean {
  return sleeps(standing, nowMs) && standing.memory.facts?.traits?.pausesAtZero !== false;
}

/** Less than this is what an EV's electronics take. */
const NOTHING_AMPS = 1;

/** Notes what the newest reading says: an EV that draws is awake. */
export function withSighting(memory: EvseMemory, nowMs: number): EvseMemory {
  const { reading } = memory;
  if (reading === null || peakAmps(reading.currentsAmps) < NOTHING_AMPS) return memory;
  return { ...withSignOfLife(memory, nowMs), drewAtMs: reading.atMs, asking: NOT_ASKED };
}

/** An EV that was paused asleep, and of which something was seen: it is asked again soon, but not always. */
export function withSignOfLife(memory: EvseMemory, nowMs: number): EvseMemory {
  const isPaused = memory.asleepFromMs !== null && memory.chargingSinceMs === null;
  return isPaused && hasNapped(memory, nowMs) ? { ...memory, asleepFromMs: null } : memory;
}

/** True where it may be asked again as soon as something speaks for it. */
export function hasNapped({ waitingSinceMs }: EvseMemory, nowMs: number): boolean {
  return waitingSinceMs === null || nowMs - waitingSinceMs >= SHORT_NAP_MS;
}
