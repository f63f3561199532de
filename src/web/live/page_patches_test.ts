import { assertEquals, assertStringIncludes } from "@std/assert";
import { isRecord } from "../../lib/json.ts";
import type { Role } from "../../site/mod.ts";
import { createFixture } from "../_fixture.ts";
import { anotherClient, type Client, openClientAs } from "../_client.ts";
import { type EventReader, readEvents } from "./_read_events.ts";
import { STREAMS_MAX } from "./places.ts";

async function setUp(role: Role = "operator") {
  const fixture = await createFixture();
  return { ...fixture, fixture, client: await openClientAs(fixture, role) };
}

async function open(client: Client, path: string): Promise<EventReader> {
  return readEvents((await client.get(`/live?path=${encodeURIComponent(path)}`)).body);
}

async function nextPatch(reader: EventReader): Promise<Record<string, unknown>> {
  const event = await reader.next();
  assertEquals(event?.name, "patch");
  if (!isRecord(event?.data)) throw new Error("Cannot read patch: it is no record");
  return event.data;
}

/** The next patch that changes that part; others may come before it. */
async function nextPart(reader: EventReader, id: string): Promise<string> {
  for (let tries = 0; tries < 5; tries++) {
    const part = (await nextPatch(reader))[id];
    if (part !== undefined) return String(part);
  }
  throw new Error(`Cannot find a change of ${id}`);
}

Deno.test("a page that opens is sent whole, then only what changed", async () => {
  const { client, events, clock, state } = await setUp();
  const reader = await open(client, "/");
  await clock.advance(400);
  const whole = await nextPatch(reader);
  assertStringIncludes(String(whole["site"]), `id="evse-1"`);

  const first = state.evses[0];
  if (first === undefined) throw new Error("no EVSE");
  state.evses[0] = { ...first, powerW: 7_040 };
  events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 });
  await clock.advance(400);
  const patch = await nextPatch(reader);
  assertEquals(Object.keys(patch), ["evse-1"]);
  assertStringIncludes(String(patch["evse-1"]), "<b>7.0</b>");
  await reader.close();
});

Deno.test("an event that changes nothing on the page sends nothing", async () => {
  const { client, events, clock, state } = await setUp();
  const reader = await open(client, "/");
  await clock.advance(400);
  await nextPatch(reader);
  for (let count = 0; count < 5; count++) {
    events.emit("evse", { slot: 1 });
    await clock.advance(400);
  }
  state.site = { ...state.site, alarms: 2 };
  events.emit("csms", {});
  await clock.advance(400);
  assertEquals(Object.keys(await nextPatch(reader)), ["status"]);
  await reader.close();
});

Deno.test("a circuit or connector that is new changes the shape: the page is sent whole", async () => {
  const { client, events, clock, state } = await setUp();
  const reader = await open(client, "/");
  await clock.advance(400);
  await nextPatch(reader);
  state.evses = state.evses.slice(1);
  events.emit("charger", { chargerId: "CP01" });
  await clock.advance(400);
  const patch = await nextPatch(reader);
  assertEquals(Object.keys(patch), ["site"]);
  assertEquals(String(patch["site"]).includes(`id="evse-1"`), false);
  await reader.close();
});

Deno.test("what there is to decide on comes and goes on the open page of records", async () => {
  const { client, events, clock, state } = await setUp();
  const reader = await open(client, "/outbox");
  await clock.advance(400);
  assertStringIncludes(String((await nextPatch(reader))["undecided"]), "4711");
  events.emit("csms", {});
  await clock.advance(400);
  state.orphanStops = state.orphanStops.filter(({ chargerId }) => chargerId !== "CP05");
  events.emit("orphan-stop", { chargerId: "CP05" });
  await clock.advance(400);
  const patch = await nextPatch(reader);
  assertEquals(Object.keys(patch), ["undecided"]);
  assertEquals(String(patch["undecided"]).includes("4711"), false);
  await reader.close();
});

Deno.test("a change is on the page within a second of the event, ages go on without", async () => {
  const { client, events, clock, state } = await setUp();
  const reader = await open(client, "/");
  await clock.advance(1_000);
  await nextPatch(reader);
  state.site = { ...state.site, alarms: 3 };
  const beforeMs = clock.monoMs();
  events.emit("fault", { kind: "k", severity: "alarm", subject: "s", text: "t", state: "raised" });
  const patch = nextPatch(reader);
  await clock.step();
  await patch;
  assertEquals(clock.monoMs() - beforeMs < 1_000, true);
  // Nothing happens for a minute: the clock at the top still moves.
  await clock.advance(60_000);
  assertStringIncludes(String((await nextPatch(reader))["status"]), "14:06");
  await reader.close();
});

