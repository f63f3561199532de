import { assertEquals } from "@std/assert";
import { drawsOf } from "./gateway_surplus_draws.ts";
import type { EvseMeasurement } from "./site/mod.ts";

const NOW_MS = 1_000_000;
/** Turned by one phase: its phase 1 is on L2. */
const WIRING = {
  socketLines: ["L2", "L3", "L1"],
  lines: ["L2", "L3", "L1"],
  voltsEach: 230,
} as const;

function drawn(measured: Partial<EvseMeasurement> | undefined, limitAmps: number | null = 10) {
  const of = measured && { slot: 1, atMonoMs: NOW_MS - 5_000, intervalMs: 10_000, ...measured };
  return drawsOf(WIRING, of, limitAmps, NOW_MS);
}

const evenly = (watts: number) => ({ L1: watts, L2: watts, L3: watts });

Deno.test("what an EV draws is its measured power, on the lines on which its currents are", () => {
  assertEquals(drawn({ powerW: 4_000, currentsAmps: [16, 0, 0] }), {
    lines: { L1: 0, L2: 4_000, L3: 0 },
    atMs: NOW_MS - 5_000,
  });
  assertEquals(drawn({ currentsAmps: [10, 5, 0] })?.lines, { L1: 0, L2: 2_300, L3: 1_150 });
  assertEquals(drawn({ powerW: 6_900 })?.lines, evenly(2_300));
  assertEquals(drawn({ powerW: 0, currentsAmps: [0, 0, 0] })?.lines, evenly(0));
});

Deno.test("who does not measure, or has not for long, draws what he may", () => {
  const allowed = { lines: evenly(2_300), atMs: NOW_MS };
  assertEquals(drawn(undefined), allowed);
  assertEquals(drawn({ energyWh: 12 }), allowed);
  assertEquals(drawn({ powerW: 4_000, atMonoMs: NOW_MS - 30_001 }), allowed);
  assertEquals(drawn({ powerW: 6_900, atMonoMs: NOW_MS - 30_000 })?.lines, evenly(2_300));
  assertEquals(drawn(undefined, null), null);
});

Deno.test("of an EV that is known to use one line, what it may draw is on that one", () => {
  const oneLine = { ...WIRING, lines: ["L2"] as const };
  assertEquals(drawsOf(oneLine, undefined, 10, NOW_MS)?.lines, { L1: 0, L2: 2_300, L3: 0 });
});
