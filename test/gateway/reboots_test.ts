import { assert, assertEquals } from "@std/assert";
import { exportSessions, type SessionRow } from "../../src/operations/mod.ts";
import type { Tariff } from "../../src/transactions/mod.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;

/** A session of 1000 Wh and more, begun a minute ago, on a charger whose power then goes out. */
async function interrupted(site: SiteBench) {
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await charger.status("Charging");
  const { number } = await charger.start("ASHA");
  await site.clock.advance(MINUTE_MS);
  await charger.meter(number, 1_500, 16);
  charger.socket.terminate();
  await site.clock.advance(MINUTE_MS);
  const back = await site.connect("CP1");
  await back.result("BootNotification", BOOT);
  return { number, back };
}

const BOOT = { chargePointVendor: "Vendor", chargePointModel: "Model" };

async function sessions({ store }: SiteBench): Promise<SessionRow[]> {
  const pieces: string[] = [];
  for await (const piece of exportSessions(store.transactions, {}, "json")) pieces.push(piece);
  return JSON.parse(pieces.join(""));
}

const stops = ({ csms }: SiteBench) =>
  csms.heard("StopTransaction").map(({ payload }) => [payload["meterStop"], payload["reason"]]);

async function flagsOf(site: SiteBench): Promise<readonly string[]> {
  return (await site.gateway().web.views.transactions({ limit: 1 }))[0]?.flags ?? [];
}

const isRunning = (site: SiteBench) => site.gateway().web.views.evse(1)?.transaction !== null;

Deno.test("a session goes on over a power cut where its charger goes on with it (E17)", async () => {
  const site = await openSite();
  const { number, back } = await interrupted(site);
  for (let minute = 0; minute < 30; minute++) {
    await site.clock.advance(MINUTE_MS);
    await back.meter(number, 1_500 + 10 * minute, 16);
  }
  assert(isRunning(site));
  await site.clock.advance(1_000);
  await back.stop(number, 2_000, { reason: "Local" });
  await site.clock.advance(5_000);
  assertEquals(stops(site), [[2_000, "Local"]]);
  assertEquals(await flagsOf(site), ["resumed"]);
  await site.stop();
});

Deno.test("a session that its charger has forgotten is closed when nothing was heard of it long enough", async () => {
  const site = await openSite();
  const { back } = await interrupted(site);
  await back.status("Preparing");
  await site.clock.advance(14 * MINUTE_MS);
  assert(isRunning(site), "14 minutes after the boot it may still go on");
  await site.clock.advance(3 * MINUTE_MS);
  assert(!isRunning(site));
  assertEquals(stops(site), [[1_500, "PowerLoss"]]);
  const [fault] = site.gateway().web.views.faults();
  assertEquals([fault?.kind, fault?.subject], ["session-closed-without-stop", "slot 1"]);
  await site.stop();
});

Deno.test("it is closed sooner where the charger shows that it is over, but not before its queue can be empty", async () => {
  const site = await openSite();
  const { back } = await interrupted(site);
  await back.status("Available");
  await site.clock.advance(4 * MINUTE_MS);
  assert(isRunning(site));
  await site.clock.advance(3 * MINUTE_MS);
  assert(!isRunning(site));
  await site.stop();
});

Deno.test("the Stop out of the charger's queue is the end, with its own register", async () => {
  const site = await openSite();
  const { number, back } = await interrupted(site);
  await back.status("Available");
  await site.clock.advance(MINUTE_MS);
  await back.stop(number, 1_540, { reason: "PowerLoss" });
  await site.clock.advance(20 * MINUTE_MS);
  assertEquals(stops(site), [[1_540, "PowerLoss"]]);
  assertEquals(await flagsOf(site), []);
  await site.stop();
});

