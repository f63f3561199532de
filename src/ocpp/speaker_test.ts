import { assertEquals } from "@std/assert";
import { createFramePeer } from "../../test/support/frame_peer.ts";
import { assume } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import {
  createSpeaker,
  type Dialect,
  dialect16,
  type FrameSocket,
  type InsideCall,
  type PeerOptions,
  rpcError,
  type SocketListener,
  type SpeakerListener,
  speechOf,
} from "./mod.ts";

const { check } = await speechOf("ocpp1.6");

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

/** Two ends of a wire that tell each other texts and the end, a turn later. */
function connect(clock: Clock): readonly [FrameSocket, FrameSocket] {
  const listeners: SocketListener[] = [];
  function createEnd(here: 0 | 1): FrameSocket {
    const tell = (there: number, what: (listener: SocketListener) => void) =>
      void clock.after(0, () => listeners.slice(there, there + 1).forEach(what));
    const end = (code: number, reason: string) =>
      [0, 1].forEach((there) => tell(there, (listener) => listener.closed(code, reason)));
    return {
      send: (text) => tell(1 - here, (listener) => listener.message(text)),
      ping: () => tell(here, (listener) => listener.alive("pong")),
      close: end,
      terminate: () => end(1006, ""),
      bufferedBytes: () => 0,
      listen: (listener) => void (listeners[here] = listener),
    };
  }
  return [createEnd(0), createEnd(1)];
}

/** A speaker on virtual time, a peer at the other end, and all that the speaker's owner heard. */
function bench(hears: Partial<SpeakerListener> = {}, dialect: Dialect = dialect16) {
  const clock = createVirtualClock();
  const [near, far] = connect(clock);
  const calls: InsideCall[] = [];
  const closed: string[] = [];
  const log = () => {};
  const speaker = createSpeaker(
    dialect,
    OPTIONS,
    { socket: near, clock, ids: createSeededIds(1), log, spawn: createSpawner(log), check },
    {
      call(call) {
        calls.push(call);
        return Promise.resolve({ ok: true, message: { currentTime: NOW, interval: 0 } });
      },
      closed: (code, reason) => void closed.push(`${code} ${reason}`),
      frame: () => {},
      coerced: () => {},
      oddity: () => {},
      ...hears,
    },
  );
  return { speaker, clock, calls, closed, far: createFramePeer(far, clock) };
}

const NOW = "2026-01-05T06:00:00.000Z";
const RESET = { action: "Reset", message: { type: "OnIdle" } } as const;
/** 1.6 resets whole chargers only. */
const RESET_OF_ONE = { action: "Reset", message: { type: "OnIdle", evseId: 2 } } as const;
const WHOLE_ONLY = [{ path: "", message: "1.6 resets the whole charger only" }];

/** A dialect with a mistake: what it writes is not valid. */
const babbling: Dialect = {
  ...dialect16,
  writeRequest: () => ({ action: "Reset", payload: { type: "Gentle" } }),
};

// Our calls

Deno.test("speaker says a call in the peer's version and gives the answer in ours", async () => {
  const { speaker, clock, far } = bench();
  far.answer("Reset", { status: "Accepted" });
  const outcome = speaker.call(RESET);
  await clock.advance(0);
  assertEquals(far.payloads("Reset"), [{ type: "Soft" }]);
  assertEquals(await outcome, { kind: "answered", message: { status: "Accepted" } });
});

Deno.test("speaker gives an answer with what only its own version says", async () => {
  const { speaker, clock, far } = bench();
  far.answer("GetLocalListVersion", { listVersion: -1 });
  const outcome = speaker.call({ action: "GetLocalListVersion", message: {} });
  await clock.advance(0);
  const notes = [{ at: "versionNumber", inside: 0, original: -1 }];
  assertEquals(await outcome, {
    kind: "answered",
    message: { versionNumber: 0 },
    carry: { dialect: "ocpp1.6", notes },
  });
});

Deno.test("speaker is refused where the peer answers with an error", async () => {
  const { speaker, clock, far } = bench();
  far.answer("Reset", { callError: "NotSupported" });
  const outcome = speaker.call(RESET);
  await clock.advance(0);
  assertEquals(await outcome, { kind: "refused", error: rpcError("NotSupported") });
});

Deno.test("speaker is refused where nobody can read the answer", async () => {
  const { speaker, clock, far } = bench();
  far.answer("Reset", { state: "Accepted" });
  const outcome = speaker.call(RESET);
  await clock.advance(0);
  const refused = await outcome;
  assume(refused.kind === "refused", refused.kind);
  assertEquals(refused.error.code, "OccurrenceConstraintViolation");
});

Deno.test("speaker calls a peer silent that does not answer in time", async () => {
  const { speaker, clock, far } = bench();
  far.answer("Reset", "silence");
  const outcome = speaker.call(RESET);
  await clock.advance(30_000);
  assertEquals(await outcome, { kind: "silent" });
});

Deno.test("speaker calls a peer gone that leaves before it answers, and from then on", async () => {
  const { speaker, clock, far, closed } = bench();
  far.answer("Reset", "silence");
  const outcome = speaker.call(RESET);
  far.socket.close(1001, "bye");
  await clock.advance(0);
  assertEquals([await outcome, closed], [{ kind: "gone" }, ["1001 bye"]]);
  assertEquals(await speaker.call(RESET), { kind: "gone" });
});

Deno.test("speaker calls a peer gone that has too many calls to answer, and lets urgent ones pass", async () => {
  const { speaker, clock, far } = bench();
  far.answer("Reset", { status: "Accepted" });
  void speaker.call(RESET);
  void speaker.call(RESET);
  void speaker.call({ action: "Reset", message: { type: "Immediate" } }, true);
  assertEquals(await speaker.call(RESET), { kind: "gone" });
  await clock.advance(0);
  assertEquals(far.payloads("Reset").map(({ type }) => type), ["Soft", "Hard", "Soft"]);
});

