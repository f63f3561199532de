import type { Clock } from "../lib/clock.ts";
import type { IdToken } from "../ocpp/mod.ts";
import { type Decision, exactKey } from "../site/mod.ts";

/** What was decided about a token at a charger a moment ago: it counts for what follows (ruling 1). */
export interface RecentDecisions {
  note(chargerId: string, idToken: IdToken, decision: Decision): void;
  /** The decision, while it lasts. */
  find(chargerId: string, idToken: IdToken): Decision | undefined;
}

/** Decisions that are remembered; hostile chargers cannot fill the memory. */
const RECENT_MAX = 1_000;

/** Remembers nothing yet; a decision lasts so long. */
export function createRecentDecisions(
  clock: Pick<Clock, "monoMs">,
  lastsMs: number,
): RecentDecisions {
  const recent = new Map<string, { readonly decision: Decision; readonly atMonoMs: number }>();
  const keyOf = (chargerId: string, idToken: IdToken) => `${chargerId}\n${exactKey(idToken)}`;

  /** The oldest come first: those that last no longer go, and as many more as there are too many. */
  function forgetOld(): void {
    for (const [key, { atMonoMs }] of recent) {
      if (clock.monoMs() - atMonoMs <= lastsMs && recent.size <= RECENT_MAX) return;
      recent.delete(key);
    }
  }

  return {
    note(chargerId, idToken, decision) {
      const key = keyOf(chargerId, idToken);
      recent.delete(key);
      recent.set(key, { decision, atMonoMs: clock.monoMs() });
      forgetOld();
    },
    find(chargerId, idToken) {
      const found = recent.get(keyOf(chargerId, idToken));
      const isFresh = found !== undefined && clock.monoMs() - found.atMonoMs <= lastsMs;
      return isFresh ? found.decision : undefined;
    },
  };
}
