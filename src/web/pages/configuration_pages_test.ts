import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { openClientAs, ORIGIN } from "../_client.ts";
import type { Role } from "../../site/mod.ts";

function words(html: string): string {
  return html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll(/[\s\u202f]+/g, " ");
}

async function bench(role: Role = "installer") {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, role);
  const done = async () => {
    await fixture.spawn.drain();
    client.web.close();
  };
  return { fixture, client, done };
}

const BOTH = "/configuration?charger=CP01&charger=CP02";

Deno.test("chargers are chosen, read, and laid beside each other; what differs from site.yaml stands out", async () => {
  const { fixture, client, done } = await bench();
  const checked: string[] = [];
  Object.assign(fixture.ports.configuration, {
    check: (id: string) => Promise.resolve(void checked.push(id)),
  });
  assertStringIncludes(words(await client.text(BOTH)), "Nothing was read yet.");
  const answer = await client.post("/configuration/read", { charger: "CP01", all: "1" });
  assertEquals([answer.status, answer.headers.get("location")], [
    303,
    "/configuration?charger=CP01&all=1#matrix",
  ]);
  assertEquals(checked, ["CP01"]);
  const differing = words(await client.text(BOTH));
  assertStringIncludes(differing, "HeartbeatInterval 300 should be 600");
  assertEquals(differing.includes("NumberOfConnectors"), false);
  const all = words(await client.text(`${BOTH}&all=1`));
  assertStringIncludes(all, "NumberOfConnectors 2");
  assertStringIncludes(all, "AuthorizationKey not shown");
  assertStringIncludes(all, "does not stay; left until tomorrow");
  await done();
});

Deno.test("one setting is set on all that are chosen, each told by itself, and what each said is shown", async () => {
  const { fixture, client, done } = await bench();
  fixture.answer = () => Promise.resolve({ kind: "accepted", detail: "set", needsRestart: true });
  const answer = await client.post("/configuration", {
    charger: "CP01",
    name: "OCPPCommCtrlr.HeartbeatInterval",
    value: "60",
  });
  assertEquals(answer.headers.get("location"), "/configuration?charger=CP01#outcomes");
  assertEquals(fixture.commanded, [
    ["configure", "CP01", { key: "HeartbeatInterval" }, "60", "installer"],
  ]);
  assertStringIncludes(
    words(await client.text(BOTH)),
    "It counts after the charger’s next restart.",
  );
  await done();
});

Deno.test("each of several chosen chargers is told", async () => {
  const { fixture, client, done } = await bench();
  const fields = [["csrf", await client.csrf()], ["charger", "CP01"], ["charger", "CP02"]];
  const answer = await client.send("/configuration", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN },
    body: new URLSearchParams([...fields, ["name", "HeartbeatInterval"], ["value", "60"]])
      .toString(),
  });
  assertEquals(answer.status, 303);
  assertEquals(fixture.commanded.map(([name, id]) => [name, id]), [
    ["configure", "CP01"],
    ["configure", "CP02"],
  ]);
  await done();
});

Deno.test("a charger whose version has no such setting is not told, and the page says so", async () => {
  const { fixture, client, done } = await bench();
  fixture.state.chargers = fixture.state.chargers.map((each) => ({ ...each, protocol: "ocpp2.1" }));
  const answer = await client.post("/configuration", {
    charger: "CP01",
    name: "BlinkRepeat",
    value: "3",
  });
  const location = answer.headers.get("location") ?? "";
  assertEquals([location, fixture.commanded], [
    "/configuration?charger=CP01&unknown=CP01#outcomes",
    [],
  ]);
  assertStringIncludes(words(await client.text(location)), "they do not know it: CP01.");
  await done();
});

Deno.test("nobody, somebody unknown, or a name that is none is answered so", async () => {
  const { fixture, client, done } = await bench();
  const value = "3";
  assertEquals((await client.post("/configuration", { name: "A", value })).status, 422);
  assertEquals(
    (await client.post("/configuration", { charger: "NO", name: "A", value })).status,
    404,
  );
  assertEquals((await client.post("/configuration/read", { charger: "NO" })).status, 404);
  assertEquals(
    (await client.post("/configuration", { charger: "CP01", name: "ü", value })).status,
    422,
  );
  assertEquals(fixture.commanded, []);
  await done();
});

Deno.test("a secret set on many is typed unseen, and never stands on a page or in the log", async () => {
  const { fixture, client, done } = await bench();
  assertStringIncludes(await client.text(`${BOTH}&change=WifiPassword`), `type="password"`);
  await client.post("/configuration", {
    charger: "CP01",
    name: "WifiPassword",
    value: "hunter2-x",
  });
  await fixture.spawn.drain();
  assertEquals((await client.text(BOTH)).includes("hunter2"), false);
  assertEquals(JSON.stringify([fixture.log, fixture.noted]).includes("hunter2"), false);
  await done();
});

Deno.test("what site.yaml wants of a charger stands on its own page too, and installers find the way", async () => {
  const { client, done } = await bench();
  assertStringIncludes(
    words(await client.text("/chargers/CP01/configuration")),
    "As site.yaml wants it",
  );
  assertEquals((await client.text("/chargers/CP02/configuration")).includes("As site.yaml"), false);
  assertStringIncludes(await client.text("/chargers"), `href="/configuration"`);
  await done();
  const viewer = await bench("operator");
  assertEquals((await viewer.client.text("/chargers")).includes(`href="/configuration"`), false);
  assertEquals((await viewer.client.get("/configuration")).status, 403);
  await viewer.done();
});
