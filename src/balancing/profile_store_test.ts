import { assertEquals } from "@std/assert";
import type { ChargingProfile } from "../ocpp/mod.ts";
import {
  drawnProfile,
  drawnStore,
  NOON,
  type ProfileDrawing,
  USUAL_RULES,
} from "./_profile_drawing.ts";
import {
  clearProfiles,
  EMPTY_PROFILE_STORE,
  endTransactionProfiles,
  type InstallMoment,
  installProfile,
  keepOpenTransactions,
  type ProfileProblem,
  type ProfileRules,
  type ProfileStore,
} from "./profile_store.ts";

const AT_NOON: InstallMoment = { transactionId: null, wallMs: Date.parse(NOON) };

/** "slot: id …" of every profile. */
function content(store: ProfileStore): readonly string[] {
  return store.installed.map(({ slot, profile }) => `${slot}: ${profile.id}`);
}

interface Replacement {
  readonly name: string;
  readonly before: readonly (readonly [number, ProfileDrawing])[];
  readonly add: readonly [number, ProfileDrawing];
  readonly after: readonly string[];
  readonly replaced: readonly number[];
}

const REPLACEMENTS: readonly Replacement[] = [
  {
    name: "adds a profile of another stack level",
    before: [[1, { id: 1, level: 0 }]],
    add: [1, { id: 2, level: 1 }],
    after: ["1: 1", "1: 2"],
    replaced: [],
  },
  {
    name: "replaces the profile with the same id, wherever it was",
    before: [[1, { id: 7, level: 0 }], [2, { id: 8 }]],
    add: [2, { id: 7, level: 3 }],
    after: ["2: 8", "2: 7"],
    replaced: [7],
  },
  {
    name: "replaces the one of the same purpose and stack level on the same slot",
    before: [[1, { id: 1 }], [2, { id: 2 }], [0, { id: 3 }]],
    add: [1, { id: 4 }],
    after: ["2: 2", "0: 3", "1: 4"],
    replaced: [1],
  },
  {
    name: "replaces two where one has the id and another the stack level",
    before: [[1, { id: 1, level: 0 }], [1, { id: 2, level: 1 }]],
    add: [1, { id: 1, level: 1 }],
    after: ["1: 1"],
    replaced: [1, 2],
  },
  {
    name: "keeps one of another purpose on the same stack level",
    before: [[1, { id: 1, purpose: "default" }]],
    add: [1, { id: 2, purpose: "transaction" }],
    after: ["1: 1", "1: 2"],
    replaced: [],
  },
];

for (const { name, before, add: [slot, drawing], after, replaced } of REPLACEMENTS) {
  Deno.test(`installProfile() ${name}`, () => {
    const store = drawnStore(before);
    const profile = drawnProfile(drawing);
    const moment = { ...AT_NOON, transactionId: "t1" };
    const outcome = installProfile(store, slot, profile, USUAL_RULES, moment);
    assertEquals(outcome.kind, "installed");
    if (outcome.kind !== "installed") return;
    assertEquals(content(outcome.store), after);
    assertEquals(outcome.replaced, replaced);
    assertEquals(content(store), before.map(([at, { id }]) => `${at}: ${id}`), "a new store");
  });
}

interface Refusal {
  readonly name: string;
  readonly slot?: number;
  readonly profile: ProfileDrawing | ChargingProfile;
  readonly rules?: Partial<ProfileRules>;
  readonly transactionId?: string;
  readonly problem: ProfileProblem["kind"];
}

const two = drawnProfile().chargingSchedule;

