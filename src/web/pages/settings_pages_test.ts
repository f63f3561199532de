import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Client, openClientAs } from "../_client.ts";
import { createFixture, FIXTURE_CONFIG } from "../_fixture.ts";
import { PROOF_LIFE_MS } from "../sign_in/sessions.ts";

const CHANGED = FIXTURE_CONFIG.replace("limit: 100", "limit: 80");

async function setUp(role: "installer" | "admin" = "admin") {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, role);
  return { fixture, client };
}

async function baseOf(client: Client): Promise<string> {
  return /name="base" value="([0-9a-f]{64})"/.exec(await client.text("/settings"))?.[1] ?? "";
}

Deno.test("the configuration is shown as it stands, comments and all, to an administrator alone", async () => {
  const { client } = await setUp();
  const page = await client.text("/settings");
  assertStringIncludes(page, "/etc/sangam/site.yaml");
  assertStringIncludes(page, "# as on the sign at the gate");
  assertStringIncludes(page, "Sangam 0.0.0-test");
  const installer = await setUp("installer");
  assertEquals((await installer.client.get("/settings")).status, 403);
  client.web.close();
  installer.client.web.close();
});

Deno.test("problems are named by their line, and there is nothing to apply", async () => {
  const { fixture, client } = await setUp();
  const base = await baseOf(client);
  const text = FIXTURE_CONFIG.replace("100", "wrong");
  const answer = await client.post("/settings/check", { text, base });
  assertEquals(answer.status, 422);
  const page = await answer.text();
  assertStringIncludes(page, "Line 5");
  assertStringIncludes(page, "circuits[0].limit");
  assertStringIncludes(page, "limit: wrong");
  assertEquals(page.includes("/settings/apply"), false);
  // Whoever sends it all the same gets the same answer.
  const applied = await client.post("/settings/apply", { text, base });
  assertEquals([applied.status, fixture.applied], [422, []]);
  client.web.close();
});

Deno.test("what would change is shown before it is applied; browsers' line ends change nothing", async () => {
  const { fixture, client } = await setUp();
  const base = await baseOf(client);
  const same = await client.post("/settings/check", {
    text: FIXTURE_CONFIG.replaceAll("\n", "\r\n"),
    base,
  });
  assertStringIncludes(await same.text(), "It is what is in force already.");
  const answer = await client.post("/settings/check", {
    text: CHANGED.replaceAll("\n", "\r\n"),
    base,
  });
  const page = await answer.text();
  assertStringIncludes(page, "What would change");
  assertStringIncludes(page, 'class="diff-line is-gone"');
  assertStringIncludes(page, "limit: 80");
  assertStringIncludes(page, "/settings/apply");
  assertEquals(fixture.applied, []);
  const applied = await client.post("/settings/apply", { text: CHANGED, base });
  assertEquals(applied.status, 200);
  assertStringIncludes(await applied.text(), "The gateway starts anew.");
  assertEquals(fixture.applied, [CHANGED]);
  const { what, outcome, detail } = fixture.noted.at(-1) ?? {};
  assertEquals([what, outcome], ["settings-applied", "done"]);
  assertStringIncludes(detail ?? "", `${base.slice(0, 16)} → `);
  assertStringIncludes(await client.text("/settings"), "was taken back: port 8443 is taken");
  client.web.close();
});

Deno.test("what somebody else has changed meanwhile is not overwritten", async () => {
  const { fixture, client } = await setUp();
  const base = await baseOf(client);
  fixture.applied.push(FIXTURE_CONFIG.replace("100", "63"));
  const answer = await client.post("/settings/apply", { text: CHANGED, base });
  assertEquals(answer.status, 422);
  assertStringIncludes(await answer.text(), "The file was changed meanwhile.");
  assertEquals(fixture.applied.length, 1);
  assertEquals(fixture.noted.at(-1)?.outcome, "failed");
  client.web.close();
});

Deno.test("a backup is downloaded by who has just shown who he is, by a form of ours, and is noted", async () => {
  const { fixture, client } = await setUp();
  const answer = await client.post("/settings/backup");
  assertEquals(
    answer.headers.get("content-disposition"),
    'attachment; filename="sangam-2026-01-05.tar.gz"',
  );
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertEquals(await answer.text(), "backup");
  assertEquals(fixture.noted.at(-1)?.what, "backup-made");
  const foreign = await client.send("/settings/backup", { method: "POST" });
  assertEquals(foreign.status, 403);
  await foreign.body?.cancel();
  await fixture.clock.advance(PROOF_LIFE_MS);
  const late = await client.post("/settings/backup");
  assertEquals(late.headers.get("location"), "/account/confirm?next=%2Fsettings");
  client.web.close();
});

Deno.test("a support bundle is downloaded by the page and by the API, and noted", async () => {
  const { fixture, client } = await setUp();
  assertStringIncludes(await client.text("/settings"), 'action="/settings/support-bundle"');
  const answer = await client.post("/settings/support-bundle");
  assertEquals(
    answer.headers.get("content-disposition"),
    'attachment; filename="sangam-support-2026-01-05.tar.gz"',
  );
  assertEquals([await answer.text(), answer.headers.get("cache-control")], ["bundle", "no-store"]);
  const { what, who, way } = fixture.noted.at(-1) ?? {};
  assertEquals([what, who, way], ["support-bundle-made", "admin", "page"]);
  const count = fixture.noted.length;
  const byApi = await client.get("/api/v1/support-bundle");
  assertEquals([byApi.status, await byApi.text()], [200, "bundle"]);
  assertEquals(fixture.noted.length, count + 1);
  await fixture.clock.advance(PROOF_LIFE_MS);
  const late = await client.post("/settings/support-bundle");
  assertEquals(late.headers.get("location"), "/account/confirm?next=%2Fsettings");
  const lateByApi = await client.get("/api/v1/support-bundle");
  assertEquals(lateByApi.status, 403);
  await lateByApi.body?.cancel();
  client.web.close();
});

Deno.test("while one bundle is made a second one is not begun, and nothing is noted", async () => {
  const fixture = await createFixture();
  const ports = { ...fixture.ports, support: { make: () => null } };
  const client = await openClientAs({ ...fixture, ports }, "admin");
  const count = fixture.noted.length;
  const answer = await client.post("/settings/support-bundle");
  assertEquals(answer.status, 422);
  assertStringIncludes(await answer.text(), "Another support bundle is being made.");
  const byApi = await client.get("/api/v1/support-bundle");
  assertEquals(byApi.status, 503);
  await byApi.body?.cancel();
  assertEquals(fixture.noted.length, count);
  client.web.close();
});
