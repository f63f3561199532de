import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { openClientAs } from "../_client.ts";
import type { Role } from "../../site/mod.ts";

/** The text of a page as a reader hears it, in one line. */
function words(html: string): string {
  return html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll(/[\s\u202f]+/g, " ");
}

async function bench(role: Role = "admin") {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, role);
  const done = async () => {
    await fixture.spawn.drain();
    client.web.close();
  };
  return { fixture, client, done };
}

const CONFIGURATION = "/chargers/CP01/configuration";

Deno.test("a charger's settings are read when somebody asks, found by name, and secrets are not shown", async () => {
  const { client, done } = await bench("installer");
  assertStringIncludes(
    words(await client.text(CONFIGURATION)),
    "Its settings have not been read since the gateway started.",
  );
  const answer = await client.post(`${CONFIGURATION}/read`);
  assertEquals([answer.status, answer.headers.get("location")], [303, CONFIGURATION]);
  const page = words(await client.text(CONFIGURATION));
  assertStringIncludes(page, "3 settings, read");
  assertStringIncludes(page, "HeartbeatInterval 300 Change");
  assertStringIncludes(page, "AuthorizationKey not shown kept by the gateway");
  assertStringIncludes(page, "NumberOfConnectors 2 read");
  const found = words(await client.text(`${CONFIGURATION}?find=heart`));
  assertEquals([found.includes("HeartbeatInterval"), found.includes("NumberOfConnectors")], [
    true,
    false,
  ]);
  assertStringIncludes(words(await client.text(`${CONFIGURATION}?find=zzz`)), "No setting is like");
  await done();
});

Deno.test("one setting is changed, and what the charger says to it is shown", async () => {
  const { fixture, client, done } = await bench("installer");
  await client.post(`${CONFIGURATION}/read`);
  const form = await client.text(`${CONFIGURATION}?change=HeartbeatInterval`);
  assertStringIncludes(form, `value="300"`);
  fixture.answer = () =>
    Promise.resolve({ kind: "refused", reason: "the charger answered Rejected", advice: "" });
  const answer = await client.post(CONFIGURATION, { name: "HeartbeatInterval", value: "60" });
  assertEquals(answer.headers.get("location"), `${CONFIGURATION}#commands`);
  assertEquals(fixture.commanded, [
    ["configure", "CP01", { key: "HeartbeatInterval" }, "60", "installer"],
  ]);
  assertStringIncludes(words(await client.text(CONFIGURATION)), "The charger answered Rejected.");
  await done();
});

Deno.test("a secret is typed unseen, and never stands on a page or in the log", async () => {
  const { fixture, client, done } = await bench("installer");
  assertStringIncludes(
    await client.text(`${CONFIGURATION}?change=WifiPassword`),
    `type="password"`,
  );
  await client.post(CONFIGURATION, { name: "WifiPassword", value: "hunter2-hunter2" });
  await fixture.spawn.drain();
  assertEquals((await client.text(CONFIGURATION)).includes("hunter2"), false);
  assertEquals(JSON.stringify([fixture.log, fixture.noted]).includes("hunter2"), false);
  await done();
});

