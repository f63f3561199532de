/**
 * go-eCharger-API-v2 #105: a charger accepts profiles and does not apply them. #217: one forgets them
 * when it connects again. #155: one ignores the limit when it resumes. The others make room, the site
 * stays within its limit, and nobody is believed who was seen to lie.
 */
import { assert, assertEquals } from "@std/assert";
import { LINES } from "../../src/site/mod.ts";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";
import { EV_MODELS } from "../../src/simulator/mod.ts";

const LIMIT_AMPS = 63;
const BIG = { ...EV_MODELS.threePhase11kW, name: "big", maxAmps: 32 };

Deno.test("go-e #105: the others make room for a charger that accepts profiles and ignores them", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 30, substituteAmps: 20 }],
    chargers: [...chargers(3), { but: { faults: { ignoresProfiles: true } } }],
  }, { booksOverS: 60 });
  site.house("grid", 12);
  for (let n = 1; n <= 3; n++) site.plug(n, BIG);
  await site.pass(200);
  site.plug(4, BIG);
  let overS = 0;
  await site.pass(600, () => {
    const flow = site.flow("grid");
    overS = LINES.some((line) => flow[line] > LIMIT_AMPS) ? overS + 1 : 0;
    assert(overS <= 60, `${overS} s over the limit`);
  });
  assertEquals(site.charger(4).look(1).ev?.drawnAmps.toFixed(0), "32");
  assert(site.flow("grid").L1 <= LIMIT_AMPS, `${site.flow("grid").L1} A`);
  assert(site.offers().slice(0, 3).some((amps) => amps > 0), `${site.offers()}`);
  await site.end();
});

Deno.test("go-e #217: one loses its profile when it connects again, and is told anew before it can do harm", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 30, substituteAmps: 20 }],
    chargers: [...chargers(3), { but: { faults: { forgetsProfilesOnReconnect: true } } }],
  }, { booksOverS: 60 });
  site.house("grid", 12);
  for (let n = 1; n <= 4; n++) site.plug(n, BIG);
  await site.pass(200);
  let overS = 0;
  for (let round = 0; round < 3; round++) {
    site.network.cut("CP4");
    await site.pass(200, () => {
      const flow = site.flow("grid");
      overS = LINES.some((line) => flow[line] > LIMIT_AMPS) ? overS + 1 : 0;
      assert(overS <= 60, `${overS} s over the limit`);
    });
  }
  assert(site.flow("grid").L1 <= LIMIT_AMPS, `${site.flow("grid").L1} A`);
  await site.end();
});
