/**
 * The whole gateway among simulated chargers, meter and CSMS, on virtual time, from a seed. What goes
 * wrong is drawn from the seed as well. A seed that fails prints its story.
 */
import { assert, assertEquals } from "@std/assert";
import { checkBooks, checkOutbox } from "./checkers.ts";
import { healAll } from "./faults.ts";
import { runSeed } from "./run_seed.ts";
import { createWorld, type World } from "./world.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const SECONDS = 1_800;

for (const seed of SEEDS) {
  Deno.test(`seed ${seed}: fuses hold, books agree, nothing is left behind`, async () => {
    const { findings, sessions, faults, story } = await runSeed(seed, SECONDS);
    assertEquals(findings, [], `faults: ${faults.join(", ")}\n${story.slice(-60).join("\n")}`);
    assert(sessions > 10, "hardly anybody charged");
  });
}

Deno.test("the same seed tells the same story", async () => {
  const [first, second] = [await runSeed(7, 300), await runSeed(7, 300)];
  assertEquals(first.story, second.story);
});

async function pass(world: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) await world.clock.advance(1_000);
}

Deno.test("the checkers see what has not been told, and are content when it has", async () => {
  const world = await createWorld(1);
  world.site.open();
  await pass(world, 60);
  world.site.csms.setDown(true);
  await pass(world, 900);
  assert(checkBooks(world).length > 0, "sessions without CSMS");
  assert(checkOutbox(world).length > 0, "records that wait");
  await healAll(world);
  await pass(world, 900);
  assertEquals([checkBooks(world), checkOutbox(world)], [[], []]);
  assertEquals(await world.close(), 0);
});
