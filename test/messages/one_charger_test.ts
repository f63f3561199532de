import { assertEquals } from "@std/assert";
import type { Payload } from "../support/frame_peer.ts";
import { openPairSite, type PairSite } from "./pair_site.ts";

/** How a 2.x CSMS means the charger at a slot. */
const at = (slot: unknown) => ({ customData: { vendorId: "org.sangam", slot } });

async function ask({ site }: PairSite, action: string, payload: Payload) {
  return await site.csms.now().ask(action, payload, 10_000);
}

Deno.test("a message names its charger by customData, and EVSEs in it go by the charger's own numbers", async () => {
  const pair = await openPairSite({ charger: "ocpp2.0.1", csms: "ocpp2.1" });
  const [first, second] = pair.chargers;
  const order = { requestedMessage: "MeterValues", ...at(2) };
  const said = await ask(pair, "TriggerMessage", { ...order, evse: { id: 2 } });
  assertEquals(said, { kind: "result", payload: { status: "Accepted" } });
  assertEquals(second.payloads("TriggerMessage").at(-1), {
    requestedMessage: "MeterValues",
    evse: { id: 1 },
  });
  const before = first.heard.length;
  const foreign = await ask(pair, "TriggerMessage", { ...order, evse: { id: 1 } });
  assertEquals(foreign.kind === "error" && foreign.code, "PropertyConstraintViolation");
  assertEquals(first.heard.length, before);
  await pair.site.stop();
});

const REFUSALS: readonly (readonly [why: string, code: string, action: string, Payload])[] = [
  ["a slot that there is not", "PropertyConstraintViolation", "GetLocalListVersion", at(9)],
  ["what moves energy", "NotSupported", "SetChargingProfile", {
    evseId: 1,
    chargingProfile: {
      id: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: [{
        id: 1,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
      }],
    },
    ...at(1),
  }],
  ["a setting that takes a charger away", "SecurityError", "SetVariables", {
    setVariableData: [{
      component: { name: "SecurityCtrlr" },
      variable: { name: "BasicAuthPassword" },
      attributeValue: "0123456789abcdef",
    }],
    ...at(1),
  }],
  ["what the charger does not know", "GenericError", "SetMonitoringLevel", {
    severity: 3,
    ...at(1),
  }],
];

Deno.test("what cannot go to the charger that was named is refused with a reason", async () => {
  const pair = await openPairSite({ charger: "ocpp2.0.1", csms: "ocpp2.0.1" });
  for (const [why, code, action, payload] of REFUSALS) {
    const said = await ask(pair, action, payload);
    assertEquals([why, said.kind === "error" && said.code], [why, code]);
  }
  pair.chargers[0].socket.terminate();
  await pair.site.clock.advance(100);
  const away = await ask(pair, "GetLocalListVersion", at(1));
  assertEquals(away.kind === "error" && away.description, "The charger is not connected");
  await pair.site.stop();
});

Deno.test("customData of somebody else, or without a slot, means the station", async () => {
  const pair = await openPairSite({ charger: "ocpp2.0.1", csms: "ocpp2.0.1" });
  for (const customData of [{ vendorId: "com.example", slot: 1 }, at("1").customData]) {
    const said = await ask(pair, "GetLocalListVersion", { customData });
    assertEquals(said, { kind: "result", payload: { versionNumber: 0 } });
  }
  await pair.site.stop();
});

Deno.test("a 1.6 charger is asked for diagnostics as 1.6 does it, and its state goes up under the CSMS's number", async () => {
  const pair = await openPairSite({ charger: "ocpp1.6", csms: "ocpp2.0.1" });
  const log = { remoteLocation: "https://files.example.com/" };
  const order = (requestId: number, slot: number) =>
    ask(pair, "GetLog", { logType: "DiagnosticsLog", requestId, log, ...at(slot) });
  assertEquals(await order(71, 1), {
    kind: "result",
    payload: { status: "Accepted", filename: "log.zip" },
  });
  await order(72, 2);
  const [first, second] = pair.chargers;
  assertEquals(first.payloads("GetLog"), [], "fewer chargers know the security extension");
  await second.result("DiagnosticsStatusNotification", { status: "Uploading" }, 5_000);
  await first.result("DiagnosticsStatusNotification", { status: "UploadFailed" }, 5_000);
  assertEquals(pair.site.csms.now().payloads("LogStatusNotification"), [
    { status: "Uploading", requestId: 72, ...at(2) },
    { status: "UploadFailure", requestId: 71, ...at(1) },
  ]);
  await pair.site.stop();
});

