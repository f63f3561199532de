import { assert, assertEquals } from "@std/assert";
import type { OcppVersion } from "../version.ts";
import { rpcError, writeCall, writeResult } from "./frame.ts";
import { closeLink, isIdle, linkDeadlineMs, newLink, stepLink } from "./link.ts";
import type { LinkEffect, LinkEvent, LinkOptions } from "./link_events.ts";

const OPTIONS: LinkOptions = {
  version: "ocpp1.6",
  frames: { lengthMax: 10_000, depthMax: 16, valuesMax: 1_000 },
  answerTimeoutMs: 30_000,
  queueMax: 2,
  backlogMax: 2,
  unansweredMax: 3,
};

/** A link that remembers its state, so that a test reads as a conversation. */
function conversation(overrides: Partial<LinkOptions> = {}) {
  const options = { ...OPTIONS, ...overrides };
  let state = newLink();
  function step(event: LinkEvent, nowMs = 0): readonly LinkEffect[] {
    const next = stepLink(state, event, nowMs, options);
    state = next.state;
    return next.effects;
  }
  return {
    state: () => state,
    tick: (nowMs: number) => step({ kind: "tick" }, nowMs),
    receive: (text: string, nowMs = 0) => step({ kind: "received", text }, nowMs),
    submit: (id: string, nowMs = 0, urgent = false) =>
      step({ kind: "submit", id, action: "Reset", payload: {}, urgent }, nowMs),
    answer: (id: string, payload: unknown = {}) =>
      step({ kind: "answered", id, answer: { ok: true, payload } }),
    step,
    close: () => closeLink(state).effects,
  };
}

const send = (text: string): LinkEffect => ({ kind: "send", text });
const settled = (id: string, kind: "timeout" | "queue-full" | "closed"): LinkEffect => ({
  kind: "settle",
  id,
  action: "Reset",
  outcome: { kind },
});
const resulted = (id: string, payload: unknown = {}): LinkEffect => ({
  kind: "settle",
  id,
  action: "Reset",
  outcome: { kind: "result", payload },
});
const reset = (id: string) => writeCall(id, "Reset", {});
const boot = (id: string) => writeCall(id, "BootNotification", {});
const deliver = (id: string): LinkEffect => ({
  kind: "deliver",
  call: { kind: "call", id, action: "BootNotification", payload: {} },
});
const oddities = (effects: readonly LinkEffect[]) =>
  effects.flatMap((effect) => effect.kind === "oddity" ? [effect.what] : []);
const sent = (effects: readonly LinkEffect[]) =>
  effects.flatMap((effect) => effect.kind === "send" ? [JSON.parse(effect.text)] : []);

// Our calls

Deno.test("stepLink() sends a call at once and settles it with the result", () => {
  const link = conversation();
  assertEquals(link.submit("a"), [send(reset("a"))]);
  assertEquals(link.receive(writeResult("a", { ok: 1 })), [resulted("a", { ok: 1 })]);
  assert(isIdle(link.state()));
});

Deno.test("stepLink() settles a call with the peer's CALLERROR", () => {
  const link = conversation();
  link.submit("a");
  assertEquals(link.receive(`[4,"a","FormationViolation","no",{}]`), [{
    kind: "settle",
    id: "a",
    action: "Reset",
    outcome: { kind: "error", error: rpcError("FormatViolation", "no") },
  }]);
});

Deno.test("stepLink() keeps one call in flight and sends the next on its answer", () => {
  const link = conversation();
  link.submit("a");
  assertEquals(link.submit("b"), []);
  assertEquals(link.receive(writeResult("a", {})), [resulted("a"), send(reset("b"))]);
  assertEquals(isIdle(link.state()), false);
});

Deno.test("stepLink() puts urgent calls before those that wait, in their own order", () => {
  const link = conversation({ queueMax: 4 });
  link.submit("in flight");
  link.submit("b");
  link.submit("urgent 1", 0, true);
  link.submit("c");
  link.submit("urgent 2", 0, true);
  const order = ["in flight", "urgent 1", "urgent 2", "b"].map((id) =>
    sent(link.receive(writeResult(id, {})))[0][1]
  );
  assertEquals(order, ["urgent 1", "urgent 2", "b", "c"]);
});

Deno.test("stepLink() refuses a call when queueMax calls wait, even an urgent one", () => {
  const link = conversation();
  for (const id of ["a", "b", "c"]) link.submit(id);
  assertEquals(link.submit("d"), [settled("d", "queue-full")]);
  assertEquals(link.submit("e", 0, true), [settled("e", "queue-full")]);
});

Deno.test("stepLink() sends a call on an idle link even where none may wait", () => {
  const link = conversation({ queueMax: 0 });
  assertEquals(link.submit("a"), [send(reset("a"))]);
  assertEquals(link.submit("b"), [settled("b", "queue-full")]);
});

