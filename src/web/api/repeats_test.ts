import { assertEquals } from "@std/assert";
import { type Client, openClient, openClientAs, ORIGIN } from "../_client.ts";
import { createFixture, FIXTURE_TOKEN } from "../_fixture.ts";
import { REPEAT_MS, REPEATS_MAX } from "./repeats.ts";

function send(client: Client, path: string, key: string, body: unknown): Promise<Response> {
  return client.send(`/api/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: ORIGIN, "idempotency-key": key },
    body: JSON.stringify(body),
  });
}

const START = { idToken: "04A1B2C3" };

async function setUp() {
  const fixture = await createFixture();
  return { fixture, client: await openClientAs(fixture, "operator") };
}

Deno.test("the same key and body get the same answer, and nothing is done twice", async () => {
  const { fixture, client } = await setUp();
  const first = await send(client, "evses/1/start", "k1", START);
  fixture.answer = () => Promise.resolve({ kind: "refused", reason: "busy", advice: "wait" });
  const second = await send(client, "evses/1/start", "k1", START);
  assertEquals([first.status, second.status], [200, 200]);
  assertEquals(await second.json(), await first.json());
  assertEquals(first.headers.get("idempotency-replayed"), null);
  assertEquals(second.headers.get("idempotency-replayed"), "true");
  assertEquals(fixture.commanded.length, 1);
  client.web.close();
});

Deno.test("a refusal, a failure and silence are answers that stand too", async () => {
  const { fixture, client } = await setUp();
  for (const [kind, status] of [["refused", 409], ["failed", 502]] as const) {
    fixture.answer = () => Promise.resolve({ kind, reason: "no", advice: "look" });
    assertEquals((await send(client, "evses/1/unlock", kind, {})).status, status);
    fixture.answer = () => Promise.resolve({ kind: "accepted", detail: "" });
    const again = await send(client, "evses/1/unlock", kind, {});
    assertEquals(again.status, status);
    assertEquals(again.headers.get("content-type"), "application/problem+json");
  }
  assertEquals(fixture.commanded.length, 2);
  client.web.close();
});

Deno.test("the same key with another body is refused, and the command is not done", async () => {
  const { fixture, client } = await setUp();
  await send(client, "evses/1/limit", "k1", { amps: 10, minutes: 30 });
  const other = await send(client, "evses/1/limit", "k1", { amps: 32, minutes: 30 });
  assertEquals(other.status, 422);
  assertEquals((await other.json()).type, "urn:sangam:problem:idempotency-key-reused");
  assertEquals(fixture.commanded.length, 1);
  client.web.close();
});

Deno.test("a command that is still being done says so; its answer is there afterwards", async () => {
  const { fixture, client } = await setUp();
  const { promise, resolve } = Promise.withResolvers<{ kind: "accepted"; detail: string }>();
  fixture.answer = () => promise;
  const first = send(client, "evses/1/start", "k1", START);
  await fixture.clock.advance(10);
  const early = await send(client, "evses/1/start", "k1", START);
  assertEquals([early.status, early.headers.get("retry-after")], [409, "1"]);
  assertEquals((await early.json()).type, "urn:sangam:problem:idempotency-in-flight");
  resolve({ kind: "accepted", detail: "Accepted" });
  assertEquals((await first).status, 200);
  assertEquals((await send(client, "evses/1/start", "k1", START)).status, 200);
  assertEquals(fixture.commanded.length, 1);
  client.web.close();
});

Deno.test("what was wrong in itself may be sent again under the same key", async () => {
  const { fixture, client } = await setUp();
  assertEquals((await send(client, "evses/1/start", "k1", {})).status, 422);
  assertEquals((await send(client, "evses/99/start", "k1", START)).status, 404);
  assertEquals((await send(client, "evses/1/start", "k1", START)).status, 200);
  assertEquals(fixture.commanded.length, 1);
  client.web.close();
});

Deno.test("a key belongs to who sent it, and to what for", async () => {
  const { fixture, client } = await setUp();
  await send(client, "evses/1/stop", "k1", {});
  await send(client, "evses/2/stop", "k1", {});
  const token = await client.send("/api/v1/evses/1/stop", {
    method: "POST",
    headers: { authorization: `Bearer ${FIXTURE_TOKEN}`, "idempotency-key": "k1" },
  });
  assertEquals(token.headers.get("idempotency-replayed"), null);
  assertEquals(fixture.commanded.length, 3);
  client.web.close();
});

Deno.test("a start is not done twice over a restart, nor one that a restart cut off", async () => {
  const { fixture, client } = await setUp();
  const answered = await send(client, "evses/1/start", "k1", START);
  assertEquals(answered.status, 200);
  await send(client, "evses/1/stop", "k2", {});
  const { promise, resolve } = Promise.withResolvers<{ kind: "accepted"; detail: string }>();
  fixture.answer = () => promise;
  const lost = send(client, "evses/2/start", "k3", START);
  await fixture.clock.advance(10);
  // No key and no token stands in the ledger.
  const kept = JSON.stringify(fixture.ports.answered.list());
  assertEquals([kept.includes("k1"), kept.includes(START.idToken)], [false, false]);
  assertEquals(fixture.ports.answered.list().length, 2);

  fixture.answer = () => Promise.resolve({ kind: "accepted", detail: "Accepted" });
  const restarted = openClient(fixture);
  await (await restarted.signIn("operator")).body?.cancel();
  const again = await send(restarted, "evses/1/start", "k1", START);
  assertEquals(await again.json(), await answered.json());
  const cutOff = await send(restarted, "evses/2/start", "k3", START);
  assertEquals(cutOff.status, 409);
  assertEquals((await cutOff.json()).type, "urn:sangam:problem:idempotency-unknown");
  assertEquals(fixture.commanded.filter(([name]) => name === "start").length, 2);
  resolve({ kind: "accepted", detail: "" });
  await (await lost).body?.cancel();
  restarted.web.close();
});

Deno.test("a start that the disk cannot keep is not done; a stop is", async () => {
  const { fixture, client } = await setUp();
  const save = fixture.ports.answered.save;
  fixture.ports.answered.save = () => Promise.reject(new Error("disk full"));
  assertEquals((await send(client, "evses/1/start", "k1", START)).status, 503);
  assertEquals((await send(client, "evses/1/stop", "k2", {})).status, 200);
  fixture.ports.answered.save = save;
  assertEquals((await send(client, "evses/1/start", "k1", START)).status, 200);
  assertEquals(fixture.commanded.map(([name]) => name), ["stop", "start"]);
  client.web.close();
});

Deno.test("after a day a key is free again, in memory and on disk", async () => {
  const { fixture } = await setUp();
  const script = openClient(fixture);
  const start = (key: string) =>
    script.send("/api/v1/evses/1/start", {
      method: "POST",
      headers: {
        authorization: `Bearer ${FIXTURE_TOKEN}`,
        "idempotency-key": key,
        "content-type": "application/json",
      },
      body: JSON.stringify(START),
    });
  await start("k1");
  await fixture.clock.advance(REPEAT_MS);
  await start("k2");
  assertEquals(fixture.ports.answered.list().length, 1);
  await start("k1");
  assertEquals(fixture.commanded.length, 3);
  script.web.close();
});

Deno.test("only so many answers are kept, the newest", async () => {
  const { fixture } = await setUp();
  const script = openClient(fixture);
  const start = async (key: string) => {
    await fixture.clock.advance(100);
    const response = await script.send("/api/v1/evses/1/stop", {
      method: "POST",
      headers: { authorization: `Bearer ${FIXTURE_TOKEN}`, "idempotency-key": key },
    });
    await response.body?.cancel();
    return response.headers.get("idempotency-replayed");
  };
  for (let count = 0; count <= REPEATS_MAX; count++) await start(`k${count}`);
  assertEquals(await start("k1"), "true");
  assertEquals(await start("k0"), null);
  script.web.close();
});

Deno.test("what is still being done is not forgotten, however many others come meanwhile", async () => {
  const { fixture } = await setUp();
  const script = openClient(fixture);
  const stop = (key: string) =>
    script.send("/api/v1/evses/1/stop", {
      method: "POST",
      headers: { authorization: `Bearer ${FIXTURE_TOKEN}`, "idempotency-key": key },
    });
  const { promise, resolve } = Promise.withResolvers<{ kind: "accepted"; detail: string }>();
  fixture.answer = () => promise;
  const slow = stop("slow");
  await fixture.clock.advance(10);
  fixture.answer = () => Promise.resolve({ kind: "accepted", detail: "" });
  for (let count = 0; count <= REPEATS_MAX; count++) {
    await fixture.clock.advance(55);
    const { status, body } = await stop(`k${count}`);
    await body?.cancel();
    assertEquals(status, 200);
  }
  assertEquals((await stop("slow")).status, 409);
  resolve({ kind: "accepted", detail: "" });
  await (await slow).body?.cancel();
  script.web.close();
});

Deno.test("a key that is none is named", async () => {
  const { fixture, client } = await setUp();
  for (const key of ["a b", "x".repeat(256)]) {
    const response = await send(client, "evses/1/stop", key, {});
    assertEquals(response.status, 422, key);
    assertEquals((await response.json()).errors[0].path, "Idempotency-Key");
  }
  assertEquals(fixture.commanded, []);
  client.web.close();
});
