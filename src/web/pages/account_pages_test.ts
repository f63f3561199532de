import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Secret, TOTP } from "otpauth";
import { anotherClient, type Client, openClient, openClientAs, ORIGIN } from "../_client.ts";
import { createFixture, FIXTURE_PASSWORD } from "../_fixture.ts";

const MINUTE_MS = 60_000;

async function setUp(role: "viewer" | "admin" = "admin") {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, role);
  const said = () =>
    fixture.noted.map(({ who, what, about, outcome }) => [who, what, about, outcome]);
  return { ...fixture, fixture, client, said };
}

/** Turns the second factor on and returns what the person's app and paper have then. */
async function enrol(client: Client, nowMs: () => number) {
  const page = await client.text("/account/second-factor");
  const secret = (/secret-text">([A-Z2-7 ]+)</.exec(page)?.[1] ?? "").replaceAll(" ", "");
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  const code = () => app.generate({ timestamp: nowMs() });
  const answer = await client.post("/account/second-factor", { code: code() });
  const text = await answer.text();
  const codes = [...text.matchAll(/<li class="token">([\w-]+)</g)].map((match) => match[1] ?? "");
  return { secret, code, codes };
}

async function signInWithCode(client: Client, name: string, code: string): Promise<Response> {
  const page = await (await client.signIn(name)).text();
  const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? "";
  return await client.send("/sign-in/code", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN },
    body: new URLSearchParams({ ticket, code }).toString(),
  });
}

Deno.test("a person sets up an app, signs in with its code, and with a recovery code without it", async () => {
  const { fixture, client, clock, said } = await setUp("viewer");
  const { code, codes } = await enrol(client, clock.wallMs);
  assertEquals(codes.length, 8);
  const other = anotherClient(client.web);
  const page = await other.signIn("viewer");
  assertEquals([page.status, other.cookie], [200, null]);
  assertStringIncludes(await page.text(), "Your code");
  assertEquals((await other.get("/api/v1/site")).status, 401);
  const used = await signInWithCode(other, "viewer", code());
  assertEquals(used.status, 401);
  assertStringIncludes(await used.text(), "This code is wrong, or was used already.");
  await clock.advance(30_000);
  assertEquals((await signInWithCode(other, "viewer", code())).status, 303);
  assertEquals((await other.get("/api/v1/site")).status, 200);
  const third = anotherClient(client.web);
  assertEquals((await signInWithCode(third, "viewer", codes[3] ?? "")).status, 303);
  assertStringIncludes(await third.text("/account"), "7 recovery codes are left");
  assertEquals(said(), [
    ["viewer", "sign-in", "", "done"],
    ["viewer", "second-factor-on", "", "done"],
    ["viewer", "sign-in", "", "failed"],
    ["viewer", "sign-in", "", "done"],
    ["viewer", "sign-in", "", "done"],
  ]);
  const written = JSON.stringify([fixture.noted, fixture.log]);
  for (const secret of [code(), ...codes, FIXTURE_PASSWORD]) {
    assertEquals(written.includes(secret), false, secret);
  }
  client.web.close();
});

Deno.test("turning the second factor on puts out who is signed in elsewhere; off, it takes the password alone", async () => {
  const { client, clock, users } = await setUp("viewer");
  const other = anotherClient(client.web);
  await other.signIn("viewer");
  const wrong = await client.post("/account/second-factor", { code: "000000" });
  assertEquals(wrong.status, 422);
  assertEquals(users.find("viewer")?.secondFactor, undefined);
  const { codes } = await enrol(client, clock.wallMs);
  assertEquals((await other.get("/api/v1/site")).status, 401);
  assertEquals((await client.get("/account/second-factor")).status, 303);
  const fresh = await (await client.post("/account/recovery-codes")).text();
  for (const code of codes) assertEquals(fresh.includes(code), false);
  await client.post("/account/second-factor/remove");
  assertEquals(users.find("viewer")?.secondFactor, undefined);
  assertEquals((await anotherClient(client.web).signIn("viewer")).status, 303);
  client.web.close();
});

Deno.test("ten minutes after signing in what is delicate asks again who one is, and a wrong answer does nothing", async () => {
  const { client, clock, users, said } = await setUp();
  assertEquals((await client.get("/users")).status, 200);
  await clock.advance(10 * MINUTE_MS);
  const asked = await client.get("/users");
  assertEquals([asked.status, asked.headers.get("location")], [
    303,
    "/account/confirm?next=%2Fusers",
  ]);
  const late = await client.post("/users/remove", { name: "viewer" });
  assertEquals(late.headers.get("location"), "/account/confirm?next=%2Fusers");
  assertEquals(users.find("viewer") === undefined, false);
  const own = await client.post("/account/second-factor/remove");
  assertEquals(own.headers.get("location"), "/account/confirm?next=%2Faccount%2Fsecond-factor");
  const wrong = await client.post("/account/confirm", { password: "wrong", next: "/users" });
  assertEquals(wrong.status, 422);
  assertStringIncludes(await wrong.text(), "The password is wrong.");
  assertEquals((await client.get("/users")).status, 303);
  await clock.advance(1_000);
  const right = await client.post("/account/confirm", {
    password: FIXTURE_PASSWORD,
    next: "//evil.example/",
  });
  assertEquals([right.status, right.headers.get("location")], [303, "/"]);
  assertEquals((await client.get("/users")).status, 200);
  assertEquals(said().slice(1), [
    ["admin", "identity-confirmed", "", "failed"],
    ["admin", "identity-confirmed", "", "done"],
  ]);
  client.web.close();
});

