import { assertEquals } from "@std/assert";
import { after, profile, START_MS } from "./_profile_samples.ts";
import { connectorLimit, limitChanges, stationLimit, stricter } from "./limits.ts";
import type { ProfileStore } from "./profile_store.ts";
import type { ChargingProfile16 } from "./schedule.ts";

const CASE = { startedMs: START_MS, volts: 230 };

function store(...profiles: readonly (readonly [number, ChargingProfile16])[]): ProfileStore {
  return profiles.map(([connectorId, each], index) => ({
    connectorId,
    profile: { ...each, chargingProfileId: index },
    installedMs: START_MS,
  }));
}

function ampsAt(profiles: ProfileStore, connectorId: number, seconds = 0): number | null {
  const limit = connectorLimit(profiles, connectorId, CASE, START_MS + seconds * 1_000);
  return limit?.amps ?? null;
}

const flat = (amps: number, changes: Parameters<typeof profile>[0] = {}) =>
  profile({ limits: [[0, amps]], ...changes });
const TX = { chargingProfilePurpose: "TxProfile" } as const;
const MAX = { chargingProfilePurpose: "ChargePointMaxProfile" } as const;

Deno.test("without profiles there is no limit", () => {
  assertEquals(ampsAt([], 1), null);
  assertEquals(stationLimit([], CASE, START_MS), null);
});

Deno.test("a TxProfile goes before a TxDefaultProfile, higher or lower", () => {
  assertEquals(ampsAt(store([1, flat(6)], [1, flat(16, TX)]), 1), 16);
  assertEquals(ampsAt(store([1, flat(16, { stackLevel: 9 })], [1, flat(6, TX)]), 1), 6);
});

Deno.test("a TxProfile whose duration is over gives way to the default", () => {
  const profiles = store([1, flat(6)], [1, flat(16, { ...TX, duration: 120 })]);
  assertEquals(ampsAt(profiles, 1, 119.9), 16);
  assertEquals(ampsAt(profiles, 1, 120), 6);
});

Deno.test("the highest level that says something now counts", () => {
  const profiles = store(
    [1, flat(6)],
    [1, flat(10, { stackLevel: 1 })],
    [1, flat(20, { stackLevel: 2, startSchedule: after(60), duration: 60 })],
  );
  assertEquals([0, 60, 120].map((seconds) => ampsAt(profiles, 1, seconds)), [10, 20, 10]);
});

Deno.test("a connector's own default hides the general one of its level only", () => {
  const general = [0, flat(8)] as const;
  const generalHigh = [0, flat(20, { stackLevel: 3 })] as const;
  const own = [1, flat(12)] as const;
  assertEquals(ampsAt(store(general, own), 1), 12);
  assertEquals(ampsAt(store(general, own), 2), 8);
  assertEquals(ampsAt(store(general, generalHigh, own), 1), 20);
});

Deno.test("the station's limit is apart from the connectors'", () => {
  const profiles = store([0, flat(40, MAX)], [1, flat(16)]);
  assertEquals(stationLimit(profiles, CASE, START_MS)?.amps, 40);
  assertEquals(ampsAt(profiles, 1), 16);
  assertEquals(ampsAt(profiles, 2), null);
});

Deno.test("another connector's transaction does not matter", () => {
  assertEquals(ampsAt(store([2, flat(6, TX)]), 1), null);
});

Deno.test("stricter() takes the least of each", () => {
  const left = { amps: 16, phases: 1 };
  assertEquals(stricter(left, { amps: 10, phases: 3 }), { amps: 10, phases: 1 });
  assertEquals(stricter(left, null), left);
});

Deno.test("limitChanges() has the moments of all that concerns the connector, in order", () => {
  const profiles = store(
    [1, flat(16, { ...TX, duration: 300 })],
    [0, flat(40, { ...MAX, startSchedule: after(100) })],
    [2, flat(6, { startSchedule: after(50) })],
  );
  const changes = limitChanges(profiles, 1, CASE, START_MS, START_MS + 600_000);
  assertEquals(changes.map((atMs) => (atMs - START_MS) / 1_000), [100, 300]);
});
