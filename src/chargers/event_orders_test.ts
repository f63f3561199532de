import { assertEquals } from "@std/assert";
import type { TransactionEvent } from "../ocpp/mod.ts";
import { createEventOrders, isNews } from "./event_orders.ts";

function event(seqNo: number, second: number, transactionId = "T-1"): TransactionEvent {
  return {
    eventType: "Updated",
    timestamp: `2026-01-05T06:00:${String(second).padStart(2, "0")}Z`,
    triggerReason: "MeterValuePeriodic",
    seqNo,
    transactionInfo: { transactionId },
  };
}

Deno.test("the same event once more is repeated, one from before the last is old (quirk 31)", () => {
  const orders = createEventOrders();
  const place = (...given: Parameters<typeof event>) => orders.place("CP1", event(...given));
  assertEquals([place(0, 0), place(1, 10), place(3, 30)], ["new", "new", "new"]);
  assertEquals([place(1, 10), place(3, 30)], ["repeated", "repeated"]);
  assertEquals([place(2, 20), place(2, 20)], ["old", "repeated"]);
  assertEquals([place(4, 40), place(0, 0, "T-2")], ["new", "new"]);
  assertEquals(orders.place("CP2", event(1, 10)), "new");
});

Deno.test("a charger that counts anew, or not at all, is heard all the same", () => {
  const orders = createEventOrders();
  const place = (seqNo: number, second: number) => orders.place("CP1", event(seqNo, second));
  assertEquals([place(7, 0), place(0, 10), place(1, 20)], ["new", "new", "new"]);
  assertEquals([place(0, 30), place(0, 40)], ["new", "new"]);
});

Deno.test("only some transactions and events of a charger are remembered", () => {
  const orders = createEventOrders();
  orders.place("CP1", event(0, 0));
  for (let other = 0; other < 8; other++) orders.place("CP1", event(0, 0, `other ${other}`));
  assertEquals(orders.place("CP1", event(0, 0)), "new");
  for (let seqNo = 1; seqNo <= 64; seqNo++) orders.place("CP1", event(seqNo, 0));
  assertEquals(orders.place("CP1", event(0, 0)), "new");
});

Deno.test("what is answered is answered again; readings and states are not taken twice", () => {
  const kinds = ["start", "meter", "stop", "identify", "state"] as const;
  const taken = (order: "new" | "repeated" | "old") =>
    kinds.filter((kind) => isNews({ kind } as Parameters<typeof isNews>[0], order));
  assertEquals(taken("new"), [...kinds]);
  assertEquals(taken("repeated"), ["start", "stop", "identify"]);
  assertEquals(taken("old"), ["start", "meter", "stop", "identify"]);
});
