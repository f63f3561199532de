import type { LimitChangeView } from "../views.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { isRecord } from "../../lib/json.ts";
import { createFixture } from "../_fixture.ts";
import { type Client, openClientAs } from "../_client.ts";

/** The kind of each field, so that a test reads like the documentation of the answer. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (!isRecord(value)) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
}

async function first(client: Client, path: string): Promise<unknown> {
  const answer = await client.json(path);
  return Array.isArray(answer) ? answer[0] : undefined;
}

const TRANSACTION = {
  id: "string",
  number: "number",
  chargerId: "string",
  slot: "number",
  token: "string",
  startedAt: "string",
  stoppedAt: "null",
  energyWh: "number",
  signedReadings: "number",
  stopReason: "null",
  authorizationSource: "string",
  authorizationReason: "string",
  authorizationStatus: "string",
  upstream: "string",
  flags: [],
  remarks: [],
  evidenceWh: "null",
  evidenceBy: "null",
  correctionWh: "null",
  correctionCost: "null",
  cost: "null",
};

const EVSE = {
  slot: "number",
  chargerId: "string",
  evseId: "number",
  circuitId: "string",
  state: "string",
  protocolState: "string",
  reason: "null",
  why: {
    kind: "string",
    bottleneck: {
      kind: "string",
      circuitId: "string",
      line: "string",
      limitAmps: "number",
      marginAmps: "number",
      otherLoadAmps: "number",
      othersAmps: "number",
    },
    from: "string",
    text: "string",
  },
  reservedAmps: "number",
  trust: "null",
  operative: "boolean",
  priority: { class: "number", by: "string" },
  demand: "null",
  transaction: TRANSACTION,
  offeredAmps: "number",
  maxCurrentAmps: "number",
  measuredAmps: ["number"],
  powerW: "number",
  energyWh: "number",
  socPercent: "null",
  measuredAgeMs: "number",
  isCut: "boolean",
  pauses: "number",
  writesPerDay: "number",
};

Deno.test("GET /api/v1/site has name, time, the link to the cloud, what waits, totals", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  assertEquals(shapeOf(await client.json("/api/v1/site")), {
    name: "string",
    timezone: "string",
    language: "string",
    time: "string",
    clock: "string",
    csms: {
      configured: "boolean",
      connected: "boolean",
      online: "boolean",
      protocol: "null",
      since: "string",
      trouble: "string",
      clockOffsetMs: "null",
      outbox: {
        rows: "number",
        oldestSeconds: "number",
        deadLetters: "number",
        classes: {
          sessions: { rows: "number", bytes: "number", rowsMax: "number", bytesMax: "number" },
          readings: {
            rows: "number",
            bytes: "number",
            rowsMax: "number",
            bytesMax: "number",
            thinned: "number",
            droppedForRoom: "number",
          },
        },
      },
    },
    totals: {
      chargers: "number",
      connected: "number",
      evses: "number",
      charging: "number",
      powerW: "number",
      energyTodayWh: "number",
    },
    alarms: "number",
    warnings: "number",
    openListener: "boolean",
  });
});

Deno.test("GET /api/v1/chargers and /chargers/:id have boot facts and EVSEs", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const charger = await first(client, "/api/v1/chargers");
  assertEquals(shapeOf(charger), {
    id: "string",
    protocol: "string",
    connected: "boolean",
    address: "string",
    connectedSince: "string",
    vendor: "string",
    model: "string",
    serialNumber: "string",
    firmware: "string",
    bootedAt: "string",
    slots: ["number"],
    lastFault: "null",
    held: "null",
    formerly: "null",
    coercions: { "number-for-text": "number", "late-reading": "number" },
    abilities: {
      profiles: "boolean",
      stackLevelMax: "number",
      rateUnit: "string",
      localList: "boolean",
      reservation: "boolean",
      remoteTrigger: "boolean",
      sampleIntervalMs: "number",
    },
    clockOffsetMs: "number",
    localList: {
      state: "string",
      version: "number",
      entries: "number",
      capacity: "number",
      pushedAt: "string",
      trouble: "null",
    },
    quirks: [{
      quirk: "string",
      value: "string",
      from: "string",
      count: "number",
      lastAt: "null",
    }],
    quirkProfile: {
      id: "string",
      foundBy: "string",
      quirks: { rateUnit: "string" },
      notes: "string",
    },
    limitPaths: [{
      slot: "number",
      by: "string",
      stackLevel: "number",
      unit: "string",
      endsByItself: "boolean",
      failSafe: "string",
      writesToday: "number",
      writesMax: "number",
      writesTotal: "number",
    }],
    security: {
      profile: "number",
      leastProfile: "number",
      password: { kept: "boolean", since: "string", changing: "boolean" },
      certificates: [],
    },
    evses: [EVSE],
  });
  assertEquals(await client.json("/api/v1/chargers/CP01"), charger);
  assertEquals((await client.get("/api/v1/chargers/CP99")).status, 404);
});

Deno.test("GET /api/v1/evses and /evses/:slot have state, currents and the session", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const evse = await first(client, "/api/v1/evses");
  assertEquals(shapeOf(evse), EVSE);
  assertEquals(await client.json("/api/v1/evses/1"), evse);
  for (const slot of ["99", "0", "x", "1.5"]) {
    assertEquals((await client.get(`/api/v1/evses/${slot}`)).status, 404, slot);
  }
});

Deno.test("circuits, meters, outbox, waiting and faults are lists of their views", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const { circuits, meters, outbox, waiting, faults, tokens } = fixture.state;
  for (
    const [name, views] of Object.entries({ circuits, meters, outbox, waiting, faults, tokens })
  ) {
    assertEquals(await client.json(`/api/v1/${name}`), views, name);
  }
  assertEquals(await client.json("/api/v1/orphan-stops"), fixture.state.orphanStops);
});

Deno.test("GET /api/v1/transactions filters, and links to the next page", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const numbers = async (query: string) => {
    const answer = await client.json(`/api/v1/transactions?${query}`);
    return Array.isArray(answer) ? answer.map((transaction) => transaction.number) : answer;
  };
  assertEquals(await numbers("charger=CP03"), [116, 115]);
  assertEquals(await numbers("token=04A1B2C3D4112"), [112]);
  assertEquals(await numbers("from=2026-01-05T08:00:00Z"), []);
  assertEquals(await numbers("to=2026-01-04T07:05:00%2B05:30"), []);

  assertEquals(await numbers("to=2026-01-04T07:05:01%2B05:30"), [109]);

  const page = await client.get("/api/v1/transactions?limit=4&charger=CP01");
  assertEquals(page.headers.get("link"), null);
  await page.body?.cancel();
  const full = await client.get("/api/v1/transactions?limit=4");
  await full.body?.cancel();
  const next = /^<([^>]+)>; rel="next"$/.exec(full.headers.get("link") ?? "")?.[1] ?? "";
  assertMatch(next, /^\/api\/v1\/transactions\?limit=4&cursor=[\w-]+$/);
  assertEquals(await numbers("limit=4&before=115"), [114, 113, 112, 111]);
  assertEquals(await numbers(next.split("?")[1] ?? ""), [114, 113, 112, 111]);
});

Deno.test("a query that cannot be is a problem document that names the field", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  for (
    const [query, field] of [
      ["transactions?from=yesterday", "from"],
      ["transactions?limit=0", "limit"],
      ["transactions?limit=501", "limit"],
      ["transactions?before=-1", "before"],
      ["transactions?charger=", "charger"],
      ["transactions?form=2026-01-05T00:00:00Z", ""],
      ["messages?from=1736000000", "from"],
      ["events?only=evse,nothing", "only.1"],
    ] as const
  ) {
    const response = await client.get(`/api/v1/${query}`);
    const problem = await response.json();
    assertEquals(response.status, 422, query);
    assertEquals(response.headers.get("content-type"), "application/problem+json");
    assertEquals(problem.type, "urn:sangam:problem:invalid-input");
    assertEquals(problem.errors[0].path, field, query);
    assertMatch(problem.detail, /./);
  }
});

Deno.test("GET /api/v1/messages filters by charger and action", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const ids = async (query: string) => {
    const answer = await client.json(`/api/v1/messages?${query}`);
    return Array.isArray(answer) ? answer.map(({ id }) => id) : answer;
  };
  assertEquals(await ids("charger=CP01&limit=2"), [806, 805]);
  assertEquals(await ids("action=Heartbeat"), [801]);
  assertEquals(await ids("charger=CP02"), []);
});

Deno.test("viewers see the end of a card's number only, wherever it stands", async () => {
  const fixture = await createFixture();
  const viewer = await openClientAs(fixture, "viewer");
  const operator = await openClientAs(fixture, "operator");
  for (const path of ["transactions", "evses", "evses/1", "chargers", "chargers/CP01"]) {
    const masked = await viewer.text(`/api/v1/${path}`);
    assertEquals(/04A1B2C3D4/.test(masked), false, path);
    assertEquals(masked.includes(`"token":"••••4118"`), true, path);
    assertEquals((await operator.text(`/api/v1/${path}`)).includes("04A1B2C3D4118"), true, path);
  }
  assertEquals((await viewer.get("/api/v1/transactions?token=04A1B2C3D4118")).status, 403);
});

Deno.test("GET /api/v1/decisions shows operators who was let in, by whom and why", async () => {
  const fixture = await createFixture();
  const operator = await openClientAs(fixture, "operator");
  assertEquals(shapeOf(await operator.json("/api/v1/decisions?limit=1")), [{
    at: "string",
    chargerId: "string",
    slot: "number",
    token: "string",
    what: "string",
    status: "string",
    source: "string",
    reason: "string",
    waitedMs: "number",
  }]);
  const found = async (query: string) => {
    const views = await operator.json(`/api/v1/decisions?${query}`);
    return Array.isArray(views) ? views.map(({ token }) => token) : views;
  };
  assertEquals(await found("charger=CP01"), ["04A1B2C3D4118"]);
  assertEquals(await found("token=STRANGER"), ["STRANGER"]);
  const now = new Date(fixture.clock.wallMs() - 90_000).toISOString();
  assertEquals(await found(`from=${now}`), ["04A1B2C3D4118"]);
  assertEquals(await found(`to=${now}`), ["STRANGER"]);
  assertEquals((await operator.get("/api/v1/decisions?limit=0")).status, 422);
  assertEquals((await operator.get("/api/v1/decisions?from=yesterday")).status, 422);
  const viewer = await openClientAs(fixture, "viewer");
  assertEquals((await viewer.get("/api/v1/decisions")).status, 403);
});

Deno.test("GET /api/v1/transactions/:id has the session with the limits it had and why", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const session = fixture.state.transactions.find(({ slot }) => slot === 2);
  const found = await client.json(`/api/v1/transactions/${session?.id}`);
  const { limits, token, ...rest } = Object(found);
  assertEquals(limits.map(({ limitAmps, why }: LimitChangeView) => [limitAmps, why.kind]), [
    [32, "unlimited"],
    [16, "shared"],
    [0, "waiting"],
  ]);
  assertEquals([rest.id, token], [session?.id, "••••4117"], "a viewer sees no card");
  assertEquals((await client.get("/api/v1/transactions/none")).status, 404);
});

Deno.test("GET /api/v1/circuits/:id/history has the hours that are asked for", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const minutes = async (query: string) =>
    Object(await client.json(`/api/v1/circuits/grid/history${query}`)).length;
  assertEquals([await minutes(""), await minutes("?hours=1")], [120, 60]);
  assertEquals((await client.get("/api/v1/circuits/none/history")).status, 404);
  assertEquals((await client.get("/api/v1/circuits/grid/history?hours=25")).status, 422);
});

Deno.test("GET /api/v1/transactions/:id/readings has what a session was offered and drew, from then on", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const path = "/api/v1/transactions/7c1e118/readings";
  const all = Object(await client.json(path));
  assertEquals(all.length, 42);
  assertEquals(all[0], {
    at: fixture.state.transactions[0]?.startedAt,
    offeredAmps: 16,
    currentsAmps: [15.6, 15.299999999999999, 15],
    powerW: 10_764,
    socPercent: null,
  });
  const later = Object(await client.json(`${path}?from=${all[40].at}`));
  assertEquals(later.length, 2);
  assertEquals((await client.get(`${path}?from=yesterday`)).status, 422);
  assertEquals((await client.get("/api/v1/transactions/none/readings")).status, 404);
});
