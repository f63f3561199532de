import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { openClientAs } from "../_client.ts";

/** The text of a page as a reader hears it, in one line. */
function words(html: string): string {
  return html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll(/[\s\u202f]+/g, " ");
}

Deno.test("a session's page says why it was let in, what limited it, and what the cloud has", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const html = await client.text("/sessions/7c1e118");
  const page = words(html);
  for (
    const text of [
      "Session 118",
      "The card is on the list of cards that this site keeps.",
      "in the local list",
      "Start 04A1B2C3D4118 let in list of cards accepted by the local list 0.0 s",
      "Nothing yet: its start has not been confirmed.",
      "Phase 1",
      "Minute by minute.",
    ]
  ) assertStringIncludes(page, text);
  assertEquals(html.match(/data-chart=/g)?.length, 2);
  assertStringIncludes(html, "/api/v1/transactions/7c1e118/readings");
});

Deno.test("of a session of which nothing is kept the page says so, and draws no chart", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const html = await client.text("/sessions/7c1e113");
  const page = words(html);
  assertStringIncludes(page, "No readings are kept of this session.");
  assertStringIncludes(page, "No single decisions are kept of this time.");
  assertStringIncludes(page, "The cloud has refused a part of it too often.");
  assertStringIncludes(page, "The car was unplugged");
  assertEquals(html.includes("data-chart="), false);
});

Deno.test("a session whose first part was not kept, or that is longer than a curve, is told as such", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const { readings } = fixture.state;
  readings["7c1e118"] = readings["7c1e118"]?.slice(30) ?? [];
  assertStringIncludes(
    words(await client.text("/sessions/7c1e118")),
    "Readings of the first part are missing",
  );
  fixture.state.transactions = fixture.state.transactions.map((each) => ({
    ...each,
    startedAt: "2026-01-01T00:00:00.000Z",
  }));
  assertStringIncludes(words(await client.text("/sessions/7c1e118")), "Only the first two days");
});

Deno.test("a viewer sees no card number on a session's page, nor in what is downloaded", async () => {
  const fixture = await createFixture();
  const [viewer, operator] = [
    await openClientAs(fixture, "viewer"),
    await openClientAs(fixture, "operator"),
  ];
  for (const path of ["/sessions/7c1e118", "/sessions/7c1e118/session.json"]) {
    assertEquals((await viewer.text(path)).includes("04A1B2C3D4118"), false, path);
    assertEquals((await operator.text(path)).includes("04A1B2C3D4118"), true, path);
  }
});

Deno.test("one session is taken away whole as JSON, and its curve as CSV", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const json = await client.get("/sessions/7c1e117/session.json");
  assertEquals(json.headers.get("content-disposition"), `attachment; filename="session-117.json"`);
  const whole = Object(await json.json());
  assertEquals([whole.number, whole.limits.length, whole.readings.length, whole.upstream.number], [
    117,
    3,
    96,
    null,
  ]);
  const csv = await client.get("/sessions/7c1e117/readings.csv");
  assertEquals(csv.headers.get("content-type"), "text/csv; charset=utf-8");
  const lines = (await csv.text()).trim().split(/\r?\n/);
  assertEquals([lines.length, lines[0]], [
    97,
    "at,offeredAmps,phase1Amps,phase2Amps,phase3Amps,powerW,socPercent",
  ]);
  for (const path of ["session.json", "readings.csv"]) {
    assertEquals((await client.get(`/sessions/none/${path}`)).status, 404, path);
  }
});

Deno.test("sessions are looked for by place and state, page by page, and taken away as filtered", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const rows = async (query: string) => {
    const html = await client.text(`/sessions?${query}`);
    return [...html.matchAll(/href="\/sessions\/7c1e(\d+)"/g)].map(([, number]) => number);
  };
  assertEquals(await rows("slot=1"), ["118", "112"]);
  assertEquals(await rows("slot=1&state=ended"), ["112"]);
  assertEquals(await rows("state=running"), ["118", "117", "116", "115", "114"]);
  assertEquals(await rows("slot=nonsense&state=asleep"), await rows(""));
  const csv = (await client.text("/sessions.csv?slot=1&state=ended")).trim().split(/\r?\n/);
  assertEquals(csv.length, 2);
  assertStringIncludes(
    words(await client.text("/sessions?slot=9&state=ended")),
    "No session is like that. Clear the filter to see all.",
  );
});

Deno.test("a full last page of sessions leads to no empty one", async () => {
  const fixture = await createFixture();
  const [model] = fixture.state.transactions;
  if (model === undefined) throw new Error("The fixture has sessions");
  const client = await openClientAs(fixture, "viewer");
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...model,
      id: `s${index}`,
      number: 1_000 - index,
    }));
  fixture.state.transactions = many(100);
  assertEquals((await client.text("/sessions")).includes("before="), false);
  fixture.state.transactions = many(101);
  const html = await client.text("/sessions?state=running");
  assertStringIncludes(html, "/sessions?state=running&amp;before=901");
  assertEquals((await client.text("/sessions?before=901")).match(/<tr>/g)?.length, 2);
});

Deno.test("what a running session has come to changes on its page, and of another nothing does", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  const patchesOf = async (path: string) => {
    const answer = await client.get(`/live?path=${encodeURIComponent(path)}`);
    const reader = answer.body?.getReader();
    await fixture.clock.advance(1_000);
    let text = "";
    for (let at = 0; at < 3 && !text.includes("event: patch"); at++) {
      text += new TextDecoder().decode((await reader?.read())?.value);
    }
    await reader?.cancel();
    return text;
  };
  const running = await patchesOf("/sessions/7c1e118");
  assertStringIncludes(running, "session-facts");
  assertEquals(running.includes("04A1B2C3D4118"), false);
  assertEquals((await patchesOf("/sessions/7c1e112")).includes("session-facts"), false);
  client.web.close();
});
