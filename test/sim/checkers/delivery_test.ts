import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../../../src/lib/virtual_clock.ts";
import { drop, put } from "../../../src/lib/write.ts";
import type { OutboxRow } from "../../../src/outbox/mod.ts";
import { ended, outboxRow, transactionRecord } from "../../contract/sessions.ts";
import { createDeliveryAudit, type DeliveryAudit } from "./delivery.ts";

const START = {
  connectorId: 1,
  idTag: "ASHA",
  meterStart: 1_000,
  timestamp: "2026-01-05T06:00:00Z",
};
const STOP = { transactionId: 1, meterStop: 9_000, timestamp: "2026-01-05T07:00:00Z" };
const ORPHAN = {
  chargerId: "CP1",
  heardAtMs: 0,
  stop: {
    message: { transactionNumber: 7, meterStopWh: 9_000, timestamp: "2026-01-05T07:00:00Z" },
  },
};

function openAudit() {
  const audit = createDeliveryAudit(createVirtualClock());
  const found = () => audit.findings.all().map(({ rule }) => rule);
  return { audit, found };
}

const call = (id: string, action: string, payload: unknown) =>
  JSON.stringify([2, id, action, payload]);
const result = (id: string, payload: unknown) => JSON.stringify([3, id, payload]);
const row = (changes: Partial<OutboxRow>) => {
  const value = outboxRow(changes);
  return put("outbox", value.id, value);
};
const transaction = (changes: Parameters<typeof transactionRecord>[0] = {}) => {
  const value = transactionRecord(changes);
  return put("transactions", value.id, value);
};

/** CP1 says a call and the gateway answers it. */
function answer(audit: DeliveryAudit, action: string, payload: unknown, said: unknown): void {
  const ear = audit.chargerEar("CP1");
  ear("in", call("q", action, payload));
  ear("out", result("q", said));
}

// I1: what is answered is on disk

Deno.test("I1: a start that was answered after its batch is well", () => {
  const { audit, found } = openAudit();
  audit.committed([transaction({ number: 1 })]);
  answer(audit, "StartTransaction", START, { transactionId: 1 });
  assertEquals(found(), []);
});

Deno.test("I1: a start that was answered before its batch is found, and so is one of another charger", () => {
  const { audit, found } = openAudit();
  answer(audit, "StartTransaction", START, { transactionId: 1 });
  assertEquals(found(), ["I1"]);
  audit.committed([transaction({ number: 2, chargerId: "CP2" })]);
  answer(audit, "StartTransaction", START, { transactionId: 2 });
  audit.committed([transaction({ number: 3, meterStartWh: 7 })]);
  answer(audit, "StartTransaction", START, { transactionId: 3 });
  assertEquals(found(), ["I1", "I1", "I1"]);
});

Deno.test("I1: a start that was refused, or not answered, needs no batch", () => {
  const { audit, found } = openAudit();
  const ear = audit.chargerEar("CP1");
  ear("in", call("q", "StartTransaction", START));
  ear("out", JSON.stringify([4, "q", "InternalError", "", {}]));
  ear("out", result("another", { transactionId: 9 }));
  assertEquals(found(), []);
});

Deno.test("I1: a stop is answered when it is on disk, as an end or as an orphan", () => {
  const { audit, found } = openAudit();
  audit.committed([transaction({ number: 1, stop: ended(3_600) })]);
  answer(audit, "StopTransaction", STOP, {});
  assertEquals(found(), []);
  audit.committed([put("orphan-stops", "CP1 7", ORPHAN)]);
  answer(audit, "StopTransaction", { ...STOP, transactionId: 7 }, {});
  assertEquals(found(), []);
});

Deno.test("I1: a stop that was answered while its transaction is open on disk is found", () => {
  const { audit, found } = openAudit();
  audit.committed([transaction({ number: 1 })]);
  answer(audit, "StopTransaction", STOP, {});
  answer(audit, "StopTransaction", { ...STOP, transactionId: 99 }, {});
  assertEquals(found(), ["I1", "I1"]);
});

// I2: a record leaves when it is confirmed, once

Deno.test("I2: a record that leaves after its confirmation is well", () => {
  const { audit, found } = openAudit();
  const ear = audit.csmsEar("ocpp1.6");
  audit.committed([row({ id: 1, kind: "started", messageId: "m1" })]);
  assertEquals(audit.rows(), 1);
  ear("out", call("m1", "StartTransaction", START));
  ear("in", result("m1", { transactionId: 501 }));
  audit.committed([drop("outbox", 1)]);
  assertEquals([found(), audit.rows()], [[], 0]);
});

