import { assertEquals } from "@std/assert";
import { THIN } from "../../src/web/format.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

interface Period {
  readonly startPeriod: number;
  readonly limit: number;
}

/** A profile in amperes, as a 1.6 CSMS writes it. */
function profile(
  chargingProfilePurpose: "TxProfile" | "TxDefaultProfile" | "ChargePointMaxProfile",
  limits: number | readonly Period[],
  facts: Readonly<Record<string, unknown>> = {},
) {
  const periods = typeof limits === "number" ? [{ startPeriod: 0, limit: limits }] : limits;
  return {
    chargingProfileId: 7,
    stackLevel: 0,
    chargingProfilePurpose,
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: periods },
    ...facts,
  };
}

async function install(site: SiteBench, connectorId: number, csChargingProfiles: unknown) {
  const message = { connectorId, csChargingProfiles };
  const { status } = await site.csms.now().result("SetChargingProfile", message);
  return status;
}

/** "0: 32 A, 600: 10 A": the schedule that the CSMS is told. */
async function schedule(site: SiteBench, connectorId: number, unit = "A", duration = 3_600) {
  const asked = { connectorId, duration, chargingRateUnit: unit };
  const answer = await site.csms.now().result("GetCompositeSchedule", asked);
  if (answer["status"] !== "Accepted") return answer["status"];
  const { chargingSchedulePeriod } = Object(answer["chargingSchedule"]);
  return chargingSchedulePeriod
    .map(({ startPeriod, limit }: Period) => `${startPeriod}: ${limit} ${unit}`).join(", ");
}

const kept = async ({ store }: SiteBench) =>
  (await store.load(0))["charging-profiles"].get("csms")?.installed.length ?? 0;

const offer = (site: SiteBench, slot: number) => {
  const evse = site.gateway().web.views.evse(slot);
  return [evse?.offeredAmps, evse?.reason?.replaceAll(THIN, " ") ?? evse?.reason];
};

async function begin(charger: PlayedCharger): Promise<number> {
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  return number;
}

// What the CSMS is told

Deno.test("without profiles the schedule of a slot is its maximum, and that of the site what its grid has", async () => {
  const site = await openSite({ gridAmps: 50 });
  assertEquals(await schedule(site, 2), "0: 32 A");
  assertEquals(await schedule(site, 2, "W"), `0: ${32 * 230 * 3} W`);
  assertEquals(await schedule(site, 0), "0: 48 A", "2 A stay free");
  assertEquals(await schedule(site, 9), "Rejected", "there is no such connector");
  await site.stop();
});

Deno.test("where all slots together take less than the grid has, the schedule of the site is theirs", async () => {
  const site = await openSite({ gridAmps: 500 });
  assertEquals(await schedule(site, 0), `0: ${3 * 32} A`);
  await install(site, 1, profile("TxDefaultProfile", 10));
  assertEquals(await schedule(site, 0), `0: ${2 * 32 + 10} A`);
  await site.stop();
});

Deno.test("the schedule of a slot in session holds what the balancer gives it, never more", async () => {
  const site = await openSite({ gridAmps: 30 });
  await begin(await site.arrive("CP1"));
  await site.clock.advance(20_000);
  assertEquals(offer(site, 1)[0], 16);
  assertEquals(await schedule(site, 1), "0: 16 A");
  await install(site, 1, profile("TxDefaultProfile", 100));
  assertEquals(await schedule(site, 1), "0: 16 A");
  await site.stop();
});

Deno.test("a cap of an operator is in the schedule as well", async () => {
  const site = await openSite();
  await begin(await site.arrive("CP1"));
  await site.gateway().web.commands.limit(1, 9, 60, "priya");
  // Others may come back with it: so long it keeps its minimum.
  await site.clock.advance(6_000);
  assertEquals(await schedule(site, 1), "0: 9 A");
  await site.stop();
});

Deno.test("a bound on all chargers is in the schedule of the site and lasts over a restart", async () => {
  const site = await openSite();
  const bound = profile("ChargePointMaxProfile", 20, { chargingProfileKind: "Absolute" });
  assertEquals(await install(site, 0, bound), "Accepted");
  assertEquals(await schedule(site, 0), "0: 20 A");
  site.kill();
  await site.start();
  await site.clock.advance(1_000);
  assertEquals(await schedule(site, 0), "0: 20 A");
  assertEquals(await site.csms.now().result("ClearChargingProfile", {}), { status: "Accepted" });
  assertEquals(await schedule(site, 0), `0: ${3 * 32} A`);
  await site.stop();
});

// What it does to a session

