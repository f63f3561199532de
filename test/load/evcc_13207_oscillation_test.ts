/**
 * evcc #13207: when the eighth charger joined, limits went up and down for ever. #29783: currents that were
 * a minute old were taken for those of now, and every correction corrected the one before. After a while
 * nothing changes any more, and what flows in all varies by less than an ampere.
 */
import { assert, assertEquals } from "@std/assert";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

/** Batteries that are never full in the time of a scene. */
const ENDLESS = { soc: 0.1, timeLapse: 0.01 };

/** The variance of what flows on L1 in that time, amperes squared. */
async function variance(
  site: Awaited<ReturnType<typeof openLoadSite>>,
  seconds: number,
): Promise<number> {
  const seen: number[] = [];
  await site.pass(seconds, () => seen.push(site.flow("grid").L1));
  const mean = seen.reduce((sum, amps) => sum + amps, 0) / seen.length;
  return seen.reduce((sum, amps) => sum + (amps - mean) ** 2, 0) / seen.length;
}

Deno.test("evcc #13207: the eighth charger joins, limits settle, and then they stay", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 80, worstAmps: 30, substituteAmps: 15 }],
    chargers: chargers(8),
  });
  site.house("grid", 14);
  for (let n = 1; n <= 7; n++) site.plug(n, undefined, ENDLESS);
  await site.pass(240);
  site.plug(8, undefined, ENDLESS);
  await site.pass(150);
  const before = site.limits();
  assert(await variance(site, 420) < 1, "what flows varies");
  assertEquals(site.limits(), before);
  assert(before.every((amps) => (amps ?? 0) >= 7), `all that there is, is shared: ${before}`);
  await site.end();
});

Deno.test("evcc #29783: readings that are up to a minute old and late do not make limits swing", async () => {
  const late = {
    configuration: { MeterValueSampleInterval: "60" },
    meter: { sampleDelayMs: 5_000 },
    timing: { profileLatencyMs: 2_000 },
  };
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 63, worstAmps: 30, substituteAmps: 20 }],
    chargers: chargers(4, { but: late }),
  });
  site.house("grid", 15);
  for (let n = 1; n <= 4; n++) site.plug(n, undefined, ENDLESS);
  await site.pass(420);
  const before = site.limits();
  assert(await variance(site, 420) < 1, "what flows varies");
  assertEquals(site.limits(), before);
  assert(site.flow("grid").L1 > 55, `${site.flow("grid").L1} A of 63 A`);
  await site.end();
});
