import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { createFixture, FIXTURE_OPTIONS, FIXTURE_PASSWORD, FIXTURE_TOKEN } from "./_fixture.ts";
import { anotherClient, CLIENT_ADDRESS, openClient, openClientAs, ORIGIN } from "./_client.ts";
import { createWeb } from "./web.ts";

const MINUTE_MS = 60_000;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

Deno.test("every answer tells browsers to run and load nothing but ours", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  for (const path of ["/", "/sign-in", "/api/v1/site", "/nothing", "/healthz"]) {
    const { headers, body } = await client.get(path);
    await body?.cancel();
    assertEquals(
      headers.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      path,
    );
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("referrer-policy"), "no-referrer");
    assertEquals(headers.get("x-frame-options"), "DENY");
    assertEquals(headers.get("cache-control"), "no-store");
    assertEquals(headers.get("strict-transport-security"), null);
    assertMatch(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  }
});

Deno.test("the cookie is __Host-sid and Secure on TLS, sid on plain loopback", async () => {
  const fixture = await createFixture();
  const cookies = (response: Response) => response.headers.getSetCookie();
  const [plainId, plainMark, ...none] = cookies(await openClient(fixture).signIn("viewer"));
  assertMatch(plainId ?? "", /^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const mark = /^known=[\w.-]+; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Strict$/;
  assertMatch(plainMark ?? "", mark);
  assertEquals(none, []);
  const secure = await openClient(fixture, { tls: { cert: "", key: "" } }).signIn("viewer");
  const [secureId, secureMark] = cookies(secure);
  assertMatch(
    secureId ?? "",
    /^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  assertMatch(secureMark ?? "", /^__Host-known=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
});

Deno.test("only a certificate that browsers trust by themselves binds them to TLS for a year", async () => {
  const fixture = await createFixture();
  const hsts = async (tls: { cert: string; key: string; isOwn?: boolean } | null) => {
    const response = await openClient(fixture, { tls }).get("/sign-in");
    await response.body?.cancel();
    return response.headers.get("strict-transport-security");
  };
  assertEquals(await hsts({ cert: "", key: "" }), "max-age=31536000");
  assertEquals(await hsts({ cert: "", key: "", isOwn: true }), null);
  assertEquals(await hsts(null), null);
});

Deno.test("nothing that changes something is done without knowing where it comes from", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const send = (headers: Readonly<Record<string, string>>) =>
    client.send("/api/v1/evses/1/stop", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: "{}",
    });
  for (
    const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", origin: ORIGIN },
      { "sec-fetch-site": "same-site", origin: ORIGIN },
      { "sec-fetch-site": "none" },
    ]
  ) {
    const response = await send(headers);
    await response.body?.cancel();
    assertEquals(response.status, 403, JSON.stringify(headers));
  }
  assertEquals(fixture.commanded, []);
  assertEquals((await send({ origin: ORIGIN })).status, 200);
  // Behind a tunnel the browser knows us by another address.
  const tunnel = { "sec-fetch-site": "same-origin", origin: "https://depot.example" };
  assertEquals((await send(tunnel)).status, 200);
});

Deno.test("who sends too many requests has to wait, and holds up nobody else", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const flood = async (path: string, from: string) => {
    const statuses = new Map<number, number>();
    for (let count = 0; count < 300; count++) {
      const response = await client.send(path, { from });
      await response.body?.cancel();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
    return statuses;
  };
  assertEquals([...await flood("/api/v1/site", CLIENT_ADDRESS)], [[200, 200], [429, 100]]);
  client.cookie = null;
  const strangers = await flood("/healthz", "203.0.113.9");
  assertEquals([strangers.get(200), strangers.get(429)], [60, 240]);
  const held = await client.send("/healthz", { from: "203.0.113.9" });
  assertEquals(held.headers.get("retry-after"), "1");
  await held.body?.cancel();
  assertEquals((await openClient(fixture).get("/healthz")).status, 200);
  await fixture.clock.advance(1_000);
  assertEquals((await client.send("/healthz", { from: "203.0.113.9" })).status, 200);
});