Deno.test("a profile whose periods change with time lowers and lifts a session though nothing happens", async () => {
  const site = await openSite();
  const periods = [
    { startPeriod: 0, limit: 20 },
    { startPeriod: 120, limit: 10 },
    { startPeriod: 240, limit: 26 },
  ];
  await install(site, 1, profile("TxDefaultProfile", periods));
  assertEquals(await schedule(site, 1), "0: 20 A, 120: 10 A, 240: 26 A");
  await begin(await site.arrive("CP1"));
  await site.clock.advance(100_000);
  assertEquals(offer(site, 1), [20, "capped by the cloud at 20 A until 11:32"]);
  await site.clock.advance(30_000);
  assertEquals(offer(site, 1), [10, "capped by the cloud at 10 A until 11:34"]);
  await site.clock.advance(150_000);
  assertEquals(offer(site, 1), [26, "capped by the cloud at 26 A"]);
  await site.stop();
});

Deno.test("a TxProfile needs a session, and is gone with it, from the disk too", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  assertEquals(await install(site, 1, profile("TxProfile", 12)), "Rejected");
  const number = await begin(charger);
  assertEquals(await install(site, 1, profile("TxProfile", 12)), "Accepted");
  await site.clock.advance(6_000);
  assertEquals([offer(site, 1), await kept(site)], [[12, "capped by the cloud at 12 A"], 1]);
  await charger.stop(number, 1_500);
  await site.clock.advance(1_000);
  assertEquals(await kept(site), 0);
  await begin(charger);
  await site.clock.advance(20_000);
  assertEquals(offer(site, 1), [32, null], "the next driver is not under it");
  await site.stop();
});

Deno.test("a TxProfile holds over a restart while its session goes on", async () => {
  const site = await openSite();
  await begin(await site.arrive("CP1"));
  await install(site, 1, profile("TxProfile", 12));
  site.kill();
  await site.start();
  await site.connect("CP1");
  await site.clock.advance(60_000);
  assertEquals(offer(site, 1), [12, "capped by the cloud at 12 A"]);
  await site.stop();
});

Deno.test("a profile for one slot caps no other, and clearing it there leaves others alone", async () => {
  const site = await openSite();
  for (const id of ["CP1", "CP2"]) await begin(await site.arrive(id));
  await install(site, 1, profile("TxDefaultProfile", 10));
  await site.clock.advance(20_000);
  assertEquals([offer(site, 1)[0], offer(site, 2)[0]], [10, 32]);
  await install(site, 2, profile("TxDefaultProfile", 14, { chargingProfileId: 8 }));
  const csms = site.csms.now();
  const clear = await csms.result("ClearChargingProfile", { connectorId: 1, stackLevel: 0 });
  assertEquals(clear, { status: "Accepted" });
  await site.clock.advance(30_000);
  assertEquals([offer(site, 1)[0], offer(site, 2)[0]], [32, 14]);
  await site.stop();
});

Deno.test("a profile that nobody can obey is rejected, one for no connector of ours is an error; none is kept", async () => {
  const site = await openSite();
  const late = profile("TxDefaultProfile", [{ startPeriod: 60, limit: 10 }]);
  assertEquals(await install(site, 1, late), "Rejected", "nothing is said of the first minute");
  const everywhere = profile("ChargePointMaxProfile", 10, { chargingProfileKind: "Absolute" });
  assertEquals(await install(site, 1, everywhere), "Rejected", "it is for connector 0");
  const message = { connectorId: 9, csChargingProfiles: profile("TxDefaultProfile", 10) };
  const reply = await site.csms.now().ask("SetChargingProfile", message);
  assertEquals(reply.kind === "error" && reply.code, "PropertyConstraintViolation");
  assertEquals([await kept(site), await schedule(site, 1)], [0, "0: 32 A"]);
  await site.stop();
});

// The profile of a remote start

const orderOf = (limit: number) => ({
  connectorId: 1,
  idTag: "APP",
  chargingProfile: profile("TxProfile", limit),
});

Deno.test("the profile of a remote start that the charger refuses is not for the driver who comes next", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  charger.answer("RemoteStartTransaction", { status: "Rejected" });
  const answer = await site.csms.now().result("RemoteStartTransaction", orderOf(9));
  assertEquals(answer, { status: "Rejected" });
  await begin(charger);
  await site.clock.advance(20_000);
  assertEquals([offer(site, 1), await kept(site)], [[32, null], 0]);
  await site.stop();
});

Deno.test("a driver who starts with his own card before the remote start does is not under its profile", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await site.csms.now().result("RemoteStartTransaction", orderOf(9));
  const number = await begin(charger);
  await site.clock.advance(20_000);
  assertEquals(offer(site, 1), [32, null]);
  await charger.stop(number, 1_500);
  await begin(charger);
  await site.clock.advance(20_000);
  assertEquals([offer(site, 1), await kept(site)], [[32, null], 0], "nor is the next one");
  await site.stop();
});
