import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { drawEvModel, EV_RANGES } from "./ev_drawing.ts";

const MODELS = Array.from({ length: 500 }, (_, seed) => drawEvModel(createSeededIds(seed)));

Deno.test("a seed gives the same EV again", () => {
  assertEquals(drawEvModel(createSeededIds(7)), drawEvModel(createSeededIds(7)));
});

for (
  const name of [
    "batteryWh",
    "reactionMs",
    "startMs",
    "rampUpMs",
    "rampDownMs",
    "underDrawAmps",
    "taperFromSoc",
    "taperEnd",
    "efficiency",
  ] as const
) {
  Deno.test(`drawn EVs have every ${name} in its range`, () => {
    const [least, most] = EV_RANGES[name];
    const values = MODELS.map((model) => model[name]);
    assert(values.every((value) => value >= least && value <= most));
    const span = most - least;
    assert(Math.min(...values) < least + span / 20 && Math.max(...values) > most - span / 20);
  });
}

Deno.test("drawn EVs have one, two and three phases of 16 or 32 A", () => {
  const kinds = new Set(MODELS.map(({ phases, maxAmps }) => `${phases}x${maxAmps}`));
  assertEquals(kinds, new Set(["1x16", "1x32", "2x16", "3x16", "3x32"]));
});

Deno.test("each oddity is there, and most EVs do not have it", () => {
  const parts = {
    needsMore: MODELS.filter(({ minAmps, stall }) => minAmps === 7 && stall?.watts === 500),
    cools: MODELS.filter(({ cooling }) => cooling !== null),
    sleeps: MODELS.filter(({ sleepsAfterMs }) => sleepsAfterMs !== null),
    givesUp: MODELS.filter(({ givesUpAfterStops }) => givesUpAfterStops === 3),
  };
  for (const [name, { length }] of Object.entries(parts)) {
    assert(length > 30 && length < 250, `${name}: ${length}`);
  }
  assert(MODELS.every(({ minAmps, stall }) => (minAmps === 6) === (stall === null)));
});
