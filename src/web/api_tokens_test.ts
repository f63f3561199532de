import { assertEquals, assertMatch } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { createFixture } from "./_fixture.ts";
import { type Client, openClient, ORIGIN } from "./_client.ts";
import { API_TOKENS_MAX, createApiTokens } from "./api_tokens.ts";

const HOUR_MS = 3_600_000;

async function setUp() {
  const fixture = await createFixture();
  return {
    ...fixture,
    fixture,
    store: fixture.ports.apiTokens,
    tokens: createApiTokens(fixture.ports),
  };
}

const WISH = { name: "depot script", role: "operator", expiresAtMs: null } as const;

Deno.test("a token is known by its text, of which only a digest is kept", async () => {
  const { tokens, store } = await setUp();
  const made = await tokens.make(WISH, "admin");
  assume(made, "the fixture is whole");
  assertMatch(made.text, /^sangam_[0-9a-f]{8}_[\w-]{43}$/);
  const secret = made.text.split("_").slice(2).join("_");
  assertEquals(JSON.stringify(store.list()).includes(secret), false);
  assertEquals(tokens.find(made.text), made.token);
  const last = made.text.at(-1) === "x" ? "y" : "x";
  for (const text of [made.text.slice(0, -1) + last, made.text + "x", "", secret, "sangam__"]) {
    assertEquals(tokens.find(text), null, text);
  }
});

Deno.test("a token ends when its time is over, or when it is revoked", async () => {
  const { tokens, clock } = await setUp();
  const expiresAtMs = clock.wallMs() + HOUR_MS;
  const short = await tokens.make({ ...WISH, expiresAtMs }, "admin");
  const long = await tokens.make(WISH, "admin");
  assume(short && long, "the fixture is whole");
  await clock.advance(HOUR_MS - 1);
  assertEquals(tokens.isGood(short.token.id), true);
  await clock.advance(1);
  assertEquals([tokens.find(short.text), tokens.isGood(short.token.id)], [null, false]);
  await tokens.revoke(long.token.id);
  assertEquals([tokens.find(long.text), tokens.isGood(long.token.id)], [null, false]);
});

Deno.test("the last use is noted to the hour, or when it comes from somewhere else", async () => {
  const { tokens, store, clock } = await setUp();
  const made = await tokens.make(WISH, "admin");
  assume(made, "the fixture is whole");
  const { id } = made.token;
  let writes = 0;
  const { save } = store;
  Object.assign(store, {
    save: (token: Parameters<typeof save>[0]) => {
      writes++;
      return save(token);
    },
  });
  const use = async (from: string) => {
    await tokens.used(id, from);
    return [writes, store.find(id)?.lastUsedMs, store.find(id)?.lastUsedFrom];
  };
  const beganMs = clock.wallMs();
  assertEquals(await use("10.0.0.1"), [1, beganMs, "10.0.0.1"]);
  await clock.advance(HOUR_MS - 1);
  assertEquals(await use("10.0.0.1"), [1, beganMs, "10.0.0.1"]);
  assertEquals(await use("10.0.0.2"), [2, beganMs + HOUR_MS - 1, "10.0.0.2"]);
  await clock.advance(HOUR_MS);
  assertEquals((await use("10.0.0.2"))[0], 3);
});

Deno.test("there is an end to tokens", async () => {
  const { tokens } = await setUp();
  for (let count = 0; count < API_TOKENS_MAX; count++) {
    assertEquals(await tokens.make(WISH, "admin") === null, false);
  }
  assertEquals(await tokens.make(WISH, "admin"), null);
});

Deno.test("a script does what its token's role may, is named in commands, and ends with the token", async () => {
  const { fixture, tokens, commanded, noted, spawn } = await setUp();
  const made = await tokens.make(WISH, "admin");
  assume(made, "the fixture is whole");
  const client: Client = openClient(fixture);
  const ask = async (path: string, method = "GET", text = made.text) => {
    const response = await client.send(path, {
      method,
      headers: { authorization: `Bearer ${text}` },
    });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await ask("/api/v1/evses/1/stop", "POST"), 200);
  assertEquals(commanded, [["stop", 1, "token depot script"]]);
  const [entry] = noted;
  assertEquals([entry?.who, entry?.way, entry?.what], [
    "token depot script",
    "api",
    "command stop",
  ]);
  assertEquals(await ask("/api/v1/audit"), 403);
  assertEquals(await ask("/users"), 403);
  assertEquals(await ask("/account"), 403);
  assertEquals(await ask("/api/v1/site", "GET", made.text + "x"), 401);
  await spawn.drain();
  assertEquals(fixture.ports.apiTokens.find(made.token.id)?.lastUsedFrom, "192.168.10.5");
  await tokens.revoke(made.token.id);
  assertEquals(await ask("/api/v1/site"), 401);
  client.web.close();
});

Deno.test("an administrator makes a token, sees it once and takes it back; both are noted", async () => {
  const { fixture, store, noted } = await setUp();
  const client = openClient(fixture);
  await (await client.signIn("admin")).body?.cancel();
  const answer = await client.post("/api-tokens", { name: "relay", role: "operator", days: "90" });
  const page = await answer.text();
  const text = /sangam_[0-9a-f]{8}_[\w-]{43}/.exec(page)?.[0] ?? "";
  const use = () =>
    client.send("/api/v1/site", {
      headers: { authorization: `Bearer ${text}`, cookie: "", origin: ORIGIN },
    });
  assertEquals((await use()).status, 200);
  assertEquals((await client.text("/api-tokens")).includes(text.slice(16)), false);
  const [token] = store.list();
  assume(token, "the fixture is whole");
  assertEquals((token.expiresAtMs ?? 0) - token.createdAtMs, 90 * 86_400_000);
  await client.post("/api-tokens/revoke", { id: token.id });
  client.cookie = null;
  assertEquals((await use()).status, 401);
  assertEquals(
    noted.map(({ what, about, outcome }) => [what, about, outcome]).slice(1),
    [["api-token-made", "relay", "done"], ["api-token-revoked", "relay", "done"]],
  );
  assertEquals(JSON.stringify([noted, fixture.log]).includes(text.slice(16)), false);
  client.web.close();
});
