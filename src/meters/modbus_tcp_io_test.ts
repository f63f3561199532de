import { assert, assertEquals } from "@std/assert";
import { failure, testProfile } from "../../test/support/meters.ts";
import {
  answerWell,
  GOOD_REGISTERS,
  metersOn,
  roundTrip,
  serverOf,
} from "../../test/support/modbus_meters.ts";
import { goodAnswer, startRawModbus } from "../../test/support/raw_modbus.ts";

Deno.test("a meter is read over one connection, poll after poll", async () => {
  await using server = await serverOf(answerWell);
  await using site = metersOn(server.port);
  site.start();
  await site.heard.until(({ samples }) => samples.length === 1);
  await site.clock.advance(1_000);
  await site.heard.until(({ samples }) => samples.length === 2);
  assertEquals(site.heard.samples.map(({ atMonoMs, currentsAmps }) => [atMonoMs, currentsAmps]), [
    [0, { L1: 16, L2: 0, L3: 0.5 }],
    [1_000, { L1: 16, L2: 0, L3: 0.5 }],
  ]);
  assertEquals(server.connections(), 1);
  assertEquals(
    server.requests.map(({ unit, functionCode, address, count }) => [
      unit,
      functionCode,
      address,
      count,
    ]),
    [[1, 4, 0, 6], [1, 4, 0, 6]],
  );
  assert(server.requests[0]?.transaction !== server.requests[1]?.transaction);
});

Deno.test("silence is no answer; after two the connection is made anew", async () => {
  await using server = await serverOf(() => null, () => null, answerWell);
  await using site = metersOn(server.port, { readTimeoutMs: 400 });
  site.start();
  await server.requested(1);
  await site.clock.advance(400);
  assertEquals(failure(site.heard.current()), `no answer from 127.0.0.1:${server.port} (unit 1)`);
  assertEquals(site.heard.refusals, []);
  await site.clock.advance(600);
  await server.requested(2);
  assertEquals(server.connections(), 1);
  await site.clock.advance(400);
  await server.quiet();
  await site.clock.advance(600);
  await site.heard.until(({ samples }) => samples.length === 1);
  assertEquals(server.connections(), 2);
});

for (const [name, end] of [["reset", "resetAndDestroy"], ["closed", "end"]] as const) {
  Deno.test(`a connection that is ${name} instead of an answer is named and made anew`, async () => {
    await using server = await startRawModbus((request, socket) => {
      if (request.index === 0) socket[end]();
      else socket.write(answerWell(request));
    });
    await using site = metersOn(server.port);
    site.start();
    await site.heard.until((heard) => heard.current().kind === "failing");
    const verb = name === "reset" ? "reset" : "closed";
    assertEquals(failure(site.heard.current()), `127.0.0.1:${server.port} ${verb} the connection`);
    await site.clock.advance(1_000);
    await site.heard.until(({ samples }) => samples.length === 1);
    assertEquals(server.connections(), 2);
  });
}

Deno.test("a device that cannot be reached is named, and tried ever more seldom", async () => {
  const server = await serverOf(answerWell);
  const { port } = server;
  await server.stop();
  await using site = metersOn(port);
  site.start();
  await site.heard.until((heard) => heard.current().kind === "failing");
  assertEquals(failure(site.heard.current()), `127.0.0.1:${port} refuses the connection`);
  await using again = await startRawModbus(
    (request, socket) => socket.write(answerWell(request)),
    port,
  );
  await site.clock.advance(999);
  assertEquals(again.connections(), 0);
  await site.clock.advance(1);
  await site.heard.until(({ samples }) => samples.length === 1);
});

Deno.test("a host that says nothing at all is given up after the connect time-out", async () => {
  await using site = metersOn(502, { host: SILENT_HOST, connectTimeoutMs: 700 });
  site.start();
  await site.clock.advance(700);
  await site.heard.until((heard) => heard.current().kind === "failing");
  const reason = failure(site.heard.current()) ?? "";
  assert(/^no (answer from|route to) 192\.0\.2\.1:502$/.test(reason), reason);
});

/** An address that is reserved for documents (RFC 5737): nobody answers there. */
const SILENT_HOST = "192.0.2.1";

Deno.test("units behind one gateway share one connection, one request at a time", async () => {
  let asked = 0;
  let most = 0;
  await using server = await startRawModbus((request, socket) => {
    asked += 1;
    most = Math.max(most, asked);
    setTimeout(() => {
      asked -= 1;
      socket.write(goodAnswer(request, GOOD_REGISTERS.with(3, request.unit * 10)));
    }, 0);
  });
  const host = "127.0.0.1";
  await using site = metersOn(server.port, { unit: 1, host }, { unit: 2, host }, {
    unit: 3,
    host,
  });
  site.start();
  await Promise.all(site.all.map((heard) => heard.until(({ samples }) => samples.length === 1)));
  assertEquals(site.all.map(({ samples }) => samples[0]?.currentsAmps?.L1), [1, 2, 3]);
  assertEquals([server.connections(), most], [1, 1]);
});

