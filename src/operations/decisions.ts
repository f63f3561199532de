import type { Events } from "../lib/events.ts";
import type { DecisionEvent, SiteEvents } from "../site/mod.ts";

/** The newest decisions about tokens. */
export interface Decisions {
  /** Newest first, so many at most. */
  newest(limit: number): readonly DecisionEvent[];
}

/** Bounds what chargers that ask all day can take of the memory. */
const DECISIONS_MAX = 500;

/** Keeps book of the decisions that are told. */
export function createDecisions(events: Events<SiteEvents>): Decisions {
  const kept: DecisionEvent[] = [];
  events.on("decision", (decision) => {
    kept.push(decision);
    if (kept.length > DECISIONS_MAX) kept.shift();
  });
  return { newest: (limit) => kept.slice(-Math.max(1, limit)).reverse() };
}