Deno.test("a variable of 2.x is changed by the name that the charger told, and no other", async () => {
  const { fixture, client, done } = await bench("installer");
  const at = { component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" } };
  const name = "OCPPCommCtrlr.HeartbeatInterval";
  const settings = [{ name, at, value: "300", access: "read-write", kept: null } as const];
  Object.assign(fixture.ports.commands, {
    readConfiguration: () =>
      Promise.resolve({ kind: "read", version: "2.0.1", settings, unknown: [] }),
  });
  fixture.state.chargers = fixture.state.chargers.map((each) => ({
    ...each,
    protocol: "ocpp2.0.1",
  }));
  assertEquals((await client.post(CONFIGURATION, { name, value: "60" })).status, 422);
  await client.post(`${CONFIGURATION}/read`);
  assertEquals((await client.post(CONFIGURATION, { name, value: "60" })).status, 303);
  assertEquals((await client.post(CONFIGURATION, { name: "Other.Thing", value: "" })).status, 422);
  assertEquals(fixture.commanded, [["configure", "CP01", at, "60", "installer"]]);
  await done();
});

Deno.test("why settings cannot be read stands on the page, as does that the charger is away", async () => {
  const { fixture, client, done } = await bench("installer");
  Object.assign(fixture.ports.commands, {
    readConfiguration: () =>
      Promise.resolve({ kind: "failed", reason: "The charger did not answer", advice: "" }),
  });
  await client.post(`${CONFIGURATION}/read`);
  assertStringIncludes(
    words(await client.text(CONFIGURATION)),
    "They could not be read: The charger did not answer.",
  );
  fixture.state.chargers = fixture.state.chargers.map((each) => ({ ...each, connected: false }));
  assertStringIncludes(words(await client.text(CONFIGURATION)), "The charger is not connected");
  await done();
});

const CALL = "/chargers/CP01/message";

Deno.test("a raw call is held against its schema before it is sent", async () => {
  const { fixture, client, done } = await bench();
  const page = await client.text(CALL);
  assertStringIncludes(words(page), "A wrong call can end sessions");
  assertStringIncludes(page, `<option value="GetConfiguration">`);
  const wrong: readonly (readonly [string, string, string])[] = [
    ["GetConfiguration", "{", "This is not JSON"],
    ["GetConfiguration", "[]", "The content is an object, in braces"],
    ["GetConfiguration", `{"key":"a"}`, "/key"],
    ["MakeCoffee", "{}", "MakeCoffee"],
  ];
  for (const [action, payload, says] of wrong) {
    const answer = await client.post(CALL, { do: "send", action, payload });
    const html = await answer.text();
    assertEquals(answer.status, 422, says);
    assertStringIncludes(words(html), "It was not sent:");
    assertStringIncludes(words(html), says);
    assertStringIncludes(html, `value="${action}"`);
  }
  const checked = await client.post(CALL, { do: "check", action: "GetConfiguration", payload: "" });
  assertStringIncludes(words(await checked.text()), "It fits what this version of OCPP allows.");
  assertEquals(fixture.commanded, []);
  await done();
});

Deno.test("a raw call that fits is sent once, and its answer stands on the page", async () => {
  const { fixture, client, done } = await bench();
  fixture.answer = () =>
    Promise.resolve({
      kind: "accepted",
      detail: "The charger answered",
      answer: { configurationKey: [], unknownKey: ["Coffee"] },
    });
  const payload = `{"key":["Coffee"]}`;
  const answer = await client.post(CALL, { do: "send", action: "GetConfiguration", payload });
  assertEquals([answer.status, answer.headers.get("location")], [303, `${CALL}#answers`]);
  assertEquals(fixture.commanded, [
    ["say", "CP01", "GetConfiguration", { key: ["Coffee"] }, "admin"],
  ]);
  const page = words(await client.text(CALL));
  assertStringIncludes(page, `Said { "key": [ "Coffee" ] }`);
  assertStringIncludes(page, `"unknownKey": [ "Coffee" ]`);
  await done();
});

Deno.test("what would be said with a secret in it is shown without", async () => {
  const { client, done } = await bench();
  const payload = `{"key":"AuthorizationKey","value":"hunter2-hunter2"}`;
  await client.post(CALL, { do: "send", action: "ChangeConfiguration", payload });
  assertEquals((await client.text(CALL)).includes("hunter2"), false);
  await done();
});

Deno.test("who has not shown lately who he is has to, before a raw call", async () => {
  const { fixture, client, done } = await bench();
  await fixture.clock.advance(11 * 60_000);
  const answer = await client.post(CALL, { do: "send", action: "Reset", payload: "{}" });
  assertEquals(answer.headers.get("location"), `/account/confirm?next=${encodeURIComponent(CALL)}`);
  assertEquals(fixture.commanded, []);
  await done();
});

Deno.test("all frames of a charger are there, with filter and what is odd about them", async () => {
  const { fixture, client, done } = await bench("operator");
  const path = "/chargers/CP01/messages";
  fixture.state.messages = [
    {
      id: 900,
      atWallMs: fixture.clock.wallMs(),
      peer: "CP01",
      direction: "in",
      text: `[2,"x","Authorize",{"idTag":7}]`,
    },
    ...fixture.state.messages,
  ];
  await client.text(path);
  await fixture.spawn.drain();
  const ids = async (query: string) =>
    [...(await client.text(path + query)).matchAll(/id="message-(\d+)"/g)].map(([, id]) => id);
  assertEquals(await ids(""), ["900", "806", "805", "804", "803", "802", "801"]);
  assertEquals(await ids("?text=heartbeat"), ["801"]);
  assertEquals(await ids("?way=out&text=SetCharging"), ["803"]);
  assertEquals((await ids("?trouble=on"))[0], "900");
  assertStringIncludes(
    words(await client.text(`${path}?trouble=on`)),
    "Against its schema: /idTag must be string",
  );
  assertStringIncludes(words(await client.text(`${path}?text=zzz`)), "No message is like that.");
  assertStringIncludes(await client.text(path), `data-copy-from="frame-801"`);
  await done();
});

Deno.test("older frames are a page further", async () => {
  const { fixture, client, done } = await bench("operator");
  fixture.state.messages = Array.from({ length: 150 }, (_, index) => ({
    id: 1_000 - index,
    atWallMs: 0,
    peer: "CP01",
    direction: "in" as const,
    text: `[2,"${index}","Heartbeat",{}]`,
  }));
  const first = await client.text("/chargers/CP01/messages?way=in");
  assertStringIncludes(first, "/chargers/CP01/messages?way=in&amp;before=901");
  const second = await client.text("/chargers/CP01/messages?way=in&before=901");
  assertEquals(second.match(/id="message-/g)?.length, 50);
  await done();
});

Deno.test("the charger's page shows its session's curve, its faults and the way to its other pages", async () => {
  const { fixture, client, done } = await bench("operator");
  const [first] = fixture.state.faults;
  if (first === undefined) throw new Error("no fault");
  fixture.state.faults = [
    { ...first, id: 8, subject: "slot 1", text: "the contactor is welded" },
    { ...first, id: 9, subject: "CP02", text: "of another charger" },
  ];
  const html = await client.text("/chargers/CP01");
  const page = words(html);
  assertStringIncludes(page, "The session at connector 1");
  assertEquals(html.match(/data-chart=/g)?.length, 2);
  assertStringIncludes(page, "the contactor is welded");
  assertEquals(page.includes("of another charger"), false);
  assertStringIncludes(html, `href="/chargers/CP01/messages"`);
  assertEquals(html.includes(`href="/chargers/CP01/message"`), false, "an operator sends no calls");
  await done();
});

Deno.test("the pages of one charger are for those who may use them", async () => {
  const paths = ["configuration", "messages", "message"];
  const allowed: Readonly<Record<Role, readonly boolean[]>> = {
    viewer: [false, false, false],
    operator: [false, true, false],
    installer: [true, true, false],
    admin: [true, true, true],
  };
  for (const [role, expected] of Object.entries(allowed)) {
    const { client, done } = await bench(role as Role);
    const seen = [];
    for (const path of paths) {
      seen.push((await client.get(`/chargers/CP01/${path}`)).status === 200);
    }
    assertEquals(seen, expected, role);
    for (const path of paths) {
      const status = (await client.get(`/chargers/NONE/${path}`)).status;
      assertEquals([403, 404].includes(status), true, path);
    }
    await done();
  }
});
