import { assert, assertEquals, assertThrows } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { between, happens, pick, wholeBetween } from "./chance.ts";

const DRAWS = 2_000;

function draws<T>(draw: (ids: ReturnType<typeof createSeededIds>) => T): readonly T[] {
  const ids = createSeededIds(3);
  return Array.from({ length: DRAWS }, () => draw(ids));
}

Deno.test("between() stays in its range and fills it", () => {
  const drawn = draws((ids) => between([5, 7], ids));
  assert(drawn.every((value) => value >= 5 && value <= 7));
  assert(Math.min(...drawn) < 5.02 && Math.max(...drawn) > 6.98);
});

Deno.test("wholeBetween() gives every whole number of its range", () => {
  const drawn = draws((ids) => wholeBetween([2, 4], ids));
  assertEquals([...new Set(drawn)].toSorted(), [2, 3, 4]);
});

Deno.test("what happens with a probability of 0 never does, with 1 always", () => {
  const ids = createSeededIds(1);
  assertEquals([happens(0, ids), happens(1, ids)], [false, true]);
  const part = draws((each) => happens(0.25, each)).filter((each) => each).length / DRAWS;
  assert(part > 0.22 && part < 0.28, `${part}`);
});

Deno.test("pick() gives every item, and nothing of nothing", () => {
  assertEquals(new Set(draws((ids) => pick(["a", "b", "c"], ids))), new Set(["a", "b", "c"]));
  assertThrows(() => pick([], createSeededIds(1)), RangeError, "Cannot pick");
});
