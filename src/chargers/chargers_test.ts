import { assert, assertEquals } from "@std/assert";
import { createFramePeer } from "../../test/support/frame_peer.ts";
import { BOOT, closeEdge, createEdge, type Edge, willing } from "./_edge_for_test.ts";
import { CHARGERS_TIMING } from "./options.ts";

const BASIC = { authorization: `Basic ${btoa("CP1:secret")}` };

/** Connects CP1 and leaves both ends of the wire in the test's hands. */
async function wire(edge: Edge) {
  const { pair } = edge.listener.connect({ url: "/ocpp/CP1", ...BASIC });
  if (pair === null) throw new Error("CP1 was not let in");
  const charger = createFramePeer(pair.far, edge.clock, willing());
  await edge.clock.advance(0);
  return { pair, charger };
}

const isConnected = ({ site }: Edge) => site.isConnected("CP1");

// Coming and going

Deno.test("a charger that comes and goes is known to the site, to the log and to who listens", async () => {
  const edge = await createEdge();
  const heard: string[] = [];
  edge.events.on("charger", ({ chargerId }) => heard.push(`${chargerId} ${isConnected(edge)}`));
  const charger = await edge.connect("CP1", { remoteAddress: "192.168.7.33" });
  assertEquals(isConnected(edge), true);
  assertEquals(edge.chargers.station("CP1")?.remoteAddress, "192.168.7.33");
  charger.socket.close(1001, "bye");
  await edge.clock.advance(0);
  assertEquals([isConnected(edge), edge.chargers.stations()], [false, []]);
  assertEquals(heard, ["CP1 true", "CP1 false"]);
  const logged = edge.logged.filter(({ event }) => event.startsWith("charger_"));
  assertEquals(logged, [
    {
      level: "info",
      event: "charger_connected",
      charger: "CP1",
      version: "ocpp1.6",
      address: "192.168.7.33",
    },
    { level: "info", event: "charger_disconnected", charger: "CP1", code: 1001, reason: "bye" },
  ]);
});

Deno.test("the slots of a charger are told of when it comes and goes", async () => {
  const edge = await createEdge();
  const slots: number[] = [];
  edge.events.on("evse", ({ slot }) => slots.push(slot));
  const charger = await edge.connect("CP1");
  assertEquals(slots, [1]);
  charger.socket.terminate();
  await edge.clock.advance(0);
  assertEquals(slots, [1, 1]);
});

Deno.test("every frame in either direction is told, under the charger's name", async () => {
  const edge = await createEdge();
  const frames: string[] = [];
  edge.events.on("message", ({ peer, direction, text }) => {
    frames.push(`${peer} ${direction} ${text.slice(0, 15)}`);
  });
  const charger = await edge.connect("CP1");
  await charger.ask("Heartbeat", {});
  assertEquals(frames, ['CP1 in [2,"ask-1","Hea', 'CP1 out [4,"ask-1","Sec']);
});

Deno.test("a charger that hangs up before it was let in is not taken for connected", async () => {
  const edge = await createEdge();
  const { pair } = edge.listener.connect({ url: "/ocpp/CP1", ...BASIC });
  pair?.far.terminate();
  await edge.clock.advance(0);
  assertEquals([isConnected(edge), edge.chargers.stations()], [false, []]);
  await edge.connect("CP1");
  assertEquals(isConnected(edge), true);
});

// Second connections (ruling 13, quirk 17)

Deno.test("of two connections in one moment one stands, and the other is closed with 1008", async () => {
  const edge = await createEdge();
  const peers = [1, 2].map(() => {
    const { pair } = edge.listener.connect({ url: "/ocpp/CP1", ...BASIC });
    if (pair === null) throw new Error("CP1 was not let in");
    return createFramePeer(pair.far, edge.clock);
  });
  await edge.clock.advance(5_000);
  assertEquals(peers.map((peer) => peer.closed()), [null, "1008 identity is in use"]);
  assertEquals(edge.chargers.stations().length, 1);
});

Deno.test("a second connection of a charger that is there is closed with 1008, and the first goes on", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  const second = await edge.connect("CP1");
  await edge.clock.advance(5_000);
  assertEquals(second.closed(), "1008 identity is in use");
  assertEquals(edge.faults.map(({ kind }) => kind).includes("second-connection"), true);
  await charger.result("Heartbeat", {});
});

Deno.test("a charger whose old connection is dead stands on the new one, and the end of the old changes nothing", async () => {
  const edge = await createEdge();
  const old = await wire(edge);
  await old.charger.result("BootNotification", BOOT);
  old.pair.cut();
  const again = await edge.connect("CP1");
  await edge.clock.advance(5_000);
  assertEquals([again.closed(), isConnected(edge)], [null, true]);
  assertEquals(edge.chargers.station("CP1")?.generation, 2);
  await edge.clock.advance(120_000);
  assertEquals(isConnected(edge), true);
  await again.result("Heartbeat", {});
});

