import { assertEquals } from "@std/assert";
import type { InsideRequest } from "../../inside.ts";
import { codecs16 } from "./mod.ts";

type Trigger = InsideRequest<"TriggerMessage">["requestedMessage"];

Deno.test("a remote start has no remoteStartId until the gateway gives it one", () => {
  const { request } = codecs16.RemoteStartTransaction.RequestStartTransaction;
  assertEquals(request.read({ idTag: "APP-1" }), {
    message: { idToken: { idToken: "APP-1", type: "Central" } },
  });
  const idToken = { idToken: "APP-1", type: "Central" };
  const message = { idToken, remoteStartId: 5, evseId: 2, groupIdToken: idToken };
  assertEquals(request.write({ message }), { idTag: "APP-1", connectorId: 2 });
});

Deno.test("a remote start takes its profile along", () => {
  const { request } = codecs16.RemoteStartTransaction.RequestStartTransaction;
  const wire = {
    connectorId: 1,
    idTag: "A",
    chargingProfile: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxProfile" as const,
      chargingProfileKind: "Relative" as const,
      chargingSchedule: { chargingRateUnit: "A" as const, chargingSchedulePeriod: [] },
    },
  };
  const read = request.read(wire);
  assertEquals(read.message.chargingProfile?.chargingSchedule.length, 1);
  assertEquals(request.write(read), wire);
});

Deno.test("a remote stop names its transaction in digits inside", () => {
  const { request } = codecs16.RemoteStopTransaction.RequestStopTransaction;
  assertEquals(request.read({ transactionId: 42 }), { message: { transactionId: "42" } });
  assertEquals(request.write({ message: { transactionId: "42" } }), { transactionId: 42 });
  assertEquals(request.write({ message: { transactionId: "no-number" } }), { transactionId: -1 });
});

Deno.test("connector 0 is the whole station, for which 2.1 names no EVSE", () => {
  const { request } = codecs16.ChangeAvailability.ChangeAvailability;
  assertEquals(request.read({ connectorId: 0, type: "Inoperative" }), {
    message: { operationalStatus: "Inoperative" },
  });
  assertEquals(request.read({ connectorId: 2, type: "Operative" }), {
    message: { evse: { id: 2 }, operationalStatus: "Operative" },
  });
  assertEquals(request.write({ message: { operationalStatus: "Operative" } }), {
    connectorId: 0,
    type: "Operative",
  });
});

Deno.test("a reset: Hard is Immediate, Soft waits until idle", () => {
  const { request, response } = codecs16.Reset.Reset;
  assertEquals(request.read({ type: "Hard" }), { message: { type: "Immediate" } });
  assertEquals(request.read({ type: "Soft" }), { message: { type: "OnIdle" } });
  assertEquals(request.write({ message: { type: "ImmediateAndResume" } }), { type: "Hard" });
  assertEquals(response.write({ message: { status: "Scheduled" } }), { status: "Accepted" });
  assertEquals(response.write({ message: { status: "Rejected" } }), { status: "Rejected" });
});

Deno.test("unlocking: the connector of a 1.6 EVSE is its first, NotSupported is unknown", () => {
  const { request, response } = codecs16.UnlockConnector.UnlockConnector;
  assertEquals(request.read({ connectorId: 2 }), { message: { evseId: 2, connectorId: 1 } });
  assertEquals(response.read({ status: "NotSupported" }), {
    message: { status: "UnknownConnector" },
  });
  assertEquals(response.write({ message: { status: "UnknownConnector" } }), {
    status: "NotSupported",
  });
  assertEquals(response.write({ message: { status: "OngoingAuthorizedTransaction" } }), {
    status: "UnlockFailed",
  });
});

const TRIGGERS: Readonly<Record<Trigger, readonly [base: string, extended: string]>> = {
  BootNotification: ["BootNotification", "BootNotification"],
  CustomTrigger: ["Heartbeat", "Heartbeat"],
  FirmwareStatusNotification: ["FirmwareStatusNotification", "FirmwareStatusNotification"],
  Heartbeat: ["Heartbeat", "Heartbeat"],
  LogStatusNotification: ["DiagnosticsStatusNotification", "LogStatusNotification"],
  MeterValues: ["MeterValues", "MeterValues"],
  PublishFirmwareStatusNotification: ["Heartbeat", "Heartbeat"],
  SignChargingStationCertificate: ["Heartbeat", "SignChargePointCertificate"],
  SignCombinedCertificate: ["Heartbeat", "Heartbeat"],
  SignV2GCertificate: ["Heartbeat", "Heartbeat"],
  SignV2G20Certificate: ["Heartbeat", "Heartbeat"],
  StatusNotification: ["StatusNotification", "StatusNotification"],
  TransactionEvent: ["MeterValues", "MeterValues"],
};

for (const [trigger, [base, extended]] of Object.entries(TRIGGERS)) {
  Deno.test(`2.1's trigger for ${trigger} is ${base}, or ${extended} with the extension`, () => {
    const message = { requestedMessage: trigger as Trigger };
    assertEquals(codecs16.TriggerMessage.TriggerMessage.request.write({ message }), {
      requestedMessage: base,
    });
    assertEquals(codecs16.ExtendedTriggerMessage.TriggerMessage.request.write({ message }), {
      requestedMessage: extended,
    });
  });
}

Deno.test("a trigger for a status names the connector, which 2.1 demands (F06.FR.12)", () => {
  const { request } = codecs16.TriggerMessage.TriggerMessage;
  const evseOf = (requestedMessage: "StatusNotification" | "MeterValues", connectorId: number) =>
    request.read({ requestedMessage, connectorId }).message.evse;
  assertEquals(evseOf("StatusNotification", 2), { id: 2, connectorId: 1 });
  assertEquals(evseOf("StatusNotification", 0), { id: 0 });
  assertEquals(evseOf("MeterValues", 2), { id: 2 });
  assertEquals(request.read({ requestedMessage: "Heartbeat" }), {
    message: { requestedMessage: "Heartbeat" },
  });
});
