import { assertEquals } from "@std/assert";
import { openClientAs } from "./_client.ts";
import { createFixture } from "./_fixture.ts";
import { ASSETS } from "./assets.ts";

const ACCEPTING = { headers: { "accept-encoding": "gzip, deflate, br" } };

async function unpacked(answer: Response): Promise<string> {
  assertEquals(answer.headers.get("content-encoding"), "gzip");
  const body = answer.body?.pipeThrough(new DecompressionStream("gzip")) ?? null;
  return await new Response(body).text();
}

Deno.test("pages and their files come compressed to who takes them so, and say the same", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  for (const path of ["/", "/load", ASSETS.stylesheet.path, ASSETS.script.path]) {
    const plain = await client.get(path);
    assertEquals(plain.headers.get("content-encoding"), null, path);
    assertEquals(plain.headers.get("vary"), "Accept-Encoding", path);
    const packed = await client.send(path, ACCEPTING);
    assertEquals(packed.headers.get("content-type"), plain.headers.get("content-type"));
    assertEquals(packed.headers.get("cache-control"), plain.headers.get("cache-control"));
    assertEquals(await unpacked(packed), await plain.text(), path);
  }
});

Deno.test("what is for programs comes as it is, a stream of events too", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  for (const path of ["/api/v1/events", "/api/v1/evses", "/sessions.csv"]) {
    const answer = await client.send(path, ACCEPTING);
    assertEquals([answer.status, answer.headers.get("content-encoding")], [200, null], path);
    await answer.body?.cancel();
  }
  client.web.close();
});

Deno.test("the stream of a live page comes compressed to who takes it so, and nothing is held back", async () => {
  const client = await openClientAs(await createFixture(), "operator");
  const plain = await client.get("/live?path=%2F");
  assertEquals([plain.status, plain.headers.get("content-encoding")], [200, null]);
  await plain.body?.cancel();
  const packed = await client.send("/live?path=%2F", ACCEPTING);
  assertEquals(packed.headers.get("content-encoding"), "gzip");
  assertEquals(packed.headers.get("vary"), "accept-encoding");
  // The first comment is there before anything else happens, on a clock that stands still.
  const reader = packed.body?.pipeThrough(new DecompressionStream("gzip")).getReader();
  const { value } = await reader?.read() ?? {};
  assertEquals(new TextDecoder().decode(value), ": still here\n\n");
  await reader?.cancel();
  client.web.close();
});
