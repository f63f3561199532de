import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { makeTestCertificates } from "../../test/support/mosquitto.ts";
import { serverTest, succeeds } from "../../test/support/required_server.ts";
import { createFixture, FIXTURE_OPTIONS, FIXTURE_TOKEN } from "./_fixture.ts";
import { readEvents } from "./live/_read_events.ts";
import { serveWeb } from "./server_io.ts";

const AUTHORIZED = { headers: { authorization: `Bearer ${FIXTURE_TOKEN}` } };

Deno.test("serveWeb() serves pages and API on a free port, and lets go of it", async () => {
  const fixture = await createFixture();
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  assertMatch(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  assertEquals(await (await fetch(new URL("/healthz", server.url))).text(), "ok\n");
  const site = await (await fetch(new URL("/api/v1/site", server.url), AUTHORIZED)).json();
  assertEquals(site.name, "Pune Depot");
  // The address of this machine itself: metrics without a sign-in.
  assertEquals(await (await fetch(new URL("/metrics", server.url))).text(), "sangam_up 1\n");
  await server.stop();
  const again = serveWeb(
    { ...FIXTURE_OPTIONS, port: Number(new URL(server.url).port) },
    fixture.ports,
  );
  assertEquals(again.url, server.url);
  await again.stop();
});

Deno.test("stop() ends open streams at once", async () => {
  const fixture = await createFixture();
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  const response = await fetch(new URL("/api/v1/events", server.url), AUTHORIZED);
  const reader = readEvents(response.body);
  fixture.events.emit("circuits", {});
  await fixture.clock.advance(250);
  assertEquals((await reader.next())?.name, "circuits");
  const stopped = server.stop();
  assertEquals(await reader.next(), null);
  await stopped;
  assertEquals(fixture.clock.pending(), 0);
});

Deno.test("stop() answers for a request that does not end", async () => {
  const fixture = await createFixture();
  const asked = Promise.withResolvers<void>();
  fixture.answer = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  const path = new URL("/api/v1/evses/1/unlock", server.url);
  const response = fetch(path, { ...AUTHORIZED, method: "POST" });
  await asked.promise;
  const stopped = server.stop();
  await fixture.clock.advance(3_000);
  const { status, body } = await response;
  await body?.cancel();
  assertEquals(status, 503);
  await stopped;
});

Deno.test("who goes in the middle of a request is no mistake of the gateway's", async () => {
  const fixture = await createFixture();
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  const { hostname, port } = new URL(server.url);
  const headers = `host: x\r\nauthorization: Bearer ${FIXTURE_TOKEN}\r\n`;
  const json = "content-type: application/json\r\n";
  const form = "content-type: application/x-www-form-urlencoded\r\n";
  const beginnings = [
    `POST /api/v1/evses/1/limit HTTP/1.1\r\n${headers}${json}content-length: 50\r\n\r\n{"amps"`,
    `POST /sign-in HTTP/1.1\r\nhost: x\r\n${form}content-length: 50\r\n\r\nname=a`,
    `PUT /api/v1/tokens/A HTTP/1.1\r\n${headers}${json}transfer-encoding: chunked\r\n\r\n9\r\n{"a`,
    `PUT /api/v1/tokens/A HTTP/1.1\r\n${headers}${json}transfer-encoding: chunked\r\n\r\nzz\r\n`,
  ];
  for (const beginning of beginnings) {
    for (const isReset of [false, true]) {
      const connection = await Deno.connect({ hostname, port: Number(port) });
      await connection.write(new TextEncoder().encode(beginning));
      // The gateway has begun to read when it answers somebody who came later.
      await (await fetch(new URL("/healthz", server.url))).text();
      if (isReset) connection.close();
      else {
        await connection.closeWrite();
        await new Response(connection.readable).text().catch(() => {});
      }
      await (await fetch(new URL("/healthz", server.url))).text();
    }
  }
  await server.stop();
  assertEquals(fixture.log.filter(({ event }) => event === "request_failed"), []);
  assertGreater(fixture.log.filter(({ event }) => event === "request_broken_off").length, 0);
});

Deno.test("a Host header that is no host is refused, and is no mistake of the gateway's", async () => {
  const fixture = await createFixture();
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  for (const host of ["[::", "a b", "[1:2", "x:99999"]) {
    for (const path of ["/audit", "/sign-in", "/api/v1/site", "/nothing"]) {
      const connection = await Deno.connect({
        hostname: "127.0.0.1",
        port: Number(new URL(server.url).port),
      });
      const head = `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n` +
        `authorization: Bearer ${FIXTURE_TOKEN}\r\n\r\n`;
      await connection.write(new TextEncoder().encode(head));
      assertMatch(await new Response(connection.readable).text(), /^HTTP\/1.1 400 /, host + path);
    }
  }
  await server.stop();
});

Deno.test("a listener everywhere is named so that a browser here finds it", async () => {
  const fixture = await createFixture();
  for (const host of ["0.0.0.0", "127.0.0.1", "::1"]) {
    const server = serveWeb({ ...FIXTURE_OPTIONS, host }, fixture.ports);
    const expected = { "0.0.0.0": "localhost", "127.0.0.1": "127.0.0.1", "::1": "[::1]" }[host];
    assertEquals(new URL(server.url).hostname, expected);
    await server.stop();
  }
});

const OPENSSL = { name: "openssl", isInstalled: succeeds("openssl", ["version"]) };

serverTest(OPENSSL, "serveWeb() speaks TLS where it has a certificate", async () => {
  const { ca, cert, key } = await makeTestCertificates();
  const fixture = await createFixture();
  const server = serveWeb(
    { ...FIXTURE_OPTIONS, host: "localhost", tls: { cert, key } },
    fixture.ports,
  );
  assertMatch(server.url, /^https:\/\/localhost:/);
  using client = Deno.createHttpClient({ caCerts: [ca] });
  const response = await fetch(new URL("/sign-in", server.url), { client });
  assertEquals(response.status, 200);
  await response.body?.cancel();
  await server.stop();
});