Deno.test("a second connection cannot put its password in the place of a charger's that has none", async () => {
  const edge = await createEdge({ known: [], listener: { path: "/ocpp", securityProfile: 0 } });
  await edge.chargers.adopt("CP9");
  const mine = await edge.connect("CP9", { authorization: undefined });
  const authorization = `Basic ${btoa("CP9:theirs")}`;
  await edge.connect("CP9", { authorization });
  await edge.clock.advance(5_000);
  mine.socket.terminate();
  await edge.clock.advance(0);
  const again = await edge.connect("CP9", { authorization: undefined });
  assertEquals(again.closed(), null);
});

// Limits of frames (ruling 15)

const padded = (length: number) => {
  const frame = JSON.stringify([2, "x", "Heartbeat", { pad: "" }]);
  return frame.replace('""', `"${"a".repeat(length - frame.length)}"`);
};

Deno.test("before it booted a charger may say 16 KiB at once, and is closed with 1009 beyond that", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  charger.socket.send(padded(16_384));
  await edge.clock.advance(0);
  assertEquals(charger.closed(), null);
  charger.socket.send(padded(16_385));
  await edge.clock.advance(0);
  assertEquals(charger.closed(), "1009 message too big before boot");
});

Deno.test("after it booted a charger may say 64 KiB at once", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  charger.socket.send(padded(65_536));
  await edge.clock.advance(0);
  assertEquals([charger.closed(), charger.replyTo("x").kind], [null, "result"]);
});

Deno.test("a frame that is nested too deeply is not read", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  charger.socket.send(`[2,"deep","Heartbeat",{"a":${"[".repeat(40)}${"]".repeat(40)}}]`);
  await edge.clock.advance(0);
  assertEquals(charger.replyTo("deep").kind, "none");
  await charger.result("Heartbeat", {});
});

// Signs of life (quirks 18 to 20)

Deno.test("a charger from which nothing at all comes for two minutes is gone", async () => {
  const edge = await createEdge();
  const { pair } = await wire(edge);
  await edge.clock.advance(CHARGERS_TIMING.pingIntervalMs);
  pair.cut();
  await edge.clock.advance(119_999);
  assertEquals(isConnected(edge), true);
  await edge.clock.advance(1);
  assertEquals(isConnected(edge), false);
});

Deno.test("a charger that answers no ping stays while it heartbeats, and is gone when three are missing (quirk 18)", async () => {
  const edge = await createEdge();
  const { pair, charger } = await wire(edge);
  await charger.result("BootNotification", BOOT);
  pair.muffle();
  for (let times = 0; times < 4; times++) {
    await edge.clock.advance(CHARGERS_TIMING.heartbeatIntervalMs);
    await charger.result("Heartbeat", {});
  }
  assertEquals(isConnected(edge), true);
  assert((edge.chargers.quirkCounts.of("CP1").get("no-pong")?.count ?? 0) > 0, "and it is counted");
  await edge.clock.advance(3 * CHARGERS_TIMING.heartbeatIntervalMs);
  assertEquals(isConnected(edge), false);
});

Deno.test("a charger that only answers pings stays", async () => {
  const edge = await createEdge();
  await edge.arrive("CP1");
  await edge.clock.advance(3_600_000);
  assertEquals(isConnected(edge), true);
});

Deno.test("a charger that heartbeats and answers no calls is disconnected after two of them (quirk 19)", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  charger.answer("ClearCache", "silence");
  const calls = [1, 2].map(() => edge.chargers.call("CP1", { action: "ClearCache", message: {} }));
  await edge.clock.advance(30_000);
  await charger.result("Heartbeat", {});
  await edge.clock.advance(30_000);
  assertEquals((await Promise.all(calls)).map(({ kind }) => kind), ["silent", "silent"]);
  assertEquals(isConnected(edge), false);
});

Deno.test("an answer that comes too late is not taken for the answer to the next call (quirk 20)", async () => {
  const edge = await createEdge();
  const charger = await edge.arrive("CP1");
  charger.answer("ClearCache", "silence");
  const late = edge.chargers.call("CP1", { action: "ClearCache", message: {} });
  await edge.clock.advance(30_000);
  charger.answer("TriggerMessage", "silence");
  const next = edge.chargers.call("CP1", {
    action: "TriggerMessage",
    message: { requestedMessage: "Heartbeat" },
  });
  await edge.clock.advance(0);
  const lateId = charger.heard.find(({ action }) => action === "ClearCache")?.id;
  const nextId = charger.heard.find(({ action }) => action === "TriggerMessage")?.id;
  charger.socket.send(JSON.stringify([3, lateId, { status: "Rejected" }]));
  charger.socket.send(JSON.stringify([3, nextId, { status: "Accepted" }]));
  await edge.clock.advance(0);
  assertEquals((await late).kind, "silent");
  assertEquals(await next, { kind: "answered", message: { status: "Accepted" } });
});