Deno.test("a silent unit holds up the others for one time-out, and is then asked less often", async () => {
  await using server = await startRawModbus((request, socket) => {
    if (request.unit === 1) socket.write(answerWell(request));
  });
  await using site = metersOn(server.port, { unit: 9, readTimeoutMs: 300 }, { unit: 1 });
  const [silent = site.heard, alive = site.heard] = site.all;
  site.start();
  await server.requested(1);
  await site.clock.advance(300);
  await alive.until(({ samples }) => samples.length === 1);
  assertEquals(failure(silent.current()), `no answer from 127.0.0.1:${server.port} (unit 9)`);
  await site.clock.advance(700);
  await server.requested(3);
  await site.clock.advance(300);
  await alive.until(({ samples }) => samples.length === 2);
  assertEquals(server.requests.map(({ unit }) => unit), [9, 1, 9, 1]);
  for (const count of [3, 4]) {
    await site.clock.advance(count === 3 ? 700 : 1_000);
    await alive.until(({ samples }) => samples.length === count);
  }
  assertEquals(server.requests.map(({ unit }) => unit), [9, 1, 9, 1, 1, 1]);
  assertEquals(server.connections(), 1);
});

Deno.test("requests keep the asked distance from the answer before", async () => {
  await using server = await serverOf(answerWell);
  const profile = testProfile({ maxRegistersPerRead: 3 });
  await using site = metersOn(server.port, { profile, requestSpacingMs: 50 });
  site.start();
  await server.requested(1);
  await roundTrip(server);
  const asked = () =>
    server.requests.filter(({ unit }) => unit === 1).map(({ address }) => address);
  await site.clock.advance(49);
  await roundTrip(server);
  assertEquals(asked(), [0]);
  await site.clock.advance(1);
  await site.heard.until(({ samples }) => samples.length === 1);
});

Deno.test("a connection that ends between two requests fails the second at once", async () => {
  await using server = await startRawModbus((request, socket) => {
    socket.write(answerWell(request));
    if (request.unit === 1) socket.end();
  });
  const profile = testProfile({ maxRegistersPerRead: 3 });
  await using site = metersOn(server.port, { profile, requestSpacingMs: 50 });
  site.start();
  await server.requested(1);
  await roundTrip(server);
  await site.clock.advance(50);
  await site.heard.until((heard) => heard.current().kind === "failing");
  assertEquals(
    failure(site.heard.current()),
    `127.0.0.1:${server.port} closed the connection`,
  );
});

Deno.test("a device that hangs up each time is left alone ever longer", async () => {
  // Each time in another way, so that each attempt shows as another reason.
  await using server = await startRawModbus(({ index }, socket) => {
    if (index % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
  });
  await using site = metersOn(server.port);
  site.start();
  const failures = (count: number) =>
    site.heard.until(({ healths }) => healths.length === count + 1);
  await failures(1);
  for (const [seconds, count] of [[1, 2], [2, 3], [4, 4], [8, 5]] as const) {
    await site.clock.advance(seconds * 1_000 - 1);
    assertEquals(server.connections(), count - 1);
    await site.clock.advance(1);
    await failures(count);
  }
});

Deno.test("stopping one of two meters leaves the other its connection", async () => {
  await using server = await serverOf(answerWell);
  await using site = metersOn(server.port, { unit: 1 }, { unit: 2 });
  site.start();
  const [one = site.heard, two = site.heard] = site.all;
  await one.until(({ samples }) => samples.length === 1);
  await two.until(({ samples }) => samples.length === 1);
  await site.meters[0]?.stop();
  await site.clock.advance(1_000);
  await two.until(({ samples }) => samples.length === 2);
  assertEquals([one.samples.length, server.open()], [1, 1]);
  await site.meters[1]?.stop();
  await server.quiet();
});

Deno.test("stop() does not wait for an answer that will not come", async () => {
  await using server = await serverOf(() => null);
  await using site = metersOn(server.port);
  site.start();
  await server.requested(1);
  await site.meters[0]?.stop();
  await server.quiet();
  assertEquals(site.heard.healths, [{ kind: "waiting" }]);
});

Deno.test("stop() while connecting gives up at once", async () => {
  await using site = metersOn(502, { host: SILENT_HOST });
  site.start();
  await site.clock.settle();
  await site.meters[0]?.stop();
  assertEquals(site.heard.samples.length, 0);
});
