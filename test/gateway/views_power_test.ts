import { assert, assertEquals } from "@std/assert";
import type { Line, MeterListener, PerLine } from "../../src/site/mod.ts";
import { THIN } from "../../src/web/format.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const LINES: readonly Line[] = ["L1", "L2", "L3"];
const onEach = <T>(value: T): PerLine<T> => ({ L1: value, L2: value, L3: value });

const viewsOf = (site: SiteBench) => site.gateway().web.views;
const offer = (site: SiteBench, slot: number) => {
  const evse = viewsOf(site).evse(slot);
  return [evse?.offeredAmps, evse?.reason?.replaceAll(THIN, " ") ?? evse?.reason];
};

/** A charger at which a session runs. */
async function charging(
  site: SiteBench,
  chargerId: string,
): Promise<{ readonly charger: PlayedCharger; readonly number: number }> {
  const charger = await site.arrive(chargerId);
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  return { charger, number };
}

/** The grid connection as the pages see it. */
function grid(site: SiteBench) {
  const [circuit, ...others] = viewsOf(site).circuits();
  assertEquals(others, []);
  if (circuit === undefined) throw new Error("There is no circuit");
  return circuit;
}

// Circuits

Deno.test("a circuit that nobody measures shows what is kept for its chargers, and what is left", async () => {
  const site = await openSite({ gridAmps: 60 });
  assertEquals(viewsOf(site).circuits(), [{
    id: "grid",
    parentId: null,
    meterId: null,
    limitAmps: 60,
    loadAmps: onEach(null),
    otherLoadAmps: onEach(0),
    // The fail-safe current of each charger, wherever it is; 2 A stay free.
    reservedAmps: onEach(18),
    headroomAmps: onEach(40),
    bounds: [],
    limits: [],
    source: "grid",
    sources: ["grid"],
    meterState: "none",
    slots: [1, 2, 3],
  }]);
  await charging(site, "CP1");
  await site.clock.advance(20_000);
  assertEquals([grid(site).reservedAmps, grid(site).headroomAmps], [onEach(44), onEach(14)]);
  await site.stop();
});

Deno.test("a metered circuit shows what flows and how much of it is not the chargers'", async () => {
  const site = await openSite({ gridAmps: 60, metered: true });
  site.meter.read(12);
  await site.clock.advance(5_000);
  assertEquals([grid(site).meterId, grid(site).meterState], ["main", "good"]);
  assertEquals([grid(site).loadAmps, grid(site).otherLoadAmps], [onEach(12), onEach(12)]);
  assertEquals(grid(site).headroomAmps, onEach(60 - 12 - 18 - 2));
  await site.clock.advance(100);
  site.meter.read(70);
  assertEquals(grid(site).loadAmps, onEach(70));
  for (const line of LINES) assert(grid(site).headroomAmps[line] < 0, "too much flows");
  await site.stop();
});

Deno.test("what an EV draws is not the house's: a circuit tells the two apart", async () => {
  const site = await openSite({ gridAmps: 60, metered: true });
  site.meter.read(10);
  const { charger, number } = await charging(site, "CP1");
  for (let seconds = 0; seconds < 60; seconds += 10) {
    await charger.meter(number, 1_000 + seconds, 16);
    site.meter.read(26);
    await site.clock.advance(10_000);
  }
  const { loadAmps, otherLoadAmps } = grid(site);
  assertEquals(loadAmps, onEach(26));
  for (const line of LINES) assert(Math.abs(otherLoadAmps[line] - 10) < 2, otherLoadAmps[line]);
  await site.stop();
});

Deno.test("a meter that falls silent is believed for a while, replaced, and then lost; and good again", async () => {
  const site = await openSite({ gridAmps: 60, metered: true });
  const state = () => grid(site).meterState;
  assertEquals(state(), "substituted", "it has never read anything");
  site.meter.read(12);
  assertEquals(state(), "good");
  await site.meter.stop();
  const seen: string[] = [];
  for (let seconds = 0; seconds < 70; seconds++) {
    if (seen.at(-1) !== state()) seen.push(state());
    await site.clock.advance(1_000);
  }
  assertEquals(seen, ["good", "held", "substituted", "lost"]);
  assertEquals(grid(site).loadAmps, onEach(null), "nobody knows what flows");
  site.kill();
  await site.start();
  site.meter.read(12);
  assertEquals(state(), "good");
  await site.stop();
});

