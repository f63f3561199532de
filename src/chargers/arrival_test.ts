import { assert, assertEquals } from "@std/assert";
import { beginTransaction, noteFeatures } from "../../test/support/books.ts";
import type { FramePeer } from "../../test/support/frame_peer.ts";
import { BOOT, closeEdge, createEdge, type Edge } from "./_edge_for_test.ts";
import { CHARGERS_TIMING } from "./options.ts";

const { settleMs, bootPatienceMs } = CHARGERS_TIMING;
const AVAILABLE = { connectorId: 1, errorCode: "NoError", status: "Available" } as const;

const actions = (charger: FramePeer) => charger.heard.map(({ action }) => action);
const mayBeCalled = ({ chargers }: Edge) => chargers.station("CP1")?.life.accepted ?? false;

/** The charger drops its connection and comes back. */
async function reconnect(edge: Edge, charger: FramePeer): Promise<FramePeer> {
  charger.socket.terminate();
  await edge.clock.advance(0);
  return await edge.connect("CP1");
}

/** What a charger of these tests is called to be set up; the second question is about its list. */
const SET_UP = [
  "GetConfiguration",
  "SetChargingProfile",
  "GetCompositeSchedule",
  "GetConfiguration",
];

/** The same for the first time: profiles of others are cleared. */
const FIRST_SET_UP = ["GetConfiguration", "ClearChargingProfile", ...SET_UP.slice(1)];

Deno.test("nothing is called before a new charger has booted and settled (quirk 6)", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  await edge.clock.advance(20_000);
  assertEquals(actions(charger), []);
  await charger.result("BootNotification", BOOT);
  await edge.clock.advance(settleMs - 1);
  assertEquals(actions(charger), []);
  await edge.clock.advance(1);
  assertEquals(actions(charger), FIRST_SET_UP);
  assert(mayBeCalled(edge));
});

Deno.test("a new charger that does not boot is asked to, once", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  await edge.clock.advance(bootPatienceMs);
  assertEquals(charger.heard.map(({ action, payload }) => [action, payload]), [
    ["TriggerMessage", { requestedMessage: "BootNotification" }],
  ]);
  await edge.clock.advance(5 * bootPatienceMs);
  assertEquals(actions(charger).length, 1);
});

Deno.test("a charger that booted in time is not asked to", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  await edge.clock.advance(2 * bootPatienceMs);
  assertEquals(charger.payloads("TriggerMessage"), []);
});

Deno.test("a charger that comes back without booting is answered, and called once it has said something (quirk 8)", async () => {
  const edge = await createEdge();
  const charger = await reconnect(edge, await edge.arrive("CP1"));
  await edge.clock.advance(20_000);
  assertEquals(actions(charger), [], "it may yet boot");
  await charger.result("Heartbeat", {});
  await edge.clock.advance(settleMs);
  assertEquals(charger.payloads("TriggerMessage"), [{ requestedMessage: "StatusNotification" }]);
  assert(mayBeCalled(edge));
});

Deno.test("a charger that comes back and says nothing is called when it had time to boot", async () => {
  const edge = await createEdge();
  const charger = await reconnect(edge, await edge.arrive("CP1"));
  await edge.clock.advance(bootPatienceMs);
  assertEquals(actions(charger), []);
  await edge.clock.advance(settleMs);
  assertEquals(actions(charger), ["TriggerMessage"]);
});

Deno.test("a charger that comes back and boots is set up anew, and not called before", async () => {
  const edge = await createEdge();
  const charger = await reconnect(edge, await edge.arrive("CP1"));
  await charger.result("BootNotification", BOOT);
  await charger.result("StatusNotification", AVAILABLE);
  await edge.clock.advance(bootPatienceMs);
  assertEquals(actions(charger), SET_UP);
});

Deno.test("a charger that boots again and again on one connection is set up once (quirk 8)", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  for (let minute = 0; minute < 3; minute++) {
    assertEquals((await charger.result("BootNotification", BOOT))["status"], "Accepted");
    await edge.clock.advance(60_000);
  }
  assertEquals(actions(charger), FIRST_SET_UP);
});

