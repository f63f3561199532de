import { assertEquals } from "@std/assert";
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
  const withLines = (text: string) =>
    linesOf(place, withFacts(memory, chargingAt(1, { evLines: drawnLines(text) }), place, 2_000));
  assertEquals(linesOf(place, memory), ["L1", "L2", "L3"]);
  assertEquals(withLines("L2"), ["L2"]);
  assertEquals(withLines(""), ["L1", "L2", "L3"]);
  const onePhase = { ...place, lines: drawnLines("L3") };
  const elsewhere = withFacts(memory, chargingAt(1, { evLines: ["L1"] }), place, 2_000);
  assertEquals(linesOf(onePhase, elsewhere), ["L3"]);
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

/** Readings of one current each 10 s, from one moment to another, in seconds. */
function drawing(memory: EvseMemory, amps: number, fromS: number, untilS: number): EvseMemory {
  let next = memory;
  for (let second = fromS; second <= untilS; second += 10) {
    next = read(next, amps, second * 1000);
  }
  return next;
}

Deno.test("withReading() learns after a minute that an EV takes less than it may", () => {
  assertEquals(drawing(under(16), 8.3, 10, 60).appetiteAmps, null);
  assertEquals(drawing(under(16), 8.3, 10, 70).appetiteAmps, 11);
});

Deno.test("withReading() takes the highest current of that minute", () => {
  const varied = drawing(drawing(under(32), 8, 10, 30), 11, 40, 40);
  assertEquals(drawing(varied, 8, 50, 70).appetiteAmps, 13);
});

Deno.test("withReading() does not go below the minimum current", () => {
  assertEquals(drawing(under(16), 0, 10, 70).appetiteAmps, 6);
});

Deno.test("withReading() leaves an EV what it nearly uses", () => {
  assertEquals(drawing(under(16), 13.5, 10, 120).appetiteAmps, null);
  assertEquals(drawing(under(16), 12.9, 10, 120).appetiteAmps, 15);
});

Deno.test("withReading() starts the minute anew after a gap, and after full use", () => {
  const gap = drawing(drawing(under(16), 8, 10, 40), 8, 70, 110);
  assertEquals(gap.appetiteAmps, null);
  const used = drawing(drawing(under(16), 8, 10, 50), 15.5, 60, 60);
  assertEquals(drawing(used, 8, 70, 110).appetiteAmps, null);
});

Deno.test("withReading() learns that the EV wants more when it uses what it has", () => {
  const modest = { ...under(10), appetiteAmps: 10 };
  assertEquals(read(modest, 8, 20_000).appetiteAmps, 10);
  assertEquals(read(modest, 9, 20_000).appetiteAmps, null);
});

Deno.test("withReading() learns nothing while two limits may count", () => {
  const raising = withSent(under(16), 20, 900_000, 5_000);
  assertEquals(drawing(raising, 8, 10, 120).appetiteAmps, null);
});
