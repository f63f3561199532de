import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { countedLately, countOne, type HourlyCount } from "./learnt_tactic.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 0, 5, 6, 20);

/** Counts at these moments, in hours from now. */
function counted(...hours: readonly number[]): HourlyCount | undefined {
  return hours.reduce<HourlyCount | undefined>(
    (count, hour) => countOne(count, NOW + hour * HOUR_MS),
    undefined,
  );
}

const lately = (count: HourlyCount | undefined, hour: number) =>
  countedLately(count, NOW + hour * HOUR_MS);

Deno.test("what was never counted is 0", () => assertEquals(lately(undefined, 0), 0));

Deno.test("a count is forgotten a day later, hour by hour", () => {
  const count = counted(0, 0, 1, 5);
  assertEquals([5, 23, 24, 25, 29, 500].map((hour) => lately(count, hour)), [4, 4, 2, 1, 0, 0]);
});

Deno.test("a clock that is put back neither loses nor hides what was counted", () => {
  assertEquals(lately(counted(10, 3, 3), 3), 3);
  assertEquals(lately(counted(10, 3, 3), 10), 3);
});

Deno.test("never more is kept than a day, and never a count below that of the last 23 hours", () => {
  const gaps = fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { maxLength: 200 });
  fc.assert(fc.property(gaps, (gaps) => {
    let atMs = NOW;
    const moments = gaps.map((gap) => atMs += gap * HOUR_MS);
    const count = moments.reduce<HourlyCount | undefined>(countOne, undefined);
    const within = (hours: number) => moments.filter((at) => at > atMs - hours * HOUR_MS).length;
    const seen = countedLately(count, atMs);
    assertEquals(seen >= within(23) && seen <= within(24), true);
    assertEquals((count?.counts.length ?? 0) <= 24, true);
  }));
});
