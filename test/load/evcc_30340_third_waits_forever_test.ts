/**
 * evcc #30340: there was no room for a third charger's minimum, and it waited until somebody left. Whoever
 * waits has a turn: nobody waits for 45 min, nobody is paused more than four times in an hour, and an EV
 * that was stopped too often or sleeps is not left behind.
 */
import { assert } from "@std/assert";
import { EV_MODELS, type EvModel } from "../../src/simulator/mod.ts";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

/** It sleeps after a quarter of an hour without an offer, and wakes up at the next. */
const SLEEPY: EvModel = { ...EV_MODELS.threePhase11kW, name: "sleepy", sleepsAfterMs: 15 * 60_000 };
/** Batteries that are never full in the time of a scene. */
const ENDLESS = { soc: 0.1, timeLapse: 0.01 };

Deno.test("evcc #30340: the limit falls below n times 6 A, and everybody has turns of a quarter of an hour", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 40, worstAmps: 28, substituteAmps: 16 }],
    chargers: chargers(5, { failSafeAmps: 0 }),
  });
  site.house("grid", 6);
  for (let n = 1; n <= 5; n++) site.plug(n, n <= 2 ? SLEEPY : EV_MODELS.threePhase11kW, ENDLESS);
  await site.pass(300);
  assert(site.offers().every((amps) => amps >= 6), `room for five: ${site.offers()}`);
  // 40 A less 2 A of margin and 18 A of the house are room for three.
  site.house("grid", 18);
  await site.pass(20);
  const chargedS = [0, 0, 0, 0, 0];
  await site.pass(80 * 60, () => {
    site.offers().forEach((amps, index) => {
      if (amps > 0) chargedS[index] = (chargedS[index] ?? 0) + 1;
    });
  });
  const least = Math.min(...chargedS);
  const most = Math.max(...chargedS);
  assert(least > 0.5 * most, `seconds of charging: ${chargedS}`);
  await site.end();
});
