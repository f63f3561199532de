import { assertEquals, assertStringIncludes } from "@std/assert";
import { isRecord } from "../../lib/json.ts";
import { createFixture } from "../_fixture.ts";
import { type Client, openClientAs } from "../_client.ts";
import { type EventReader, readEvents } from "./_read_events.ts";

const CONNECTORS = 200;
/** More than a stream may be behind. */
const BOUND_BYTES = 512 * 1024;

/** A site of two hundred connectors, each with much to say. */
async function setUp() {
  const fixture = await createFixture();
  const { state } = fixture;
  const like = state.evses[1];
  if (like === undefined) throw new Error("no EVSE");
  state.evses = Array.from({ length: CONNECTORS }, (_, index) => ({
    ...like,
    slot: index + 1,
    chargerId: `CP${index + 1}`,
    why: null,
    reason: `${index} `.padEnd(2_000, "वाट पाहत आहे "),
  }));
  return { ...fixture, fixture, client: await openClientAs(fixture, "operator") };
}

type Site = Awaited<ReturnType<typeof setUp>>;

async function look(client: Client, headers: Record<string, string> = {}): Promise<Response> {
  return await client.send("/live?path=%2F", { headers });
}

async function nextPatch(reader: EventReader): Promise<Record<string, unknown>> {
  const event = await reader.next();
  if (event?.name !== "patch" || !isRecord(event.data)) throw new Error("Cannot read patch");
  return event.data;
}

function change({ state, events }: Site, slot: number, powerW: number): void {
  state.evses = state.evses.map((each) => each.slot === slot ? { ...each, powerW } : each);
  events.emit("measured", { slot, atMonoMs: 0, intervalMs: 1_000 });
}

Deno.test("browsers that come after all others have left get the page and what changes, however large", async () => {
  const site = await setUp();
  for (let turn = 0; turn < 3; turn++) {
    const readers = [];
    for (let count = 0; count < 3; count++) {
      readers.push(readEvents((await look(site.client)).body));
    }
    await site.clock.advance(1_000);
    for (const reader of readers) {
      const first = await nextPatch(reader);
      assertEquals(new TextEncoder().encode(JSON.stringify(first)).length > BOUND_BYTES, true);
      assertStringIncludes(String(first["site"]), `id="evse-${CONNECTORS}"`);
      assertEquals(first["evse-1"], undefined, "what stands in the whole is not sent twice");
    }
    change(site, 7, 5_000 + turn * 1_000);
    await site.clock.advance(1_000);
    for (const reader of readers) {
      assertEquals(Object.keys(await nextPatch(reader)), ["evse-7"]);
      await reader.close();
    }
  }
  assertEquals(site.clock.pending(), 0);
});

Deno.test("who comes is sent the whole page; who looks already is not", async () => {
  const site = await setUp();
  const early = readEvents((await look(site.client)).body);
  await site.clock.advance(1_000);
  await nextPatch(early);
  const late = readEvents((await look(site.client)).body);
  change(site, 3, 7_000);
  await site.clock.advance(1_000);
  assertEquals(Object.keys(await nextPatch(late)).includes("site"), true);
  assertEquals(Object.keys(await nextPatch(early)), ["evse-3"]);
  await early.close();
  await late.close();
});

Deno.test("who is slow gets one patch with all that changed, and is not let go for it", async () => {
  const site = await setUp();
  const [slow, quick] = [await look(site.client), readEvents((await look(site.client)).body)];
  await site.clock.advance(1_000);
  await nextPatch(quick);
  // The first patch lies there untaken while the site goes on.
  for (const slot of [5, 6, 5]) {
    change(site, slot, 6_000 + slot * 100 + site.clock.monoMs());
    await site.clock.advance(1_000);
    assertEquals(Object.keys(await nextPatch(quick)), [`evse-${slot}`]);
  }
  const reader = readEvents(slow.body);
  assertEquals(Object.keys(await nextPatch(reader)).includes("site"), true);
  await site.clock.advance(5_000);
  assertEquals(Object.keys(await nextPatch(reader)), ["evse-5", "evse-6"]);
  await reader.close();
  await quick.close();
});

Deno.test("a browser gets its stream gzipped, and it says the same as the plain one", async () => {
  const site = await setUp();
  const [plain, packed] = [
    await look(site.client),
    await look(site.client, { "accept-encoding": "gzip, deflate, br" }),
  ];
  assertEquals(plain.headers.get("content-encoding"), null);
  assertEquals(packed.headers.get("content-encoding"), "gzip");
  const readers = [
    readEvents(plain.body),
    readEvents(packed.body?.pipeThrough(new DecompressionStream("gzip")) ?? null),
  ];
  for (let turn = 0; turn < 3; turn++) {
    change(site, 9, 4_000 + turn * 100);
    await site.clock.advance(1_000);
    const [left, right] = await Promise.all(readers.map(nextPatch));
    assertEquals(left, right);
  }
  for (const reader of readers) await reader.close();
});

Deno.test("a large site is drawn about once a second and looked up once for all languages, still within the second", async () => {
  const site = await setUp();
  let [looked, told] = [0, 0];
  const { views } = site.fixture.ports;
  const evses = views.evses;
  Object.assign(views, {
    evses: () => {
      looked++;
      return evses();
    },
  });
  const readers = [];
  for (const lang of ["en", "mr", "hi"]) {
    const cookie = `${site.client.cookie}; lang=${lang}`;
    const answer = await site.client.web.fetch(
      new Request("http://127.0.0.1:8080/live?path=%2F", { headers: { cookie } }),
      { remoteAddress: "192.168.10.5" },
    );
    readers.push(readEvents(answer.body));
  }
  await site.clock.advance(1_000);
  const first = await Promise.all(readers.map(nextPatch));
  assertEquals(new Set(first.map((each) => String(each["site"]))).size, 3);
  looked = 0;
  for (let tick = 0; tick < 100; tick++) {
    change(site, 1, 3_000 + tick * 100);
    const before = looked;
    await site.clock.advance(100);
    told += looked - before;
  }
  assertEquals([told >= 10, told <= 12], [true, true], `${told} rounds in 10 s`);
  for (const reader of readers) await reader.close();
});
