import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { after, profile, START_MS } from "./_profile_samples.ts";
import {
  clearProfiles,
  type InstallationCase,
  installProfile,
  type ProfileStore,
  withoutTxProfiles,
} from "./profile_store.ts";
import type { ChargingProfile16 } from "./schedule.ts";

const CASE: InstallationCase = {
  rules: { stackLevelMax: 5, rateUnits: ["A"], periodsMax: 3, installedMax: 4 },
  transaction: 77,
  nowMs: START_MS,
};

/** Installs one after the other and expects that each is accepted. */
function installed(...profiles: readonly (readonly [number, ChargingProfile16])[]): ProfileStore {
  return profiles.reduce<ProfileStore>((store, [connectorId, each]) => {
    const outcome = installProfile(store, connectorId, each, CASE);
    if (outcome.status === "Rejected") throw new Error(outcome.reason);
    return outcome.store;
  }, []);
}

/** "connector:id" of what is there. */
function places(store: ProfileStore): readonly string[] {
  return store.map(({ connectorId, profile }) => `${connectorId}:${profile.chargingProfileId}`);
}

Deno.test("installProfile() replaces the profile with the same id, wherever it is", () => {
  const store = installed(
    [1, profile({ chargingProfileId: 7, stackLevel: 1 })],
    [2, profile({ chargingProfileId: 7, stackLevel: 2, limits: [[0, 8]] })],
  );
  assertEquals(places(store), ["2:7"]);
  assertEquals(store[0]?.profile.stackLevel, 2);
});

Deno.test("installProfile() replaces the same purpose and stack level on the same connector", () => {
  const store = installed(
    [1, profile({ chargingProfileId: 1 })],
    [2, profile({ chargingProfileId: 2 })],
    [1, profile({ chargingProfileId: 3 })],
  );
  assertEquals(places(store), ["2:2", "1:3"]);
});

Deno.test("installProfile() stacks other levels and purposes", () => {
  const store = installed(
    [1, profile({ chargingProfileId: 1 })],
    [1, profile({ chargingProfileId: 2, stackLevel: 1 })],
    [1, profile({ chargingProfileId: 3, chargingProfilePurpose: "TxProfile" })],
    [0, profile({ chargingProfileId: 4, chargingProfilePurpose: "ChargePointMaxProfile" })],
  );
  assertEquals(places(store), ["1:1", "1:2", "1:3", "0:4"]);
});

const TX = { chargingProfilePurpose: "TxProfile" } as const;

const REFUSED: readonly [string, number, ChargingProfile16, Partial<InstallationCase>][] = [
  ["a stack level too high", 1, profile({ stackLevel: 6 }), {}],
  ["a stack level below 0", 1, profile({ stackLevel: -1 }), {}],
  ["a unit that it does not take", 1, profile({ chargingRateUnit: "W" }), {}],
  ["too many periods", 1, profile({ limits: [[0, 1], [1, 1], [2, 1], [3, 1]] }), {}],
  ["a first period that begins late", 1, profile({ limits: [[5, 10]] }), {}],
  ["no period", 1, profile({ limits: [] }), {}],
  ["periods out of order", 1, profile({ limits: [[0, 10], [50, 8], [40, 6]] }), {}],
  ["a period that is there twice", 1, profile({ limits: [[0, 10], [0, 8]] }), {}],
  ["a limit below 0", 1, profile({ limits: [[0, -1]] }), {}],
  [
    "recurrence without kind",
    1,
    profile({ chargingProfileKind: "Recurring", startSchedule: after(0) }),
    {},
  ],
  [
    "recurrence without start",
    1,
    profile({ chargingProfileKind: "Recurring", recurrencyKind: "Daily" }),
    {},
  ],
  [
    "a limit of the station on a connector",
    1,
    profile({ chargingProfilePurpose: "ChargePointMaxProfile" }),
    {},
  ],
  ["a TxProfile on connector 0", 0, profile(TX), {}],
  ["a TxProfile without transaction", 1, profile(TX), { transaction: null }],
  ["a TxProfile of another transaction", 1, profile({ ...TX, transactionId: 76 }), {}],
  [
    "a TxProfile with a number while the transaction has none",
    1,
    profile({ ...TX, transactionId: 77 }),
    { transaction: "unnumbered" },
  ],
];

for (const [name, connectorId, each, changes] of REFUSED) {
  Deno.test(`installProfile() refuses ${name}`, () => {
    assertEquals(installProfile([], connectorId, each, { ...CASE, ...changes }).status, "Rejected");
  });
}

