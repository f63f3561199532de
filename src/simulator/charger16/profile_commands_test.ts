import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Bench, type BenchOptions, createBench } from "../_bench.ts";
import { profile } from "../station/_profile_samples.ts";
import type { ChargingProfile16 } from "../station/schedule.ts";

const TX = { chargingProfilePurpose: "TxProfile", chargingProfileId: 2 } as const;

async function charging(options: BenchOptions = {}): Promise<Bench> {
  const bench = await createBench(options);
  await bench.seconds(1);
  bench.plugIn("onePhase32");
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  assertEquals(await card, "started");
  return bench;
}

/** Sends a profile and lets so many seconds pass. */
async function set(
  bench: Bench,
  csChargingProfiles: ChargingProfile16,
  { connectorId = 1, seconds = 10 } = {},
): Promise<string> {
  const end = bench.csms.call("SetChargingProfile", { connectorId, csChargingProfiles });
  await bench.seconds(seconds);
  const outcome = await end;
  return outcome.kind === "answered" ? outcome.payload.status : outcome.reason;
}

/** What the EV draws on L1. */
function amps(bench: Bench): number {
  return bench.charger.currents().L1;
}

/** A moment of the bench's clock. */
function at(bench: Bench, secondsFromNow: number): string {
  return new Date(bench.clock.wallMs() + secondsFromNow * 1_000).toISOString();
}

Deno.test("an EV follows the limit of a profile within seconds", async () => {
  const bench = await charging();
  assertAlmostEquals(amps(bench), 31.7, 1e-6);
  assertEquals(await set(bench, profile({ ...TX, limits: [[0, 10]] })), "Accepted");
  assertAlmostEquals(amps(bench), 9.7, 1e-6);
  assertEquals(bench.charger.look(1).offeredAmps, 10);
  await bench.end();
});

Deno.test("a limit of 0 A suspends, and the next one resumes", async () => {
  const bench = await charging();
  await set(bench, profile({ ...TX, limits: [[0, 0]] }));
  assertEquals([amps(bench), bench.charger.look(1).status], [0, "SuspendedEVSE"]);
  await set(bench, profile({ ...TX, limits: [[0, 16]] }), { seconds: 30 });
  assertEquals(bench.charger.look(1).status, "Charging");
  assertAlmostEquals(amps(bench), 15.7, 1e-6);
  await bench.end();
});

Deno.test("a running limit that is not renewed gives way to the default, without the CSMS", async () => {
  const bench = await charging();
  await set(bench, profile({ chargingProfileId: 1, limits: [[0, 6]] }));
  const startSchedule = at(bench, -5);
  await set(bench, profile({ ...TX, startSchedule, duration: 125, limits: [[0, 20]] }));
  assertAlmostEquals(amps(bench), 19.7, 1e-6);
  bench.setReachable(false);
  await bench.seconds(108);
  assertAlmostEquals(amps(bench), 19.7, 1e-6);
  await bench.seconds(8);
  assertAlmostEquals(amps(bench), 5.7, 1e-6);
  await bench.end();
});

Deno.test("a profile's time is the station's time, however wrong its clock is", async () => {
  const bench = await charging({ charger: { faults: { clockOffsetMs: 60_000 } } });
  await set(bench, profile({ chargingProfileId: 1, limits: [[0, 6]] }));
  const startSchedule = at(bench, 0);
  await set(bench, profile({ ...TX, startSchedule, duration: 120, limits: [[0, 20]] }));
  assertAlmostEquals(amps(bench), 19.7, 1e-6);
  await bench.seconds(60);
  assertAlmostEquals(amps(bench), 5.7, 1e-6, "a minute earlier than meant");
  await bench.end();
});

Deno.test("the profile of a transaction ends with it", async () => {
  const bench = await charging();
  await set(bench, profile({ ...TX, limits: [[0, 10]] }));
  const again = [bench.charger.presentCard(1, "ANNA")];
  await bench.seconds(5);
  again.push(bench.charger.presentCard(1, "ANNA"));
  await bench.seconds(60);
  assertEquals(await Promise.all(again), ["stopped", "started"]);
  const cleared = bench.csms.call("ClearChargingProfile", { id: 2 });
  await bench.seconds(1);
  assertEquals(await cleared, { kind: "answered", payload: { status: "Unknown" } });
  assertAlmostEquals(amps(bench), 31.7, 1e-6);
  await bench.end();
});

Deno.test("a TxProfile needs its transaction", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  assertEquals(await set(bench, profile(TX)), "Rejected");
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(10);
  await card;
  assertEquals(await set(bench, profile({ ...TX, transactionId: 99 })), "Rejected");
  assertEquals(await set(bench, profile({ ...TX, transactionId: 1001 })), "Accepted");
  await bench.end();
});

Deno.test("a profile for a connector that there is not is an error (errata 3.39)", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  assertEquals(await set(bench, profile(), { connectorId: 2 }), "PropertyConstraintViolation");
  await bench.end();
});

