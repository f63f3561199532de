import { assertEquals, assertRejects } from "@std/assert";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import { readEvents } from "./_read_events.ts";
import { encodedEvent } from "./encoded_event.ts";
import { EVENT_STREAM_HEADERS, openEventStream, STALL_MS } from "./event_stream.ts";

Deno.test("event stream sends events and comments in order, and ends", async () => {
  let ends = 0;
  const stream = openEventStream(createVirtualClock(), () => void ends++);
  stream.comment();
  stream.send("evse", `{"slot":1}`);
  stream.send("site", `{"name":"Pune"}`);
  const reader = readEvents(stream.body);
  assertEquals(await reader.next(), { name: "evse", data: { slot: 1 } });
  assertEquals(await reader.next(), { name: "site", data: { name: "Pune" } });
  assertEquals(reader.comments(), 1);
  stream.close();
  assertEquals(await reader.next(), null);
  assertEquals(ends, 1);
});

Deno.test("event stream tells once that the client left, and is deaf from then on", async () => {
  let ends = 0;
  const stream = openEventStream(createVirtualClock(), () => void ends++);
  await readEvents(stream.body).close();
  stream.send("evse", "{}");
  stream.close();
  assertEquals(ends, 1);
});

Deno.test("event stream lets a client go that takes nothing", async () => {
  let ends = 0;
  const stream = openEventStream(createVirtualClock(), () => void ends++);
  const payload = JSON.stringify("x".repeat(10_000));
  let sent = 0;
  while (ends === 0 && sent < 1_000) {
    stream.send("message", payload);
    sent++;
  }
  assertEquals(sent, 53);
  await assertRejects(() => readEvents(stream.body).next(), Error, "too slow");
});

Deno.test("what is encoded once reaches every stream as the same bytes, and says what a sent event says", async () => {
  const [left, right, own] = [0, 1, 2].map(() => openEventStream(createVirtualClock(), () => {}));
  const event = encodedEvent("patch", `{"a":1}`);
  left?.sendEncoded(event);
  right?.sendEncoded(event);
  own?.send("patch", `{"a":1}`);
  const read = async (stream: typeof left) => {
    const reader = stream?.body.getReader();
    const { value } = await reader?.read() ?? {};
    await reader?.cancel();
    return value;
  };
  const [first, second, third] = [await read(left), await read(right), await read(own)];
  assertEquals(first === second, true, "no copy for each");
  assertEquals(first, third);
});

Deno.test("one event passes however large it is, where next to nothing waits", async () => {
  let ends = 0;
  const stream = openEventStream(createVirtualClock(), () => void ends++);
  const large = "x".repeat(2_000_000);
  stream.comment();
  stream.send("patch", JSON.stringify(large));
  assertEquals([ends, stream.isBehind()], [0, true]);
  const reader = readEvents(stream.body);
  assertEquals((await reader.next())?.data, large);
  assertEquals(stream.isBehind(), false);
  // The reader has asked for the next; another may lie there, not two.
  for (let count = 0; count < 3; count++) stream.send("patch", JSON.stringify(large));
  assertEquals(ends, 1);
  await assertRejects(
    async () => {
      while (await reader.next() !== null);
    },
    Error,
    "too slow",
  );
});

Deno.test("a gzipped stream says the same, piece by piece, and shares its bytes", async () => {
  const clock = createVirtualClock();
  const streams = [0, 1].map(() => openEventStream(clock, () => {}, { isGzipped: true }));
  const shared = encodedEvent("patch", JSON.stringify({ a: "वीज ".repeat(1_000) }), "7");
  const packed = shared.gzip();
  assertEquals(shared.gzip() === packed, true, "packed once");
  assertEquals(packed.length < shared.plain.length / 20, true);
  for (const [index, stream] of streams.entries()) {
    const body = new Response(stream.body).body;
    const reader = readEvents(body?.pipeThrough(new DecompressionStream("gzip")) ?? null);
    stream.comment();
    stream.send("own", JSON.stringify(index));
    assertEquals(await reader.next(), { name: "own", data: index });
    for (let count = 0; count < 3; count++) {
      stream.sendEncoded(shared);
      assertEquals((await reader.next())?.data, { a: "वीज ".repeat(1_000) });
    }
    assertEquals([reader.comments(), reader.place()], [1, "7"]);
    await reader.close();
  }
});

Deno.test("event stream lets a client go for which something waits too long, however little it is", async () => {
  const clock = createVirtualClock();
  let ends = 0;
  const stream = openEventStream(clock, () => void ends++);
  stream.comment();
  await clock.advance(STALL_MS);
  stream.comment();
  assertEquals(ends, 0);
  await clock.advance(1_000);
  stream.comment();
  assertEquals(ends, 1);
  await assertRejects(() => readEvents(stream.body).next(), Error, "too slow");
});

Deno.test("event stream keeps a client that takes what it gets, with hours between", async () => {
  const clock = createVirtualClock();
  let ends = 0;
  const stream = openEventStream(clock, () => void ends++);
  const reader = readEvents(stream.body);
  for (let count = 0; count < 5; count++) {
    stream.send("evse", String(count));
    assertEquals(await reader.next(), { name: "evse", data: count });
    await clock.advance(3_600_000);
  }
  // A slow one takes some of it each time, and is not gone.
  for (let count = 0; count < 5; count++) {
    stream.send("evse", String(count));
    stream.send("evse", String(count));
    await clock.advance(STALL_MS - 1_000);
    assertEquals((await reader.next())?.name, "evse");
  }
  assertEquals(ends, 0);
  await reader.close();
});

Deno.test("on a real connection, a client that never reads is let go; its neighbour stays", async () => {
  const clock = createVirtualClock();
  const ended: string[] = [];
  const open = new Map<string, { stream: ReturnType<typeof openEventStream>; taken: number }>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const name = new URL(url).pathname;
    if (name === "/turn") return new Response("");
    const stream = openEventStream(clock, () => void ended.push(name));
    const entry = { stream, taken: 0 };
    open.set(name, entry);
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        entry.taken += chunk.length;
        controller.enqueue(chunk);
      },
    });
    return new Response(stream.body.pipeThrough(counted), { headers: EVENT_STREAM_HEADERS });
  });
  const base = `http://127.0.0.1:${server.addr.port}`;
  // Each turn gives the server's own machinery time to write what it can.
  const turns = async () => {
    for (let count = 0; count < 20; count++) await (await fetch(`${base}/turn`)).text();
  };
  const connect = async (name: string) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    const request = `GET ${name} HTTP/1.1\r\nhost: x\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    return connection;
  };
  const [deaf, good] = [await connect("/deaf"), await connect("/good")];
  const reading = new Response(good.readable).arrayBuffer().catch(() => {});
  await turns();
  const [stuck, neighbour] = [open.get("/deaf"), open.get("/good")];
  if (stuck === undefined || neighbour === undefined) throw new Error("Cannot open the streams");

  const payload = JSON.stringify("x".repeat(60_000));
  // A piece or two lie between the counter and the connection.
  for (let [before, idle] = [0, 0]; idle < 3; idle = stuck.taken === before ? idle + 1 : 0) {
    before = stuck.taken;
    for (const { stream } of [stuck, neighbour]) stream.send("patch", payload);
    await turns();
  }
  assertEquals(ended, []);
  await clock.advance(STALL_MS + 1_000);
  for (const { stream } of [stuck, neighbour]) stream.comment();
  assertEquals(ended, ["/deaf"]);

  deaf.close();
  neighbour.stream.close();
  good.close();
  await reading;
  await server.shutdown();
});
