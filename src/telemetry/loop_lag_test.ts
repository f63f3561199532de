import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { watchLoopLag } from "./loop_lag.ts";

/** A clock whose timers come late, as where something holds the program up. */
function bench() {
  const clock = createVirtualClock();
  let lateMs = 0;
  const late = { ...clock, after: (ms: number, run: () => void) => clock.after(ms + lateMs, run) };
  const lag = watchLoopLag(late);
  const pass = async (seconds: number, lateByMs: number) => {
    lateMs = lateByMs;
    await clock.advance(seconds * 1_000);
  };
  return { lag, pass };
}

Deno.test("a program that is always in time is late for nothing", async () => {
  const { lag, pass } = bench();
  await pass(30, 0);
  assertEquals(lag.longestMs(), 0);
  lag.stop();
});

Deno.test("the longest lateness is remembered for a minute, and no longer", async () => {
  const { lag, pass } = bench();
  await pass(5, 0);
  await pass(3, 400);
  await pass(30, 0);
  assertEquals(lag.longestMs(), 400);
  await pass(40, 0);
  assertEquals(lag.longestMs(), 0);
  lag.stop();
});

Deno.test("who is late right now is late already", async () => {
  const { lag, pass } = bench();
  // The look that is under way was armed in time; the next one is not.
  await pass(1, 5_000);
  await pass(3, 5_000);
  assertEquals(lag.longestMs(), 2_000);
  lag.stop();
});
