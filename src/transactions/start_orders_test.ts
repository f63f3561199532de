import { assertEquals } from "@std/assert";
import { ASHA, atMs, BEN } from "../../test/contract/sessions.ts";
import type { RemoteStart } from "./remote_start.ts";
import { expireOrders, placeOrder, withdrawOrder } from "./start_orders.ts";
import { NO_TRANSACTIONS } from "./transaction_state.ts";

function order(facts: Partial<RemoteStart> = {}): RemoteStart {
  const expiresAtMs = atMs(60);
  return { remoteStartId: 7, slot: 2, idToken: ASHA, origin: "csms", expiresAtMs, ...facts };
}

const dropped = (slot: number) => ({
  kind: "drop" as const,
  collection: "remote-starts" as const,
  key: String(slot),
});

Deno.test("an order is in the book and on its way to disk", () => {
  const given = order();
  const { state, writes } = placeOrder(NO_TRANSACTIONS, given);
  assertEquals(state.remoteStarts.get(2), given);
  assertEquals(state.lastRemoteStartId, 7);
  assertEquals(writes, [{ kind: "put", collection: "remote-starts", key: "2", value: given }]);
});

Deno.test("an order that the charger refuses is gone", () => {
  const given = order();
  const placed = placeOrder(NO_TRANSACTIONS, given).state;
  const { state, writes } = withdrawOrder(placed, given, null, atMs(1));
  assertEquals([state.remoteStarts.size, writes], [0, [dropped(2)]]);
});

Deno.test("of two orders for one slot the first stands where the charger refuses the second", () => {
  const first = order();
  const second = order({ remoteStartId: 8, idToken: BEN });
  const placed = placeOrder(placeOrder(NO_TRANSACTIONS, first).state, second).state;
  assertEquals(placed.remoteStarts.get(2), second, "the newest counts while it is not refused");
  const { state, writes } = withdrawOrder(placed, second, first, atMs(1));
  assertEquals(state.remoteStarts.get(2), first);
  assertEquals(writes, [{ kind: "put", collection: "remote-starts", key: "2", value: first }]);
  const late = withdrawOrder(placed, second, first, atMs(60));
  assertEquals([late.state.remoteStarts.size, late.writes], [0, [dropped(2)]], "but not for ever");
});

Deno.test("a refusal of an order that is used up or replaced changes nothing", () => {
  const given = order();
  const newer = order({ remoteStartId: 8 });
  for (const state of [NO_TRANSACTIONS, placeOrder(NO_TRANSACTIONS, newer).state]) {
    assertEquals(withdrawOrder(state, given, null, atMs(1)), { state, writes: [] });
  }
});

Deno.test("orders leave the book and the disk when their time is over", () => {
  const lasting = order({ slot: 3, remoteStartId: 8, expiresAtMs: atMs(61) });
  const placed = placeOrder(placeOrder(NO_TRANSACTIONS, order()).state, lasting).state;
  assertEquals(expireOrders(placed, atMs(59)).slots, []);
  const { state, writes, slots } = expireOrders(placed, atMs(60));
  assertEquals([...state.remoteStarts.keys()], [3]);
  assertEquals([writes, slots], [[dropped(2)], [2]]);
  assertEquals(state.lastRemoteStartId, 8, "its number is not given again");
});
