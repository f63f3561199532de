import { assertEquals } from "@std/assert";
import { type Amps, currentsOf } from "./_bench.ts";
import { type ChargerReading, measuredFromMs } from "./_held_limits.ts";
import { bounded, carriedBy, likelyPeakAmps, saneReading, withPace } from "./_reading_bounds.ts";
import { drawnLines, drawnSite } from "./_site_drawing.ts";

const [PLACE] = drawnSite({
  circuits: [{ id: "grid", amps: 63 }],
  evses: [{ slot: 1, on: "grid", lines: "L2 L3" }],
}).places;
if (PLACE === undefined) throw new Error("Cannot draw a place");
const place = PLACE;

const ALL = drawnLines("L1 L2 L3");

function reading(amps: Amps, otherwise: Partial<ChargerReading> = {}): ChargerReading {
  return { currentsAmps: currentsOf(amps), atMs: 0, intervalMs: 10_000, ...otherwise };
}

/** Only a sum of so many amperes is known. */
function sum(totalAmps: number): ChargerReading {
  return reading(totalAmps / 3, { totalAmps, unsureLines: ALL });
}

/** The same charger's readings, each `everyS` after the one before. */
function inARow(everyS: number, ...amps: readonly Amps[]): ChargerReading {
  const readings = amps.map((each, index) => reading(each, { atMs: index * everyS * 1000 }));
  return readings.reduce((before, next) => withPace(next, before));
}

Deno.test("saneReading() takes what can be, export as nothing, and no time from the future", () => {
  const unsureLines = drawnLines("L1 L2");
  const late = reading([-1, 2, 3], { atMs: 5_000, notBeforeMs: 1_000, unsureLines });
  assertEquals(saneReading(late, place, 9_000), {
    currentsAmps: currentsOf([0, 2, 3]),
    atMs: 5_000,
    intervalMs: 10_000,
    lateMs: 4_000,
    notBeforeMs: 1_000,
    unsureLines: ["L2"],
  });
  const early = saneReading(reading(1, { atMs: 9_000, notBeforeMs: 8_000 }), place, 5_000);
  assertEquals([early?.atMs, early?.notBeforeMs, early?.lateMs], [5_000, 5_000, undefined]);
  for (const wrong of [{ atMs: NaN }, { intervalMs: 0 }, { totalAmps: NaN }]) {
    assertEquals(saneReading(reading(1, wrong), place, 5_000), null);
  }
  assertEquals(saneReading(reading([1, NaN, 1]), place, 5_000), null);
});

Deno.test("A charger that sends less often than it says is taken at its pace, one outage aside", () => {
  assertEquals(inARow(60, 1, 2).intervalMs, 10_000);
  assertEquals(inARow(60, 1, 2, 3).intervalMs, 60_000);
  assertEquals(inARow(300, 1, 2, 3).intervalMs, 120_000);
  const steady = inARow(10, 1, 2, 3);
  const afterOutage = withPace(reading(4, { atMs: 100_000 }), steady);
  assertEquals(afterOutage.intervalMs, 10_000);
});

Deno.test("The same value again may be as old as two intervals", () => {
  assertEquals(measuredFromMs(inARow(10, 5, 16)), 10_000);
  assertEquals(measuredFromMs(inARow(10, 5, 16, 16)), 10_000);
  const often = inARow(10, 5, ...Array.from({ length: 9 }, () => 16));
  assertEquals(measuredFromMs(often), 90_000 - 20_000);
});

Deno.test("Or as old as the charger's values have been, where they changed often enough to tell", () => {
  const thrice = (amps: number) => [amps, amps, amps, amps];
  const slow = inARow(10, ...[3, 5, 7, 9, 16, 16].flatMap(thrice));
  assertEquals(measuredFromMs(slow), 230_000 - 40_000);
  const quick = inARow(10, 3, 5, 7, 9, 16, 16, 16, 16);
  assertEquals(measuredFromMs(quick), 70_000 - 10_000);
  const glacial = inARow(100, ...[3, 5, 7, 9, 16, 16].flatMap(thrice));
  assertEquals(measuredFromMs(glacial), 2_300_000 - 120_000);
});

Deno.test("Nothing, said again, is not old", () => {
  assertEquals(measuredFromMs(inARow(10, 16, 0, 0, 0)), 30_000);
});

Deno.test("bounded() leaves what was measured line by line", () => {
  assertEquals(bounded(reading([16, 0, 0]), ["L1"], 16).bounds, undefined);
});

Deno.test("bounded() proves nothing on a line of which the charger does not tell", () => {
  const partly = bounded(reading([16, 0, 0], { unsureLines: ["L2"] }), null, 16);
  assertEquals(partly.bounds, {
    leastAmps: currentsOf([16, 0, 0]),
    mostAmps: currentsOf([16, 18.6, 0]),
  });
  const single = bounded(reading(9, { unsureLines: ALL }), null, 16);
  assertEquals(single.bounds, { leastAmps: currentsOf(9), mostAmps: currentsOf(9) });
  assertEquals(bounded(sum(12), null, 16).bounds, {
    leastAmps: currentsOf(0),
    mostAmps: currentsOf(12),
  });
  assertEquals(bounded(sum(48), null, 10).bounds?.mostAmps, currentsOf(12));
  assertEquals(bounded(sum(48), null, null).bounds?.mostAmps, currentsOf(48));
});

Deno.test("bounded() spreads a sum over the lines that the EV is known to use", () => {
  const { bounds } = bounded(sum(15), ["L3"], 16);
  assertEquals(bounds, { leastAmps: currentsOf([0, 0, 15]), mostAmps: currentsOf([0, 0, 15]) });
  assertEquals(carriedBy(sum(15), ["L1", "L2"]), currentsOf([7.5, 7.5, 0]));
  assertEquals(carriedBy(reading([1, 2, 3]), ["L1"]), currentsOf([1, 2, 3]));
});

Deno.test("likelyPeakAmps() takes a sum for the current of as few lines as can carry it", () => {
  assertEquals(likelyPeakAmps(sum(16), null, 16), 16);
  assertEquals(likelyPeakAmps(sum(24), null, 16), 12);
  assertEquals(likelyPeakAmps(sum(48), null, 16), 16);
  assertEquals(likelyPeakAmps(sum(99), null, 16), 33);
  assertEquals(likelyPeakAmps(sum(15), ["L1", "L2"], 16), 7.5);
  assertEquals(likelyPeakAmps(sum(15), null, null), 15);
  assertEquals(likelyPeakAmps(reading([3, 7, 5]), null, 16), 7);
});
