import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createPool } from "./pool.ts";
import { raiseSideBySide, type Strand, strandAmps } from "./strands.ts";
import { DELTA_DRAWS, deltaSite, drawn, type DrawnCapacities, type DrawnClaim } from "./_drawn.ts";

function raised(
  capacities: DrawnCapacities,
  claims: readonly DrawnClaim[],
  strands: readonly Partial<Strand>[],
): number[] {
  const site = drawn(capacities, claims);
  const pool = createPool(site.claims, site.capacities);
  raiseSideBySide(
    pool,
    strands.map((strand) => ({ queue: [], speed: 1, stopAmps: Infinity, ...strand })),
  );
  return [...pool.amps].map((amps) => Math.round(amps * 1e6) / 1e6);
}

const THREE: DrawnClaim[] = [[0, 10, "site"], [0, 10, "site"], [0, 32, "site"]];

Deno.test("strands rise evenly, and in a queue one after the other", () => {
  const strands = [{ queue: [0, 1] }, { queue: [2] }];
  assertEquals(raised({ site: 16 }, THREE, strands), [8, 0, 8]);
  assertEquals(raised({ site: 28 }, THREE, strands), [10, 4, 14]);
  assertEquals(raised({ site: 99 }, THREE, strands), [10, 10, 32]);
});

Deno.test("a strand stops at its stop, and the others go on", () => {
  assertEquals(raised({ site: 28 }, THREE, [{ queue: [0, 1] }, { queue: [2], stopAmps: 5 }]), [
    10,
    10,
    5,
  ]);
});

Deno.test("strands rise as fast as they should, and not at all at speed 0", () => {
  const strands = [{ queue: [0, 1], speed: 1 }, { queue: [2], speed: 3 }];
  assertEquals(raised({ site: 16 }, THREE, strands), [4, 0, 12]);
  assertEquals(raised({ site: 16 }, THREE, [{ queue: [0, 1] }, { queue: [2], speed: 0 }]), [
    10,
    6,
    0,
  ]);
});

Deno.test("a claim that a limit of its own holds back lets the next in its queue go on", () => {
  const claims: DrawnClaim[] = [[0, 32, "site rowA"], [0, 32, "site rowA"], [0, 32, "site rowB"]];
  assertEquals(raised({ site: 40, rowA: 8, rowB: 99 }, claims, [{ queue: [0, 1, 2] }]), [8, 0, 32]);
});

Deno.test("a strand goes on when another has risen and so made room for it", () => {
  // The lines may differ by 5 A. The second starts to rise only where the first stands in its way.
  const claims: DrawnClaim[] = [[0, 32, "1-2 2-1:-1"], [0, 12, "2-1 1-2:-1"]];
  const strands = [{ queue: [0], speed: 10 }, { queue: [1] }];
  assertEquals(raised({ "1-2": 5, "2-1": 5 }, claims, strands), [17, 12]);
});

Deno.test("three strands of a delta site fill its lines exactly", () => {
  const claims: DrawnClaim[] = [
    [0, 99, DELTA_DRAWS.AB],
    [0, 99, DELTA_DRAWS.BC],
    [0, 99, DELTA_DRAWS.CA],
  ];
  const site = drawn(deltaSite(100, 1_000), claims);
  const pool = createPool(site.claims, site.capacities);
  const strands = [0, 1, 2].map((index) => ({ queue: [index], speed: 1, stopAmps: Infinity }));
  raiseSideBySide(pool, strands);
  for (const strand of strands) assertAlmostEquals(strandAmps(pool, strand), 100 / Math.sqrt(3));
});
