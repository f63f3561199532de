/**
 * evcc #29783: charger meter values that are 10 to 60 s old, and told late. No ampere is granted twice: at
 * no second do the pilots offer more than there is beside the house, whoever comes and goes meanwhile.
 */
import { assert } from "@std/assert";
import { createSeededIds } from "../../src/lib/ids.ts";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { openLoadSite } from "./load_site.ts";

const LIMIT_AMPS = 63;
const HOUSE_AMPS = 14;
const MODELS = Object.values(EV_MODELS);

for (const seed of [1, 2, 3]) {
  Deno.test(`evcc #29783: no ampere is granted twice, though readings are stale and late (seed ${seed})`, async () => {
    const ids = createSeededIds(seed);
    const between = (least: number, most: number) =>
      least + Math.floor(ids.random() * (most - least));
    const site = await openLoadSite({
      seed,
      circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 24, substituteAmps: 16 }],
      chargers: Array.from({ length: 6 }, () => ({
        but: {
          configuration: { MeterValueSampleInterval: String(between(10, 61)) },
          meter: { sampleDelayMs: between(0, 5_001) },
          timing: { profileLatencyMs: between(200, 4_000) },
        },
      })),
    });
    site.house("grid", HOUSE_AMPS);
    await site.pass(60);
    const offered = () => site.offers().reduce((sum, amps) => sum + amps, 0);
    let mostAmps = 0;
    for (let happening = 0; happening < 16; happening++) {
      const n = 1 + Math.floor(ids.random() * 6);
      if (site.charger(n).look(1).ev === null) {
        site.plug(n, MODELS[Math.floor(ids.random() * MODELS.length)], { soc: ids.random() * 0.9 });
      } else site.unplug(n);
      await site.pass(between(20, 90), () => mostAmps = Math.max(mostAmps, offered()));
    }
    // A car that has just come has its fail-safe current from nobody, and others need a moment to give.
    const arrivalAmps = 6;
    assert(mostAmps <= LIMIT_AMPS - HOUSE_AMPS + arrivalAmps, `${mostAmps} A were offered at once`);
    await site.end();
  });
}
