import { assertEquals } from "@std/assert";
import { assess } from "./_assessment.ts";
import { settled } from "./_bench.ts";
import { shareTargets } from "./_targets.ts";

const SITE = {
  circuits: [{ id: "grid", amps: 40 }],
  evses: [1, 2, 3].map((slot) => ({ slot, on: "grid" })),
} as const;

Deno.test("shareTargets() at a table that was laid for others gives each its share of now", () => {
  const desk = settled(SITE, [1, 2, 3]);
  const nowMs = desk.nowMs();
  const { standings, table } = assess(desk.state(), nowMs, desk.options);
  const targetsOf = (slots: readonly number[]) => {
    // Each look at the site begins anew.
    assess(desk.state(), nowMs, desk.options);
    shareTargets(
      standings.filter(({ place }) => slots.includes(place.slot)),
      table,
      desk.options,
      nowMs,
    );
    return standings.map(({ targetAmps, seat }) => [targetAmps, seat]);
  };
  const all = targetsOf([1, 2, 3]);
  assertEquals(targetsOf([3]), [[0, -1], [0, -1], [32, 0]]);
  assertEquals(targetsOf([2, 3]).map(([, seat]) => seat), [-1, 0, 1]);
  assertEquals(targetsOf([1, 2, 3]), all);
});
