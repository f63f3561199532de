import { assertEquals } from "@std/assert";
import { outcomeOf, QUIET } from "./_fake_lane.ts";
import { createTally } from "./tally.ts";

Deno.test("a run of many is summed up, small and large sites apart", () => {
  const tally = createTally();
  tally.add(outcomeOf(QUIET));
  tally.add(outcomeOf({ ...QUIET, seed: 2 }, "I8"));
  tally.add({ ...outcomeOf({ ...QUIET, seed: 3, chargers: 50 }), wallMs: 3_000, isWhole: false });
  assertEquals(
    tally.summary(2_500),
    `3 seeds (1 of them called off under way), 3.0 site-hours, 30 sessions, 1500 messages
2.5 s: 600 messages per second, 4320 × real time
  1–8 chargers: 2 seeds, 2.0 site-hours, 3600 × real time on one core
  9–50 chargers: 1 seeds, 1.0 site-hours, 1200 × real time on one core
1 failed`,
  );
  assertEquals([tally.failures(), tally.seeds()], [1, 3]);
});

Deno.test("a line says how far the seeds are that run now", () => {
  const tally = createTally();
  tally.add(outcomeOf(QUIET));
  const progress = { simulatedS: 900, sessions: 1, frames: 9 };
  assertEquals(
    tally.line([
      { scenario: { ...QUIET, seed: 2 }, progress },
      { scenario: { ...QUIET, seed: 3, seconds: 600 }, progress },
    ], 1_800),
    "1 seeds, 1.5 site-hours, 3000 × real time, 0 failed; running: 2 (25 %), 3 (heals)",
  );
});
