import type { Trust } from "./facts.ts";

/** How far a charger is believed, and why (load management 5.6). */
export interface TrustMemory {
  readonly state: Trust;
  readonly sinceMs: number;
  /** Since when all that is seen of it is too much; null while it is not. */
  readonly overSinceMs: number | null;
  /** When too much was seen last, and whether it was so much that no pilot can be that far off. */
  readonly overAtMs: number;
  readonly isFarOver: boolean;
  /** Since when all that is seen of it is within its limit; null while it is not. */
  readonly obeysSinceMs: number | null;
  /** How often it fell under suspicion, and how often it was believed again after disobeying. */
  readonly lapses: number;
  readonly returns: number;
  readonly stop: { readonly askedAtMs: number; readonly times: number } | null;
}

/** A charger of which nothing bad is known. */
export const TRUSTED: TrustMemory = {
  state: "trusted",
  sinceMs: -Infinity,
  overSinceMs: null,
  overAtMs: -Infinity,
  isFarOver: false,
  obeysSinceMs: null,
  lapses: 0,
  returns: 0,
  stop: null,
};

/** What was seen of a charger at a moment, compared with the limits it could be under then. */
export interface Evidence {
  readonly atMs: number;
  readonly seen: "within" | "over" | "far-over";
  /** What was seen before is too old to tell of the time since. */
  readonly isAlone: boolean;
}

/** Where its circuit bears no waiting, suspicion and proof need less time. */
export interface Urgency {
  readonly isOverloaded: boolean;
  /** How long a charger may take to follow a limit, in milliseconds. */
  readonly confirmMs: number;
}

/** Too much for so long is no moment between two limits. */
const SUSPECT_AFTER_MS = 15_000;
const DISOBEYS_AFTER_MS = 30_000;
/** The same where a circuit is over its limit, which has to be back within a minute. */
const SUSPECT_SOON_MS = 5_000;
const DISOBEYS_SOON_MS = 10_000;
/** Who did not obey is believed again after so long, and so often in one session. */
const OBEYED_FOR_MS = 180_000;
const RETURNS_MAX = 3;
/** After so many suspicions telling it again is known to do no good. */
export const REMINDERS_MAX = 4;

/** Takes in what was seen. */
export function withEvidence(trust: TrustMemory, { atMs, seen, isAlone }: Evidence): TrustMemory {
  if (seen === "within") {
    if (trust === TRUSTED) return trust;
    const obeysSinceMs = isAlone ? atMs : trust.obeysSinceMs ?? atMs;
    return { ...trust, overSinceMs: null, isFarOver: false, obeysSinceMs };
  }
  return {
    ...trust,
    overSinceMs: isAlone ? atMs : trust.overSinceMs ?? atMs,
    overAtMs: atMs,
    isFarOver: seen === "far-over",
    obeysSinceMs: null,
  };
}

/** What time makes of it. `isCurrent`: what was seen last still tells of now. */
export function trustAt(
  trust: TrustMemory,
  nowMs: number,
  isCurrent: boolean,
  urgency: Urgency,
): TrustMemory {
  switch (trust.state) {
    case "trusted": {
      const { overSinceMs } = trust;
      const patienceMs = urgency.isOverloaded ? SUSPECT_SOON_MS : SUSPECT_AFTER_MS;
      if (!isCurrent || overSinceMs === null || nowMs - overSinceMs < patienceMs) return trust;
      return { ...trust, state: "suspect", sinceMs: nowMs, lapses: trust.lapses + 1 };
    }
    case "suspect":
      if (trust.obeysSinceMs !== null) return { ...trust, state: "trusted", sinceMs: nowMs };
      return isCurrent && isProven(trust, nowMs, urgency)
        ? { ...trust, state: "disobeying", sinceMs: nowMs }
        : trust;
    case "disobeying": {
      const { obeysSinceMs, returns } = trust;
      const isBack = isCurrent && obeysSinceMs !== null && returns < RETURNS_MAX &&
        nowMs - Math.max(obeysSinceMs, trust.sinceMs) >= OBEYED_FOR_MS;
      return isBack
        ? { ...trust, state: "trusted", sinceMs: nowMs, returns: returns + 1, stop: null }
        : trust;
    }
  }
}

/**
 * It was told again, had its time, and still draws far too much. A pilot that is a little off is no
 * disobedience: what it draws above its limit is kept for it as it is.
 */
function isProven(trust: TrustMemory, nowMs: number, urgency: Urgency): boolean {
  const { sinceMs, overAtMs, isFarOver } = trust;
  if (!isFarOver) return false;
  return urgency.isOverloaded
    ? nowMs - sinceMs >= DISOBEYS_SOON_MS && overAtMs > sinceMs
    : nowMs - sinceMs >= DISOBEYS_AFTER_MS && overAtMs >= sinceMs + urgency.confirmMs;
}
