/**
 * evcc #18522, #22543: sockets in a row are turned so that one-phase EVs do not all sit on L1, and nobody
 * knows how they really are wired. What a charger calls its first phase is some line of the site: the one
 * on which the meter sees it.
 */
import { assert, assertEquals } from "@std/assert";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { LINES } from "../../src/site/mod.ts";
import { type LoadSite, openLoadSite } from "./load_site.ts";

const LIMIT_AMPS = 40;
const EV = EV_MODELS.onePhase32;
const MINUTE = 60;

/** Socket 2 is said to be turned and is not: its one-phase EVs sit on L1, as those of socket 1. */
function wrongly(told: readonly string[]): Promise<LoadSite> {
  return openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 20, substituteAmps: 10 }],
    chargers: [{}, { phases: "L1 L2 L3", yaml: { phases: told } }],
  });
}

/** Its EV comes, charges for a while alone, and leaves. */
async function evening(site: LoadSite, n: number): Promise<void> {
  site.plug(n, EV);
  await site.pass(3 * MINUTE);
  site.unplug(n);
  await site.pass(MINUTE);
}

Deno.test("evcc #18522: a socket that is wired otherwise than it is said is told of after two evenings, and then counts on every line", async () => {
  const site = await wrongly(["L2", "L3", "L1"]);
  site.house("grid", 4);
  await evening(site, 2);
  assertEquals(site.alarms(), [], "once is chance");
  await evening(site, 2);
  const [alarm = ""] = site.alarms();
  assert(alarm.includes('Charger "CP2" is wired to L2, L3, L1 at slot 2, says site.yaml'), alarm);
  assert(alarm.includes("saw its current on L1 instead"), alarm);
  // From now on nobody is surprised: both may be on L1 for all that is known.
  site.plug(1, EV);
  site.plug(2, EV);
  let overS = 0;
  await site.pass(6 * MINUTE, () => {
    if (LINES.some((line) => site.flow("grid")[line] > LIMIT_AMPS)) overS++;
  });
  assertEquals(overS, 0);
  const amps = [1, 2].map((n) => site.charger(n).currents().L1);
  assert(amps.every((each) => each > 10), `${amps}: both charge on L1`);
  await site.end();
});

Deno.test("evcc #22543: a socket that is turned as it is said raises no alarm", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 20, substituteAmps: 10 }],
    chargers: [{}, { phases: "L2 L3 L1" }],
  });
  site.house("grid", 4);
  for (let count = 0; count < 4; count++) await evening(site, 2);
  assertEquals(site.alarms(), []);
  site.plug(1, EV);
  site.plug(2, EV);
  await site.pass(3 * MINUTE);
  const { L1, L2 } = site.flow("grid");
  assert(L1 > 32 && L2 > 32, `${L1} ${L2}: each has a line of its own`);
  await site.end();
});