Deno.test("one phase is what a profile with one phase leaves", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn("threePhase11kW");
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  await card;
  const onePhase = {
    ...profile(TX),
    chargingSchedule: {
      chargingRateUnit: "A" as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 1 }],
    },
  };
  await set(bench, onePhase, { seconds: 30 });
  const { L1, L2, L3 } = bench.charger.currents();
  assertEquals([L1 > 15, L2, L3], [true, 0, 0]);
  await bench.end();
});

Deno.test("a limit of the whole station is shared by its connectors", async () => {
  const bench = await createBench({
    charger: {
      outlets: [1, 2].map(() => ({ lines: ["L1"], maxAmps: 32, fixedCable: false })),
    },
  });
  await bench.seconds(1);
  for (const connectorId of [1, 2]) {
    bench.plugIn("onePhase32", 0.2, connectorId);
    const card = bench.charger.presentCard(connectorId, `T${connectorId}`);
    await bench.seconds(60);
    await card;
  }
  assertAlmostEquals(amps(bench), 63.4, 1e-6);
  const station = profile({ chargingProfilePurpose: "ChargePointMaxProfile", limits: [[0, 20]] });
  await set(bench, station, { connectorId: 0 });
  assertEquals([1, 2].map((id) => bench.charger.look(id).offeredAmps), [10, 10]);
  assertAlmostEquals(amps(bench), 19.4, 1e-6);
  await bench.end();
});

Deno.test("the control pilot is set in the steps that the electronics know", async () => {
  const bench = await charging({ charger: { resolutionAmps: 1 } });
  await set(bench, profile({ ...TX, limits: [[0, 10.9]] }));
  assertEquals(bench.charger.look(1).offeredAmps, 10);
  await bench.end();
});

Deno.test("the profile of a remote start counts from the first moment", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn("onePhase32");
  const chargingProfile = profile({ ...TX, limits: [[0, 8]] });
  const remote = bench.csms.call("RemoteStartTransaction", {
    connectorId: 1,
    idTag: "APP",
    chargingProfile,
  });
  await bench.seconds(30);
  assertEquals(await remote, { kind: "answered", payload: { status: "Accepted" } });
  assertAlmostEquals(amps(bench), 7.7, 1e-6);
  await bench.end();
});

Deno.test("a remote start with any other profile is rejected", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn("onePhase32");
  for (const chargingProfile of [profile(), profile({ ...TX, transactionId: 4 })]) {
    const remote = bench.csms.call("RemoteStartTransaction", {
      connectorId: 1,
      idTag: "APP",
      chargingProfile,
    });
    await bench.seconds(1);
    assertEquals(await remote, { kind: "answered", payload: { status: "Rejected" } });
  }
  await bench.end();
});

Deno.test("the composite schedule and clearing go by what is installed", async () => {
  const bench = await charging();
  await set(bench, profile({ ...TX, limits: [[0, 10]] }));
  const asked = bench.csms.call("GetCompositeSchedule", { connectorId: 1, duration: 60 });
  await bench.seconds(1);
  const told = await asked;
  assertEquals(
    told.kind === "answered" && told.payload.chargingSchedule?.chargingSchedulePeriod,
    [{ startPeriod: 0, limit: 10, numberPhases: 3 }],
  );
  const cleared = bench.csms.call("ClearChargingProfile", { id: 2 });
  await bench.seconds(20);
  assertEquals(await cleared, { kind: "answered", payload: { status: "Accepted" } });
  assertAlmostEquals(amps(bench), 31.7, 1e-6);
  await bench.end();
});

Deno.test("a station that takes only one unit tells no schedule in the other", async () => {
  const bench = await createBench({
    charger: { configuration: { ChargingScheduleAllowedChargingRateUnit: "Power" } },
  });
  await bench.seconds(1);
  assertEquals(await set(bench, profile()), "Rejected");
  assertEquals(await set(bench, profile({ chargingRateUnit: "W" })), "Accepted");
  const asked = bench.csms.call("GetCompositeSchedule", { connectorId: 1, duration: 60 });
  await bench.seconds(1);
  assertEquals(await asked, { kind: "answered", payload: { status: "Rejected" } });
  await bench.end();
});

Deno.test("the fault that accepts profiles and does not care", async () => {
  const bench = await charging({ charger: { faults: { ignoresProfiles: true } } });
  assertEquals(await set(bench, profile({ ...TX, limits: [[0, 6]] })), "Accepted");
  assertAlmostEquals(amps(bench), 31.7, 1e-6);
  await bench.end();
});

Deno.test("the fault that forgets profiles when the connection was lost", async () => {
  const bench = await charging({ charger: { faults: { forgetsProfilesOnReconnect: true } } });
  await set(bench, profile({ ...TX, limits: [[0, 6]] }));
  bench.setReachable(false);
  await bench.seconds(5);
  assertAlmostEquals(amps(bench), 5.7, 1e-6, "not yet");
  bench.setReachable(true);
  await bench.seconds(60);
  assertAlmostEquals(amps(bench), 31.7, 1e-6);
  await bench.end();
});

Deno.test("without that fault a reconnect changes nothing", async () => {
  const bench = await charging();
  await set(bench, profile({ ...TX, limits: [[0, 6]] }));
  bench.csms.disconnect();
  await bench.seconds(60);
  assertAlmostEquals(amps(bench), 5.7, 1e-6);
  await bench.end();
});