Deno.test("installProfile() takes a TxProfile for the transaction that runs", () => {
  const numbers = [[77, 77], [undefined, 77], [undefined, "unnumbered"]] as const;
  for (const [transactionId, transaction] of numbers) {
    const each = profile(transactionId === undefined ? TX : { ...TX, transactionId });
    assertEquals(installProfile([], 1, each, { ...CASE, transaction }).status, "Accepted");
  }
});

Deno.test("installProfile() keeps no more than it can, but always replaces", () => {
  const four = [0, 1, 2, 3].map((stackLevel) =>
    [1, profile({ chargingProfileId: stackLevel, stackLevel })] as const
  );
  const store = installed(...four);
  const fifth = profile({ chargingProfileId: 9, stackLevel: 4 });
  assertEquals(installProfile(store, 1, fifth, CASE).status, "Rejected");
  const instead = profile({ chargingProfileId: 9, stackLevel: 3 });
  assertEquals(installProfile(store, 1, instead, CASE).status, "Accepted");
});

const STORE = installed(
  [1, profile({ chargingProfileId: 1 })],
  [1, profile({ chargingProfileId: 2, ...TX, stackLevel: 1 })],
  [2, profile({ chargingProfileId: 3, stackLevel: 1 })],
  [0, profile({ chargingProfileId: 4, chargingProfilePurpose: "ChargePointMaxProfile" })],
);

const CLEARED: readonly [string, Parameters<typeof clearProfiles>[1], readonly string[]][] = [
  ["everything", {}, []],
  ["one by its id, whatever else is said", { id: 3, connectorId: 1 }, ["1:1", "1:2", "0:4"]],
  ["a connector", { connectorId: 1 }, ["2:3", "0:4"]],
  ["the station's own", { connectorId: 0 }, ["1:1", "1:2", "2:3"]],
  ["a purpose", { chargingProfilePurpose: "TxProfile" }, ["1:1", "2:3", "0:4"]],
  ["a level", { stackLevel: 1 }, ["1:1", "0:4"]],
  ["what meets all criteria", { connectorId: 1, stackLevel: 1 }, ["1:1", "2:3", "0:4"]],
];

for (const [name, criteria, left] of CLEARED) {
  Deno.test(`clearProfiles() clears ${name}`, () => {
    const { status, store } = clearProfiles(STORE, criteria);
    assertEquals([status, places(store)], ["Accepted", left]);
  });
}

Deno.test("clearProfiles() that meets nothing says Unknown", () => {
  assertEquals(clearProfiles(STORE, { id: 99 }), { status: "Unknown", store: STORE });
  assertEquals(clearProfiles([], {}).status, "Unknown");
});

Deno.test("withoutTxProfiles() forgets those of one connector", () => {
  assertEquals(places(withoutTxProfiles(STORE, 1)), ["1:1", "2:3", "0:4"]);
  assertEquals(withoutTxProfiles(STORE, 2), STORE);
});

Deno.test("the store never holds two profiles of one id, or of one purpose, level and connector", () => {
  const anyInstallation = fc.tuple(
    fc.integer({ min: 0, max: 2 }),
    fc.record({
      chargingProfileId: fc.integer({ min: 0, max: 6 }),
      stackLevel: fc.integer({ min: 0, max: 5 }),
      chargingProfilePurpose: fc.constantFrom(
        "TxProfile" as const,
        "TxDefaultProfile" as const,
        "ChargePointMaxProfile" as const,
      ),
    }),
  );
  fc.assert(fc.property(fc.array(anyInstallation, { maxLength: 30 }), (installations) => {
    let store: ProfileStore = [];
    for (const [connectorId, changes] of installations) {
      const each = profile(changes);
      const outcome = installProfile(store, connectorId, each, CASE);
      if (outcome.status === "Rejected") continue;
      store = outcome.store;
      assertEquals(store.at(-1)?.profile, each);
    }
    const ids = store.map(({ profile }) => profile.chargingProfileId);
    const slots = store.map(({ connectorId, profile }) =>
      `${connectorId} ${profile.chargingProfilePurpose} ${profile.stackLevel}`
    );
    assertEquals(new Set(ids).size, ids.length);
    assertEquals(new Set(slots).size, slots.length);
    assertEquals(store.length <= CASE.rules.installedMax, true);
  }));
});
