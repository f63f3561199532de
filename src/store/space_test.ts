import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ballastBytes,
  fullBallastBytes,
  readingIntervalMs,
  SPACE_LEVELS,
  type SpaceLevel,
  spaceLevel,
} from "./space.ts";

const MIB = 1_048_576;
const GIB = 1_024 * MIB;

/** The level on a partition of 1000 MiB whose ballast of 16 MiB stands. */
function levelAt(freeMib: number, before: SpaceLevel = "enough"): SpaceLevel {
  const ballast = { nowBytes: 16 * MIB, fullBytes: 16 * MIB };
  return spaceLevel({ freeBytes: freeMib * MIB, totalBytes: 1_000 * MIB }, ballast, before);
}

Deno.test("spaceLevel() goes by shares of a small partition", () => {
  assertEquals([200, 199, 100, 99, 30, 29, 0].map((free) => levelAt(free)), [
    ...["enough", "low"],
    ...["low", "very-low"],
    ...["very-low", "critical", "critical"],
  ]);
});

Deno.test("spaceLevel() goes by bytes of a large one: a tenth of a terabyte is no want", () => {
  const ballast = { nowBytes: 0, fullBytes: 0 };
  const at = (freeBytes: number) =>
    spaceLevel({ freeBytes, totalBytes: 1_000 * GIB }, ballast, "enough");
  assertEquals([2 * GIB, 1_000 * MIB, 200 * MIB, 60 * MIB].map(at), [
    "enough",
    "low",
    "very-low",
    "critical",
  ]);
});

Deno.test("spaceLevel() is left only with a quarter more room", () => {
  assertEquals([29, 37, 38].map((free) => levelAt(free, "critical")), [
    "critical",
    "critical",
    "very-low",
  ]);
  assertEquals([124, 125, 249, 250].map((free) => levelAt(free, "very-low")), [
    "very-low",
    "low",
    "low",
    "enough",
  ]);
});

Deno.test("spaceLevel() does not take a ballast that was let go for room", () => {
  const space = { freeBytes: 110 * MIB, totalBytes: 1_000 * MIB };
  const full = { nowBytes: 16 * MIB, fullBytes: 16 * MIB };
  assertEquals(spaceLevel({ ...space, freeBytes: 95 * MIB }, full, "low"), "very-low");
  const letGo = { nowBytes: 4 * MIB, fullBytes: 16 * MIB };
  assertEquals(spaceLevel({ ...space, freeBytes: 107 * MIB }, letGo, "very-low"), "very-low");
});

Deno.test("the ballast stands while there is room, then a reserve, then nothing; and comes back", () => {
  const full = { nowBytes: 1_000, fullBytes: 1_000 };
  assertEquals(SPACE_LEVELS.map((level) => ballastBytes(level, full, false)), [
    1_000,
    1_000,
    250,
    250,
  ]);
  assertEquals(ballastBytes("critical", full, true), 0);
  const gone = { nowBytes: 0, fullBytes: 1_000 };
  assertEquals(SPACE_LEVELS.map((level) => ballastBytes(level, gone, false)), [1_000, 0, 0, 0]);
});

Deno.test("fullBallastBytes() is what was wanted, but no more than a fiftieth of the partition", () => {
  assertEquals(fullBallastBytes({ freeBytes: 0, totalBytes: 64 * GIB }, 16 * MIB), 16 * MIB);
  assertEquals(fullBallastBytes({ freeBytes: 0, totalBytes: 100 * MIB }, 16 * MIB), 2 * MIB);
});

Deno.test("readingIntervalMs() keeps fewer the less room there is, and none at last", () => {
  assertEquals(SPACE_LEVELS.map((level) => readingIntervalMs(level, 60_000)), [
    60_000,
    900_000,
    900_000,
    Infinity,
  ]);
  assertEquals(readingIntervalMs("low", 1_800_000), 1_800_000);
  assertEquals(readingIntervalMs("low", 0), 0);
});

Deno.test("whatever happens to a disk, less room is never a better level, and the ballast never grows but with enough", () => {
  const looks = fc.array(fc.record({ free: fc.nat({ max: 1_000 }), isRefused: fc.boolean() }));
  fc.assert(fc.property(looks, (all) => {
    let level: SpaceLevel = "enough";
    let nowBytes = 16 * MIB;
    for (const { free, isRefused } of all) {
      const space = { freeBytes: free * MIB, totalBytes: 1_000 * MIB };
      const ballast = { nowBytes, fullBytes: 16 * MIB };
      const next = spaceLevel(space, ballast, level);
      const worse = spaceLevel({ ...space, freeBytes: space.freeBytes / 2 }, ballast, level);
      assert(SPACE_LEVELS.indexOf(worse) >= SPACE_LEVELS.indexOf(next));
      const bytes = ballastBytes(next, ballast, isRefused);
      assert(bytes <= nowBytes || next === "enough");
      [level, nowBytes] = [next, bytes];
    }
  }));
});
