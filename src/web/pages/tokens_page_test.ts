import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { type Client, CLIENT_ADDRESS, openClientAs, ORIGIN } from "../_client.ts";
import type { TokenView } from "../views.ts";

const CARD: TokenView = {
  token: "CARD-1",
  type: "Central",
  status: "Accepted",
  expires: null,
  group: null,
  origin: "operator",
  priority: null,
  departure: null,
  energyKwh: null,
};

/** Sends a file as a browser does. */
async function bring(client: Client, text: string): Promise<Response> {
  const body = new FormData();
  body.set("csrf", await client.csrf());
  body.set("file", new File([text], "cards.csv", { type: "text/csv" }));
  return await client.web.fetch(
    new Request(new URL("/tokens/import", ORIGIN), {
      method: "POST",
      headers: { origin: ORIGIN, cookie: client.cookie ?? "" },
      body,
    }),
    { remoteAddress: CLIENT_ADDRESS },
  );
}

Deno.test("a card shows what it was used for; one that was never used shows nothing", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const html = await client.text("/tokens");
  const row = (card: string) => html.slice(html.indexOf(`token">${card}<`)).split("</tr>")[0] ?? "";
  assertStringIncludes(row("04A1B2C3D4118"), ">41<");
  assertStringIncludes(row("04A1B2C3D4118"), "318.4\u202fkWh");
  assertStringIncludes(row("VISITOR-07"), 'data-label="Energy" class="number"></td>');
  assertStringIncludes(html, "41 more cards are known");
});

Deno.test("a code that people type in stands on no page", async () => {
  const fixture = await createFixture();
  fixture.state.tokens = [{ ...CARD, token: "471199", type: "KeyCode" }];
  const client = await openClientAs(fixture, "operator");
  const shown = (await client.text("/tokens")).replaceAll(
    /value="[^"]*"|id="[^"]*"|popovertarget="[^"]*"|labelledby="[^"]*"/g,
    "",
  );
  assertEquals(shown.includes("471199"), false);
  assertEquals((await client.text("/tokens.csv")).includes("471199"), false);
  const admin = await openClientAs(fixture, "admin");
  assertStringIncludes(await admin.text("/tokens.csv"), "471199");
});

Deno.test("a long list is read page by page, and searched", async () => {
  const fixture = await createFixture();
  fixture.state.tokens = Array.from({ length: 230 }, (_, at) => ({
    ...CARD,
    token: `CARD-${at}`,
    group: at === 7 ? "FLEET" : null,
  }));
  const client = await openClientAs(fixture, "operator");
  const cards = (html: string) => html.match(/is-title token">([^<]+)/g)?.length ?? 0;
  const first = await client.text("/tokens");
  assertEquals(cards(first), 100);
  assertStringIncludes(first, 'href="/tokens?find=&amp;skipped=100"');
  assertEquals(cards(await client.text("/tokens?find=&skipped=200")), 30);
  assertEquals(cards(await client.text("/tokens?find=fleet")), 1);
  assertEquals(cards(await client.text("/tokens?find=x&skipped=nonsense")), 0);
});

Deno.test("a card is changed with everything that is said of it, its kind too", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  await client.post("/tokens", {
    token: "04A1B2C3",
    type: "ISO14443",
    status: "Blocked",
    expires: "2026-03-31",
    group: "FLEET",
    priority: "7",
    departure: "17:30",
    energyKwh: "12.5",
  });
  assertEquals(fixture.commanded, [["putToken", "04A1B2C3", {
    type: "ISO14443",
    status: "Blocked",
    expires: "2026-03-31T18:30:00.000Z",
    group: "FLEET",
    priority: 7,
    departure: "17:30",
    energyKwh: 12.5,
  }, "operator"]]);
});

Deno.test("a file is looked at first, taken over after, and noted with who brought it", async () => {
  const fixture = await createFixture();
  fixture.state.tokens = [CARD];
  const client = await openClientAs(fixture, "operator");
  const text = "token,status,group\r\nCARD-1,Blocked,\r\nCARD-2,Accepted,FLEET\r\n";
  const plan = await (await bring(client, text)).text();
  for (const said of ["1 new · 1 changed · 0 as they are", "may charge → blocked", "FLEET"]) {
    assertStringIncludes(plan, said);
  }
  assertEquals(fixture.commanded, [], "nothing has changed yet");
  const answer = await client.post("/tokens/import/apply", { text });
  assertEquals(answer.headers.get("location"), "/tokens?done=1");
  assertEquals(
    fixture.commanded.map(([name, entries, by]) => [
      name,
      (entries as readonly TokenView[]).map(({ token, status, group }) => [token, status, group]),
      by,
    ]),
    [["putTokens", [["CARD-1", "Blocked", null], ["CARD-2", "Accepted", "FLEET"]], "operator"]],
  );
  assertStringIncludes(await client.text("/tokens?done=1"), "Take over 2 cards");
  const note = fixture.noted.find(({ what }) => what === "command import-tokens");
  assertEquals([note?.who, note?.outcome], ["operator", "done"]);
  assertStringIncludes(note?.detail ?? "", '"count":2');
  assertEquals(note?.detail.includes("CARD-1"), false, "card numbers are masked");
});

Deno.test("of a file with a mistake nothing is taken over, whatever the form says", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const wrong = "token,status\nCARD-1,Perhaps\n";
  const answer = await bring(client, wrong);
  assertEquals(answer.status, 422);
  assertStringIncludes(await answer.text(), "Line 2");
  assertEquals((await client.post("/tokens/import/apply", { text: wrong })).status, 422);
  assertEquals((await bring(client, "token\n" + "x".repeat(200_001))).status, 422);
  assertEquals(fixture.commanded, []);
});

Deno.test("the API says what a list would change, and changes it when it is told to", async () => {
  const fixture = await createFixture();
  fixture.state.tokens = [CARD];
  const client = await openClientAs(fixture, "operator");
  const send = async (body: unknown) => {
    const response = await client.postJson("/api/v1/tokens", body);
    return [response.status, JSON.stringify(await response.json())] as const;
  };
  const csv = "token,status\nCARD-1,Blocked\nCARD-2,Accepted\n";
  const [status, plan] = await send({ csv });
  assertEquals(status, 200);
  assertStringIncludes(plan, "1 new, 1 changed, 0 as they are, 0 left out; nothing was changed");
  assertEquals(fixture.commanded, []);
  assertEquals((await send({ csv, apply: true }))[0], 200);
  assertEquals(fixture.commanded.length, 1);
  const [refused, problem] = await send({ csv: "token,priority\nA,1000\n", apply: true });
  assertEquals(refused, 422);
  assertStringIncludes(problem, '{"path":"csv:2","message":"priority: expected 0–100"}');
  assertEquals((await send({ csv, aply: true }))[0], 422);
  assertEquals(await client.json("/api/v1/token-usage"), fixture.state.tokenUsage);
});
