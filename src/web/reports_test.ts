import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "./_fixture.ts";
import { type Client, openClient } from "./_client.ts";
import type { Role } from "../site/mod.ts";

async function opened(role: Role = "operator") {
  const fixture = await createFixture();
  const client = openClient(fixture);
  await (await client.signIn(role)).body?.cancel();
  return { fixture, client, close: () => client.web.close() };
}

async function textOf(client: Client, path: string, status = 200): Promise<string> {
  const response = await client.get(path);
  const text = await response.text();
  assertEquals(response.status, status, `${path}: ${text.slice(0, 300)}`);
  return text;
}

// The API

Deno.test("the API names its reports, and gives each as JSON and each table as CSV", async () => {
  const { client, fixture, close } = await opened();
  const { reports } = JSON.parse(await textOf(client, "/api/v1/reports"));
  assertEquals(reports, [...fixture.ports.reports.names]);
  for (const name of reports) {
    const { report, tables } = JSON.parse(await textOf(client, `/api/v1/reports/${name}`));
    assertEquals(report, name);
    for (const table of Object.keys(tables)) {
      const csv = await textOf(client, `/api/v1/reports/${name}?format=csv&table=${table}`);
      assert(csv.endsWith("\r\n"), `${name} ${table}`);
    }
  }
  close();
});

Deno.test("a time is days of the site or moments, and is named by its file", async () => {
  const { client, fixture, close } = await opened();
  const asked: unknown[] = [];
  const { make } = fixture.ports.reports;
  Object.assign(fixture.ports.reports, {
    make: (name: "energy", time: { fromMs: number; toMs: number }) => {
      asked.push([new Date(time.fromMs).toISOString(), new Date(time.toMs).toISOString()]);
      return make(name, time);
    },
  });
  const response = await client.get(
    "/api/v1/reports/energy?from=2025-12-01&to=2025-12-31&format=csv",
  );
  await response.body?.cancel();
  assertEquals(
    response.headers.get("content-disposition"),
    'attachment; filename="energy-days-2025-12-01-2025-12-31.csv"',
  );
  assertEquals(response.headers.get("content-type"), "text/csv; charset=utf-8");
  await textOf(
    client,
    "/api/v1/reports/energy?from=2025-12-01T00:00:00Z&to=2025-12-01T01:00:00%2B01:00",
    422,
  );
  await textOf(client, "/api/v1/reports/energy?from=2025-12-01T00:00:00Z&to=2025-12-01T02:00:00Z");
  await textOf(client, "/api/v1/reports/energy?period=quarter&date=2025-11-07");
  await textOf(client, "/api/v1/reports/energy");
  assertEquals(asked, [
    ["2025-11-30T18:30:00.000Z", "2025-12-31T18:30:00.000Z"],
    ["2025-12-01T00:00:00.000Z", "2025-12-01T02:00:00.000Z"],
    ["2025-09-30T18:30:00.000Z", "2025-12-31T18:30:00.000Z"],
    ["2025-12-31T18:30:00.000Z", "2026-01-31T18:30:00.000Z"],
  ]);
  close();
});

Deno.test("what is wrong with a question for a report is said", async () => {
  const { client, close } = await opened();
  assertStringIncludes(await textOf(client, "/api/v1/reports/weather", 404), "sessions, energy");
  assertStringIncludes(
    await textOf(client, "/api/v1/reports/energy?format=csv&table=moons", 422),
    "days, tokens, meters",
  );
  await textOf(client, "/api/v1/reports/energy?form=csv", 422);
  await textOf(client, "/api/v1/reports/energy?from=yesterday", 422);
  await textOf(client, "/api/v1/reports/energy?to=2026-01-05", 422);
  await textOf(client, "/api/v1/reports/energy?from=2026-01-01&to=2025-12-01T00:00:00Z", 422);
  assertStringIncludes(await textOf(client, "/api/v1/reports/energy?format=pdf", 501), "/print");
  close();
});

