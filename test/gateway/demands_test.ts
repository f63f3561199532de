import { assertEquals, assertNotEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import { FIRST_CLASS } from "../../src/site/mod.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A Monday, 09:00 in Pune. */
const MONDAY_MS = Date.parse("2026-01-05T09:00:00+05:30");

const commandsOf = (site: SiteBench) => site.gateway().web.commands;
const evse = (site: SiteBench, slot = 1) => site.gateway().web.views.evse(slot);
const FIRST = { class: "first", minutes: null } as const;

/** What is said of one driver. */
const usual = (
  id: string,
  preferences: { priority?: number; departure?: string; energyWh?: number },
) => ({
  idToken: { idToken: id, type: "Central" as const },
  preferences,
});

async function charging(site: SiteBench, idTag: string, chargerId = "CP1") {
  const charger = await site.arrive(chargerId);
  await charger.status("Preparing");
  const { number } = await charger.start(idTag);
  await charger.status("Charging");
  return { charger, number };
}

// Who goes first

Deno.test("this one first: a session goes before all others until it ends, also over a restart", async () => {
  const site = await openSite();
  const { charger, number } = await charging(site, "ASHA");
  assertEquals(evse(site)?.priority, { class: 5, by: "evse" });
  assertEquals((await commandsOf(site).priority(1, FIRST, "priya")).kind, "accepted");
  assertEquals(evse(site)?.priority, { class: FIRST_CLASS, by: "operator" });
  site.kill();
  await site.start();
  assertEquals(evse(site)?.priority, { class: FIRST_CLASS, by: "operator" });
  const back = await site.arrive("CP1");
  await back.stop(number, 2_000);
  assertEquals(evse(site)?.priority, { class: 5, by: "evse" });
  await site.clock.advance(1_000);
  assertEquals((await site.store.load(0))["priority-orders"].size, 0, "gone from the disk too");
  assertNotEquals(charger, back);
  await site.stop();
});

Deno.test("an order for some minutes needs no session, and ends by itself whatever the wall clock does", async () => {
  const site = await openSite();
  await site.arrive("CP1");
  assertEquals(await commandsOf(site).priority(1, FIRST, "priya"), {
    kind: "refused",
    reason: "No session is running here",
    advice: "Say for how many minutes it is to hold",
  });
  await commandsOf(site).priority(1, { class: 9, minutes: 30 }, "priya");
  site.setMachineClock(-365 * 24 * HOUR_MS);
  await site.clock.advance(29 * MINUTE_MS);
  assertEquals(evse(site)?.priority, { class: 9, by: "operator" });
  await site.clock.advance(MINUTE_MS);
  assertEquals(evse(site)?.priority, { class: 5, by: "evse" });
  await site.stop();
});

Deno.test("what an operator has said about who goes first can be taken back, and is refused where nothing is", async () => {
  const site = await openSite();
  await charging(site, "ASHA");
  await commandsOf(site).priority(1, FIRST, "priya");
  await commandsOf(site).priority(1, { class: null, minutes: null }, "priya");
  assertEquals(evse(site)?.priority?.by, "evse");
  assertEquals((await site.store.load(0))["priority-orders"].size, 0);
  assertEquals((await commandsOf(site).priority(9, FIRST, "priya")).kind, "refused");
  assertEquals((await commandsOf(site).demand(9, NOTHING, "priya")).kind, "refused");
  await site.stop();
});

Deno.test("a card's class counts before that of its group, and the list before site.yaml", async () => {
  const demands = {
    tokens: [usual("BEN", { priority: 3 })],
    groups: [usual("FLEET", { priority: 8 })],
    habitMemoryMs: 0,
  };
  const site = await openSite({ demands, hasCsms: false });
  const listed = { type: "Central", status: "Accepted", expires: null, group: "FLEET" } as const;
  await commandsOf(site).putToken("ASHA", listed, "priya");
  await commandsOf(site).putToken("BEN", listed, "priya");
  await charging(site, "ASHA", "CP1");
  await charging(site, "BEN", "CP2");
  assertEquals(evse(site, 1)?.priority, { class: 8, by: "group" });
  assertEquals(evse(site, 2)?.priority, { class: 3, by: "token" });
  await commandsOf(site).putToken("BEN", { ...listed, priority: 9 }, "priya");
  assertEquals(evse(site, 2)?.priority, { class: 9, by: "token" });
  assertEquals(site.gateway().web.views.tokens().map(({ token, priority }) => [token, priority]), [
    ["ASHA", null],
    ["BEN", 9],
  ]);
  await site.stop();
});

// What drivers want

const NOTHING = { departure: null, energyKwh: null, urgent: false };

Deno.test("what an operator enters for a driver shrinks with what is delivered, outlives a restart and ends with the session", async () => {
  const site = await openSite({ startWallMs: MONDAY_MS });
  const { charger, number } = await charging(site, "ASHA");
  const departure = "2026-01-05T12:00:00.000Z";
  await commandsOf(site).demand(1, { departure, energyKwh: 12, urgent: false }, "priya");
  const said = { departure, departureBy: "operator", energyBy: "operator", urgent: false } as const;
  assertEquals(evse(site)?.demand, { ...said, remainingWh: 12_000 });
  await charger.meter(number, 5_000, 16);
  const delivered = evse(site)?.energyWh ?? 0;
  assertEquals([delivered > 0, evse(site)?.demand?.remainingWh], [true, 12_000 - delivered]);
  // Readings go to disk with other writes.
  await site.clock.advance(MINUTE_MS);
  site.kill();
  await site.start();
  assertEquals(evse(site)?.demand, { ...said, remainingWh: 12_000 - delivered });
  const back = await site.arrive("CP1");
  await back.stop(number, 5_000);
  assertEquals(evse(site)?.demand, null);
  await site.clock.advance(1_000);
  assertEquals((await site.store.load(0))["charging-wishes"].size, 0, "gone from the disk too");
  await site.stop();
});

Deno.test("a departure that has passed makes a session urgent, and what was said can be taken back", async () => {
  const site = await openSite({ startWallMs: MONDAY_MS });
  await charging(site, "ASHA");
  const departure = isoTime(site.clock.wallMs() + MINUTE_MS);
  await commandsOf(site).demand(1, { ...NOTHING, departure }, "priya");
  assertEquals(evse(site)?.demand?.urgent, false);
  await site.clock.advance(MINUTE_MS);
  assertEquals(evse(site)?.demand?.urgent, true);
  await commandsOf(site).demand(1, NOTHING, "priya");
  assertEquals([evse(site)?.demand, (await site.store.load(0))["charging-wishes"].size], [null, 0]);
  await site.stop();
});

Deno.test("nobody can say what a driver wants who is not there, or leaves in a month and more", async () => {
  const site = await openSite();
  await site.arrive("CP1");
  const want = (departure: string | null) =>
    commandsOf(site).demand(1, { ...NOTHING, departure, energyKwh: 5 }, "priya");
  assertEquals((await want(null)).kind, "refused");
  await charging(site, "ASHA", "CP2");
  const far = isoTime(site.clock.wallMs() + 32 * 24 * HOUR_MS);
  const outcome = await commandsOf(site).demand(2, { ...NOTHING, departure: far }, "priya");
  assertEquals([outcome.kind, evse(site, 2)?.demand], ["refused", null]);
  await site.stop();
});

Deno.test("who has no time left to wait is urgent, and stays so though fast charging gains time", async () => {
  const site = await openSite({ startWallMs: MONDAY_MS });
  const { charger, number } = await charging(site, "ASHA");
  // On one line of 32 A the 7.36 kWh take an hour; a quarter of an hour is to spare.
  const departure = isoTime(site.clock.wallMs() + 76 * MINUTE_MS);
  await commandsOf(site).demand(1, { departure, energyKwh: 7.36, urgent: false }, "priya");
  assertEquals(evse(site)?.demand?.urgent, false);
  await site.clock.advance(2 * MINUTE_MS);
  assertEquals(evse(site)?.demand?.urgent, true);
  await charger.meter(number, 4_000, 32);
  assertEquals([evse(site)?.demand?.urgent, (evse(site)?.demand?.remainingWh ?? 0) > 0], [
    true,
    true,
  ]);
  await site.clock.advance(10_000);
  await charger.meter(number, 9_000, 32);
  assertEquals(evse(site)?.demand?.urgent, false, "it has what it wanted");
  await site.stop();
});

Deno.test("a card's usual departure is the next one by the site's clock, and who enters another counts", async () => {
  const demands = {
    tokens: [usual("ASHA", { departure: "17:30", energyWh: 9_000 })],
    groups: [],
    habitMemoryMs: 0,
  };
  const site = await openSite({ startWallMs: MONDAY_MS, demands });
  await charging(site, "ASHA");
  assertEquals(evse(site)?.demand, {
    departure: "2026-01-05T12:00:00.000Z",
    departureBy: "token",
    remainingWh: 9_000,
    energyBy: "token",
    urgent: false,
  });
  await commandsOf(site).demand(1, { ...NOTHING, energyKwh: 4 }, "priya");
  const { departureBy, remainingWh, energyBy } = evse(site)?.demand ?? {};
  assertEquals([departureBy, remainingWh, energyBy], ["token", 4_000, "operator"]);
  await site.stop();
});

// Habits

/** Four sessions of 20 minutes and 10 kWh one after the other, and the charger. */
async function pastSessions(site: SiteBench): Promise<PlayedCharger> {
  const charger = await site.arrive("CP1");
  for (let session = 0; session < 4; session++) {
    const { number } = await charger.start("ASHA", { meterStart: 0 });
    await site.clock.advance(20 * MINUTE_MS);
    await charger.stop(number, 10_000);
    await site.clock.advance(MINUTE_MS);
  }
  return charger;
}

function openLearning(habitMemoryMs: number): Promise<SiteBench> {
  const demands = { tokens: [], groups: [], habitMemoryMs };
  const alone = { hasCsms: false, unknownOffline: true };
  return openSite({ startWallMs: MONDAY_MS, demands, ...alone });
}

Deno.test("who comes often is expected to stay and take as usual, as a guess, and after a restart too", async () => {
  const site = await openLearning(24 * HOUR_MS);
  const charger = await pastSessions(site);
  const beganMs = site.clock.wallMs();
  await charger.start("ASHA", { meterStart: 0 });
  await site.clock.advance(1_000);
  const guess = evse(site)?.demand;
  assertEquals([guess?.departureBy, guess?.energyBy, guess?.remainingWh, guess?.urgent], [
    "habit",
    "habit",
    10_000,
    false,
  ]);
  const stayMs = Date.parse(guess?.departure ?? "") - beganMs;
  assertEquals(Math.abs(stayMs - 20 * MINUTE_MS) < MINUTE_MS, true, `${stayMs}`);
  site.kill();
  await site.start();
  assertEquals(evse(site)?.demand, guess);
  await site.stop();
});

Deno.test("another driver has no habit of this one's", async () => {
  const site = await openLearning(24 * HOUR_MS);
  const charger = await pastSessions(site);
  await charger.start("BEN");
  await site.clock.advance(1_000);
  assertEquals(evse(site)?.demand, null);
  await site.stop();
});

Deno.test("where nothing is to be learnt nothing is, and what is older than it may be is forgotten", async () => {
  for (const habitMemoryMs of [0, 30 * MINUTE_MS]) {
    const site = await openLearning(habitMemoryMs);
    const charger = await pastSessions(site);
    await charger.start("ASHA");
    await site.clock.advance(1_000);
    assertEquals(evse(site)?.demand, null);
    await site.stop();
  }
});

// What the EV says

Deno.test("what an EV tells its 2.0.1 charger is what its driver wants, for that session", async () => {
  const site = await openSite({ chargers: { versions: ["ocpp1.6", "ocpp2.0.1"] } });
  const charger = await site.connect("CP1", { protocols: ["ocpp2.0.1"] });
  const evseId = 1;
  const chargingStation = { vendorName: "Vendor", model: "Model" };
  await charger.result("BootNotification", { reason: "PowerUp", chargingStation });
  const event = (eventType: string, seqNo: number, more: Record<string, unknown> = {}) =>
    charger.result("TransactionEvent", {
      eventType,
      timestamp: isoTime(site.clock.wallMs()),
      triggerReason: "Trigger",
      seqNo,
      transactionInfo: { transactionId: "T-1" },
      ...more,
    }, 2_000);
  const departsAtMs = site.clock.wallMs() + 4 * HOUR_MS;
  const chargingNeeds = {
    requestedEnergyTransfer: "AC_three_phase",
    departureTime: isoTime(departsAtMs),
    acChargingParameters: {
      energyAmount: 12_000,
      evMinCurrent: 6,
      evMaxCurrent: 32,
      evMaxVoltage: 400,
    },
  };
  const needs = () => charger.result("NotifyEVChargingNeeds", { evseId, chargingNeeds }, 2_000);
  assertEquals(await needs(), { status: "Rejected" }, "no session runs");
  await event("Started", 0, {
    evse: { id: evseId, connectorId: 1 },
    idToken: { idToken: "ASHA", type: "Central" },
  });
  assertEquals(await needs(), { status: "Accepted" });
  const { remainingWh } = evse(site)?.demand ?? {};
  assertEquals(remainingWh, 12_000);
  await event("Ended", 1);
  assertEquals(evse(site)?.demand, null);
  await site.stop();
});
