import { assertEquals, assertMatch } from "@std/assert";
import { createFixture, type Fixture } from "../_fixture.ts";
import { type Client, openClientAs, ORIGIN } from "../_client.ts";
import type { VirtualClock } from "../../lib/virtual_clock.ts";

async function setUp(): Promise<{ fixture: Fixture<VirtualClock>; client: Client }> {
  const fixture = await createFixture();
  return { fixture, client: await openClientAs(fixture, "admin") };
}

Deno.test("each command of the API reaches its port with who asked", async () => {
  const { fixture, client } = await setUp();
  const session = fixture.state.transactions[0]?.id ?? "";
  for (
    const [path, body] of [
      ["evses/1/start", { idToken: " 04A1B2C3 " }],
      ["evses/1/stop", {}],
      ["evses/2/unlock", {}],
      ["evses/3/availability", { operational: false }],
      ["evses/4/limit", { amps: 0, minutes: 30 }],
      ["circuits/row-a/limit", { kW: 4.2, minutes: 120, reason: " §14a ", source: "signal" }],
      ["signals/box", { kW: 4.2, until: "2026-01-05T17:30:00+05:30" }],
      ["signals/box", { amps: null }],
      ["circuits/row-a/source", { source: "genset" }],
      ["circuits/row-a/limit", { amps: null }],
      ["site/limit", { amps: 0, until: "2026-01-05T17:30:00+05:30" }],
      ["evses/4/priority", { first: true }],
      ["evses/4/priority", { class: 8, minutes: 30 }],
      ["evses/4/demand", { departure: "2026-01-05T17:30:00+05:30", energyKwh: 12 }],
      ["chargers/CP01/reset", { type: "Soft" }],
      ["chargers/CP01/reset", { type: "hard" }],
      ["chargers/CP01/trigger", { message: "MeterValues", slot: 1 }],
      ["chargers/CP01/trigger", { message: "StatusNotification" }],
      ["chargers/CP11/adopt", {}],
      [`transactions/${session}/close`, {}],
      ["chargers/CP01/rebind", {}],
      ["chargers/CP01/rebind", { slots: { "1": 3, "2": 4 } }],
      ["chargers/CP01/security", { do: "new-password" }],
      ["chargers/CP01/security", { do: "revoke-certificates", reason: "stolen" }],
      ["chargers/CP01/security", { do: "allow-profile", profile: 1 }],
      ["chargers/CP01/message", { action: "ClearCache" }],
      ["chargers/CP01/message", { action: "DataTransfer", payload: { vendorId: "x", data: "1" } }],
      ["chargers/CP01/configuration", { key: "BlinkRepeat", value: "3" }],
      ["chargers/CP01/configuration", {
        component: { name: "AlignedDataCtrlr", evse: { id: 1 } },
        variable: { name: "Interval" },
        value: "900",
      }],
      ["outbox/871/retry", {}],
      ["outbox/902/discard", {}],
      ["orphan-stops/b7714e02c5d8a913/dismiss", {}],
      ["meters/main/believe", {}],
      ["evses/1/rotation-test", {}],
      ["evses/1/rotation-test/end", {}],
      ["alerts/test", { rule: "office" }],
      ["faults/3/acknowledge", {}],
      ["faults/2/close", {}],
    ] as const
  ) {
    const response = await client.postJson(`/api/v1/${path}`, body);
    assertEquals(response.status, 200, path);
    assertEquals(await response.json(), { outcome: "accepted", detail: "Accepted" });
  }
  assertEquals(fixture.commanded, [
    ["start", 1, "04A1B2C3", "admin"],
    ["stop", 1, "admin"],
    ["unlock", 2, "admin"],
    ["availability", 3, false, "admin"],
    ["limit", 4, 0, 30, "admin"],
    ["limitCircuit", "row-a", {
      source: "signal",
      limit: { unit: "W", amount: 4_200 },
      minutes: 120,
      until: null,
      reason: "§14a",
    }, "admin"],
    ["tellSignal", "box", {
      limit: { unit: "W", amount: 4_200 },
      minutes: null,
      until: "2026-01-05T17:30:00+05:30",
      reason: "",
    }, "admin"],
    ["tellSignal", "box", { limit: null, minutes: null, until: null, reason: "" }, "admin"],
    ["switchSource", "row-a", "genset", "admin"],
    ["limitCircuit", "row-a", {
      source: "operator",
      limit: null,
      minutes: null,
      until: null,
      reason: "",
    }, "admin"],
    ["limitCircuit", null, {
      source: "operator",
      limit: { unit: "A", amount: 0 },
      minutes: null,
      until: "2026-01-05T17:30:00+05:30",
      reason: "",
    }, "admin"],
    ["priority", 4, { class: "first", minutes: null }, "admin"],
    ["priority", 4, { class: 8, minutes: 30 }, "admin"],
    [
      "demand",
      4,
      { departure: "2026-01-05T12:00:00.000Z", energyKwh: 12, urgent: false },
      "admin",
    ],
    ["reset", "CP01", "soft", "admin"],
    ["reset", "CP01", "hard", "admin"],
    ["trigger", "CP01", "MeterValues", 1, "admin"],
    ["trigger", "CP01", "StatusNotification", null, "admin"],
    ["adopt", "CP11", "admin"],
    ["closeTransaction", session, "admin"],
    ["rebind", "CP01", {}, "admin"],
    ["rebind", "CP01", { "1": 3, "2": 4 }, "admin"],
    ["secure", "CP01", { do: "new-password" }, "admin"],
    ["secure", "CP01", { do: "revoke-certificates", reason: "stolen" }, "admin"],
    ["secure", "CP01", { do: "allow-profile", profile: 1 }, "admin"],
    ["say", "CP01", "ClearCache", {}, "admin"],
    ["say", "CP01", "DataTransfer", { vendorId: "x", data: "1" }, "admin"],
    ["configure", "CP01", { key: "BlinkRepeat" }, "3", "admin"],
    [
      "configure",
      "CP01",
      {
        component: { name: "AlignedDataCtrlr", evse: { id: 1 } },
        variable: { name: "Interval" },
      },
      "900",
      "admin",
    ],
    ["retryRow", 871, "admin"],
    ["discardRow", 902, "admin"],
    ["dismissOrphan", "b7714e02c5d8a913", "admin"],
    ["believeMeter", "main", "admin"],
    ["testRotation", 1, "admin"],
    ["endRotationTest", 1, "admin"],
    ["testAlert", "office", "admin"],
    ["acknowledgeFault", 3, "admin"],
    ["closeFault", 2, "admin"],
  ]);
  client.web.close();
});

