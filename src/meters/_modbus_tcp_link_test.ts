import { assert, assertEquals } from "@std/assert";
import { failure } from "../../test/support/meters.ts";
import {
  answerWell,
  GOOD_REGISTERS,
  metersOn,
  type RawAnswer,
  roundTrip,
  serverOf,
} from "../../test/support/modbus_meters.ts";
import {
  goodAnswer,
  rawFrame,
  type RawRequest,
  startRawModbus,
} from "../../test/support/raw_modbus.ts";

const REFUSED: readonly [string, RawAnswer, RegExp][] = [
  [
    "an exception",
    ({ transaction, unit }) => rawFrame(transaction, unit, [0x84, 2]),
    /^Modbus exception 2 \(illegal address\) at 0 from unit 1 of 127\.0\.0\.1:\d+$/,
  ],
  [
    "an answer of the wrong unit",
    (request) => goodAnswer({ ...request, unit: 7 }, GOOD_REGISTERS),
    /^answer of the wrong unit: 7 instead of unit 1 of 127\.0\.0\.1:\d+$/,
  ],
  [
    "an answer to another function",
    (request) => goodAnswer({ ...request, functionCode: 3 }, GOOD_REGISTERS),
    /^an answer to function 3 from unit 1 of/,
  ],
  [
    "a short frame",
    (request) => goodAnswer({ ...request, count: 5 }, GOOD_REGISTERS),
    /^an answer of 10 bytes \(declared: 10\) instead of 12 from unit 1 of/,
  ],
  [
    "a frame that lies about its length",
    ({ transaction, unit }) => rawFrame(transaction, unit, [4, 200, ...Array(12).fill(1)]),
    /^an answer of 12 bytes \(declared: 200\) instead of 12 from unit 1 of/,
  ],
];

for (const [name, answer, reason] of REFUSED) {
  Deno.test(`${name} is refused with its reason, gives no number and keeps the connection`, async () => {
    await using server = await serverOf(answer, answerWell);
    await using site = metersOn(server.port);
    site.start();
    await site.heard.until(({ refusals }) => refusals.length === 1);
    assert(reason.test(site.heard.refusals[0] ?? ""), site.heard.refusals[0]);
    assertEquals(failure(site.heard.current()), site.heard.refusals[0]);
    assertEquals(site.heard.samples.length, 0);
    await site.clock.advance(1_000);
    await site.heard.until(({ samples }) => samples.length === 1);
    assertEquals(site.heard.current().kind, "good");
    assertEquals(server.connections(), 1);
  });
}

const BROKEN: readonly [string, Uint8Array, RegExp][] = [
  [
    "no Modbus at all",
    new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"),
    /^an answer that is not Modbus TCP from unit 1 of/,
  ],
  [
    "an impossible length",
    Uint8Array.of(0, 1, 0, 0, 0xff, 0xff, 1, 4),
    /^an answer of an impossible length \(65535 bytes\) from unit 1 of/,
  ],
];

for (const [name, bytes, reason] of BROKEN) {
  Deno.test(`${name} ends the connection; the next one is made a second later`, async () => {
    await using server = await serverOf(() => bytes, answerWell);
    await using site = metersOn(server.port);
    site.start();
    await site.heard.until(({ refusals }) => refusals.length === 1);
    assert(reason.test(site.heard.refusals[0] ?? ""), site.heard.refusals[0]);
    await server.quiet();
    await site.clock.advance(1_000);
    await site.heard.until(({ samples }) => samples.length === 1);
    assertEquals(server.connections(), 2);
  });
}

Deno.test("an answer to another request is not taken for this one's", async () => {
  const stray: RawAnswer = (request) =>
    goodAnswer({ ...request, transaction: (request.transaction + 9) % 65_536 }, GOOD_REGISTERS);
  await using server = await serverOf(stray);
  await using site = metersOn(server.port);
  site.start();
  await server.requested(1);
  await roundTrip(server);
  await site.clock.advance(1_000);
  const expected = `only answers to other requests from unit 1 of 127.0.0.1:${server.port}`;
  assertEquals(failure(site.heard.current()), expected);
  assertEquals(site.heard.samples.length, 0);
});

Deno.test("a late answer does not count for the request after it", async () => {
  const late: RawRequest[] = [];
  const wrong = GOOD_REGISTERS.with(3, 999);
  await using server = await startRawModbus((request, socket) => {
    late.push(request);
    const [first] = late;
    if (late.length !== 2 || first === undefined) return;
    socket.write(goodAnswer(first, wrong));
    socket.write(answerWell(request));
  });
  await using site = metersOn(server.port);
  site.start();
  await server.requested(1);
  await site.clock.advance(1_000);
  await site.heard.until(({ samples }) => samples.length === 1);
  assertEquals(site.heard.samples[0]?.currentsAmps?.L1, 16);
  assertEquals(server.connections(), 1);
});

Deno.test("an answer that is cut off ends the connection: the rest could be taken for the next", async () => {
  const cut: RawAnswer = (request) => answerWell(request).slice(0, 15);
  await using server = await serverOf(cut, answerWell);
  await using site = metersOn(server.port);
  site.start();
  await server.requested(1);
  await roundTrip(server);
  await site.clock.advance(1_000);
  await site.heard.until(({ refusals }) => refusals.length === 1);
  assertEquals(
    site.heard.refusals[0],
    `an answer cut off after 15 bytes from unit 1 of 127.0.0.1:${server.port}`,
  );
  await server.quiet();
  await site.clock.advance(1_000);
  await site.heard.until(({ samples }) => samples.length === 1);
});

Deno.test("an answer in many pieces is one answer", async () => {
  await using server = await startRawModbus((request, socket) => {
    socket.setNoDelay(true);
    for (const byte of answerWell(request)) socket.write(Uint8Array.of(byte));
  });
  await using site = metersOn(server.port);
  site.start();
  await site.heard.until(({ samples }) => samples.length === 1);
  assertEquals(site.heard.refusals, []);
});
