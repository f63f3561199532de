import { assertEquals } from "@std/assert";
import { sleep } from "./clock.ts";
import type { Log } from "./log.ts";
import { createSpawner } from "./spawn.ts";
import { createVirtualClock } from "./virtual_clock.ts";

function setUp() {
  const lines: unknown[] = [];
  const failures: unknown[] = [];
  const log: Log = (level, event, fields) => void lines.push([level, event, fields]);
  const spawn = createSpawner(log, (name, error) => failures.push([name, error]));
  return { spawn, clock: createVirtualClock(), log, lines, failures };
}

Deno.test("spawned work counts as running until it has ended", async () => {
  const { spawn, clock } = setUp();
  assertEquals(spawn.running(), 0);
  spawn("short", () => sleep(clock, 10));
  spawn("long", () => sleep(clock, 20));
  assertEquals(spawn.running(), 2);
  await clock.advance(10);
  assertEquals(spawn.running(), 1);
  await clock.advance(10);
  assertEquals([spawn.running(), clock.pending()], [0, 0]);
});

Deno.test("spawned work begins at once", async () => {
  const { spawn } = setUp();
  const order: string[] = [];
  spawn("work", () => {
    order.push("work");
    return Promise.resolve();
  });
  order.push("after spawn");
  await spawn.drain();
  assertEquals(order, ["work", "after spawn"]);
});

const broken = new RangeError("out of range");
const FAILING: readonly [how: string, work: () => Promise<unknown>][] = [
  ["rejects", () => Promise.reject(broken)],
  ["throws before it returns a promise", () => {
    throw broken;
  }],
];

for (const [how, work] of FAILING) {
  Deno.test(`work that ${how} is logged by its name and handed to onFailure, once`, async () => {
    const { spawn, lines, failures } = setUp();
    spawn("store token", work);
    await spawn.drain();
    assertEquals(failures, [["store token", broken]]);
    const error = "RangeError: out of range";
    assertEquals(lines, [["error", "background_failed", { work: "store token", error }]]);
    assertEquals(spawn.running(), 0);
  });
}

Deno.test("work that ends well is not logged", async () => {
  const { spawn, lines, failures } = setUp();
  spawn("quiet", () => Promise.resolve("value"));
  await spawn.drain();
  assertEquals([lines, failures], [[], []]);
});

Deno.test("work that fails does not touch other work", async () => {
  const { spawn, clock, failures } = setUp();
  let done = false;
  spawn("good", async () => {
    await sleep(clock, 10);
    done = true;
  });
  spawn("bad", () => Promise.reject(broken));
  await clock.advance(10);
  assertEquals([done, failures.length, spawn.running()], [true, 1, 0]);
});

Deno.test("a spawner needs nobody to hear of failures", async () => {
  const { log, lines } = setUp();
  const spawn = createSpawner(log);
  spawn("bad", () => Promise.reject(broken));
  await spawn.drain();
  assertEquals(lines.length, 1);
});

Deno.test("drain() of an idle spawner ends at once", async () => {
  await setUp().spawn.drain();
});

Deno.test("drain() waits for the last of the work", async () => {
  const { spawn, clock } = setUp();
  for (const delayMs of [30, 10, 20]) spawn("work", () => sleep(clock, delayMs));
  let drainedAtMs = -1;
  const drained = spawn.drain().then(() => drainedAtMs = clock.monoMs());
  await clock.advance(29);
  assertEquals(drainedAtMs, -1);
  await clock.advance(1);
  assertEquals(drainedAtMs, 30);
  await drained;
});

Deno.test("drain() waits for what the work spawned, however deep", async () => {
  const { spawn, clock } = setUp();
  let depth = 0;
  async function nest(): Promise<void> {
    await sleep(clock, 10);
    if (++depth < 5) spawn("nested", nest);
  }
  spawn("nested", nest);
  let drained = false;
  const draining = spawn.drain().then(() => drained = true);
  await clock.advance(49);
  assertEquals([depth, drained], [4, false]);
  await clock.advance(1);
  assertEquals([depth, drained, spawn.running()], [5, true, 0]);
  await draining;
});

Deno.test("drain() ends well though work fails meanwhile", async () => {
  const { spawn, clock, failures } = setUp();
  spawn("bad", async () => {
    await sleep(clock, 10);
    throw broken;
  });
  const drained = spawn.drain();
  await clock.advance(10);
  await drained;
  assertEquals(failures.length, 1);
});
