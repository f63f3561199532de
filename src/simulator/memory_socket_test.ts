import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { FrameSocket } from "../ocpp/mod.ts";
import { createSocketPair } from "./memory_socket.ts";

/** Listens and writes down what it hears. */
function record(socket: FrameSocket): string[] {
  const heard: string[] = [];
  socket.listen({
    message: (text) => heard.push(text),
    alive: () => heard.push("alive"),
    closed: (code, reason) => heard.push(`closed ${code} ${reason}`),
  });
  return heard;
}

function pair(latencyMs = 0) {
  const clock = createVirtualClock();
  const sockets = createSocketPair(clock, { latencyMs });
  return { clock, sockets, near: record(sockets.near), far: record(sockets.far) };
}

Deno.test("a socket pair carries texts both ways and in order", async () => {
  const { clock, sockets, near, far } = pair();
  sockets.near.send("one");
  sockets.near.send("two");
  sockets.far.send("answer");
  assertEquals(far, [], "nothing arrives within the call that sent it");
  await clock.advance(0);
  assertEquals(far, ["one", "two"]);
  assertEquals(near, ["answer"]);
  assertEquals(clock.pending(), 0);
});

Deno.test("a socket pair takes the latency to carry a text", async () => {
  const { clock, sockets, far } = pair(80);
  sockets.near.send("slow");
  await clock.advance(79);
  assertEquals(far, []);
  await clock.advance(1);
  assertEquals(far, ["slow"]);
});

Deno.test("a socket keeps what arrives until somebody listens", async () => {
  const clock = createVirtualClock();
  const { near, far } = createSocketPair(clock);
  near.send("early");
  await clock.advance(10);
  near.close(1012, "restart");
  await clock.advance(10);
  const heard = record(far);
  assertEquals(heard, []);
  await clock.advance(0);
  assertEquals(heard, ["early", "closed 1012 restart"]);
});

Deno.test("a ping is a sign of life at both ends", async () => {
  const { clock, sockets, near, far } = pair(10);
  sockets.near.ping();
  await clock.advance(10);
  assertEquals([near, far], [[], ["alive"]]);
  await clock.advance(10);
  assertEquals(near, ["alive"]);
});

Deno.test("close() ends both sides with the same code, the closer after the answer", async () => {
  const { clock, sockets, near, far } = pair(10);
  sockets.near.close(1008, "go away");
  sockets.near.send("too late");
  await clock.advance(10);
  assertEquals([near, far], [[], ["closed 1008 go away"]]);
  await clock.advance(10);
  assertEquals(near, ["closed 1008 go away"]);
  assertEquals(clock.pending(), 0, "the closing time-out is off");
});

Deno.test("terminate() leaves both sides with an abnormal closure", async () => {
  const { clock, sockets, near, far } = pair(5);
  sockets.far.terminate();
  await clock.advance(0);
  assertEquals([near, far], [[], ["closed 1006 "]]);
  await clock.advance(5);
  assertEquals(near, ["closed 1006 "]);
});

Deno.test("a socket is told of its end once, and says nothing after it", async () => {
  const { clock, sockets, near, far } = pair();
  sockets.near.close(1000, "");
  sockets.far.close(1001, "");
  sockets.near.terminate();
  await clock.advance(60_000);
  assertEquals(near.length, 1);
  assertEquals(far.length, 1);
  sockets.near.send("ghost");
  sockets.near.ping();
  await clock.advance(10);
  assertEquals([near.length, far.length, clock.pending()], [1, 1, 0]);
});

Deno.test("cut() loses everything, and a close of one end stays unknown to the other", async () => {
  const { clock, sockets, near, far } = pair(10);
  sockets.near.send("on its way");
  sockets.cut();
  sockets.near.send("into the void");
  await clock.advance(20);
  assertEquals(far, []);
  assertEquals(sockets.near.bufferedBytes(), "into the void".length);
  sockets.near.close(1000, "");
  await clock.advance(30_000);
  assertEquals([near, far], [["closed 1006 "], []]);
});

Deno.test("a wire that is cut one way still carries the other", async () => {
  const { clock, sockets, near, far } = pair();
  sockets.cut("near");
  sockets.near.send("lost");
  sockets.far.send("heard");
  await clock.advance(0);
  assertEquals([near, far], [["heard"], []]);
  assertEquals(sockets.isCut(), true);
  assertEquals(sockets.near.bufferedBytes(), 4, "what nobody takes off stays with its sender");
});

Deno.test("latency that trembles does not mix up a stream", async () => {
  const clock = createVirtualClock();
  const latencies = [50, 10, 30];
  const sockets = createSocketPair(clock, { latencyMs: () => latencies.shift() ?? 0 });
  const far = record(sockets.far);
  for (const text of ["one", "two", "three"]) sockets.near.send(text);
  await clock.advance(49);
  assertEquals(far, []);
  await clock.advance(1);
  assertEquals(far, ["one", "two", "three"]);
});

Deno.test("texts can be lost, repeated and overtaken on their way", async () => {
  const clock = createVirtualClock();
  const heardFrom: string[] = [];
  const sockets = createSocketPair(clock, {
    carry(text, from) {
      heardFrom.push(from);
      if (text === "lost") return [];
      return text === "twice" ? [{ text, lateMs: 0 }, { text, lateMs: 5 }] : [{ text, lateMs: 20 }];
    },
  });
  const far = record(sockets.far);
  for (const text of ["late", "lost", "twice"]) sockets.near.send(text);
  sockets.far.send("lost");
  await clock.advance(20);
  assertEquals(far, ["twice", "twice", "late"]);
  assertEquals(heardFrom, ["near", "near", "near", "far"]);
});
