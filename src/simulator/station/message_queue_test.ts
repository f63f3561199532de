import { assertEquals } from "@std/assert";
import { createSpawner } from "../../lib/spawn.ts";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import { type PeerOutcome, rpcError } from "../../ocpp/mod.ts";
import { createMessageQueue, type TransactionMessage } from "./message_queue.ts";

const OK: PeerOutcome = { kind: "result", payload: { ok: true } };
const ERROR: PeerOutcome = { kind: "error", error: rpcError("InternalError") };

/** A queue on a link that answers as the test says; each send is written down with its second. */
function setUp() {
  const clock = createVirtualClock();
  const stopped = new AbortController();
  const link = { isReady: true, answers: [] as (PeerOutcome | Promise<PeerOutcome>)[] };
  const sent: string[] = [];
  const notes: string[] = [];
  let frames = 0;
  const queue = createMessageQueue({
    clock,
    log: (level, event) => notes.push(`${level} ${event}`),
    spawn: createSpawner(() => {}),
    link: {
      isReady: () => link.isReady,
      prepare: (action, payload) =>
        payload === "invalid"
          ? [{ path: "", message: "wrong" }]
          : { id: `${++frames}`, action, text: `${frames} ${payload}` },
      send({ text }) {
        sent.push(`${clock.monoMs() / 1_000}s ${text}`);
        return Promise.resolve(link.answers.shift() ?? OK);
      },
    },
    attemptsMax: () => 3,
    retryMs: () => 60_000,
    lengthMax: 10,
  }, stopped.signal);
  const message = (
    name: string,
    part: TransactionMessage["part"] = "reading",
  ): TransactionMessage => ({
    action: "MeterValues",
    part,
    about: { connectorId: 1, startedAtWallMs: 1_000 },
    payload: () => name,
    delivered: (answer) => notes.push(`delivered ${name} ${JSON.stringify(answer)}`),
    discarded: () => notes.push(`discarded ${name}`),
  });
  return { clock, stopped, link, sent, notes, queue, message };
}

Deno.test("messages go one at a time and in order", async () => {
  const { clock, link, sent, notes, queue, message } = setUp();
  const first = Promise.withResolvers<PeerOutcome>();
  link.answers = [first.promise];
  queue.add(message("a"));
  queue.add(message("b"));
  await clock.settle();
  assertEquals(sent, ["0s 1 a"]);
  first.resolve(OK);
  await clock.settle();
  assertEquals(sent, ["0s 1 a", "0s 2 b"]);
  assertEquals(notes, ['delivered a {"ok":true}', 'delivered b {"ok":true}']);
});

Deno.test("nothing is sent before the link is ready", async () => {
  const { clock, link, sent, queue, message } = setUp();
  link.isReady = false;
  queue.add(message("a"));
  await clock.advance(10_000);
  assertEquals([sent, queue.length()], [[], 1]);
  link.isReady = true;
  queue.wake();
  await clock.settle();
  assertEquals(sent, ["10s 1 a"]);
});

Deno.test("a lost connection costs no attempt, and the same frame goes again", async () => {
  const { clock, link, sent, queue, message } = setUp();
  const lost = Promise.withResolvers<PeerOutcome>();
  link.answers = [lost.promise];
  queue.add(message("a"));
  await clock.settle();
  link.isReady = false;
  lost.resolve({ kind: "closed" });
  await clock.advance(5_000);
  link.isReady = true;
  queue.wake();
  queue.wake();
  await clock.settle();
  assertEquals(sent, ["0s 1 a", "5s 1 a"]);
  assertEquals(queue.length(), 0);
});

