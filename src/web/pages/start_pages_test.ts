import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture, FIXTURE_CONFIG } from "../_fixture.ts";
import { PROOF_LIFE_MS } from "../sign_in/sessions.ts";

const PLACE = {
  chargerId: "CP11",
  slot: "11",
  connectors: "1",
  circuit: "grid",
  phases: "L1,L2,L3",
  maxAmps: "16",
};

async function setUp(role: "viewer" | "operator" | "installer" | "admin" = "admin") {
  const fixture = await createFixture();
  return { fixture, client: await openClientAs(fixture, role) };
}

Deno.test("installers look at the first steps, administrators write; nobody else sees them", async () => {
  for (
    const [role, looks, writes] of [
      ["viewer", 403, 403],
      ["operator", 403, 403],
      ["installer", 200, 403],
      ["admin", 200, 303],
    ] as const
  ) {
    const { fixture, client } = await setUp(role);
    const page = await client.get("/start");
    assertEquals(page.status, looks, role);
    const text = await page.text();
    if (looks === 200) {
      assertStringIncludes(text, "First steps");
      assertEquals(text.includes('action="/start/fuse"'), role === "admin");
    }
    const answers = [
      await client.post("/start/fuse", { amps: "63" }),
      await client.post("/start/chargers", PLACE),
    ];
    for (const answer of answers) {
      assertEquals(answer.status, writes, role);
      await answer.body?.cancel();
    }
    assertEquals(fixture.applied.length, role === "admin" ? 2 : 0);
    client.web.close();
  }
});

Deno.test("the main fuse is written into site.yaml, comments and all, and noted", async () => {
  const { fixture, client } = await setUp();
  const answer = await client.post("/start/fuse", { amps: "63" });
  assertEquals(answer.headers.get("location"), "/start");
  assertEquals(fixture.applied, [FIXTURE_CONFIG.replace("limit: 100", "limit: 63")]);
  const { what, outcome, detail } = fixture.noted.at(-1) ?? {};
  assertEquals([what, outcome], ["settings-applied", "done"]);
  assert(detail?.startsWith("fuse 63 A: "), detail);
  assertStringIncludes(await client.text("/start"), "The gateway starts anew now");
  client.web.close();
});

Deno.test("a charger that waits gets its place first, and comes in at the next start", async () => {
  const { fixture, client } = await setUp();
  const answer = await client.post("/start/chargers", { ...PLACE, connectors: "2", phases: "L2" });
  assertEquals([answer.status, answer.headers.get("location")], [303, "/start"]);
  const [text = ""] = fixture.applied;
  assertStringIncludes(text, "# as on the sign at the gate");
  assertStringIncludes(text, "    - id: CP11\n      adopt: ask\n      circuit: grid\n");
  assertStringIncludes(text, "{ slot: 12, evse: 2, phases: [ L2 ], maxCurrent: 16 }");
  assertEquals(fixture.commanded, [["adopt", "CP11", "admin", "next-start"]]);
  const noted = fixture.noted.map(({ what }) => what);
  assert(noted.includes("settings-applied"), noted.join(", "));
  client.web.close();
});

Deno.test("a charger whose place is there already is let in at once, and nothing is written", async () => {
  const { fixture, client } = await setUp();
  const placed = `${FIXTURE_CONFIG}chargers: { known: [{ id: CP11, adopt: ask }] }\n`;
  fixture.applied.push(placed);
  const page = await client.text("/start");
  assertStringIncludes(page, "Let CP11 in");
  assertEquals(page.includes('name="slot"'), false);
  const answer = await client.post("/start/chargers", { chargerId: "CP11" });
  assertEquals([answer.status, fixture.applied], [303, [placed]]);
  assertEquals(fixture.commanded, [["adopt", "CP11", "admin"]]);
  client.web.close();
});

