import { assertEquals, assertRejects } from "@std/assert";
import { readEvents } from "./_read_events.ts";
import { encodedEvent, openEventStream } from "./event_stream.ts";

Deno.test("event stream sends events and comments in order, and ends", async () => {
  let ends = 0;
  const stream = openEventStream(() => void ends++);
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
  const stream = openEventStream(() => void ends++);
  await readEvents(stream.body).close();
  stream.send("evse", "{}");
  stream.close();
  assertEquals(ends, 1);
});

Deno.test("event stream lets a client go that takes nothing", async () => {
  let ends = 0;
  const stream = openEventStream(() => void ends++);
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
  const [left, right, own] = [0, 1, 2].map(() => openEventStream(() => {}));
  const bytes = encodedEvent("patch", `{"a":1}`);
  left?.sendEncoded(bytes);
  right?.sendEncoded(bytes);
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
