import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { put } from "../../src/lib/write.ts";
import { createSocketPair } from "../../src/simulator/mod.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createSettableClock, createStepCutter } from "./power.ts";

const BATCH = [put("secrets", "a", "1")];

/** What is left of one batch, one question and one text when the power goes out at the n-th step. */
async function cutAt(steps: number) {
  const clock = createVirtualClock();
  const store = createMemoryStore();
  let cuts = 0;
  const cutter = createStepCutter(() => cuts++);
  const disk = cutter.disk(store);
  const { near, far } = createSocketPair(clock);
  const heard: string[] = [];
  far.listen({ message: (text) => void heard.push(text), alive() {}, closed() {} });
  let known = "nothing";
  cutter.arm(steps);
  const work = async () => {
    await disk.commit(BATCH);
    known = "that it is written";
    await disk.rows([1]);
    known = "what it asked";
    cutter.connection(near).send("hello");
  };
  work().catch(() => {});
  await clock.advance(100);
  const isWritten = (await store.load(0)).secrets.size === 1;
  return { cuts, isWritten, known, heard };
}

Deno.test("the power goes out before a batch, after it, before a question, after it, before a text", async () => {
  const before = { cuts: 1, heard: [] };
  assertEquals(await cutAt(1), { ...before, isWritten: false, known: "nothing" });
  assertEquals(await cutAt(2), { ...before, isWritten: true, known: "nothing" });
  assertEquals(await cutAt(3), { ...before, isWritten: true, known: "that it is written" });
  assertEquals(await cutAt(4), { ...before, isWritten: true, known: "that it is written" });
  assertEquals(await cutAt(5), { ...before, isWritten: true, known: "what it asked" });
  assertEquals(await cutAt(6), {
    cuts: 0,
    heard: ["hello"],
    isWritten: true,
    known: "what it asked",
  });
});

Deno.test("it goes out once, and not at all when it was disarmed", async () => {
  let cuts = 0;
  const cutter = createStepCutter(() => cuts++);
  const disk = cutter.disk(createMemoryStore());
  cutter.arm(1);
  cutter.disarm();
  await disk.commit(BATCH);
  assertEquals(cuts, 0);
  cutter.arm(3);
  await disk.commit(BATCH);
  disk.commit(BATCH).catch(() => {});
  await disk.commit(BATCH);
  await disk.commit(BATCH);
  assertEquals(cuts, 1);
});

Deno.test("a clock that is set wrong waits as long as before", async () => {
  const clock = createVirtualClock(1_000_000);
  const { clock: wrong, set } = createSettableClock(clock);
  let atWallMs = 0;
  wrong.after(500, () => atWallMs = wrong.wallMs());
  set(-3_600_000);
  assertEquals([wrong.wallMs(), wrong.monoMs()], [1_000_000 - 3_600_000, 0]);
  await clock.advance(500);
  assertEquals(atWallMs, 1_000_500 - 3_600_000);
  set(0);
  assertEquals(wrong.wallMs(), 1_000_500);
});