Deno.test("a log of security events goes to a 1.6 charger in the words of the extension", async () => {
  const pair = await openPairSite({ charger: "ocpp1.6", csms: "ocpp2.0.1" });
  const [charger] = pair.chargers;
  charger.answer("GetLog", { status: "Accepted", filename: "security.log" });
  const log = { remoteLocation: "https://files.example.com/" };
  await ask(pair, "GetLog", { logType: "SecurityLog", requestId: 5, log, ...at(1) });
  const { requestId } = charger.payloads("GetLog")[0] ?? {};
  const told = { status: "Uploaded", requestId };
  await charger.result("LogStatusNotification", told, 5_000);
  assertEquals(pair.site.csms.now().payloads("LogStatusNotification"), [
    { status: "Uploaded", requestId: 5, ...at(1) },
  ]);
  await pair.site.stop();
});

Deno.test("what a 1.6 charger says of its whole configuration reaches a 2.x CSMS as reports", async () => {
  const pair = await openPairSite({ charger: "ocpp1.6", csms: "ocpp2.1" });
  const [charger] = pair.chargers;
  charger.answer("GetConfiguration", {
    configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }],
  });
  const order = { requestId: 8, reportBase: "FullInventory", ...at(1) };
  assertEquals(await ask(pair, "GetBaseReport", order), {
    kind: "result",
    payload: { status: "Accepted" },
  });
  const [report, ...more] = pair.site.csms.now().payloads("NotifyReport");
  assertEquals(more, []);
  assertEquals([report?.["requestId"], report?.["tbc"], report?.["customData"]], [
    8,
    false,
    at(1).customData,
  ]);
  assertEquals((report?.["reportData"] as readonly unknown[]).length, 1);
  await pair.site.stop();
});

Deno.test("what a charger reports goes up in pieces as it came, and what nobody ordered does not", async () => {
  const pair = await openPairSite({ charger: "ocpp2.1", csms: "ocpp2.1" });
  const [, charger] = pair.chargers;
  const generatedAt = "2026-01-05T06:00:00Z";
  const entry = {
    component: { name: "EVSE", evse: { id: 1 } },
    variable: { name: "Available" },
    variableAttribute: [{ value: "true" }],
  };
  const report = (requestId: unknown, seqNo: number, tbc: boolean) =>
    charger.result("NotifyReport", {
      requestId,
      generatedAt,
      seqNo,
      tbc,
      reportData: [entry],
    }, 2_000);
  await report(3, 0, false);
  await ask(pair, "GetReport", { requestId: 9, ...at(2) });
  const { requestId } = charger.payloads("GetReport").at(-1) ?? {};
  await report(requestId, 0, true);
  await report(requestId, 1, false);
  const inSlots = { ...entry, component: { name: "EVSE", evse: { id: 2 } } };
  assertEquals(
    pair.site.csms.now().payloads("NotifyReport"),
    [[0, true] as const, [1, false] as const].map(([seqNo, tbc]) => ({
      requestId: 9,
      generatedAt,
      seqNo,
      tbc,
      reportData: [inSlots],
      ...at(2),
    })),
  );
  await pair.site.stop();
});

Deno.test("how an update goes on is told after an outage too, the newest of it", async () => {
  const pair = await openPairSite({ charger: "ocpp2.0.1", csms: "ocpp2.0.1" });
  const [charger] = pair.chargers;
  const firmware = {
    location: "https://files.example.com/a.bin",
    retrieveDateTime: "2026-01-05T06:00:00Z",
  };
  await ask(pair, "UpdateFirmware", { requestId: 4, firmware, ...at(1) });
  const { requestId } = charger.payloads("UpdateFirmware").at(-1) ?? {};
  await pair.site.loseCsms();
  for (const status of ["Downloading", "Installing", "Installed"]) {
    await charger.result("FirmwareStatusNotification", { status, requestId }, 1_000);
  }
  await pair.site.restoreCsms();
  await pair.site.clock.advance(10_000);
  assertEquals(pair.site.csms.heard("FirmwareStatusNotification").map(({ payload }) => payload), [
    { status: "Installed", requestId: 4, ...at(1) },
  ]);
  await pair.site.stop();
});

