import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";

/** What a reader hears of a page, in one line. */
function heard(html: string): string {
  return html.replaceAll(/<[^>]+>/g, " ").replaceAll(/[\s\u202f\u00a0]+/g, " ");
}

/** What the chart of a page is told to draw. */
function chartOf(html: string) {
  const text = /data-chart="([^"]+)"/.exec(html)?.[1] ?? "{}";
  return JSON.parse(text.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
}

async function viewer() {
  const fixture = await createFixture();
  return { fixture, client: await openClientAs(fixture, "viewer") };
}

Deno.test("the page of a meter has a day's chart by the minute, by the site's clock, under its limit", async () => {
  const { client } = await viewer();
  const spec = chartOf(await client.text("/meters/main?date=2026-01-04"));
  const within = "from=2026-01-03T18%3A30%3A00.000Z&to=2026-01-04T18%3A30%3A00.000Z";
  assertEquals(spec.urls, [
    `/api/v1/meters/main/history?step=minute&${within}`,
    `/api/v1/meters/main/history?step=quarter&${within}`,
  ]);
  assertEquals([spec.live, spec.show, spec.limitAmps, spec.zone], [
    false,
    "current",
    100,
    "Asia/Kolkata",
  ]);
});

Deno.test("the last minutes go on by themselves; a longer time stands still", async () => {
  const { client } = await viewer();
  const now = chartOf(await client.text("/meters/main?period=now"));
  assertEquals([now.live, now.urls], [true, ["/api/v1/meters/main/history?step=reading"]]);
  for (const period of ["day", "week", "month", "year"]) {
    assertEquals(chartOf(await client.text(`/meters/main?period=${period}`)).live, false);
  }
});

Deno.test("every address that a chart asks for has an answer", async () => {
  const { client } = await viewer();
  for (const period of ["now", "day", "week", "month", "year"]) {
    for (const show of ["current", "power", "energy"]) {
      const { urls } = chartOf(await client.text(`/meters/main?period=${period}&show=${show}`));
      for (const url of urls) assertEquals((await client.get(url)).status, 200, url);
    }
  }
});

Deno.test("the table says the same in figures, and names what is not known", async () => {
  const { client, fixture } = await viewer();
  const text = heard(await client.text("/meters/main?period=month"));
  for (const part of ["In figures", "Mon, 5 Jan", "not over yet", "kWh", "Together"]) {
    assertStringIncludes(text, part);
  }
  const [first] = fixture.state.meterPeriods["main day"] ?? [];
  if (first === undefined) throw new Error("The fixture has no days");
  fixture.state.meterPeriods["main day"] = [
    {
      ...first,
      at: "2026-01-01T18:30:00.000Z",
      until: "2026-01-02T18:30:00.000Z",
      quality: "part",
      importWh: 1_000,
      exportWh: 500,
      unreadImportWh: 2_500,
      energyBy: "power",
    },
  ];
  const silent = heard(await client.text("/meters/main?period=month"));
  assertStringIncludes(silent, "3.5 kWh 0.5 kWh");
  assertStringIncludes(
    silent,
    "read for part of it only; of it 2.5 kWh after a silence; reckoned from power",
  );
  fixture.state.meterPeriods = {};
  assertStringIncludes(
    heard(await client.text("/meters/main?period=month")),
    "Nothing is known of this time.",
  );
});

Deno.test("hours in which nothing was read are one line", async () => {
  const { client, fixture } = await viewer();
  const hours = fixture.state.meterPeriods["main hour"] ?? [];
  fixture.state.meterPeriods["main hour"] = hours.map((hour, index) =>
    index >= 30 && index < 36 ? { ...hour, quality: "none", importWh: null, powerW: null } : hour
  );
  const html = await client.text("/meters/main?date=2026-01-05");
  assertEquals(html.match(/nothing was read/g)?.length, 1);
  assertStringIncludes(heard(html), "00:00–03:00");
});

Deno.test("without a script there is the way to every time, and the table", async () => {
  const { client } = await viewer();
  const html = await client.text("/meters/main?period=week&date=2026-01-01&show=power");
  for (
    const href of [
      "/meters/main?period=week&amp;date=2025-12-22&amp;show=power",
      "/meters/main?period=week&amp;date=2026-01-05&amp;show=power",
      "/meters/main?period=year&amp;date=2025-12-29&amp;show=power",
      "/meters/main/history.csv?period=week&amp;date=2025-12-29",
    ]
  ) assertStringIncludes(html, `href="${href}"`);
  assert(!(await client.text("/meters/main?period=week")).includes('rel="next"'));
});

Deno.test("the page of meters leads to each one's past", async () => {
  const { client } = await viewer();
  const html = await client.text("/meters");
  assertStringIncludes(html, 'href="/meters/heat-pump?period=month"');
  assertEquals(html.match(/data-chart=/g)?.length, 5);
});

Deno.test("quarters of an hour come as CSV, those without a reading too", async () => {
  const { client } = await viewer();
  const answer = await client.get("/meters/main/history.csv?period=day&date=2026-01-04");
  assertEquals(answer.headers.get("content-type"), "text/csv; charset=utf-8");
  assertStringIncludes(answer.headers.get("content-disposition") ?? "", "main-2026-01-04-day.csv");
  const [head, ...lines] = (await answer.text()).trim().split("\r\n");
  assertStringIncludes(head ?? "", "from,to,quality,readSeconds,importWh,exportWh");
  assertEquals(lines.length, 96);
  assertEquals(lines[0]?.split(",").length, head?.split(",").length);
  assertEquals(lines.filter((line) => line.includes(",none,0,,,")).length > 0, true);
});

Deno.test("a meter that there is not is not found, and words that make no sense count as not said", async () => {
  const { client } = await viewer();
  assertEquals((await client.get("/meters/nobody")).status, 404);
  assertEquals((await client.get("/meters/nobody/history.csv")).status, 404);
  const spec = chartOf(await client.text("/meters/main?period=aeon&show=soup&date=tomorrow"));
  assertEquals([spec.live, spec.show], [false, "current"]);
});

Deno.test("the page of a meter speaks the site's language", async () => {
  const { client, fixture } = await viewer();
  for (const [language, words] of [["mr", "आकड्यांत"], ["hi", "अंकों में"]] as const) {
    fixture.state.site = { ...fixture.state.site, language };
    assertStringIncludes(await client.text("/meters/main?period=month"), words);
    assertStringIncludes(chartOf(await client.text("/meters/main")).lang, `${language}-IN`);
  }
});