Deno.test("a command that nobody can carry out is refused before it is sent", async () => {
  const { fixture, client } = await setUp();
  for (
    const [path, body, status] of [
      ["evses/99/stop", {}, 404],
      ["evses/x/stop", {}, 404],
      ["chargers/CP99/reset", { type: "soft" }, 404],
      ["chargers/CP01/adopt", {}, 404],
      ["chargers/CP99/rebind", {}, 404],
      ["chargers/CP99/security", { do: "new-password" }, 404],
      ["chargers/CP01/security", {}, 422],
      ["chargers/CP01/security", { do: "allow-profile", profile: 3 }, 422],
      ["chargers/CP01/rebind", { slot: { "1": 3 } }, 422],
      ["chargers/CP01/rebind", { slots: { "0": 3 } }, 422],
      ["chargers/CP01/rebind", { slots: { "1": "3" } }, 422],
      ["chargers/CP01/rebind", { slots: { "1": 0 } }, 422],
      ["chargers/CP99/message", { action: "ClearCache" }, 404],
      ["chargers/CP01/message", {}, 422],
      ["chargers/CP01/message", { action: "Clear Cache" }, 422],
      ["chargers/CP01/message", { action: "ClearCache", payload: [] }, 422],
      ["chargers/CP01/message", { action: "ClearCache", paylaod: {} }, 422],
      ["chargers/CP99/configuration", { key: "BlinkRepeat", value: "3" }, 404],
      ["chargers/CP01/configuration", { key: "BlinkRepeat" }, 422],
      ["chargers/CP01/configuration", { key: "x".repeat(51), value: "3" }, 422],
      ["chargers/CP01/configuration", { key: "a", component: { name: "b" }, value: "3" }, 422],
      ["outbox/1/retry", {}, 404],
      ["orphan-stops/b7714e02/dismiss", {}, 404],
      ["meters/nobody/believe", {}, 404],
      ["evses/99/rotation-test", {}, 404],
      ["evses/x/rotation-test/end", {}, 404],
      ["faults/99/acknowledge", {}, 404],
      ["faults/x/close", {}, 404],
      ["transactions/nobody/close", {}, 404],
      ["evses/1/start", {}, 422],
      ["evses/1/start", { idToken: "" }, 422],
      ["evses/1/start", { idToken: "x".repeat(37) }, 422],
      ["evses/1/start", { idToken: "04A1\u0000" }, 422],
      ["evses/1/start", { idToken: 7 }, 422],
      ["evses/1/availability", { operational: "true" }, 422],
      ["evses/1/limit", { amps: -1, minutes: 30 }, 422],
      ["circuits/attic/limit", { amps: 10 }, 404],
      ["circuits/attic/source", { source: "genset" }, 404],
      ["circuits/row-a/source", { source: "" }, 422],
      ["circuits/row-a/limit", {}, 422],
      ["circuits/row-a/limit", { amps: 10, kW: 7 }, 422],
      ["circuits/row-a/limit", { amps: -1 }, 422],
      ["circuits/row-a/limit", { amps: 10, minute: 5 }, 422],
      ["circuits/row-a/limit", { amps: 10, minutes: 5, until: "2026-01-05T12:00:00Z" }, 422],
      ["circuits/row-a/limit", { amps: 10, minutes: 10_081 }, 422],
      ["circuits/row-a/limit", { amps: 10, until: "17:30" }, 422],
      ["circuits/row-a/limit", { amps: 10, reason: "two\nlines" }, 422],
      ["circuits/row-a/limit", { amps: 10, source: "csms" }, 422],
      ["site/limit", { kW: "7" }, 422],
      ["evses/99/priority", { first: true }, 404],
      ["evses/1/priority", {}, 422],
      ["evses/99/demand", {}, 404],
      ["evses/1/demand", { departure: "17:30" }, 422],
      ["evses/1/limit", { amps: 10 }, 422],
      ["evses/1/limit", { amps: 10, minutes: 1.5 }, 422],
      ["evses/1/limit", { amps: 10, minutes: 1_441 }, 422],
      ["chargers/CP01/reset", { type: "gentle" }, 422],
      ["chargers/CP01/trigger", { message: "rm -rf" }, 422],
    ] as const
  ) {
    const response = await client.postJson(`/api/v1/${path}`, body);
    assertEquals(response.status, status, `${path} ${JSON.stringify(body)}`);
    assertEquals(response.headers.get("content-type"), "application/problem+json");
    await response.body?.cancel();
  }
  assertEquals(fixture.commanded, []);
});

