import { assertEquals } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { anotherClient, type Client, openClientAs } from "../_client.ts";
import type { Role } from "../../site/mod.ts";
import { type EventReader, readEvents } from "./_read_events.ts";
import { RESUME_MS } from "./api_events.ts";
import { STREAMS_MAX } from "./places.ts";

async function setUp(role: Role = "operator") {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, role);
  return { ...fixture, fixture, client };
}

async function open(client: Client, only?: string): Promise<EventReader> {
  const query = only === undefined ? "" : `?only=${only}`;
  const response = await client.get(`/api/v1/events${query}`);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  return readEvents(response.body);
}

Deno.test("each event of the site becomes one with the view of its subject", async () => {
  const { client, events, clock, state, spawn } = await setUp();
  const only = "evse,charger,transaction,meter,circuits,csms,orphan-stops,waiting,fault";
  const reader = await open(client, only);
  const fault = { kind: "x", severity: "alarm", subject: "CP01", text: "y" } as const;
  const pairs = [
    [() => events.emit("evse", { slot: 3 }), "evse", state.evses[2]],
    [
      () => events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 }),
      "evse",
      state.evses[0],
    ],
    [() => events.emit("charger", { chargerId: "CP02" }), "charger", state.chargers[1]],
    [
      () => events.emit("transaction", { transactionId: "7c1e116" }),
      "transaction",
      state.transactions[2],
    ],
    [
      () => events.emit("sample", { meterId: "pv", atMonoMs: 0, atWallMs: 0 }),
      "meter",
      state.meters[3],
    ],
    [
      () => events.emit("meter-health", { meterId: "main", health: { kind: "waiting" } }),
      "meter",
      state.meters[0],
    ],
    [() => events.emit("circuits", {}), "circuits", state.circuits],
    [() => events.emit("csms", {}), "csms", state.site.csms],
    [() => events.emit("orphan-stop", { chargerId: "CP03" }), "orphan-stops", state.orphanStops],
    [() => events.emit("knock", { chargerId: "CP11" }), "waiting", state.waiting],
    [
      () => events.emit("fault", { ...fault, state: "over" }),
      "fault",
      { ...fault, state: "over" },
    ],
    [
      () =>
        events.emit("fault", {
          ...fault,
          kind: "charger-GroundFailure",
          subject: "slot 6",
          state: "raised",
        }),
      "fault",
      state.faults[0],
    ],
  ] as const;
  for (const [emit, name, view] of pairs) {
    emit();
    await clock.advance(250);
    await spawn.drain();
    assertEquals(await reader.next(), { name, data: view });
  }
  await reader.close();
});

Deno.test("what changes the totals is told as site too", async () => {
  const { client, events, clock } = await setUp();
  const reader = await open(client, "site");
  for (
    const emit of [
      () => events.emit("evse", { slot: 1 }),
      () => events.emit("charger", { chargerId: "CP01" }),
      () => events.emit("transaction", { transactionId: "7c1e118" }),
    ]
  ) {
    emit();
    await clock.advance(250);
    assertEquals((await reader.next())?.name, "site");
  }
  await reader.close();
});

Deno.test("a subject that changes a hundred times a second is told four times", async () => {
  const { client, events, clock, spawn } = await setUp();
  const reader = await open(client, "evse");
  for (let count = 0; count < 199; count++) {
    events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 10 });
    await clock.advance(10);
  }
  await spawn.drain();
  client.web.close();
  let told = 0;
  while (await reader.next() !== null) told++;
  assertEquals(told, 8);
});

Deno.test("frames are told one by one, to operators and above, each once", async () => {
  const { client, fixture, events, clock, state, spawn } = await setUp();
  const { messages } = state;
  const reader = await open(client, "message");
  const wire = { atWallMs: 0, peer: "CP01", direction: "in", text: "[]" } as const;
  const newest = messages[0];
  events.emit("message", wire);
  await clock.advance(250);
  assertEquals(await reader.next(), { name: "message", data: newest });
  state.messages = [{ ...wire, id: 808 }, { ...wire, id: 807 }, ...messages];
  events.emit("message", wire);
  events.emit("message", wire);
  await clock.advance(250);
  assertEquals(await reader.next(), { name: "message", data: { ...wire, id: 807 } });
  assertEquals(await reader.next(), { name: "message", data: { ...wire, id: 808 } });
  await reader.close();

  const viewer = await openClientAs(fixture, "viewer");
  const deaf = await open(viewer);
  events.emit("message", wire);
  events.emit("circuits", {});
  await clock.advance(250);
  await spawn.drain();
  assertEquals((await deaf.next())?.name, "circuits");
  await deaf.close();
});

Deno.test("viewers are told the end of a card's number only", async () => {
  const { client, events, clock } = await setUp("viewer");
  const reader = await open(client, "evse");
  events.emit("evse", { slot: 1 });
  await clock.advance(250);
  const text = JSON.stringify(await reader.next());
  assertEquals(text.includes("••••4118"), true);
  assertEquals(text.includes("04A1B2C3D4"), false);
  await reader.close();
});

Deno.test("a stream is kept alive, and ends with its session", async () => {
  const { client, clock } = await setUp();
  const reader = await open(client);
  await clock.advance(15 * 60_000);
  assertEquals(await reader.next(), null);
  // One at the opening, then one each 15 s, none with the end.
  assertEquals(reader.comments(), 60);
});

