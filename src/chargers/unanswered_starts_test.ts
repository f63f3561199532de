import { assertEquals } from "@std/assert";
import { createUnansweredStarts } from "./unanswered_starts.ts";

Deno.test("a start is waited for on its slot, until its answer is out", async () => {
  const starts = createUnansweredStarts();
  assertEquals(starts.answered(1), undefined);
  const isOut = starts.begin(1);
  const waits = starts.answered(1);
  assertEquals([waits instanceof Promise, starts.answered(2)], [true, undefined]);
  isOut();
  await waits;
  assertEquals(starts.answered(1), undefined);
});

Deno.test("the answer to an earlier start says nothing about a later one", async () => {
  const starts = createUnansweredStarts();
  const first = starts.begin(1);
  const second = starts.begin(1);
  first();
  const waits = starts.answered(1);
  assertEquals(waits instanceof Promise, true);
  second();
  await waits;
});
