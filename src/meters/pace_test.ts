import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backOffMs, nextPollMs } from "./pace.ts";

Deno.test("backOffMs() doubles from the first wait to the longest", () => {
  const backOff = { firstMs: 1_000, longestMs: 10_000 };
  const waits = [0, 1, 2, 3, 4, 5, 6, 1_000_000].map((failures) => backOffMs(failures, backOff));
  assertEquals(waits, [0, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
});

const POLLS: readonly [string, number, number, number][] = [
  ["one interval later after a quick poll", 1_000, 1_050, 2_000],
  ["one interval later after no time at all", 1_000, 1_000, 2_000],
  ["at once after just one interval", 1_000, 2_000, 2_000],
  ["at the next slot after a slow poll", 1_000, 3_500, 4_000],
];

for (const [name, startedMs, nowMs, expected] of POLLS) {
  Deno.test(`nextPollMs() is due ${name}`, () => {
    assertEquals(nextPollMs(startedMs, 1_000, nowMs), expected);
  });
}

Deno.test("nextPollMs() stays in step and lies within the interval to come", () => {
  const times = fc.nat(10_000_000);
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 60_000 }), times, (started, interval, took) => {
      const due = nextPollMs(started, interval, started + took);
      assertEquals((due - started) % interval, 0);
      assert(due >= started + took && due > started, "not in the past");
      assert(due - (started + took) <= interval, "no later than one interval");
    }),
  );
});
