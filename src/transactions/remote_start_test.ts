import { assertEquals } from "@std/assert";
import { ASHA, atMs, BEN } from "../../test/contract/sessions.ts";
import { type RemoteStart, remoteStartFor } from "./remote_start.ts";

const ORDER: RemoteStart = {
  remoteStartId: 7,
  slot: 2,
  idToken: ASHA,
  origin: "csms",
  expiresAtMs: atMs(60),
};
const ORDERS = new Map([[ORDER.slot, ORDER]]);

Deno.test("remoteStartFor() finds the order that a start carries out", () => {
  const asha = { ...ASHA, idToken: " asha-01 " };
  const cases = [
    { name: "the same slot and token", slot: 2, idToken: ASHA, atS: 0, expected: ORDER },
    { name: "a token padded by the reader", slot: 2, idToken: asha, atS: 0, expected: ORDER },
    { name: "the last moment", slot: 2, idToken: ASHA, atS: 59.999, expected: ORDER },
    { name: "too late", slot: 2, idToken: ASHA, atS: 60, expected: null },
    { name: "another driver was faster", slot: 2, idToken: BEN, atS: 0, expected: null },
    { name: "another slot", slot: 1, idToken: ASHA, atS: 0, expected: null },
  ];
  for (const { name, slot, idToken, atS, expected } of cases) {
    assertEquals(remoteStartFor(ORDERS, slot, idToken, atMs(atS)), expected, name);
  }
});
