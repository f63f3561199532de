import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import {
  type CallAnswer,
  createPeer,
  type FrameSocket,
  loadValidator,
  type PeerListener,
  type PeerOptions,
  rpcError,
  type SocketListener,
} from "./mod.ts";

const check = await loadValidator("ocpp1.6");

const OPTIONS: PeerOptions = {
  link: {
    version: "ocpp1.6",
    frames: { lengthMax: 10_000, depthMax: 16, valuesMax: 1_000 },
    answerTimeoutMs: 30_000,
    queueMax: 2,
    backlogMax: 2,
    unansweredMax: 2,
  },
  pingIntervalMs: 0,
  silenceMaxMs: 25_000,
  bufferedBytesMax: 1_000,
};

/** A socket whose other end is the test. As with real ones, the end of a connection takes a turn. */
function createWire(clock: Clock) {
  let listener: SocketListener | null = null;
  const wire = {
    sent: [] as string[],
    acts: [] as string[],
    bufferedBytes: 0,
    hear: (...frame: unknown[]) => listener?.message(JSON.stringify(frame)),
    alive: () => listener?.alive("pong"),
    end: (code: number, reason = "") => listener?.closed(code, reason),
  };
  const socket: FrameSocket = {
    send: (text) => void wire.sent.push(text),
    ping: () => void wire.acts.push(`ping ${clock.monoMs()}`),
    close: (code, reason) => void wire.acts.push(`close ${code} ${reason}`),
    terminate() {
      wire.acts.push(`terminate ${clock.monoMs()}`);
      clock.after(0, () => wire.end(1006));
    },
    bufferedBytes: () => wire.bufferedBytes,
    listen: (given) => void (listener = given),
  };
  return { wire, socket };
}

/** A peer on virtual time, and all that its owner was told. It answers each call with `{}`. */
function bench(given: Partial<PeerOptions> = {}, hears: Partial<PeerListener> = {}) {
  const clock = createVirtualClock();
  const { wire, socket } = createWire(clock);
  const calls: unknown[] = [];
  const told: string[] = [];
  const frames: string[] = [];
  const logged: string[] = [];
  const log = (level: string, event: string) => void logged.push(`${level} ${event}`);
  const peer = createPeer(
    { ...OPTIONS, ...given },
    { socket, clock, ids: createSeededIds(1), log, spawn: createSpawner(log), check },
    {
      call(action, payload) {
        calls.push([action, payload]);
        return Promise.resolve({ ok: true, payload: {} });
      },
      closed: (code, reason) => void told.push(`closed ${code} ${reason}`),
      frame: (direction, text) => void frames.push(`${direction} ${text}`),
      coerced: (action, all) => all.forEach(({ kind }) => void told.push(`${action}: ${kind}`)),
      oddity: (what, detail) => void told.push(`${what}: ${detail}`),
      ...hears,
    },
  );
  return {
    peer,
    clock,
    wire,
    calls,
    told,
    frames,
    logged,
    /** The frames that went out. */
    out: () => wire.sent.map((text) => JSON.parse(text)),
    /** Answers the call that went out last. */
    reply: (payload: unknown) => wire.hear(3, JSON.parse(wire.sent.at(-1) ?? "")[1], payload),
    reset: (urgent = false) => peer.call("Reset", { type: urgent ? "Hard" : "Soft" }, urgent),
    /** Says a call and waits for what goes out. */
    async ask(action: string, payload: unknown, id = "1") {
      wire.hear(2, id, action, payload);
      await clock.settle();
      return JSON.parse(wire.sent.at(-1) ?? "null");
    },
  };
}

// Our calls

Deno.test("peer sends a call and resolves with its answer", async () => {
  const { peer, out, reset, reply } = bench();
  const outcome = reset();
  assertEquals(out(), [[2, createSeededIds(1).uuid(), "Reset", { type: "Soft" }]]);
  assertEquals(peer.isIdle(), false);
  reply({ status: "Accepted" });
  assertEquals(await outcome, { kind: "result", payload: { status: "Accepted" } });
  assertEquals(peer.isIdle(), true);
});

