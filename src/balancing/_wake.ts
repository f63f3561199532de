/**
 * What is done for an EV that was given current again after a pause and does not take it (load
 * management 5.5): it is told once more, then paused for a moment, for the end of an offer wakes many,
 * and then its driver has to look. A null is an EV of which nothing of the kind is known.
 */
export interface Wake {
  readonly stage: WakeStage;
  /** Since when it has been offered current in this stage; null while it is not. */
  readonly sinceMs: number | null;
}

/** How far it is. "pausing": the moment without an offer; "woken": the time after it. */
export type WakeStage = "offered" | "told-again" | "pausing" | "woken" | "needs-driver";

/** What is seen of it. */
export interface WakeSight {
  /** Its charger took a limit above 0, and that is the newest one. */
  readonly isOffered: boolean;
  /** It draws something; null where nobody can tell. */
  readonly draws: boolean | null;
  /** A pause of its charger is one for the EV too, and so wakes it. */
  readonly wakesByPause: boolean;
}

/** The first limit above 0 after one of 0. */
export const RESUMED: Wake = { stage: "offered", sinceMs: null };

/** So long it is waited for current, before it is told again and before it is paused. */
const PATIENCE_MS = 60_000;
/** The pause: the charger needs some seconds to take it, and the EV up to 5 to see it (IEC 61851). */
const PAUSE_MS = 15_000;
/** After that; all stages together come to the three minutes for which it may keep others waiting. */
const LAST_PATIENCE_MS = 45_000;
/** One whose current others have is tried again after so long. */
const NAP_MS = 3_600_000;

/** What time makes of it. */
export function wakeAt(wake: Wake | null, sight: WakeSight, nowMs: number): Wake | null {
  if (wake === null || (sight.isOffered && sight.draws === true)) return null;
  const { stage, sinceMs } = wake;
  if (stage === "needs-driver") {
    const isRested = !sight.isOffered && nowMs - (sinceMs ?? nowMs) >= NAP_MS;
    return isRested ? RESUMED : wake;
  }
  if (stage === "pausing") {
    const isOver = sinceMs === null || nowMs - sinceMs >= PAUSE_MS;
    return isOver ? { stage: "woken", sinceMs: null } : wake;
  }
  if (!sight.isOffered) return sinceMs === null ? wake : { stage, sinceMs: null };
  if (sinceMs === null) return { stage, sinceMs: nowMs };
  const patienceMs = stage === "woken" ? LAST_PATIENCE_MS : PATIENCE_MS;
  if (sight.draws !== false || nowMs - sinceMs < patienceMs) return wake;
  return { stage: nextStage(stage, sight), sinceMs: nowMs };
}

function nextStage(
  stage: "offered" | "told-again" | "woken",
  { wakesByPause }: WakeSight,
): WakeStage {
  if (stage === "offered") return "told-again";
  return stage === "told-again" && wakesByPause ? "pausing" : "needs-driver";
}

/** True for one that stands behind all others: current does it no good. */
export function isPastWaking(wake: Wake | null): boolean {
  return wake?.stage === "needs-driver";
}

/** True for one of which is not known yet whether it sleeps: something is still done to wake it. */
export function isBeingWoken(wake: Wake | null): boolean {
  return wake !== null && !isPastWaking(wake);
}