Deno.test("a charger that answered nothing when it was set up has another chance when it boots again", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  charger.answer("GetConfiguration", "silence");
  await charger.result("BootNotification", BOOT);
  await edge.clock.advance(40_000);
  charger.answer("GetConfiguration", { configurationKey: [] });
  await charger.result("BootNotification", BOOT);
  await edge.clock.advance(settleMs);
  // Who was silent at first may have profiles of others still.
  assertEquals(actions(charger).slice(-FIRST_SET_UP.length), FIRST_SET_UP);
});

Deno.test("a charger that the gateway has not met since it started is set up though it does not boot", async () => {
  const before = await createEdge();
  await before.arrive("CP1");
  const edge = await createEdge({ store: before.store, clock: before.clock });
  const charger = await edge.connect("CP1");
  await charger.result("Heartbeat", {});
  await edge.clock.advance(settleMs);
  assertEquals(actions(charger), ["TriggerMessage", ...SET_UP]);
});

Deno.test("a charger that comes back is told what it missed", async () => {
  const edge = await createEdge();
  const first = await edge.arrive("CP1");
  first.socket.terminate();
  await edge.clock.advance(0);
  edge.site.orderAvailability({ slot: 1, operative: false, orderedBy: "csms", orderedAtMs: 0 });
  const charger = await edge.connect("CP1");
  await charger.result("Heartbeat", {});
  await edge.clock.advance(settleMs);
  assertEquals(actions(charger), ["TriggerMessage", "ChangeAvailability"]);
});

Deno.test("a charger that knows no TriggerMessage is asked once, and never again", async () => {
  const edge = await createEdge();
  let charger = await edge.arrive("CP1");
  for (const expected of [["TriggerMessage"], []]) {
    charger = await reconnect(edge, charger);
    charger.answer("TriggerMessage", { callError: "NotImplemented" });
    await charger.result("Heartbeat", {});
    await edge.clock.advance(settleMs);
    assertEquals(actions(charger), expected);
  }
  const [known] = edge.chargers.quirks("CP1");
  assertEquals([known?.quirk, known?.value, known?.from], ["triggers", false, "asked"]);
  assertEquals(edge.chargers.quirkCounts.of("CP1").get("triggers")?.count, 1);
});

Deno.test("flapping costs a charger nothing: it is called only when it stays (quirk 7)", async () => {
  const edge = await createEdge();
  let charger = await edge.arrive("CP1");
  for (let times = 0; times < 5; times++) {
    charger = await reconnect(edge, charger);
    await charger.result("Heartbeat", {});
    await edge.clock.advance(settleMs / 2);
    assertEquals(actions(charger), []);
  }
});

Deno.test("an EVSE that shows up after the set-up gets its fail-safe current too", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  assertEquals(edge.site.slotsOf("CP1").length, 1);
  await charger.result("StatusNotification", { ...AVAILABLE, connectorId: 2 });
  assertEquals(
    charger.payloads("SetChargingProfile").map(({ connectorId }) => connectorId),
    [1, 2],
  );
});

Deno.test("a limit goes out as soon as the charger may be called, and not before", async () => {
  const edge = await createEdge();
  noteFeatures(edge, "CP1");
  await beginTransaction(edge, 1);
  const charger = await edge.connect("CP1");
  const limit = { limitAmps: 10, validForMs: 60_000, urgent: true };
  assertEquals(await edge.chargers.limit(1, limit), {
    kind: "failed",
    reason: "the charger is not connected",
    answered: true,
  });
  await charger.result("Heartbeat", {});
  await edge.clock.advance(settleMs);
  const sent = edge.chargers.limit(1, limit);
  await edge.clock.advance(0);
  assertEquals(await sent, { kind: "accepted" });
});

Deno.test("an arrival leaves no timer behind when its charger goes away", async () => {
  const edge = await createEdge();
  const waiting = await edge.connect("CP1");
  const settling = await edge.connect("CP2");
  await settling.result("BootNotification", BOOT);
  waiting.socket.terminate();
  settling.socket.terminate();
  await edge.clock.advance(0);
  assertEquals(edge.clock.pending(), 0);
  assertEquals(await closeEdge(edge), 0);
});
