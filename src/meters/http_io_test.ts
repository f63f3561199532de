import { assert, assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { failure, hearMeter } from "../../test/support/meters.ts";
import type { HttpMeterOptions } from "./http_options.ts";
import { createHttpMeter } from "./http_io.ts";

const METER: HttpMeterOptions = {
  driver: "http-json",
  id: "main",
  role: "grid",
  url: "http://127.0.0.1:1/status",
  values: [{ quantity: "active_power_total", path: "power", unit: "kW" }],
};

/** A server that answers each request as told. */
function serve(answer: (request: Request, count: number) => Response | Promise<Response>) {
  let count = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => answer(request, ++count),
  );
  return {
    address: `127.0.0.1:${server.addr.port}`,
    url: `http://127.0.0.1:${server.addr.port}/status?id=0`,
    requests: () => count,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A started meter on time that stands still until the test moves it. */
function listen(changes: Partial<HttpMeterOptions>) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const meter = createHttpMeter({ ...METER, ...changes }, clock, () => {}, spawn);
  const heard = hearMeter();
  meter.start(heard);
  return {
    clock,
    heard,
    meter,
    failed: () => heard.until((each) => each.current().kind === "failing"),
    refused: () => heard.until((each) => each.refusals.length > 0),
    good: () => heard.until((each) => each.samples.length > 0),
    async [Symbol.asyncDispose]() {
      await meter.stop();
      await spawn.drain();
      assertEquals(clock.pending(), 0);
    },
  };
}

Deno.test("a meter that answers is read once an interval", async () => {
  await using server = serve((_, count) => Response.json({ power: count }));
  await using site = listen({ url: server.url });
  await site.good();
  assertEquals(site.heard.samples[0]?.totalPowerW, 1_000);
  assertEquals(site.heard.samples[0]?.atMonoMs, 0);
  await site.clock.advance(1_000);
  await site.heard.until(({ samples }) => samples.length === 2);
  assertEquals(site.heard.samples[1]?.totalPowerW, 2_000);
  assertEquals(site.heard.samples[1]?.atMonoMs, 1_000);
});

Deno.test("a meter that is not there is named", async () => {
  const gone = serve(() => new Response());
  await gone[Symbol.asyncDispose]();
  await using site = listen({ url: gone.url });
  await site.failed();
  assertEquals(failure(site.heard.current()), `${gone.address} refuses the connection`);
});

Deno.test("a meter that does not answer in time is silent", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const asked = Promise.withResolvers<void>();
  await using server = serve(() => {
    asked.resolve();
    return promise;
  });
  const site = listen({ url: server.url, timeoutMs: 700 });
  await asked.promise;
  await site.clock.advance(700);
  await site.failed();
  assertEquals(failure(site.heard.current()), `no answer from ${server.address}`);
  await site.meter.stop();
  resolve(new Response());
});

const STATUSES: readonly [name: string, answer: () => Response, reason: RegExp][] = [
  [
    "asks who it is",
    () => new Response("", { status: 401 }),
    /asks for a user name and a password/,
  ],
  ["has no such page", () => new Response("", { status: 404 }), /has nothing at \/status$/],
  [
    "sends elsewhere",
    () => new Response("", { status: 302, headers: { location: "http://evil/" } }),
    /sends elsewhere \(status 302\)/,
  ],
  ["has a fault", () => new Response("", { status: 500 }), /answers with status 500/],
  ["sends a page", () => new Response("<html>"), /no JSON but "<html>"/],
  ["sends no number", () => Response.json({ power: null }), /no number for active_power_total/],
  ["sends too much", () => new Response("x".repeat(70_000)), /more than 65536 bytes/],
  ["sends NaN as text", () => Response.json({ power: "NaN" }), /no number/],
];

for (const [name, answer, reason] of STATUSES) {
  Deno.test(`a meter that ${name} gives no reading, and the reason says so`, async () => {
    await using server = serve(answer);
    await using site = listen({ url: server.url });
    await site.refused();
    assertEquals(site.heard.samples, []);
    assert(reason.test(site.heard.refusals[0] ?? ""), site.heard.refusals[0]);
    assert(!(site.heard.refusals[0] ?? "").includes("id=0"), "a query may hold a key");
  });
}