Deno.test("a stream ends when its user loses the role", async () => {
  const { client, clock, users } = await setUp();
  const reader = await open(client);
  const user = users.find("operator");
  if (user !== undefined) await users.save({ ...user, role: "viewer" });
  await clock.advance(15_000);
  assertEquals(await reader.next(), null);
});

Deno.test("a while after the last one has left nothing is watched and no timer runs", async () => {
  const { client, clock, events, spawn } = await setUp();
  assertEquals(clock.pending(), 0);
  const readers = [await open(client), await open(client)];
  events.emit("evse", { slot: 1 });
  assertEquals(clock.pending() > 0, true);
  for (const reader of readers) await reader.close();
  await clock.advance(RESUME_MS);
  assertEquals(clock.pending(), 0);
  events.emit("evse", { slot: 1 });
  assertEquals(clock.pending(), 0);
  await spawn.drain();
});

/** Opens a stream that goes on where another ended. */
async function resume(client: Client, lastEventId: string, only?: string): Promise<EventReader> {
  const query = only === undefined ? "" : `?only=${only}`;
  const response = await client.send(`/api/v1/events${query}`, {
    headers: { "last-event-id": lastEventId },
  });
  return readEvents(response.body);
}

Deno.test("a client that was cut off goes on where it was", async () => {
  const { client, clock, events, spawn } = await setUp();
  const reader = await open(client, "evse");
  events.emit("evse", { slot: 1 });
  await clock.advance(250);
  await reader.next();
  const last = reader.place() ?? "";
  await reader.close();
  for (const slot of [2, 3]) {
    events.emit("evse", { slot });
    events.emit("circuits", {});
    await clock.advance(1_000);
  }
  await spawn.drain();
  const again = await resume(client, last, "evse");
  const slots = [await again.next(), await again.next()].map((event) =>
    JSON.stringify(event?.data)
  );
  assertEquals(slots.map((text) => /"slot":(\d+)/.exec(text)?.[1]), ["2", "3"]);
  events.emit("evse", { slot: 4 });
  await clock.advance(1_000);
  assertEquals(JSON.stringify((await again.next())?.data).includes('"slot":4'), true);
  await again.close();
  client.web.close();
});

Deno.test("a client that had no event yet goes on where its stream began", async () => {
  const { client, clock, events, spawn } = await setUp();
  const reader = await open(client, "circuits");
  const nothing = reader.next();
  await clock.advance(15_000);
  const place = reader.place() ?? "";
  await reader.close();
  assertEquals(await nothing, null);
  events.emit("circuits", {});
  await clock.advance(250);
  await spawn.drain();
  const again = await resume(client, place, "circuits");
  assertEquals((await again.next())?.name, "circuits");
  await again.close();
  client.web.close();
});

Deno.test("a client that was away too long, or over a restart, is told so", async () => {
  const { client, clock, events, fixture } = await setUp();
  const reader = await open(client, "evse");
  events.emit("evse", { slot: 1 });
  await clock.advance(250);
  await reader.next();
  const last = reader.place() ?? "";
  await reader.close();
  await clock.advance(RESUME_MS);
  const late = await resume(client, last, "evse");
  const gap = await late.next();
  assertEquals([gap?.name, gap?.data], ["gap", { lastEventId: last, reason: "too-old" }]);
  // It may come back to where it was told of the gap.
  events.emit("evse", { slot: 2 });
  await clock.advance(1_000);
  const again = await resume(client, late.place() ?? "", "evse");
  assertEquals((await again.next())?.name, "evse");
  await late.close();
  await again.close();
  client.web.close();

  const restarted = await openClientAs(fixture, "operator");
  const anew = await resume(restarted, last);
  assertEquals((await anew.next())?.data, { lastEventId: last, reason: "restarted" });
  await anew.close();
  restarted.web.close();
});

Deno.test("what was missed is told as the role may see it", async () => {
  const { client, clock, events, spawn } = await setUp();
  const operators = await open(client, "evse");
  events.emit("evse", { slot: 1 });
  await clock.advance(1_000);
  await operators.next();
  const place = operators.place() ?? "";
  events.emit("message", { atWallMs: 0, peer: "CP01", direction: "in", text: "[2]" });
  events.emit("evse", { slot: 1 });
  await clock.advance(1_000);
  await spawn.drain();
  const viewer = anotherClient(client.web);
  await (await viewer.signIn("viewer")).body?.cancel();
  const viewers = await resume(viewer, place, "evse,message");
  const missed = await viewers.next();
  assertEquals(missed?.name, "evse");
  assertEquals(JSON.stringify(missed?.data).includes("••••4118"), true);
  for (const each of [operators, viewers]) await each.close();
  client.web.close();
});

Deno.test("only so many streams are open at once, and shutting down ends them all", async () => {
  const { client } = await setUp();
  const readers = [];
  for (let count = 0; count < STREAMS_MAX; count++) readers.push(await open(client));
  assertEquals((await client.get("/api/v1/events")).status, 503);
  client.web.close();
  for (const reader of readers) assertEquals(await reader.next(), null);
});

Deno.test("a view that breaks is logged, and the others are told", async () => {
  const { client, events, clock, ports, log, spawn } = await setUp();
  ports.views.evse = () => {
    throw new Error("broken");
  };
  const reader = await open(client, "evse,circuits");
  events.emit("evse", { slot: 1 });
  events.emit("circuits", {});
  await clock.advance(250);
  await spawn.drain();
  assertEquals((await reader.next())?.name, "circuits");
  assertEquals(log.some(({ event }) => event === "event_lost"), true);
  await reader.close();
});
