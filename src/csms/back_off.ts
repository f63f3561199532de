import type { Ids } from "../lib/ids.ts";
import type { BackOffRules } from "./options.ts";

/** Where the waiting between attempts to connect stands. */
export interface BackOffState {
  /** The wait before the last attempt; null when the next failure is the first. */
  readonly lastWaitMs: number | null;
  /** How often the wait was doubled. */
  readonly doublings: number;
}

/** After a success: the next failure is the first one again. */
export const RESTED: BackOffState = { lastWaitMs: null, doublings: 0 };

/**
 * The wait after another failure (2.1 Part 4 §5.3 and errata): the minimum plus a random part; then
 * the previous wait doubled plus a new random part, `repeatTimes` times; then the last wait again.
 */
export function nextWait(
  state: BackOffState,
  rules: BackOffRules,
  random: Ids["random"],
): BackOffState & { readonly lastWaitMs: number } {
  const randomMs = random() * rules.randomRangeMs;
  if (state.lastWaitMs === null) {
    return { lastWaitMs: Math.round(rules.waitMinimumMs + randomMs), doublings: 0 };
  }
  if (state.doublings >= rules.repeatTimes) return { ...state, lastWaitMs: state.lastWaitMs };
  return {
    lastWaitMs: Math.round(state.lastWaitMs * 2 + randomMs),
    doublings: state.doublings + 1,
  };
}
