import { assertEquals } from "@std/assert";
import { type Bench, createBench } from "../_bench.ts";

async function charging(faults = {}): Promise<Bench> {
  const bench = await createBench({ charger: { faults } });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  assertEquals(await card, "started");
  return bench;
}

/** The actions that the CSMS heard after so many. */
function actions(bench: Bench, from: number): readonly string[] {
  return bench.csms.heard.items().slice(from).map(({ action }) => action);
}

Deno.test("a soft reset ends transactions and delivers that before it reboots", async () => {
  const bench = await charging();
  const before = bench.csms.heard.items().length;
  const reset = bench.csms.call("Reset", { type: "Soft" });
  await bench.seconds(30);
  assertEquals(await reset, { kind: "answered", payload: { status: "Accepted" } });
  assertEquals(bench.csms.books.sessions()[0]?.stop?.reason, "SoftReset");
  const order = actions(bench, before).filter((action) => action !== "StatusNotification");
  assertEquals(order, ["StopTransaction", "BootNotification"]);
  assertEquals(bench.charger.look(1).status, "Preparing", "it forgot that the EV was served");
  assertEquals(bench.charger.currents().L1, 0);
  await bench.end();
});

Deno.test("a hard reset goes at once, and tells the ends after it has booted", async () => {
  const bench = await charging();
  const before = bench.csms.heard.items().length;
  const atMs = bench.clock.wallMs();
  const reset = bench.csms.call("Reset", { type: "Hard" });
  await bench.seconds(5);
  await reset;
  assertEquals([bench.csms.isConnected(), bench.charger.currents().L1], [false, 0]);
  await bench.seconds(25);
  const order = actions(bench, before).filter((action) => action !== "StatusNotification");
  assertEquals(order, ["BootNotification", "StopTransaction"]);
  const stop = bench.csms.books.sessions()[0]?.stop;
  assertEquals(stop?.reason, "HardReset");
  assertEquals(Math.abs(Date.parse(stop?.stoppedAt ?? "") - atMs) < 1_000, true);
  await bench.end();
});

Deno.test("a station that loses its queue at a hard reset never tells the end", async () => {
  const bench = await charging({ losesQueueOnHardReset: true });
  const reset = bench.csms.call("Reset", { type: "Hard" });
  await bench.seconds(60);
  await reset;
  assertEquals(bench.csms.books.open().length, 1);
  assertEquals(bench.heard("BootNotification").length, 2);
  await bench.end();
});

Deno.test("after a power cut the station boots and tells what the cut ended", async () => {
  const bench = await charging();
  bench.charger.losePower(120_000);
  await bench.seconds(100);
  assertEquals(bench.csms.isConnected(), false);
  assertEquals(await bench.charger.presentCard(1, "ANNA"), "refused");
  await bench.seconds(60);
  assertEquals(bench.csms.books.sessions()[0]?.stop?.reason, "PowerLoss");
  assertEquals(bench.heard("BootNotification").length, 2);
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  assertEquals([await card, bench.charger.look(1).status], ["started", "Charging"]);
  await bench.end();
});

Deno.test("a reboot while the CSMS is away is told when it is back", async () => {
  const bench = await charging();
  bench.setReachable(false);
  await bench.seconds(5);
  bench.charger.losePower(1_000);
  await bench.seconds(30);
  bench.setReachable(true);
  await bench.seconds(120);
  assertEquals(bench.heard("BootNotification").length, 2);
  assertEquals(bench.csms.books.sessions()[0]?.stop?.reason, "PowerLoss");
  await bench.end();
});

Deno.test("out of service stays out of service, and profiles stay installed", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  const out = bench.csms.call("ChangeAvailability", { connectorId: 1, type: "Inoperative" });
  const profile = bench.csms.call("SetChargingProfile", {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 5,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }],
      },
    },
  });
  const reset = bench.csms.call("Reset", { type: "Hard" });
  await bench.seconds(30);
  await Promise.all([out, profile, reset]);
  assertEquals(bench.statuses(1), ["Available", "Unavailable", "Unavailable"]);
  const schedule = bench.csms.call("GetCompositeSchedule", { connectorId: 1, duration: 60 });
  await bench.seconds(1);
  const told = await schedule;
  assertEquals(
    told.kind === "answered" && told.payload.chargingSchedule?.chargingSchedulePeriod[0]?.limit,
    9,
  );
  await bench.end();
});

Deno.test("a card that waited for its plug is forgotten by a reboot", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1);
  assertEquals(await card, "waiting");
  bench.charger.losePower(1_000);
  bench.plugIn();
  await bench.seconds(60);
  assertEquals(bench.charger.look(1).hasTransaction, false);
  await bench.end();
});

Deno.test("a soft reset waits for messages that have to be repeated", async () => {
  const bench = await createBench({
    charger: {
      configuration: {
        MeterValueSampleInterval: "30",
        TransactionMessageAttempts: "2",
        TransactionMessageRetryInterval: "5",
      },
    },
    csms: { failsAt: ["MeterValues"] },
  });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(31);
  assertEquals(await card, "started");
  const before = bench.csms.heard.items().length;
  const reset = bench.csms.call("Reset", { type: "Soft" });
  await bench.seconds(40);
  await reset;
  const order = actions(bench, before).filter((action) => action !== "StatusNotification");
  assertEquals(order, ["StopTransaction", "BootNotification"]);
  bench.forgive("message_failed");
  await bench.end();
});
