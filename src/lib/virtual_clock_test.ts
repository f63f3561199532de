import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { createVirtualClock } from "./virtual_clock.ts";

const START_MS = Date.UTC(2026, 0, 5, 6);

Deno.test("a virtual clock stands still until it is told to move", async () => {
  const clock = createVirtualClock(START_MS);
  let fired = false;
  clock.after(0, () => fired = true);
  await clock.settle();
  assertEquals([clock.wallMs(), clock.monoMs(), fired], [START_MS, 0, false]);
});

Deno.test("a virtual clock starts on a working day in the morning unless told otherwise", () => {
  assertEquals(new Date(createVirtualClock().wallMs()).toISOString(), "2026-01-05T06:00:00.000Z");
  assertEquals(createVirtualClock(42).wallMs(), 42);
});

Deno.test("advance() runs timers in the order of their times, and of their creation", async () => {
  const delays = fc.array(fc.integer({ min: -3, max: 20 }), { maxLength: 30 });
  await fc.assert(fc.asyncProperty(delays, async (delaysMs) => {
    const clock = createVirtualClock();
    const fired: (readonly [number, number])[] = [];
    delaysMs.forEach((delayMs, index) => {
      clock.after(delayMs, () => fired.push([clock.monoMs(), index]));
    });
    await clock.advance(20);
    const expected = delaysMs
      .map((delayMs, index) => [Math.max(0, delayMs), index] as const)
      .toSorted(([a, i], [b, j]) => a - b || i - j);
    assertEquals(fired, expected);
    assertEquals([clock.pending(), clock.monoMs()], [0, 20]);
  }));
});

Deno.test("advance() in many pieces does what one piece does", async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 15 });
  const pieces = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 });
  await fc.assert(fc.asyncProperty(delays, pieces, async (delaysMs, piecesMs) => {
    const run = async (stepsMs: readonly number[]) => {
      const clock = createVirtualClock();
      const fired: string[] = [];
      delaysMs.forEach((delayMs, index) => {
        clock.after(delayMs, () => fired.push(`${index}@${clock.monoMs()}`));
      });
      for (const stepMs of stepsMs) await clock.advance(stepMs);
      return { fired, pending: clock.pending(), nowMs: clock.monoMs() };
    };
    const wholeMs = piecesMs.reduce((sum, each) => sum + each, 0);
    assertEquals(await run(piecesMs), await run([wholeMs]));
  }));
});

Deno.test("advance() runs what is due at its very end, and leaves what is due a moment later", async () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  clock.after(100, () => fired.push("at the end"));
  clock.after(101, () => fired.push("later"));
  await clock.advance(100);
  assertEquals([fired, clock.pending()], [["at the end"], 1]);
  await clock.advance(1);
  assertEquals([fired, clock.pending()], [["at the end", "later"], 0]);
});

Deno.test("advance() runs timers that timers started, if they are due in time", async () => {
  const clock = createVirtualClock();
  const fired: number[] = [];
  const again = () => {
    fired.push(clock.monoMs());
    clock.after(30, again);
  };
  clock.after(30, again);
  await clock.advance(100);
  assertEquals([fired, clock.pending()], [[30, 60, 90], 1]);
});

Deno.test("advance() runs timers that promises started between two timers", async () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  const slow = async () => {
    for (let turn = 0; turn < 1_000; turn++) await Promise.resolve();
    clock.after(5, () => fired.push(`after the promises @${clock.monoMs()}`));
  };
  let work = Promise.resolve();
  clock.after(10, () => work = slow());
  clock.after(20, () => fired.push("second"));
  await clock.advance(20);
  await work;
  assertEquals(fired, ["after the promises @15", "second"]);
});

Deno.test("a cancelled timer never runs, not even when one of the same moment cancels it", async () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  const cancelEarly = clock.after(10, () => fired.push("early"));
  clock.after(20, () => cancelTwin());
  const cancelTwin = clock.after(20, () => fired.push("twin"));
  cancelEarly();
  assertEquals(clock.pending(), 2);
  await clock.advance(50);
  assertEquals([fired, clock.pending()], [[], 0]);
});

