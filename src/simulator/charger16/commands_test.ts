import { assert, assertEquals } from "@std/assert";
import type { Action16, Requests16, Responses16 } from "../../ocpp/messages/mod.ts";
import { type Bench, type BenchOptions, createBench } from "../_bench.ts";

const TWO_SOCKETS = [1, 2].map(() => ({
  lines: ["L1", "L2", "L3"] as const,
  maxAmps: 32,
  fixedCable: false,
}));

/** A bench that has booted. */
async function booted(options: BenchOptions = {}): Promise<Bench> {
  const bench = await createBench(options);
  await bench.seconds(1);
  return bench;
}

/** Sends a command and lets a second pass. The answer, or the reason why there is none. */
async function command<A extends Action16>(
  bench: Bench,
  action: A,
  payload: Requests16[A],
): Promise<Responses16[A] | string> {
  const end = bench.csms.call(action, payload);
  await bench.seconds(1);
  const outcome = await end;
  return outcome.kind === "answered" ? outcome.payload : outcome.reason;
}

/** An EV that charges at connector 1, or another. */
async function charge(bench: Bench, connectorId = 1): Promise<void> {
  bench.plugIn("threePhase11kW", 0.2, connectorId);
  const card = bench.charger.presentCard(connectorId, "ANNA");
  await bench.seconds(30);
  assertEquals(await card, "started");
}

const ACCEPTED = { status: "Accepted" } as const;
const REJECTED = { status: "Rejected" } as const;

Deno.test("RemoteStartTransaction begins without asking, where the key says so", async () => {
  const bench = await booted();
  bench.plugIn();
  const request = { connectorId: 1, idTag: "APP-7" };
  assertEquals(await command(bench, "RemoteStartTransaction", request), ACCEPTED);
  await bench.seconds(5);
  assertEquals(bench.heard("Authorize"), []);
  assertEquals(bench.heard("StartTransaction").map(({ idTag }) => idTag), ["APP-7"]);
  await bench.end();
});

Deno.test("RemoteStartTransaction asks first where AuthorizeRemoteTxRequests is on", async () => {
  const bench = await booted({
    charger: { configuration: { AuthorizeRemoteTxRequests: "true" } },
    csms: { unknownTokens: "Invalid" },
  });
  bench.plugIn();
  assertEquals(await command(bench, "RemoteStartTransaction", { idTag: "APP-7" }), ACCEPTED);
  await bench.seconds(5);
  assertEquals(bench.heard("Authorize").length, 1);
  assertEquals(bench.heard("StartTransaction"), []);
  await bench.end();
});

Deno.test("RemoteStartTransaction waits for the plug, and chooses a connector itself", async () => {
  const bench = await booted({ charger: { outlets: TWO_SOCKETS } });
  assertEquals(await command(bench, "RemoteStartTransaction", { idTag: "APP-7" }), ACCEPTED);
  assertEquals(bench.charger.look(1).status, "Preparing");
  bench.plugIn("threePhase11kW", 0.2, 2);
  await bench.seconds(1);
  assertEquals(await command(bench, "RemoteStartTransaction", { idTag: "APP-8" }), ACCEPTED);
  await bench.seconds(1);
  assertEquals(bench.heard("StartTransaction").map(({ connectorId }) => connectorId), [2]);
  await bench.end();
});

Deno.test("RemoteStartTransaction is rejected where nothing can begin", async () => {
  const bench = await booted();
  await charge(bench);
  const request = { connectorId: 1, idTag: "APP-7" };
  assertEquals(await command(bench, "RemoteStartTransaction", request), REJECTED);
  const elsewhere = { connectorId: 5, idTag: "APP-7" };
  assertEquals(await command(bench, "RemoteStartTransaction", elsewhere), REJECTED);
  await bench.end();
});

Deno.test("RemoteStopTransaction stops the transaction of that number only", async () => {
  const bench = await booted();
  await charge(bench);
  assertEquals(await command(bench, "RemoteStopTransaction", { transactionId: 1 }), REJECTED);
  assertEquals(await command(bench, "RemoteStopTransaction", { transactionId: 1001 }), ACCEPTED);
  assertEquals(bench.csms.books.sessions()[0]?.stop?.reason, "Remote");
  await bench.end();
});

Deno.test("ChangeAvailability of a free connector counts at once", async () => {
  const bench = await booted();
  const inoperative = { connectorId: 1, type: "Inoperative" } as const;
  assertEquals(await command(bench, "ChangeAvailability", inoperative), ACCEPTED);
  assertEquals(bench.statuses(1), ["Available", "Unavailable"]);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1);
  assertEquals(await card, "refused");
  const operative = { connectorId: 1, type: "Operative" } as const;
  assertEquals(await command(bench, "ChangeAvailability", operative), ACCEPTED);
  assertEquals(bench.charger.look(1).status, "Preparing");
  await bench.end();
});

