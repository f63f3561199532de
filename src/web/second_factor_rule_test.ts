import { assertEquals, assertStringIncludes } from "@std/assert";
import { Secret, TOTP } from "otpauth";
import { ROLES } from "../site/mod.ts";
import { anotherClient, type Client, openClient, ORIGIN } from "./_client.ts";
import { createFixture, FIXTURE_PASSWORD, FIXTURE_TOKEN } from "./_fixture.ts";
import { listRoutes } from "./routes.ts";
import { needsSecondFactor, SECOND_FACTOR_RULES } from "./second_factor_rule.ts";
import { PROOF_LIFE_MS } from "./sign_in/sessions.ts";

const MINUTE_MS = 60_000;
/** What stays open: assets, signing in and out, one's password, showing who one is, enrolling. */
const OPEN = /^(\/assets\/|\/healthz$|\/readyz$|\/sign-|\/account\/(password|presence|confirm)$)/;

Deno.test("who needs a second factor follows from the rule and the role, and ends with having one", () => {
  const needing = (rule: typeof SECOND_FACTOR_RULES[number]) =>
    ROLES.filter((role) => needsSecondFactor(rule, { role }));
  assertEquals(needing("optional"), []);
  assertEquals(needing("admins"), ["admin"]);
  assertEquals(needing("all"), ROLES);
  for (const role of ROLES) {
    assertEquals(needsSecondFactor("all", { role, secondFactor: {} }), false);
  }
});

async function codeOf(client: Client, nowMs: number, path = "/account/second-factor") {
  const page = await client.text(path);
  const secret = (/secret-text">([A-Z2-7 ]+)</.exec(page)?.[1] ?? "").replaceAll(" ", "");
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  return { page, app, code: app.generate({ timestamp: nowMs }) };
}

for (const rule of SECOND_FACTOR_RULES) {
  for (const role of ROLES) {
    Deno.test(`with the rule ${rule}, ${role} reaches nothing but setting it up, where it is missing`, async () => {
      const fixture = await createFixture();
      const { web } = openClient(fixture, { secondFactor: rule });
      const client = anotherClient(web);
      await (await client.signIn(role)).body?.cancel();
      const isHeld = needsSecondFactor(rule, { role });
      for (
        const { method, path, key } of listRoutes().filter(({ access }) => access !== "anyone")
      ) {
        if (OPEN.test(path) || path === "/account/second-factor") continue;
        await fixture.clock.advance(100);
        const answer = await client.send(path.replace(":slot", "1").replaceAll(/:\w+/g, "x"), {
          method,
          headers: { origin: ORIGIN, "content-type": "application/json" },
          ...(method === "GET" || method === "DELETE" ? {} : { body: "{}" }),
        });
        const told = answer.headers.get("location") === "/account/second-factor" ||
          answer.status === 403 && (await answer.text()).includes("Set up a second factor first");
        if (answer.body?.locked === false) await answer.body.cancel();
        assertEquals(told, isHeld, `${role}: ${key}`);
      }
      assertEquals(fixture.commanded.length === 0 || !isHeld, true);
      web.close();
      await fixture.spawn.drain();
    });
  }
}

Deno.test("who is led to it sets it up, and goes on from there with code and all", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture, { secondFactor: "all" });
  await client.signIn("operator");
  assertEquals((await client.get("/")).headers.get("location"), "/account/second-factor");
  const { page, code } = await codeOf(client, fixture.clock.wallMs());
  assertStringIncludes(page, "This site wants a second factor of you");
  assertEquals(page.includes('href="/account"'), false, "there is no way around it");
  assertStringIncludes(page, 'action="/sign-out"');
  const wrong = await client.post("/account/second-factor", { code: "000000" });
  assertEquals(wrong.status, 422);
  assertEquals((await client.get("/")).status, 303);
  await fixture.clock.advance(1_000);
  const done = await client.post("/account/second-factor", { code });
  assertEquals(done.status, 200);
  assertEquals((await client.get("/")).status, 200);
  const account = await client.text("/account");
  assertEquals(account.includes("/account/second-factor/remove"), false);
  const removal = await client.post("/account/second-factor/remove");
  assertEquals(removal.status, 403);
  assertEquals(fixture.users.find("operator")?.secondFactor === undefined, false);
  client.web.close();
});

Deno.test("another app takes the place of the one before only with its first code", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture, { secondFactor: "all" });
  await client.signIn("operator");
  const first = await codeOf(client, fixture.clock.wallMs());
  await client.post("/account/second-factor", { code: first.code });
  const before = fixture.users.find("operator")?.secondFactor;
  // Without saying so nobody's app is replaced.
  assertEquals((await client.get("/account/second-factor")).headers.get("location"), "/account");
  const anew = "/account/second-factor?anew=on";
  const second = await codeOf(client, fixture.clock.wallMs(), anew);
  await client.post("/account/second-factor", { code: second.code });
  assertEquals(fixture.users.find("operator")?.secondFactor, before);
  await client.post("/account/second-factor", { code: "000000", anew: "on" });
  assertEquals(fixture.users.find("operator")?.secondFactor, before);
  await client.post("/account/second-factor", { code: second.code, anew: "on" });
  const after = fixture.users.find("operator")?.secondFactor;
  assertEquals(after !== undefined && after.secret !== before?.secret, true);
  client.web.close();
});

Deno.test("a browser left open by somebody who never set it up sets up nothing for a stranger", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture, { secondFactor: "all" });
  await client.signIn("viewer");
  await fixture.clock.advance(PROOF_LIFE_MS);
  const answer = await client.get("/account/second-factor");
  assertEquals(
    answer.headers.get("location"),
    `/account/confirm?next=${encodeURIComponent("/account/second-factor")}`,
  );
  const proved = await client.post("/account/confirm", {
    password: FIXTURE_PASSWORD,
    next: "/account/second-factor",
  });
  assertEquals(proved.headers.get("location"), "/account/second-factor");
  assertEquals((await client.get("/account/second-factor")).status, 200);
  client.web.close();
});

Deno.test("who was reset sets up another one after choosing a password; scripts go on", async () => {
  const fixture = await createFixture();
  const client = openClient(fixture, { secondFactor: "admins" });
  await client.signIn("viewer");
  assertEquals((await client.get("/")).status, 200);
  const admin = anotherClient(client.web);
  await admin.signIn("admin");
  const { code } = await codeOf(admin, fixture.clock.wallMs());
  await admin.post("/account/second-factor", { code });
  await fixture.clock.advance(MINUTE_MS);
  const shown = await (await admin.post("/users", { name: "Meera", role: "admin" })).text();
  const password = /id="shown-once">([\w-]+)</.exec(shown)?.[1] ?? "";
  const meera = anotherClient(client.web);
  await meera.signIn("Meera", password);
  assertEquals((await meera.get("/")).headers.get("location"), "/account/password");
  await meera.post("/account/password", {
    old: password,
    new: "four green lamps",
    repeat: "four green lamps",
  });
  assertEquals((await meera.get("/")).headers.get("location"), "/account/second-factor");
  assertEquals((await meera.get("/users")).headers.get("location"), "/account/second-factor");
  const script = await client.send("/api/v1/site", {
    headers: { authorization: `Bearer ${FIXTURE_TOKEN}` },
  });
  assertEquals(script.status, 200);
  client.web.close();
});