Deno.test("peer does not send a call that is not valid, however little is wrong with it", async () => {
  const { peer, wire, frames } = bench();
  for (const payload of [{ type: "Gentle" }, { type: "Soft", more: 1 }, {}]) {
    const outcome = await peer.call("Reset", payload);
    assume(outcome.kind === "unsendable", outcome.kind);
    assertEquals(outcome.problems.length, 1);
  }
  assertEquals([wire.sent, frames, peer.isIdle()], [[], [], true]);
});

Deno.test("peer mends an answer and tells what it mended", async () => {
  const { peer, reply, told } = bench();
  const outcome = peer.call("GetConfiguration", {});
  reply({ configurationKey: [{ key: "A", readonly: false, value: 7 }] });
  assertEquals(await outcome, {
    kind: "result",
    payload: { configurationKey: [{ key: "A", readonly: false, value: "7" }] },
  });
  assertEquals(told, ["GetConfiguration: number-for-text"]);
});

Deno.test("peer calls an answer beyond mending invalid, and goes on with the next call", async () => {
  const { reset, reply, out } = bench();
  const [outcome, next] = [reset(), reset()];
  reply({ state: "Accepted" });
  const { kind, ...rest } = await outcome;
  assume(kind === "invalid-answer" && "error" in rest, kind);
  assertEquals(rest.error.code, "OccurrenceConstraintViolation");
  assertEquals(out().length, 2);
  reply({ status: "Rejected" });
  assertEquals((await next).kind, "result");
});

Deno.test("peer resolves a call with the error that came for it", async () => {
  const { reset, wire, out } = bench();
  const outcome = reset();
  wire.hear(4, out()[0][1], "FormationViolation", "no", {});
  assertEquals(await outcome, { kind: "error", error: rpcError("FormatViolation", "no") });
});

Deno.test("peer refuses a call when too many wait, and sends an urgent one of them first", async () => {
  const { reset, reply, out } = bench();
  for (const urgent of [false, false, true]) void reset(urgent);
  assertEquals(await reset(true), { kind: "queue-full" });
  reply({ status: "Accepted" });
  assertEquals(out().map((frame) => frame[3].type), ["Soft", "Hard"]);
});

Deno.test("peer gives a call up after its time, and tells of an answer that comes later", async () => {
  const { reset, clock, wire, told, out } = bench();
  const outcome = reset();
  await clock.advance(29_999);
  assertEquals(clock.pending(), 1);
  await clock.advance(1);
  assertEquals(await outcome, { kind: "timeout" });
  const id = out()[0][1];
  wire.hear(3, id, { status: "Accepted" });
  assertEquals([told, wire.acts, clock.pending()], [[`late-answer: ${id}`], [], 0]);
});

Deno.test("peer drops a connection on which two calls in a row had no answer", async () => {
  const { peer, reset, clock, wire, told, logged } = bench();
  const outcomes = [reset(), reset(), reset()];
  await clock.advance(60_000);
  const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
  assertEquals(kinds, ["timeout", "timeout", "closed"]);
  assertEquals([wire.acts, wire.sent.length], [["terminate 60000"], 2]);
  const oddity = "stopped-answering: 2 calls in a row had no answer";
  assertEquals([told, logged], [[oddity, "closed 1006 "], ["warning peer_given_up"]]);
  assertEquals([peer.isIdle(), clock.pending()], [false, 0]);
});

Deno.test("peer prepares the very bytes that it would send, and sends them as they were stored", async () => {
  const { peer, wire, reset, reply } = bench();
  const problems = peer.prepare("1", "Reset", { type: "Gentle" });
  assume(Array.isArray(problems), "an invalid call is not prepared");
  assertEquals(problems.map(({ path }) => path), ["/type"]);
  const prepared = peer.prepare(createSeededIds(1).uuid(), "Reset", { type: "Soft" });
  assume("text" in prepared, "a valid call is prepared");
  assertEquals(wire.sent, []);
  const first = reset();
  assertEquals(wire.sent, [prepared.text]);
  reply({ status: "Accepted" });
  await first;
  // Its spaces show that it is not written anew.
  const stored = { ...prepared, text: prepared.text.replaceAll(",", " , ") };
  const again = peer.send(stored);
  assertEquals(wire.sent, [prepared.text, stored.text]);
  reply({ status: "Rejected" });
  assertEquals(await again, { kind: "result", payload: { status: "Rejected" } });
});

