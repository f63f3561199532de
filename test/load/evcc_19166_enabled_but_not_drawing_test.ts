/**
 * evcc #19166, #19751, #26380, #15217: a charger that was enabled and did not draw yet was forgotten, the
 * next one got its amperes as well, and then both drew. What was granted stays reserved.
 */
import { assert } from "@std/assert";
import { EV_MODELS, type EvModel } from "../../src/simulator/mod.ts";
import { LINES } from "../../src/site/mod.ts";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const LIMIT_AMPS = 80;
/** Half a minute until the first ampere, another pause soon after, and a slow hand. */
const LATE: EvModel = {
  ...EV_MODELS.threePhase11kW,
  name: "late",
  startMs: 30_000,
  rampUpMs: 10_000,
  reactionMs: 5_000,
  cooling: { afterMs: 5_000, forMs: 60_000 },
};

function sumOf(offers: readonly number[]): number {
  return offers.reduce((sum, amps) => sum + amps, 0);
}

Deno.test("evcc #19166: eight EVs come at once, three of them late to draw, and the limit holds each second", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 30, substituteAmps: 20 }],
    chargers: chargers(8),
  });
  site.house("grid", 15);
  await site.pass(30);
  for (let n = 1; n <= 8; n++) site.plug(n, n <= 3 ? LATE : EV_MODELS.threePhase11kW);
  let highest = 0;
  let promised = 0;
  let steepest = 0;
  let before = site.offers();
  await site.pass(420, () => {
    const flow = site.flow("grid");
    highest = Math.max(highest, ...LINES.map((line) => flow[line]));
    const offers = site.offers();
    promised = Math.max(promised, sumOf(offers));
    steepest = Math.max(steepest, ...offers.map((amps, index) => amps - (before[index] ?? 0)));
    before = offers;
  });
  assert(steepest <= 10, `a pilot rose by ${steepest} A at once`);
  assert(highest <= LIMIT_AMPS, `${highest} A`);
  assert(promised <= LIMIT_AMPS - 15 + 0.2, `${promised} A were offered beside 15 A of the house`);
  assert(
    site.flow("grid").L1 > LIMIT_AMPS - 6,
    `all that there is, is used: ${site.flow("grid").L1}`,
  );
  await site.end();
});

Deno.test("evcc #15217: the power comes back, and with it eight EVs that were charging", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 30, substituteAmps: 20 }],
    chargers: chargers(8),
  });
  site.house("grid", 15);
  for (let n = 1; n <= 8; n++) site.plug(n);
  await site.pass(240);
  site.kill();
  site.house("grid", 0);
  for (let n = 1; n <= 8; n++) site.charger(n).losePower(60_000);
  await site.pass(61);
  // The house comes back with everything at once, the gateway some seconds later.
  site.house("grid", 28);
  await site.pass(10);
  await site.start();
  for (let n = 1; n <= 8; n++) if (!site.charger(n).look(1).hasTransaction) site.present(n);
  let highest = 0;
  let promised = 0;
  await site.pass(420, () => {
    const flow = site.flow("grid");
    highest = Math.max(highest, ...LINES.map((line) => flow[line]));
    promised = Math.max(promised, sumOf(site.offers()));
  });
  assert(highest <= LIMIT_AMPS, `${highest} A`);
  assert(promised <= LIMIT_AMPS - 28 + 0.2, `${promised} A were offered beside 28 A of the house`);
  assert(site.offers().every((amps) => amps >= 6), `${site.offers()}`);
  await site.end();
});
