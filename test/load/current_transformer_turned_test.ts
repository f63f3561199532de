/**
 * A current transformer that is turned round, found in the field more often than any other fault of
 * wiring: the meter shows less when a car draws more, so that whoever believes it gives more, the more is
 * drawn. It is found out by the cars themselves, and from then on chargers stay beside the worst other
 * load, until the transformer is put right.
 */
import { assert, assertEquals } from "@std/assert";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { type Line, LINES } from "../../src/site/mod.ts";
import { type LoadSite, openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const LIMIT_AMPS = 63;
const WORST_AMPS = 40;
const MINUTE = 60;

async function turned(...lines: readonly Line[]): Promise<LoadSite> {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: WORST_AMPS }],
    chargers: chargers(3),
  });
  site.house("grid", 10);
  site.breakMeter("grid", { kind: "turned", lines });
  await site.pass(MINUTE);
  return site;
}

/** An EV comes, charges for a while alone, and leaves. */
async function visit(site: LoadSite): Promise<void> {
  site.plug(1);
  await site.pass(3 * MINUTE);
  site.unplug(1);
  await site.pass(MINUTE);
}

/** Everybody charges while the building comes to its worst. */
async function fullHouse(site: LoadSite): Promise<void> {
  for (const n of [1, 2, 3]) site.plug(n, EV_MODELS.threePhase11kW);
  await site.pass(MINUTE);
  site.house("grid", WORST_AMPS);
  let overS = 0;
  await site.pass(6 * MINUTE, () => {
    if (LINES.some((line) => site.flow("grid")[line] > LIMIT_AMPS)) overS++;
  });
  assertEquals(overS, 0, "the fuse holds");
}

const told = (site: LoadSite) => site.alarms().filter((text) => text.includes("shows less"));
const reasons = (site: LoadSite) =>
  [1, 2, 3].map((n) => site.gateway().web.views.evse(n)?.why?.text ?? "");

Deno.test("a meter whose transformers are all turned: an alarm after the second car, and no fuse lost to it, through a restart, until cars prove it right", async () => {
  const site = await turned("L1", "L2", "L3");
  await visit(site);
  assertEquals(told(site), [], "once is chance");
  await visit(site);
  assertEquals(told(site).length, 1);
  assertEquals(site.gateway().web.views.circuits()[0]?.meterState, "doubted");
  await fullHouse(site);
  for (const reason of reasons(site)) {
    assert(reason.startsWith("meter meter-grid seems wrong"), `${reasons(site)}`);
  }
  site.kill();
  await site.pass(10);
  await site.start();
  await site.pass(2 * MINUTE);
  assertEquals(told(site).length, 1, "it is not forgotten");
  assertEquals(site.gateway().web.views.meters()[0]?.doubtedSince === null, false);
  // The electrician comes.
  for (const n of [1, 2, 3]) site.unplug(n);
  site.breakMeter("grid", null);
  site.house("grid", 10);
  await site.pass(MINUTE);
  await visit(site);
  assertEquals(told(site).length, 1, "once is chance");
  await visit(site);
  assertEquals(told(site), [], "right again, as the car shows");
  for (const n of [1, 2, 3]) site.plug(n);
  await site.pass(5 * MINUTE);
  const sum = site.offers().reduce((total, amps) => total + amps, 0);
  assert(sum >= 45, `${site.offers()}: beside the 10 A that are there`);
  for (const reason of reasons(site)) assert(!reason.includes("wrong"), `AFTER ${reasons(site)}`);
  await site.end();
});

Deno.test("one transformer of three is turned: the same, and an installer may say that it is right", async () => {
  const site = await turned("L2");
  await visit(site);
  await visit(site);
  assert(told(site)[0]?.includes("draws more on L2"), told(site)[0]);
  await fullHouse(site);
  site.breakMeter("grid", null);
  site.house("grid", 10);
  const outcome = await site.gateway().web.commands.believeMeter("meter-grid", "ina");
  assertEquals(outcome.kind, "accepted");
  await site.pass(5 * MINUTE);
  assertEquals(told(site), []);
  const sum = site.offers().reduce((total, amps) => total + amps, 0);
  assert(sum >= 45, `${site.offers()}: beside the 10 A that are there`);
  await site.end();
});

Deno.test("a meter with the ratio of other transformers shows a tenth: an alarm after the second car, and no fuse lost to it, until it is set right", async () => {
  const site = await turned();
  site.breakMeter("grid", { kind: "magnified", factor: 0.1 });
  await site.pass(MINUTE);
  const tenth = () => site.alarms().filter((text) => text.includes("0.1 times"));
  await visit(site);
  assertEquals(tenth(), [], "once is chance");
  await visit(site);
  assertEquals(tenth().length, 1, `${site.alarms()}`);
  assertEquals(site.gateway().web.views.circuits()[0]?.meterState, "doubted");
  await fullHouse(site);
  for (const reason of reasons(site)) {
    assert(reason.startsWith("meter meter-grid seems wrong"), `${reasons(site)}`);
  }
  for (const n of [1, 2, 3]) site.unplug(n);
  site.breakMeter("grid", null);
  site.house("grid", 10);
  await site.pass(MINUTE);
  await visit(site);
  await visit(site);
  assertEquals(tenth(), [], "right again, as the car shows");
  assertEquals(site.gateway().web.views.meters()[0]?.doubtedSince, null);
  await site.end();
});