// Calls of the other side

Deno.test("peer hands a call on, mended, and answers it", async () => {
  const { ask, calls, told } = bench();
  const status = { connectorId: 1, errorCode: "NoError", status: "Available" };
  assertEquals(await ask("StatusNotification", { ...status, connectorId: "1" }), [3, "1", {}]);
  assertEquals(calls, [["StatusNotification", status]]);
  assertEquals(told, ["StatusNotification: text-for-number"]);
});

Deno.test("peer passes an error of its owner on, in the spelling of the version", async () => {
  const error = rpcError("FormatViolation", "no", { why: 1 });
  const { ask } = bench({}, { call: () => Promise.resolve({ ok: false, error }) });
  assertEquals(await ask("Heartbeat", {}), [4, "1", "FormationViolation", "no", { why: 1 }]);
});

Deno.test("peer answers InternalError where our own answer is not valid, and logs it", async () => {
  const { ask, logged } = bench();
  assertEquals(await ask("Heartbeat", {}), [4, "1", "InternalError", "", {}]);
  assertEquals(logged, ["error answer_not_valid"]);
  const status = { connectorId: 1, errorCode: "NoError", status: "Available" };
  assertEquals(await ask("StatusNotification", status, "2"), [3, "2", {}]);
});

Deno.test("peer answers InternalError where its owner throws, and takes the next call", async () => {
  const failures = [
    () => Promise.reject(new Error("disk full")),
    () => {
      throw new Error("no disk");
    },
  ];
  for (const call of failures) {
    const { ask, logged } = bench({}, { call });
    assertEquals(await ask("Heartbeat", {}, "1"), [4, "1", "InternalError", "", {}]);
    assertEquals(await ask("Heartbeat", {}, "2"), [4, "2", "InternalError", "", {}]);
    assertEquals(logged, ["error answer_failed", "error answer_failed"]);
  }
});

Deno.test("peer refuses a call beyond mending, unless its owner salvages it", async () => {
  const refusal = [4, "1", "OccurenceConstraintViolation"];
  const plain = bench();
  assertEquals((await plain.ask("Authorize", { tag: "ASHA" })).slice(0, 3), refusal);
  const asked: unknown[] = [];
  const salvaging = bench({}, {
    salvage(action, remains) {
      asked.push([action, remains]);
      const answer = { ok: true, payload: { idTagInfo: { status: "Invalid" } } } as const;
      return Promise.resolve(action === "Authorize" ? answer : null);
    },
  });
  const saved = await salvaging.ask("Authorize", { tag: "ASHA" });
  assertEquals(saved, [3, "1", { idTagInfo: { status: "Invalid" } }]);
  const lost = await salvaging.ask("Magic", { spell: 1 }, "2");
  assertEquals(lost.slice(0, 3), [4, "2", "NotImplemented"]);
  assertEquals(asked, [["Authorize", {}], ["Magic", { spell: 1 }]]);
  assertEquals([plain.calls, salvaging.calls], [[], []]);
});

Deno.test("peer holds what its owner salvages against the schema, like any answer", async () => {
  const salvage = () => Promise.resolve({ ok: true, payload: { junk: 1 } } as const);
  const { ask, logged } = bench({}, { salvage });
  const answer = await ask("Authorize", { tag: "ASHA" });
  assertEquals(answer.slice(0, 3), [4, "1", "InternalError"]);
  assertEquals(logged, ["error answer_not_valid"]);
});

Deno.test("peer counts a SEND, which nobody here takes, as odd", () => {
  const { wire, told } = bench({ link: { ...OPTIONS.link, version: "ocpp2.1" } });
  wire.hear(6, "1", "NotifyPeriodicEventStream", {});
  assertEquals([told, wire.sent], [["unknown-type: SEND NotifyPeriodicEventStream"], []]);
});

// Signs of life

Deno.test("peer pings at its interval, and drops a connection that was silent for too long", async () => {
  const { clock, wire, told } = bench({ pingIntervalMs: 10_000 });
  await clock.advance(100_000);
  assertEquals(wire.acts, ["ping 10000", "ping 20000", "terminate 30000"]);
  assertEquals([told, clock.pending()], [["closed 1006 "], 0]);
});

