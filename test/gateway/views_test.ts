import { assert, assertEquals, assertMatch } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const viewsOf = (site: SiteBench) => site.gateway().web.views;

/** Sends readings of a session, as a charger writes them. */
async function reading(
  { clock }: SiteBench,
  charger: PlayedCharger,
  transactionId: number,
  sampledValue: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const meterValue = [{ timestamp: isoTime(clock.wallMs()), sampledValue }];
  await charger.ask("MeterValues", { connectorId: 1, transactionId, meterValue });
}

const POWER = { value: "11040", measurand: "Power.Active.Import", unit: "W" };
const REGISTER = { value: "2.5", measurand: "Energy.Active.Import.Register", unit: "kWh" };
const SOC = { value: "80", measurand: "SoC", unit: "Percent" };

// The site

Deno.test("the site is what site.yaml calls it, at the time of its clock", async () => {
  const site = await openSite();
  await site.clock.advance(61_000);
  const { name, timezone, language, time, openListener } = viewsOf(site).site();
  assertEquals([name, timezone, language, openListener], [
    "Pune Depot",
    "Asia/Kolkata",
    "en",
    false,
  ]);
  assertEquals(time, isoTime(site.clock.wallMs()));
  assertEquals(viewsOf(site).listeners(), [
    { url: "ws://127.0.0.1:9220/ocpp", securityProfile: 1 },
  ]);
  await site.stop();
});

Deno.test("the totals count who is connected, who charges, what flows and what flowed today", async () => {
  const site = await openSite();
  const totals = () => viewsOf(site).site().totals;
  const first = await site.arrive("CP1");
  const second = await site.arrive("CP2");
  const { number } = await first.start("ASHA");
  await first.status("Charging");
  await second.status("Preparing");
  assertEquals([totals().connected, totals().evses, totals().charging], [2, 3, 1]);
  await reading(site, first, number, [POWER, REGISTER]);
  await site.clock.advance(1_000);
  assertEquals([totals().powerW, totals().energyTodayWh], [11_040, 1_500]);
  await first.stop(number, 3_000);
  await first.status("Available");
  assertEquals([totals().charging, totals().powerW, totals().energyTodayWh], [0, 0, 2_000]);
  second.socket.terminate();
  await site.clock.advance(1_000);
  assertEquals(totals().connected, 1);
  await site.stop();
});

Deno.test("a day ends at midnight of the site's own time zone; a session that goes on counts whole", async () => {
  // The day ends at 18:30 UTC in Pune.
  const site = await openSite({ startWallMs: Date.UTC(2026, 0, 5, 18, 25, 0) });
  const today = () => viewsOf(site).site().totals.energyTodayWh;
  const charger = await site.arrive("CP1");
  const other = await site.arrive("CP2");
  const { number } = await charger.start("ASHA");
  const running = await other.start("BEN");
  await other.meter(running.number, 1_700, 16);
  await charger.stop(number, 6_000);
  await site.clock.advance(Date.UTC(2026, 0, 5, 18, 29, 59) - site.clock.wallMs());
  assertEquals(today(), 5_700);
  await site.clock.advance(1_000);
  assertEquals(today(), 700);
  await other.stop(running.number, 1_900);
  assertEquals(today(), 900);
  await site.stop();
});

Deno.test("alarms that stand are counted until they are over", async () => {
  const site = await openSite({ metered: true });
  const raised = () =>
    viewsOf(site).faults().filter(({ state }) => state === "raised").map(({ subject }) => subject);
  site.meter.read(3);
  await site.clock.advance(1_000);
  assertEquals([viewsOf(site).site().alarms, raised()], [0, []]);
  await site.meter.stop();
  await site.clock.advance(65_000);
  assertEquals([viewsOf(site).site().alarms, raised()], [1, ["main"]]);
  site.kill();
  await site.start();
  assertEquals(viewsOf(site).site().alarms, 0, "the meter reads again");
  await site.stop();
});

// The link to the CSMS

Deno.test("the link to the CSMS shows its protocol, its clock, and since when it stands", async () => {
  const site = await openSite();
  const { configured, connected, online, protocol, trouble, clockOffsetMs, since } =
    viewsOf(site).site().csms;
  assertEquals([configured, connected, online, protocol, trouble], [
    true,
    true,
    true,
    "ocpp1.6",
    null,
  ]);
  assertEquals([clockOffsetMs, since], [0, "2026-01-05T06:00:00.000Z"]);
  await site.stop();
});

