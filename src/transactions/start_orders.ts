import { drop, put, type WriteOf } from "../lib/write.ts";
import type { TransactionCollections } from "./book.ts";
import type { RemoteStart } from "./remote_start.ts";
import { type TransactionState, withoutRemoteStart, withRemoteStart } from "./transaction_state.ts";

/** What an order does to the book, and what has to be on disk before anybody is told. */
export interface OrderStep {
  readonly state: TransactionState;
  readonly writes: readonly WriteOf<Pick<TransactionCollections, "remote-starts">>[];
}

/** Places an order. A slot has one at a time: a newer one takes the place of the one before. */
export function placeOrder(state: TransactionState, order: RemoteStart): OrderStep {
  return {
    state: withRemoteStart(state, order),
    writes: [put("remote-starts", order.slot, order)],
  };
}

/**
 * Takes an order back that the charger refused: it must not make a driver's own start look like an
 * order later. The one whose place it took still stands, since the charger had accepted that.
 */
export function withdrawOrder(
  state: TransactionState,
  order: RemoteStart,
  before: RemoteStart | null,
  nowWallMs: number,
): OrderStep {
  const { slot } = order;
  // Used up meanwhile, or a newer one stands in its place.
  if (state.remoteStarts.get(slot) !== order) return { state, writes: [] };
  if (before !== null && before.expiresAtMs > nowWallMs) return placeOrder(state, before);
  return { state: withoutRemoteStart(state, slot), writes: [drop("remote-starts", slot)] };
}

/** Lets go of orders whose time is over; `slots` are theirs. */
export function expireOrders(
  state: TransactionState,
  nowWallMs: number,
): OrderStep & { readonly slots: readonly number[] } {
  const slots = [...state.remoteStarts.values()]
    .filter(({ expiresAtMs }) => expiresAtMs <= nowWallMs)
    .map(({ slot }) => slot);
  return {
    state: slots.reduce(withoutRemoteStart, state),
    writes: slots.map((slot) => drop("remote-starts", slot)),
    slots,
  };
}
