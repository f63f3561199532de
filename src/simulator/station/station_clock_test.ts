import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import { after, START_MS } from "./_profile_samples.ts";
import { createStationClock } from "./station_clock.ts";

const RIGHT = { clockOffsetMs: 0, clockDriftPpm: 0 };

Deno.test("a station's clock goes on by itself when the world's is set", async () => {
  const clock = createVirtualClock(START_MS);
  const own = createStationClock(clock, RIGHT);
  clock.setWall(START_MS + 3_600_000);
  await clock.advance(5_000);
  assertEquals(own.nowMs(), START_MS + 5_000);
});

Deno.test("synchronise() sets the clock, and an unreadable time does not", async () => {
  const clock = createVirtualClock(START_MS);
  const own = createStationClock(clock, RIGHT);
  own.synchronise(after(100));
  await clock.advance(1_000);
  own.synchronise("half past six");
  assertEquals(own.nowMs(), START_MS + 101_000);
});

Deno.test("an offset stays, however often the clock is set", () => {
  const own = createStationClock(createVirtualClock(START_MS), { ...RIGHT, clockOffsetMs: 90_000 });
  own.synchronise(after(0));
  assertEquals(own.nowMs(), START_MS + 90_000);
});

Deno.test("a drift grows from one setting to the next", async () => {
  const clock = createVirtualClock(START_MS);
  const own = createStationClock(clock, { ...RIGHT, clockDriftPpm: 100 });
  await clock.advance(100_000_000);
  assertEquals(own.nowMs() - clock.wallMs(), 10_000);
  own.synchronise(new Date(clock.wallMs()).toISOString());
  assertEquals(own.nowMs(), clock.wallMs());
});
