import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { type Arrivals, createGathering, nextPauseMs, sendCrowds } from "./arrivals.ts";

const EVEN: Arrivals = { pauseMeanMs: 600_000, rush: null, crowds: null };
const HOUR_MS = 3_600_000;

function meanPause(arrivals: Arrivals, localMs?: number): number {
  const ids = createSeededIds(8);
  const pauses = Array.from({ length: 5_000 }, () => nextPauseMs(arrivals, ids, localMs));
  assert(pauses.every((pause) => pause >= 0 && Number.isFinite(pause)));
  return pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
}

Deno.test("pauses have the mean that is asked for", () => {
  assertAlmostEquals(meanPause(EVEN), 600_000, 30_000);
});

Deno.test("in rush hours drivers come sooner, at night seldom, and never never", () => {
  const rush = Array.from({ length: 24 }, (_, hour) => hour === 8 ? 4 : hour === 3 ? 0 : 1);
  const at = (hour: number) => meanPause({ ...EVEN, rush }, hour * HOUR_MS + 1_000);
  assertAlmostEquals(at(8), 150_000, 8_000);
  assertAlmostEquals(at(12), 600_000, 30_000);
  assertAlmostEquals(at(3), 30_000_000, 1_500_000);
  assertAlmostEquals(at(8 + 24 * 20_000), 150_000, 8_000, "on any day");
});

/** Waits that note when somebody comes. */
function waiting(delaysMs: readonly number[]) {
  const clock = createVirtualClock();
  const gathering = createGathering();
  const closing = new AbortController();
  const come: string[] = [];
  const over = delaysMs.map(async (delayMs, index) => {
    const how = await gathering.wait(clock, delayMs, closing.signal);
    come.push(`${clock.monoMs() / 1_000} s: ${index} ${how}`);
  });
  return { clock, gathering, closing, come, over };
}

Deno.test("who waits comes when it is time", async () => {
  const { clock, come, over } = waiting([3_000, 1_000]);
  await clock.advance(5_000);
  await Promise.all(over);
  assertEquals(come, ["1 s: 1 come", "3 s: 0 come"]);
  assertEquals(clock.pending(), 0);
});

Deno.test("a call brings so many at once, and says how many there were", async () => {
  const { clock, gathering, come, over } = waiting([60_000, 60_000, 60_000]);
  await clock.advance(2_000);
  assertEquals([gathering.call(2), gathering.call(0)], [2, 0]);
  await clock.advance(1_000);
  assertEquals(come, ["2 s: 0 come", "2 s: 1 come"]);
  assertEquals([gathering.call(8), gathering.call(8)], [1, 0]);
  await clock.advance(1_000);
  await Promise.all(over);
  assertEquals([come.length, clock.pending()], [3, 0]);
});

Deno.test("nobody comes any more when all is over", async () => {
  const { clock, gathering, closing, come, over } = waiting([60_000]);
  closing.abort();
  await Promise.all(over);
  assertEquals(come, ["0 s: 0 aborted"]);
  assertEquals([gathering.call(1), clock.pending()], [0, 0]);
});

Deno.test("crowds come about as often and as large as told", async () => {
  const clock = createVirtualClock();
  const closing = new AbortController();
  const called: number[] = [];
  const over = sendCrowds(
    { everyMeanMs: HOUR_MS, size: [3, 5] },
    { call: (count) => called.push(count) },
    { clock, ids: createSeededIds(2) },
    closing.signal,
  );
  await clock.advance(200 * HOUR_MS);
  closing.abort();
  await over;
  assert(called.length > 150 && called.length < 250, `${called.length}`);
  assertEquals(new Set(called), new Set([3, 4, 5]));
  assertEquals(clock.pending(), 0);
});
