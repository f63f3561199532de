import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { chargerOptions } from "./charger_options.ts";
import { newPassword, numberSlots, slotAt } from "./site_plan.ts";

const SOCKET = { lines: ["L1"], maxAmps: 16, fixedCable: false } as const;
const CHARGERS = [["A", 2], ["B", 1], ["C", 2]].map(([identity, sockets]) => ({
  options: chargerOptions({
    identity: String(identity),
    outlets: Array.from({ length: Number(sockets) }, () => SOCKET),
  }),
  circuitId: "grid",
}));

Deno.test("every connector has a slot of its own, also where chargers have two", () => {
  const slots = numberSlots(CHARGERS, 6);
  assertEquals(slots.map(({ chargerId, connectorId, slot }) => [chargerId, connectorId, slot]), [
    ["A", 1, 1],
    ["A", 2, 2],
    ["B", 1, 3],
    ["C", 1, 4],
    ["C", 2, 5],
  ]);
});

Deno.test("slotAt() finds a connector's slot, and says which one there is not", () => {
  const plan = { slots: numberSlots(CHARGERS, 6) };
  assertEquals(slotAt(plan, "C", 2), { slot: 5, chargerId: "C", connectorId: 2, failSafeAmps: 6 });
  assertThrows(() => slotAt(plan, "B", 2), RangeError, "no connector 2 of B");
  assertThrows(() => slotAt(plan, "D", 1), RangeError, "no connector 1 of D");
});

Deno.test("newPassword() fits the AuthorizationKey of 1.6", () => {
  assertMatch(newPassword(createSeededIds(1)), /^[0-9a-f]{32}$/);
});
