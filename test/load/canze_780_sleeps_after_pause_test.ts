/**
 * CanZE #780, OpenEVSE #333, #512: an EV that was paused sleeps and does not begin again when it may. It is
 * told again, then the end of a short offer wakes it; one that nothing wakes is told of, and keeps no
 * current from others.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EV_MODELS, type EvModel } from "../../src/simulator/mod.ts";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const SLEEPY: EvModel = { ...EV_MODELS.threePhase11kW, name: "sleepy", sleepsAfterMs: 120_000 };
const DEAF: EvModel = { ...SLEEPY, name: "deaf", wakesBy: "pilot-break" };
const ENDLESS = { soc: 0.1, timeLapse: 0.01 };

/** Two EVs are paused by a building that takes everything for five minutes. */
async function afterBuilding(first: EvModel) {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 40, worstAmps: 39, substituteAmps: 39 }],
    chargers: chargers(2, { failSafeAmps: 0 }),
  });
  site.house("grid", 6);
  site.plug(1, first, ENDLESS);
  site.plug(2, EV_MODELS.threePhase11kW, ENDLESS);
  await site.pass(300);
  site.house("grid", 38);
  await site.pass(300);
  assertEquals(site.offers(), [0, 0]);
  site.house("grid", 6);
  return site;
}

const reasonOf = (site: Awaited<ReturnType<typeof afterBuilding>>, n: number) =>
  site.gateway().web.views.evse(n)?.reason ?? "";

Deno.test("CanZE #780: an EV that sleeps after a pause is woken by the end of a short offer", async () => {
  const site = await afterBuilding(SLEEPY);
  await site.pass(420);
  const drawn = site.charger(1).currents();
  assert(drawn.L1 > 10, `it draws ${drawn.L1} A`);
  await site.end();
});

Deno.test("OpenEVSE #333: one that nothing wakes keeps its minimum at most, and its driver is asked for", async () => {
  const site = await afterBuilding(DEAF);
  await site.pass(600);
  assertEquals(site.charger(1).currents().L1, 0);
  assertStringIncludes(reasonOf(site, 1), "its driver has to look");
  // It stood back while the other might want everything; now current is left over.
  await site.pass(600);
  assertEquals(site.offers()[0], 6);
  assertStringIncludes(reasonOf(site, 1), "its driver has to look");
  await site.end();
});
