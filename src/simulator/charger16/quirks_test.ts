import { assert, assertEquals } from "@std/assert";
import { type Bench, type BenchOptions, createBench } from "../_bench.ts";
import { profile } from "../station/_profile_samples.ts";

const STANDING = { chargingProfilePurpose: "TxDefaultProfile", chargingProfileId: 1 } as const;
const RUNNING = { chargingProfilePurpose: "TxProfile", chargingProfileId: 2 } as const;

type Charger = NonNullable<BenchOptions["charger"]>;

/** A charger with those quirks whose EV has charged for a minute. */
async function charging(charger: Charger, csms: BenchOptions["csms"] = {}): Promise<Bench> {
  const bench = await createBench({ charger, csms });
  await bench.seconds(1);
  bench.plugIn("onePhase32");
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  assertEquals(await card, "started");
  return bench;
}

/** Sets a limit and says how that was answered. */
async function limit(
  bench: Bench,
  amps: number,
  changes: Parameters<typeof profile>[0] = STANDING,
): Promise<string> {
  const end = bench.csms.call("SetChargingProfile", {
    connectorId: 1,
    csChargingProfiles: profile({ ...changes, limits: [[0, amps]] }),
  });
  await bench.seconds(10);
  const outcome = await end;
  return outcome.kind === "answered" ? outcome.payload.status : outcome.reason;
}

/** What the pilot offers, what is permitted, and what the charger believes. */
function amps(bench: Bench): readonly number[] {
  const { offeredAmps, permittedAmps, believedAmps } = bench.charger.look(1);
  return [offeredAmps, permittedAmps, believedAmps];
}

for (const registerStepWh of [1, 10, 100]) {
  Deno.test(`a register in steps of ${registerStepWh} Wh tells no other numbers`, async () => {
    const bench = await charging({
      registerWh: 12_345,
      meter: { registerStepWh },
      configuration: { MeterValueSampleInterval: "10" },
    });
    await bench.charger.presentCard(1, "ANNA");
    await bench.seconds(5);
    const [session] = bench.csms.books.sessions();
    const told = bench.heard("MeterValues").flatMap(({ meterValue }) =>
      meterValue.flatMap(({ sampledValue }) =>
        sampledValue.filter(({ unit }) => unit === "Wh").map(({ value }) => Number(value))
      )
    );
    assert(told.length >= 5);
    const registers = [...told, session?.meterStartWh ?? NaN, session?.stop?.meterStopWh ?? NaN];
    for (const wh of registers) assertEquals(wh % registerStepWh, 0);
    assertEquals([bench.starts[0]?.registerWh, bench.stops[0]?.registerWh], registers.slice(-2));
    assertEquals(bench.csms.books.oddities(), []);
    await bench.end();
  });
}

Deno.test("a slow meter's reading comes late, with the time at which it was taken", async () => {
  const bench = await charging({
    meter: { sampleDelayMs: 3_000 },
    configuration: { MeterValueSampleInterval: "10" },
  });
  const heard = bench.csms.heard.items().filter(({ action }) => action === "MeterValues");
  assert(heard.length >= 5);
  for (const [index, { atMs }] of heard.entries()) {
    const takenAt = bench.heard("MeterValues")[index]?.meterValue[0]?.timestamp ?? "";
    const lateMs = atMs - Date.parse(takenAt);
    assert(lateMs >= 3_000 && lateMs < 3_100, `${lateMs} ms`);
  }
  await bench.end();
});

Deno.test("a slow meter's reading from a transaction that has ended meanwhile is dropped", async () => {
  const bench = await charging({
    meter: { sampleDelayMs: 5_000 },
    configuration: { MeterValueSampleInterval: "20" },
  });
  bench.charger.unplug(1);
  await bench.seconds(30);
  assertEquals(bench.csms.books.oddities(), []);
  await bench.end();
});

for (const keptIn of ["flash", "ram"] as const) {
  Deno.test(`profiles kept in ${keptIn} are ${keptIn === "ram" ? "gone" : "there"} after a reboot`, async () => {
    const bench = await charging({ profileMemory: { keptIn } });
    assertEquals(await limit(bench, 10), "Accepted");
    assertEquals(amps(bench), [10, 10, 10]);
    bench.charger.reboot();
    await bench.seconds(30);
    const left = keptIn === "ram" ? 32 : 10;
    assertEquals(amps(bench).slice(1), [left, left]);
    await bench.end();
  });
}