Deno.test("stepLink() sends a resubmitted call byte for byte", () => {
  const link = conversation();
  const text = `[2, "a", "Reset", {"type": "Soft"} ]`;
  const call = { id: "a", action: "Reset", text };
  assertEquals(link.step({ kind: "resubmit", call }), [send(text)]);
});

// Time

Deno.test("stepLink() times a call out at its deadline, not before, and sends the next", () => {
  const link = conversation();
  link.submit("a", 1_000);
  link.submit("b", 2_000);
  assertEquals(linkDeadlineMs(link.state()), 31_000);
  assertEquals(link.tick(30_999), []);
  assertEquals(link.tick(31_000), [settled("a", "timeout"), send(reset("b"))]);
  assertEquals(linkDeadlineMs(link.state()), 61_000);
});

Deno.test("stepLink() ignores a tick while no answer is awaited", () => {
  const link = conversation();
  assertEquals(linkDeadlineMs(link.state()), null);
  assertEquals(link.tick(1e9), []);
});

Deno.test("stepLink() reports an answer that comes after the timeout and does not apply it", () => {
  const link = conversation();
  link.submit("a");
  link.submit("b");
  link.tick(30_000);
  assertEquals(link.receive(writeResult("a", {})), [
    { kind: "oddity", what: "late-answer", detail: "a" },
  ]);
  assertEquals(link.receive(writeResult("b", {})), [resulted("b")]);
});

Deno.test("stepLink() applies the first of two answers only", () => {
  const link = conversation();
  link.submit("a");
  link.receive(writeResult("a", {}));
  assertEquals(oddities(link.receive(writeResult("a", {}))), ["late-answer"]);
});

Deno.test("stepLink() gives up after unansweredMax timeouts in a row", () => {
  const link = conversation();
  const effects = [0, 1, 2].map((turn) => {
    link.submit(`call ${turn}`, turn * 100_000);
    return link.tick(turn * 100_000 + 30_000);
  });
  assertEquals(effects[1], [settled("call 1", "timeout")]);
  assertEquals(effects[2], [
    settled("call 2", "timeout"),
    { kind: "give-up", reason: "3 calls in a row had no answer" },
  ]);
});

Deno.test("stepLink() sends nothing more when it gives up; closing settles what waits", () => {
  const link = conversation({ unansweredMax: 1 });
  link.submit("a");
  link.submit("b");
  assertEquals(sent(link.tick(30_000)), []);
  assertEquals(link.close(), [settled("b", "closed")]);
});

const ANSWERS: readonly (readonly [name: string, text: string])[] = [
  ["a result", writeResult("c", {})],
  ["a CALLERROR", `[4,"c","InternalError","",{}]`],
  ["a late answer", writeResult("a", {})],
];

for (const [name, text] of ANSWERS) {
  Deno.test(`stepLink() counts unanswered calls anew after ${name}`, () => {
    const link = conversation();
    link.submit("a");
    link.tick(30_000);
    link.submit("b", 30_000);
    link.tick(60_000);
    link.submit("c", 60_000);
    link.receive(text, 60_000);
    assertEquals(link.state().unanswered, 0);
  });
}

// The peer's calls

Deno.test("stepLink() delivers a call and sends its answer", () => {
  const link = conversation();
  assertEquals(link.receive(boot("x")), [deliver("x")]);
  assertEquals(link.answer("x", { status: "Accepted" }), [
    send(writeResult("x", { status: "Accepted" })),
  ]);
});

Deno.test("stepLink() writes a refusal in the version's own code", () => {
  const link = conversation();
  link.receive(boot("x"));
  const error = rpcError("OccurrenceConstraintViolation", "missing");
  const effects = link.step({ kind: "answered", id: "x", answer: { ok: false, error } });
  assertEquals(sent(effects), [[4, "x", "OccurenceConstraintViolation", "missing", {}]]);
});

Deno.test("stepLink() delivers one call at a time, the next on the answer", () => {
  const link = conversation();
  link.receive(boot("x"));
  assertEquals(link.receive(boot("y")), []);
  assertEquals(link.answer("x"), [send(writeResult("x", {})), deliver("y")]);
});

Deno.test("stepLink() answers the peer while its own call is in flight", () => {
  const link = conversation();
  link.submit("a");
  assertEquals(link.receive(boot("x")), [deliver("x")]);
  assertEquals(link.answer("x"), [send(writeResult("x", {}))]);
});

Deno.test("stepLink() ignores an answer to a call that is not being worked on", () => {
  const link = conversation();
  assertEquals(link.answer("x"), []);
  link.receive(boot("x"));
  assertEquals(link.answer("y"), []);
});

Deno.test("stepLink() answers a repeated call with the same text and without delivering it", () => {
  const link = conversation();
  link.receive(boot("x"));
  const [first] = link.answer("x", { currentTime: "now" });
  const effects = link.receive(boot("x"));
  assertEquals(effects[0], first);
  assertEquals(oddities(effects), ["repeated-call"]);
  assertEquals(effects.length, 2);
});