Deno.test("a card that waits for its plug is worth nothing out of service", async () => {
  const bench = await booted();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1);
  assertEquals(await card, "waiting");
  const inoperative = { connectorId: 1, type: "Inoperative" } as const;
  assertEquals(await command(bench, "ChangeAvailability", inoperative), ACCEPTED);
  bench.plugIn();
  await bench.seconds(5);
  assertEquals(bench.charger.look(1).status, "Unavailable");
  await bench.end();
});

Deno.test("ChangeAvailability within a transaction is scheduled", async () => {
  const bench = await booted({ charger: { outlets: TWO_SOCKETS } });
  await charge(bench);
  const inoperative = { connectorId: 0, type: "Inoperative" } as const;
  assertEquals(await command(bench, "ChangeAvailability", inoperative), { status: "Scheduled" });
  assertEquals([1, 2].map((id) => bench.charger.look(id).status), ["Charging", "Unavailable"]);
  assertEquals(bench.statuses(0), ["Available", "Unavailable"]);
  bench.charger.unplug(1);
  await bench.seconds(1);
  assertEquals(bench.charger.look(1).status, "Unavailable");
  const unknown = { connectorId: 3, type: "Operative" } as const;
  assertEquals(await command(bench, "ChangeAvailability", unknown), REJECTED);
  await bench.end();
});

Deno.test("UnlockConnector ends the transaction and unlocks", async () => {
  const bench = await booted();
  await charge(bench);
  assertEquals(await command(bench, "UnlockConnector", { connectorId: 1 }), { status: "Unlocked" });
  assertEquals(bench.csms.books.sessions()[0]?.stop?.reason, "UnlockCommand");
  const unknown = await command(bench, "UnlockConnector", { connectorId: 9 });
  assertEquals(unknown, { status: "NotSupported" });
  await bench.end();
});

Deno.test("UnlockConnector knows no lock where the cable is fixed", async () => {
  const bench = await booted({
    charger: { outlets: [{ lines: ["L1"], maxAmps: 32, fixedCable: true }] },
  });
  const answer = await command(bench, "UnlockConnector", { connectorId: 1 });
  assertEquals(answer, { status: "NotSupported" });
  await bench.end();
});

Deno.test("a reservation keeps the connector for its token, and is used up by it", async () => {
  const bench = await booted();
  const request = {
    connectorId: 1,
    reservationId: 7,
    idTag: "ANNA",
    expiryDate: "2026-01-05T07:00:00Z",
  };
  assertEquals(await command(bench, "ReserveNow", request), ACCEPTED);
  assertEquals(bench.statuses(1), ["Available", "Reserved"]);
  const stranger = bench.charger.presentCard(1, "CARL");
  await bench.seconds(1);
  assertEquals(await stranger, "refused");
  await charge(bench);
  assertEquals(bench.heard("StartTransaction").map(({ reservationId }) => reservationId), [7]);
  bench.charger.unplug(1);
  await bench.seconds(1);
  assertEquals(bench.charger.look(1).status, "Available");
  await bench.end();
});

Deno.test("a reservation ends by itself, or when it is cancelled", async () => {
  const bench = await booted();
  const request = { connectorId: 1, reservationId: 7, idTag: "ANNA" };
  const soon = { ...request, expiryDate: "2026-01-05T06:01:00Z" };
  assertEquals(await command(bench, "ReserveNow", soon), ACCEPTED);
  await bench.seconds(60);
  assertEquals(bench.statuses(1), ["Available", "Reserved", "Available"]);
  const later = { ...request, expiryDate: "2026-01-05T08:00:00Z" };
  assertEquals(await command(bench, "ReserveNow", later), ACCEPTED);
  assertEquals(await command(bench, "CancelReservation", { reservationId: 7 }), ACCEPTED);
  assertEquals(await command(bench, "CancelReservation", { reservationId: 7 }), REJECTED);
  assertEquals(bench.charger.look(1).status, "Available");
  await bench.end();
});

Deno.test("configuration is read and changed, and a new interval counts at once", async () => {
  const bench = await booted();
  await charge(bench);
  const key = "MeterValueSampleInterval";
  assertEquals(await command(bench, "ChangeConfiguration", { key, value: "10" }), ACCEPTED);
  const before = bench.heard("MeterValues").length;
  await bench.seconds(30);
  assertEquals(bench.heard("MeterValues").length - before, 3);
  assertEquals(await command(bench, "GetConfiguration", { key: [key] }), {
    configurationKey: [{ key, readonly: false, value: "10" }],
    unknownKey: [],
  });
  await bench.end();
});

