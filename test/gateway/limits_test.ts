import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

/** A charger at which a session runs and draws what it is given. */
async function charging(site: SiteBench, chargerId: string, idTag: string) {
  const charger = await site.arrive(chargerId);
  await charger.status("Preparing");
  const { number } = await charger.start(idTag);
  await charger.status("Charging");
  return { charger, number };
}

interface Session {
  readonly charger: PlayedCharger;
  readonly number: number;
}

/** Lets time pass while EVs draw what they are given and the meter sees them and the house. */
async function goOn(
  site: SiteBench,
  seconds: number,
  houseAmps: number,
  sessions: readonly Session[],
): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    const drawn = sessions.map(({ charger }) => charger.limitAmps() ?? 6);
    site.meter.read(houseAmps + drawn.reduce((sum, amps) => sum + amps, 0));
    if (second % 10 === 0) {
      for (const [index, { charger, number }] of sessions.entries()) {
        await charger.meter(number, 1_000 + second, drawn[index] ?? 0);
      }
    }
    await site.clock.advance(1_000);
  }
}

const profilesOf = (charger: PlayedCharger) => charger.payloads("SetChargingProfile").length;

Deno.test("a step of other load takes current away from every charger, on the wire at once", async () => {
  const site = await openSite({ gridAmps: 60, metered: true });
  site.meter.read(0);
  const sessions = [await charging(site, "CP1", "ASHA"), await charging(site, "CP2", "BEN")];
  await goOn(site, 90, 0, sessions);
  const before = sessions.map(({ charger }) => charger.limitAmps() ?? 0);
  assertEquals(before, [26, 26], "58 A less the fail-safe current of CP3, which is away");
  const sent = sessions.map(({ charger }) => profilesOf(charger));
  await site.clock.advance(100);
  site.meter.read(30 + before.reduce((sum, amps) => sum + amps, 0));
  await site.clock.advance(0);
  assertEquals(sessions.map(({ charger }) => profilesOf(charger)), sent.map((count) => count + 1));
  const after = sessions.map(({ charger }) => charger.limitAmps() ?? 0);
  assert(30 + after.reduce((sum, amps) => sum + amps, 0) <= 60, after.join());
  await goOn(site, 30, 30, sessions);
  const held = sessions.map(({ charger }) => charger.limitAmps() ?? 0);
  assert(30 + held.reduce((sum, amps) => sum + amps, 0) <= 58, held.join());
  await site.stop();
});

Deno.test("a charger that is lost keeps its limit in the books until it expires, then its fail-safe current", async () => {
  const site = await openSite({ gridAmps: 40 });
  const lost = await charging(site, "CP1", "ASHA");
  await site.clock.advance(30_000);
  assertEquals(lost.charger.limitAmps(), 26, "38 A less the fail-safe currents of CP2 and CP3");
  lost.charger.pair.cut();
  await site.clock.advance(121_000);
  assertEquals(site.gateway().web.views.charger("CP1")?.connected, false);
  const other = await charging(site, "CP2", "BEN");
  await site.clock.advance(60_000);
  assertEquals(other.charger.limitAmps(), 6, "38 A less the 26 A of CP1 and the 6 A of CP3");
  await site.clock.advance(900_000);
  assertEquals(
    other.charger.limitAmps(),
    26,
    "38 A less the 6 A to which CP1 has fallen back, and CP3's",
  );
  await site.stop();
});

Deno.test("a lost charger whose clock is wrong may keep its limit for ever (ruling 21)", async () => {
  const site = await openSite({ gridAmps: 40 });
  const lost = await site.arrive("CP1");
  await lost.status("Preparing");
  await lost.start("ASHA", { timestamp: isoTime(site.clock.wallMs() - 3_600_000) });
  await lost.status("Charging");
  await site.clock.advance(30_000);
  assertEquals(lost.limitAmps(), 26);
  lost.pair.cut();
  await site.clock.advance(121_000);
  const other = await charging(site, "CP2", "BEN");
  await site.clock.advance(7_200_000);
  assertEquals(other.charger.limitAmps(), 6);
  await site.stop();
});

Deno.test("the CSMS is told of a lost charger without its session ending (1.6 §4.9)", async () => {
  const site = await openSite();
  const { charger } = await charging(site, "CP1", "ASHA");
  const idle = await site.arrive("CP2");
  charger.socket.terminate();
  idle.socket.terminate();
  await site.clock.advance(1_000);
  const last = (connectorId: number) =>
    site.csms.heard("StatusNotification").findLast(({ payload }) =>
      payload["connectorId"] === connectorId
    )?.payload;
  assertEquals(
    [last(1)?.["status"], last(1)?.["errorCode"], last(1)?.["info"]],
    ["Faulted", "OtherError", "charger link lost"],
  );
  assertEquals(last(2)?.["status"], "Unavailable");
  await site.stop();
});