Deno.test("I2: a record that leaves unconfirmed is found, whether it was refused or never sent", () => {
  const { audit, found } = openAudit();
  const ear = audit.csmsEar("ocpp1.6");
  audit.committed([
    row({ id: 1, kind: "started", messageId: "m1" }),
    row({ id: 2, kind: "ended" }),
  ]);
  ear("out", call("m1", "StartTransaction", START));
  ear("in", JSON.stringify([4, "m1", "InternalError", "", {}]));
  audit.committed([drop("outbox", 1)]);
  audit.committed([drop("outbox", 2)]);
  assertEquals(found(), ["I2", "I2"]);
});

Deno.test("I2: meter values may go into another record of their transaction, and not simply away", () => {
  const { audit, found } = openAudit();
  audit.committed([row({ id: 1 }), row({ id: 2 }), row({ id: 3 }), row({ id: 4, readings: 0 })]);
  audit.committed([drop("outbox", 1), row({ id: 2, readings: 2 })]);
  audit.committed([drop("outbox", 4)]);
  assertEquals(found(), []);
  audit.committed([drop("outbox", 2), row({ id: 5, transactionId: "tx-other" })]);
  audit.committed([drop("outbox", 3)]);
  assertEquals(found(), ["I2", "I2"]);
});

Deno.test("I2: a message that goes up again after its confirmation is on disk is found", () => {
  const { audit, found } = openAudit();
  const ear = audit.csmsEar("ocpp1.6");
  const text = call("m1", "StartTransaction", START);
  audit.committed([row({ id: 1, kind: "started", messageId: "m1" })]);
  ear("out", text);
  ear("in", result("m1", {}));
  // Not on disk yet: the power may have been out in between.
  audit.csmsEar("ocpp1.6")("out", text);
  assertEquals(found(), []);
  audit.committed([drop("outbox", 1)]);
  ear("out", text);
  assertEquals(found(), ["I2"]);
});

// I4: a message id means one message

Deno.test("I4: the same message may come under its id again, another one is found", () => {
  const { audit, found } = openAudit();
  const text = call("m1", "StartTransaction", START);
  audit.csmsEar("ocpp1.6")("out", text);
  audit.csmsEar("ocpp1.6")("out", text);
  assertEquals(found(), []);
  audit.csmsEar("ocpp1.6")("out", call("m1", "StartTransaction", { ...START, meterStart: 1_001 }));
  assertEquals(found(), ["I4"]);
});

// The pilot

function limitOf(limit: number, unit = "A"): string {
  const chargingSchedulePeriod = [{ startPeriod: 0, limit }];
  const chargingSchedule = { chargingRateUnit: unit, chargingSchedulePeriod };
  return call(`limit ${limit}`, "SetChargingProfile", { csChargingProfiles: { chargingSchedule } });
}

Deno.test("pilot: limits of 0 A and from 6 A on are well, one between is found", () => {
  const { audit, found } = openAudit();
  const ear = audit.chargerEar("CP1");
  for (const amps of [0, 6, 32]) ear("out", limitOf(amps));
  ear("out", limitOf(3, "W"));
  assertEquals(found(), []);
  ear("out", limitOf(5.9));
  assertEquals(found(), ["pilot"]);
});

// What nobody should say

Deno.test("what is no frame of OCPP is passed over", () => {
  const { audit, found } = openAudit();
  for (const text of ["", "{", "[2]", "7", `["2","x"]`, "[3,7,{}]", `[2,"x","Fly",[]]`]) {
    for (const ear of [audit.chargerEar("CP1"), audit.csmsEar("ocpp1.6")]) {
      ear("in", text);
      ear("out", text);
    }
  }
  assertEquals(found().filter((rule) => rule !== "I4"), []);
});

// Ruling 3: at most six calls for a session that is told after an outage

for (
  const [name, readings, changes, endsFirst, expected] of [
    ["six messages", 4, {}, true, []],
    ["a seventh", 5, {}, true, ["calls"]],
    ["readings that are never thinned", 5, { essential: true }, true, []],
    ["a session that went on while it was told", 5, {}, false, []],
  ] as const
) {
  Deno.test(`calls: ${name} of a session ${expected.length === 0 ? "is well" : "is found"}`, () => {
    const { audit, found } = openAudit();
    const meters = Array.from({ length: readings }, (_, at) => row({ id: at + 2, ...changes }));
    const end = row({ id: 99, kind: "ended" });
    audit.committed([row({ id: 1, kind: "started" }), ...meters, ...(endsFirst ? [end] : [])]);
    const ear = audit.csmsEar("ocpp1.6");
    ear("out", call("message-1", "StartTransaction", {}));
    ear("out", call("message-1", "StartTransaction", {}));
    if (!endsFirst) audit.committed([end]);
    for (const { value } of meters) ear("out", call(value.messageId, "MeterValues", {}));
    ear("out", call("message-99", "StopTransaction", {}));
    assertEquals(found(), expected);
  });
}
