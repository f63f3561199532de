import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";
import { alertTextOf } from "../faults/alert_text.ts";
import { FAULT_TEXTS } from "../faults/fault_words.ts";

type Role = Parameters<typeof openClientAs>[1];

async function opened(role: Role, language: "en" | "mr" | "hi" = "en") {
  const fixture = await createFixture();
  fixture.state.site = { ...fixture.state.site, language };
  const client = await openClientAs(fixture, role);
  return { fixture, client };
}

const wordsOf = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

Deno.test("the page of faults has what stands, the worst first, then what was, and how connectors did", async () => {
  const { client } = await opened("viewer");
  const html = await client.text("/faults");
  const text = wordsOf(html);
  const places = ["Earth fault", "meter", "What was wrong", "Charger stays away"]
    .map((each) => text.indexOf(each, text.indexOf("What is wrong now")));
  assert(places.every((place, at) => place > (places[at - 1] ?? 0)), `${places} ${text}`);
  assertStringIncludes(text, "E-117 · RCD 30 mA");
  assertStringIncludes(text, "Connectors, last 30 days");
  assertStringIncludes(html, 'href="/faults/3"');
  assertStringIncludes(html, 'href="/reports/availability"');
  client.web.close();
});

Deno.test("a site on which nothing is or was wrong says so", async () => {
  const { client, fixture } = await opened("viewer");
  fixture.state.faults = [];
  const text = wordsOf(await client.text("/faults"));
  assertStringIncludes(text, "Nothing is wrong.");
  assertStringIncludes(text, "Nothing was wrong as far back as is remembered.");
  client.web.close();
});

for (const language of ["en", "mr", "hi"] as const) {
  Deno.test(`whoever works there sees who is told of faults and whether it arrived (${language})`, async () => {
    const { client } = await opened("operator", language);
    const html = await client.text("/faults");
    const words = alertTextOf(language);
    const text = wordsOf(html);
    for (
      const part of [
        words.title,
        "office",
        words.ways.webhook,
        words.quietHours("22:00", "06:00"),
        words.waiting("2"),
        words.outcomes.failed,
        "hooks.example.com answers HTTP 503",
        words.nothingSent,
      ]
    ) assertStringIncludes(text, part);
    assertEquals(html.includes("/alerts/test"), false, "a test is for an admin");
    client.web.close();
  });

  Deno.test(`one fault says what it means and what to do first, with all that is known (${language})`, async () => {
    const { client } = await opened("viewer", language);
    const [title, meaning, remedy] = FAULT_TEXTS[language].GroundFailure;
    const text = wordsOf(await client.text("/faults/3"));
    for (const part of [title, meaning, remedy, "ABB", "E-117", "RCD 30 mA", "CP06"]) {
      assertStringIncludes(text, part);
    }
    const past = wordsOf(await client.text("/faults/1"));
    assertStringIncludes(past, FAULT_TEXTS[language]["charger-stays-away"][0]);
    assertStringIncludes(past, "power-cycle");
    client.web.close();
  });
}

Deno.test("an operator acknowledges a fault and calls it over from its page; a viewer has no buttons", async () => {
  const viewer = await opened("viewer");
  assertEquals((await viewer.client.text("/faults/3")).includes("/faults/3/acknowledge"), false);
  viewer.client.web.close();
  const { client, fixture } = await opened("operator");
  assertStringIncludes(await client.text("/faults/3"), "/faults/3/acknowledge");
  // Somebody looks after this one already, and that one is over.
  assertEquals((await client.text("/faults/2")).includes("/faults/2/acknowledge"), false);
  assertEquals((await client.text("/faults/1")).includes("/faults/1/close"), false);
  for (const what of ["acknowledge", "close"]) {
    const response = await client.post(`/faults/3/${what}`);
    assertEquals(response.status, 303);
    const location = response.headers.get("location") ?? "";
    await response.body?.cancel();
    assert(location.startsWith("/faults/3?done="), location);
    assertStringIncludes(wordsOf(await client.text(location)), "fault 3");
  }
  assertEquals(fixture.commanded, [
    ["acknowledgeFault", 3, "operator"],
    ["closeFault", 3, "operator"],
  ]);
  client.web.close();
});

Deno.test("a fault that there is not is not found, on the page and in the API", async () => {
  const { client } = await opened("operator");
  for (const path of ["/faults/99", "/faults/x", "/api/v1/faults/99"]) {
    const response = await client.get(path);
    assertEquals(response.status, 404, path);
    await response.body?.cancel();
  }
  const response = await client.post("/faults/99/close");
  assertEquals(response.status, 404);
  await response.body?.cancel();
  client.web.close();
});

Deno.test("a charger's page shows what is wrong with it, and nothing of others", async () => {
  const { client } = await opened("viewer");
  assertStringIncludes(await client.text("/chargers/CP06"), 'href="/faults/3"');
  assertEquals((await client.text("/chargers/CP01")).includes('href="/faults/3"'), false);
  client.web.close();
});

Deno.test("the API gives faults by state, severity and charger, with their words", async () => {
  const { client } = await opened("viewer", "hi");
  const ids = async (query: string): Promise<readonly number[]> => {
    const found: readonly { readonly id: number }[] = JSON.parse(
      await client.text(`/api/v1/faults${query}`),
    );
    return found.map(({ id }) => id);
  };
  assertEquals(await ids(""), [3, 2, 1]);
  assertEquals(await ids("?state=raised"), [3, 2]);
  assertEquals(await ids("?state=over"), [1]);
  assertEquals(await ids("?severity=alarm"), [3]);
  assertEquals(await ids("?charger=CP05"), [1]);
  assertEquals(await ids("?limit=1"), [3]);
  assertEquals((await client.get("/api/v1/faults?limit=0")).status, 422);
  assertEquals((await client.get("/api/v1/faults?stat=over")).status, 422);
  client.web.close();
});

Deno.test("an admin sends a test alert from the page of faults; a viewer sees no rules", async () => {
  const viewer = await opened("viewer");
  assertEquals((await viewer.client.text("/faults")).includes("alert-rules"), false);
  viewer.client.web.close();
  const { client, fixture } = await opened("admin");
  assertStringIncludes(await client.text("/faults"), 'action="/alerts/test"');
  const answer = await client.post("/alerts/test", { rule: "office" });
  assertEquals(answer.status, 303);
  await answer.body?.cancel();
  assertEquals(fixture.commanded, [["testAlert", "office", "admin"]]);
  client.web.close();
});