Deno.test("cancelling a timer that has run takes no other one away", async () => {
  const clock = createVirtualClock();
  let fired = 0;
  const cancel = clock.after(10, () => fired++);
  clock.after(20, () => fired++);
  await clock.advance(10);
  cancel();
  cancel();
  assertEquals(clock.pending(), 1);
  await clock.advance(10);
  assertEquals(fired, 2);
});

Deno.test("step() runs just the next timer, however far away", async () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  const weekMs = 7 * 24 * 3_600_000;
  clock.after(weekMs, () => fired.push("week"));
  clock.after(5, () => fired.push("soon"));
  assertEquals([await clock.step(), fired, clock.monoMs()], [true, ["soon"], 5]);
  assertEquals([await clock.step(), fired, clock.monoMs()], [true, ["soon", "week"], weekMs]);
  assertEquals([await clock.step(), clock.monoMs()], [false, weekMs]);
});

Deno.test("step() runs one of two timers of the same moment", async () => {
  const clock = createVirtualClock();
  const fired: number[] = [];
  clock.after(5, () => fired.push(1));
  clock.after(5, () => fired.push(2));
  await clock.step();
  assertEquals([fired, clock.pending()], [[1], 1]);
});

Deno.test("settle() lets them end also where a CommonJS package has been loaded", async () => {
  await import("ajv");
  const clock = createVirtualClock();
  let isOver = false;
  async function chain(): Promise<void> {
    for (let link = 0; link < 20; link++) await null;
    isOver = true;
  }
  const chained = chain();
  await clock.settle();
  assertEquals(isOver, true);
  await chained;
});

Deno.test("settle() lets long chains of promises run to their end without moving time", async () => {
  const clock = createVirtualClock();
  let turns = 0;
  const chain = (async () => {
    while (turns < 10_000) {
      await Promise.resolve();
      turns++;
    }
  })();
  await clock.settle();
  assertEquals([turns, clock.monoMs()], [10_000, 0]);
  await chain;
});

Deno.test("the wall clock can be set forth and back; waiting is not affected", async () => {
  const clock = createVirtualClock(START_MS);
  const fired: number[] = [];
  clock.after(1_000, () => fired.push(clock.monoMs()));
  await clock.advance(400);
  for (const wallMs of [START_MS + 86_400_000, START_MS - 3_600_000, 0]) {
    clock.setWall(wallMs);
    assertEquals([clock.wallMs(), clock.monoMs()], [wallMs, 400]);
  }
  await clock.advance(600);
  assertEquals([fired, clock.wallMs(), clock.monoMs()], [[1_000], 600, 1_000]);
});

Deno.test("monotonic time never goes back, whatever happens", async () => {
  const acts = fc.array(fc.oneof(
    fc.record({ kind: fc.constant("advance"), ms: fc.integer({ min: -50, max: 50 }) }),
    fc.record({ kind: fc.constant("after"), ms: fc.integer({ min: -50, max: 50 }) }),
    fc.record({ kind: fc.constant("wall"), ms: fc.integer({ min: 0, max: 1e12 }) }),
    fc.record({ kind: fc.constant("step"), ms: fc.constant(0) }),
  ));
  await fc.assert(fc.asyncProperty(acts, async (steps) => {
    const clock = createVirtualClock();
    let lastMs = 0;
    const look = () => {
      assert(clock.monoMs() >= lastMs, `${clock.monoMs()} after ${lastMs}`);
      lastMs = clock.monoMs();
    };
    for (const { kind, ms } of steps) {
      if (kind === "advance") await clock.advance(ms);
      if (kind === "after") clock.after(ms, look);
      if (kind === "wall") clock.setWall(ms);
      if (kind === "step") await clock.step();
      look();
    }
  }));
});

Deno.test("wall time is in whole milliseconds even where timers are not", async () => {
  const clock = createVirtualClock(START_MS);
  clock.after(0.4, () => {});
  await clock.step();
  assertEquals([clock.wallMs(), clock.monoMs()], [START_MS, 0.4]);
});

Deno.test("advance() rejects with what a timer throws, and can go on afterwards", async () => {
  const clock = createVirtualClock();
  let later = false;
  clock.after(10, () => {
    throw new Error("broken");
  });
  clock.after(20, () => later = true);
  await assertRejects(() => clock.advance(50), Error, "broken");
  assertEquals([clock.monoMs(), clock.pending()], [10, 1]);
  await clock.advance(10);
  assertEquals([later, clock.pending()], [true, 0]);
});
