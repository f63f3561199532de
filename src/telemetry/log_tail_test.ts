import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createLogTail } from "./log_tail.ts";

Deno.test("the newest lines are kept, newest first, as many as have room", () => {
  const tail = createLogTail(10);
  for (const line of ["aaaa", "bbbb", "cccc"]) tail.push(line);
  assertEquals(tail.lines(), ["cccc", "bbbb"]);
});

Deno.test("a line that is very long is cut", () => {
  const tail = createLogTail(100_000);
  tail.push("x".repeat(50_000));
  assertEquals(tail.lines()[0]?.length, 4_096);
});

Deno.test("whatever is written, what is kept is the end of it and fits", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 40 }), { maxLength: 200 }),
      fc.integer({ min: 0, max: 400 }),
      (lines, room) => {
        const tail = createLogTail(room);
        for (const line of lines) tail.push(line);
        const kept = tail.lines().toReversed();
        assertEquals(kept, lines.slice(lines.length - kept.length));
        const length = (some: readonly string[]) => some.join("").length;
        assertEquals(length(kept) <= room, true);
        // No more was let go of than had to be.
        const before = lines.at(-kept.length - 1);
        if (before !== undefined) assertEquals(length([before, ...kept]) > room, true);
      },
    ),
    { numRuns: 500 },
  );
});
