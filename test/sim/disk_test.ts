import { assert, assertEquals, assertRejects } from "@std/assert";
import { createSeededIds } from "../../src/lib/ids.ts";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { put } from "../../src/lib/write.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createDisk } from "./disk.ts";

const SLOWEST_MS = 40;

function openDisk(seed = 1) {
  const clock = createVirtualClock();
  const store = createMemoryStore();
  let told = 0;
  const disk = createDisk(store, clock, createSeededIds(seed), {
    slowestMs: SLOWEST_MS,
    committed: () => told++,
  });
  const write = (value: string) => disk.commit([put("secrets", "a", value)]);
  const held = async () => (await store.load(0)).secrets.get("a");
  return { clock, disk, write, held, told: () => told };
}

Deno.test("a batch takes its time, and is told when it is there", async () => {
  const { clock, disk, write, held, told } = openDisk();
  const writing = write("1");
  await clock.advance(0.5);
  assertEquals([await held(), told(), disk.asked()], [undefined, 0, 1]);
  await clock.advance(SLOWEST_MS);
  await writing;
  assertEquals([await held(), told()], ["1", 1]);
});

Deno.test("a full disk takes nothing until it has room", async () => {
  const { clock, disk, write, held, told } = openDisk();
  disk.setFull(true);
  const refused = assertRejects(() => write("1"), Error, "full");
  await clock.advance(SLOWEST_MS);
  await refused;
  assertEquals([await held(), told()], [undefined, 0]);
  disk.setFull(false);
  const writing = write("2");
  await clock.advance(SLOWEST_MS);
  await writing;
  assertEquals(await held(), "2");
});

Deno.test("it fails at the batch that was said, and at no other", async () => {
  const { clock, disk, write } = openDisk();
  const outcomes: string[] = [];
  disk.failAt(2);
  for (const value of ["1", "2", "3"]) {
    const writing = write(value).then(() => "written", () => "failed");
    await clock.advance(SLOWEST_MS);
    outcomes.push(await writing);
  }
  assertEquals(outcomes, ["written", "failed", "written"]);
});

Deno.test("of what was being written when the power went out some is there, and nobody hears of it", async () => {
  let kept = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { clock, disk, write, held, told } = openDisk(seed);
    let isAnswered = false;
    write("1").then(() => isAnswered = true, () => isAnswered = true);
    disk.losePower();
    await clock.advance(SLOWEST_MS);
    const isHeld = await held() === "1";
    assertEquals(told(), isHeld ? 1 : 0, "the audit knows what is there");
    if (isHeld) kept++;
    else assert(!isAnswered, "what is lost is answered to nobody");
  }
  assert(kept > 5 && kept < 35, `${kept} of 40 were kept`);
});
