/**
 * acnportal's SimpleRampdown exists because EVs that are nearly full hold amperes that they do not draw; of
 * all that is lost on real sites most is lost there. What twenty tapering EVs leave is given on within a
 * minute, and what they may take back is never given twice.
 */
import { assert } from "@std/assert";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const LIMIT_AMPS = 200;
/** The least that a pilot can offer; and what an EV may keep to grow into, rounded up to whole amperes. */
const MIN_AMPS = 6;
const GROWTH_AMPS = 3;
/** From the moment that an EV takes less, until another has it. */
const GIVEN_BACK_S = 60;
/** By the two that are not nearly full. */
const WANTED_AMPS = 62;
const HOUSE_AMPS = 5;
const MARGIN_AMPS = 2;

Deno.test("acnportal: twenty EVs at 80 to 100 %, and what they leave is given on within 60 s", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, device: "gG", worstAmps: 20 }],
    chargers: chargers(22, { failSafeAmps: 6 }),
  });
  site.house("grid", HOUSE_AMPS);
  for (let n = 1; n <= 20; n++) {
    site.plug(n, { ...EV_MODELS.threePhase11kW, batteryWh: 40_000 }, {
      soc: 0.8 + n * 0.009,
      timeLapse: 20,
    });
  }
  for (const n of [21, 22]) {
    site.plug(n, { ...EV_MODELS.threePhase11kW, maxAmps: 32 }, { soc: 0.1 });
  }
  const available = LIMIT_AMPS - HOUSE_AMPS - MARGIN_AMPS;
  const lately = new Map<number, { readonly drawnAmps: number; readonly offeredAmps: number }[]>();
  let [mostHeldAmps, mostIdleAmps] = [-Infinity, -Infinity];
  await site.pass(420, () => {
    const wanted = [21, 22].reduce((sum, n) => sum + site.charger(n).look(1).offeredAmps, 0);
    let othersAmps = 0;
    for (let n = 1; n <= 20; n++) {
      const { offeredAmps, ev } = site.charger(n).look(1);
      const seen = [...(lately.get(n) ?? []), { offeredAmps, drawnAmps: ev?.drawnAmps ?? 0 }]
        .slice(-GIVEN_BACK_S);
      lately.set(n, seen);
      if (seen.length < GIVEN_BACK_S) return;
      const usedAmps = Math.max(...seen.map(({ drawnAmps }) => drawnAmps));
      const needsAmps = Math.max(MIN_AMPS, usedAmps + GROWTH_AMPS);
      othersAmps += Math.max(needsAmps, offeredAmps);
      if (wanted >= WANTED_AMPS) continue;
      const heldAmps = Math.min(...seen.map((each) => each.offeredAmps));
      mostHeldAmps = Math.max(mostHeldAmps, heldAmps - needsAmps);
    }
    mostIdleAmps = Math.max(
      mostIdleAmps,
      Math.min(WANTED_AMPS, available - othersAmps) - wanted,
    );
  });
  assert(mostHeldAmps <= 0, `somebody held ${mostHeldAmps} A that it had not used for a minute`);
  assert(
    mostIdleAmps <= 2,
    `${mostIdleAmps} A had not been used for a minute, and nobody had them`,
  );
  assert([21, 22].every((n) => site.charger(n).look(1).offeredAmps > 31), `${site.offers()}`);
  await site.end();
});