Deno.test("stepLink() answers once a call that is repeated while it is worked on or waits", () => {
  const link = conversation();
  link.receive(boot("x"));
  link.receive(boot("y"));
  assertEquals(oddities(link.receive(boot("x"))), ["repeated-call"]);
  assertEquals(oddities(link.receive(boot("y"))), ["repeated-call"]);
  assertEquals(link.answer("x"), [send(writeResult("x", {})), deliver("y")]);
  assertEquals(link.answer("y"), [send(writeResult("y", {}))]);
});

Deno.test("stepLink() takes another text with a known id for another call", () => {
  const link = conversation();
  link.receive(boot("1"));
  link.answer("1");
  const effects = link.receive(writeCall("1", "StatusNotification", {}));
  assertEquals(effects.map((effect) => effect.kind), ["deliver"]);
});

Deno.test("stepLink() answers each heartbeat anew, even where the charger never changes its id", () => {
  const link = conversation();
  for (const currentTime of ["2026-01-05T06:00:00Z", "2026-01-05T06:01:00Z"]) {
    assertEquals(link.receive(writeCall("1", "Heartbeat", {})).map((effect) => effect.kind), [
      "deliver",
    ]);
    assertEquals(sent(link.answer("1", { currentTime })), [[3, "1", { currentTime }]]);
  }
});

Deno.test("stepLink() forgets old answers, so that a link's memory stays small", () => {
  const link = conversation();
  for (let turn = 0; turn < 20; turn++) {
    link.receive(boot(`call ${turn}`));
    link.answer(`call ${turn}`);
  }
  assertEquals(link.state().answered.length, 8);
  assertEquals(oddities(link.receive(boot("call 19"))), ["repeated-call"]);
  assertEquals(link.receive(boot("call 0")), [deliver("call 0")]);
});

Deno.test("stepLink() refuses calls past backlogMax, which may come again later", () => {
  const link = conversation();
  for (const id of ["x", "y", "z"]) link.receive(boot(id));
  const effects = link.receive(boot("more"));
  assertEquals(oddities(effects), ["backlog-full"]);
  assertEquals(sent(effects)[0].slice(0, 3), [4, "more", "GenericError"]);
  link.answer("x");
  assertEquals(link.receive(boot("more")), []);
  link.answer("y");
  assertEquals(link.answer("z")[1], deliver("more"));
});

// Odd frames

Deno.test("stepLink() replies to what it cannot read with id -1, or the id if that can be read", () => {
  const link = conversation({ version: "ocpp2.0.1" });
  const nonsense = link.receive("nonsense");
  assertEquals(oddities(nonsense), ["unreadable"]);
  assertEquals(sent(nonsense)[0].slice(0, 3), [4, "-1", "RpcFrameworkError"]);
  assertEquals(sent(link.receive(`[2,"a",17,{}]`))[0].slice(0, 3), [4, "a", "ProtocolError"]);
});

Deno.test("stepLink() never replies to a reply, so two links cannot chatter for ever", () => {
  const link = conversation();
  for (const text of [`[4,"-1","GenericError","",{}]`, `[4,17,"X","",{}]`, `[3,null,{}]`]) {
    assertEquals(sent(link.receive(text)), []);
  }
});

const UNKNOWN_TYPE: readonly (readonly [OcppVersion, unknown[]])[] = [
  ["ocpp1.6", []],
  ["ocpp2.0.1", [[4, "a", "MessageTypeNotSupported", "Message type 9 is not supported", {}]]],
  ["ocpp2.1", []],
];

for (const [version, reply] of UNKNOWN_TYPE) {
  Deno.test(`stepLink() on ${version} meets message type 9 with ${reply.length} replies`, () => {
    const effects = conversation({ version }).receive(`[9,"a",{}]`);
    assertEquals(oddities(effects), ["unknown-type"]);
    assertEquals(sent(effects), reply);
  });
}

Deno.test("stepLink() hands a SEND over without answering it", () => {
  const link = conversation({ version: "ocpp2.1" });
  assertEquals(link.receive(`[6,"a","NotifyPeriodicEventStream",{"id":1}]`), [
    { kind: "notified", action: "NotifyPeriodicEventStream", payload: { id: 1 } },
  ]);
});

Deno.test("stepLink() reports that the peer could not use our answer", () => {
  const link = conversation({ version: "ocpp2.1" });
  assertEquals(link.receive(`[5,"a","FormatViolation","",{}]`), [
    { kind: "oddity", what: "answer-rejected", detail: "FormatViolation for a" },
  ]);
});

// The end

Deno.test("closeLink() settles the call in flight and those that wait, and forgets the rest", () => {
  const link = conversation();
  link.submit("a");
  link.submit("b");
  link.receive(boot("x"));
  assertEquals(closeLink(link.state()), {
    state: newLink(),
    effects: [settled("a", "closed"), settled("b", "closed")],
  });
});
