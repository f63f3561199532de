/**
 * The gateway is gone for half an hour while everybody charges, and the building comes to its worst. What
 * it gave expires at the chargers, and what they fall back to fits beside the worst building (claim c).
 */
import { assert, assertEquals } from "@std/assert";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { openLoadSite } from "./load_site.ts";
import { watchClaims } from "./claims.ts";
import { chargers, type Scene } from "./scene.ts";

const LIMIT_AMPS = 63;
const WORST_AMPS = 26;

const SCENE: Scene = {
  circuits: [
    { id: "grid", limitAmps: LIMIT_AMPS, worstAmps: WORST_AMPS },
    { id: "row", limitAmps: 40 },
  ],
  chargers: [
    ...chargers(2),
    ...chargers(2, { circuit: "row" }),
    { circuit: "row", phases: "L1", but: { faults: { clockDriftPpm: 200 } } },
    { phases: "L2", but: { profileMemory: { keptIn: "ram" } } },
  ],
};

Deno.test("the gateway is killed for 30 min in mid-charge, the building at its worst: claims (b) and (c) hold each second", async () => {
  const site = await openLoadSite(SCENE);
  const claims = watchClaims(site, SCENE);
  const pass = (seconds: number) => site.pass(seconds, claims.look);
  site.house("grid", 10);
  for (let n = 1; n <= 6; n++) {
    site.plug(n, n > 4 ? EV_MODELS.onePhase32 : undefined, { timeLapse: 0.001 });
  }
  await pass(300);
  assert(site.flow("grid").L1 > 55, `full before: ${site.flow("grid").L1} A`);
  site.kill();
  site.house("grid", WORST_AMPS);
  await pass(20 * 60);
  assertEquals(site.offers(), [6, 6, 6, 6, 6, 6]);
  // Lifts come and go; nobody is there to see it, and nobody has to be.
  for (let lift = 0; lift < 10; lift++) {
    site.house("grid", lift % 2 === 0 ? 0 : WORST_AMPS);
    await pass(60);
  }
  assertEquals(site.offers(), [6, 6, 6, 6, 6, 6]);
  site.house("grid", 10);
  await site.start();
  await pass(300);
  assert(site.flow("grid").L1 > 55, `and full again: ${site.flow("grid").L1} A`);
  site.house("grid", WORST_AMPS);
  await pass(120);
  assertEquals(claims.broken, []);
  await site.end();
});

Deno.test("the gateway is killed just after a step of the building, while its cuts are on their way", async () => {
  for (const afterS of [1, 2, 4, 8]) {
    const site = await openLoadSite(SCENE);
    const claims = watchClaims(site, SCENE);
    site.house("grid", 10);
    for (let n = 1; n <= 6; n++) site.plug(n, undefined, { timeLapse: 0.001 });
    await site.pass(240, claims.look);
    site.house("grid", WORST_AMPS);
    await site.pass(afterS, claims.look);
    site.kill();
    await site.pass(20 * 60, claims.look);
    assertEquals(claims.broken, [], `killed after ${afterS} s`);
    await site.start();
    await site.pass(60, claims.look);
    assertEquals(claims.broken, [], `killed after ${afterS} s, and here again`);
    await site.end();
  }
});
