import { assertEquals, assertThrows } from "@std/assert";
import { BrokenAssumption } from "../../../lib/assert.ts";
import type { InsideCall } from "../../inside.ts";
import { dialect16 } from "./mod.ts";

const log = { remoteLocation: "ftp://h" };
const firmware = { location: "ftp://h", retrieveDateTime: "2026-01-05T06:00:00Z" };
const signature = { signature: "s", signingCertificate: "c" };

const CHOICES: readonly (readonly [wireAction: string, call: InsideCall])[] = [
  ["Heartbeat", { action: "Heartbeat", message: {} }],
  ["RemoteStopTransaction", {
    action: "RequestStopTransaction",
    message: { transactionId: "1" },
  }],
  ["GetConfiguration", { action: "GetVariables", message: { getVariableData: [] } }],
  ["GetConfiguration", { action: "GetBaseReport", message: { reportBase: "FullInventory" } }],
  ["GetDiagnostics", { action: "GetLog", message: { logType: "DiagnosticsLog", log } }],
  ["GetLog", { action: "GetLog", message: { logType: "DiagnosticsLog", log, requestId: 1 } }],
  ["GetLog", { action: "GetLog", message: { logType: "SecurityLog", log } }],
  ["DiagnosticsStatusNotification", {
    action: "LogStatusNotification",
    message: { status: "Idle" },
  }],
  ["LogStatusNotification", {
    action: "LogStatusNotification",
    message: { status: "Idle", requestId: 1 },
  }],
  ["FirmwareStatusNotification", {
    action: "FirmwareStatusNotification",
    message: { status: "InvalidSignature" },
  }],
  ["SignedFirmwareStatusNotification", {
    action: "FirmwareStatusNotification",
    message: { status: "InvalidSignature", requestId: 1 },
  }],
  ["UpdateFirmware", { action: "UpdateFirmware", message: { firmware, requestId: 1 } }],
  ["UpdateFirmware", {
    action: "UpdateFirmware",
    message: { firmware: { ...firmware, signature: "s" } },
  }],
  ["SignedUpdateFirmware", {
    action: "UpdateFirmware",
    message: { firmware: { ...firmware, ...signature } },
  }],
  ["TriggerMessage", {
    action: "TriggerMessage",
    message: { requestedMessage: "LogStatusNotification" },
  }],
  ["ExtendedTriggerMessage", {
    action: "TriggerMessage",
    message: { requestedMessage: "SignChargingStationCertificate" },
  }],
];

for (const [wireAction, call] of CHOICES) {
  Deno.test(`${call.action} ${JSON.stringify(call.message)} is written as ${wireAction}`, () => {
    assertEquals(dialect16.writeRequest(call).action, wireAction);
  });
}

Deno.test("a request is read under its name inside, with what it carries", () => {
  const payload = { transactionId: 1, meterStop: 5, timestamp: "t", reason: "SoftReset" };
  assertEquals(dialect16.readRequest({ action: "StopTransaction", payload }), {
    action: "StopTransaction",
    message: {
      transactionNumber: 1,
      meterStopWh: 5,
      timestamp: "t",
      stoppedReason: "ImmediateReset",
    },
    carry: {
      dialect: "ocpp1.6",
      notes: [{ at: "stoppedReason", inside: "ImmediateReset", original: "SoftReset" }],
    },
  });
});

Deno.test("a request that was read is written again byte for byte", () => {
  const wire = { action: "ExtendedTriggerMessage", payload: { requestedMessage: "Heartbeat" } };
  const call = dialect16.readRequest(wire);
  assertEquals(call?.action, "TriggerMessage");
  const boot = {
    action: "BootNotification",
    payload: { chargePointVendor: "A", chargePointModel: "B", meterType: "C" },
  };
  const read = dialect16.readRequest(boot);
  assertEquals(read === null ? null : dialect16.writeRequest(read), boot);
});

Deno.test("an action that 1.6 does not have is null", () => {
  for (const action of ["NotifyReport", "__proto__", "toString", ""]) {
    assertEquals(dialect16.readRequest({ action, payload: {} }), null);
  }
});

Deno.test("an answer is read and written by the names of both sides", () => {
  const payload = { configurationKey: [{ key: "A", readonly: true, value: "1" }] };
  const variables = dialect16.readResponse("GetConfiguration", "GetVariables", payload);
  assertEquals(variables.message.getVariableResult.length, 1);
  assertEquals(
    dialect16.writeResponse("GetConfiguration", "GetVariables", variables),
    payload,
  );
  const report = dialect16.readResponse("GetConfiguration", "GetBaseReport", payload);
  assertEquals(report.message.reportData.length, 1);
  assertEquals(dialect16.writeResponse("GetConfiguration", "GetBaseReport", report), payload);
});

Deno.test("a message that is not that inside is a mistake of the program", () => {
  assertThrows(
    () => dialect16.readResponse("Heartbeat", "Authorize", {}),
    BrokenAssumption,
    "Cannot translate Heartbeat: it is not Authorize",
  );
  assertThrows(() => dialect16.readResponse("Nonsense", "Authorize", {}), BrokenAssumption);
});