Deno.test("peer waits longer for one that never answered a ping, and tells of it", async () => {
  const patience = { pingIntervalMs: 10_000, mutedSilenceMaxMs: 50_000 };
  const muted = bench(patience);
  await muted.clock.advance(100_000);
  assertEquals(muted.wire.acts.at(-1), "terminate 50000");
  assertEquals(muted.told, ["no-pong: 30000 ms", "no-pong: 40000 ms", "closed 1006 "]);
  const other = bench(patience);
  await other.clock.advance(10_000);
  other.wire.alive();
  await other.clock.advance(100_000);
  assertEquals(other.wire.acts.at(-1), "terminate 40000");
});

Deno.test("peer watches one that must not be pinged all the same", async () => {
  const { clock, wire } = bench({ pingIntervalMs: 10_000, withoutPings: true });
  await clock.advance(100_000);
  assertEquals(wire.acts, ["terminate 30000"]);
});

Deno.test("peer takes any frame for a sign of life, even one that it cannot read", async () => {
  type Wire = ReturnType<typeof bench>["wire"];
  const signs: ((wire: Wire) => void)[] = [
    (wire) => wire.alive(),
    (wire) => wire.hear(2, "1", "Heartbeat", {}),
    (wire) => wire.hear("nonsense"),
  ];
  for (const sign of signs) {
    const { clock, wire } = bench({ pingIntervalMs: 10_000 });
    await clock.advance(15_000);
    sign(wire);
    await clock.advance(24_999);
    assertEquals(wire.acts, ["ping 10000", "ping 20000", "ping 30000"]);
    await clock.advance(1);
    assertEquals(wire.acts.at(-1), "terminate 40000");
  }
});

Deno.test("peer never pings where the interval is 0", async () => {
  const { clock, wire } = bench({ pingIntervalMs: 0 });
  assertEquals(clock.pending(), 0);
  await clock.advance(86_400_000);
  assertEquals(wire.acts, []);
});

Deno.test("peer.probe() pings, and is true for each who asked when anything comes", async () => {
  const { peer, clock, wire } = bench();
  for (const sign of [() => wire.alive(), () => wire.hear(3, "nobody's", {})]) {
    const probes = [peer.probe(5_000), peer.probe(6_000)];
    assertEquals([wire.acts.splice(0).length, clock.pending()], [2, 2]);
    sign();
    assertEquals(await Promise.all(probes), [true, true]);
    assertEquals(clock.pending(), 0);
  }
});

Deno.test("peer.probe() is false when nothing comes in time, and at once when it is closed", async () => {
  const { peer, clock, wire } = bench();
  let isAlive: boolean | null = null;
  const probe = peer.probe(5_000).then((result) => isAlive = result);
  await clock.advance(4_999);
  assertEquals(isAlive, null);
  await clock.advance(1);
  assertEquals(await probe, false);
  wire.acts.length = 0;
  wire.end(1001);
  assertEquals([await peer.probe(5_000), wire.acts, clock.pending()], [false, [], 0]);
});

Deno.test("peer.probe() is false at once when the connection ends meanwhile, and leaves no timer", async () => {
  const { peer, clock, wire } = bench();
  const probe = peer.probe(5_000);
  wire.end(1006);
  assertEquals([await probe, clock.pending()], [false, 0]);
});

Deno.test("peer drops a connection on which more bytes pile up than it allows", () => {
  const { reset, reply, wire } = bench();
  wire.bufferedBytes = 1_000;
  void reset();
  assertEquals(wire.acts, []);
  wire.bufferedBytes = 1_001;
  reply({ status: "Accepted" });
  void reset();
  assertEquals(wire.acts, ["terminate 0"]);
});

// The end

Deno.test("peer ends calls that wait as closed, tells the end once and leaves no timer", async () => {
  const { peer, reset, clock, wire, told } = bench({ pingIntervalMs: 10_000 });
  await clock.advance(10_000);
  const outcomes = [reset(), reset()];
  assertEquals(clock.pending(), 2);
  wire.end(1001, "bye");
  wire.end(1006);
  assertEquals(await Promise.all(outcomes), [{ kind: "closed" }, { kind: "closed" }]);
  assertEquals([told, clock.pending()], [["closed 1001 bye"], 0]);
  const late = { id: "1", action: "Reset", text: "late" };
  assertEquals([await reset(), await peer.send(late)], [{ kind: "closed" }, { kind: "closed" }]);
  assertEquals([wire.sent.length, peer.isIdle(), clock.pending()], [1, false, 0]);
});

