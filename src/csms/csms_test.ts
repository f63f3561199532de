import { assert, assertEquals } from "@std/assert";
import { beginTransaction, endTransactionOn } from "../../test/support/books.ts";
import { isoTime } from "../lib/clock.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

const REFUSED = { kind: "failed", reason: "connection refused", httpStatus: null } as const;
const UNAUTHORIZED = { kind: "failed", reason: "HTTP 401", httpStatus: 401 } as const;
const ASHA = { idToken: "ASHA", type: "Central" } as const;

const dialledAtMs = ({ dialer }: Upstream) => dialer.requests.map(({ atMs }) => atMs);
const statuses = (upstream: Upstream) =>
  upstream.peer().payloads("StatusNotification").map(({ connectorId, status }) => [
    connectorId,
    status,
  ]);

// Dialling

Deno.test("the CSMS is dialled as site.yaml says", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  const [request] = upstream.dialer.requests;
  assertEquals(request && { ...request, atMs: 0 }, {
    url: "wss://csms.example.com/ocpp",
    identity: "PUNE-1",
    password: "secret",
    protocols: ["ocpp1.6"],
    compression: true,
    timeoutMs: 20_000,
    tls: { ca: null, own: null, moreCa: [] },
    atMs: 0,
  });
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("while nobody answers, the waits between attempts grow and then stay (2.1 Part 4 §5.3)", async () => {
  const upstream = await openUpstream();
  upstream.dialer.policy = REFUSED;
  upstream.peers[0]?.socket.terminate();
  await upstream.clock.advance(160_000);
  const atMs = dialledAtMs(upstream);
  const waits = atMs.slice(1).map((each, index) => each - (atMs[index] ?? 0));
  assertEquals(waits, [5_000, 10_000, 20_000, 40_000, 40_000, 40_000]);
  assertEquals(upstream.csms.status().trouble, "connection refused");
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a connection that stood makes the next wait the shortest again", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.dialer.policy = REFUSED;
  upstream.peer().socket.terminate();
  await upstream.clock.advance(60_000);
  upstream.dialer.policy = { kind: "open" };
  await upstream.clock.advance(60_000);
  assert(upstream.csms.isOnline());
  const before = upstream.dialer.requests.length;
  upstream.peer().socket.terminate();
  await upstream.clock.advance(5_000);
  assertEquals(upstream.dialer.requests.length, before + 1);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("HTTP 401 is an alarm, without a hot loop, and over when the CSMS lets us in", async () => {
  const upstream = await openUpstream();
  upstream.peers[0]?.socket.terminate();
  upstream.dialer.policy = UNAUTHORIZED;
  await upstream.clock.advance(60_000);
  assert(upstream.dialer.requests.length < 8);
  const credentials = () =>
    upstream.faults.filter(({ kind }) => kind === "csms-credentials").map(({ state }) => state);
  assert(credentials().includes("raised"));
  upstream.dialer.policy = { kind: "open" };
  await upstream.clock.advance(60_000);
  assertEquals(credentials().at(-1), "over");
  assertEquals(await stopUpstream(upstream), 0);
});

for (const protocol of ["ocpp2.0.1", "", "nonsense"]) {
  Deno.test(`a CSMS that answers with the version "${protocol}" is left, and dialled again later`, async () => {
    const upstream = await openUpstream();
    upstream.peers[0]?.socket.terminate();
    upstream.dialer.policy = { kind: "open", protocol };
    await upstream.clock.advance(6_000);
    assertEquals(upstream.peers[1]?.closed(), "1002 no common OCPP version");
    assertEquals(
      upstream.csms.status().trouble,
      `the CSMS chose "${protocol}", which was not offered`,
    );
    assertEquals(upstream.csms.isOnline(), false);
    assertEquals(await stopUpstream(upstream), 0);
  });
}

// Registration (1.6 §4.2)

Deno.test("the first word is a BootNotification of the gateway itself", async () => {
  const upstream = await openUpstream();
  await upstream.clock.advance(0);
  assertEquals(upstream.peer().heard.map(({ action, payload }) => [action, payload]), [[
    "BootNotification",
    {
      chargePointVendor: "Sangam",
      chargePointModel: "Gateway",
      chargePointSerialNumber: "SN-1",
      firmwareVersion: "1.0.0",
    },
  ]]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("once accepted, the CSMS may speak first, and is then told of the site and every slot", async () => {
  const upstream = await openUpstream();
  await upstream.clock.advance(499);
  assertEquals(upstream.heard(), ["BootNotification"]);
  await upstream.clock.advance(1);
  assertEquals(statuses(upstream), [[0, "Available"], [1, "Unavailable"], [2, "Unavailable"]]);
  assertEquals(upstream.csms.status().registration, "accepted");
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("on a later connection the gateway does not boot again, and tells every state anew", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.peer().socket.terminate();
  await upstream.clock.advance(6_000);
  assertEquals(upstream.peers.length, 2);
  assertEquals(upstream.heard(), Array(3).fill("StatusNotification"));
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("while the CSMS says Pending nothing goes up, and the gateway boots again when it said", async () => {
  const upstream = await openUpstream();
  upstream.answer("BootNotification", {
    status: "Pending",
    currentTime: isoTime(upstream.clock.wallMs()),
    interval: 30,
  });
  await upstream.clock.advance(0);
  await beginTransaction(upstream, 1);
  upstream.events.emit("evse", { slot: 1 });
  upstream.csms.meterValues(1, { message: { evseId: 1, meterValue: [] } });
  await upstream.clock.advance(29_999);
  assertEquals(upstream.heard(), ["BootNotification"]);
  assertEquals([upstream.csms.isOnline(), await upstream.csms.authorize(ASHA)], [false, null]);
  await upstream.clock.advance(1);
  assertEquals(upstream.heard(), ["BootNotification", "BootNotification"]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a CSMS that says Pending hears what it triggers, and nothing else", async () => {
  const upstream = await openUpstream();
  upstream.answer("BootNotification", {
    status: "Pending",
    currentTime: isoTime(upstream.clock.wallMs()),
    interval: 300,
  });
  await upstream.clock.advance(0);
  upstream.events.emit("evse", { slot: 2 });
  for (
    const message of [
      { requestedMessage: "StatusNotification", connectorId: 1 },
      { requestedMessage: "Heartbeat" },
    ]
  ) {
    assertEquals(await upstream.peer().result("TriggerMessage", message), { status: "Accepted" });
    await upstream.clock.advance(1_000);
  }
  assertEquals(upstream.heard(), ["BootNotification", "StatusNotification", "Heartbeat"]);
  assertEquals(statuses(upstream), [[1, "Unavailable"]]);
  const trigger = { requestedMessage: "BootNotification" };
  upstream.answer("BootNotification", {
    status: "Accepted",
    currentTime: isoTime(upstream.clock.wallMs()),
    interval: 300,
  });
  await upstream.peer().result("TriggerMessage", trigger);
  await upstream.settle();
  assert(upstream.csms.isOnline());
  assertEquals(statuses(upstream).length, 4, "and now everything is told");
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a CSMS that says Rejected hears nothing at all until its time is over", async () => {
  const upstream = await openUpstream();
  upstream.answer("BootNotification", {
    status: "Rejected",
    currentTime: isoTime(upstream.clock.wallMs()),
    interval: 60,
  });
  await upstream.clock.advance(0);
  await upstream.peer().ask("TriggerMessage", { requestedMessage: "Heartbeat" });
  await upstream.clock.advance(59_999);
  assertEquals(upstream.heard(), ["BootNotification"]);
  await upstream.clock.advance(1);
  assertEquals(upstream.heard().length, 2);
  assertEquals(await stopUpstream(upstream), 0);
});

for (
  const [what, answer, waitMs] of [
    ["answers with an error", { callError: "InternalError" }, 10_000],
    ["does not answer", "silence", 40_000],
  ] as const
) {
  Deno.test(`a CSMS that ${what} to BootNotification is asked again`, async () => {
    const upstream = await openUpstream();
    upstream.answer("BootNotification", answer);
    await upstream.clock.advance(waitMs - 1);
    assertEquals(upstream.heard(), ["BootNotification"]);
    await upstream.clock.advance(1);
    assertEquals(upstream.heard(), ["BootNotification", "BootNotification"]);
    assertEquals(await stopUpstream(upstream), 0);
  });
}

// Heartbeats and time

Deno.test("a heartbeat goes when nothing else did for the interval of the BootNotification", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  const before = upstream.heard().length;
  await upstream.clock.advance(200_000);
  upstream.site.setConnected("CP1", true);
  upstream.events.emit("evse", { slot: 1 });
  const lastWordMs = upstream.clock.monoMs();
  upstream.site.orderAvailability({ slot: 0, operative: false, orderedBy: "csms", orderedAtMs: 0 });
  upstream.events.emit("evse", { slot: 0 });
  await upstream.clock.advance(400_000);
  const later = upstream.peer().heard.slice(before);
  assertEquals(later.map(({ action }) => action), ["StatusNotification", "Heartbeat"]);
  assertEquals((later[1]?.atMs ?? 0) - lastWordMs, 300_000);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("ChangeConfiguration of HeartbeatInterval is obeyed, and reads back what the boot said before", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  const asked = { key: ["HeartbeatInterval"] };
  const { configurationKey } = Object(await upstream.peer().result("GetConfiguration", asked));
  assertEquals(configurationKey[0].value, "300");
  const change = { key: "HeartbeatInterval", value: "20" };
  assertEquals(await upstream.peer().result("ChangeConfiguration", change), { status: "Accepted" });
  await upstream.clock.advance(301_000);
  const beats = upstream.peer().heard.filter(({ action }) => action === "Heartbeat");
  const [first = 0, second = 0] = beats.map(({ atMs }) => atMs);
  assertEquals(second - first, 20_000);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("the CSMS's clock is measured with every boot and heartbeat", async () => {
  const upstream = await openUpstream();
  upstream.answer("BootNotification", {
    status: "Accepted",
    currentTime: isoTime(upstream.clock.wallMs() + 7_000),
    interval: 300,
  });
  await upstream.clock.advance(0);
  assertEquals(upstream.csms.status().clockOffsetMs, 7_000);
  upstream.peer().answer("Heartbeat", () => ({
    currentTime: isoTime(upstream.clock.wallMs() - 2_000),
  }));
  await upstream.clock.advance(301_000);
  assertEquals(upstream.csms.status().clockOffsetMs, -2_000);
  assertEquals(await stopUpstream(upstream), 0);
});

// Questions

for (let microtasks = 0; microtasks < 24; microtasks++) {
  Deno.test(`a question goes up at once though the link is just about to rest, ${microtasks} promises later`, async () => {
    const upstream = await openUpstream();
    await upstream.settle();
    let answer: Promise<unknown> = Promise.resolve("never asked");
    const unlisten = upstream.events.on("message", ({ peer, direction }) => {
      if (peer !== "csms" || direction !== "in") return;
      unlisten();
      upstream.spawn("ask", async () => {
        for (let count = 0; count < microtasks; count++) await Promise.resolve();
        answer = upstream.csms.authorize(ASHA);
      });
    });
    // The answer to this heartbeat is what the link acts on before it rests.
    await upstream.clock.advance(299_500);
    await upstream.clock.advance(0);
    assertEquals(upstream.heard().slice(-2), ["Heartbeat", "Authorize"]);
    assertEquals(await answer, { status: "Accepted" });
    assertEquals(await stopUpstream(upstream), 0);
  });
}

Deno.test("a question that the CSMS does not answer ends with nothing, and drivers are not sent to it any more", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.answer("Authorize", "silence");
  const answer = upstream.csms.authorize(ASHA);
  await upstream.clock.advance(29_999);
  assertEquals(upstream.csms.isOnline(), true);
  await upstream.clock.advance(1);
  assertEquals([await answer, upstream.csms.isOnline()], [null, false]);
  upstream.answer("Authorize", { idTagInfo: { status: "Accepted" } });
  await upstream.clock.advance(300_000);
  assertEquals(upstream.csms.isOnline(), true, "a heartbeat was answered");
  assertEquals(await stopUpstream(upstream), 0);
});

/** Asks, and gives up after so long, as a driver's charger does. */
async function askInVain(upstream: Upstream, forMs: number): Promise<void> {
  const waiting = new AbortController();
  upstream.spawn("ask", () => upstream.csms.authorize(ASHA, waiting.signal));
  await upstream.clock.advance(forMs);
  waiting.abort();
}

Deno.test("a CSMS that let somebody wait in vain counts as away at once, until it says anything", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.answer("Authorize", "silence");
  await askInVain(upstream, 1_800);
  assertEquals(upstream.csms.isOnline(), false);
  await upstream.clock.advance(28_200);
  assertEquals(upstream.csms.isOnline(), false);
  // The question is over; a heartbeat finds out soon, whatever its interval is.
  await upstream.clock.advance(10_000);
  assertEquals(upstream.csms.isOnline(), true);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("who gives up while nothing was said to the CSMS does not make it silent", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  const waiting = new AbortController();
  const answer = upstream.csms.authorize(ASHA, waiting.signal);
  await upstream.clock.advance(0);
  waiting.abort();
  assertEquals([await answer, upstream.csms.isOnline()], [{ status: "Accepted" }, true]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a silent CSMS that is connected to anew has to speak before drivers wait for it", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  for (const action of ["Authorize", "Heartbeat", "StatusNotification"]) {
    upstream.answer(action, "silence");
  }
  await askInVain(upstream, 1_800);
  await upstream.clock.advance(120_000);
  assert(upstream.peers.length > 1);
  assertEquals(upstream.csms.isOnline(), false);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a CSMS that answers with errors is there: it answers", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.answer("Heartbeat", { callError: "NotSupported" });
  upstream.answer("Authorize", { callError: "InternalError" });
  assertEquals(await withTime(upstream, upstream.csms.authorize(ASHA)), null);
  await upstream.clock.advance(301_000);
  assertEquals(upstream.csms.isOnline(), true);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("two calls without an answer, and the connection is given up and made anew", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.answer("Authorize", "silence");
  const answers = [1, 2].map(() => upstream.csms.authorize(ASHA));
  await upstream.clock.advance(30_000);
  upstream.answer("Heartbeat", "silence");
  await upstream.clock.advance(400_000);
  assertEquals(await Promise.all(answers), [null, null]);
  assert(upstream.peers.length > 1);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a vendor's message goes up, and its answer comes back", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.answer("DataTransfer", { status: "Accepted", data: "pong" });
  const message = { vendorId: "org.vendor", messageId: "ping", data: "hello" };
  const answer = await withTime(upstream, upstream.csms.dataTransfer(message));
  assertEquals(answer?.message, { status: "Accepted", data: "pong" });
  assertEquals(upstream.peer().payloads("DataTransfer"), [message]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("without a connection nothing is asked and no reading waits for ever", async () => {
  const upstream = await openUpstream();
  upstream.dialer.policy = REFUSED;
  upstream.peers[0]?.socket.terminate();
  await upstream.clock.advance(100);
  upstream.csms.meterValues(1, { message: { evseId: 1, meterValue: [] } });
  assertEquals(await upstream.csms.authorize(ASHA), null);
  assertEquals(await upstream.csms.dataTransfer({ vendorId: "org.vendor" }), null);
  upstream.dialer.policy = { kind: "open" };
  await upstream.clock.advance(60_000);
  assertEquals(upstream.peer().payloads("MeterValues"), []);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("readings outside of sessions go up under the CSMS's number, the newest of a slot, without a transaction", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  for (const value of [1, 2]) {
    upstream.csms.meterValues(2, {
      message: {
        evseId: 1,
        transactionNumber: 0,
        meterValue: [{ timestamp: "2026-01-05T06:00:00Z", sampledValue: [{ value }] }],
      },
    });
  }
  await upstream.clock.advance(0);
  assertEquals(upstream.peer().payloads("MeterValues"), [{
    connectorId: 2,
    meterValue: [{ timestamp: "2026-01-05T06:00:00Z", sampledValue: [{ value: "2" }] }],
  }]);
  assertEquals(await stopUpstream(upstream), 0);
});

// Commands

Deno.test("the answer to a trigger goes out before what it triggered (1.6 §5.17)", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  const frames: string[] = [];
  upstream.events.on("message", ({ peer, direction, text }) => {
    if (peer === "csms" && direction === "out") frames.push(text.slice(1, 2));
  });
  for (const requestedMessage of ["Heartbeat", "StatusNotification"]) {
    await upstream.peer().result("TriggerMessage", { requestedMessage, connectorId: 1 });
    await upstream.clock.advance(0);
  }
  assertEquals(frames, ["3", "2", "3", "2"]);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a charger that never answers does not keep the CSMS waiting beyond 25 s", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.site.setConnected("CP1", true);
  upstream.chargers.outcome = () => null;
  const asked = upstream.peer().ask("UnlockConnector", { connectorId: 1 }, 25_000);
  assertEquals(await asked, { kind: "result", payload: { status: "UnlockFailed" } });
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("the CSMS may speak at any time, also while a call of ours waits for its answer", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.answer("Authorize", "silence");
  const answer = upstream.csms.authorize(ASHA);
  await upstream.clock.advance(0);
  assertEquals(await upstream.peer().result("GetLocalListVersion", {}), { listVersion: 0 });
  await upstream.clock.advance(30_000);
  assertEquals(await answer, null);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("nonsense from the CSMS gets an error and breaks nothing", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  const peer = upstream.peer();
  assertEquals((await peer.ask("Fly", {})).kind, "error");
  assertEquals((await peer.ask("Reset", { type: "Gently" })).kind, "error");
  for (const text of ["{", "[]", '[3,"nobody asked",{}]', '[2,"x"]', "null", "[4,1,2,3,4]"]) {
    peer.socket.send(text);
  }
  await upstream.clock.advance(0);
  assertEquals(await peer.result("GetLocalListVersion", {}), { listVersion: 0 });
  assert(upstream.csms.isOnline());
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("a CSMS that asks first is let finish, but not for ever", async () => {
  for (const [asks, expectedMs] of [[0, 500], [3, 1_700], [60, 10_000]] as const) {
    const upstream = await openUpstream();
    const { clock } = upstream;
    await clock.advance(1);
    const acceptedMs = clock.monoMs();
    for (let ask = 0; ask < asks; ask++) {
      await clock.advance(399);
      await upstream.peer().ask("GetConfiguration", { key: ["HeartbeatInterval"] }, 1);
    }
    await clock.advance(12_000);
    const [first] = upstream.peer().heard.filter(({ action }) => action === "StatusNotification");
    const tookMs = (first?.atMs ?? 0) - acceptedMs;
    assert(Math.abs(tookMs - expectedMs) < 5, `${asks} questions: ${tookMs} ms`);
    assertEquals(await stopUpstream(upstream), 0);
  }
});

Deno.test("a charger's critical security event goes up with its place, and leaves once it is confirmed", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  const { notices, journal, events, clock, store } = upstream;
  const report = async (type: string) => {
    const event = { type, timestamp: "2026-01-05T06:00:00.000Z", techInfo: "lid" };
    await journal.commit(notices.add({ chargerId: "CP1", slot: 1 }, event));
    events.emit("fault", {
      kind: "charger-security-event",
      severity: "warning",
      subject: "CP1",
      text: type,
      state: "raised",
    });
    await clock.advance(1_000);
  };
  const said = () => upstream.peer().payloads("SecurityEventNotification");
  // Not of the security extension: it is asked once, and nothing is lost.
  upstream.answer("SecurityEventNotification", { callError: "NotSupported" });
  await report("TamperDetectionActivated");
  await report("ResetOrReboot");
  assertEquals([said().length, notices.load().rows], [1, 2]);
  upstream.answer("SecurityEventNotification", {});
  upstream.peer().socket.terminate();
  await clock.advance(20_000);
  assertEquals(said().map(({ type, techInfo }) => [type, techInfo]), [
    ["TamperDetectionActivated", "1/CP1: lid"],
    ["ResetOrReboot", "1/CP1: lid"],
  ]);
  const ids = upstream.peers.flatMap(({ heard }) => heard)
    .filter(({ action }) => action === "SecurityEventNotification").map(({ id }) => id);
  assertEquals(new Set(ids).size, 2, "tried again under its id");
  assertEquals([(await store.load(0)).notices.size, notices.load().rows], [0, 0]);
  assertEquals(await stopUpstream(upstream), 0);
});

// One call at a time (quirk of every CSMS: two at once)

Deno.test("at most one call of ours is in flight, whatever is due", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  for (const action of ["Authorize", "StartTransaction", "StatusNotification", "MeterValues"]) {
    upstream.answer(action, "silence");
  }
  const before = upstream.peer().heard.length;
  const answer = upstream.csms.authorize(ASHA);
  await beginTransaction(upstream, 1);
  upstream.events.emit("transaction", { transactionId: "any" });
  upstream.site.setConnected("CP1", true);
  upstream.events.emit("evse", { slot: 1 });
  await upstream.clock.advance(29_999);
  const said = () => upstream.heard().slice(before);
  // The driver does not wait until the frame of the start is on disk.
  assertEquals(said(), ["Authorize"]);
  await upstream.clock.advance(30_000);
  assertEquals(said(), ["Authorize", "StartTransaction"]);
  // Two without an answer end the connection, and the question with it.
  await upstream.clock.advance(1_000);
  assertEquals(await answer, null);
  assertEquals(await stopUpstream(upstream), 0);
});

Deno.test("starts of now go before drivers' questions, those before states, and those before history", async () => {
  const upstream = await openUpstream({ replay: "live-first" });
  await upstream.settle();
  upstream.peer().socket.terminate();
  await upstream.clock.advance(0);
  await beginTransaction(upstream, 1);
  await endTransactionOn(upstream, 1);
  await upstream.clock.advance(5_000);
  await upstream.clock.advance(100);
  const answer = upstream.csms.authorize(ASHA);
  await beginTransaction(upstream, 2, { idToken: "BEN" });
  await upstream.settle();
  assertEquals(await answer, { status: "Accepted" });
  const heard = upstream.heard();
  const at = (action: string, from = 0) => heard.indexOf(action, from);
  assertEquals(
    upstream.peer().payloads("StartTransaction").map(({ connectorId }) => connectorId),
    [2, 1],
  );
  assert(at("Authorize") < at("StopTransaction"), heard.join());
  assert(heard.lastIndexOf("StatusNotification") < at("StopTransaction"), heard.join());
  assertEquals(await stopUpstream(upstream), 0);
});

// The end (ruling 16)

Deno.test("stop() closes the connection with 1012 and dials no more", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  assertEquals(await stopUpstream(upstream), 0);
  assertEquals(upstream.peer().closed(), "1012 gateway restarts");
  assertEquals([upstream.dialer.requests.length, upstream.csms.isOnline()], [1, false]);
});

Deno.test("stop() waits two seconds for a CSMS that does not answer, not longer", async () => {
  const upstream = await openUpstream();
  await upstream.settle();
  upstream.dialer.pairs[0]?.cut();
  const startMs = upstream.clock.monoMs();
  let tookMs: number | null = null;
  const stopping = upstream.csms.stop().then(() => tookMs = upstream.clock.monoMs() - startMs);
  await upstream.clock.advance(10_000);
  await stopping;
  assertEquals([tookMs, upstream.clock.pending()], [2_000, 0]);
});

Deno.test("stop() ends the wait for the next attempt", async () => {
  const upstream = await openUpstream();
  upstream.peers[0]?.socket.terminate();
  await upstream.clock.advance(0);
  assertEquals(await stopUpstream(upstream), 0);
  assertEquals(upstream.dialer.requests.length, 1);
});

Deno.test("stop() in the moment in which the connection opens closes it all the same", async () => {
  const upstream = await openUpstream();
  assertEquals(await stopUpstream(upstream), 0);
  assertEquals(upstream.peers[0]?.closed(), "1012 gateway restarts");
  assertEquals(upstream.heard(), []);
});

/** Lets the promise have what it waits for. */
async function withTime<T>({ clock }: Upstream, promise: Promise<T>): Promise<T> {
  await clock.advance(0);
  return await promise;
}
