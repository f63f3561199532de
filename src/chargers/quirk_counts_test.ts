import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { SiteEvents } from "../site/mod.ts";
import { createQuirkCounts } from "./quirk_counts.ts";

Deno.test("a quirk is counted for its charger, with the time it last showed, and told", async () => {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const told: SiteEvents["quirk"][] = [];
  events.on("quirk", (each) => told.push(each));
  const counts = createQuirkCounts({ clock, events });
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
