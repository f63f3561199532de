import { assert, assertEquals } from "@std/assert";
import { listToken } from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { isoTime } from "../lib/clock.ts";
import { BOOT, closeEdge, createEdge } from "./_edge_for_test.ts";

const AVAILABLE = { connectorId: 1, errorCode: "NoError", status: "Available" } as const;

// Before the boot

Deno.test("before its BootNotification a new charger is told SecurityError (1.6 §4.2)", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  assertEquals(await charger.ask("Heartbeat", {}), {
    kind: "error",
    code: "SecurityError",
    description: "BootNotification has to come first",
  });
  await charger.result("BootNotification", BOOT);
  await charger.result("Heartbeat", {});
});

Deno.test("a charger that booted before is answered on its next connection without booting (quirk 8)", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  charger.socket.terminate();
  await edge.clock.advance(0);
  const again = await edge.connect("CP1");
  assertEquals(await again.result("Heartbeat", {}), { currentTime: edge.now() });
});

// BootNotification, Heartbeat

Deno.test("BootNotification is accepted with our time and interval, and what the charger is goes to disk first", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  const answer = await charger.result("BootNotification", {
    ...BOOT,
    chargePointSerialNumber: "SN1",
    firmwareVersion: "1.2.3",
  });
  assertEquals(answer, { status: "Accepted", currentTime: edge.now(), interval: 300 });
  const { chargers } = await edge.store.load(0);
  const stored = chargers.get("CP1");
  assertEquals(stored?.station?.message, {
    vendorName: "Vendor",
    model: "Model",
    serialNumber: "SN1",
    firmwareVersion: "1.2.3",
  });
  assertEquals([stored?.version, stored?.bootedAtMs], ["ocpp1.6", edge.clock.wallMs()]);
});

Deno.test("what 2.1 has no field for is kept beside what a charger says of itself and of its connectors", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  await charger.result("BootNotification", { ...BOOT, chargeBoxSerialNumber: "BOX" });
  await charger.result("StatusNotification", { ...AVAILABLE, vendorErrorCode: "E0" });
  const { chargers, connectors } = await edge.store.load(0);
  assertEquals(chargers.get("CP1")?.station?.carry?.notes.map(({ original }) => original), ["BOX"]);
  assertEquals(connectors.get("1")?.report.carry?.notes.map(({ original }) => original), ["E0"]);
});

Deno.test("a BootNotification with an over-long serial number is accepted (quirk 9)", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  const answer = await charger.result("BootNotification", {
    ...BOOT,
    chargePointSerialNumber: "S".repeat(34),
    iccid: "",
  });
  assertEquals(answer["status"], "Accepted");
  assertEquals([...edge.chargers.quirkCounts.of("CP1").keys()], ["over-long"]);
});

Deno.test("Heartbeat is answered with the gateway's time", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  await edge.clock.advance(12_345);
  assertEquals(await charger.result("Heartbeat", {}), { currentTime: edge.now() });
});

// Authorize

Deno.test("Authorize is answered with the decision, whatever else the charger wrote into it (quirk 27)", async () => {
  const edge = await createEdge();
  listToken(edge, "ASHA");
  const charger = await edge.arrive("CP1");
  assertEquals(await charger.result("Authorize", { idTag: "ASHA", connectorId: 1 }), {
    idTagInfo: { status: "Accepted" },
  });
  assertEquals(await charger.result("Authorize", { idTag: "NOBODY" }), {
    idTagInfo: { status: "Invalid" },
  });
});

// StatusNotification

Deno.test("StatusNotification is kept, and everybody is told that the EVSE changed", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  const slots: number[] = [];
  edge.events.on("evse", ({ slot }) => slots.push(slot));
  const timestamp = isoTime(edge.clock.wallMs() - 3_000);
  await charger.result("StatusNotification", { ...AVAILABLE, status: "Charging", timestamp });
  assertEquals(edge.site.state(1), "charging");
  assert(slots.includes(1));
  assertEquals(edge.chargers.station("CP1")?.clock.offsetMs(), 3_000);
  const { connectors } = await edge.store.load(0);
  assertEquals(connectors.get("1")?.report.message.chargingState, "Charging");
});

Deno.test("StatusNotification of connector 0 is about the charger itself and no slot", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  await charger.result("StatusNotification", { ...AVAILABLE, connectorId: 0, status: "Faulted" });
  assertEquals(edge.site.slotsOf("CP1").length, 1);
  assertEquals(edge.site.state(1), "available");
});

Deno.test("StatusNotification of a connector that nobody knew gives it the next slot, for life", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  await charger.result("StatusNotification", { ...AVAILABLE, connectorId: 2 });
  const { slots } = await edge.store.load(0);
  assertEquals(slots.get("3"), {
    slot: 3,
    chargerId: "CP1",
    evseId: 2,
    upstreamConnectorId: 3,
    removed: false,
  });
});

Deno.test("a charger may have 64 connectors", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  await charger.result("StatusNotification", { ...AVAILABLE, connectorId: 64 });
  assertEquals(edge.site.slotOf("CP1", 64)?.slot, 3);
});

