import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { addLines, ampsOn, isLine, LINES, onEachLine, type PerLine, perLine } from "./phases.ts";

const CURRENTS: fc.Arbitrary<PerLine> = fc.record({
  L1: fc.integer({ min: -100, max: 100 }),
  L2: fc.integer({ min: -100, max: 100 }),
  L3: fc.integer({ min: -100, max: 100 }),
});

Deno.test("perLine() asks for the value of each line, in order", () => {
  const asked: string[] = [];
  const value = perLine((line) => {
    asked.push(line);
    return `on ${line}`;
  });
  assertEquals(value, { L1: "on L1", L2: "on L2", L3: "on L3" });
  assertEquals(asked, ["L1", "L2", "L3"]);
});

Deno.test("onEachLine() puts the same value on every line", () => {
  assertEquals(onEachLine(16), { L1: 16, L2: 16, L3: 16 });
});

Deno.test("addLines() adds line by line", () => {
  assertEquals(addLines({ L1: 1, L2: 2, L3: 3 }, { L1: 10, L2: 20, L3: -30 }), {
    L1: 11,
    L2: 22,
    L3: -27,
  });
});

Deno.test("addLines() has nothing as its zero and does not mind the order", () => {
  fc.assert(fc.property(CURRENTS, CURRENTS, (left, right) => {
    assertEquals(addLines(left, onEachLine(0)), left);
    assertEquals(addLines(left, right), addLines(right, left));
  }));
});

Deno.test("ampsOn() loads the given lines and no others", () => {
  assertEquals(ampsOn(["L2"], 16), { L1: 0, L2: 16, L3: 0 });
  assertEquals(ampsOn(["L3", "L1"], 6), { L1: 6, L2: 0, L3: 6 });
  assertEquals(ampsOn([], 16), { L1: 0, L2: 0, L3: 0 });
  assertEquals(ampsOn(LINES, 32), { L1: 32, L2: 32, L3: 32 });
});

Deno.test("isLine() knows the names of the lines and no other word", () => {
  assert(LINES.every(isLine));
  for (const word of ["", "L0", "L4", "l1", "L1 ", "N", "toString"]) assert(!isLine(word), word);
});