// Commands

Deno.test("call() says that a charger is gone when it is away, unknown, or was when the call waited", async () => {
  const edge = await createEdge();
  const call = { action: "ClearCache", message: {} } as const;
  assertEquals(await edge.chargers.call("CP1", call), { kind: "gone" });
  assertEquals(await edge.chargers.call("NOBODY", call), { kind: "gone" });
  const charger = await edge.arrive("CP1");
  charger.answer("ClearCache", "silence");
  const calls = [1, 2].map(() => edge.chargers.call("CP1", call));
  await edge.clock.advance(0);
  charger.socket.terminate();
  await edge.clock.advance(0);
  assertEquals(await Promise.all(calls), [{ kind: "gone" }, { kind: "gone" }]);
});

Deno.test("call() waits a moment for a charger that is back and not ready yet", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  const call = { action: "ClearCache", message: {} } as const;
  const tooEarly = edge.chargers.call("CP1", call);
  await edge.clock.advance(CHARGERS_TIMING.callPatienceMs);
  assertEquals(await tooEarly, { kind: "gone" });
  charger.answer("ClearCache", { status: "Accepted" });
  const early = edge.chargers.call("CP1", call);
  await charger.result("BootNotification", BOOT);
  await edge.clock.advance(CHARGERS_TIMING.settleMs);
  assertEquals(await early, { kind: "answered", message: { status: "Accepted" } });
  const another = await edge.connect("CP2");
  const forNobody = edge.chargers.call("CP2", call);
  another.socket.terminate();
  await edge.clock.advance(0);
  assertEquals(await forNobody, { kind: "gone" });
});

Deno.test("limit() fails where no charger is there to take it", async () => {
  const edge = await createEdge();
  const failed = {
    kind: "failed",
    reason: "the charger is not connected",
    answered: true,
  } as const;
  const limit = { limitAmps: 10, validForMs: 60_000, urgent: false };
  assertEquals(await edge.chargers.limit(1, limit), failed);
  assertEquals(await edge.chargers.limit(99, limit), failed);
});

Deno.test("an adopted charger is told of at once, and let in when it comes next", async () => {
  const edge = await createEdge({ known: [] });
  const { admission } = edge.listener.connect({
    url: "/ocpp/CP9",
    authorization: `Basic ${btoa("CP9:mine")}`,
  });
  assertEquals(admission.kind, "refuse");
  assertEquals(edge.chargers.waiting().length, 1);
  const told: string[] = [];
  edge.events.on("charger", ({ chargerId }) => told.push(chargerId));
  await edge.chargers.adopt("CP9");
  assertEquals(told, ["CP9"]);
  assertEquals(edge.chargers.refusals().map(({ reason }) => reason), ["unknown identity"]);
  await edge.connect("CP9", { authorization: `Basic ${btoa("CP9:mine")}` });
  assertEquals(edge.site.isConnected("CP9"), true);
});

// The end (ruling 16)

Deno.test("close() closes every charger with 1012, stops listening and leaves no timer", async () => {
  const edge = await createEdge();
  const first = await edge.arrive("CP1");
  const second = await edge.connect("CP2");
  assertEquals(await closeEdge(edge), 0);
  assertEquals([first.closed(), second.closed()], [
    "1012 gateway restarts",
    "1012 gateway restarts",
  ]);
  assert(!edge.listener.isOpen());
  assertEquals(edge.chargers.stations(), []);
});

Deno.test("close() waits two seconds for a charger that does not answer, not longer", async () => {
  const edge = await createEdge();
  const { pair } = await wire(edge);
  pair.cut();
  let closedAtMs: number | null = null;
  const startMs = edge.clock.monoMs();
  const closing = edge.chargers.close().then(() => closedAtMs = edge.clock.monoMs() - startMs);
  await edge.clock.advance(10_000);
  await closing;
  assertEquals(closedAtMs, 2_000);
  assertEquals([edge.chargers.stations(), edge.clock.pending()], [[], 0]);
});

Deno.test("a charger that is just coming in when the gateway closes is closed too", async () => {
  const edge = await createEdge();
  const { pair } = edge.listener.connect({ url: "/ocpp/CP1", ...BASIC });
  if (pair === null) throw new Error("CP1 was not let in");
  const charger = createFramePeer(pair.far, edge.clock);
  assertEquals(await closeEdge(edge), 0);
  assertEquals(charger.closed(), "1012 gateway restarts");
});

Deno.test("a charger that waits for its old connection's ping when the gateway closes is closed too", async () => {
  const edge = await createEdge();
  const old = await wire(edge);
  old.pair.cut();
  const second = await edge.connect("CP1");
  assertEquals(await closeEdge(edge), 0);
  assertEquals(second.closed(), "1012 gateway restarts");
  assertEquals(edge.chargers.stations(), []);
});
