import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { OCPP_VERSIONS } from "../ocpp/mod.ts";
import { loadChecks } from "./checks.ts";
import { type StationOrder, wordsOf } from "./station_order.ts";

const NOW_MS = Date.UTC(2026, 0, 5, 6);

const ORDERS: readonly StationOrder[] = [
  { kind: "start", slot: 3, idTag: "ANNA", remoteStartId: 7 },
  { kind: "start", slot: null, idTag: "ANNA", remoteStartId: 8 },
  { kind: "stop", transactionId: 1_001 },
  { kind: "list", version: 2, isWhole: true, tokens: [["ANNA", { status: "Accepted" }]] },
  { kind: "list", version: 3, isWhole: false, tokens: [] },
  { kind: "clear-cache" },
  { kind: "reserve", id: 4, slot: 0, idTag: "ANNA", untilMs: NOW_MS },
  { kind: "cancel-reservation", id: 4 },
  { kind: "availability", slot: 0, isOperative: true },
  { kind: "availability", slot: 2, isOperative: false },
  { kind: "limit", id: 9, slot: 2, amps: 10.5, fromMs: NOW_MS, forS: 60 },
  { kind: "clear-limit", id: 9 },
  { kind: "setting", setting: "HeartbeatInterval", value: "60" },
];

for (const version of OCPP_VERSIONS) {
  Deno.test(`every order has words in ${version} that its schemas take`, async () => {
    const check = (await loadChecks())[version];
    for (const order of ORDERS) {
      const said = wordsOf(order, version);
      assume(said !== null, order.kind);
      assertEquals(check.strict("request", said.action, said.payload), [], JSON.stringify(said));
    }
  });
}

Deno.test("a session that was begun in 2.x has no number by which 1.6 could end it", () => {
  const order = { kind: "stop", transactionId: "d1090d64" } as const;
  assertEquals(wordsOf(order, "ocpp1.6"), null);
  assertEquals(wordsOf(order, "ocpp2.1")?.payload, { transactionId: "d1090d64" });
});