Deno.test("how an update and a report go on is told under the CSMS's numbers after a restart too", async () => {
  const pair = await openPairSite({ charger: "ocpp2.0.1", csms: "ocpp2.0.1" });
  const [updated, reporting] = pair.chargers;
  const firmware = {
    location: "https://files.example.com/a.bin",
    retrieveDateTime: "2026-01-05T06:00:00Z",
  };
  await ask(pair, "UpdateFirmware", { requestId: 4, firmware, ...at(1) });
  await ask(pair, "GetReport", { requestId: 9, ...at(2) });
  const numbers = {
    update: updated.payloads("UpdateFirmware").at(-1)?.["requestId"],
    report: reporting.payloads("GetReport").at(-1)?.["requestId"],
  };
  const [first, second] = await pair.restart();
  const generatedAt = "2026-01-05T06:00:00Z";
  for (const status of ["Installing", "Installed", "Installed"]) {
    const told = { status, requestId: numbers.update };
    await first.result("FirmwareStatusNotification", told, 2_000);
  }
  for (const [seqNo, tbc] of [[3, true], [4, false], [5, false]] as const) {
    const piece = { requestId: numbers.report, generatedAt, seqNo, tbc };
    await second.result("NotifyReport", piece, 2_000);
  }
  const { csms, store, clock } = pair.site;
  assertEquals(
    csms.now().payloads("FirmwareStatusNotification"),
    ["Installing", "Installed"].map((status) => ({ status, requestId: 4, ...at(1) })),
    "under the number of the CSMS, and nothing after the last",
  );
  assertEquals(
    csms.now().payloads("NotifyReport").map(({ requestId, seqNo }) => [requestId, seqNo]),
    [[9, 3], [9, 4]],
  );
  assertEquals((await store.load(clock.wallMs()))["followed-orders"].size, 0);
  await pair.site.stop();
});

Deno.test("an order that the charger refuses hides no older one that still goes on", async () => {
  const pair = await openPairSite({ charger: "ocpp1.6", csms: "ocpp2.0.1" });
  const [charger] = pair.chargers;
  const log = { remoteLocation: "https://files.example.com/" };
  const order = (requestId: number) =>
    ask(pair, "GetLog", { logType: "DiagnosticsLog", requestId, log, ...at(1) });
  await order(71);
  charger.answer("GetDiagnostics", {});
  assertEquals(await order(72), { kind: "result", payload: { status: "Rejected" } });
  await charger.result("DiagnosticsStatusNotification", { status: "Uploaded" }, 5_000);
  assertEquals(pair.site.csms.now().payloads("LogStatusNotification"), [
    { status: "Uploaded", requestId: 71, ...at(1) },
  ]);
  await pair.site.stop();
});

Deno.test("what happens in a charger is told as the one station's, each event under a number of its own", async () => {
  const pair = await openPairSite({ charger: "ocpp2.1", csms: "ocpp2.0.1" });
  const event = (component: Payload, eventId: number) => ({
    eventId,
    timestamp: "2026-01-05T06:00:00Z",
    trigger: "Alerting",
    actualValue: "true",
    eventNotificationType: "HardWiredNotification",
    component,
    variable: { name: "Problem" },
  });
  for (const charger of pair.chargers) {
    await charger.result("NotifyEvent", {
      generatedAt: "2026-01-05T06:00:00Z",
      seqNo: 0,
      eventData: [
        event({ name: "Connector", evse: { id: 1, connectorId: 1 } }, 1),
        event({ name: "FiscalMetering" }, 2),
      ],
    }, 5_000);
  }
  const told = pair.site.csms.now().payloads("NotifyEvent")
    .flatMap(({ eventData }) => eventData as readonly Payload[]);
  assertEquals(told.map(({ component }) => component), [
    { name: "Connector", evse: { id: 1, connectorId: 1 } },
    { name: "FiscalMetering", instance: "CP1" },
    { name: "Connector", evse: { id: 2, connectorId: 1 } },
    { name: "FiscalMetering", instance: "CP2" },
  ]);
  assertEquals(new Set(told.map(({ eventId }) => eventId)).size, 4);
  await pair.site.stop();
});
