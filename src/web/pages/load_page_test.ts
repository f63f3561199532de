import { assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";
import type { CircuitLimitView } from "../views.ts";

/** The text of a page as a reader hears it, in one line. */
function words(html: string): string {
  return html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/[\s\u202f]+/g, " ");
}

/** The part of a page that has that id, up to the next element with one. */
function part(html: string, id: string): string {
  const start = html.indexOf(`id="${id}"`);
  const end = html.indexOf(`id="`, start + 4);
  return start < 0 ? "" : words("<" + html.slice(start, end < 0 ? undefined : end));
}

Deno.test("the load page shows each line of a circuit with what takes how much of it", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const html = await client.text("/load");
  const grid = part(html, "load-circuit-grid");
  assertStringIncludes(grid, "L1: 81 A flows, 20 A other load, 70 A kept for cars, limit 100 A");
  assertStringIncludes(grid, "20 A free");
  const rowA = part(html, "load-circuit-row-a");
  assertStringIncludes(rowA, "62 /63 A");
  assertEquals(rowA.match(/full/g)?.length, 1);
  assertStringIncludes(part(html, "load-circuit-row-b"), "not measured");
});

Deno.test("the load page says of each connector what it is offered, draws, and why", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const html = await client.text("/load");
  const [first, second] = [part(html, "load-evse-1"), part(html, "load-evse-2")];
  assertStringIncludes(first, "16 A offered 16 A × 3 drawn 16 A kept");
  assertStringIncludes(first, "row-a, phase L2 full: 63 A − other load 29 A − others 32 A");
  assertStringIncludes(second, "waits its turn: next about 14:20");
  assertStringIncludes(
    part(html, "load-circuit-row-a"),
    "1 waits its turn Next: connector 2, about 14:20",
  );
  assertEquals(part(html, "load-circuit-grid").includes("turn"), false, "row-a is what is full");
});

Deno.test("bounds in watts and on the neutral are shown, and one that is passed as such", async () => {
  const fixture = await createFixture();
  fixture.state.circuits = fixture.state.circuits.map((circuit) =>
    circuit.parentId === null
      ? {
        ...circuit,
        bounds: [
          { kind: "power", unit: "W", limit: 60_000, load: 50_800 },
          { kind: "apparent", unit: "VA", limit: 66_000, load: null },
          { kind: "neutral", unit: "A", limit: 20, load: 31.2 },
        ],
      }
      : circuit
  );
  const html = await (await openClientAs(fixture, "viewer")).text("/load");
  const grid = part(html, "load-circuit-grid");
  for (
    const text of [
      "Power 50.8 kW of 60.0 kW",
      "Apparent power not measured of 66.0 kVA",
      "Neutral 31 A of 20 A",
    ]
  ) assertStringIncludes(grid, text);
  assertEquals(html.match(/class="is-over"/g)?.length, 1);
});

Deno.test("a charger that does not obey is marked", async () => {
  const fixture = await createFixture();
  const [first] = fixture.state.evses;
  if (first) fixture.state.evses[0] = { ...first, trust: "disobeying" };
  const html = await (await openClientAs(fixture, "viewer")).text("/load");
  assertStringIncludes(part(html, "load-evse-1"), "does not obey");
  assertEquals(part(html, "load-evse-3").includes("obey"), false);
});

Deno.test("only an operator is offered to set a limit, where a session runs", async () => {
  const fixture = await createFixture();
  const forms = async (role: "viewer" | "operator") =>
    (await (await openClientAs(fixture, role)).text("/load")).match(/action="\/evses\/\d+\/limit"/g)
      ?.length ?? 0;
  assertEquals([await forms("viewer"), await forms("operator")], [0, 5]);
});

Deno.test("the load page draws its curves, breaks them at gaps, and says so where there are none", async () => {
  const fixture = await createFixture();
  const { histories } = fixture.state;
  histories["grid"] = (histories["grid"] ?? []).filter((_, minute) => minute < 50 || minute > 60);
  const html = await (await openClientAs(fixture, "viewer")).text("/load");
  const chart = html.slice(html.indexOf('id="load-history-grid"'));
  const curve = /class="chart-line L1" d="([^"]+)"/.exec(chart)?.[1] ?? "";
  assertEquals([curve.match(/M/g)?.length, curve.match(/L/g)?.length], [2, 107]);
  const plan = /class="chart-plan L1" d="([^"]+)"/.exec(chart)?.[1] ?? "";
  const ends = /^M(\d+) .*L(\d+\.?\d*) [\d.]+$/.exec(plan);
  assertEquals([Number(ends?.[1]) < 300, Number(ends?.[2]) > 580], [true, true], plan);
  assertStringIncludes(
    part(html, "load-history-row-b"),
    "The curve begins when a few minutes are measured.",
  );
});

Deno.test("the load page speaks the language of the site", async () => {
  const fixture = await createFixture();
  for (const [language, title] of [["mr", "इतर भार 20 A"], ["hi", "अन्य भार 20 A"]] as const) {
    fixture.state.site = { ...fixture.state.site, language };
    const html = await (await openClientAs(fixture, "viewer")).text("/load");
    assertStringIncludes(part(html, "load-circuit-grid"), title);
  }
});