Deno.test("a message that fails is repeated later and later, then given up", async () => {
  const { clock, link, sent, notes, queue, message } = setUp();
  link.answers = [ERROR, { kind: "invalid-answer", error: rpcError("FormatViolation") }, ERROR];
  queue.add(message("a"));
  queue.add(message("b"));
  await clock.advance(300_000);
  // 1.6 §3.7.1 has this very example: 60 s, then 120 s.
  assertEquals(sent, ["0s 1 a", "60s 1 a", "180s 1 a", "180s 2 b"]);
  assertEquals(notes.filter((note) => note.startsWith("d")), [
    "discarded a",
    'delivered b {"ok":true}',
  ]);
  assertEquals(clock.pending(), 0);
  assertEquals(queue.lost(), [
    { part: "reading", connectorId: 1, startedAtWallMs: 1_000, why: "given-up" },
  ]);
});

Deno.test("silence is no failure to process: the message is repeated for as long as it takes", async () => {
  const { clock, link, sent, queue, message } = setUp();
  link.answers = Array(5).fill({ kind: "timeout" });
  queue.add(message("a"));
  await clock.advance(300_000);
  assertEquals(sent, [0, 60, 120, 180, 240, 300].map((second) => `${second}s 1 a`));
  assertEquals(queue.length(), 0);
});

Deno.test("a message that cannot be written is given up at once, and said to be", async () => {
  const { clock, sent, notes, queue, message } = setUp();
  queue.add(message("invalid"));
  queue.add(message("b"));
  await clock.settle();
  assertEquals(sent, ["0s 1 b"]);
  assertEquals(notes.slice(0, 2), ["error message_not_valid", "discarded invalid"]);
});

Deno.test("the content is asked for when the turn comes", async () => {
  const { clock, link, sent, queue, message } = setUp();
  const start = Promise.withResolvers<PeerOutcome>();
  link.answers = [start.promise];
  let number = 0;
  queue.add({
    ...message("start", "start"),
    delivered() {
      number = 42;
    },
  });
  queue.add({ ...message("meter"), payload: () => `meter of ${number}` });
  await clock.settle();
  start.resolve(OK);
  await clock.settle();
  assertEquals(sent, ["0s 1 start", "0s 2 meter of 42"]);
});

Deno.test("drained() waits until all is delivered, but no longer than told", async () => {
  const { clock, link, queue, message } = setUp();
  await queue.drained(0);
  const slow = Promise.withResolvers<PeerOutcome>();
  link.answers = [slow.promise];
  queue.add(message("a"));
  const seen: string[] = [];
  const note = (what: string) => () => seen.push(what);
  queue.drained(5_000).then(note("short"), note("short failed"));
  queue.drained(60_000).then(note("long"), note("long failed"));
  await clock.advance(5_000);
  assertEquals(seen, ["short"]);
  slow.resolve(OK);
  await clock.settle();
  assertEquals([seen, clock.pending()], [["short", "long"], 0]);
});

Deno.test("a full queue lets the oldest meter values go, never starts and stops", async () => {
  const { clock, link, sent, queue, message } = setUp();
  link.isReady = false;
  queue.add(message("start", "start"));
  for (let count = 0; count < 9; count++) queue.add(message(`m${count}`));
  queue.add(message("stop", "end"));
  assertEquals(queue.length(), 10);
  link.isReady = true;
  queue.wake();
  await clock.settle();
  const names = sent.map((each) => each.split(" ")[2]);
  assertEquals(names, ["start", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "stop"]);
  assertEquals(queue.lost().map(({ why }) => why), ["no-room"]);
});

Deno.test("after the end nothing is sent any more, not even what waits for its repetition", async () => {
  const { clock, stopped, link, sent, queue, message } = setUp();
  link.answers = [ERROR];
  queue.add(message("a"));
  await clock.settle();
  stopped.abort();
  await clock.settle();
  assertEquals([sent.length, clock.pending()], [1, 0]);
});

Deno.test("clear() loses everything", async () => {
  const { clock, link, sent, queue, message } = setUp();
  link.isReady = false;
  queue.add(message("a"));
  queue.clear();
  link.isReady = true;
  queue.wake();
  await clock.settle();
  assertEquals([sent, queue.length()], [[], 0]);
  assertEquals(queue.lost().map(({ part, why }) => [part, why]), [["reading", "cleared"]]);
});
