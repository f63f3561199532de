/**
 * A grid operator dims charging for a while (§14a EnWG, OpenADR ImportCapacityLimit): a limit on all chargers
 * together, with an end. It holds within seconds, through a restart of the gateway, ends by itself, and
 * stays on record.
 */
import { assert, assertEquals } from "@std/assert";
import type { CommandOutcome } from "../../src/site/mod.ts";
import { type LoadSite, openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const COUNT = 4;
const MINUTES = 30;
/** 4.2 kW for one; of four that share an energy management §14a leaves 4.2 + 3 × 0.7 × 4.2 kW. */
const DIMMED = [{ kW: 4.2, paused: 3 }, { kW: 13.02, paused: 1 }];
const VOLTS_OF_THREE_LINES = 690;

async function dim(site: LoadSite, watts: number | null): Promise<CommandOutcome> {
  const outcome = site.gateway().web.commands.limitCircuit("row", {
    source: "signal",
    limit: watts === null ? null : { unit: "W", amount: watts },
    minutes: watts === null ? null : MINUTES,
    until: null,
    reason: "§14a",
  }, "grid operator");
  await site.pass(1);
  return await outcome;
}

/** On the row, three chargers and one beside it whom nobody dims. */
async function openRow(): Promise<LoadSite> {
  const site = await openLoadSite({
    circuits: [
      { id: "grid", limitAmps: 125, worstAmps: 30, substituteAmps: 20 },
      { id: "row", limitAmps: 80 },
    ],
    chargers: [...chargers(COUNT, { circuit: "row" }), {}],
  });
  site.house("grid", 10);
  for (let n = 1; n <= COUNT + 1; n++) site.plug(n, undefined, { timeLapse: 0.01 });
  await site.pass(180);
  assert(site.offers().every((amps) => amps >= 16), `before: ${site.offers()}`);
  return site;
}

const onRow = (site: LoadSite) => site.offers().slice(0, COUNT);

for (const { kW, paused } of DIMMED) {
  Deno.test(`§14a: ${kW} kW for all of a row hold within 15 s, through a restart, and are over when they are over`, async () => {
    const site = await openRow();
    assertEquals((await dim(site, kW * 1_000)).kind, "accepted");
    await site.pass(15);
    const isDimmed = () => {
      const { L1, L2, L3 } = site.flow("row");
      const watts = Math.max(L1, L2, L3) * VOLTS_OF_THREE_LINES;
      assert(watts <= kW * 1_000 * 1.01, `${watts} W while it holds: ${site.offers()}`);
      assert((site.offers()[COUNT] ?? 0) >= 16, "the one beside the row is not dimmed");
    };
    isDimmed();
    assertEquals(onRow(site).filter((amps) => amps === 0).length, paused);
    assert(site.alarms().some((text) => text.includes("The grid limits all chargers")));
    site.kill();
    await site.pass(20);
    await site.start();
    await site.pass(30);
    await site.pass(MINUTES * 60 - 1 - 15 - 20 - 30 - 10, isDimmed);
    const reasons = [1, 2, 3, 4].map((slot) => site.gateway().web.views.evse(slot)?.why);
    assertEquals(reasons.map((why) => why?.from), ["signal", "signal", "signal", "signal"]);
    await site.pass(180);
    assert(site.offers().every((amps) => amps >= 16), `after: ${site.offers()}`);
    const [record] = site.gateway().web.views.circuitLimits();
    assertEquals([record?.by, record?.reason, record?.endedBy], ["grid operator", "§14a", "time"]);
    const metAfterMs = Date.parse(record?.metAt ?? "") - Date.parse(record?.at ?? "");
    assert(metAfterMs >= 0 && metAfterMs <= 15_000, `met after ${metAfterMs} ms`);
    const heldForMs = Date.parse(record?.endedAt ?? "") - Date.parse(record?.at ?? "");
    assertEquals(Math.round(heldForMs / 60_000), MINUTES);
    await site.end();
  });
}

Deno.test("§14a: a limit that is lifted early gives all back, to who was paused when his pause is over", async () => {
  const site = await openRow();
  await dim(site, 4_200);
  await site.pass(60);
  assertEquals((await dim(site, null)).kind, "accepted");
  await site.pass(480);
  assert(site.offers().every((amps) => amps >= 16), `after: ${site.offers()}`);
  assertEquals(site.gateway().web.views.circuitLimits()[0]?.liftedBy, "grid operator");
  await site.end();
});
