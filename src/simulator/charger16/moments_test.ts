import { assert, assertEquals } from "@std/assert";
import { energyWh } from "../csms/session.ts";
import { type BenchOptions, createBench } from "../_bench.ts";

/** A session of ten minutes, ended with the card. */
async function charged(options: BenchOptions = {}) {
  const bench = await createBench(options);
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(600);
  assertEquals(await card, "started");
  await bench.charger.presentCard(1, "ANNA");
  await bench.seconds(5);
  return bench;
}

for (const clockOffsetMs of [0, -90_000, 3_600_000]) {
  Deno.test(`a charger ${clockOffsetMs} ms ahead counts a session as it tells it`, async () => {
    const bench = await charged({ charger: { registerWh: 1_234.9, faults: { clockOffsetMs } } });
    const [start] = bench.starts;
    const [stop] = bench.stops;
    const [told] = bench.csms.books.sessions();
    assertEquals([start?.registerWh, stop?.registerWh], [
      told?.meterStartWh,
      told?.stop?.meterStopWh,
    ]);
    assertEquals([start?.atWallMs, stop?.atWallMs], [
      Date.parse(told?.startedAt ?? ""),
      Date.parse(told?.stop?.stoppedAt ?? ""),
    ]);
    assertEquals(stop?.startedAtWallMs, start?.atWallMs);
    assertEquals(stop?.energyWh, told === undefined ? NaN : energyWh(told));
    assert((stop?.energyWh ?? 0) > 1_500, "it has charged");
    await bench.end();
  });
}

Deno.test("a passer-by sees why the last transaction ended", async () => {
  const bench = await charged();
  assertEquals(bench.charger.look(1).lastStopReason, "Local");
  bench.charger.unplug(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  await card;
  assertEquals(bench.charger.look(1).lastStopReason, "Local", "this one goes on");
  bench.charger.unplug(1);
  assertEquals(bench.charger.look(1).lastStopReason, "EVDisconnected");
  await bench.end();
});

Deno.test("a passer-by sees what is permitted, and what the charger believes", async () => {
  const bench = await createBench({ charger: { faults: { ignoresProfiles: true } } });
  await bench.seconds(1);
  const amps = () => {
    const { permittedAmps, believedAmps } = bench.charger.look(1);
    return [permittedAmps, believedAmps];
  };
  assertEquals(amps(), [32, 32]);
  const set = bench.csms.call("SetChargingProfile", {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Absolute",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
      },
    },
  });
  await bench.seconds(5);
  assertEquals((await set).kind, "answered");
  assertEquals(amps(), [32, 10], "it has accepted the profile, and does not care");
  await bench.end();
});

Deno.test("a charger without power is not up, and its clock goes on", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  assertEquals(bench.charger.isUp(), true);
  bench.charger.losePower(5_000);
  const beforeMs = bench.charger.clockMs();
  await bench.seconds(10);
  assertEquals([bench.charger.isUp(), bench.charger.clockMs() - beforeMs], [false, 10_000]);
  await bench.seconds(10);
  assertEquals(bench.charger.isUp(), true);
  await bench.end();
});
