import type { Clock } from "./lib/clock.ts";
import { drop, put } from "./lib/write.ts";
import type { LedgerWrite } from "./outbox/mod.ts";
import type { PriorityOrder } from "./site/mod.ts";

/** Nobody says so for longer; one that seems to last longer was written by another clock. */
const LASTS_MAX_MS = 24 * 3_600_000;

/** What operators have said about who goes first, one word a slot. */
export interface PriorityOrders {
  /** The word on a slot where the session `openId` runs, or none does. */
  on(slot: number, openId: string | null): PriorityOrder | null;
  /** Replaces what was said, or lifts it with `null`. */
  set(slot: number, order: PriorityOrder | null): readonly LedgerWrite[];
  /** What is over by now leaves the disk. */
  sweep(isOpen: (transactionId: string) => boolean): readonly LedgerWrite[];
  /** The site's time was put right by so much: words last as long as they were meant to. */
  moved(shiftMs: number): readonly LedgerWrite[];
}

/** Opens the orders on what was on disk. */
export function createPriorityOrders(
  clock: Clock,
  stored: Iterable<PriorityOrder>,
): PriorityOrders {
  /** The end by the monotonic clock, which nobody sets. */
  const orders = new Map<number, { readonly order: PriorityOrder; readonly endsAtMs: number }>();
  for (const order of stored) keep(order);

  function keep(order: PriorityOrder): void {
    const lastsMs = order.untilMs === null
      ? Infinity
      : Math.min(order.untilMs - clock.wallMs(), LASTS_MAX_MS);
    orders.set(order.slot, { order, endsAtMs: clock.monoMs() + lastsMs });
  }

  const isOver = (endsAtMs: number) => endsAtMs <= clock.monoMs();

  return {
    on(slot, openId) {
      const held = orders.get(slot);
      if (held === undefined || isOver(held.endsAtMs)) return null;
      const { transactionId } = held.order;
      return transactionId === null || transactionId === openId ? held.order : null;
    },
    set(slot, order) {
      if (order === null) orders.delete(slot);
      else keep(order);
      return [order === null ? drop("priority-orders", slot) : put("priority-orders", slot, order)];
    },
    sweep(isOpen) {
      const over = [...orders.values()].filter(({ order: { transactionId }, endsAtMs }) =>
        isOver(endsAtMs) || (transactionId !== null && !isOpen(transactionId))
      );
      for (const { order } of over) orders.delete(order.slot);
      return over.map(({ order }) => drop("priority-orders", order.slot));
    },
    moved(shiftMs) {
      return [...orders.values()].flatMap(({ order, endsAtMs }) => {
        if (order.untilMs === null) return [];
        const moved = { ...order, untilMs: order.untilMs + shiftMs };
        orders.set(order.slot, { order: moved, endsAtMs });
        return [put("priority-orders", order.slot, moved)];
      });
    },
  };
}
