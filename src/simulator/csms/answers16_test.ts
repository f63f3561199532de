import { assertEquals } from "@std/assert";
import { loadValidator } from "../../ocpp/messages/mod.ts";
import { FRIENDLY_CSMS } from "../csms.ts";
import { csmsAnswer16 } from "./answers16.ts";
import { createBooks } from "./books.ts";
import type { AnswerCase } from "./decisions.ts";

const NOW = Date.UTC(2026, 0, 5, 6);
const TIME = "2026-01-05T06:00:00.000Z";

function situation(options: Partial<AnswerCase["options"]> = {}): AnswerCase {
  return { options: { ...FRIENDLY_CSMS, ...options }, books: createBooks(), nowMs: NOW };
}

/** Every call of a station, as small as it may be, and the answer. */
const CALLS: readonly (readonly [string, unknown, unknown])[] = [
  ["Authorize", { idTag: "ANNA" }, { idTagInfo: { status: "Accepted" } }],
  [
    "BootNotification",
    { chargePointVendor: "V", chargePointModel: "M" },
    { status: "Accepted", currentTime: TIME, interval: 300 },
  ],
  ["DataTransfer", { vendorId: "V" }, { status: "UnknownVendorId" }],
  ["DiagnosticsStatusNotification", { status: "Idle" }, {}],
  ["FirmwareStatusNotification", { status: "Idle" }, {}],
  ["Heartbeat", {}, { currentTime: TIME }],
  ["LogStatusNotification", { status: "Idle" }, {}],
  [
    "MeterValues",
    { connectorId: 1, meterValue: [{ timestamp: TIME, sampledValue: [{ value: "1" }] }] },
    {},
  ],
  ["SecurityEventNotification", { type: "Tampering", timestamp: TIME }, {}],
  ["SignCertificate", { csr: "x" }, { status: "Rejected" }],
  ["SignedFirmwareStatusNotification", { status: "Idle" }, {}],
  [
    "StartTransaction",
    { connectorId: 1, idTag: "ANNA", meterStart: 0, timestamp: TIME },
    { transactionId: 1_001, idTagInfo: { status: "Accepted" } },
  ],
  ["StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" }, {}],
  ["StopTransaction", { transactionId: 1, meterStop: 0, timestamp: TIME }, {}],
  [
    "StopTransaction",
    { transactionId: 1, meterStop: 0, timestamp: TIME, idTag: "ANNA" },
    { idTagInfo: { status: "Accepted" } },
  ],
];

for (const [action, request, answer] of CALLS) {
  Deno.test(`a CSMS answers ${action} ${JSON.stringify(request)}`, async () => {
    const { strict } = await loadValidator("ocpp1.6");
    assertEquals(strict("request", action, request), [], "the test's own request");
    const given = csmsAnswer16(action, request, situation());
    assertEquals(given, answer);
    assertEquals(strict("response", action, given), []);
  });
}

Deno.test("a CSMS answers nothing that only it may send, and nothing made up", () => {
  for (const action of ["Reset", "SetChargingProfile", "toString"]) {
    assertEquals(csmsAnswer16(action, {}, situation()), null);
  }
});

Deno.test("a token that charges elsewhere is concurrent, unless that is allowed", () => {
  const start = { connectorId: 1, idTag: "ANNA", meterStart: 0, timestamp: TIME };
  const statusOfSecond = (allowsConcurrent: boolean, tokenStatus: "Accepted" | "Blocked") => {
    const here = situation({ allowsConcurrent, tokens: { ANNA: { status: tokenStatus } } });
    csmsAnswer16("StartTransaction", start, here);
    const second = { ...start, connectorId: 2, timestamp: "2026-01-05T06:01:00.000Z" };
    return JSON.stringify(csmsAnswer16("StartTransaction", second, here));
  };
  assertEquals(statusOfSecond(true, "Accepted").includes("Accepted"), true);
  assertEquals(statusOfSecond(false, "Accepted").includes("ConcurrentTx"), true);
  assertEquals(statusOfSecond(false, "Blocked").includes("Blocked"), true);
});

Deno.test("a repeated start of the only transaction is not concurrent", () => {
  const here = situation({ allowsConcurrent: false });
  const start = { connectorId: 1, idTag: "ANNA", meterStart: 0, timestamp: TIME };
  const first = csmsAnswer16("StartTransaction", start, here);
  assertEquals(csmsAnswer16("StartTransaction", start, here), first);
});
