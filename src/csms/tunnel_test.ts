import { assertEquals } from "@std/assert";
import { type Answer16, type Desk, openDesk, type Payload16 } from "./_desk_for_test.ts";
import { VENDOR_ID } from "./vendor.ts";

/** Sends something through the tunnel; the answer's data as an object. */
async function tunnel(desk: Desk, request: unknown): Promise<unknown> {
  const data = typeof request === "string" ? request : JSON.stringify(request);
  const answer = await desk.ask("DataTransfer", {
    vendorId: VENDOR_ID,
    messageId: "Tunnel",
    data,
  });
  return [statusOf(answer), JSON.parse(String(Object(answer)["data"]))];
}

const statusOf = (answer: Answer16) => Object(answer)["status"];
const accepted = (payload: Payload16) => ["Accepted", { status: "Accepted", payload }];
const rejected = (reason: string) => ["Rejected", { status: "Rejected", reason }];

// What goes through

const THROUGH: readonly (readonly [action: string, payload: Payload16, answer: Payload16])[] = [
  ["ClearCache", {}, { status: "Accepted" }],
  ["DataTransfer", { vendorId: "org.vendor", data: "hello" }, { status: "UnknownVendorId" }],
  ["GetConfiguration", { key: ["LightIntensity"] }, { unknownKey: ["LightIntensity"] }],
  ["GetConfiguration", {}, { configurationKey: [{ key: "A", readonly: false, value: "1" }] }],
  ["GetCompositeSchedule", { connectorId: 2, duration: 60 }, { status: "Rejected" }],
  ["GetLocalListVersion", {}, { listVersion: 4 }],
  ["GetDiagnostics", { location: "ftp://10.0.0.1/logs" }, { fileName: "cp2.zip" }],
  ["Reset", { type: "Hard" }, { status: "Accepted" }],
  ["ChangeConfiguration", { key: "LightIntensity", value: "50" }, { status: "RebootRequired" }],
  ["TriggerMessage", { requestedMessage: "Heartbeat" }, { status: "Accepted" }],
  ["UnlockConnector", { connectorId: 2 }, { status: "UnlockFailed" }],
  [
    "UpdateFirmware",
    { location: "ftp://10.0.0.1/fw", retrieveDate: "2026-01-05T06:00:00Z" },
    {},
  ],
];

for (const [action, payload, answer] of THROUGH) {
  Deno.test(`${action} ${JSON.stringify(payload)} goes through the tunnel to the charger of the slot, and its answer back`, async () => {
    const desk = await openDesk();
    desk.answers("CP2", action, answer);
    assertEquals(await tunnel(desk, { slot: 3, action, payload }), accepted(answer));
    assertEquals(desk.calls, [{ chargerId: "CP2", action, payload }]);
  });
}

Deno.test("a request without payload has an empty one", async () => {
  const desk = await openDesk();
  assertEquals(
    await tunnel(desk, { slot: 1, action: "ClearCache" }),
    accepted({ status: "Accepted" }),
  );
  assertEquals(desk.calls, [{ chargerId: "CP1", action: "ClearCache", payload: {} }]);
});

// What does not

const HELD_BACK: readonly (readonly [action: string, payload: Payload16])[] = [
  ["RemoteStartTransaction", { connectorId: 1, idTag: "APP" }],
  ["RemoteStopTransaction", { transactionId: 1 }],
  ["ChangeAvailability", { connectorId: 1, type: "Inoperative" }],
  ["ClearChargingProfile", {}],
  ["SendLocalList", { listVersion: 1, updateType: "Full" }],
  ["CancelReservation", { reservationId: 1 }],
  ["Heartbeat", {}],
];

for (const [action, payload] of HELD_BACK) {
  Deno.test(`${action} does not go through the tunnel`, async () => {
    const desk = await openDesk();
    assertEquals(
      await tunnel(desk, { slot: 3, action, payload }),
      rejected(`${action} does not go through the tunnel`),
    );
    assertEquals(desk.calls, []);
  });
}

for (
  const key of ["AuthorizationKey", "CENTRALSYSTEMURI", "SecurityProfile", "LocalPreAuthorize"]
) {
  Deno.test(`${key} of a charger is not changed through the tunnel (A14)`, async () => {
    const desk = await openDesk();
    const payload = { key, value: "theirs" };
    assertEquals(
      await tunnel(desk, { slot: 3, action: "ChangeConfiguration", payload }),
      rejected("This setting of a charger is the gateway's"),
    );
    assertEquals(desk.calls, []);
  });
}

const NO_REQUEST = 'data is not {"slot": number, "action": text, "payload": object}';

for (
  const data of [
    "hello",
    "{ no json",
    "[]",
    '"text"',
    "{}",
    '{"slot":"3","action":"Reset"}',
    '{"slot":3.5,"action":"Reset"}',
    '{"slot":3,"action":7}',
  ]
) {
  Deno.test(`the tunnel says what it wants instead of ${data}`, async () => {
    const desk = await openDesk();
    assertEquals(await tunnel(desk, data), rejected(NO_REQUEST));
  });
}

Deno.test("the tunnel says what it wants where there is no data at all", async () => {
  const desk = await openDesk();
  const answer = await desk.ask("DataTransfer", { vendorId: VENDOR_ID, messageId: "Tunnel" });
  assertEquals(answer, {
    status: "Rejected",
    data: JSON.stringify({ status: "Rejected", reason: NO_REQUEST }),
  });
});

const REFUSED: readonly (readonly [what: string, request: Payload16, reason: string])[] = [
  ["a slot that does not exist", { slot: 9, action: "ClearCache" }, "There is no slot 9"],
  [
    "a payload that is not valid",
    { slot: 3, action: "Reset", payload: { type: "Gently" } },
    "PropertyConstraintViolation",
  ],
  ["a message that does not exist", { slot: 3, action: "Fly" }, "NotImplemented"],
];

for (const [what, request, reason] of REFUSED) {
  Deno.test(`the tunnel refuses ${what}`, async () => {
    const desk = await openDesk();
    const [status, data] = Object(await tunnel(desk, request));
    assertEquals([status, data.status], ["Rejected", "Rejected"]);
    assertEquals(String(data.reason).startsWith(reason), true, data.reason);
    assertEquals(desk.calls, []);
  });
}

const FAILURES: readonly (readonly [
  what: string,
  answer: "silent" | "gone" | { callError: string },
  reason: string,
])[] = [
  ["does not answer", "silent", "The charger did not answer"],
  ["is away", "gone", "The charger is not connected"],
  ["answers with an error", { callError: "x" }, "The charger answered NotSupported: "],
];

for (const [what, answer, reason] of FAILURES) {
  Deno.test(`the tunnel says so where the charger ${what}`, async () => {
    const desk = await openDesk();
    desk.answers("CP2", "ClearCache", answer);
    assertEquals(await tunnel(desk, { slot: 3, action: "ClearCache" }), rejected(reason));
  });
}
