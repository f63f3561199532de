import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";

const KNOWN = `chargers:
  known:
    # by the gate
    - { id: CP02, circuit: grid, evses: [ { slot: 2, phases: [ L1, L2, L3 ] } ] }
`;

async function setUp(role: "viewer" | "operator" | "installer" | "admin" = "admin") {
  const fixture = await createFixture();
  return { fixture, client: await openClientAs(fixture, role) };
}

Deno.test("installers commission and test, administrators write; nobody else sees it", async () => {
  for (
    const [role, looks, tests, writes] of [
      ["viewer", 403, 403, 403],
      ["operator", 403, 403, 403],
      ["installer", 200, 303, 403],
      ["admin", 200, 303, 422],
    ] as const
  ) {
    const { fixture, client } = await setUp(role);
    for (
      const path of [
        "/commissioning",
        "/commissioning/sheets",
        "/chargers/CP02/commissioning",
        "/chargers/CP02/sheet",
      ]
    ) {
      const page = await client.get(path);
      assertEquals(page.status, looks, `${role} ${path}`);
      await page.body?.cancel();
    }
    const answers = [
      await client.post("/evses/1/rotation-test", {}),
      await client.post("/evses/3/rotation-test/end", {}),
    ];
    for (const answer of answers) {
      assertEquals(answer.status, tests, role);
      await answer.body?.cancel();
    }
    assertEquals(
      fixture.commanded,
      tests === 303 ? [["testRotation", 1, role], ["endRotationTest", 3, role]] : [],
    );
    // Its site.yaml does not name the charger.
    const written = await client.post("/chargers/CP02/commissioning/rotation", { slot: "2" });
    assertEquals(written.status, writes, role);
    await written.body?.cancel();
    assertEquals(fixture.applied, []);
    client.web.close();
  }
});

Deno.test("the page of a charger says of each step how far it is and what to do next", async () => {
  const { client } = await setUp();
  const told = await client.text("/chargers/CP02/commissioning");
  for (
    const words of [
      "Commissioning of CP02",
      "6\u202fA, as the charger itself confirms.",
      "Found L2, L3, L1, which is not what site.yaml says",
      "Another connector is being tested.",
      'action="/chargers/CP02/commissioning/rotation"',
      'href="/chargers/CP02/sheet"',
    ]
  ) assertStringIncludes(told, words);
  assert(!told.includes('action="/evses/2/rotation-test"'), "nothing to begin beside another test");
  const running = await client.text("/chargers/CP03/commissioning");
  assertStringIncludes(running, "2 of 4 steps seen");
  assertStringIncludes(running, 'action="/evses/3/rotation-test/end"');
  const free = await client.text("/chargers/CP01/commissioning");
  assertStringIncludes(free, 'action="/evses/1/rotation-test"');
  const installer = await setUp("installer");
  const own = await installer.client.text("/chargers/CP02/commissioning");
  assertStringIncludes(own, "An administrator takes it over into site.yaml.");
  assert(!own.includes("/commissioning/rotation"));
  for (const each of [client, installer.client]) each.web.close();
});

Deno.test("the rotation that was found is written into site.yaml, comments and all, and noted", async () => {
  const { fixture, client } = await setUp();
  fixture.applied.push(KNOWN);
  const answer = await client.post("/chargers/CP02/commissioning/rotation", { slot: "2" });
  assertEquals(
    [answer.status, answer.headers.get("location")],
    [303, "/chargers/CP02/commissioning"],
  );
  assertEquals(fixture.applied.slice(1), [KNOWN.replace("L1, L2, L3", "L2, L3, L1")]);
  const { what, outcome, detail } = fixture.noted.at(-1) ?? {};
  assertEquals(
    [what, outcome, detail],
    ["settings-applied", "done", "phases of slot 2: L2, L3, L1 (applied)"],
  );
  assertStringIncludes(
    await client.text("/chargers/CP02/commissioning"),
    "The gateway starts anew now",
  );
  client.web.close();
});