Deno.test("a body that is no JSON is a problem, a missing one counts as empty", async () => {
  const { client } = await setUp();
  const send = (headers: Record<string, string>, body?: string) =>
    client.send("/api/v1/evses/1/stop", {
      method: "POST",
      headers: { origin: ORIGIN, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  assertEquals((await send({ "content-type": "application/json" }, "{")).status, 400);
  assertEquals((await send({ "content-type": "text/plain" }, "{}")).status, 415);
  assertEquals((await send({ "content-type": "application/merge-patch+json" }, "{}")).status, 200);
  assertEquals((await send({})).status, 200);
  client.web.close();
});

Deno.test("a refusal is 409 and a failure 502, with reason and what to try", async () => {
  const { fixture, client } = await setUp();
  for (const [kind, status] of [["refused", 409], ["failed", 502]] as const) {
    fixture.answer = () =>
      Promise.resolve({ kind, reason: "the charger is busy", advice: "try again in a minute" });
    const response = await client.postJson("/api/v1/evses/1/unlock", {});
    const { instance, title, ...problem } = await response.json();
    assertEquals(response.status, status);
    assertMatch(instance, /^urn:uuid:/);
    assertMatch(title, /^Command /);
    assertEquals(problem, {
      type: `urn:sangam:problem:command-${kind}`,
      status,
      detail: "the charger is busy",
      outcome: kind,
      reason: "the charger is busy",
      advice: "try again in a minute",
    });
  }
});

Deno.test("a command without an answer is 504 after a minute", async () => {
  const { fixture, client } = await setUp();
  const { promise, resolve } = Promise.withResolvers<{ kind: "accepted"; detail: string }>();
  fixture.answer = () => promise;
  const response = client.postJson("/api/v1/evses/1/unlock", {});
  await fixture.clock.advance(60_000);
  const problem = await (await response).json();
  assertEquals(problem.status, 504);
  assertEquals(problem.outcome, "unanswered");
  resolve({ kind: "accepted", detail: "" });
});

Deno.test("a port that breaks is a failure, and in the log", async () => {
  const { fixture, client } = await setUp();
  fixture.answer = () => Promise.reject(new Error("no such table"));
  const response = await client.postJson("/api/v1/evses/1/unlock", {});
  assertEquals(response.status, 502);
  assertEquals((await response.text()).includes("no such table"), false);
  assertEquals(fixture.log.some(({ event }) => event === "command_broken"), true);
});

Deno.test("every command is logged with who, what and from where; tokens by their end", async () => {
  const { fixture, client } = await setUp();
  fixture.log.length = 0;
  await client.postJson("/api/v1/evses/1/start", { idToken: "04A1B2C3D4118" });
  const common = { command: "start", slot: 1, idToken: "••••4118", by: "admin" };
  assertEquals(fixture.log.filter(({ event }) => event !== "audited"), [
    { ...common, address: "192.168.10.5", event: "command_asked" },
    { ...common, address: "192.168.10.5", outcome: "accepted", event: "command_answered" },
  ]);
  client.web.close();
});

/** What a card is that nothing was said of. */
const OPEN = {
  type: "Central",
  status: "Accepted",
  expires: null,
  group: null,
  priority: null,
  departure: null,
  energyKwh: null,
};

Deno.test("tokens are read, put and deleted by their text", async () => {
  const { fixture, client } = await setUp();
  assertEquals(await client.json("/api/v1/tokens/VISITOR-07"), fixture.state.tokens[2]);
  assertEquals(await client.json("/api/v1/tokens/visitor-07"), fixture.state.tokens[2]);
  assertEquals((await client.get("/api/v1/tokens/NOBODY")).status, 404);
  const put = (token: string, body: unknown) =>
    client.send(`/api/v1/tokens/${encodeURIComponent(token)}`, {
      method: "PUT",
      headers: { origin: ORIGIN, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  assertEquals((await put("A/B 1", { status: "Blocked", group: "FLEET" })).status, 200);
  assertEquals((await put("A1", {})).status, 200);
  const pin = { type: "KeyCode", expires: "2026-02-01T00:00:00+05:30" };
  assertEquals((await put("4711", pin)).status, 200);
  const usual = { priority: 8, departure: "17:30", energyKwh: 12 };
  assertEquals((await put("A1", usual)).status, 200);
  assertEquals((await put("A1", { departure: "17.30" })).status, 422);
  assertEquals((await put("A1", { expires: "2026-02-01" })).status, 422);
  assertEquals((await put("A1", { type: "Card" })).status, 422);
  assertEquals((await put("A1", { expire: "2026-02-01T00:00:00Z" })).status, 422);
  assertEquals((await put("A1", { status: "Fine" })).status, 422);
  const refused = await put("ä1", {});
  assertEquals(refused.status, 422);
  assertEquals(refused.headers.get("content-type"), "application/problem+json");
  assertEquals((await refused.json()).errors, [
    { path: "id", message: "A token has 1 to 36 printable characters." },
  ]);
  const remove = (token: string) =>
    client.send(`/api/v1/tokens/${token}`, { method: "DELETE", headers: { origin: ORIGIN } });
  assertEquals((await remove("VISITOR-07")).status, 200);
  assertEquals((await remove("NOBODY")).status, 404);
  assertEquals(fixture.commanded, [
    ["putToken", "A/B 1", { ...OPEN, status: "Blocked", group: "FLEET" }, "admin"],
    ["putToken", "A1", OPEN, "admin"],
    [
      "putToken",
      "4711",
      { ...OPEN, type: "KeyCode", expires: "2026-01-31T18:30:00.000Z" },
      "admin",
    ],
    ["putToken", "A1", { ...OPEN, ...usual }, "admin"],
    ["deleteToken", "VISITOR-07", "admin"],
  ]);
  client.web.close();
});

Deno.test("a signal of the API shows that it is there; one that nobody named is not found", async () => {
  const { fixture, client } = await setUp();
  const statuses = [];
  for (const path of ["signals/box/heartbeat", "signals/attic/heartbeat", "signals/attic"]) {
    const response = await client.postJson(`/api/v1/${path}`, { kW: 4.2 });
    statuses.push(response.status);
    await response.body?.cancel();
  }
  assertEquals(statuses, [200, 404, 404]);
  const wrong = await client.postJson("/api/v1/signals/box", { kW: 4.2, minuts: 5 });
  assertEquals([wrong.status, fixture.commanded.length], [422, 0]);
  await wrong.body?.cancel();
  const [box] = JSON.parse(await client.text("/api/v1/signals"));
  assertEquals([box.id, box.silent, box.limit], ["box", false, null]);
});

Deno.test("what a charger answered to a message is in the answer, yes or no, and in the audit log no secret of it", async () => {
  const { fixture, client } = await setUp();
  const answer = { status: "Accepted", data: "7" };
  fixture.answer = () => Promise.resolve({ kind: "accepted", detail: "Accepted", answer });
  const say = (body: unknown) => client.postJson("/api/v1/chargers/CP01/message", body);
  const payload = {
    idTag: "04A1B2C3D4",
    key: "AuthorizationKey",
    value: "hunter2hunter2",
    wifiPassword: "open sesame",
  };
  const accepted = await say({ action: "ChangeConfiguration", payload });
  assertEquals(await accepted.json(), { outcome: "accepted", detail: "Accepted", answer });
  const no = { status: "Rejected" };
  fixture.answer = () =>
    Promise.resolve({ kind: "refused", reason: "Rejected", advice: "", answer: no });
  const refused = await say({ action: "ClearCache" });
  assertEquals([refused.status, (await refused.json()).answer], [409, no]);
  const notes = JSON.stringify(fixture.noted);
  assertMatch(notes, /command message/);
  assertMatch(notes, /ChangeConfiguration/);
  for (const secret of ["04A1B2C3D4", "hunter2", "sesame"]) {
    assertEquals(notes.includes(secret), false, secret);
  }
  client.web.close();
});

Deno.test("the value of a secret setting does not get into the audit log, any other does", async () => {
  const { fixture, client } = await setUp();
  for (const [key, value] of [["WifiPassword", "open sesame"], ["BlinkRepeat", "31337"]]) {
    await client.postJson("/api/v1/chargers/CP01/configuration", { key, value });
  }
  const notes = JSON.stringify(fixture.noted);
  assertEquals([notes.includes("sesame"), notes.includes("31337")], [false, true]);
  client.web.close();
});

Deno.test("what a charger is set to is told as it says it, and a reading that fails says why", async () => {
  const { fixture, client } = await setUp();
  const path = "/api/v1/chargers/CP01/configuration";
  const told = Object(await client.json(`${path}?names=HeartbeatInterval,Nonsense`));
  assertEquals([told.version, told.settings.length, told.unknown], ["1.6", 3, ["Nonsense"]]);
  assertEquals((await client.get("/api/v1/chargers/CP99/configuration")).status, 404);
  assertEquals((await client.get(`${path}?name=x`)).status, 422);
  const gone = { kind: "failed", reason: "The charger is not connected", advice: "" } as const;
  Object.assign(fixture.ports.commands, { readConfiguration: () => Promise.resolve(gone) });
  const failed = await client.get(path);
  assertEquals([failed.status, (await failed.json()).reason], [502, gone.reason]);
  client.web.close();
});