const REFUSALS: readonly Refusal[] = [
  { name: "a slot that does not exist", slot: 3, profile: {}, problem: "unknown-slot" },
  { name: "a negative slot", slot: -1, profile: {}, problem: "unknown-slot" },
  {
    name: "a station maximum on a slot",
    profile: { purpose: "station" },
    problem: "purpose-not-here",
  },
  {
    name: "a transaction's profile on the station",
    slot: 0,
    profile: { purpose: "transaction" },
    transactionId: "t1",
    problem: "purpose-not-here",
  },
  {
    name: "a transaction's profile without transaction",
    profile: { purpose: "transaction" },
    problem: "no-transaction",
  },
  {
    name: "the profile of another transaction",
    profile: { purpose: "transaction", transactionId: "t2" },
    transactionId: "t1",
    problem: "other-transaction",
  },
  {
    name: "external constraints, which do not come from a CSMS",
    slot: 0,
    profile: {
      ...drawnProfile(),
      chargingProfilePurpose: "ChargingStationExternalConstraints",
    },
    problem: "unsupported-purpose",
  },
  { name: "a dynamic profile", profile: { kind: "Dynamic" }, problem: "unsupported-kind" },
  {
    name: "a station maximum relative to nothing",
    slot: 0,
    profile: { kind: "Relative", purpose: "station" },
    problem: "unsupported-kind",
  },
  {
    name: "a recurrence of unknown length",
    profile: { kind: "Recurring" },
    problem: "invalid-schedule",
  },
  {
    name: "a recurrence without a start",
    profile: { kind: "Recurring", every: "Daily", start: null },
    problem: "invalid-schedule",
  },
  {
    name: "a stack level above the highest",
    profile: { level: 9 },
    problem: "stack-level-out-of-range",
  },
  { name: "a negative stack level", profile: { level: -1 }, problem: "stack-level-out-of-range" },
  {
    name: "no schedule",
    profile: { ...drawnProfile(), chargingSchedule: [] },
    problem: "invalid-schedule",
  },
  {
    name: "several schedules to choose from",
    profile: { ...drawnProfile(), chargingSchedule: [...two, ...two] },
    problem: "unsupported-feature",
  },
  {
    name: "a unit that the variables exclude",
    profile: { unit: "W" },
    rules: { rateUnits: ["A"] },
    problem: "unsupported-rate-unit",
  },
  {
    name: "more periods than may be",
    profile: { limits: { 0: 1, 10: 2, 20: 3 } },
    rules: { maxPeriods: 2 },
    problem: "too-many-periods",
  },
  { name: "no periods", profile: { limits: {} }, problem: "invalid-schedule" },
  {
    name: "a first period that starts late",
    profile: { limits: { 5: 16 } },
    problem: "invalid-schedule",
  },
  {
    name: "periods out of order",
    profile: {
      schedule: {
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }, { startPeriod: 0, limit: 8 }],
      },
    },
    problem: "invalid-schedule",
  },
  { name: "a negative limit", profile: { limits: { 0: -1 } }, problem: "invalid-schedule" },
  {
    name: "a period without limit",
    profile: { schedule: { chargingSchedulePeriod: [{ startPeriod: 0 }] } },
    problem: "invalid-schedule",
  },
  { name: "four phases", profile: { phases: 4 }, problem: "invalid-schedule" },
  {
    name: "discharging",
    profile: {
      schedule: {
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 0, operationMode: "CentralSetpoint" }],
      },
    },
    problem: "unsupported-feature",
  },
  { name: "a negative duration", profile: { seconds: -5 }, problem: "invalid-schedule" },
  { name: "a date that is none", profile: { from: "tomorrow" }, problem: "invalid-schedule" },
  {
    name: "local time",
    profile: { schedule: { useLocalTime: true } },
    problem: "unsupported-feature",
  },
  {
    name: "a limit from a state of charge on",
    profile: { schedule: { limitAtSoC: { soc: 80, limit: 6 } } },
    problem: "unsupported-feature",
  },
];

for (const { name, slot = 1, profile, rules, transactionId = null, problem } of REFUSALS) {
  Deno.test(`installProfile() refuses ${name}`, () => {
    const drawn = "chargingSchedule" in profile ? profile : drawnProfile(profile);
    const moment = { ...AT_NOON, transactionId };
    const outcome = installProfile(
      EMPTY_PROFILE_STORE,
      slot,
      drawn,
      { ...USUAL_RULES, ...rules },
      moment,
    );
    if (outcome.kind === "installed") throw new Error("Cannot be installed");
    assertEquals(outcome.problem.kind, problem);
    // Only a wrong connector is a CALLERROR in 1.6 (errata 3.39).
    const kind = problem === "unknown-slot" ? "property-constraint-violation" : "rejected";
    assertEquals(outcome.kind, kind);
  });
}