Deno.test("a session's page lists its limits with their reasons, over a curve", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const html = await client.text("/sessions/7c1e117");
  const page = words(html);
  for (
    const text of [
      "Session 117",
      "32 A as much as the socket carries: 32 A",
      "16 A row-a, phase L2 full: 63 A",
      "0 A waits its turn",
      "••••4117",
    ]
  ) assertStringIncludes(page, text);
  assertEquals(/class="curve-line" d="M0 4H\d+[\d.]*V47H[\d.]+V90H600"/.test(html), true);
  assertEquals((await client.get("/sessions/none")).status, 404);
  assertStringIncludes(
    words(await client.text("/sessions/7c1e118")),
    "No limit is on record for this session.",
  );
});

const DIMMED: CircuitLimitView = {
  number: 7,
  circuitId: "row-a",
  source: "signal",
  unit: "W",
  limit: 4_200,
  reason: "<§14a>",
  by: "grid-box",
  at: "2026-01-05T08:00:00.000Z",
  until: "2026-01-05T10:00:00.000Z",
  metAt: null,
  endedAt: null,
  endedBy: null,
  liftedBy: null,
};

async function dimmedSite() {
  const fixture = await createFixture();
  fixture.state.circuits = fixture.state.circuits.map((circuit) =>
    circuit.id === "row-a"
      ? { ...circuit, limits: [DIMMED] }
      : circuit.id === "grid"
      ? { ...circuit, limits: [{ ...DIMMED, circuitId: null, unit: "A", limit: 0, until: null }] }
      : circuit
  );
  return fixture;
}

Deno.test("a limit on all chargers is shown where it holds: whose, how much, until when and why", async () => {
  const html = await (await openClientAs(await dimmedSite(), "viewer")).text("/load");
  const rowA = part(html, "load-circuit-row-a");
  assertStringIncludes(rowA, "The grid: all chargers together at most 4.2 kW until");
  assertStringIncludes(rowA, "(&lt;§14a&gt;; grid-box)");
  assertStringIncludes(part(html, "load-circuit-grid"), "at most 0 A, until lifted");
  assertEquals(html.includes("/circuits/row-a/limit"), false, "a viewer changes nothing");
});

Deno.test("what a signal limits has its name, what it counts, and a button that lifts only that", async () => {
  const fixture = await dimmedSite();
  const ofFlex = { ...DIMMED, signal: "flex", counts: "everything" } as const;
  fixture.state.circuits = fixture.state.circuits.map((circuit) => ({
    ...circuit,
    limits: circuit.id === "row-a" ? [DIMMED, ofFlex] : [],
  }));
  const client = await openClientAs(fixture, "operator");
  const html = words(await client.text("/load"));
  assertStringIncludes(html, "The grid (flex): everything here together at most 4.2 kW until");
  assertStringIncludes(html, "The grid (flex): Lift it");
  const answer = await client.post("/circuits/row-a/limit/end", {
    source: "signal",
    signal: "flex",
  });
  await answer.body?.cancel();
  const none = { limit: null, minutes: null, until: null, reason: "" };
  assertEquals(fixture.commanded, [
    ["limitCircuit", "row-a", { source: "signal", signal: "flex", ...none }, "operator"],
  ]);
});

Deno.test("an operator limits all chargers of a circuit from the load page, and lifts that", async () => {
  const fixture = await dimmedSite();
  const client = await openClientAs(fixture, "operator");
  const html = await client.text("/load");
  assertStringIncludes(html, 'action="/circuits/row-a/limit/end"');
  assertStringIncludes(html, 'action="/site/limit/end"');
  const fields = { amount: "4.2", unit: "kW", minutes: "", reason: "heat", source: "operator" };
  const answers = [
    await client.post("/circuits/row-b/limit", fields),
    await client.post("/circuits/row-a/limit/end", { source: "signal" }),
    await client.post("/site/limit/end", { source: "signal" }),
  ];
  for (const answer of answers) {
    assertEquals(answer.status, 303);
    assertStringIncludes(answer.headers.get("location") ?? "", "/load?done=");
    await answer.body?.cancel();
  }
  const none = { limit: null, minutes: null, until: null, reason: "" };
  assertEquals(fixture.commanded, [
    ["limitCircuit", "row-b", {
      source: "operator",
      limit: { unit: "W", amount: 4_200 },
      minutes: null,
      until: null,
      reason: "heat",
    }, "operator"],
    ["limitCircuit", "row-a", { source: "signal", ...none }, "operator"],
    ["limitCircuit", null, { source: "signal", ...none }, "operator"],
  ]);
  const after = await client.text(answers[0]?.headers.get("location") ?? "");
  assertStringIncludes(words(after), "Limit all chargers of row-b to 4.2 kW together");
  const wrong = await client.post("/circuits/attic/limit", fields);
  assertEquals(wrong.status, 404);
  await wrong.body?.cancel();
});