Deno.test("an adopted charger shows at the circuit that site.yaml says, without a restart", async () => {
  const site = await openSite({ gridAmps: 60 });
  await site.connect("CP9").then(() => {}, () => {});
  await site.gateway().web.commands.adopt("CP9", "priya");
  await site.arrive("CP9");
  await site.clock.advance(2_000);
  assertEquals(grid(site).slots, [1, 2, 3, 4]);
  assertEquals(viewsOf(site).evse(4)?.circuitId, "grid");
  await site.stop();
});

// Meters

/** A site whose meter says whatever the test says. */
async function withMeter(): Promise<{ readonly site: SiteBench; readonly meter: MeterListener }> {
  const site = await openSite({ metered: true });
  let listener: MeterListener | null = null;
  const { start } = site.meter;
  const heard = (given: MeterListener) => {
    listener = given;
    start(given);
  };
  // The bench hands this very meter to the next run.
  Object.assign(site.meter, { start: heard });
  await site.meter.stop();
  site.kill();
  await site.start();
  if (listener === null) throw new Error("The meter was not started");
  return { site, meter: listener };
}

Deno.test("a meter shows what it measures and how old that is; what it does not measure is not zero", async () => {
  const { site, meter } = await withMeter();
  const view = () => viewsOf(site).meters()[0];
  assertEquals([view()?.id, view()?.role, view()?.health], ["main", "grid", "waiting"]);
  assertEquals([view()?.ageMs, view()?.currentsAmps, view()?.totalPowerW], [null, null, null]);
  const atMonoMs = site.clock.monoMs();
  meter.sample({
    meterId: "main",
    atMonoMs,
    atWallMs: site.clock.wallMs(),
    voltagesV: { L1: 229, L2: 231, L3: 230 },
    powersW: { L1: -500, L2: 0, L3: 500 },
    totalPowerW: 0,
    importWh: 123_000,
  });
  await site.clock.advance(1_500);
  const { voltagesV, powersW, totalPowerW, importWh, exportWh, currentsAmps, ageMs } = view() ?? {};
  assertEquals([voltagesV, powersW], [{ L1: 229, L2: 231, L3: 230 }, { L1: -500, L2: 0, L3: 500 }]);
  assertEquals([totalPowerW, importWh, exportWh, currentsAmps], [0, 123_000, null, null]);
  assertEquals(ageMs, 1_500);
  await site.stop();
});

Deno.test("a failing meter says what a person can act on, as a fault too, until it reads again", async () => {
  const { site, meter } = await withMeter();
  const health = () => viewsOf(site).meters().map((each) => [each.health, each.trouble]);
  const faults = () =>
    viewsOf(site).faults().filter(({ kind }) => kind === "meter-failing")
      .map(({ subject, state, severity, text }) => [subject, state, severity, text]);
  const sinceMonoMs = site.clock.monoMs();
  meter.health({ kind: "good", sinceMonoMs });
  assertEquals([health(), faults()], [[["good", null]], []]);
  const reason = "no answer from 192.168.10.20:502";
  meter.health({ kind: "failing", sinceMonoMs, reason });
  assertEquals(health(), [["failing", reason]]);
  assertEquals(faults(), [["main", "raised", "warning", `Meter "main": ${reason}`]]);
  meter.health({ kind: "good", sinceMonoMs });
  assertEquals(health(), [["good", null]]);
  assertEquals(faults().map(([, state]) => state), ["over"]);
  await site.stop();
});

Deno.test("readings that a meter refuses are counted, and the last good one stays", async () => {
  const { site, meter } = await withMeter();
  site.meter.read(7);
  for (let count = 0; count < 3; count++) meter.refused("a current of 5000 A");
  const [view] = viewsOf(site).meters();
  assertEquals([view?.refused, view?.currentsAmps], [3, onEach(7)]);
  await site.stop();
});