Deno.test("installProfile() refuses one profile too many, but takes a replacement", () => {
  const store = drawnStore([[1, { id: 1 }], [2, { id: 2 }]]);
  const rules = { ...USUAL_RULES, maxProfiles: 2 };
  const third = installProfile(store, 0, drawnProfile({ id: 3 }), rules, AT_NOON);
  assertEquals(third.kind === "rejected" && third.problem.kind, "too-many-profiles");
  assertEquals(installProfile(store, 0, drawnProfile({ id: 2 }), rules, AT_NOON).kind, "installed");
});

Deno.test("installProfile() names the transaction of a TxProfile, and of no other", () => {
  const store = drawnStore([
    [1, { purpose: "transaction" }],
    [1, { purpose: "default", transactionId: "t9" }],
  ]);
  assertEquals(store.installed.map(({ profile }) => profile.transactionId), ["t1", undefined]);
});

Deno.test("installProfile() starts a station maximum without start at once", () => {
  const profile = drawnProfile({ purpose: "station", start: null });
  const outcome = installProfile(EMPTY_PROFILE_STORE, 0, profile, USUAL_RULES, AT_NOON);
  const [installed] = outcome.kind === "installed" ? outcome.store.installed : [];
  assertEquals(installed?.profile.chargingSchedule[0]?.startSchedule, NOON);
});

const FOUR = [
  [0, { id: 10, purpose: "station", level: 0 }],
  [0, { id: 11, purpose: "default", level: 0 }],
  [1, { id: 12, purpose: "default", level: 1 }],
  [2, { id: 13, purpose: "transaction", level: 1 }],
] as const;

const CLEARS = [
  [{}, [10, 11, 12, 13]],
  [{ id: 12 }, [12]],
  [{ slot: 0 }, [10, 11]],
  [{ stackLevel: 1 }, [12, 13]],
  [{ purpose: "TxDefaultProfile" }, [11, 12]],
  [{ slot: 0, purpose: "TxDefaultProfile" }, [11]],
  [{ purpose: "TxDefaultProfile", stackLevel: 1 }, [12]],
  [{ id: 12, slot: 1 }, [12]],
] as const;

for (const [criteria, ids] of CLEARS) {
  Deno.test(`clearProfiles() clears all that match ${JSON.stringify(criteria)}`, () => {
    const outcome = clearProfiles(drawnStore(FOUR), criteria);
    if (outcome.kind !== "cleared") throw new Error("Cannot be unknown");
    assertEquals(outcome.ids, [...ids]);
    const left = [10, 11, 12, 13].filter((id) => !ids.some((each) => each === id));
    assertEquals(outcome.store.installed.map(({ profile }) => profile.id), left);
  });
}

Deno.test("clearProfiles() knows nothing where not all criteria match one profile", () => {
  assertEquals(clearProfiles(drawnStore(FOUR), { id: 12, slot: 2 }).kind, "unknown");
  assertEquals(clearProfiles(drawnStore(FOUR), { id: 99 }).kind, "unknown");
  assertEquals(clearProfiles(EMPTY_PROFILE_STORE, {}).kind, "unknown");
});

Deno.test("endTransactionProfiles() drops the profiles of that transaction only", () => {
  const store = drawnStore(FOUR);
  assertEquals(endTransactionProfiles(store, "t2"), store);
  assertEquals(content(endTransactionProfiles(store, "t1")), ["0: 10", "0: 11", "1: 12"]);
});

Deno.test("keepOpenTransactions() drops profiles of transactions that ended meanwhile", () => {
  const store = drawnStore(FOUR);
  assertEquals(keepOpenTransactions(store, new Set(["t1"])), store);
  assertEquals(content(keepOpenTransactions(store, new Set(["t2"]))), ["0: 10", "0: 11", "1: 12"]);
});

Deno.test("A store is plain data", () => {
  const store = drawnStore(FOUR);
  assertEquals(JSON.parse(JSON.stringify(store)), store);
});