Deno.test("an orderly goodbye before the boot was no power cut", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await charger.start("ASHA");
  charger.socket.close(1000, "rebooting");
  await site.clock.advance(MINUTE_MS);
  const back = await site.connect("CP1");
  await back.boot();
  await site.clock.advance(10 * MINUTE_MS);
  assertEquals(stops(site), [[1_000, "Reboot"]]);
  await site.stop();
});

Deno.test("while its charger is away a session is not closed, however long: it may be charging", async () => {
  const site = await openSite();
  const { back } = await interrupted(site);
  back.socket.terminate();
  await site.clock.advance(24 * 60 * MINUTE_MS);
  assert(isRunning(site));
  const again = await site.connect("CP1");
  await again.boot();
  await site.clock.advance(MINUTE_MS);
  assert(isRunning(site), "and not at once when it is back");
  await site.stop();
});

Deno.test("a clock that is set decades on closes nothing: waiting is not measured by it", async () => {
  const site = await openSite();
  await interrupted(site);
  site.clock.setWall(site.clock.wallMs() + 50 * 365 * 24 * 60 * MINUTE_MS);
  await site.clock.advance(5 * MINUTE_MS);
  assert(isRunning(site));
  await site.stop();
});

Deno.test("the wait outlives a restart of the gateway", async () => {
  const site = await openSite();
  await interrupted(site);
  site.kill();
  await site.start();
  const back = await site.connect("CP1");
  await back.status("Preparing");
  await site.clock.advance(17 * MINUTE_MS);
  assert(!isRunning(site));
  await site.stop();
});

Deno.test("firmware that boots every minute without starting anew does not trouble its sessions (quirk 8)", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA");
  for (let minute = 0; minute < 30; minute++) {
    await site.clock.advance(MINUTE_MS);
    await charger.result("BootNotification", BOOT);
  }
  assert(isRunning(site));
  await charger.stop(number, 2_000);
  assertEquals(await flagsOf(site), []);
  await site.stop();
});

Deno.test("an EVSE that is shown free while it charges keeps its session (quirk 30)", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA");
  await charger.status("Available");
  for (let minute = 0; minute < 30; minute++) {
    await site.clock.advance(MINUTE_MS);
    await charger.meter(number, 1_500 + 10 * minute, 16);
  }
  assert(isRunning(site));
  await site.stop();
});

Deno.test("an EVSE that stays free has no session, though its charger never booted and never said Stop", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA");
  await charger.meter(number, 1_200, 16);
  await site.clock.advance(1_000);
  await charger.status("Finishing");
  await site.clock.advance(14 * MINUTE_MS);
  assert(isRunning(site));
  await site.clock.advance(3 * MINUTE_MS);
  assert(!isRunning(site));
  assertEquals(stops(site), [[1_200, "Other"]]);
  await site.stop();
});

// The Stop comes all the same

Deno.test("a Stop that comes after the gateway closed the session is the end, while the CSMS is away", async () => {
  const site = await openSite();
  const { number, back } = await interrupted(site);
  await site.loseCsms();
  await back.status("Available");
  await site.clock.advance(8 * MINUTE_MS);
  assert(!isRunning(site));
  await back.stop(number, 1_777, { reason: "PowerLoss" });
  await site.restoreCsms();
  await site.clock.advance(MINUTE_MS);
  assertEquals(stops(site), [[1_777, "PowerLoss"]]);
  assertEquals(await flagsOf(site), ["stop-came-late"]);
  assertEquals((await site.store.load(0)).outbox, []);
  await site.stop();
});

Deno.test("also over a kill of the gateway: what stands on disk is the charger's word", async () => {
  const site = await openSite();
  const { number, back } = await interrupted(site);
  await site.loseCsms();
  await back.status("Available");
  await site.clock.advance(8 * MINUTE_MS);
  await back.stop(number, 1_777);
  site.kill();
  await site.start();
  await site.restoreCsms();
  await site.clock.advance(MINUTE_MS);
  assertEquals(stops(site).map(([meterStop]) => meterStop), [1_777]);
  await site.stop();
});

