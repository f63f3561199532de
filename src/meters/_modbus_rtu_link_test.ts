import { assertEquals } from "@std/assert";
import { fakeStream } from "../../test/support/fake_stream.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { createRtuLink, type RtuTiming } from "./_modbus_rtu_link.ts";
import type { RegisterRead } from "./modbus_frame.ts";
import { rtuFrame, rtuRequest } from "./modbus_rtu_frame.ts";

const READ: RegisterRead = { unit: 3, functionCode: 4, address: 6, count: 2 };
const ANSWER = rtuFrame(3, [4, 4, 0x41, 0x84, 0, 1]);
const REGISTERS = [0x4184, 1];
/** A byte takes 1 ms, so that what follows is easy to count: 8 bytes out, 9 back. */
const TIMING: RtuTiming = { byteMs: 1, silenceMs: 4, gapMs: 50 };
const TIMEOUT_MS = 500;
const LINE_MS = 17;

function setUp(timing: RtuTiming = TIMING) {
  const clock = createVirtualClock();
  const stream = fakeStream();
  const link = createRtuLink(stream, "/dev/ttyUSB0", timing, clock);
  return { clock, stream, link, ask: (read = READ) => link.exchange(read, TIMEOUT_MS) };
}

/** How a promise stands: what it came to, or "waiting". */
async function state<T>(promise: Promise<T>): Promise<T | "waiting"> {
  return await Promise.race([promise, Promise.resolve<"waiting">("waiting")]);
}

Deno.test("an answer that comes in pieces is put together", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  assertEquals(stream.written(), [rtuRequest(READ)]);
  for (const byte of ANSWER) {
    await clock.advance(40);
    stream.hear(Uint8Array.of(byte));
  }
  assertEquals(await outcome, { kind: "registers", registers: REGISTERS });
  assertEquals(clock.pending(), 0);
});

Deno.test("a request waits until the line has been silent for long enough", async () => {
  const { clock, stream, ask } = setUp();
  const first = ask();
  stream.hear(ANSWER);
  await first;
  const second = ask();
  await clock.advance(3);
  assertEquals(stream.written().length, 1);
  await clock.advance(1);
  assertEquals(stream.written().length, 2);
  stream.hear(ANSWER);
  await second;
});

Deno.test("what comes late is thrown away, and its silence waited for too", async () => {
  const { clock, stream, ask } = setUp();
  const first = ask();
  await clock.advance(TIMEOUT_MS + LINE_MS);
  assertEquals(await first, { kind: "fault", fault: { kind: "silent", strayAnswers: 0 } });
  stream.hear(ANSWER);
  const second = ask();
  assertEquals([stream.written().length, await state(second)], [1, "waiting"]);
  await clock.advance(4);
  stream.hear(rtuFrame(3, [4, 4, 0, 7, 0, 8]));
  assertEquals(await second, { kind: "registers", registers: [7, 8] });
});

Deno.test("the time on the line is not taken from the meter's", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  await clock.advance(TIMEOUT_MS + LINE_MS - 1);
  assertEquals(await state(outcome), "waiting");
  stream.hear(ANSWER);
  assertEquals((await outcome).kind, "registers");
});

Deno.test("a damaged answer is refused as soon as the line is silent, not at the time-out", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  await clock.advance(20);
  stream.hear(ANSWER.with(4, 0));
  await clock.advance(50);
  assertEquals(await outcome, {
    kind: "fault",
    fault: { kind: "malformed", reason: "an answer with a wrong check sum" },
  });
});

Deno.test("an answer that is cut off is refused, with how much of it came", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  stream.hear(ANSWER.subarray(0, 5));
  await clock.advance(50);
  assertEquals(await outcome, {
    kind: "fault",
    fault: { kind: "malformed", reason: "an answer cut off after 5 of 9 bytes" },
  });
});

Deno.test("an answer of another unit does not keep the right one from counting", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  stream.hear(rtuFrame(9, [4, 4, 0, 1, 0, 2]));
  await clock.advance(60);
  stream.hear(ANSWER);
  assertEquals(await outcome, { kind: "registers", registers: REGISTERS });
});

Deno.test("answers of another unit alone are told as such at the time-out", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  stream.hear(rtuFrame(9, [4, 4, 0, 1, 0, 2]));
  await clock.advance(TIMEOUT_MS + LINE_MS);
  assertEquals(await outcome, { kind: "fault", fault: { kind: "wrong-unit", unit: 9 } });
});

Deno.test("an adapter that echoes the request is understood", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  stream.hear(rtuRequest(READ));
  await clock.advance(80);
  assertEquals(await state(outcome), "waiting");
  stream.hear(ANSWER);
  assertEquals((await outcome).kind, "registers");
});

Deno.test("an echo alone is silence", async () => {
  const { clock, stream, ask } = setUp();
  const outcome = ask();
  stream.hear(rtuRequest(READ));
  await clock.advance(TIMEOUT_MS + LINE_MS);
  assertEquals(await outcome, { kind: "fault", fault: { kind: "silent", strayAnswers: 0 } });
});

Deno.test("an exception is told with its code", async () => {
  const { stream, ask } = setUp();
  const outcome = ask();
  stream.hear(rtuFrame(3, [0x84, 2]));
  assertEquals(await outcome, { kind: "fault", fault: { kind: "exception", code: 2 } });
});

Deno.test("a line that is never silent is not talked into, and fails in bounded time", async () => {
  const { clock, stream, ask } = setUp();
  stream.hear(Uint8Array.of(0));
  const outcome = ask();
  for (let babbled = 0; babbled < 300; babbled++) {
    await clock.advance(2);
    stream.hear(Uint8Array.of(babbled));
  }
  assertEquals(await outcome, {
    kind: "fault",
    fault: { kind: "malformed", reason: "never-ending noise" },
  });
  assertEquals([stream.written().length, clock.pending()], [0, 0]);
});

Deno.test("more bytes than any answer has are no answer, and fill no memory", async () => {
  const { stream, ask } = setUp();
  const outcome = ask();
  stream.hear(new Uint8Array(1_000));
  assertEquals(await outcome, {
    kind: "fault",
    fault: { kind: "malformed", reason: "1000 bytes that are no Modbus RTU" },
  });
});

Deno.test("a line that ends under a request says why, and so does every request after it", async () => {
  const { stream, ask, link, clock } = setUp();
  const outcome = ask();
  stream.end("/dev/ttyUSB0 was unplugged");
  const unreachable = { kind: "unreachable", reason: "/dev/ttyUSB0 was unplugged" } as const;
  assertEquals(await outcome, { kind: "fault", fault: unreachable });
  assertEquals(await ask(), { kind: "fault", fault: unreachable });
  assertEquals([link.isOpen(), clock.pending()], [false, 0]);
});

Deno.test("close() ends a request at once and waits for the line to be free", async () => {
  const { stream, ask, link, clock } = setUp();
  const outcome = ask();
  const closed = link.close();
  assertEquals(await outcome, { kind: "fault", fault: { kind: "closed" } });
  assertEquals(await state(closed), "waiting");
  stream.end("/dev/ttyUSB0 was closed");
  await closed;
  assertEquals(clock.pending(), 0);
});
