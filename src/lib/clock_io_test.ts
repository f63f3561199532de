import { assert, assertEquals } from "@std/assert";
import { createSystemClock } from "./clock_io.ts";

const DAY_MS = 86_400_000;
const TIMER_LIMIT_MS = 2 ** 31 - 1;

/** The runtime's timers while a test holds them: it sees their delays and says when they fire. */
interface HeldTimers {
  delaysMs(): readonly number[];
  /** Fires the timer that waits; there must be just one. */
  fire(): void;
}

function withHeldTimers(work: (timers: HeldTimers) => void): void {
  const { setTimeout, clearTimeout } = globalThis;
  const waiting = new Map<number, { readonly run: () => void; readonly delayMs: number }>();
  let last = 0;
  Object.assign(globalThis, {
    setTimeout(run: () => void, delayMs = 0) {
      waiting.set(++last, { run, delayMs });
      return last;
    },
    clearTimeout: (timer: number) => waiting.delete(timer),
  });
  try {
    work({
      delaysMs: () => [...waiting.values()].map(({ delayMs }) => delayMs),
      fire() {
        const [[timer, { run }] = [0, { run: () => {} }], ...others] = waiting;
        assertEquals(others, []);
        waiting.delete(timer);
        run();
      },
    });
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}

Deno.test("the system clock tells the machine's time", () => {
  const clock = createSystemClock();
  const beforeMs = Date.now();
  const wallMs = clock.wallMs();
  assert(wallMs >= beforeMs && wallMs <= Date.now());
  const startMs = performance.now();
  const monoMs = clock.monoMs();
  assert(monoMs >= startMs && monoMs <= performance.now());
});

Deno.test("the system clock runs a timer once", async () => {
  let runs = 0;
  await new Promise<void>((resolve) => {
    createSystemClock().after(0, () => {
      runs++;
      resolve();
    });
  });
  assertEquals(runs, 1);
});

Deno.test("the system clock hands the delay to the runtime, and nothing below zero", () => {
  withHeldTimers((timers) => {
    const clock = createSystemClock();
    for (const delayMs of [250, 0, -5, TIMER_LIMIT_MS]) {
      const cancel = clock.after(delayMs, () => {});
      assertEquals(timers.delaysMs(), [Math.max(0, delayMs)]);
      cancel();
    }
  });
});

Deno.test("the system clock forgets a timer that was cancelled", () => {
  withHeldTimers((timers) => {
    const cancel = createSystemClock().after(250, () => {});
    cancel();
    assertEquals(timers.delaysMs(), []);
  });
});

Deno.test("the system clock waits sixty days although the runtime's timers take fewer", () => {
  withHeldTimers((timers) => {
    let runs = 0;
    let waitedMs = 0;
    createSystemClock().after(60 * DAY_MS, () => runs++);
    for (const count of [1, 2, 3]) {
      const [delayMs = 0] = timers.delaysMs();
      assert(delayMs <= TIMER_LIMIT_MS);
      waitedMs += delayMs;
      timers.fire();
      assertEquals(runs, count === 3 ? 1 : 0);
    }
    assertEquals([waitedMs, timers.delaysMs()], [60 * DAY_MS, []]);
  });
});

Deno.test("a long wait can be cancelled in any part of it", () => {
  withHeldTimers((timers) => {
    const cancel = createSystemClock().after(60 * DAY_MS, () => {});
    timers.fire();
    assertEquals(timers.delaysMs().length, 1);
    cancel();
    assertEquals(timers.delaysMs(), []);
  });
});
