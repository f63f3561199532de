import { assert, assertEquals } from "@std/assert";
import { EV_MODELS, type EvModel, isEvModelName } from "./ev_models.ts";

const MODELS: readonly (readonly [string, EvModel])[] = Object.entries(EV_MODELS);

/** What real EVs do, so that nobody tunes a preset into something that does not exist. */
const RANGES: readonly (readonly [string, (model: EvModel) => number, number, number])[] = [
  ["battery in Wh", (model) => model.batteryWh, 8_000, 110_000],
  ["amperes", (model) => model.maxAmps, 16, 32],
  ["minimum in amperes", (model) => model.minAmps, 6, 7],
  ["reaction in ms", (model) => model.reactionMs, 500, 5_000],
  ["start in ms", (model) => model.startMs, 5_000, 30_000],
  ["ramp up in ms", (model) => model.rampUpMs, 2_000, 10_000],
  ["ramp down in ms", (model) => model.rampDownMs, 1, 1_000],
  ["under-draw in amperes", (model) => model.underDrawAmps, 0.2, 1],
  ["start of taper", (model) => model.taperFromSoc, 0.8, 0.95],
  ["end of taper", (model) => model.taperEnd, 0.01, 0.5],
  ["pause before sleep in ms", (model) => model.sleepsAfterMs ?? 300_000, 300_000, 10_800_000],
  ["efficiency", (model) => model.efficiency, 0.8, 0.95],
];

for (const [what, of, low, high] of RANGES) {
  Deno.test(`every preset has a ${what} of ${low} to ${high}`, () => {
    for (const [name, model] of MODELS) {
      const value = of(model);
      assert(value >= low && value <= high, `${name}: ${value}`);
    }
  });
}

Deno.test("presets have the name they are listed under and cover one, two and three phases", () => {
  for (const [name, model] of MODELS) assertEquals(model.name, name);
  assertEquals(new Set(MODELS.map(([, model]) => model.phases)), new Set([1, 2, 3]));
});

Deno.test("isEvModelName() knows the presets only", () => {
  assert(isEvModelName("threePhase11kW"));
  assert(!isEvModelName("toString"));
});
