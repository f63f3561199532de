import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { assess } from "./_assessment.ts";
import { bench } from "./_bench.ts";
import {
  createReadingOrder,
  type FreshReading,
  freshReadings,
  type ReadingOrder,
  swingsOf,
} from "./_fresh_readings.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

const SLOTS = [1, 2, 3, 4, 5, 6];

/** Chargers that measure, some of them late and of one moment, and time that passes. */
const happenings = fc.array(
  fc.record({
    measures: fc.array(
      fc.record({ slot: fc.constantFrom(...SLOTS), amps: fc.nat(16), ageS: fc.nat(4) }),
      { maxLength: 4 },
    ),
    waitS: fc.constantFrom(1, 2, 7, 25),
  }),
  { minLength: 5, maxLength: 40 },
);

/** Six EVs on a grid connection, and the readings in an order that is kept. */
function sixEvs() {
  const desk = bench({
    circuits: [{ id: "grid", amps: 100 }],
    evses: SLOTS.map((slot) => ({ slot, on: "grid", max: 16 })),
  });
  for (const slot of SLOTS) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot));
  }
  desk.wait(5);
  const look = () => assess(desk.state(), desk.nowMs(), desk.options).standings;
  const order = createReadingOrder(look());
  /** In the kept order, or where one is handed in, in that. */
  const readings = (by: ReadingOrder = order) => {
    look();
    return freshReadings(by, desk.nowMs());
  };
  return { desk, order, readings, newOrder: () => createReadingOrder(look()) };
}

function told(readings: readonly FreshReading[]): readonly string[] {
  return readings.map(({ standing, fromMs, reading }) =>
    `${standing.place.slot} at ${fromMs}: ${reading.currentsAmps.L1} A`
  );
}

Deno.test("freshReadings() that kept their order stand as they would in a new one, newest first", () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { desk, order, readings, newOrder } = sixEvs();
      for (const { measures, waitS } of all) {
        for (const { slot, amps, ageS } of measures) desk.measured(slot, amps, 10, ageS);
        desk.wait(waitS);
        const kept = readings();
        const other = newOrder();
        assertEquals(told(kept), told(readings(other)));
        for (const [index, { fromMs, standing }] of kept.entries()) {
          const next = kept[index + 1];
          if (next === undefined) continue;
          assert(fromMs >= next.fromMs, "newest first");
          assert(fromMs > next.fromMs || standing.place.slot < next.standing.place.slot, "by slot");
        }
        const swings = (by: ReadingOrder) =>
          swingsOf(by, kept).map(({ standing, swing }) => [standing.place.slot, swing.byMs]);
        assertEquals(swings(order), swings(other));
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("freshReadings() forgets a charger that is silent, and knows it when it measures again", () => {
  const { desk, readings } = sixEvs();
  desk.measured(2, 10);
  desk.measured(1, 10);
  desk.wait(3);
  assertEquals(told(readings()).map((each) => each[0]), ["1", "2"]);
  desk.measured(2, 11);
  desk.wait(18);
  assertEquals(told(readings()).map((each) => each[0]), ["2"]);
  desk.wait(10);
  assertEquals(readings(), []);
  desk.measured(1, 9);
  desk.wait(1);
  assertEquals(told(readings()).map((each) => each[0]), ["1"]);
});
