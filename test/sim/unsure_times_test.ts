import { assertEquals } from "@std/assert";
import { createUnsureTimes } from "./unsure_times.ts";

const OFF_MS = -300_000;
const begin = (atMs: number, isLive: boolean, clockOffMs = 0) => ({ atMs, isLive, clockOffMs });
const [FIRST, SECOND, THIRD] = [{ run: 1 }, { run: 2 }, { run: 3 }];

Deno.test("unsure times: while the gateway knows the time every session can be told right", () => {
  const times = createUnsureTimes();
  for (let s = 0; s < 100; s++) times.look(s * 1_000, s > 40 && s < 50 ? null : FIRST, 0);
  assertEquals(times.boundMs(begin(45_000, false)), 0);
  assertEquals(times.boundMs(begin(60_000, true)), 0);
});

Deno.test("unsure times: a clock that jumps while the gateway runs makes nothing unsure", () => {
  const times = createUnsureTimes();
  times.look(0, FIRST, 0);
  times.look(1_000, FIRST, 3_600_000);
  times.look(2_000, FIRST, 3_600_000);
  assertEquals(times.boundMs(begin(1_500, false)), 0);
});

Deno.test("unsure times: a run that learns the time puts right what it saw, not what happened unseen", () => {
  const times = createUnsureTimes();
  times.look(0, FIRST, 0);
  times.look(1_000, null, 0);
  times.look(10_000, SECOND, OFF_MS);
  times.look(20_000, SECOND, 0);
  assertEquals(times.boundMs(begin(15_000, true)), 0);
  assertEquals(times.boundMs(begin(15_000, false)), 20_000);
  assertEquals(times.boundMs(begin(5_000, false)), 20_000);
  assertEquals(times.boundMs(begin(21_000, false)), 0);
});

Deno.test("unsure times: a run that ends before it learns the time leaves its sessions unsure", () => {
  const times = createUnsureTimes();
  times.look(0, FIRST, 0);
  times.look(10_000, SECOND, OFF_MS);
  times.look(30_000, null, 0);
  times.look(40_000, THIRD, OFF_MS);
  times.look(60_000, THIRD, 0);
  assertEquals(times.boundMs(begin(15_000, true)), 60_000);
  assertEquals(times.boundMs(begin(45_000, true)), 0, "the third run has learnt it");
  assertEquals(times.boundMs(begin(45_000, true, OFF_MS + 20_000)), 0, "a charger went by it");
  assertEquals(
    times.boundMs(begin(45_000, true, OFF_MS / 2)),
    60_000,
    "by what the second told it",
  );
  assertEquals(times.boundMs(begin(35_000, false)), 60_000);
});

Deno.test("unsure times: a run that starts with the right time ends the doubt", () => {
  const times = createUnsureTimes();
  times.look(0, FIRST, 0);
  times.look(10_000, SECOND, OFF_MS);
  times.look(30_000, null, 0);
  times.look(40_000, THIRD, 5_000);
  assertEquals(times.boundMs(begin(20_000, true)), 40_000);
  assertEquals(times.boundMs(begin(41_000, true)), 0);
});
