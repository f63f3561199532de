import type { Clock } from "../lib/clock.ts";
import type { SignalDesk } from "../signals/mod.ts";
import { type CommandOutcome, LIMIT_LASTS_MAX_MS } from "../site/mod.ts";

/** What a signal wants from now on. It replaces what it wanted before. */
export interface SignalOrder {
  /** Amperes bound each line, watts all lines together; null: no limit. */
  readonly limit: { readonly unit: "A" | "W"; readonly amount: number } | null;
  /** How long it holds; both null: until it says something else. */
  readonly minutes: number | null;
  /** ISO 8601. */
  readonly until: string | null;
  readonly reason: string;
}

/** What a signal tells us by our own API. */
export interface SignalCommands {
  tellSignal(id: string, order: SignalOrder, by: string): Promise<CommandOutcome>;
  /** It is still there and wants what it wanted; false where no signal of that name tells us by the API. */
  beatSignal(id: string): Promise<boolean>;
}

/** Creates the commands. */
export function createSignalCommands(ports: {
  readonly clock: Clock;
  readonly signals: Pick<SignalDesk, "tell" | "beat">;
}): SignalCommands {
  const { clock, signals } = ports;
  return {
    async tellSignal(id, { limit, minutes, until, reason }, by) {
      const nowMs = clock.wallMs();
      const untilMs = minutes !== null
        ? nowMs + minutes * 60_000
        : until === null
        ? null
        : Date.parse(until);
      const wrong = untilMs === null ? null : wrongEnd(untilMs - nowMs);
      if (wrong !== null && limit !== null) {
        const errors = [{ path: minutes === null ? "until" : "minutes", message: wrong }];
        return { kind: "refused", reason: wrong, advice: "Nothing has changed", errors };
      }
      const why = reason === "" ? `said by ${by}` : reason;
      const spans = limit === null ? [] : [{
        fromMs: nowMs,
        toMs: untilMs,
        unit: limit.unit,
        limit: limit.amount,
        reason: why,
      }];
      const isThere = await signals.tell(id, { kind: "schedule", spans, problems: [] });
      return isThere ? { kind: "accepted", detail: `Signal "${id}" is heard` } : {
        kind: "refused",
        reason: `There is no signal "${id}" that tells by the API`,
        advice: "Look at signals in site.yaml: its driver is api",
      };
    },
    beatSignal: (id) => signals.beat(id),
  };
}

function wrongEnd(lastsMs: number): string | null {
  if (!(lastsMs > 0)) return "It would be over already";
  return lastsMs > LIMIT_LASTS_MAX_MS ? "It would hold for more than seven days" : null;
}