Deno.test("signing in leads to the page that was asked for, and never to another site", async () => {
  const fixture = await createFixture();
  const asked = await openClient(fixture).get("/sessions?charger=CP01");
  assertEquals(asked.status, 303);
  assertEquals(asked.headers.get("location"), "/sign-in?next=%2Fsessions%3Fcharger%3DCP01");
  for (
    const [next, location] of [
      ["/sessions?charger=CP01", "/sessions?charger=CP01"],
      ["", "/"],
      ["//evil.example/", "/"],
      ["//evil.example/sessions", "/"],
      ["/\\evil.example/", "/"],
      ["https://evil.example/", "/"],
      ["javascript:alert(1)", "/"],
      ["/sign-in", "/"],
    ] as const
  ) {
    const response = await openClient(fixture).send("/sign-in", {
      method: "POST",
      headers: { ...FORM, origin: ORIGIN },
      body: new URLSearchParams({ name: "viewer", password: FIXTURE_PASSWORD, next }).toString(),
    });
    assertEquals(response.headers.get("location"), location, next);
  }
});

Deno.test("a wrong password shows the form again, later tries have to wait", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const wrong = await client.signIn("operator", "wrong");
  assertEquals(wrong.status, 401);
  assertEquals(wrong.headers.get("set-cookie"), null);
  const page = await wrong.text();
  assertStringIncludes(page, "Name or password is wrong.");
  assertStringIncludes(page, 'value="operator"');
  const early = await client.signIn("operator");
  assertEquals(early.status, 429);
  assertEquals(early.headers.get("retry-after"), "1");
  assertStringIncludes(await early.text(), "Wait 1 second");
  await fixture.clock.advance(1_000);
  assertEquals((await client.signIn("operator")).status, 303);
});

Deno.test("signing in begins a new session, also for somebody who had one", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const before = client.cookie;
  await client.signIn("viewer");
  assertEquals(client.cookie !== before, true);
  const old = anotherClient(client.web);
  old.cookie = before;
  assertEquals((await old.get("/api/v1/site")).status, 401);
});

Deno.test("a session ends after 15 idle minutes; requests and presence prolong it", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  await fixture.clock.advance(14 * MINUTE_MS);
  assertEquals((await client.get("/api/v1/site")).status, 200);
  await fixture.clock.advance(14 * MINUTE_MS);
  const presence = await client.send("/account/presence", {
    method: "POST",
    headers: { origin: ORIGIN },
  });
  assertEquals(presence.status, 204);
  await fixture.clock.advance(14 * MINUTE_MS);
  assertEquals((await client.get("/api/v1/site")).status, 200);
  await fixture.clock.advance(15 * MINUTE_MS);
  assertEquals((await client.get("/api/v1/site")).status, 401);
});

Deno.test("streams that open by themselves do not keep a session alive", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  await fixture.clock.advance(14 * MINUTE_MS);
  for (const path of ["/live?path=/", "/api/v1/events"]) {
    const stream = await client.get(path);
    assertEquals(stream.status, 200);
    await stream.body?.cancel();
  }
  await fixture.clock.advance(MINUTE_MS);
  assertEquals((await client.get("/api/v1/site")).status, 401);
  client.web.close();
});

Deno.test("signing out ends the session and forgets the cookie", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const { cookie } = client;
  const response = await client.post("/sign-out");
  assertEquals(response.headers.get("location"), "/sign-in");
  assertMatch(response.headers.get("set-cookie") ?? "", /^sid=; Max-Age=0; Path=\/; /);
  client.cookie = cookie;
  assertEquals((await client.get("/api/v1/site")).status, 401);
});

Deno.test("a removed user, or one with another role, is so at the next request", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const user = fixture.users.find("operator");
  await fixture.users.save({ ...known(user), role: "viewer" });
  assertEquals((await client.get("/api/v1/tokens")).status, 403);
});