for (const connectorId of [-1, 65, 1_000_000]) {
  Deno.test(`StatusNotification of connector ${connectorId} is refused: it would be a slot for life`, async () => {
    const edge = await createEdge();
    const charger = await edge.arrive("CP1");
    const reply = await charger.ask("StatusNotification", { ...AVAILABLE, connectorId });
    assertEquals(reply, {
      kind: "error",
      code: "PropertyConstraintViolation",
      description: `There is no connector ${connectorId}`,
    });
    assertEquals(edge.site.slots().size, 2);
  });
}

Deno.test("a fault that a charger reports is raised, and over when the charger says so", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  const problems = () =>
    edge.faults.filter(({ kind }) => kind.startsWith("charger-"))
      .map(({ kind, subject, text, state }) => [kind, subject, text, state]);
  await charger.result("StatusNotification", {
    ...AVAILABLE,
    status: "Faulted",
    errorCode: "GroundFailure",
    info: "RCD",
  });
  const raised = ["charger-GroundFailure", "slot 1", "CP1 reports GroundFailure (RCD)", "raised"];
  assertEquals(problems(), [raised]);
  await charger.result("StatusNotification", { ...AVAILABLE, errorCode: "WeakSignal" });
  await charger.result("StatusNotification", AVAILABLE);
  await charger.result("StatusNotification", AVAILABLE);
  assertEquals(problems(), [
    raised,
    ["charger-GroundFailure", "slot 1", "CP1 reports GroundFailure (RCD)", "over"],
    ["charger-WeakSignal", "slot 1", "CP1 reports WeakSignal", "raised"],
    ["charger-WeakSignal", "slot 1", "CP1 reports WeakSignal", "over"],
  ]);
});

// Files and firmware

const STATUSES: readonly (readonly [
  action: string,
  payload: Payload,
  of: "firmwareStatus" | "diagnosticsStatus",
  kept: string,
])[] = [
  ["FirmwareStatusNotification", { status: "Downloading" }, "firmwareStatus", "Downloading"],
  [
    "SignedFirmwareStatusNotification",
    { status: "SignatureVerified", requestId: 4 },
    "firmwareStatus",
    "SignatureVerified",
  ],
  ["DiagnosticsStatusNotification", { status: "Uploaded" }, "diagnosticsStatus", "Uploaded"],
  [
    "LogStatusNotification",
    { status: "PermissionDenied", requestId: 4 },
    "diagnosticsStatus",
    "PermissionDenied",
  ],
];

for (const [action, payload, of, kept] of STATUSES) {
  Deno.test(`${action} is answered here and shown with the charger`, async () => {
    const edge = await createEdge();
    const charger = await edge.arrive("CP1");
    assertEquals(await charger.result(action, payload), {});
    assertEquals(edge.chargers.station("CP1")?.life[of], kept);
  });
}

// Security

Deno.test("SecurityEventNotification becomes a fault of the charger", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  const event = { type: "TamperDetectionActivated", timestamp: edge.now(), techInfo: "lid" };
  assertEquals(await charger.result("SecurityEventNotification", event), {});
  assertEquals(edge.faults.at(-1), {
    kind: "charger-security-event",
    severity: "warning",
    subject: "CP1",
    text: "TamperDetectionActivated: lid",
    state: "raised",
  });
});

Deno.test("SignCertificate is refused where the site signs nothing: a CSMS would sign for the wrong station", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  assertEquals(await charger.result("SignCertificate", { csr: "-----BEGIN" }), {
    status: "Rejected",
  });
});

// DataTransfer

Deno.test("DataTransfer of a vendor that may go up is passed on with its slot", async () => {
  const edge = await createEdge({ dataTransferVendors: ["org.vendor"] });
  const charger = await edge.arrive("CP1");
  edge.upstream.transferAnswer = { message: { status: "Accepted", data: "pong" } };
  const message = { vendorId: "org.vendor", messageId: "ping", data: "hello" };
  assertEquals(await charger.result("DataTransfer", message), { status: "Accepted", data: "pong" });
  assertEquals(edge.upstream.transferred, [{ slot: 1, ...message }]);
});

Deno.test("DataTransfer is rejected while nobody can take it, and unknown of other vendors", async () => {
  const edge = await createEdge({ dataTransferVendors: ["org.vendor"] });
  const charger = await edge.arrive("CP1");
  assertEquals(await charger.result("DataTransfer", { vendorId: "org.vendor" }), {
    status: "Rejected",
  });
  assertEquals(await charger.result("DataTransfer", { vendorId: "org.other" }), {
    status: "UnknownVendorId",
  });
  assertEquals(edge.upstream.transferred.length, 1);
});

// Nonsense

Deno.test("a message that is the CSMS's to send is refused", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  assertEquals(await charger.ask("Reset", { type: "Hard" }), {
    kind: "error",
    code: "NotSupported",
    description: "Reset is for stations",
  });
});

Deno.test("a message that does not exist, or is no message, gets an error and hurts nobody", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  assertEquals((await charger.ask("Fly", {})).kind, "error");
  assertEquals((await charger.ask("Authorize", { idTag: { of: "mine" } })).kind, "error");
  charger.socket.send("{ no json");
  charger.socket.send('[9,"x",{}]');
  await edge.clock.advance(0);
  assertEquals((await charger.result("Heartbeat", {}))["currentTime"], edge.now());
  assertEquals(await closeEdge(edge), 0);
});