for (
  const [what, fields, status] of [
    ["a charger that does not wait", { chargerId: "CP99" }, 404],
    ["no slot", { slot: "" }, 422],
    ["slot 0", { slot: "0" }, 422],
    ["half a slot", { slot: "1.5" }, 422],
    ["nine connectors", { connectors: "9" }, 422],
    ["a circuit that there is not", { circuit: "row-z" }, 422],
    ["a phase that there is not", { phases: "L4" }, 422],
    ["fewer amperes than any car takes", { maxAmps: "5" }, 422],
  ] as const
) {
  Deno.test(`${what} is refused, and nothing is written or let in`, async () => {
    const { fixture, client } = await setUp();
    const answer = await client.post("/start/chargers", { ...PLACE, ...fields });
    await answer.body?.cancel();
    assertEquals([answer.status, fixture.applied, fixture.commanded], [status, [], []]);
    client.web.close();
  });
}

Deno.test("nothing is written into a site.yaml that is wrong: its line is named", async () => {
  const { fixture, client } = await setUp();
  const wrong = FIXTURE_CONFIG.replace("100", "wrong");
  fixture.applied.push(wrong);
  for (
    const [path, fields] of [["/start/fuse", { amps: "63" }], ["/start/chargers", PLACE]] as const
  ) {
    const answer = await client.post(path, fields);
    assertEquals(answer.status, 422);
    const page = await answer.text();
    assertStringIncludes(page, "Nothing was written");
    assertStringIncludes(page, "Line 5");
  }
  assertEquals([fixture.applied, fixture.commanded], [[wrong], []]);
  assertStringIncludes(await client.text("/start"), "The configuration cannot be read here.");
  client.web.close();
});

for (const amps of ["", "0", "-5", "1e9", "20000", "ten"]) {
  Deno.test(`a main fuse of ${JSON.stringify(amps)} A is refused`, async () => {
    const { fixture, client } = await setUp();
    const answer = await client.post("/start/fuse", { amps });
    await answer.body?.cancel();
    assertEquals([answer.status, fixture.applied], [422, []]);
    client.web.close();
  });
}

Deno.test("a step is left for later and come back to by its link; what is done is not", async () => {
  const { fixture, client } = await setUp();
  Object.assign(fixture.state, { meters: [] });
  const page = await client.text("/start");
  assertStringIncludes(page, 'href="/start?skip=meter#start-meter"');
  const later = await client.text("/start?skip=meter,nonsense,fuse");
  assertStringIncludes(later, "Left for later");
  assertStringIncludes(later, 'href="/start?skip=fuse#start-meter"');
  assertStringIncludes(later, "/live?path=%2Fstart%3Fskip%3Dfuse%2Cmeter");
  client.web.close();
});

Deno.test("who has shown long ago who he is shows it again, and comes back to the first steps", async () => {
  const { fixture, client } = await setUp();
  await fixture.clock.advance(PROOF_LIFE_MS);
  const answer = await client.post("/start/fuse", { amps: "63" });
  assertEquals(answer.headers.get("location"), "/account/confirm?next=%2Fstart");
  assertEquals(fixture.applied, []);
  client.web.close();
});

Deno.test("an empty site leads to the first steps, and so does the page Settings", async () => {
  const { fixture, client } = await setUp();
  assertStringIncludes(await client.text("/settings"), 'href="/start"');
  Object.assign(fixture.state, { chargers: [], evses: [], waiting: [] });
  assertStringIncludes(await client.text("/"), 'href="/start"');
  client.web.close();
});

for (
  const [language, title] of [["mr", "पहिली पावले"], ["hi", "पहले क़दम"], [
    "en",
    "First steps",
  ]] as const
) {
  Deno.test(`the first steps are told in ${language}`, async () => {
    const { fixture, client } = await setUp();
    fixture.state.site = { ...fixture.state.site, language };
    assertStringIncludes(await client.text("/start"), `<h1>${title}</h1>`);
    client.web.close();
  });
}
