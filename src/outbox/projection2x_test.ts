import { assertEquals } from "@std/assert";
import type { TransactionEvent } from "../ocpp/mod.ts";
import { projectTo2x } from "./projection2x.ts";

const event: TransactionEvent = {
  eventType: "Updated",
  timestamp: "2026-01-05T06:00:00Z",
  triggerReason: "MeterValuePeriodic",
  seqNo: 17,
  transactionInfo: { transactionId: "tx-1" },
  evse: { id: 3, connectorId: 1 },
};

Deno.test("a row is told as it stands, under the number that the CSMS counts to", () => {
  assertEquals(projectTo2x({ event, carry: null }, "tx-1", 4), {
    action: "TransactionEvent",
    message: { ...event, seqNo: 4 },
  });
});

Deno.test("what its dialect wants to remember goes along", () => {
  const carry = { dialect: "ocpp1.6" as const, notes: [] };
  assertEquals(projectTo2x({ event, carry }, "tx-1", 0).carry, carry);
});

Deno.test("a CSMS that knows the transaction by another id is told by that", () => {
  const event4711 = projectTo2x({ event, carry: null }, "4711", 0).message;
  assertEquals(event4711.transactionInfo, { transactionId: "4711" });
});
