import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type { OperatorLimit, SiteEvents } from "../site/mod.ts";

/** What the limits keep on disk. */
export interface OperatorLimitCollections {
  readonly "operator-limits": OperatorLimit;
}

type LimitWrite = WriteOf<OperatorLimitCollections>;

/** Nobody sets a cap for longer; one that seems to last longer was written by another clock. */
const LASTS_MAX_MS = 24 * 3_600_000;

/** Caps that people set from outside the balancing: by hand now, by grid signals later. */
export interface OperatorLimits {
  /** The cap in force on a slot; null where there is none. */
  on(slot: number): OperatorLimit | null;
  /** Sets a cap, or lifts it with `null`. */
  set(slot: number, limit: OperatorLimit | null): readonly LimitWrite[];
  /** The site's time was put right by so much: caps last as long as they were meant to. */
  moved(shiftMs: number): readonly LimitWrite[];
  /** Lets go of timers. */
  stop(): void;
}

/** Opens the limits on what was on disk; a cap ends by itself and says so with an `evse` event. */
export function createOperatorLimits(
  ports: { readonly clock: Clock; readonly events: Events<SiteEvents> },
  stored: Iterable<OperatorLimit>,
): OperatorLimits {
  const limits = new Map<number, OperatorLimit>();
  const cancels = new Map<number, () => void>();
  for (const limit of stored) keep(limit);

  /** Its end is a matter of waiting, which nobody moves by setting a clock. */
  function keep(limit: OperatorLimit): void {
    cancels.get(limit.slot)?.();
    const remainingMs = Math.min(limit.untilMs - ports.clock.wallMs(), LASTS_MAX_MS);
    if (remainingMs > 0) limits.set(limit.slot, limit);
    cancels.set(
      limit.slot,
      ports.clock.after(Math.max(0, remainingMs), () => {
        limits.delete(limit.slot);
        cancels.delete(limit.slot);
        ports.events.emit("evse", { slot: limit.slot });
      }),
    );
  }

  return {
    on: (slot) => limits.get(slot) ?? null,
    moved(shiftMs) {
      for (const [slot, limit] of limits) {
        limits.set(slot, { ...limit, untilMs: limit.untilMs + shiftMs });
      }
      return [...limits.values()].map((limit) => put("operator-limits", limit.slot, limit));
    },
    set(slot, limit) {
      if (limit === null) {
        cancels.get(slot)?.();
        cancels.delete(slot);
        limits.delete(slot);
      } else keep(limit);
      ports.events.emit("evse", { slot });
      return [limit === null ? drop("operator-limits", slot) : put("operator-limits", slot, limit)];
    },
    stop() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