/** As a server of RFC 7616 judges, written for this test alone. */
function isProven(header: string, password: string, nonce: string): boolean {
  const field = (name: string) => new RegExp(`\\b${name}="?([^",]+)`).exec(header)?.[1] ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  const secret = digest(`admin:shelly:${password}`);
  const what = digest(`GET:${field("uri")}`);
  const parts = [secret, nonce, field("nc"), field("cnonce"), "auth", what];
  return field("nonce") === nonce && field("uri") === "/status?id=0" &&
    field("response") === digest(parts.join(":"));
}

/** Each nonce of the server is good for so many answers. */
function digestServer(password: string, answers = Infinity) {
  const used = new Set<string>();
  let given = 0;
  return serve((request) => {
    const nonce = `n${Math.floor(given / answers)}`;
    const header = request.headers.get("authorization") ?? "";
    const count = /nc=(\w+)/.exec(header)?.[1];
    if (isProven(header, password, nonce) && !used.has(`${nonce} ${count}`)) {
      used.add(`${nonce} ${count}`);
      given += 1;
      return Response.json({ power: 1 });
    }
    const challenge = `Digest qop="auth", realm="shelly", nonce="${nonce}", algorithm=SHA-256`;
    return new Response("", { status: 401, headers: { "www-authenticate": challenge } });
  });
}

Deno.test("a password is shown by digest, and the challenge is used again", async () => {
  await using server = digestServer("secret");
  await using site = listen({ url: server.url, username: "admin", password: "secret" });
  await site.good();
  assertEquals(server.requests(), 2);
  await site.clock.advance(1_000);
  await site.heard.until(({ samples }) => samples.length === 2);
  assertEquals(server.requests(), 3);
});

Deno.test("a challenge that is over is answered anew within the same round", async () => {
  await using server = digestServer("secret", 2);
  await using site = listen({ url: server.url, username: "admin", password: "secret" });
  for (let round = 1; round <= 4; round++) {
    await site.heard.until(({ samples }) => samples.length === round);
    await site.clock.advance(1_000);
  }
  assertEquals(site.heard.refusals, []);
});

Deno.test("a wrong password is said, and not tried each second", async () => {
  await using server = digestServer("secret");
  await using site = listen({ url: server.url, username: "admin", password: "wrong" });
  await site.refused();
  assertEquals(site.heard.refusals[0], `${server.address} refuses the user name or password`);
  await site.clock.advance(4_000);
  assertEquals(server.requests(), 2);
});

Deno.test("a password goes out plainly only where the meter asks for that", async () => {
  const seen: (string | null)[] = [];
  await using server = serve((request) => {
    const header = request.headers.get("authorization");
    seen.push(header);
    if (header !== null) return Response.json({ power: 1 });
    return new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="m"' } });
  });
  await using site = listen({ url: server.url, username: "u", password: "p" });
  await site.good();
  assertEquals(seen, [null, "Basic dTpw"]);
});

Deno.test("a reading that is old by the device's own clock is refused", async () => {
  await using server = serve((_, count) => Response.json({ power: 1, t: count === 1 ? 0 : -20 }));
  const values = [{ ...METER.values[0], timestampPath: "t" }] as HttpMeterOptions["values"];
  await using site = listen({ url: server.url, values });
  await site.heard.until(({ samples, refusals }) => samples.length + refusals.length > 0);
  assertEquals([...site.heard.refusals].length, 1);
});

Deno.test("an address or value that cannot be is refused at once", () => {
  const spawn = createSpawner(() => {});
  for (const wrong of [{ url: "ftp://x" }, { url: "http://a:b@x/" }, { values: [] }]) {
    assertThrows(
      () => createHttpMeter({ ...METER, ...wrong }, createVirtualClock(), () => {}, spawn),
      RangeError,
      "Cannot create meter main",
    );
  }
});
