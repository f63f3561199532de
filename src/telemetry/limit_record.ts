import { type LimitReason, reasonKey } from "../balancing/mod.ts";

/** From a moment on a session had this limit, for this reason. */
export interface LimitChange {
  readonly transactionId: string;
  readonly atWallMs: number;
  /** Per line, in amperes; null before the first limit. */
  readonly limitAmps: number | null;
  readonly reason: LimitReason;
}

/** What a running session has now. */
export type SessionLimit = Omit<LimitChange, "atWallMs">;

/** Notes what changes of the limits of sessions and of their reasons, and no more than is worth it. */
export interface LimitRecord {
  /** All sessions that run. */
  note(running: readonly SessionLimit[], nowWallMs: number): void;
  /** What is noted and not taken yet, oldest first. */
  waiting(): readonly LimitChange[];
  /** These are on disk. */
  taken(changes: readonly LimitChange[]): void;
}

/** Steps of a limit that go on for the same reason are noted no more often: a raise is many of them. */
const STEP_MS = 60_000;
/** From so many notes on a session is noted like this: a limit that flutters for days is no news. */
const PATIENCE_AFTER = 500;
const PATIENCE_MS = 15 * 60_000;
/** Bounds what waits while the disk takes nothing. */
const WAITING_MAX = 5_000;

interface Noted {
  readonly last: LimitChange;
  readonly count: number;
}

/** Nothing is noted yet. */
export function createLimitRecord(): LimitRecord {
  let known = new Map<string, Noted>();
  let waiting: readonly LimitChange[] = [];
  return {
    note(running, nowWallMs) {
      const next = new Map<string, Noted>();
      for (const now of running) {
        const before = known.get(now.transactionId);
        if (before !== undefined && !isNews(before, now, nowWallMs)) {
          next.set(now.transactionId, before);
          continue;
        }
        const last = { ...now, atWallMs: nowWallMs, reason: kept(now.reason) };
        next.set(now.transactionId, { last, count: (before?.count ?? 0) + 1 });
        waiting = [...waiting.slice(1 - WAITING_MAX), last];
      }
      known = next;
    },
    waiting: () => waiting,
    taken(changes) {
      const gone = new Set(changes);
      waiting = waiting.filter((each) => !gone.has(each));
    },
  };
}

function isNews({ last, count }: Noted, now: SessionLimit, nowWallMs: number): boolean {
  const isSameLimit = last.limitAmps === now.limitAmps;
  const isSameReason = reasonKey(last.reason) === reasonKey(now.reason);
  if (isSameLimit && isSameReason) return false;
  const ageMs = nowWallMs - last.atWallMs;
  // A clock that was set back must not silence the record.
  if (ageMs < 0) return true;
  if (count >= PATIENCE_AFTER) return ageMs >= PATIENCE_MS;
  const isPause = (last.limitAmps ?? 0) > 0 !== (now.limitAmps ?? 0) > 0;
  return !isSameReason || isPause || ageMs >= STEP_MS;
}

/** When its turn was expected is of no use later, and by a clock that a restart begins anew. */
function kept(reason: LimitReason): LimitReason {
  return reason.kind === "waiting" ? { ...reason, nextAtMs: null } : reason;
}