Deno.test("a Stop that comes when the CSMS was told is kept as a correction, with the difference (I3)", async () => {
  const site = await openSite();
  const { number, back } = await interrupted(site);
  await back.status("Available");
  await site.clock.advance(8 * MINUTE_MS);
  assertEquals(stops(site), [[1_500, "PowerLoss"]]);
  await back.stop(number, 1_777, { reason: "PowerLoss" });
  await back.stop(number, 1_777, { reason: "PowerLoss" });
  await site.clock.advance(10 * MINUTE_MS);
  assertEquals(stops(site).length, 1, "one end");
  const [session] = await sessions(site);
  assertEquals([session?.energyWh, session?.flags, session?.correctionWh], [
    500,
    "closed-by-gateway stop-after-close",
    277,
  ]);
  await site.stop();
});

Deno.test("the bill stays what was told, and a correction shows what it would have cost more", async () => {
  const facts = { tariff: BY_ENERGY };
  const site = await openSite(facts);
  const { number, back } = await interrupted(site);
  await back.status("Available");
  await site.clock.advance(8 * MINUTE_MS);
  // What is on sale by now is another matter.
  site.kill();
  facts.tariff = { ...BY_ENERGY, id: "dear", parts: {} };
  await site.start();
  const again = await site.arrive("CP1");
  await again.stop(number, 3_500, { reason: "PowerLoss" });
  const [shown] = await site.gateway().web.views.transactions({ limit: 1 });
  const [exported] = await sessions(site);
  for (const session of [shown, exported]) {
    assertEquals([session?.cost?.total, session?.correctionWh, session?.correctionCost], [
      "5.00",
      2_000,
      "20.00",
    ]);
  }
  await site.stop();
});

/** 10 a kWh. */
const BY_ENERGY: Tariff = {
  id: "site",
  origin: "site",
  currency: "INR",
  timezone: "Asia/Kolkata",
  nominalVoltageV: 230,
  parts: { energy: { taxRates: [], prices: [{ price: "10" }] } },
  taxIncluded: false,
  pausedBySite: "free",
  roundingStep: "0.01",
};

// Readings after the Stop

function closing(charger: PlayedCharger, number: number, value: string) {
  const sampledValue = [{ value, context: "Transaction.End", format: "SignedData" }];
  const meterValue = [{ timestamp: "2026-01-05T07:00:00Z", sampledValue }];
  return charger.result(
    "MeterValues",
    { connectorId: 1, transactionId: number, meterValue },
    1_000,
  );
}

Deno.test("closing values that come after the Stop go up inside it while it waits, byte for byte", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await site.loseCsms();
  const { number } = await charger.start("ASHA");
  await site.clock.advance(MINUTE_MS);
  await charger.stop(number, 1_500);
  const signed = 'OCMF|{"FV":"1.0","ж":" \\u0000 "}|{"SD":"3045+/=="}';
  await closing(charger, number, signed);
  await closing(charger, number, signed);
  await site.restoreCsms();
  await site.clock.advance(MINUTE_MS);
  const [stop] = site.csms.heard("StopTransaction");
  assertEquals(stop?.payload["transactionData"], [{
    timestamp: "2026-01-05T07:00:00Z",
    sampledValue: [{ value: signed, context: "Transaction.End", format: "SignedData" }],
  }]);
  assertEquals(site.csms.heard("MeterValues"), [], "the session does not live again");
  assertEquals(await flagsOf(site), ["readings-after-stop"]);
  await site.stop();
});

Deno.test("they stay in the ledger where the Stop has gone up", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA");
  await charger.stop(number, 1_500);
  await site.clock.advance(5_000);
  await closing(charger, number, "signed");
  await site.clock.advance(5 * MINUTE_MS);
  assertEquals(site.csms.heard("MeterValues"), []);
  const [kept] = await site.store.transactions({ limit: 1 });
  assertEquals(kept?.lateReadings?.map(({ isInEnd }) => isInEnd), [false]);
  await site.stop();
});
