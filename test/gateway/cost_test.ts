import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import type { Tariff } from "../../src/transactions/mod.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;
/** A reading may wait for others before it goes to disk and is answered. */
const ANSWERED_MS = 1_000;

/** 10 a kWh, 2 a minute once idle for ten minutes, 20 to start, 18 % on all. */
function tariffOf(priceKwh = "10"): Tariff {
  const taxRates = [{ type: "GST", percent: "18", stack: 0 }];
  return {
    id: "site",
    origin: "site",
    currency: "INR",
    timezone: "Asia/Kolkata",
    nominalVoltageV: 230,
    parts: {
      energy: { taxRates, prices: [{ price: priceKwh }] },
      idleTime: { taxRates, prices: [{ price: "2", conditions: { minIdleTime: 600 } }] },
      fixedFee: { taxRates, prices: [{ price: "20" }] },
    },
    taxIncluded: false,
    pausedBySite: "free",
    roundingStep: "0.01",
  };
}

async function newest(site: SiteBench) {
  const [session] = await site.gateway().web.views.transactions({ limit: 1 });
  return session?.cost ?? null;
}

Deno.test("a session shows what it comes to while it runs, and its bill at the end", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true, tariff: tariffOf() });
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA", { meterStart: 1_000 });
  await charger.status("Charging");
  await site.clock.advance(30 * MINUTE_MS);
  await charger.meter(number, 3_000, 16);
  const running = await newest(site);
  assertEquals([running?.total, running?.final], ["47.20", false]);
  assertEquals(site.gateway().web.views.evse(1)?.transaction?.cost?.total, "47.20");
  await site.clock.advance(ANSWERED_MS);
  await charger.status("SuspendedEV");
  await site.clock.advance(15 * MINUTE_MS);
  await charger.stop(number, 3_000);
  const bill = await newest(site);
  // 20 and 2 × 10 and 5 × 2 are 50, and 18 % on it.
  assertEquals([bill?.exclTax, bill?.tax, bill?.total, bill?.final], [
    "50.00",
    "9.00",
    "59.00",
    true,
  ]);
  assertEquals(bill?.lines.map(({ kind, quantity }) => [kind, quantity]), [
    ["fixedFee", "1"],
    ["energy", "2"],
    ["idleTime", "5"],
  ]);
  await site.stop();
});

Deno.test("a site without a tariff reckons nothing, and keeps nothing of it", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  await charger.stop(number, 3_000);
  assertEquals(await newest(site), null);
  const [stored] = await site.store.transactions({ limit: 1 });
  assert(stored !== undefined && !("cost" in stored));
  await site.stop();
});

Deno.test("who was refused owes nothing", async () => {
  const site = await openSite({ hasCsms: false, tariff: tariffOf() });
  const charger = await site.arrive("CP1");
  const { number, status } = await charger.start("STRANGER");
  assertEquals(status === "Accepted", false);
  await charger.stop(number, 3_000);
  assertEquals(await newest(site), null);
  await site.stop();
});

Deno.test("a power cut in the middle of a session costs nobody anything", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true, tariff: tariffOf() });
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA", { meterStart: 1_000 });
  await charger.meter(number, 2_000, 16);
  site.kill();
  await site.clock.advance(20 * MINUTE_MS);
  await site.start();
  const again = await site.arrive("CP1");
  await again.stop(number, 5_000);
  const bill = await newest(site);
  assertEquals(bill?.lines.find(({ kind }) => kind === "energy")?.quantity, "4");
  assertEquals(bill?.total, "70.80");
  await site.stop();
});

Deno.test("a new price holds for new sessions; one that runs, and an old bill, keep theirs", async () => {
  const facts = { hasCsms: false, unknownOffline: true, tariff: tariffOf("10") };
  const site = await openSite(facts);
  const first = await site.arrive("CP1");
  const done = await first.start("ASHA", { meterStart: 0 });
  await first.stop(done.number, 1_000);
  const running = await first.start("BEN", { meterStart: 1_000 });
  site.kill();
  facts.tariff = tariffOf("100");
  await site.start();
  const again = await site.arrive("CP1");
  await again.stop(running.number, 2_000);
  const next = await again.start("CARA", { meterStart: 2_000 });
  await again.stop(next.number, 3_000);
  const sessions = await site.gateway().web.views.transactions({ limit: 3 });
  assertEquals(sessions.map(({ token, cost }) => [token, cost?.total]), [
    ["CARA", "141.60"],
    ["BEN", "35.40"],
    ["ASHA", "35.40"],
  ]);
  const { tariffs } = await site.store.load(site.clock.wallMs());
  assertEquals(tariffs.size, 2);
  await site.stop();
});

Deno.test("readings that come late, all at once, are priced as if they had come in time", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true, tariff: byHour() });
  const charger = await site.arrive("CP1");
  const startMs = site.clock.wallMs();
  const { number } = await charger.start("ASHA", { meterStart: 0 });
  await site.clock.advance(120 * MINUTE_MS);
  // 2 kWh in the first hour at 10, none in the second; told in one message after both.
  const value = (afterMs: number, wh: number) => ({
    timestamp: isoTime(startMs + afterMs),
    sampledValue: [{ value: String(wh), measurand: "Energy.Active.Import.Register", unit: "Wh" }],
  });
  await charger.result("MeterValues", {
    connectorId: 1,
    transactionId: number,
    meterValue: [value(60 * MINUTE_MS, 2_000), value(120 * MINUTE_MS, 2_000)],
  }, ANSWERED_MS);
  await charger.stop(number, 2_000);
  assertEquals((await newest(site))?.total, "20.00");
  await site.stop();
});

/** 10 a kWh in the first hour of a session, 50 after. */
function byHour(): Tariff {
  const prices = [{ price: "10", conditions: { maxTime: 3_600 } }, { price: "50" }];
  return { ...tariffOf(), parts: { energy: { taxRates: [], prices } } };
}

Deno.test("two sessions at one time do not mix", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true, tariff: tariffOf() });
  const [one, two] = [await site.arrive("CP1"), await site.arrive("CP2")];
  const first = await one.start("ASHA", { meterStart: 0 });
  const second = await two.start("BEN", { meterStart: 0 });
  await one.meter(first.number, 1_000, 16);
  await two.meter(second.number, 3_000, 16);
  await site.clock.advance(ANSWERED_MS);
  await two.status("SuspendedEV");
  await site.clock.advance(20 * MINUTE_MS);
  await one.stop(first.number, 1_000);
  await two.stop(second.number, 3_000);
  const sessions = await site.gateway().web.views.transactions({ limit: 2 });
  assertEquals(sessions.map(({ token, cost }) => [token, cost?.exclTax]), [
    ["BEN", "70.00"],
    ["ASHA", "30.00"],
  ]);
  await site.stop();
});
