import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { every, isoTime, sleep, TIMED_OUT, within } from "./clock.ts";
import { createVirtualClock } from "./virtual_clock.ts";

/** What became of a promise so far, without waiting for it. */
function watch<T>(promise: Promise<T>): { readonly outcome: () => unknown } {
  let outcome: unknown = "open";
  promise.then((value) => outcome = value, (error) => outcome = error);
  return { outcome: () => outcome };
}

/** A signal that counts who waits for its abort, so that a forgotten listener shows. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...[type, listener, options]: Parameters<typeof add>) => {
    if (type === "abort") waiting.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (...[type, listener, options]: Parameters<typeof remove>) => {
    if (type === "abort") waiting.delete(listener);
    remove(type, listener, options);
  };
  return { signal, abort: () => controller.abort(), waiting: () => waiting.size };
}

// sleep

Deno.test("sleep() ends when its time is over, and not before", async () => {
  const clock = createVirtualClock();
  const slept = watch(sleep(clock, 1_000));
  await clock.advance(999);
  assertEquals(slept.outcome(), "open");
  await clock.advance(1);
  assertEquals(slept.outcome(), "elapsed");
  assertEquals(clock.pending(), 0);
});

Deno.test("sleep() ends at once when its signal aborts, and takes its timer along", async () => {
  const clock = createVirtualClock();
  const abort = new AbortController();
  const slept = watch(sleep(clock, 1_000, abort.signal));
  await clock.advance(400);
  abort.abort();
  assertEquals(clock.pending(), 0);
  await clock.settle();
  assertEquals(slept.outcome(), "aborted");
  assertEquals(clock.monoMs(), 400);
});

Deno.test("sleep() on a signal that has aborted already starts no timer", async () => {
  const clock = createVirtualClock();
  assertEquals(await sleep(clock, 1_000, AbortSignal.abort()), "aborted");
  assertEquals(clock.pending(), 0);
});

Deno.test("sleep() that elapsed leaves no listener on its signal", async () => {
  const clock = createVirtualClock();
  const counted = countedSignal();
  const slept = watch(sleep(clock, 10, counted.signal));
  assertEquals(counted.waiting(), 1);
  await clock.advance(10);
  assertEquals([slept.outcome(), counted.waiting()], ["elapsed", 0]);
  counted.abort();
  await clock.settle();
  assertEquals(slept.outcome(), "elapsed");
});

Deno.test("an abort wakes every sleeper of the signal and no other", async () => {
  const clock = createVirtualClock();
  const abort = new AbortController();
  const sleepers = [10, 20, 30].map((delayMs) => watch(sleep(clock, delayMs, abort.signal)));
  const other = watch(sleep(clock, 25));
  await clock.advance(15);
  abort.abort();
  await clock.settle();
  assertEquals(sleepers.map(({ outcome }) => outcome()), ["elapsed", "aborted", "aborted"]);
  assertEquals([other.outcome(), clock.pending()], ["open", 1]);
  await clock.advance(10);
  assertEquals([other.outcome(), clock.pending()], ["elapsed", 0]);
});

Deno.test("sleep() of no time still waits for its turn", async () => {
  const clock = createVirtualClock();
  const slept = watch(sleep(clock, 0));
  await clock.settle();
  assertEquals(slept.outcome(), "open");
  await clock.advance(0);
  assertEquals(slept.outcome(), "elapsed");
});

// within

Deno.test("within() hands the value through and cancels its timer", async () => {
  const clock = createVirtualClock();
  assertEquals(await within(clock, 1_000, Promise.resolve("answer")), "answer");
  assertEquals(clock.pending(), 0);
});

Deno.test("within() hands an error through and cancels its timer", async () => {
  const clock = createVirtualClock();
  const failing = Promise.reject(new RangeError("no"));
  await assertRejects(() => within(clock, 1_000, failing), RangeError, "no");
  assertEquals(clock.pending(), 0);
});

Deno.test("within() says TIMED_OUT at its limit, and not before", async () => {
  const clock = createVirtualClock();
  const waiting = watch(within(clock, 1_000, new Promise(() => {})));
  await clock.advance(999);
  assertEquals(waiting.outcome(), "open");
  await clock.advance(1);
  assertEquals([waiting.outcome(), clock.pending()], [TIMED_OUT, 0]);
});

Deno.test("within() takes an answer that comes just before the limit", async () => {
  const clock = createVirtualClock();
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = watch(within(clock, 1_000, promise));
  clock.after(999, () => resolve("answer"));
  await clock.advance(5_000);
  assertEquals([waiting.outcome(), clock.pending()], ["answer", 0]);
});

Deno.test("within() ignores a value that comes after the limit", async () => {
  const clock = createVirtualClock();
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = watch(within(clock, 10, promise));
  await clock.advance(10);
  resolve("late");
  await clock.settle();
  assertEquals(waiting.outcome(), TIMED_OUT);
});

Deno.test("within() swallows an error that comes after the limit", async () => {
  // An unhandled rejection would fail this test, and end the gateway.
  const clock = createVirtualClock();
  const { promise, reject } = Promise.withResolvers<string>();
  const waiting = watch(within(clock, 10, promise));
  await clock.advance(10);
  reject(new Error("late"));
  await clock.settle();
  assertEquals(waiting.outcome(), TIMED_OUT);
});

// every

Deno.test("every() calls once a period, first after one", async () => {
  const clock = createVirtualClock();
  const calls: number[] = [];
  const stop = every(clock, 100, () => calls.push(clock.monoMs()));
  assertEquals(calls, []);
  await clock.advance(350);
  assertEquals(calls, [100, 200, 300]);
  stop();
  assertEquals(clock.pending(), 0);
  await clock.advance(1_000);
  assertEquals(calls.length, 3);
});

Deno.test("every() can be stopped from within its own call", async () => {
  const clock = createVirtualClock();
  let calls = 0;
  const stop = every(clock, 100, () => {
    calls++;
    stop();
  });
  await clock.advance(1_000);
  assertEquals([calls, clock.pending()], [1, 0]);
});

Deno.test("every() goes on after a call that threw", async () => {
  const clock = createVirtualClock();
  let calls = 0;
  const stop = every(clock, 100, () => {
    calls++;
    if (calls === 1) throw new Error("first");
  });
  await assertRejects(() => clock.advance(100), Error, "first");
  await clock.advance(100);
  assertEquals(calls, 2);
  stop();
  assertEquals(clock.pending(), 0);
});

Deno.test("every() may be stopped twice", async () => {
  const clock = createVirtualClock();
  const stop = every(clock, 100, () => {});
  const other = watch(sleep(clock, 50));
  stop();
  stop();
  await clock.advance(50);
  assertEquals([other.outcome(), clock.pending()], ["elapsed", 0]);
});

// isoTime

const TIMES: readonly [wallMs: number, text: string][] = [
  [0, "1970-01-01T00:00:00.000Z"],
  [Date.UTC(2026, 1, 28, 23, 59, 59, 7), "2026-02-28T23:59:59.007Z"],
  [1_700_000_000_123.9, "2023-11-14T22:13:20.123Z"],
];

for (const [wallMs, text] of TIMES) {
  Deno.test(`isoTime() writes ${wallMs} as ${text}`, () => assertEquals(isoTime(wallMs), text));
}

Deno.test("isoTime() writes what Date.parse() reads back", () => {
  const wallMs = createVirtualClock().wallMs();
  assertEquals(Date.parse(isoTime(wallMs)), wallMs);
  assert(isoTime(wallMs).endsWith("Z"));
});

Deno.test("isoTime() refuses what is no time", () => {
  assertThrows(() => isoTime(NaN), RangeError);
});
