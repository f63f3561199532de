import type { DecisionEvent } from "../site/mod.ts";
import type { LimitChange } from "./limit_record.ts";
import { isWanted, joined, type MinuteSummary, type TelemetryStore } from "./telemetry_store.ts";

/** Where nothing is kept over a restart there is no use in much. */
const DECISIONS_MAX = 500;
const SUMMARIES_MAX = 2_000;
const LIMITS_MAX = 2_000;

/** Telemetry in memory, for tests, simulation and wherever there is no disk for it. */
export function createMemoryTelemetry(
  { decisionsMax = DECISIONS_MAX, summariesMax = SUMMARIES_MAX, limitsMax = LIMITS_MAX } = {},
): TelemetryStore {
  let decisions: readonly DecisionEvent[] = [];
  let limits: readonly LimitChange[] = [];
  const summaries = new Map<string, MinuteSummary>();
  return {
    write(batch, oldestMs) {
      for (const each of batch.summaries) {
        const before = summaries.get(keyOf(each));
        summaries.set(keyOf(each), before === undefined ? each : joined(before, each));
      }
      // They came in about this order: the oldest stand first.
      for (const [key, { minuteMs }] of summaries) {
        if (minuteMs >= oldestMs && summaries.size <= summariesMax) break;
        summaries.delete(key);
      }
      decisions = [...decisions, ...batch.decisions].filter(({ atWallMs }) => atWallMs >= oldestMs)
        .slice(-decisionsMax);
      limits = [...limits, ...batch.limits].filter(({ atWallMs }) => atWallMs >= oldestMs)
        .slice(-limitsMax);
      return Promise.resolve();
    },
    decisions: (filter) =>
      Promise.resolve(
        decisions.filter((each) => isWanted(each, filter)).toReversed()
          .toSorted((a, b) => b.atWallMs - a.atWallMs).slice(0, filter.limit),
      ),
    summaries: ({ subject, quantities, fromMs, toMs, limit }) =>
      Promise.resolve(
        [...summaries.values()]
          .filter((each) =>
            each.subject === subject && each.minuteMs >= fromMs && each.minuteMs < toMs &&
            (quantities?.includes(each.quantity) ?? true)
          )
          .toSorted((a, b) => a.minuteMs - b.minuteMs || (a.quantity < b.quantity ? -1 : 1))
          .slice(0, limit),
      ),
    limits: ({ transactionId, fromMs, toMs, limit }) =>
      Promise.resolve(
        limits.filter((each) =>
          each.transactionId === transactionId && each.atWallMs >= fromMs && each.atWallMs < toMs
        ).toSorted((a, b) => a.atWallMs - b.atWallMs).slice(0, limit),
      ),
    begunAnew: () => null,
    close: () => Promise.resolve(),
  };
}

function keyOf({ minuteMs, subject, quantity }: MinuteSummary): string {
  return `${minuteMs}\n${subject}\n${quantity}`;
}