Deno.test("a person sees the own sessions and ends one or all others, and nobody else's", async () => {
  const { client } = await setUp("viewer");
  const [second, third] = [anotherClient(client.web), anotherClient(client.web)];
  const stranger = anotherClient(client.web);
  await second.signIn("viewer");
  await third.signIn("viewer");
  await stranger.signIn("operator");
  const elsewhere = anotherClient(client.web);
  await elsewhere.signIn("operator");
  const isIn = async (...clients: readonly Client[]) =>
    (await Promise.all(clients.map((each) => each.get("/api/v1/site"))))
      .map(({ status }) => status === 200);
  const keysOn = (page: string) =>
    [...page.matchAll(/name="session" value="([\w-]{43})"/g)].map((match) => match[1] ?? "");
  const keys = keysOn(await client.text("/account"));
  assertEquals(keys.length, 2);
  const foreign = keysOn(await stranger.text("/account"));
  assertEquals(foreign.length, 1);
  await client.post("/account/sessions/end", { session: foreign[0] ?? "" });
  assertEquals(await isIn(client, second, third, elsewhere), [true, true, true, true]);
  await client.post("/account/sessions/end", { session: keys[0] ?? "" });
  assertEquals((await isIn(second, third)).filter((each) => each).length, 1);
  await client.post("/account/sessions/end", { session: "others" });
  assertEquals(await isIn(client, second, third, stranger), [true, false, false, true]);
  client.web.close();
});

Deno.test("an administrator adds, changes, resets and removes users, and each is noted", async () => {
  const { client, users, said, fixture } = await setUp();
  const added = await (await client.post("/users", { name: "Meera", role: "operator" })).text();
  const password = /id="shown-once">([\w-]+)</.exec(added)?.[1] ?? "";
  assertMatch(password, /^(\w{5}-){3}\w{5}$/);
  assertEquals((await client.text("/users")).includes(password), false);
  const meera = anotherClient(client.web);
  const first = await meera.signIn("Meera", password);
  assertEquals(first.headers.get("location"), "/account/password");
  assertEquals((await meera.get("/")).headers.get("location"), "/account/password");
  const changed = await meera.post("/account/password", {
    old: password,
    new: "four green lamps",
    repeat: "four green lamps",
  });
  assertEquals(changed.headers.get("location"), "/");
  await client.post("/users/role", { name: "Meera", role: "installer" });
  assertEquals(users.find("Meera")?.role, "installer");
  assertEquals((await meera.get("/api/v1/site")).status, 401);
  const reset = await (await client.post("/users/reset", { name: "Meera" })).text();
  assertStringIncludes(reset, "One-time password for Meera");
  await client.post("/users/remove", { name: "Meera" });
  const own = await client.post("/users/remove", { name: "admin" });
  assertEquals(own.status, 422);
  assertStringIncludes(await own.text(), "Another administrator has to do that for you.");
  assertEquals(said().filter(([who]) => who === "admin").slice(1), [
    ["admin", "user-added", "Meera", "done"],
    ["admin", "user-changed", "Meera", "done"],
    ["admin", "user-reset", "Meera", "done"],
    ["admin", "user-removed", "Meera", "done"],
    ["admin", "user-removed", "admin", "refused"],
  ]);
  assertEquals(
    fixture.noted.find(({ what }) => what === "user-changed")?.detail,
    "operator → installer",
  );
  assertEquals(JSON.stringify([fixture.noted, fixture.log]).includes(password), false);
  client.web.close();
});

Deno.test("the audit log is shown by person and action, page by page, and says whether it is sound", async () => {
  const { client, ports, clock } = await setUp();
  for (let count = 0; count < 150; count++) {
    await ports.audit.append({
      atWallMs: clock.wallMs(),
      who: count % 2 === 0 ? "ravi" : "<b>meera</b>",
      way: "api",
      from: "10.0.0.1",
      what: "command stop",
      about: `CP01 slot ${count}`,
      outcome: "refused",
      detail: "busy",
    });
  }
  const rows = (page: string) => [...page.matchAll(/<tr><td/g)].length;
  const all = await client.text("/audit");
  assertEquals(rows(all), 100);
  assertStringIncludes(all, "&lt;b&gt;meera");
  const older = /href="(\/audit\?before=\d+)"/.exec(all)?.[1] ?? "";
  assertEquals(rows(await client.text(older)), 51);
  assertEquals(rows(await client.text("/audit?who=ravi&what=command")), 75);
  assertEquals(rows(await client.text("/audit?what=sign-in")), 1);
  assertEquals(rows(await client.text("/audit?from=nonsense&before=x")), 100);
  assertStringIncludes(await client.text("/audit?check=on"), "Sound: 151 entries.");
  ports.audit.check = () => Promise.resolve({ kind: "broken", number: 7 });
  assertStringIncludes(await client.text("/audit?check=on"), "Broken: entry 7 is missing");
  const found = await client.json("/api/v1/audit?who=ravi&limit=1");
  assertEquals(found, [{
    number: 150,
    at: "2026-01-05T08:35:00.000Z",
    who: "ravi",
    way: "api",
    from: "10.0.0.1",
    what: "command stop",
    about: "CP01 slot 148",
    outcome: "refused",
    detail: "busy",
    hash: "ab".repeat(32),
  }]);
  assertEquals((await client.get("/api/v1/audit?whom=ravi")).status, 422);
  client.web.close();
});

Deno.test("a failed sign-in is noted under the user's name, one of nobody without what was typed", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture);
  await client.signIn("operator", "wrong");
  await client.signIn("operator", "wrong");
  await client.signIn(FIXTURE_PASSWORD, "operator");
  assertEquals(fixture.noted.map(({ who, what, outcome }) => [who, what, outcome]), [
    ["operator", "sign-in", "failed"],
    ["(unknown)", "sign-in", "failed"],
  ]);
  client.web.close();
});
