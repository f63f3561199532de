import { assertEquals } from "@std/assert";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

/** A session that draws 16 A on each line. */
async function drawing(site: SiteBench, charger: PlayedCharger): Promise<number> {
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  await charger.meter(number, 2_000, 16);
  await site.clock.advance(1_000);
  return number;
}

function shown(site: SiteBench) {
  const { views } = site.gateway().web;
  const evse = views.evse(1);
  return [evse?.measuredAmps ?? null, evse?.measuredAgeMs ?? null];
}

Deno.test("a new session does not show what flowed in the one before", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const first = await drawing(site, charger);
  assertEquals(shown(site), [[16, 16, 16], 1_000]);
  await charger.stop(first, 3_000);
  await charger.status("Available");
  assertEquals(shown(site), [null, null]);
  await site.clock.advance(600_000);
  await charger.status("Preparing");
  await charger.start("BEN");
  assertEquals(shown(site), [null, null]);
  await site.stop();
});

Deno.test("of a charger that is away nobody says what flows", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await drawing(site, charger);
  charger.socket.terminate();
  await site.clock.advance(1_000);
  const { views } = site.gateway().web;
  assertEquals([shown(site), views.evse(1)?.powerW, views.site().totals.powerW], [
    [null, null],
    null,
    0,
  ]);
  assertEquals(views.evse(1)?.energyWh, 1_000, "what was measured stays");
  await site.stop();
});

Deno.test("chargers of site.yaml that never came are listed, and counted", async () => {
  const site = await openSite();
  await site.arrive("CP2");
  const { views } = site.gateway().web;
  assertEquals(views.chargers().map(({ id, connected }) => [id, connected]), [
    ["CP1", false],
    ["CP2", true],
    ["CP3", false],
  ]);
  assertEquals(views.charger("CP3")?.slots, [3]);
  assertEquals(views.charger("CP4"), undefined);
  assertEquals([views.site().totals.chargers, views.site().totals.connected], [3, 1]);
  await site.stop();
});

Deno.test("the last fault of a charger may be one of its connectors'", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  assertEquals(site.gateway().web.views.charger("CP1")?.lastFault ?? null, null);
  await charger.result("StatusNotification", {
    connectorId: 1,
    errorCode: "GroundFailure",
    status: "Faulted",
  });
  assertEquals(site.gateway().web.views.charger("CP1")?.lastFault?.subject, "slot 1");
  await site.stop();
});