// Why an EVSE has what it has

Deno.test("an EVSE says in words why it does not have its maximum", async () => {
  const site = await openSite({ gridAmps: 46, metered: true });
  site.meter.read(0);
  const first = await charging(site, "CP1");
  await site.clock.advance(60_000);
  assertEquals(offer(site, 1), [32, null]);
  await charging(site, "CP2");
  await site.clock.advance(60_000);
  assertEquals(offer(site, 1), [
    19,
    "grid, phase L1 full: 46 A − others 25 A − margin 2 A",
  ]);
  await first.charger.status("SuspendedEV");
  await site.clock.advance(30_000);
  assertEquals(offer(site, 1), [6, "the car takes nothing"]);
  await site.meter.stop();
  await site.clock.advance(65_000);
  assertEquals(offer(site, 2), [6, "the meter of grid is silent: safe current 6 A"]);
  assertEquals(offer(site, 3), [null, null], "without a session there is nothing to explain");
  await site.stop();
});

Deno.test("where not everybody can have the minimum, who waits says so", async () => {
  const site = await openSite({ gridAmps: 30, metered: true });
  site.meter.read(0);
  const sessions = [await charging(site, "CP1"), await charging(site, "CP2")];
  // Both are paused as the house comes on, and rest for five minutes.
  for (let seconds = 0; seconds < 420; seconds += 10) {
    const drawn = sessions.map(({ charger }) => charger.limitAmps() ?? 6);
    for (const [index, { charger, number }] of sessions.entries()) {
      await charger.meter(number, 1_000 + seconds, drawn[index] ?? 0);
    }
    // The 14 A of the house, the 6 A of CP3, which is away, and 2 A free leave 8 A: for one of two.
    site.meter.read(14 + drawn.reduce((sum, amps) => sum + amps, 0));
    await site.clock.advance(10_000);
  }
  assertEquals([offer(site, 1), offer(site, 2)].toSorted(), [
    [
      0,
      "waits its turn: next about 11:50; grid, phase L1 full: 30 A − other load 14 A − others 14 A − margin 2 A",
    ],
    [8, "grid, phase L1 full: 30 A − other load 14 A − others 6 A − margin 2 A"],
  ]);
  await site.stop();
});

Deno.test("a cap of an operator and one of the cloud are told apart, and the lower one is named", async () => {
  const site = await openSite();
  await charging(site, "CP1");
  await site.clock.advance(20_000);
  const { commands } = site.gateway().web;
  await commands.limit(1, 12, 60, "priya");
  assertEquals(offer(site, 1), [12, "capped by an operator at 12 A until 12:30"]);
  await commands.limit(1, 0, 60, "priya");
  assertEquals(offer(site, 1), [0, "paused by an operator until 12:30"]);
  await commands.limit(1, 12, 60, "priya");
  const profile = (limit: number) => ({
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    },
  });
  await site.csms.now().result("SetChargingProfile", profile(9));
  await site.clock.advance(20_000);
  assertEquals(offer(site, 1), [9, "capped by the cloud at 9 A"]);
  await site.csms.now().result("SetChargingProfile", profile(20));
  await site.clock.advance(30_000);
  assertEquals(offer(site, 1), [12, "capped by an operator at 12 A until 12:30"]);
  await commands.limit(1, 12, 0, "priya");
  await site.clock.advance(30_000);
  assertEquals(offer(site, 1), [20, "capped by the cloud at 20 A"], "the operator's is lifted");
  await site.stop();
});

Deno.test("a cap of an operator holds over a restart, for the minutes that are left of it", async () => {
  const site = await openSite();
  const { charger } = await charging(site, "CP1");
  await site.gateway().web.commands.limit(1, 8, 10, "priya");
  await site.clock.advance(5 * 60_000);
  site.kill();
  charger.socket.terminate();
  await site.start();
  await site.connect("CP1");
  await site.clock.advance(60_000);
  assertEquals(offer(site, 1), [8, "capped by an operator at 8 A until 11:40"]);
  await site.clock.advance(5 * 60_000);
  assertEquals(offer(site, 1), [32, null]);
  await site.stop();
});
