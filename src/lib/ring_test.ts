import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createRing } from "./ring.ts";

Deno.test("a ring holds the newest items, oldest first, whatever was pushed", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 9 }),
    fc.array(fc.integer(), { maxLength: 60 }),
    (capacity, pushed) => {
      const ring = createRing<number>(capacity);
      pushed.forEach((item, index) => {
        ring.push(item);
        assertEquals(ring.items(), pushed.slice(0, index + 1).slice(-capacity));
      });
    },
  ));
});

Deno.test("a ring is empty at first and after clear(), and can be filled again", () => {
  const ring = createRing<string>(2);
  assertEquals(ring.items(), []);
  for (const item of ["a", "b", "c"]) ring.push(item);
  ring.clear();
  assertEquals(ring.items(), []);
  ring.push("d");
  assertEquals(ring.items(), ["d"]);
});

Deno.test("items() is a copy: later pushes do not change what was read", () => {
  const ring = createRing<number>(3);
  ring.push(1);
  const before = ring.items();
  ring.push(2);
  assertEquals(before, [1]);
});

for (const capacity of [0, -1, 0.5, NaN]) {
  Deno.test(`createRing() refuses a capacity of ${capacity}`, () => {
    assertThrows(
      () => createRing(capacity),
      RangeError,
      `Cannot create ring: capacity ${capacity}`,
    );
  });
}