Deno.test("speaker does not say what would mean something else in the peer's version", async () => {
  const { speaker, clock, far } = bench();
  assertEquals(await speaker.call(RESET_OF_ONE), { kind: "unsayable", problems: WHOLE_ONLY });
  await clock.advance(0);
  assertEquals(far.heard, []);
});

Deno.test("speaker does not say what is not valid in the peer's version", async () => {
  const { speaker, clock, far } = bench({}, babbling);
  const outcome = await speaker.call(RESET);
  assume(outcome.kind === "unsayable", outcome.kind);
  assertEquals(outcome.problems.map(({ path }) => path), ["/type"]);
  await clock.advance(0);
  assertEquals(far.heard, []);
});

// Calls that are stored first

Deno.test("speaker prepares a call under a given id and sends it as it was stored", async () => {
  const { speaker, clock, far } = bench();
  far.answer("Reset", { status: "Rejected" });
  const prepared = speaker.prepare("7", RESET);
  assume("outgoing" in prepared, "a call that can be said is prepared");
  assertEquals(prepared, {
    insideAction: "Reset",
    outgoing: { id: "7", action: "Reset", text: '[2,"7","Reset",{"type":"Soft"}]' },
  });
  await clock.advance(0);
  assertEquals(far.heard, []);
  const text = '[2, "7", "Reset", {"type": "Hard"}]';
  const outcome = speaker.send({ ...prepared, outgoing: { ...prepared.outgoing, text } });
  await clock.advance(0);
  assertEquals(await outcome, { kind: "answered", message: { status: "Rejected" } });
  assertEquals(far.heard.map((call) => call.text), [text]);
});

Deno.test("speaker reads the answer to a stored call by its name on the wire and its name inside", async () => {
  const { speaker, clock, far } = bench();
  far.answer("GetConfiguration", { unknownKey: ["Magic"] });
  const component = { name: "OCPPCommCtrlr" };
  const getVariableData = [{ component, variable: { name: "Magic" } }];
  const prepared = speaker.prepare("7", { action: "GetVariables", message: { getVariableData } });
  assume("outgoing" in prepared, "a call that can be said is prepared");
  const outcome = speaker.send(prepared);
  await clock.advance(0);
  const answer = await outcome;
  assume(answer.kind === "answered", answer.kind);
  assertEquals(answer.message.getVariableResult[0]?.attributeStatus, "UnknownVariable");
});

Deno.test("speaker prepares nothing that cannot be said", () => {
  assertEquals(bench().speaker.prepare("7", RESET_OF_ONE), WHOLE_ONLY);
  const problems = bench({}, babbling).speaker.prepare("7", RESET);
  assume(Array.isArray(problems), "what is not valid is not prepared");
  assertEquals(problems.map(({ path }) => path), ["/type"]);
});

// Calls of the peer

Deno.test("speaker hands a call on in the language inside and answers in the peer's", async () => {
  const { far, calls } = bench();
  assertEquals(await far.result("Heartbeat", {}), { currentTime: NOW });
  assertEquals(calls, [{ action: "Heartbeat", message: {} }]);
});

Deno.test("speaker passes an error of its owner on", async () => {
  const error = rpcError("SecurityError", "no");
  const { far } = bench({ call: () => Promise.resolve({ ok: false, error }) });
  const refused = { kind: "error", code: "SecurityError", description: "no" };
  assertEquals(await far.ask("Heartbeat", {}), refused);
});

Deno.test("speaker answers NotSupported to an action that has no place inside", async () => {
  const { far, calls } = bench({}, { ...dialect16, readRequest: () => null });
  assertEquals(await far.ask("Heartbeat", {}), {
    kind: "error",
    code: "NotSupported",
    description: "Heartbeat is not supported here",
  });
  assertEquals(calls, []);
});

// Calls beyond mending

const BROKEN_STOP = { transactionId: 7, meterStop: "a lot", timestamp: NOW, idTag: "ASHA" };

Deno.test("speaker hands on what can be read of the end of a transaction, and answers it", async () => {
  const stops: unknown[] = [];
  const { far, calls } = bench({
    brokenStop(stop) {
      stops.push(stop);
      return Promise.resolve({ message: { idTokenInfo: { status: "Accepted" } } });
    },
  });
  const answer = await far.result("StopTransaction", BROKEN_STOP);
  assertEquals(answer, { idTagInfo: { status: "Accepted" } });
  const idToken = { idToken: "ASHA", type: "Central" };
  assertEquals(stops, [{ transactionNumber: 7, timestamp: NOW, idToken }]);
  assertEquals(calls, []);
});

Deno.test("speaker asks nobody about any other call beyond mending", async () => {
  const stops: unknown[] = [];
  const { far } = bench({
    brokenStop(stop) {
      stops.push(stop);
      return Promise.resolve({ message: {} });
    },
  });
  const { meterStop, ...start } = BROKEN_STOP;
  assertEquals(
    (await far.ask("StartTransaction", { ...start, meterStart: meterStop })).kind,
    "error",
  );
  assertEquals(stops, []);
});

Deno.test("speaker refuses a broken end of a transaction where its owner takes none", async () => {
  const { far, calls } = bench();
  const refused = await far.ask("StopTransaction", BROKEN_STOP);
  assume(refused.kind === "error", refused.kind);
  assertEquals([refused.code, calls], ["TypeConstraintViolation", []]);
});