Deno.test("a one-time password opens nothing but the page to replace it", async () => {
  const fixture = await createFixture();
  const user = fixture.users.find("admin");
  await fixture.users.save({
    ...known(user),
    mustChangePassword: true,
    createdAtMs: fixture.clock.wallMs(),
  });
  const client = openClient(fixture);
  const signedIn = await client.signIn("admin");
  assertEquals(signedIn.headers.get("location"), "/account/password");
  assertEquals((await client.get("/")).headers.get("location"), "/account/password");
  assertEquals((await client.get("/api/v1/site")).status, 403);
  assertStringIncludes(await client.text("/account/password"), "Choose a password of your own");
  const next = "four green lamps";
  const changed = await client.post("/account/password", {
    old: FIXTURE_PASSWORD,
    new: next,
    repeat: next,
  });
  assertEquals(changed.headers.get("location"), "/");
  assertEquals((await client.get("/api/v1/site")).status, 200);
});

Deno.test("changing the password signs every other browser out", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const other = anotherClient(client.web);
  await other.signIn("viewer");
  const passwords = { old: FIXTURE_PASSWORD, new: "four green lamps", repeat: "four green lamps" };
  const before = client.cookie;
  await client.post("/account/password", passwords);
  assertEquals((await client.get("/api/v1/site")).status, 200);
  assertEquals((await other.get("/api/v1/site")).status, 401);
  other.cookie = before;
  assertEquals((await other.get("/api/v1/site")).status, 401);
});

Deno.test("the page to change the password says what is wrong with a new one", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  for (
    const [next, repeat, says] of [
      ["short one", "short one", "fewer than 12"],
      ["password1234", "password1234", "too easy"],
      ["four green lamps", "four green lambs", "not the same"],
      [FIXTURE_PASSWORD, FIXTURE_PASSWORD, "is the present one"],
    ] as const
  ) {
    const fields = { old: FIXTURE_PASSWORD, new: next, repeat };
    const response = await client.post("/account/password", fields);
    assertEquals(response.status, 422, next);
    assertStringIncludes(await response.text(), says);
  }
});

Deno.test("a form from another site is refused, whatever it says of its origin", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const body = new URLSearchParams({ csrf: await client.csrf() }).toString();
  for (
    const headers of [
      { ...FORM, origin: "https://evil.example" },
      { ...FORM, origin: "null" },
      { ...FORM, "sec-fetch-site": "cross-site" },
      { ...FORM, "sec-fetch-site": "same-site" },
      { ...FORM },
      { "content-type": "text/plain", origin: "https://evil.example" },
    ]
  ) {
    const response = await client.send("/evses/1/stop", { method: "POST", headers, body });
    assertEquals(response.status, 403, JSON.stringify(headers));
    assertStringIncludes(await response.text(), "This form is no longer valid");
  }
  assertEquals(fixture.commanded, []);
});

Deno.test("a form without this session's token is refused, also from our own origin", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const other = anotherClient(client.web);
  await other.signIn("operator");
  for (const csrf of ["", "guess", await other.csrf()]) {
    const response = await client.send("/evses/1/stop", {
      method: "POST",
      headers: { ...FORM, origin: ORIGIN },
      body: new URLSearchParams({ csrf }).toString(),
    });
    assertEquals(response.status, 403, csrf);
  }
  assertEquals(fixture.commanded, []);
  assertEquals((await client.post("/evses/1/stop")).status, 303);
  assertEquals(fixture.commanded, [["stop", 1, "operator"]]);
});

Deno.test("the API takes no body from a browser at another site", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const evil = { origin: "https://evil.example" };
  const plain = await client.send("/api/v1/evses/1/stop", { method: "POST", headers: evil });
  assertEquals(plain.status, 403);
  const disguised = await client.send("/api/v1/evses/1/start", {
    method: "POST",
    headers: { origin: ORIGIN, "content-type": "text/plain" },
    body: `{"idToken":"04A1"}`,
  });
  assertEquals(disguised.status, 415);
  assertEquals(fixture.commanded, []);
});