Deno.test("a link that is lost says why, since when, and what waits for it; then all is well again", async () => {
  const site = await openSite({ unknownOffline: true });
  const csms = () => viewsOf(site).site().csms;
  const charger = await site.arrive("CP1");
  const lostAt = isoTime(site.clock.wallMs());
  await site.loseCsms();
  assertEquals([csms().connected, csms().online, csms().protocol], [false, false, null]);
  assertEquals([csms().since, csms().trouble], [lostAt, "closed with 1006"]);
  const { number } = await charger.start("ASHA");
  await site.clock.advance(60_000);
  assertEquals(csms().trouble, "connection refused");
  await charger.stop(number, 1_500);
  const { classes, ...waiting } = csms().outbox;
  assertEquals(waiting, { rows: 2, deadLetters: 0, oldestSeconds: 60 });
  assertEquals([classes.sessions.rows, classes.readings.rows], [2, 0]);
  await site.restoreCsms();
  await site.clock.advance(5_000);
  assertEquals([csms().online, csms().trouble], [true, null]);
  const { rows, deadLetters, oldestSeconds } = csms().outbox;
  assertEquals([rows, deadLetters, oldestSeconds], [0, 0, 0]);
  await site.stop();
});

Deno.test("a CSMS that has not accepted the site yet is connected and not online", async () => {
  const site = await openSite();
  site.csms.answer(
    "BootNotification",
    () => ({ status: "Pending", interval: 60, currentTime: isoTime(site.clock.wallMs()) }),
  );
  site.kill();
  await site.start();
  const { connected, online } = viewsOf(site).site().csms;
  assertEquals([connected, online], [true, false]);
  await site.stop();
});

Deno.test("a site that stands alone shows no CSMS, and its sessions wait for none", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const charger = await site.arrive("CP1");
  await charger.start("ASHA");
  const { configured, connected, online, trouble } = viewsOf(site).site().csms;
  assertEquals([configured, connected, online, trouble], [false, false, false, null]);
  assertEquals(viewsOf(site).evse(1)?.transaction?.upstream, "none");
  await site.stop();
});

// Chargers

Deno.test("a charger shows what it said of itself, and from where it is connected since when", async () => {
  const site = await openSite();
  const atBoot = isoTime(site.clock.wallMs());
  const charger = await site.connect("CP2");
  await charger.result("BootNotification", {
    chargePointVendor: "Acme",
    chargePointModel: "Duo 22",
    chargePointSerialNumber: "AC-7",
    firmwareVersion: "4.2",
  });
  await site.clock.advance(1_000);
  assertEquals(viewsOf(site).charger("CP2"), {
    id: "CP2",
    protocol: "ocpp1.6",
    connected: true,
    address: "192.168.7.20",
    connectedSince: atBoot,
    vendor: "Acme",
    model: "Duo 22",
    serialNumber: "AC-7",
    firmware: "4.2",
    bootedAt: atBoot,
    slots: [2],
    held: null,
    formerly: null,
    lastFault: null,
    coercions: {},
    abilities: {
      profiles: true,
      stackLevelMax: 3,
      rateUnit: "A",
      localList: false,
      reservation: false,
      remoteTrigger: true,
      sampleIntervalMs: 10_000,
    },
    quirks: [],
    clockOffsetMs: null,
    localList: null,
    quirkProfile: null,
    limitPaths: [{
      slot: 2,
      by: "unknown",
      stackLevel: null,
      unit: "A",
      endsByItself: false,
      failSafe: "unverified",
      writesToday: 1,
      writesMax: 300,
      writesTotal: 1,
    }],
    security: {
      profile: 1,
      leastProfile: 1,
      password: { kept: false, since: null, changing: false },
      certificates: [],
    },
  });
  assertEquals(viewsOf(site).charger("CP77"), undefined);
  await site.stop();
});

Deno.test("a charger that is away is still in the list, with what it said, until it is back", async () => {
  const site = await openSite();
  for (const id of ["CP2", "CP1"]) await site.arrive(id);
  const [first, second] = viewsOf(site).chargers();
  assertEquals([first?.id, second?.id], ["CP1", "CP2"]);
  site.kill();
  await site.start();
  const away = viewsOf(site).charger("CP1");
  assertEquals([away?.connected, away?.address, away?.connectedSince], [false, null, null]);
  assertEquals([away?.protocol, away?.vendor, away?.bootedAt], [
    "ocpp1.6",
    "Vendor",
    first?.bootedAt,
  ]);
  await site.connect("CP1");
  await site.clock.advance(1_000);
  assertEquals(viewsOf(site).charger("CP1")?.connected, true);
  assertEquals(viewsOf(site).charger("CP2")?.connected, false);
  await site.stop();
});

