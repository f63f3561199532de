import { assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import type { TariffMessage } from "../../src/ocpp/mod.ts";
import { tariff } from "../../src/transactions/cost/_for_test.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const ASHA = { idToken: "ASHA", type: "Central" };

/** site.yaml sells at 1 a kWh. */
const SITE_TARIFF = tariff({
  id: "site",
  parts: { energy: { taxRates: [], prices: [{ price: "1" }] } },
});

const open = () => openSite({ hasCsms: false, unknownOffline: true, tariff: SITE_TARIFF });

function message(tariffId: string, priceKwh: number, facts: Partial<TariffMessage> = {}) {
  return { tariffId, currency: "INR", energy: { prices: [{ priceKwh }] }, ...facts };
}

/** A session of 2 kWh at a charger; what it is billed. */
async function sell(site: SiteBench, chargerId: string, idTag = "ASHA") {
  const charger = await site.arrive(chargerId);
  const { number } = await charger.start(idTag, { meterStart: 0 });
  await charger.stop(number, 2_000);
  await site.clock.advance(1_000);
  const [session] = await site.gateway().web.views.transactions({ limit: 1 });
  return [session?.cost?.tariffId, session?.cost?.total];
}

async function restart(site: SiteBench): Promise<void> {
  site.kill();
  await site.start();
}

async function onDisk(site: SiteBench) {
  const held = await site.store.load(site.clock.wallMs());
  return {
    tariffs: [...held.tariffs.values()].map(({ id }) => id).toSorted(),
    defaults: [...held["default-tariffs"].keys()],
    drivers: [...held["driver-tariffs"].values()].map(({ tariff: { id } }) => id),
  };
}

Deno.test("a default tariff of the CSMS goes before that of site.yaml, also after a restart (I07)", async () => {
  const site = await open();
  const answer = await site.gateway().tariffs.setDefault({ evseId: 1, tariff: message("T", 5) });
  assertEquals(answer, { status: "Accepted" });
  assertEquals(await sell(site, "CP1"), ["T", "10.00"]);
  await restart(site);
  assertEquals(await sell(site, "CP1"), ["T", "10.00"]);
  assertEquals(await sell(site, "CP2"), ["site", "2.00"]);
  assertEquals(site.gateway().tariffs.get({ evseId: 1 }).tariffAssignments, [
    { tariffId: "T", tariffKind: "DefaultTariff", evseIds: [1] },
  ]);
  await site.stop();
});

Deno.test("a tariff that is valid from tomorrow waits over a restart (I07.FR.19)", async () => {
  const site = await open();
  const validFrom = isoTime(site.clock.wallMs() + DAY_MS);
  const { tariffs } = site.gateway();
  await tariffs.setDefault({ evseId: 0, tariff: message("now", 5) });
  await tariffs.setDefault({ evseId: 0, tariff: message("next", 7, { validFrom }) });
  await restart(site);
  assertEquals(await sell(site, "CP1"), ["now", "10.00"]);
  await site.clock.advance(DAY_MS);
  assertEquals(await sell(site, "CP2"), ["next", "14.00"]);
  await site.stop();
});

Deno.test("a cleared tariff is forgotten, but not before the last session under it has ended (I10)", async () => {
  const site = await open();
  await site.gateway().tariffs.setDefault({ evseId: 1, tariff: message("T", 5) });
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA", { meterStart: 0 });
  assertEquals((await site.gateway().tariffs.clear({ tariffIds: ["T"] })).clearTariffsResult, [
    { tariffId: "T", status: "Accepted" },
  ]);
  assertEquals(await onDisk(site), { tariffs: ["T", "site"], defaults: [], drivers: [] });
  await restart(site);
  assertEquals(site.gateway().tariffs.get({ evseId: 0 }), { status: "NoTariff" });
  const again = await site.arrive("CP1");
  await again.stop(number, 2_000);
  const [session] = await site.gateway().web.views.transactions({ limit: 1 });
  assertEquals(session?.cost?.total, "10.00");
  // While its end may still be amended it is needed.
  assertEquals((await onDisk(site)).tariffs, ["T", "site"]);
  await site.clock.advance(2 * DAY_MS);
  await restart(site);
  await site.clock.advance(1_000);
  assertEquals((await onDisk(site)).tariffs, ["site"]);
  await site.stop();
});

Deno.test("what was never sold under is forgotten at once", async () => {
  const site = await open();
  const { tariffs } = site.gateway();
  await tariffs.setDefault({ evseId: 0, tariff: message("T", 5) });
  await tariffs.setDefault({ evseId: 0, tariff: message("U", 6) });
  assertEquals((await onDisk(site)).tariffs, ["U", "site"]);
  await tariffs.clear({});
  assertEquals(await onDisk(site), { tariffs: ["site"], defaults: [], drivers: [] });
  await site.stop();
});

Deno.test("a driver's own tariff lasts for one session, over a restart, and is his alone (I08)", async () => {
  const site = await open();
  const noted = await site.gateway().tariffs.setDriver(ASHA, message("MSP", 9));
  assertEquals(noted.ok, true);
  await restart(site);
  assertEquals((await onDisk(site)).drivers, ["MSP"]);
  assertEquals(await sell(site, "CP1", "BEN"), ["site", "2.00"]);
  assertEquals(await sell(site, "CP2"), ["MSP", "18.00"]);
  assertEquals((await onDisk(site)).drivers, []);
  assertEquals(await sell(site, "CP3"), ["site", "2.00"]);
  const refused = await site.gateway().tariffs.setDriver(ASHA, message("X", 1, { currency: "?" }));
  assertEquals(refused.ok, false);
  assertEquals((await onDisk(site)).drivers, []);
  await site.stop();
});

Deno.test("a session that is put under another tariff stays under it over a restart (I11)", async () => {
  const site = await open();
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA", { meterStart: 0 });
  await site.clock.advance(MINUTE_MS);
  await charger.meter(number, 1_000, 16);
  const { web, tariffs } = site.gateway();
  const transactionId = web.views.evse(1)?.transaction?.id ?? "";
  assertEquals(await tariffs.change({ transactionId, tariff: message("Late", 8) }), {
    status: "Accepted",
  });
  assertEquals(await tariffs.change({ transactionId: "?", tariff: message("L", 8) }), {
    status: "TxNotFound",
  });
  await restart(site);
  const again = await site.arrive("CP1");
  await site.clock.advance(MINUTE_MS);
  await again.stop(number, 2_000);
  const [session] = await site.gateway().web.views.transactions({ limit: 1 });
  assertEquals(session?.cost?.lines.map(({ tariffId }) => tariffId), ["site", "Late"]);
  assertEquals(session?.cost?.final, true);
  await site.stop();
});

Deno.test("a tariff that cannot be used, or is one too many, changes nothing on disk", async () => {
  const site = await open();
  const { tariffs } = site.gateway();
  const refused = await tariffs.setDefault({ evseId: 9, tariff: message("T", 5) });
  assertEquals(refused.status, "Rejected");
  for (let count = 0; count < 1_000; count++) {
    await tariffs.setDriver({ ...ASHA, idToken: `D${count}` }, message(`M${count}`, 5));
  }
  assertEquals(await tariffs.setDefault({ evseId: 1, tariff: message("T", 5) }), {
    status: "Rejected",
    statusInfo: { reasonCode: "OutOfStorage" },
  });
  assertEquals((await onDisk(site)).drivers.length, 1_000);
  await tariffs.setDriver(ASHA, message("MSP", 9));
  const { drivers } = await onDisk(site);
  assertEquals([drivers.length, drivers.includes("M0"), drivers.includes("MSP")], [
    1_000,
    false,
    true,
  ]);
  await site.stop();
});
