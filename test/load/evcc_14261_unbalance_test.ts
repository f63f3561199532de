/**
 * evcc #14261 lists what circuits lacked, unbalance first: sockets that were all wired with L1 at terminal
 * 1, and ten one-phase EVs. The grid operator allows 20 A between two lines (VDE-AR-N 4100: 4.6 kVA).
 */
import { assert } from "@std/assert";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const ENDLESS = { soc: 0.1, timeLapse: 0.01 };

Deno.test("evcc #14261: ten one-phase EVs all on L1 of unrotated sockets, and no two lines are 20 A apart", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 100, worstAmps: 20, unbalanceMaxAmps: 20 }],
    chargers: chargers(10, { failSafeAmps: 0 }),
  }, { waitMaxS: 60 * 60 });
  site.house("grid", [6, 8, 7]);
  for (let n = 1; n <= 10; n++) site.plug(n, EV_MODELS.onePhase32, ENDLESS);
  let mostApart = 0;
  await site.pass(1_200, () => {
    const { L1, L2, L3 } = site.flow("grid");
    mostApart = Math.max(mostApart, L1 - Math.min(L2, L3));
  });
  assert(mostApart <= 20.5, `${mostApart} A apart`);
  const { L1, L2 } = site.flow("grid");
  assert(L1 - L2 > 13, `what is allowed is used: ${L1} A and ${L2} A`);
  await site.end();
});
