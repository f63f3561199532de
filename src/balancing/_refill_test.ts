import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { refill } from "./_refill.ts";

Deno.test("refill() holds what a filter finds, whatever the list held before", () => {
  const list: number[] = [];
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 5 }), (from, divisor) => {
      const isMeant = (one: number) => one % divisor === 0;
      assertStrictEquals(refill(list, from, isMeant), list);
      assertEquals(list, from.filter(isMeant));
    }),
    { numRuns: 500 },
  );
});