Deno.test("who only looks gets no card numbers, in no form", async () => {
  for (const [role, isSeen] of [["viewer", false], ["operator", true]] as const) {
    const { client, close } = await opened(role);
    for (
      const path of [
        "/api/v1/reports/sessions",
        "/api/v1/reports/sessions?format=csv",
        "/api/v1/reports/energy?format=csv&table=tokens",
        "/reports/sessions",
        "/reports/energy/print",
      ]
    ) {
      assertEquals((await textOf(client, path)).includes("04A1B2C3"), isSeen, `${role} ${path}`);
    }
    const page = await textOf(client, "/reports/sessions");
    assertEquals(page.includes("Numbers of cards are hidden"), !isSeen);
    close();
  }
});

Deno.test("a PDF is made of the page that stands alone, by whoever can", async () => {
  const { client, fixture, close } = await opened("viewer");
  let html = "";
  Object.assign(fixture.ports.reports, {
    printPdf: (page: string) => {
      html = page;
      return Promise.resolve(new TextEncoder().encode("%PDF-1.4"));
    },
  });
  const response = await client.get("/api/v1/reports/energy?period=week&format=pdf");
  assertEquals(response.headers.get("content-type"), "application/pdf");
  assertEquals(await response.text(), "%PDF-1.4");
  assertEquals(/<(link|script)/.test(html), false, "nothing is fetched for it");
  assertStringIncludes(html, "Day by day");
  assertEquals(html.includes("04A1B2C3"), false);
  close();
});

// The pages

Deno.test("every report has its page in each language, with charts, tables and files", async () => {
  const { client, fixture, close } = await opened();
  const first = await client.get("/reports");
  assertEquals(first.headers.get("location"), "/reports/energy");
  for (const language of ["en", "mr", "hi"] as const) {
    fixture.state.site = { ...fixture.state.site, language };
    for (const name of fixture.ports.reports.names) {
      const page = await textOf(client, `/reports/${name}?period=month&date=2026-01-05`);
      assertEquals(/undefined|NaN|\[object/.test(page), false, `${language} ${name}`);
      assertStringIncludes(page, `/api/v1/reports/${name}?from=2026-01-01&amp;to=2026-01-31`);
    }
  }
  close();
});

Deno.test("a page goes on to the time before, and not to one that has not come", async () => {
  const { client, close } = await opened();
  const page = await textOf(client, "/reports/energy?period=week&date=2026-01-05");
  assertStringIncludes(page, "/reports/energy?period=week&amp;date=2025-12-29");
  assertEquals(page.includes('rel="next"'), false);
  assertStringIncludes(
    await textOf(client, "/reports/energy?period=week&date=2025-12-29"),
    'rel="next"',
  );
  const any = await textOf(client, "/reports/energy?period=any&date=2025-12-01&last=2025-11-01");
  assertStringIncludes(any, 'name="last" value="2025-12-01"');
  await textOf(client, "/reports/weather", 404);
  await textOf(client, "/reports/weather/print", 404);
  close();
});

Deno.test("a page shows the first rows of a long table, and says that there are more", async () => {
  const { client, close } = await opened();
  const page = await textOf(client, "/reports/sessions");
  assertStringIncludes(page, "The first 200 rows; the files hold all.");
  assertEquals((page.match(/<tr>/g) ?? []).length, 201);
  const printed = await textOf(client, "/reports/sessions/print");
  assertEquals((printed.match(/<tr>/g) ?? []).length, 261);
  close();
});

Deno.test("a time in which nothing happened is one word, not a table after the other", async () => {
  const { client, fixture, close } = await opened();
  const { make } = fixture.ports.reports;
  Object.assign(fixture.ports.reports, {
    make: async (name: "energy", time: { fromMs: number; toMs: number }) => {
      const report = await make(name, time);
      return { ...report, tables: report.tables.map((table) => ({ ...table, rows: [] })) };
    },
  });
  for (const path of ["/reports/energy", "/reports/energy/print"]) {
    const page = await textOf(client, path);
    assertEquals(page.match(/Nothing is known of this time/g)?.length, 1, path);
    assertEquals(page.includes("<table"), false, path);
  }
  close();
});

Deno.test("the page for paper is light, whatever the screen is", async () => {
  const { client, close } = await opened();
  assertStringIncludes(await textOf(client, "/reports/energy/print"), 'class="paper"');
  assertEquals((await textOf(client, "/reports/energy")).includes('class="paper"'), false);
  close();
});
