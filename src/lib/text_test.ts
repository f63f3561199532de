import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { clip, detached, markOf } from "./text.ts";

const CASES: readonly [text: string, limit: number, clipped: string][] = [
  ["", 0, ""],
  ["", 5, ""],
  ["charger", 7, "charger"],
  ["charger", 8, "charger"],
  ["charger", 6, "charge"],
  ["charger", 0, ""],
  ["charger", -1, ""],
  ["⚡ok", 1, "⚡"],
  ["ab🔌", 4, "ab🔌"],
  ["ab🔌", 3, "ab"],
  ["🔌🔌", 2, "🔌"],
  ["🔌🔌", 3, "🔌"],
  ["🔌", 1, ""],
  // The first and the last character that take two units.
  ["a\u{10000}", 2, "a"],
  ["a\u{10FFFF}", 2, "a"],
];

for (const [text, limit, clipped] of CASES) {
  Deno.test(`clip() leaves "${clipped}" of "${text}" within ${limit}`, () => {
    assertEquals(clip(text, limit), clipped);
  });
}

Deno.test("clip() gives the longest start that fits and is whole", () => {
  const texts = fc.string({ unit: "binary" });
  fc.assert(fc.property(texts, fc.integer({ min: -2, max: 12 }), (text, limit) => {
    const clipped = clip(text, limit);
    assert(text.startsWith(clipped));
    assert(clipped.length <= Math.max(0, limit));
    assert(clipped.isWellFormed());
    const next = [...text.slice(clipped.length)][0];
    assert(
      next === undefined || clipped.length + next.length > limit,
      "one more would have fitted",
    );
  }));
});

Deno.test("markOf() marks the same text the same, and others otherwise", () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => `{"value":"${index}"}`);
  assertEquals(new Set(texts.map(markOf)).size, texts.length);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(markOf(text), markOf(`${text}`));
    assertNotEquals(markOf(text), markOf(`${text} `));
  }));
});

Deno.test("what clip() leaves does not hold the memory of what it was cut from", () => {
  const kept: string[] = [];
  const beforeBytes = Deno.memoryUsage().heapUsed;
  for (let number = 0; number < 500; number++) {
    // As it comes off a wire: one piece.
    const frame: string = JSON.parse(`"${String(number).padEnd(1_000_000, "x")}"`);
    kept.push(clip(frame, 50));
  }
  const heldBytes = Deno.memoryUsage().heapUsed - beforeBytes;
  assert(heldBytes < 250_000_000, `${kept.length} short texts hold ${heldBytes} bytes`);
});

Deno.test("detached() changes nothing, halves of characters and zeros included", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(detached(text), text);
  }));
  for (const text of ["\ud800", "\udc00a", "\u0000", '"\\']) assertEquals(detached(text), text);
});