Deno.test("a charger's clock is shown as its own minus ours, and what it sends wrongly is counted", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const ahead = isoTime(site.clock.wallMs() + 90_000);
  await charger.start("ASHA", { timestamp: ahead, meterStart: "1000" });
  const view = viewsOf(site).charger("CP1");
  assertEquals(view?.clockOffsetMs, 90_000);
  assertEquals(Object.values(view?.coercions ?? {}).reduce((sum, count) => sum + count, 0), 1);
  await site.stop();
});

Deno.test("the last fault of a charger is shown with how often it came, and no other charger's", async () => {
  const site = await openSite();
  await site.arrive("CP1");
  await site.connect("CP1");
  await site.clock.advance(5_000);
  const fault = viewsOf(site).charger("CP1")?.lastFault;
  assertEquals([fault?.kind, fault?.state, fault?.count], ["second-connection", "raised", 1]);
  assertMatch(fault?.text ?? "", /identity/);
  assertEquals(viewsOf(site).charger("CP2")?.lastFault ?? null, null);
  await site.stop();
});

// EVSEs

Deno.test("an EVSE shows the state that its charger reports, in our words and in the protocol's", async () => {
  const site = await openSite();
  const state = () => [viewsOf(site).evse(1)?.state, viewsOf(site).evse(1)?.protocolState];
  assertEquals(state(), ["unreachable", null]);
  const charger = await site.connect("CP1");
  await site.clock.advance(0);
  assertEquals(state(), ["unknown", null], "it is there and has said nothing");
  await charger.boot();
  assertEquals(state(), ["available", "Available"]);
  const cases = [
    ["Preparing", "preparing", "EVConnected"],
    ["Charging", "charging", "Charging"],
    ["SuspendedEV", "suspended-by-ev", "SuspendedEV"],
    ["SuspendedEVSE", "suspended-by-evse", "SuspendedEVSE"],
    ["Finishing", "finishing", "EVConnected"],
    ["Unavailable", "unavailable", "Unavailable"],
    ["Faulted", "faulted", "Faulted"],
    ["Reserved", "reserved", "Reserved"],
  ] as const;
  for (const [said, expected, word] of cases) {
    await charger.status(said);
    assertEquals(state(), [expected, word], said);
  }
  charger.socket.terminate();
  await site.clock.advance(1_000);
  assertEquals(state(), ["unreachable", "Reserved"], "what it said last is still known");
  await site.stop();
});

Deno.test("an EVSE with a session shows what flows, how much has, and how old that is", async () => {
  const site = await openSite();
  const evse = () => viewsOf(site).evse(2);
  const charger = await site.arrive("CP2");
  await site.clock.advance(60_000);
  assertEquals([evse()?.transaction, evse()?.energyWh, evse()?.offeredAmps], [null, null, null]);
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  await reading(site, charger, number, [POWER, REGISTER, SOC]);
  await site.clock.advance(4_000);
  assertEquals([evse()?.powerW, evse()?.energyWh, evse()?.socPercent], [11_040, 1_500, 80]);
  assertEquals([evse()?.measuredAmps, evse()?.measuredAgeMs], [[16, 16, 16], 4_000]);
  assertEquals([evse()?.offeredAmps, evse()?.maxCurrentAmps, evse()?.reason], [32, 32, null]);
  assertEquals([evse()?.transaction?.number, evse()?.transaction?.token], [number, "ASHA"]);
  assertEquals(viewsOf(site).evses()[1], evse());
  await charger.stop(number, 3_000);
  const { transaction, powerW, energyWh, socPercent, offeredAmps } = evse() ?? {};
  assertEquals([transaction, powerW, energyWh, socPercent, offeredAmps], [
    null,
    null,
    null,
    null,
    null,
  ]);
  await site.stop();
});

Deno.test("EVSEs come in the order of their slots, each at its circuit; others are not there", async () => {
  const site = await openSite();
  const seen = viewsOf(site).evses().map(({ slot, chargerId, circuitId, operative }) =>
    [slot, chargerId, circuitId, operative].join(" ")
  );
  assertEquals(seen, ["1 CP1 grid true", "2 CP2 grid true", "3 CP3 grid true"]);
  assert([0, 4].every((slot) => viewsOf(site).evse(slot) === undefined));
  await site.stop();
});