Deno.test("a new heartbeat interval counts at once", async () => {
  const bench = await booted({ csms: { intervalSeconds: 3_600 } });
  const key = "HeartbeatInterval";
  assertEquals(await command(bench, "ChangeConfiguration", { key, value: "20" }), ACCEPTED);
  await bench.seconds(65);
  assertEquals(bench.heard("Heartbeat").length, 3);
  await bench.end();
});

Deno.test("TriggerMessage is answered before what it triggers", async () => {
  const bench = await booted();
  const seen = bench.frames.length;
  const triggered = await command(bench, "TriggerMessage", {
    requestedMessage: "StatusNotification",
    connectorId: 1,
  });
  assertEquals(triggered, ACCEPTED);
  const out = bench.frames.slice(seen).filter((frame) => frame.includes(" out "));
  assert(out[0]?.includes("[3,") && out[1]?.includes("StatusNotification"), out.join("\n"));
  assertEquals(bench.statuses(1), ["Available", "Available"]);
  await bench.end();
});

Deno.test("TriggerMessage gives the newest meter values of each connector", async () => {
  const bench = await booted({ charger: { outlets: TWO_SOCKETS } });
  await charge(bench, 2);
  const triggered = await command(bench, "TriggerMessage", { requestedMessage: "MeterValues" });
  assertEquals(triggered, ACCEPTED);
  const values = bench.heard("MeterValues").slice(-2);
  assertEquals(values.map((each) => [each.connectorId, each.transactionId]), [[1, undefined], [
    2,
    1001,
  ]]);
  const contexts = values.flatMap(({ meterValue }) => meterValue[0]?.sampledValue[0]?.context);
  assertEquals(contexts, ["Trigger", "Trigger"]);
  await bench.end();
});

const TRIGGERS: readonly [Requests16["TriggerMessage"], string][] = [
  [{ requestedMessage: "FirmwareStatusNotification" }, "NotImplemented"],
  [{ requestedMessage: "DiagnosticsStatusNotification" }, "NotImplemented"],
  [{ requestedMessage: "BootNotification" }, "Rejected"],
  [{ requestedMessage: "StatusNotification", connectorId: 4 }, "Rejected"],
  [{ requestedMessage: "MeterValues", connectorId: 4 }, "Rejected"],
];

for (const [request, status] of TRIGGERS) {
  Deno.test(`TriggerMessage of ${Object.values(request).join(" ")} is ${status}`, async () => {
    const bench = await booted();
    assertEquals(await command(bench, "TriggerMessage", request), { status });
    await bench.end();
  });
}

Deno.test("DataTransfer knows its own vendor and one message", async () => {
  const bench = await booted();
  const data = "hello";
  const answers = [
    await command(bench, "DataTransfer", { vendorId: "Sangam", messageId: "Echo", data }),
    await command(bench, "DataTransfer", { vendorId: "Sangam", messageId: "Other" }),
    await command(bench, "DataTransfer", { vendorId: "Other" }),
  ];
  assertEquals(answers, [
    { status: "Accepted", data },
    { status: "UnknownMessageId" },
    { status: "UnknownVendorId" },
  ]);
  await bench.end();
});

Deno.test("tokens come and go by SendLocalList and ClearCache", async () => {
  const bench = await booted();
  assertEquals(await command(bench, "GetLocalListVersion", {}), { listVersion: 0 });
  const list = {
    updateType: "Full",
    listVersion: 4,
    localAuthorizationList: [{ idTag: "ANNA", idTagInfo: { status: "Accepted" } }],
  } as const;
  const full = { ...list, localAuthorizationList: [...list.localAuthorizationList] };
  assertEquals(await command(bench, "SendLocalList", full), ACCEPTED);
  assertEquals(await command(bench, "GetLocalListVersion", {}), { listVersion: 4 });
  assertEquals(await command(bench, "ClearCache", {}), ACCEPTED);
  await bench.end();
});

Deno.test("what a station does not support is an error", async () => {
  const bench = await booted();
  const request = { location: "ftp://example.com/x", retrieveDate: "2026-01-05T06:00:00Z" };
  assertEquals(await command(bench, "UpdateFirmware", request), "NotSupported");
  await bench.end();
});

Deno.test("a slow station answers late, and then does what it was told", async () => {
  const bench = await booted({ charger: { faults: { answerDelayMs: 4_000 } } });
  const late = bench.csms.call("ChangeAvailability", { connectorId: 1, type: "Inoperative" });
  await bench.seconds(3);
  assertEquals(bench.charger.look(1).status, "Available");
  await bench.seconds(2);
  assertEquals(await late, { kind: "answered", payload: ACCEPTED });
  assertEquals(bench.charger.look(1).status, "Unavailable");
  await bench.end();
});
