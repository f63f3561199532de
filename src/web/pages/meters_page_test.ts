import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";
import type { MeterPeriodView, MeterPointView, MeterView } from "../views.ts";

/** The panel of a meter as a reader hears it, in one line. */
function panel(html: string, id: string): string {
  const start = html.indexOf(`id="meter-panel-${id}"`);
  const end = html.indexOf("</section>", start);
  return html.slice(start, end).replaceAll(/<[^>]+>/g, " ").replaceAll(/[\s\u202f]+/g, " ");
}

async function withMeter(changes: Partial<MeterView>) {
  const fixture = await createFixture();
  fixture.state.meters = fixture.state.meters.map((meter) =>
    meter.id === "main" ? { ...meter, ...changes } : meter
  );
  return fixture;
}

async function mainPanel(changes: Partial<MeterView>): Promise<string> {
  const client = await openClientAs(await withMeter(changes), "viewer");
  return panel(await client.text("/meters"), "main");
}

Deno.test("the page of meters shows each line, the total, counters and the pace", async () => {
  const text = await mainPanel({});
  for (
    const part of [
      "Reads well",
      "50.8 kW",
      "L1 81.0 A 231.0 V",
      "Drawn so far 48211.3 kWh",
      "Frequency 49.98 Hz",
      "a reading every 1.0 s",
      "86400 readings",
    ]
  ) assertStringIncludes(text.replaceAll(/(\d),(\d)/g, "$1$2"), part);
  assert(!text.includes("refused"));
});

Deno.test("what is not measured is a dash that is read out, never zero", async () => {
  assertStringIncludes(await mainPanel({ powersW: null }), "– not measured");
});

Deno.test("a meter that gives nothing says why, and what to look at", async () => {
  const text = await mainPanel({
    health: "failing",
    trouble: "no answer from 192.168.10.24:502 (unit 1)",
    findings: [{ kind: "unit-silent", place: "192.168.10.24:502", unit: "1" }],
    ageMs: 184_000,
  });
  assertStringIncludes(text, "Gives no reading");
  assertStringIncludes(text, "no answer from 192.168.10.24:502 (unit 1)");
  assertStringIncludes(text, "192.168.10.24:502 is reached, but unit 1 does not answer.");
  assertStringIncludes(text, "Probably: The unit number is another one.");
  assertStringIncludes(text, "Next: Let meter probe --host look for it");
  assertStringIncludes(text, "measured 3 min ago");
});

Deno.test("a trouble that nothing is known of is told as it came", async () => {
  const text = await mainPanel({ health: "failing", trouble: "device busy" });
  assertStringIncludes(text, "device busy");
  assert(!text.includes("Probably:"));
});