Deno.test("a charger may refuse the very stack level that its key names", async () => {
  const bench = await charging({
    configuration: { ChargeProfileMaxStackLevel: "3" },
    profileMemory: { stackLevelMax: 0 },
  });
  assertEquals(await limit(bench, 10, { ...STANDING, stackLevel: 3 }), "Rejected");
  assertEquals(await limit(bench, 10, { ...STANDING, stackLevel: 0 }), "Accepted");
  await bench.end();
});

Deno.test("a charger that knows watts only refuses amperes", async () => {
  const bench = await charging({
    configuration: { ChargingScheduleAllowedChargingRateUnit: "Power" },
  });
  assertEquals(await limit(bench, 10), "Rejected");
  assertEquals(await limit(bench, 2_300, { ...STANDING, chargingRateUnit: "W" }), "Accepted");
  await bench.end();
});

Deno.test("a charger that forgets its profiles with its connection is free at once", async () => {
  const bench = await charging({ faults: { forgetsProfilesOnLoss: true } });
  await limit(bench, 10, { ...RUNNING, transactionId: 1_001 });
  bench.setReachable(false);
  await bench.seconds(2);
  assertEquals(amps(bench), [32, 32, 32]);
  await bench.end();
});

Deno.test("a charger that forgets its profiles later keeps them while it is away", async () => {
  const bench = await charging({ faults: { forgetsProfilesOnReconnect: true } });
  await limit(bench, 10, { ...RUNNING, transactionId: 1_001 });
  bench.setReachable(false);
  await bench.seconds(2);
  assertEquals(amps(bench), [10, 10, 10]);
  bench.setReachable(true);
  await bench.seconds(60);
  assertEquals(amps(bench), [32, 32, 32]);
  await bench.end();
});

Deno.test("a profile that was accepted and not noticed counts with the next one", async () => {
  const bench = await charging({ faults: { ignoresProfileChance: 0.5 } });
  const seen: boolean[] = [];
  for (let round = 0; round < 30; round++) {
    const wanted = 8 + round % 2 * 8;
    assertEquals(await limit(bench, wanted), "Accepted");
    const [, permitted, believed] = amps(bench);
    assertEquals(believed, wanted);
    seen.push(permitted === wanted);
  }
  const ignored = seen.filter((isObeyed) => !isObeyed).length;
  assert(ignored > 5 && ignored < 25, `${ignored} of 30`);
  await bench.end();
});

Deno.test("a charger that reboots by itself ends its transactions and comes back", async () => {
  const bench = await charging({ faults: { rebootsEveryMs: 600_000 } });
  await bench.seconds(3_600);
  const boots = bench.heard("BootNotification").length;
  assert(boots > 2 && boots < 20, `${boots} boots`);
  assertEquals(bench.csms.books.sessions()[0]?.stop?.reason, "Reboot");
  assertEquals(bench.stops[0]?.reason, "Reboot");
  await bench.end();
});

Deno.test("a charger knows which transaction it could not tell of", async () => {
  const bench = await charging({
    configuration: { TransactionMessageAttempts: "1", MeterValueSampleInterval: "0" },
  }, { failsAt: ["StartTransaction"] });
  bench.csms.change({ failsAt: [] });
  const [start] = bench.starts;
  assertEquals(bench.charger.lost(), [{
    part: "start",
    connectorId: 1,
    startedAtWallMs: start?.atWallMs ?? NaN,
    why: "given-up",
  }]);
  bench.charger.unplug(1);
  await bench.seconds(5);
  assertEquals(bench.stops[0]?.startedAtWallMs, start?.atWallMs);
  bench.forgive("message_failed");
  await bench.end();
});

Deno.test("a charger that is taken away leaves nothing that it meant to do later", async () => {
  const bench = await charging({
    timing: { profileLatencyMs: 5_000 },
    meter: { sampleDelayMs: 5_000 },
    faults: { rebootsEveryMs: 3_600_000 },
    configuration: { MeterValueSampleInterval: "2" },
  });
  const set = bench.csms.call("SetChargingProfile", {
    connectorId: 1,
    csChargingProfiles: profile({ ...STANDING }),
  });
  await bench.seconds(1);
  await set;
  const stopped = bench.charger.stop();
  bench.csms.stop();
  await bench.seconds(1);
  await stopped;
  assertEquals(bench.clock.pending(), 0);
});
