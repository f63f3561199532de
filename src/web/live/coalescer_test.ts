import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import { createCoalescer } from "./coalescer.ts";

function setUp() {
  const clock = createVirtualClock();
  const told: [number, readonly string[]][] = [];
  const coalescer = createCoalescer<string>(clock, 250, (subjects) => {
    told.push([clock.monoMs(), subjects]);
  });
  const touch = (...keys: string[]) => keys.forEach((key) => coalescer.touch(key, key));
  return { clock, told, touch, coalescer };
}

Deno.test("coalescer tells the first change after a quiet time at once", async () => {
  const { clock, told, touch } = setUp();
  touch("a");
  assertEquals(told, []);
  await clock.advance(0);
  assertEquals(told, [[0, ["a"]]]);
});

Deno.test("coalescer tells a subject that changes all the time four times a second", async () => {
  const { clock, told, touch } = setUp();
  for (let count = 0; count < 99; count++) {
    touch("a");
    await clock.advance(10);
  }
  assertEquals(told.map(([atMs]) => atMs), [0, 250, 500, 750]);
  await clock.advance(250);
  assertEquals(told.map(([atMs]) => atMs).at(-1), 1_000);
});

Deno.test("coalescer tells each subject once, with its newest value", async () => {
  const { clock, told, coalescer } = setUp();
  coalescer.touch("a", "old");
  coalescer.touch("b", "b");
  coalescer.touch("a", "new");
  await clock.advance(1_000);
  assertEquals(told, [[0, ["new", "b"]]]);
});

Deno.test("coalescer is silent after close() and leaves no timer", async () => {
  const { clock, told, touch, coalescer } = setUp();
  touch("a");
  coalescer.close();
  await clock.advance(1_000);
  assertEquals(told, []);
  assertEquals(clock.pending(), 0);
});

Deno.test("coalescer waits as long as it is told each time", async () => {
  const clock = createVirtualClock();
  let intervalMs = 250;
  const toldMs: number[] = [];
  const coalescer = createCoalescer<string>(clock, () => intervalMs, () => {
    toldMs.push(clock.monoMs());
    intervalMs = 900;
  });
  for (let count = 0; count < 20; count++) {
    coalescer.touch("a", "a");
    await clock.advance(100);
  }
  coalescer.close();
  assertEquals(toldMs.map((each) => each - (toldMs[0] ?? 0)), [0, 900, 1_800]);
});
