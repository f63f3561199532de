import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Role } from "../site/mod.ts";
import { openClient } from "./_client.ts";
import { createFixture } from "./_fixture.ts";
import { FIXTURE_CDR } from "./_fixture_records.ts";

async function opened(role: Role = "operator") {
  const fixture = await createFixture();
  const client = openClient(fixture);
  await (await client.signIn(role)).body?.cancel();
  const id = fixture.state.transactions.find(({ stoppedAt }) => stoppedAt !== null)?.id ?? "";
  async function text(path: string, status = 200): Promise<string> {
    const response = await client.get(path);
    const body = await response.text();
    assertEquals(response.status, status, `${path}: ${body.slice(0, 300)}`);
    return body;
  }
  return { fixture, client, id, text, close: () => client.web.close() };
}

Deno.test("a session's record and signed readings come in the form that was asked for", async () => {
  const { id, text, client, close } = await opened();
  assertEquals(JSON.parse(await text(`/api/v1/transactions/${id}/cdr`)), FIXTURE_CDR);
  const json = JSON.parse(await text(`/api/v1/transactions/${id}/signed`));
  assertEquals([json.number, json.files], [7, ["session-7.xml", "session-7.ocmf"]]);
  for (
    const [format, type, name] of [
      ["xml", "application/xml", "session-7.xml"],
      ["ocmf", "text/plain; charset=utf-8", "session-7.ocmf"],
      ["tar", "application/x-tar", "session-7-signed.tar"],
    ] as const
  ) {
    const response = await client.get(`/api/v1/transactions/${id}/signed?format=${format}`);
    await response.body?.cancel();
    assertEquals([response.status, response.headers.get("content-type")], [200, type]);
    assertEquals(
      response.headers.get("content-disposition"),
      `attachment; filename="${name}"`,
    );
  }
  close();
});

Deno.test("records of a time are named by it, and an odd time is refused", async () => {
  const { text, client, close } = await opened();
  const asked = await client.get("/api/v1/reports/cdr?from=2025-12-01&to=2025-12-31");
  assertEquals(JSON.parse(await asked.text()), [FIXTURE_CDR]);
  assertEquals(
    asked.headers.get("content-disposition"),
    'attachment; filename="cdr-2025-12-01-2025-12-31.json"',
  );
  const tar = await client.get("/api/v1/reports/signed?period=year&date=2025-03-01");
  assertEquals((await tar.arrayBuffer()).byteLength, 1_024);
  assertStringIncludes(
    tar.headers.get("content-disposition") ?? "",
    "signed-2025-01-01-2025-12-31",
  );
  for (const name of ["cdr", "signed"]) {
    await text(`/api/v1/reports/${name}?to=2026-01-05`, 422);
    await text(`/api/v1/reports/${name}?from=yesterday`, 422);
    await text(`/api/v1/reports/${name}?table=sessions`, 422);
  }
  close();
});

Deno.test("who only looks gets no records: they hold card numbers", async () => {
  const { id, text, close } = await opened("viewer");
  for (
    const path of [
      `/api/v1/transactions/${id}/cdr`,
      `/api/v1/transactions/${id}/signed`,
      "/api/v1/reports/cdr",
      "/api/v1/reports/signed",
    ]
  ) await text(path, 403);
  const page = await text(`/sessions/${id}`);
  assertEquals(page.includes("/cdr"), false);
  assertEquals((await text("/reports/sessions")).includes("/api/v1/reports/cdr"), false);
  close();
});

Deno.test("what there is not is said: no such session, none yet, no such file, not set up", async () => {
  const { fixture, id, text, close } = await opened();
  await text("/api/v1/transactions/nobody/cdr", 404);
  await text("/api/v1/transactions/nobody/signed", 404);
  const { records } = fixture.ports;
  Object.assign(records, {
    signed: () =>
      Promise.resolve({
        number: 7,
        readings: [],
        files: [1, 2].map((at) => ({ name: `session-7-${at}.xml`, kind: "document", text: "" })),
      }),
    cdr: { ...records.cdr, one: () => Promise.resolve(null) },
  });
  await text(`/api/v1/transactions/${id}/cdr`, 409);
  assertStringIncludes(
    await text(`/api/v1/transactions/${id}/signed?format=xml`, 409),
    "session-7-1.xml, session-7-2.xml",
  );
  Object.assign(records, {
    cdr: null,
    signed: () =>
      Promise.resolve({
        number: 7,
        readings: [],
        files: [{ name: "session-7-1.xml", kind: "document", text: "<own/>" }],
      }),
  });
  assertEquals(await text(`/api/v1/transactions/${id}/signed?format=xml`), "<own/>");
  await text(`/api/v1/transactions/${id}/signed?format=ocmf`, 409);
  assertStringIncludes(await text(`/api/v1/transactions/${id}/cdr`, 501), "reports.ocpi");
  assertStringIncludes(await text("/api/v1/reports/cdr", 501), "reports.ocpi");
  assertStringIncludes(await text("/reports/revenue"), "need reports.ocpi in site.yaml");
  close();
});

Deno.test("the pages lead to them, in each language", async () => {
  const { fixture, id, text, close } = await opened();
  fixture.state.transactions = fixture.state.transactions.map((each) => ({
    ...each,
    signedReadings: 3,
  }));
  for (
    const [language, words] of [["en", "Signed readings"], ["mr", "स्वाक्षरी असलेली मापने"], [
      "hi",
      "हस्ताक्षरित रीडिंग",
    ]] as const
  ) {
    fixture.state.site = { ...fixture.state.site, language };
    const page = await text(`/sessions/${id}`);
    assertStringIncludes(page, words);
    assertStringIncludes(page, `/api/v1/transactions/${id}/signed?format=xml`);
    assertStringIncludes(page, `/api/v1/transactions/${id}/cdr`);
    const report = await text("/reports/sessions?period=month&date=2026-01-05");
    assertStringIncludes(report, "/api/v1/reports/cdr?from=2026-01-01&amp;to=2026-01-31");
    assertStringIncludes(report, "/api/v1/reports/signed?from=2026-01-01");
  }
  close();
});