Deno.test("a silent meter is first believed for a moment, then replaced, then everybody falls back (ruling 20)", async () => {
  const site = await openSite({ gridAmps: 60, metered: true });
  site.meter.read(0);
  const session = await charging(site, "CP1", "ASHA");
  await goOn(site, 60, 0, [session]);
  assertEquals(session.charger.limitAmps(), 32);
  await site.meter.stop();
  await site.clock.advance(65_000);
  assertEquals(session.charger.limitAmps(), 6);
  assertEquals(
    site.gateway().web.views.faults().filter(({ state }) => state === "raised").map(({ kind }) =>
      kind
    ),
    ["meter-lost"],
  );
  await site.stop();
});

// Profiles of the CSMS (ruling 22)

const PROFILE = {
  chargingProfileId: 7,
  stackLevel: 0,
  chargingProfilePurpose: "TxDefaultProfile",
  chargingProfileKind: "Relative",
  chargingSchedule: {
    chargingRateUnit: "A",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
  },
};

Deno.test("a profile of the CSMS caps its slot, shows in the composite schedule, and is lifted when it is cleared", async () => {
  const site = await openSite();
  const { charger } = await charging(site, "CP2", "ASHA");
  await site.clock.advance(30_000);
  assertEquals(charger.limitAmps(), 32);
  const csms = site.csms.now();
  const set = { connectorId: 2, csChargingProfiles: PROFILE };
  assertEquals(await csms.result("SetChargingProfile", set), { status: "Accepted" });
  await site.clock.advance(0);
  assertEquals(charger.limitAmps(), 10, "a reduction goes out at once");
  await site.clock.advance(15_000);
  const asked = { connectorId: 2, duration: 600, chargingRateUnit: "A" };
  const composite = await csms.result("GetCompositeSchedule", asked);
  assertEquals(composite["status"], "Accepted");
  assertEquals(Object(composite["chargingSchedule"])["chargingSchedulePeriod"], [
    { startPeriod: 0, limit: 10, numberPhases: 3 },
  ]);
  assertEquals(await csms.result("ClearChargingProfile", { id: 7 }), { status: "Accepted" });
  assertEquals(await csms.result("ClearChargingProfile", { id: 7 }), { status: "Unknown" });
  await site.clock.advance(60_000);
  assertEquals(charger.limitAmps(), 32);
  await site.stop();
});

Deno.test("a ChargePointMaxProfile bounds all chargers together", async () => {
  const site = await openSite();
  const sessions = [await charging(site, "CP1", "ASHA"), await charging(site, "CP2", "BEN")];
  await site.clock.advance(60_000);
  assertEquals(sessions.map(({ charger }) => charger.limitAmps()), [32, 32]);
  const csChargingProfiles = {
    ...PROFILE,
    chargingProfilePurpose: "ChargePointMaxProfile",
    chargingProfileKind: "Absolute",
    chargingSchedule: {
      ...PROFILE.chargingSchedule,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 20 }],
    },
  };
  const set = { connectorId: 0, csChargingProfiles };
  assertEquals(await site.csms.now().result("SetChargingProfile", set), { status: "Accepted" });
  await site.clock.advance(5_000);
  const amps = sessions.map(({ charger }) => charger.limitAmps() ?? 0);
  assert(amps.reduce((sum, each) => sum + each, 0) <= 20, amps.join());
  await site.stop();
});

Deno.test("the CSMS cannot raise anybody above the site's own limits (A13)", async () => {
  const site = await openSite({ gridAmps: 30 });
  const { charger } = await charging(site, "CP1", "ASHA");
  const generous = {
    ...PROFILE,
    chargingSchedule: {
      ...PROFILE.chargingSchedule,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 500 }],
    },
  };
  const set = { connectorId: 1, csChargingProfiles: generous };
  assertEquals(await site.csms.now().result("SetChargingProfile", set), { status: "Accepted" });
  await site.clock.advance(120_000);
  assertEquals(charger.limitAmps(), 16, "28 A less the fail-safe currents of CP2 and CP3");
  await site.stop();
});

Deno.test("an operator's cap holds for its minutes", async () => {
  const site = await openSite();
  const { charger } = await charging(site, "CP1", "ASHA");
  await site.clock.advance(30_000);
  const capped = await site.gateway().web.commands.limit(1, 8, 5, "priya");
  assertEquals(capped.kind, "accepted");
  await site.clock.advance(0);
  assertEquals(charger.limitAmps(), 8);
  await site.clock.advance(360_000);
  assertEquals(charger.limitAmps(), 32);
  await site.stop();
});

Deno.test("a charger that knows no charging profiles is offered nothing, and counted at its maximum", async () => {
  const site = await openSite({ gridAmps: 60 });
  const charger = await site.connect("CP1");
  charger.answer("SetChargingProfile", { callError: "NotImplemented" });
  await charger.result("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  await charger.status("Preparing");
  await site.clock.advance(5_000);
  await charger.start("ASHA");
  await charger.status("Charging");
  await site.clock.advance(10_000);
  const evse = site.gateway().web.views.evse(1);
  assertEquals([evse?.offeredAmps, evse?.why?.kind], [null, "uncontrolled"]);
  assertEquals(evse?.reservedAmps, 32);
});
