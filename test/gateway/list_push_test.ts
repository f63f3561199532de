import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createEvents } from "../../src/lib/events.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import type { Charger, ChargerEvents } from "../../src/simulator/charger.ts";
import { createCharger16 } from "../../src/simulator/charger16/charger16.ts";
import { loadChecks } from "../../src/simulator/checks.ts";
import { chargerOptions } from "../../src/simulator/charger_options.ts";
import { newEv } from "../../src/simulator/ev.ts";
import { EV_MODELS } from "../../src/simulator/ev_models.ts";
import type { Payload } from "../support/frame_peer.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;

interface SimulatedAt {
  readonly charger: Charger;
  stop(): Promise<void>;
}

/** A simulated charger CP1 at a site of a test, switched on. */
async function switchOn(site: SiteBench): Promise<SimulatedAt> {
  const fail = (error: unknown) => {
    throw error;
  };
  const spawn = createSpawner(() => {});
  const charger = createCharger16(
    chargerOptions({ identity: "CP1", password: "secret" }),
    {
      clock: site.clock,
      ids: createSeededIds(7),
      log: () => {},
      spawn,
      checks: await loadChecks(),
      events: createEvents<ChargerEvents>(fail),
      dialer: site.network,
    },
  );
  charger.start();
  return {
    charger,
    async stop() {
      const stopped = charger.stop();
      await site.clock.advance(MINUTE_MS);
      await stopped;
      await spawn.drain();
    },
  };
}

async function listed(site: SiteBench, entries: readonly Payload[]): Promise<void> {
  const update = { listVersion: 1, updateType: "Full", localAuthorizationList: entries };
  assertEquals(await site.csms.now().result("SendLocalList", update), { status: "Accepted" });
}

async function plugInAndShow(site: SiteBench, { charger }: SimulatedAt, card: string) {
  charger.plugIn(1, newEv(EV_MODELS.threePhase11kW, { soc: 0.2 }, site.clock.monoMs()));
  const shown = charger.presentCard(1, card);
  await site.clock.advance(5_000);
  return await shown;
}

Deno.test("with even the gateway gone a driver of the list charges, a stranger does not, and the session arrives afterwards", async () => {
  const site = await openSite();
  await listed(site, [
    { idTag: "ASHA", idTagInfo: { status: "Accepted", parentIdTag: "FLEET" } },
    { idTag: "BEN", idTagInfo: { status: "Blocked" } },
    { idTag: "CHAND", idTagInfo: { status: "Accepted", expiryDate: "2026-01-05T08:00:00Z" } },
  ]);
  const at = await switchOn(site);
  await site.clock.advance(MINUTE_MS);
  const list = site.gateway().web.views.charger("CP1")?.localList;
  assertEquals([list?.state, list?.version, list?.entries, list?.capacity], [
    "current",
    1,
    2,
    500,
  ]);

  site.kill();
  await site.clock.advance(MINUTE_MS);
  assertEquals(await plugInAndShow(site, at, "STRANGER"), "refused");
  assertEquals(await plugInAndShow(site, at, "BEN"), "refused");
  const startedAtMs = site.clock.wallMs();
  assertEquals(await plugInAndShow(site, at, "ASHA"), "started");
  await site.clock.advance(30 * MINUTE_MS);
  assertEquals(await at.charger.presentCard(1, "ASHA"), "stopped");
  at.charger.unplug(1);
  await site.clock.advance(2 * 60 * MINUTE_MS);
  assertEquals(await plugInAndShow(site, at, "CHAND"), "refused", "expired in the meantime");

  await site.start();
  await site.clock.advance(20 * MINUTE_MS);
  assertEquals(at.charger.undelivered(), 0);
  const sessions = await site.gateway().web.views.transactions({ limit: 9 });
  assertEquals(sessions.map(({ token, upstream }) => [token, upstream]), [["ASHA", "delivered"]]);
  const [session] = sessions;
  assert(Math.abs(Date.parse(session?.startedAt ?? "") - startedAtMs) < 10_000);
  // Half an hour at its fail-safe current of 6 A.
  assertAlmostEquals(session?.energyWh ?? 0, 3 * 6 * 230 / 2, 150);
  assertEquals(site.csms.heard("StartTransaction", "StopTransaction").length, 2);
  await at.stop();
  await site.stop();
});

Deno.test("a token that is blocked is taken off the charger's list, and no longer charges when nobody can be asked", async () => {
  const site = await openSite();
  await listed(site, [
    { idTag: "ASHA", idTagInfo: { status: "Accepted" } },
    { idTag: "BEN", idTagInfo: { status: "Accepted" } },
  ]);
  const at = await switchOn(site);
  await site.clock.advance(MINUTE_MS);
  await site.csms.now().result("SendLocalList", {
    listVersion: 2,
    updateType: "Differential",
    localAuthorizationList: [{ idTag: "ASHA", idTagInfo: { status: "Blocked" } }],
  });
  await site.clock.advance(MINUTE_MS);
  assertEquals(site.gateway().web.views.charger("CP1")?.localList?.entries, 1);
  site.kill();
  await site.clock.advance(MINUTE_MS);
  assertEquals(await plugInAndShow(site, at, "ASHA"), "refused");
  assertEquals(await plugInAndShow(site, at, "BEN"), "started");
  await site.start();
  await at.stop();
  await site.stop();
});
