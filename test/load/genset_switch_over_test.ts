/**
 * The grid fails and a diesel generator takes over, and back: frequent where grids are weak. The generator
 * carries less; its limit holds within a decision, through a restart, and no overcurrent device trips.
 */
import { assert, assertEquals } from "@std/assert";
import { LINES } from "../../src/site/mod.ts";
import { type LoadSite, openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const GENSET_AMPS = 40;

async function feed(site: LoadSite, source: string): Promise<void> {
  const outcome = site.gateway().web.commands.switchSource("grid", source, "ats");
  await site.pass(1);
  assertEquals((await outcome).kind, "accepted");
}

Deno.test("a genset takes over: within 15 s no more flows than it carries, through a restart, and back", async () => {
  const site = await openLoadSite({
    circuits: [{
      id: "grid",
      limitAmps: 80,
      worstAmps: 16,
      yaml: { sources: { genset: { limit: GENSET_AMPS } } },
    }],
    chargers: chargers(4),
  });
  site.house("grid", 10);
  for (let n = 1; n <= 4; n++) site.plug(n, undefined, { timeLapse: 0.01 });
  await site.pass(180);
  assert(site.flow("grid").L1 > 70, `full before: ${site.flow("grid").L1} A`);
  const holds = () => {
    const flow = site.flow("grid");
    assert(LINES.every((line) => flow[line] <= GENSET_AMPS), JSON.stringify(flow));
  };
  for (let round = 0; round < 2; round++) {
    await feed(site, "genset");
    await site.pass(14);
    holds();
    assertEquals(site.gateway().web.views.circuits()[0]?.source, "genset");
    await site.pass(120, holds);
    assert(site.offers().every((amps) => amps >= 6), `nobody has to wait: ${site.offers()}`);
    if (round === 0) {
      site.kill();
      await site.pass(20, holds);
      await site.start();
      await site.pass(120, holds);
      assertEquals(site.gateway().web.views.circuits()[0]?.limitAmps, GENSET_AMPS);
    }
    await feed(site, "grid");
    await site.pass(180);
    assert(site.flow("grid").L1 > 70, `full again: ${site.flow("grid").L1} A`);
  }
  await site.end();
});