Deno.test("each viewer's forms carry the token of their own session", async () => {
  const { client, clock } = await setUp();
  const other = anotherClient(client.web);
  await other.signIn("operator");
  const readers = [await open(client, "/chargers/CP01"), await open(other, "/chargers/CP01")];
  await clock.advance(400);
  for (const [index, one] of [client, other].entries()) {
    const reader = readers[index];
    if (reader === undefined) throw new Error("no reader");
    const text = JSON.stringify(await nextPatch(reader));
    const tokens = new Set(
      [...text.matchAll(/name=\\"csrf\\" value=\\"([^"]+)\\"/g)].map((m) => m[1]),
    );
    assertEquals([...tokens], [await one.csrf()]);
    await reader.close();
  }
});

Deno.test("whoever opens a page later gets all of it, not only what changes next", async () => {
  const { client, clock } = await setUp();
  const early = await open(client, "/");
  await clock.advance(400);
  await nextPatch(early);
  const late = await open(client, "/");
  await clock.advance(400);
  assertStringIncludes(String((await nextPatch(late))["site"]), `id="evse-10"`);
  await early.close();
  await late.close();
});

Deno.test("roles do not share a drawing: a viewer gets no buttons and no frames", async () => {
  const { client, fixture, clock } = await setUp();
  const viewer = anotherClient(client.web);
  await viewer.signIn("viewer");
  const operatorReader = await open(client, "/chargers/CP01");
  const reader = await open(viewer, "/chargers/CP01");
  await clock.advance(400);
  const text = JSON.stringify(await nextPatch(reader));
  assertEquals(text.includes("csrf"), false);
  assertEquals(text.includes("SetChargingProfile"), false);
  assertEquals(text.includes("••••4118"), true);
  assertStringIncludes(JSON.stringify(await nextPatch(operatorReader)), "SetChargingProfile");
  await reader.close();
  await operatorReader.close();
  assertEquals(fixture.clock.pending(), 0);
});

Deno.test("a charger's page shows each step of a command as it comes", async () => {
  const { client, fixture, clock, spawn } = await setUp();
  const { promise, resolve } = Promise.withResolvers<{ kind: "accepted"; detail: string }>();
  fixture.answer = () => promise;
  const reader = await open(client, "/chargers/CP01");
  await clock.advance(400);
  await nextPatch(reader);
  const posted = client.post("/evses/1/stop");
  while (fixture.commanded.length === 0) await clock.settle();
  await clock.advance(1_500);
  assertEquals((await posted).headers.get("location"), "/chargers/CP01#commands");
  assertStringIncludes(await nextPart(reader, "commands"), "waiting for the answer");
  resolve({ kind: "accepted", detail: "" });
  await clock.advance(400);
  assertStringIncludes(await nextPart(reader, "commands"), "Waiting to see it");
  const evse = fixture.state.evses[0];
  if (evse === undefined) throw new Error("no EVSE");
  fixture.state.evses[0] = { ...evse, state: "available", transaction: null };
  fixture.events.emit("evse", { slot: 1 });
  await clock.advance(400);
  assertStringIncludes(await nextPart(reader, "commands"), "In effect, 14:05:");
  await reader.close();
  client.web.close();
  await spawn.drain();
});

Deno.test("a page is told when its session is over, and the stream ends", async () => {
  const { client, clock } = await setUp();
  const reader = await open(client, "/sessions");
  await clock.advance(15 * 60_000);
  let last = await reader.next();
  for (let event = last; event !== null; event = await reader.next()) last = event;
  assertEquals(last?.name, "signed-out");
  assertEquals(clock.pending(), 0);
});

Deno.test("a page of a charger that is not there, or with a broken name, gets the top line", async () => {
  const { client, clock } = await setUp();
  for (const path of ["/chargers/CP99", "/chargers/%E0%A4", "/nothing", "/chargers"]) {
    const reader = await open(client, path);
    await clock.advance(1_000);
    assertEquals(Object.keys(await nextPatch(reader)), ["status"], path);
    await reader.close();
  }
});

Deno.test("only so many pages are live at once, and shutting down ends them all", async () => {
  const { client, clock } = await setUp();
  const readers = [];
  for (let count = 0; count < STREAMS_MAX; count++) readers.push(await open(client, "/"));
  assertEquals((await client.get("/live?path=/")).status, 503);
  client.web.close();
  for (const reader of readers) assertEquals(await reader.next(), null);
  assertEquals(clock.pending(), 0);
});

Deno.test("who holds every live page does not lock the others out: the oldest gives way", async () => {
  const { client, clock } = await setUp();
  const other = anotherClient(client.web);
  await other.signIn("viewer");
  const held = [];
  for (let count = 0; count < STREAMS_MAX; count++) held.push(await open(client, "/"));
  const late = await open(other, "/");
  await clock.advance(400);
  assertStringIncludes(String((await nextPatch(late))["site"]), `id="evse-1"`);
  assertEquals(await held[0]?.next(), null);
  assertEquals((await held[1]?.next())?.name, "patch");
  assertEquals((await client.get("/live?path=/")).status, 503);
  client.web.close();
  for (const reader of [late, ...held]) await reader.close();
  assertEquals(clock.pending(), 0);
});