Deno.test("a script with the admin token needs no origin; a wrong token is nobody", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const stop = (token: string) =>
    client.send("/api/v1/evses/1/stop", {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
  assertEquals((await stop(FIXTURE_TOKEN)).status, 200);
  assertEquals(fixture.commanded, [["stop", 1, "admin token"]]);
  for (const token of [FIXTURE_TOKEN + "x", FIXTURE_TOKEN.slice(1), "x"]) {
    const refused = await client.send("/api/v1/site", {
      headers: { authorization: `Bearer ${token}` },
    });
    assertEquals(refused.status, 401, token);
    assertEquals(refused.headers.get("www-authenticate"), `Bearer realm="sangam"`);
  }
  const none = openClient(fixture, { adminToken: null });
  assertEquals(
    (await none.send("/api/v1/site", { headers: { authorization: "Bearer null" } })).status,
    401,
  );
});

Deno.test("createWeb() refuses an admin token that could be guessed", async () => {
  const { ports } = await createFixture();
  assertThrows(
    () => createWeb({ ...FIXTURE_OPTIONS, adminToken: "x".repeat(31) }, ports),
    RangeError,
    "Cannot use admin token",
  );
});

Deno.test("a body over 256 KiB is refused before anybody reads it", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const response = await client.send("/sign-in", {
    method: "POST",
    headers: { ...FORM, origin: ORIGIN },
    body: "x".repeat(256 * 1024 + 1),
  });
  assertEquals(response.status, 413);
});

Deno.test("what is not there is a problem document for programs and a page for people", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const api = await client.get("/api/v1/nothing");
  assertEquals(api.status, 404);
  assertEquals(api.headers.get("content-type"), "application/problem+json");
  const document = await api.json();
  assertEquals(document, {
    type: "about:blank",
    title: "Not Found",
    status: 404,
    detail: "There is nothing at this address.",
    instance: `urn:uuid:${api.headers.get("x-request-id")}`,
  });
  const method = await client.send("/api/v1/site", {
    method: "DELETE",
    headers: { origin: ORIGIN },
  });
  assertEquals(method.status, 405);
  assertEquals(method.headers.get("allow"), "GET");
  await method.body?.cancel();
  for (const path of ["/nothing", "/chargers/CP99", "/assets/000000000000/site.css"]) {
    const page = await client.get(path);
    assertEquals(page.status, 404, path);
    assertStringIncludes(await page.text(), "There is nothing at this address");
  }
});

Deno.test("a mistake of ours shows its number and no more, and is in the log", async () => {
  const fixture = await createFixture();
  fixture.ports.views.chargers = () => {
    throw new Error("secret detail at line 12");
  };
  const client = await openClientAs(fixture, "viewer");
  const page = await client.get("/chargers");
  const id = page.headers.get("x-request-id") ?? "?";
  const text = await page.text();
  assertEquals(page.status, 500);
  assertStringIncludes(text, id);
  assertEquals(text.includes("secret detail"), false);
  const api = await client.get("/api/v1/chargers");
  assertEquals(api.status, 500);
  assertEquals((await api.text()).includes("secret detail"), false);
  assertEquals(
    fixture.log.find(({ event, requestId }) => event === "request_failed" && requestId === id)
      ?.error,
    "Error: secret detail at line 12",
  );
});

Deno.test("health and readiness say what the gateway says, with no detail", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  assertEquals([await client.text("/healthz"), await client.text("/readyz")], ["ok\n", "ready\n"]);
  fixture.health = { alive: false, ready: false, problems: ["disk full"] };
  for (const path of ["/healthz", "/readyz"]) {
    const response = await client.get(path);
    assertEquals(response.status, 503);
    assertEquals((await response.text()).includes("disk"), false);
  }
});

Deno.test("assets may be kept for ever, under a path that changes with them", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  const page = await client.text("/sign-in");
  const paths = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);
  assertEquals(paths.length, 3);
  for (const path of paths) {
    const response = await client.get(path ?? "");
    assertEquals(response.status, 200, path);
    assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    await response.body?.cancel();
  }
});

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Cannot find it");
  return value;
}
