import { assertEquals } from "@std/assert";
import { z } from "zod";
import { type Client, openClientAs } from "../_client.ts";
import { createFixture } from "../_fixture.ts";
import { cursorField, cursorText } from "./cursor.ts";

Deno.test("a cursor means to its own list what it meant when it was given, and nothing to others", () => {
  const text = cursorText("decisions", [1_767_602_100_000, 2]);
  assertEquals(/^[\w-]+$/.test(text), true);
  assertEquals(cursorField("decisions").parse(text), [1_767_602_100_000, 2]);
  for (const wrong of [cursorText("audit", [7]), "", "7", "%", "bnVsbA", text.slice(1)]) {
    const reading = z.object({ cursor: cursorField("decisions") }).safeParse({ cursor: wrong });
    assertEquals(reading.success, false, wrong);
  }
});

/** Follows the links from page to page. */
async function readAll(client: Client, first: string): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  for (let path: string | null = first; path !== null;) {
    const response: Response = await client.get(path);
    assertEquals(response.status, 200, path);
    pages.push(await response.json());
    path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1] ?? null;
  }
  return pages;
}

for (const list of ["transactions", "decisions", "messages", "audit", "outbox"] as const) {
  Deno.test(`${list}: pages of two, followed to the end, are the whole list`, async () => {
    const fixture = await createFixture();
    const client = await openClientAs(fixture, "admin");
    // Three in the same millisecond: a page ends among them.
    const [decision] = fixture.state.decisions;
    if (decision !== undefined) {
      const reasons = ["a", "b", "c"].map((reason) => ({ ...decision, reason }));
      fixture.state.decisions = [...reasons, ...fixture.state.decisions];
    }
    await fixture.clock.advance(60_000);
    for (const slot of [1, 2, 3]) {
      await (await client.postJson(`/api/v1/evses/${slot}/stop`, {})).body?.cancel();
    }
    const whole = await client.json(`/api/v1/${list}`);
    assertEquals(Array.isArray(whole) && whole.length > 2, true);
    const pages = await readAll(client, `/api/v1/${list}?limit=2`);
    assertEquals(pages.flat(), whole);
    assertEquals(pages.slice(0, -1).every((page) => page.length === 2), true);
    client.web.close();
  });
}

Deno.test("the filter goes along from page to page; a page that is just full is the last one", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  const pages = await readAll(client, "/api/v1/transactions?charger=CP03&limit=1");
  assertEquals(pages.map((page) => page.length), [1, 1]);
  assertEquals(await client.json("/api/v1/transactions?charger=CP03"), pages.flat());
  client.web.close();
});

Deno.test("a cursor of another list is a problem that names the field", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "admin");
  const cursor = cursorText("audit", [7]);
  const response = await client.get(`/api/v1/transactions?cursor=${cursor}`);
  assertEquals(response.status, 422);
  assertEquals((await response.json()).errors[0].path, "cursor");
  client.web.close();
});
