/** The running limit of a 2.x charger, over the whole life of a session. */
import { assert, assertEquals } from "@std/assert";
import type { Payload } from "../../test/support/frame_peer.ts";
import { placeOf } from "../../test/support/books.ts";
import { closeEdge } from "./_edge_for_test.ts";
import {
  ASHA,
  device,
  EVSE_1,
  type StationBench,
  stationBench,
  VARIABLES,
} from "./_station_for_test.ts";

const TWO_EVSES = [
  placeOf(1),
  placeOf(2, { chargerId: "CP1", evseId: 2, failSafeAmps: 8 }),
];

interface Profile {
  readonly id: number;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: string;
  readonly chargingProfileKind: string;
  readonly transactionId?: string;
  readonly chargingSchedule: readonly {
    readonly startSchedule?: string;
    readonly duration?: number;
    readonly chargingRateUnit: string;
    readonly chargingSchedulePeriod: readonly { readonly limit: number }[];
  }[];
}

/** What it holds by the rules of block K: the same id is replaced, and so is the same place. */
function holding(bench: StationBench): Map<number, { evseId: number; profile: Profile }> {
  const held = new Map<number, { evseId: number; profile: Profile }>();
  bench.charger.answer("SetChargingProfile", (payload) => {
    const { evseId, chargingProfile } = payload as unknown as {
      evseId: number;
      chargingProfile: Profile;
    };
    const isWrong = [...held.values()].some((each) =>
      each.evseId === evseId && each.profile.id !== chargingProfile.id &&
      each.profile.stackLevel === chargingProfile.stackLevel &&
      each.profile.chargingProfilePurpose === chargingProfile.chargingProfilePurpose
    );
    // K01.FR.39 and 06: one of each purpose and level at an EVSE.
    if (isWrong || problemOf(chargingProfile) !== null) return { status: "Rejected" };
    held.set(chargingProfile.id, { evseId, profile: chargingProfile });
    return { status: "Accepted" };
  });
  return held;
}

/** What 2.x forbids of a profile; null where it may be. */
function problemOf(profile: Profile): string | null {
  const [schedule] = profile.chargingSchedule;
  const isRelative = profile.chargingProfileKind === "Relative";
  if (profile.chargingProfilePurpose === "ChargingStationExternalConstraints") return "K01.FR.22";
  if (isRelative && schedule?.startSchedule !== undefined) return "K01.FR.41";
  if (!isRelative && schedule?.startSchedule === undefined) return "K01.FR.40";
  const isTx = profile.chargingProfilePurpose === "TxProfile";
  if (isTx !== (profile.transactionId !== undefined)) return "K01.FR.03";
  return null;
}

async function limit({ edge }: StationBench, slot: number, limitAmps: number): Promise<string> {
  const sent = edge.chargers.limit(slot, { limitAmps, validForMs: 120_000, urgent: false });
  await edge.clock.advance(1_000);
  return (await sent).kind;
}

const amps = (profile: Profile | undefined) =>
  profile?.chargingSchedule[0]?.chargingSchedulePeriod[0]?.limit;

for (const version of ["ocpp2.0.1", "ocpp2.1"] as const) {
  Deno.test(`a charger of ${version} is safe from its set-up on, limited in a session, and safe again after it`, async () => {
    const bench = await stationBench({
      version,
      device: device(VARIABLES, 2),
      edge: { places: TWO_EVSES },
    });
    const { edge, charger } = bench;
    const held = holding(bench);
    await bench.arrive();
    const safe = [...held.values()].map(({ evseId, profile }) => [
      evseId,
      profile.chargingProfilePurpose,
      profile.stackLevel,
      amps(profile),
    ]);
    assertEquals(safe, [[1, "TxDefaultProfile", 0, 6], [2, "TxDefaultProfile", 0, 8]]);

    await bench.tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
    const evse = { id: 2, connectorId: 1 };
    const idToken = { idToken: "04FFFF", type: "ISO14443" };
    await bench.tell("Started", { id: "T-2", evse, idToken, registerWh: 5_000 });
    assertEquals([await limit(bench, 1, 20), await limit(bench, 2, 16)], ["accepted", "accepted"]);
    assertEquals(await limit(bench, 1, 10.04), "accepted");
    const running = [...held.values()].filter(({ profile }) =>
      profile.chargingProfilePurpose === "TxProfile"
    );
    assertEquals(
      running.map(({ evseId, profile }) => [evseId, profile.transactionId, amps(profile)]),
      [[1, "T-1", 10], [2, "T-2", 16]],
    );
    const [{ profile } = { profile: undefined }] = running;
    const [schedule] = profile?.chargingSchedule ?? [];
    const startMs = Date.parse(schedule?.startSchedule ?? "");
    assert(startMs <= edge.clock.wallMs() && (schedule?.duration ?? 0) > 100);

    await bench.tell("Ended", { registerWh: 2_000, info: { stoppedReason: "Local" } });
    await edge.clock.advance(5_000);
    assertEquals(await limit(bench, 1, 12), "failed", "nobody charges there any more");
    assertEquals(held.get(13)?.profile.chargingProfilePurpose, "TxDefaultProfile");
    assertEquals(
      charger.payloads("SetChargingProfile").map(({ chargingProfile }) =>
        problemOf(chargingProfile as Profile)
      ).filter((each) => each !== null),
      [],
    );
    assertEquals(await closeEdge(edge), 0);
  });
}

Deno.test("a charger that takes no TxProfile is limited by a default above its fail-safe, which goes with the session", async () => {
  const bench = await stationBench({ edge: { places: [placeOf(1)] } });
  const held = holding(bench);
  await bench.arrive();
  bench.charger.answer("SetChargingProfile", (payload) => {
    const profile = payload["chargingProfile"] as Profile;
    if (profile.chargingProfilePurpose === "TxProfile") return { status: "Rejected" };
    held.set(profile.id, { evseId: 1, profile });
    return { status: "Accepted" };
  });
  await bench.tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
  assertEquals(await limit(bench, 1, 20), "accepted");
  const cleared = () => bench.charger.payloads("ClearChargingProfile").slice(3);
  assertEquals(cleared(), [{ chargingProfileId: 11 }], "an older TxProfile would win");
  const running = held.get(12)?.profile;
  assertEquals([running?.chargingProfilePurpose, running?.stackLevel, amps(running)], [
    "TxDefaultProfile",
    3,
    20,
  ]);
  await bench.tell("Ended", { registerWh: 2_000 });
  await bench.edge.clock.advance(1_000);
  assertEquals(cleared().at(-1), { chargingProfileId: 12 });
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("a charger that counts in watts is told watts, by the lines that it has", async () => {
  const bench = await stationBench({
    device: device({ ...VARIABLES, "SmartChargingCtrlr.RateUnit": "W" }),
    edge: { places: [placeOf(1, { lines: ["L1"] })] },
  });
  const held = holding(bench);
  await bench.arrive();
  await bench.tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
  assertEquals(await limit(bench, 1, 10), "accepted");
  const said = [...held.values()].map(({ profile }): Payload => ({
    unit: profile.chargingSchedule[0]?.chargingRateUnit,
    ...profile.chargingSchedule[0]?.chargingSchedulePeriod[0],
  }));
  assertEquals(said, [
    { unit: "W", startPeriod: 0, limit: 1_380, numberPhases: 1 },
    { unit: "W", startPeriod: 0, limit: 2_300, numberPhases: 1 },
  ]);
  assertEquals(await closeEdge(bench.edge), 0);
});