Deno.test("a transformer turned round and crossed ones are asked about", async () => {
  const text = await mainPanel({
    findings: [
      { kind: "feeding-line", lines: ["L2"] },
      { kind: "crossed", lines: ["L1", "L3"] },
      { kind: "sum", linesW: 6_600, totalW: 2_000 },
      { kind: "slow", everyMs: 12_000 },
      { kind: "no-currents" },
      { kind: "backwards", lines: ["L1"] },
    ],
  });
  for (
    const part of [
      "L2 feeds into the grid while other lines draw",
      "Switch off what generates.",
      "On L1, L3 power does not fit voltage and current",
      "The lines come to 6.6 kW, the total says 2.0 kW",
      "A reading every 12 s is too slow",
      "The meter tells no currents: they are reckoned from power",
      "Power flows the wrong way on L1",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("a meter that seems turned is told not to count, and an installer may say that it is right", async () => {
  const fixture = await withMeter({
    findings: [{ kind: "charging-reversed", lines: ["L1"] }],
    doubtedSince: "2026-11-22T08:00:00.000Z",
  });
  const shown = async (role: "operator" | "installer") => {
    const client = await openClientAs(fixture, role);
    return [client, await client.text("/meters")] as const;
  };
  const [, forOperator] = await shown("operator");
  assertStringIncludes(panel(forOperator, "main"), "Chargers do not rely on this meter");
  assert(!forOperator.includes("/meters/main/believe"));
  const [client, forInstaller] = await shown("installer");
  assertStringIncludes(forInstaller, "/meters/main/believe");
  const answer = await client.post("/meters/main/believe", {});
  assertEquals([answer.status, fixture.commanded], [303, [["believeMeter", "main", "installer"]]]);
  assertEquals((await client.post("/meters/nobody/believe", {})).status, 404);
});

Deno.test("readings that were refused are counted, and the last one is told", async () => {
  const text = await mainPanel({
    refused: 2,
    lastRefusal: { reason: "frequency of 0 is outside 40 to 70", ageMs: 60_000 },
  });
  assertStringIncludes(text, "2 refused");
  assertStringIncludes(text, "Refused last, 1 min ago: frequency of 0 is outside 40 to 70");
});

Deno.test("a register that did not go on is told, with what became of the energy", async () => {
  const at = "2026-11-22T08:00:00.000Z";
  const text = await mainPanel({
    counterBreaks: [
      { direction: "import", kind: "back", at, fromWh: 5_003_200, toWh: 0, times: 1 },
      { direction: "export", kind: "jump", at, fromWh: 0, toWh: 9e6, times: 3 },
    ],
  });
  for (
    const part of [
      "register of energy drawn went back from 5003.2 kWh to 0.0 kWh",
      "register of energy fed in jumped from 0.0 kWh to 9000.0 kWh",
      "(3 times so far)",
    ]
  ) assertStringIncludes(text.replaceAll(/(\d),(\d)/g, "$1$2"), part);
});

Deno.test("a slow meter's reading is not old before the next one is due", async () => {
  assertStringIncludes(await mainPanel({ ageMs: 40_000, everyMs: 30_000 }), "Reads well");
  assertStringIncludes(await mainPanel({ ageMs: 40_000 }), "Old reading");
});

Deno.test("the last ten minutes are a curve a line; without readings it says so", async () => {
  const fixture = await createFixture();
  const html = await (await openClientAs(fixture, "viewer")).text("/meters");
  assertEquals(html.match(/class="chart-line L1"/g)?.length, 1);
  assertStringIncludes(panel(html, "pv"), "The curve begins with the first readings.");
});

Deno.test("without a meter the page says how to come by one, in every language", async () => {
  const fixture = await createFixture();
  fixture.state.meters = [];
  for (
    const [language, words] of [["en", "No meter yet"], ["mr", "अजून मीटर नाही"], [
      "hi",
      "अभी कोई मीटर नहीं",
    ]] as const
  ) {
    fixture.state.site = { ...fixture.state.site, language };
    assertStringIncludes(await (await openClientAs(fixture, "viewer")).text("/meters"), words);
  }
});

Deno.test("the history of a meter is there by reading and by minute", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const points = async (query: string) =>
    JSON.parse(await client.text(`/api/v1/meters/main/history${query}`)) as unknown[];
  assertEquals((await points("?step=reading")).length, 600);
  assertEquals((await points("")).length, 10);
});

Deno.test("the history of a meter is there by longer periods, those without a reading too", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const periods = async (query: string) =>
    JSON.parse(await client.text(`/api/v1/meters/main/history?${query}`)) as MeterPeriodView[];
  const day = await periods("step=quarter");
  assertEquals(day.filter(({ quality }) => quality === "none").length, 24);
  assert(day.length >= 96 && day.length <= 98, `${day.length}`);
  assertEquals((await periods("step=day")).length, 31);
  assertEquals((await periods("step=month")).length, 0);
  const from = new Date(Date.parse(day[10]?.at ?? "")).toISOString();
  const to = new Date(Date.parse(day[20]?.at ?? "")).toISOString();
  assertEquals(await periods(`step=quarter&from=${from}&to=${to}`), day.slice(10, 20));
});

Deno.test("newer readings can be asked for alone", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const read = async (query: string) =>
    JSON.parse(
      await client.text(`/api/v1/meters/main/history?step=reading${query}`),
    ) as MeterPointView[];
  const all = await read("");
  assertEquals(await read(`&from=${all[590]?.at}`), all.slice(590));
});

const WRONG: readonly [path: string, status: number][] = [
  ["/api/v1/meters/nobody/history", 404],
  ["/api/v1/meters/main/history?step=week", 422],
  ["/api/v1/meters/main/history?step=hour&from=yesterday", 422],
  ["/api/v1/meters/main/history?step=quarter&from=2020-01-01T00:00:00Z", 422],
  ["/api/v1/meters/main/history?from=2036-01-01T00:00:00Z", 422],
  ["/api/v1/meters/main/history?hours=99", 422],
];

for (const [path, status] of WRONG) {
  Deno.test(`${path} is answered with ${status}`, async () => {
    const client = await openClientAs(await createFixture(), "viewer");
    assertEquals((await client.get(path)).status, status);
  });
}