Deno.test("what no test has found is not written, and what is not there is not found", async () => {
  const { fixture, client } = await setUp();
  fixture.applied.push(KNOWN);
  for (
    const [path, fields, status] of [
      // In doubt, being tested, of another charger, none at all.
      ["/chargers/CP05/commissioning/rotation", { slot: "5" }, 422],
      ["/chargers/CP03/commissioning/rotation", { slot: "3" }, 422],
      ["/chargers/CP05/commissioning/rotation", { slot: "2" }, 422],
      ["/chargers/CP02/commissioning/rotation", { slot: "x" }, 422],
      ["/chargers/CP02/commissioning/rotation", { slot: "0" }, 422],
      ["/chargers/CP99/commissioning/rotation", { slot: "2" }, 404],
      ["/evses/99/rotation-test", {}, 404],
      ["/evses/x/rotation-test/end", {}, 404],
    ] as const
  ) {
    const answer = await client.post(path, fields);
    assertEquals(answer.status, status, `${path} ${JSON.stringify(fields)}`);
    await answer.body?.cancel();
  }
  for (const path of ["/chargers/CP99/commissioning", "/chargers/CP99/sheet", "/slots/99"]) {
    const answer = await client.get(path);
    assertEquals(answer.status, 404, path);
    await answer.body?.cancel();
  }
  assertEquals(fixture.applied, [KNOWN]);
  client.web.close();
});

Deno.test("a sheet says what stands there, what was tested and by whom, with a code per connector", async () => {
  const { fixture, client } = await setUp("installer");
  const sheet = await client.text("/chargers/CP02/sheet");
  for (
    const words of [
      "Commissioning sheet: CP02",
      "row-a",
      "63\u202fA",
      "L1, L2, L3",
      "ina",
      "The gateway is no protective device.",
      "/slots/2</code>",
      '<svg class="qr"',
    ]
  ) assertStringIncludes(sheet, words);
  const all = await client.text("/commissioning/sheets");
  assertEquals(
    all.match(/<article class="sheet">/g)?.length,
    fixture.ports.views.chargers().length,
  );
  const code = await client.get("/slots/2");
  assertEquals([code.status, code.headers.get("location")], [302, "/chargers/CP02#evse-2"]);
  await code.body?.cancel();
  client.web.close();
});

Deno.test("programs read how far a charger is, and have its sheet where it can be printed", async () => {
  const { fixture, client } = await setUp("installer");
  const answer = await client.get("/api/v1/chargers/CP02/commissioning");
  const { steps, connectors } = await answer.json();
  assertEquals(
    steps.find(({ id }: { readonly id: string }) => id === "rotation").seen,
    "rotation-other",
  );
  assertEquals(connectors[0].lastRotationTest, {
    at: "2026-01-04T09:30:00.000Z",
    by: "ina",
    toldPhases: ["L1", "L2", "L3"],
    phases: ["L2", "L3", "L1"],
    proof: "by-field",
    doubt: null,
  });
  for (const path of ["chargers/CP02/sheet", "commissioning/sheets"]) {
    const refused = await client.get(`/api/v1/${path}`);
    assertEquals(refused.status, 501);
    assertStringIncludes((await refused.json()).detail, "ready to be printed by a browser");
  }
  const printed: string[] = [];
  const printPdf = (html: string) => {
    printed.push(html);
    return Promise.resolve(new TextEncoder().encode("%PDF"));
  };
  const reports = { ...fixture.ports.reports, printPdf };
  const printing = await openClientAs(
    { ...fixture, ports: { ...fixture.ports, reports } },
    "installer",
  );
  const pdf = await printing.get("/api/v1/chargers/CP02/sheet");
  assertEquals(
    [pdf.headers.get("content-type"), pdf.headers.get("content-disposition"), await pdf.text()],
    ["application/pdf", 'attachment; filename="commissioning-CP02.pdf"', "%PDF"],
  );
  assert(printed[0]?.includes("<style>") && !printed[0].includes("<link"), "it stands alone");
  printing.web.close();
  for (const path of ["chargers/CP99/commissioning", "chargers/CP99/sheet"]) {
    const unknown = await client.get(`/api/v1/${path}`);
    assertEquals(unknown.status, 404);
    await unknown.body?.cancel();
  }
  client.web.close();
});