Deno.test("peer keeps an answer to itself that is ready after the end", async () => {
  const { promise, resolve } = Promise.withResolvers<CallAnswer>();
  const { wire, clock, logged } = bench({}, { call: () => promise });
  wire.hear(2, "1", "Heartbeat", {});
  wire.end(1001);
  resolve({ ok: false, error: rpcError("GenericError") });
  await clock.settle();
  assertEquals([wire.sent, logged], [[], []]);
});

Deno.test("peer closes and drops the connection as it is told", () => {
  const { peer, wire } = bench();
  peer.close(1012, "gateway restarts");
  peer.terminate();
  assertEquals(wire.acts, ["close 1012 gateway restarts", "terminate 0"]);
});

Deno.test("peer tells every frame of either direction as it is, in order", async () => {
  const { reset, reply, ask, wire, frames, told } = bench();
  void reset();
  reply({ status: "Accepted" });
  await ask("Authorize", {});
  wire.hear("nonsense");
  const id = createSeededIds(1).uuid();
  assertEquals(frames.slice(0, 3), [
    `out [2,"${id}","Reset",{"type":"Soft"}]`,
    `in [3,"${id}",{"status":"Accepted"}]`,
    'in [2,"1","Authorize",{}]',
  ]);
  assertEquals(frames.slice(3), [`out ${wire.sent[1]}`, 'in ["nonsense"]', `out ${wire.sent[2]}`]);
  assertEquals(told, ["unreadable: Message type is not a number"]);
});

// What is counted

/** What a peer tells of its calls and of frames that it did not take. */
function countingBench() {
  const ended: string[] = [];
  const rejected: string[] = [];
  const told = bench({}, {
    ended: (how, waitedMs) => void ended.push(`${how} ${waitedMs}`),
    rejected: (reason) => void rejected.push(reason),
  });
  return { ...told, ended, rejected };
}

Deno.test("peer tells how long each call took from when it was sent, not from when it began to wait", async () => {
  const { reset, reply, clock, wire, out, ended } = countingBench();
  const both = [reset(), reset()];
  await clock.advance(400);
  reply({ status: "Accepted" });
  await clock.advance(50);
  wire.hear(4, out()[1][1], "GenericError", "", {});
  await Promise.all(both);
  assertEquals(ended, ["result 400", "error 50"]);
});

Deno.test("peer tells of calls that nobody answered, and of those that a broken connection took along", async () => {
  const { reset, clock, wire, ended } = countingBench();
  const calls = [reset(), reset(), reset()];
  await clock.advance(30_000);
  await clock.advance(700);
  wire.end(1006);
  await Promise.all(calls);
  // The third was never sent.
  assertEquals(ended, ["timeout 30000", "closed 700"]);
});

Deno.test("peer tells of each frame that it did not take, and why", async () => {
  const { ask, wire, clock, reset, reply, rejected } = countingBench();
  await ask("Heartbeat", {}, "good");
  await ask("Heartbeat", {}, "good");
  assertEquals(rejected, []);
  wire.hear(2);
  wire.hear(99, "x", {});
  wire.hear(3, "nobody asked", {});
  await ask("Fly", {}, "2");
  await ask("StartTransaction", { connectorId: "one" }, "3");
  const answered = reset();
  reply({ status: 7 });
  await answered;
  await clock.settle();
  assertEquals(rejected, [
    "unreadable",
    "unknown-type",
    "late-answer",
    "invalid-call",
    "invalid-call",
    "invalid-answer",
  ]);
});

Deno.test("a call that is answered although nobody can read it all was taken", async () => {
  const rejected: string[] = [];
  const { ask } = bench({}, {
    salvage: () => Promise.resolve({ ok: true, payload: {} }),
    rejected: (reason) => void rejected.push(reason),
  });
  await ask("StopTransaction", { transactionId: "many" });
  assertEquals(rejected, []);
});
