import { assert, assertEquals } from "@std/assert";
import { givesWayAfterMs, isWorn, NO_PAUSES, restsUntilMs, withPause } from "./_pauses.ts";
import { USUAL_TIMING } from "./_site_drawing.ts";

const MIN_MS = 60_000;

Deno.test("A paused EV rests for five minutes", () => {
  const paused = withPause(NO_PAUSES, 10 * MIN_MS);
  assertEquals(restsUntilMs(paused, USUAL_TIMING), 15 * MIN_MS);
  assertEquals(restsUntilMs({ ...paused, isOn: false }, USUAL_TIMING), -Infinity);
  assertEquals(restsUntilMs(NO_PAUSES, USUAL_TIMING), -Infinity);
});

Deno.test("However it is paused, there are no more than four in an hour, and no rest exceeds 45 minutes", () => {
  for (const onMs of [0, MIN_MS, 3 * MIN_MS, 15 * MIN_MS]) {
    let pauses = NO_PAUSES;
    let nowMs = 0;
    const begun: number[] = [];
    for (let round = 0; round < 30; round++) {
      pauses = withPause(pauses, nowMs);
      begun.push(nowMs);
      const untilMs = restsUntilMs(pauses, USUAL_TIMING);
      assert(untilMs - nowMs >= 5 * MIN_MS && untilMs - nowMs <= 45 * MIN_MS, `${untilMs - nowMs}`);
      nowMs = untilMs + onMs;
      assert(begun.filter((atMs) => atMs > nowMs - 60 * MIN_MS).length < 4);
    }
  }
});

Deno.test("Who was paused often is spared, and gives way when others have waited long", () => {
  let pauses = NO_PAUSES;
  const patience: number[] = [];
  for (let count = 0; count <= 10; count++) {
    patience.push(givesWayAfterMs(pauses) / MIN_MS);
    pauses = withPause(pauses, count * 60 * MIN_MS);
  }
  assertEquals(patience, [0, 0, 0, 0, 0, 0, 20, 20, 20, 20, 40]);
  assertEquals(isWorn(pauses, 10 * 60 * MIN_MS), true, "eleven in a session");
  const quick = [0, 6, 12, 18].reduce((all, min) => withPause(all, min * MIN_MS), NO_PAUSES);
  assertEquals([isWorn(quick, 20 * MIN_MS), isWorn(quick, 61 * MIN_MS)], [true, false]);
});
