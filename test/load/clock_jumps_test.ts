/**
 * Clocks are set by an hour when summer time ends, when NTP comes back, by hand. What chargers may draw is
 * no matter of what time it is: limits neither end early nor last longer, and nothing is counted twice.
 */
import { assert } from "@std/assert";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

for (const hours of [1, -1]) {
  Deno.test(`the machine's clock is set by ${hours} h in mid-charge, and the limit holds each second`, async () => {
    const site = await openLoadSite({
      circuits: [{ id: "grid", limitAmps: 63, worstAmps: 30, substituteAmps: 20 }],
      chargers: chargers(4),
    });
    site.house("grid", 12);
    for (let n = 1; n <= 4; n++) site.plug(n);
    await site.pass(180);
    let highest = 0;
    let least = Infinity;
    site.setClock(hours * 3_600_000);
    await site.pass(1_000, () => {
      highest = Math.max(highest, site.flow("grid").L1);
      least = Math.min(least, ...site.offers());
    });
    assert(highest <= 63, `${highest} A`);
    assert(least >= 6, "somebody was stopped");
    // A building that needs more is answered as ever.
    site.house("grid", 26);
    await site.pass(15);
    await site.pass(30, () => assert(site.flow("grid").L1 <= 63, `${site.flow("grid").L1} A`));
    await site.end();
  });
}
