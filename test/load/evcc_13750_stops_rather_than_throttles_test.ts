/**
 * evcc #13750, #18263: when the house drew more, EVs were stopped although less current for each would
 * have done. And it took a turn of all chargers, 30 s each. Everybody is throttled at once, and again
 * given all that there is.
 */
import { assert, assertEquals } from "@std/assert";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { type LoadSite, openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const LIMIT_AMPS = 100;

/**
 * Six EVs use all that there is when the building takes 40 A more. Three chargers are slow: so many
 * milliseconds until the pilot changes, and 2 s until the EV follows.
 */
async function stepAtFullUse(profileLatencyMs: number): Promise<LoadSite> {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 50, substituteAmps: 30 }],
    chargers: [...chargers(3), ...chargers(3, { but: { timing: { profileLatencyMs } } })],
  });
  site.house("grid", 8);
  for (let n = 1; n <= 6; n++) site.plug(n);
  await site.pass(300);
  assert(site.flow("grid").L1 > 95, `full before the step: ${site.flow("grid").L1} A`);
  site.house("grid", 48);
  return site;
}

Deno.test("evcc #13750: a building step of 40 A at full use is over within 15 s, and nobody is stopped", async () => {
  const site = await stepAtFullUse(3_000);
  let overS = 0;
  await site.pass(60, () => {
    if (site.flow("grid").L1 > LIMIT_AMPS) overS++;
    assert(site.offers().every((amps) => amps >= 6), `somebody was stopped: ${site.offers()}`);
  });
  assert(overS <= 15, `${overS} s`);
  await site.pass(120);
  assert(site.flow("grid").L1 > 92, `all that is left is used: ${site.flow("grid").L1} A`);
  site.house("grid", 8);
  await site.pass(180);
  assert(site.flow("grid").L1 > 95, `and given back: ${site.flow("grid").L1} A`);
  assertEquals(site.stops(), []);
  await site.end();
});

Deno.test("evcc #13750: chargers that need all of 7 s to follow are not stopped because others were quick", async () => {
  const site = await stepAtFullUse(5_000);
  let overS = 0;
  await site.pass(120, () => {
    if (site.flow("grid").L1 > LIMIT_AMPS) overS++;
    assert(site.offers().every((amps) => amps >= 6), `somebody was stopped: ${site.offers()}`);
    assert(
      site.limits().every((amps) => (amps ?? 0) >= 6),
      `somebody is told to: ${site.limits()}`,
    );
  });
  assert(overS <= 15, `${overS} s`);
  assert(site.flow("grid").L1 > 92, `all that is left is used: ${site.flow("grid").L1} A`);
  await site.end();
});

Deno.test("evcc #29532: too much on L3 takes nothing from an EV that draws from L1 alone", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 50, worstAmps: 30 }],
    chargers: [{ phases: "L1" }, { phases: "L3" }, {}],
  });
  site.house("grid", 2);
  for (let n = 1; n <= 3; n++) site.plug(n, n === 3 ? undefined : EV_MODELS.onePhase32);
  await site.pass(240);
  const before = site.offers();
  site.house("grid", [2, 2, 27]);
  await site.pass(60);
  const after = site.offers();
  assert((after[0] ?? 0) >= (before[0] ?? 0), `${before} and then ${after}`);
  assert((after[1] ?? 0) < (before[1] ?? 0), `${before} and then ${after}`);
  await site.end();
});
