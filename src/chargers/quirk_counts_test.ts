import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { KeptQuirkCounts, SiteEvents } from "../site/mod.ts";
import { createQuirkCounts } from "./quirk_counts.ts";

const HOUR_MS = 3_600_000;

function setUp(kept: Iterable<readonly [string, KeptQuirkCounts]> = []) {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  return { clock, events, counts: createQuirkCounts({ clock, events }, kept) };
}

Deno.test("a quirk is counted for its charger, with the time it last showed, and told", async () => {
  const { clock, events, counts } = setUp();
  const told: SiteEvents["quirk"][] = [];
  events.on("quirk", (each) => told.push(each));
  counts.note("CP1", "spelling", 3);
  await clock.advance(5_000);
  counts.note("CP1", "spelling");
  counts.note("CP2", "pause");
  assertEquals([...counts.of("CP1")], [["spelling", { count: 4, lastMs: clock.wallMs() }]]);
  assertEquals(counts.of("CP2").get("pause")?.count, 1);
  assertEquals(counts.of("CP3").size, 0);
  assertEquals(told.map(({ chargerId, quirk, times }) => [chargerId, quirk, times]), [
    ["CP1", "spelling", 3],
    ["CP1", "spelling", 1],
    ["CP2", "pause", 1],
  ]);
});

Deno.test("counts are written once an hour, and only those of chargers of which there is news", async () => {
  const { clock, counts } = setUp();
  const written = () => counts.unkept().map(({ key }) => key);
  counts.note("CP1", "spelling");
  assertEquals(written(), [], "not each time");
  await clock.advance(HOUR_MS);
  counts.note("CP2", "pause");
  assertEquals(written(), ["CP1", "CP2"]);
  counts.note("CP1", "spelling");
  assertEquals(written(), [], "the next hour");
  await clock.advance(HOUR_MS);
  assertEquals(counts.unkept(), [{
    kind: "put",
    collection: "quirk-counts",
    key: "CP1",
    value: { spelling: { count: 2, lastMs: clock.wallMs() - HOUR_MS } },
  }]);
  await clock.advance(HOUR_MS);
  assertEquals(written(), []);
});

Deno.test("a gateway that stops in order loses no count", () => {
  const { counts } = setUp();
  counts.note("CP1", "spelling");
  assertEquals(counts.unkept("last").map(({ key }) => key), ["CP1"]);
  assertEquals(counts.unkept("last"), []);
});

Deno.test("counts go on from what was kept; a quirk that nobody knows any more is left out", () => {
  const { clock, counts } = setUp([
    ["CP1", { spelling: { count: 4, lastMs: 1 }, "no-such-quirk": { count: 9, lastMs: 2 } }],
    ["CP2", { spelling: { count: 1, lastMs: 3 }, pause: { count: 2, lastMs: 3 } }],
  ]);
  counts.note("CP1", "spelling");
  assertEquals([...counts.of("CP1")], [["spelling", { count: 5, lastMs: clock.wallMs() }]]);
  assertEquals([...counts.totals()], [["spelling", 6], ["pause", 2]]);
});
