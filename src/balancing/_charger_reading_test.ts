import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LINES } from "../site/mod.ts";
import { drawnLines } from "./_site_drawing.ts";
import { type Amps, currentsOf } from "./_bench.ts";
import { isFresh, linesOf, withReading } from "./_charger_reading.ts";
import {
  type EvseMemory,
  UNKNOWN_EVSE,
  withAccepted,
  withFacts,
  withSent,
} from "./_evse_memory.ts";
import { possibleLimits } from "./_held_limits.ts";
import { mayDraw } from "./_reservation.ts";
import { chargingAt, drawnSite, emptyAt } from "./_site_drawing.ts";

const options = drawnSite({
  circuits: [{ id: "grid", amps: 63 }],
  evses: [{ slot: 1, on: "grid", max: 32, failSafe: 6 }],
});
const [PLACE] = options.places;
if (PLACE === undefined) throw new Error("Cannot draw a place");
const place = PLACE;

/** An EVSE in use since 0 s, under the limit since 1 s. */
function under(limitAmps: number): EvseMemory {
  const empty = withFacts(UNKNOWN_EVSE, emptyAt(1), place, 0);
  const started = withFacts(empty, chargingAt(1), place, 0);
  const accepted = withAccepted(withSent(started, limitAmps, 900_000, 0), limitAmps, 1_000);
  return { ...accepted, held: accepted.held.slice(1) };
}

function read(memory: EvseMemory, amps: Amps, atMs: number, nowMs = atMs + 1_000): EvseMemory {
  const reading = { currentsAmps: currentsOf(amps), atMs, intervalMs: 10_000 };
  return withReading(memory, reading, place, options.timing, nowMs);
}

Deno.test("isFresh() believes a reading for twice its interval", () => {
  const reading = { currentsAmps: currentsOf(1), atMs: 1_000, intervalMs: 10_000 };
  assertEquals(isFresh(reading, 20_999), true);
  assertEquals(isFresh(reading, 21_000), false);
});

Deno.test("linesOf() takes the EV's lines once known, as far as the socket has them", () => {
  const memory = under(16);
  const withLines = (text: string) => {
    const told = withFacts(memory, chargingAt(1, { evLines: drawnLines(text) }), place, 2_000);
    return linesOf(place, told, 2_000);
  };
  assertEquals(linesOf(place, memory, 2_000), ["L1", "L2", "L3"]);
  assertEquals(withLines("L2"), ["L2"]);
  assertEquals(withLines(""), ["L1", "L2", "L3"]);
  const onePhase = { ...place, lines: drawnLines("L3") };
  const elsewhere = withFacts(memory, chargingAt(1, { evLines: ["L1"] }), place, 2_000);
  assertEquals(linesOf(onePhase, elsewhere, 2_000), ["L3"]);
});

Deno.test("withReading() ignores what is old, impossible or from the transaction before", () => {
  const memory = read(under(16), 10, 20_000);
  assertEquals(read(memory, 12, 20_000), memory);
  assertEquals(read(memory, 12, 19_000), memory);
  assertEquals(read(memory, NaN, 30_000), memory);
  assertEquals(read(memory, 12, NaN, 30_000), memory);
  const next = withFacts(memory, chargingAt(1, { transactionId: "next" }), place, 40_000);
  assertEquals(read(next, 16, 39_000, 41_000), next);
  assertEquals(read(next, 16, 40_500, 41_000).reading?.atMs, 40_500);
});

Deno.test("withReading() takes export for nothing, and no reading from the future", () => {
  const { reading } = read(under(16), [-3, 4, 5], 50_000, 20_000);
  assertEquals(reading?.currentsAmps, currentsOf([0, 4, 5]));
  assertEquals(reading?.atMs, 20_000);
});

Deno.test("withReading() notes what an EV draws above its limit, line by line", () => {
  const overdrawn = read(under(16), [17, 16.5, 15], 20_000);
  assertEquals(overdrawn.overdrawAmps, currentsOf([1, 0.5, 0]));
  assertEquals(overdrawn.ignoresLimits, false);
  assertEquals(read(overdrawn, 15, 30_000).overdrawAmps, currentsOf(0));
});

Deno.test("withReading() counts all current on a line that the EV should not use", () => {
  const memory = withFacts(under(16), chargingAt(1, { evLines: ["L1"] }), place, 2_000);
  assertEquals(read(memory, [16, 2, 0], 20_000).overdrawAmps, currentsOf([0, 2, 0]));
});

Deno.test("withReading() sees who ignores limits, until it is seen obeying", () => {
  assertEquals(read(under(16), 20.5, 20_000).ignoresLimits, false);
  const ignoring = read(under(16), 20.7, 20_000);
  assertEquals(ignoring.ignoresLimits, true);
  assertEquals(read(ignoring, 16, 40_000).ignoresLimits, false);
});

Deno.test("withReading() gives an EV the time to obey before it judges", () => {
  const lowered = withAccepted(withSent(under(32), 8, 900_000, 60_000), 8, 61_000);
  assertEquals(read(lowered, 32, 70_000).ignoresLimits, false);
  assertEquals(read(lowered, 32, 71_000).ignoresLimits, true);
});

Deno.test("withReading() does not judge by a limit that came after the reading", () => {
  const lowered = withAccepted(withSent(under(32), 8, 900_000, 60_000), 8, 61_000);
  // By now the higher limit is forgotten; the reading is late.
  const settled = { ...lowered, held: lowered.held.slice(1) };
  assertEquals(read(settled, 32, 60_500, 75_000).ignoresLimits, false);
});

