/**
 * evcc #14248: the meter of a circuit stops, and either nobody notices or everybody is cut off at once.
 * It is held for a moment, replaced by what was agreed for the building, and after a minute everybody
 * falls back (with an alarm); when it returns, so do the chargers.
 */
import { assert, assertEquals } from "@std/assert";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

Deno.test("evcc #14248: the site meter freezes, then says NaN, then returns, and the limit holds each second", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 63, worstAmps: 30, substituteAmps: 25 }],
    chargers: chargers(3),
  });
  site.house("grid", 10);
  for (let n = 1; n <= 3; n++) site.plug(n);
  await site.pass(240);
  assertEquals(site.offers(), [17, 17, 16]);
  site.breakMeter("grid", { kind: "frozen" });
  await site.pass(59);
  // The building rises as nobody can see, by no more than what stands for it.
  site.house("grid", 24);
  await site.pass(16);
  const substituted = site.offers().reduce((sum, amps) => sum + amps, 0);
  assert(substituted <= 63 - 24, `${site.offers()}`);
  site.breakMeter("grid", { kind: "no-value" });
  await site.pass(70);
  assertEquals(site.offers(), [6, 6, 6], "fail-safe");
  assert(site.alarms().some((text) => text.includes("silent")), `${site.alarms()}`);
  site.breakMeter("grid", null);
  await site.pass(240);
  const restored = site.offers().reduce((sum, amps) => sum + amps, 0);
  assert(restored >= 34 && restored <= 39, `${site.offers()}`);
  assertEquals(site.alarms(), []);
  await site.end();
});

Deno.test("a unit that starts anew and shows zeros for ten seconds raises nobody above the limit", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 63, worstAmps: 30, substituteAmps: 25 }],
    chargers: chargers(3),
  });
  site.house("grid", 30);
  for (let n = 1; n <= 3; n++) site.plug(n);
  await site.pass(180);
  site.breakMeter("grid", { kind: "restarted", zeroForMs: 10_000 });
  let highest = 0;
  await site.pass(120, () => highest = Math.max(highest, site.flow("grid").L1));
  assert(highest <= 63, `${highest} A`);
  await site.end();
});