Deno.test("withReading() judges by the fail-safe current where no limit was sent", () => {
  const empty = withFacts(UNKNOWN_EVSE, emptyAt(1), place, 0);
  const started = withFacts(empty, chargingAt(1), place, 0);
  assertEquals(read(started, 6, 20_000).ignoresLimits, false);
  assertEquals(read(started, 32, 20_000).ignoresLimits, true);
});

Deno.test("isFresh() waits for the next reading of a charger whose readings are always late", () => {
  const late = (lateMs: number) => ({
    currentsAmps: currentsOf(1),
    atMs: 0,
    intervalMs: 10_000,
    lateMs,
  });
  assertEquals([isFresh(late(5_000), 19_999), isFresh(late(5_000), 20_000)], [true, false]);
  assertEquals([isFresh(late(45_000), 54_999), isFresh(late(45_000), 55_000)], [true, false]);
});

Deno.test("linesOf() takes what readings proved, as long as there are readings", () => {
  let memory = under(16);
  for (let second = 20; second <= 90; second += 10) {
    memory = read(memory, [15 + second / 1000, 0, 0], second * 1000);
  }
  assertEquals(linesOf(place, memory, 100_000), ["L1"]);
  assertEquals(linesOf(place, memory, 90_000 + 119_999), ["L1"]);
  assertEquals(linesOf(place, memory, 90_000 + 120_000), ["L1", "L2", "L3"]);
  const both = read(memory, [15, 15, 0], 100_000);
  assertEquals(linesOf(place, both, 100_000), ["L1", "L2", "L3"]);
  assertEquals(both.overdrawAmps, currentsOf(0), "it may draw from there again");
});

Deno.test("linesOf() takes the whole socket for an EV that ignores its limit", () => {
  let memory = under(16);
  for (let second = 20; second <= 90; second += 10) {
    memory = read(memory, [15 + second / 1000, 0, 0], second * 1000);
  }
  assertEquals(linesOf(place, read(memory, [25, 0, 0], 100_000), 100_000), ["L1", "L2", "L3"]);
});

/** An EV known to draw from L1 alone, at a charger that tells only what flows together. */
function sumOnL1(): EvseMemory {
  return { ...under(16), phases: { lines: ["L1"], candidate: null } };
}

function readSum(memory: EvseMemory, totalAmps: number, atMs: number): EvseMemory {
  const unsureLines = drawnLines("L1 L2 L3");
  const currentsAmps = currentsOf(totalAmps / 3);
  const reading = { currentsAmps, totalAmps, unsureLines, atMs, intervalMs: 10_000 };
  return withReading(memory, reading, place, options.timing, atMs);
}

Deno.test("withReading() puts a sum on the lines that the EV is known to use", () => {
  const one = readSum(sumOnL1(), 15, 20_000);
  assertEquals(one.reading?.bounds?.leastAmps, currentsOf([15, 0, 0]));
  assertEquals([one.ignoresLimits, one.phases.lines], [false, ["L1"]]);
});

Deno.test("withReading() takes a sum that its lines cannot carry, or that grew by itself, for more lines", () => {
  const twice = readSum(sumOnL1(), 32, 20_000);
  assertEquals([twice.phases.lines, twice.ignoresLimits], [null, false]);
  const grown = readSum(readSum(sumOnL1(), 5, 20_000), 7.1, 30_000);
  assertEquals(grown.phases.lines, null);
  const steady = readSum(readSum(sumOnL1(), 5, 20_000), 7, 30_000);
  assertEquals(steady.phases.lines, ["L1"]);
});

Deno.test("Whatever is read, what an EV is seen drawing is reserved, on each line", () => {
  const amps = fc.constantFrom(0, 0.4, 1.1, 5, 9, 16, 17, 20);
  const story = fc.array(
    fc.record({
      amps: fc.tuple(amps, amps, amps),
      repeats: fc.integer({ min: 1, max: 9 }),
      limit: fc.constantFrom(null, 0, 6, 10, 16),
    }),
    { maxLength: 8 },
  );
  fc.assert(fc.property(story, (steps) => {
    let memory = under(16);
    let nowMs = 20_000;
    for (const { amps, repeats, limit } of steps) {
      if (limit !== null) {
        memory = withAccepted(withSent(memory, limit, 900_000, nowMs), limit, nowMs + 500);
      }
      for (let time = 0; time < repeats; time++) {
        nowMs += 10_000;
        memory = read(memory, amps, nowMs, nowMs);
        const held = possibleLimits(memory.held, memory.reading, nowMs, 10_000);
        memory = { ...memory, held };
        const { reservedAmps } = mayDraw(place, memory, nowMs);
        for (const [index, line] of LINES.entries()) {
          assert(reservedAmps[line] >= (amps[index] ?? 0), `${line}: ${reservedAmps[line]}`);
        }
      }
    }
  }));
});

Deno.test("withReading() keeps what flows on an unused line, though the limits of that time are not known", () => {
  const onL1 = withFacts(under(16), chargingAt(1, { evLines: ["L1"] }), place, 2_000);
  const seen = read(onL1, [10, 4, 0], 5_000);
  assertEquals(seen.overdrawAmps, { L1: 0, L2: 4, L3: 0 });
});
