/**
 * Block K of OCPP 2.1 (edition 1, part 2), requirement by requirement: K01 to K13, as far as a station
 * is meant. What is tested elsewhere is named with the name of its test; what does not concern us says
 * why. A requirement that is not in this table makes it fail.
 */
import { assertEquals } from "@std/assert";
import type { ChargingProfile } from "../ocpp/mod.ts";
import { compositeSchedule } from "./composite_schedule.ts";
import type { Cap } from "./facts.ts";
import {
  drawnProfile,
  drawnStore,
  NOON,
  type ProfileDrawing,
  USUAL_RULES,
} from "./_profile_drawing.ts";
import { limitAt, stationLimitAt } from "./profile_limit.ts";
import { reportProfiles } from "./profile_report.ts";
import {
  clearProfiles,
  EMPTY_PROFILE_STORE,
  endTransactionProfiles,
  installProfile,
  type ProfileRules,
  type ProfileStore,
  REASON_CODES,
  validAfterOffline,
  validWhileOffline,
} from "./profile_store.ts";

const NOON_MS = Date.parse(NOON);
const HOUR_MS = 3_600_000;
const V21: ProfileRules = { ...USUAL_RULES, spoken: "2.x" };
const SESSION = { transactionId: "t1", startedWallMs: NOON_MS };

/** What is said to a profile: "Accepted", or the reason code of a rejection. */
function said(
  profile: ProfileDrawing | ChargingProfile,
  { slot = 1, store = EMPTY_PROFILE_STORE, rules = V21, transactionId = "t1" as string | null } =
    {},
): string {
  const whole = "chargingSchedule" in profile ? profile : drawnProfile(profile);
  const outcome = installProfile(store, slot, whole, rules, { transactionId, wallMs: NOON_MS });
  return outcome.kind === "installed"
    ? "Accepted"
    : `${outcome.kind}: ${REASON_CODES[outcome.problem.kind]}`;
}

const INVALID_SCHEDULE = "rejected: InvalidSchedule";

/** Amperes on slot 1, so many hours after noon. */
function amps(store: ProfileStore, hours = 0, session: typeof SESSION | null = SESSION, slot = 1) {
  return limitAt(store, slot, NOON_MS + hours * HOUR_MS, session, 230)?.amps ?? null;
}

function withPeriod(
  period: Partial<ChargingProfile["chargingSchedule"][0]["chargingSchedulePeriod"][0]>,
) {
  const drawn = drawnProfile();
  const chargingSchedule = drawn.chargingSchedule.map((schedule) => ({
    ...schedule,
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, ...period }],
  }));
  return { ...drawn, chargingSchedule };
}

const sockets = (lines: readonly ("L1" | "L2" | "L3")[], switchesPhases = false): ProfileRules => ({
  ...V21,
  sockets: new Map([[1, { lines, switchesPhases }], [2, { lines, switchesPhases }]]),
});

const operator: Cap = { source: "operator", amps: 10 };
const external = [{ slot: 1, cap: operator }];
const HERE: Readonly<Record<string, () => void>> = {
  "K01.FR.04"() {
    assertEquals(amps(drawnStore([[1, { purpose: "transaction", limits: { 0: 9 } }]])), 9);
  },
  "K01.FR.05"() {
    const store = drawnStore([[1, { id: 7, limits: { 0: 9 } }]]);
    const outcome = installProfile(store, 1, drawnProfile({ id: 7 }), V21, {
      transactionId: null,
      wallMs: NOON_MS,
    });
    assertEquals(outcome.kind === "installed" && outcome.replaced, [7]);
  },
  "K01.FR.06"() {
    const store = drawnStore([[1, { id: 1, from: NOON, to: "2024-05-08T00:00:00Z" }]]);
    assertEquals(said({ id: 2 }, { store }), "rejected: DuplicateProfile");
    assertEquals(
      said({ id: 2, from: "2024-05-08T00:00:00Z" }, { store }),
      "Accepted",
      "one after the other",
    );
  },
  "K01.FR.09": () =>
    assertEquals(said({ purpose: "transaction" }, { transactionId: null }), "rejected: TxNotFound"),
  "K01.FR.10": () => assertEquals(amps(drawnStore([[1, {}]]), 24 * 365), 16),
  "K01.FR.11": () =>
    assertEquals(amps(drawnStore([[1, { seconds: 3600, limits: { 0: 16, 3600: 9 } }]]), 1), null),
  "K01.FR.12"() {
    const store = drawnStore([[1, { seconds: 7200, limits: { 0: 16, 3600: 9 } }]]);
    assertEquals([amps(store, 0.99), amps(store, 1), amps(store, 1.99), amps(store, 2)], [
      16,
      9,
      9,
      null,
    ]);
  },
  "K01.FR.13"() {
    const drawing = {
      kind: "Recurring",
      every: "Daily",
      seconds: 3600,
      limits: { 0: 9 },
      level: 1,
    } as const;
    const store = drawnStore([[1, {}], [1, drawing]]);
    assertEquals([amps(store, 24.5), amps(store, 25.5)], [9, 16]);
  },
  "K01.FR.14"() {
    const store = drawnStore([[0, { limits: { 0: 9 } }]]);
    assertEquals([amps(store), amps(store, 0, null, 2)], [9, 9]);
    assertEquals(store.installed.length, 1, "it is not copied");
  },
  "K01.FR.15"() {
    const store = drawnStore([[1, { limits: { 0: 9 } }]]);
    assertEquals([amps(store), amps(store, 0, null, 2)], [9, null]);
  },
  "K01.FR.16": () =>
    assertEquals(said({ purpose: "transaction" }, { slot: 0 }), "rejected: InvalidProfile"),
  "K01.FR.17": () =>
    assertEquals(amps(drawnStore([[1, { limits: { 0: 9 } }], [1, { level: 1 }]])), 16),
  "K01.FR.19": () =>
    assertEquals(said(withPeriod({ numberPhases: 3, phaseToUse: 1 })), INVALID_SCHEDULE),
  "K01.FR.20": () =>
    assertEquals(
      said(withPeriod({ numberPhases: 1, phaseToUse: 1 }), {
        rules: sockets(["L1", "L2", "L3"], true),
      }),
      INVALID_SCHEDULE,
    ),
  "K01.FR.22": () =>
    assertEquals(
      said({ ...drawnProfile(), chargingProfilePurpose: "ChargingStationExternalConstraints" }),
      "rejected: UnsupportedPurpose",
    ),
  "K01.FR.26": () =>
    assertEquals(
      said({ unit: "W" }, { rules: { ...V21, rateUnits: ["A"] } }),
      "rejected: UnsupportedRateUnit",
    ),
  "K01.FR.28"() {
    assertEquals(said({}, { slot: 9 }), "rejected: UnknownEvse");
    // 1.6 wants a CALLERROR instead (errata 3.39).
    assertEquals(
      said({}, { slot: 9, rules: USUAL_RULES }),
      "property-constraint-violation: UnknownEvse",
    );
  },
  "K01.FR.30"() {
    const store = drawnStore([[1, { start: "2024-05-07T13:00:00Z" }]]);
    assertEquals([amps(store, 0.99), amps(store, 1)], [null, 16]);
  },
  "K01.FR.31": () => assertEquals(said({ limits: { 5: 16 } }), INVALID_SCHEDULE),
  "K01.FR.32"() {
    const store = drawnStore([[1, { id: 1, limits: { 0: 9 } }]]);
    const outcome = installProfile(store, 1, drawnProfile({ id: 1, limits: { 0: 8 } }), V21, {
      transactionId: "t1",
      wallMs: NOON_MS,
    });
    assertEquals(outcome.kind === "installed" && amps(outcome.store), 8);
  },
  "K01.FR.33": () =>
    assertEquals(said({ purpose: "transaction", transactionId: "t2" }), "rejected: TxNotFound"),
  "K01.FR.34"() {
    const { chargingSchedule: one } = drawnProfile();
    assertEquals(said({ ...drawnProfile(), chargingSchedule: [...one, ...one] }), INVALID_SCHEDULE);
  },
  "K01.FR.35"() {
    const chargingSchedulePeriod = [0, 20, 10].map((startPeriod) => ({ startPeriod, limit: 8 }));
    assertEquals(said({ schedule: { chargingSchedulePeriod } }), INVALID_SCHEDULE);
  },
  "K01.FR.36"() {
    const store = drawnStore([[1, { from: "2024-05-07T13:00:00Z" }]]);
    assertEquals([amps(store, 0.99), amps(store, 1)], [null, 16]);
  },
  "K01.FR.37"() {
    const store = drawnStore([[1, { to: "2024-05-07T13:00:00Z" }]]);
    assertEquals([amps(store, 0.99), amps(store, 1)], [16, null]);
  },
  "K01.FR.38": () =>
    assertEquals(
      said({ purpose: "station", kind: "Relative" }, { slot: 0 }),
      "rejected: UnsupportedKind",
    ),
  "K01.FR.39"() {
    const store = drawnStore([[1, { id: 1, purpose: "transaction" }]]);
    assertEquals(said({ id: 2, purpose: "transaction" }, { store }), "rejected: DuplicateProfile");
  },
  "K01.FR.40"() {
    assertEquals(said({ start: null }), INVALID_SCHEDULE);
    assertEquals(said({ start: null }, { rules: USUAL_RULES }), "Accepted", "1.6 §7.13");
  },
  "K01.FR.41": () =>
    assertEquals(said({ kind: "Relative", schedule: { startSchedule: NOON } }), INVALID_SCHEDULE),
  "K01.FR.42": () =>
    assertEquals(
      amps(drawnStore([[1, { kind: "Relative", limits: { 0: 16, 60: 9 } }]]), 60 / 3600),
      9,
    ),
  "K01.FR.43"() {
    const one = withPeriod({ numberPhases: 1 });
    assertEquals(said(one, { rules: sockets(["L1", "L2", "L3"]) }), INVALID_SCHEDULE);
    assertEquals(said(one, { rules: sockets(["L1", "L2", "L3"], true) }), "Accepted");
  },
  "K01.FR.45": () =>
    assertEquals(said(withPeriod({ numberPhases: 3 }), { rules: sockets(["L1"]) }), "Accepted"),
  "K01.FR.46": () =>
    assertEquals(
      said(withPeriod({ numberPhases: 1, phaseToUse: 2 }), { rules: sockets(["L2"]) }),
      "Accepted",
    ),
  "K01.FR.48": () =>
    assertEquals(
      said(withPeriod({ numberPhases: 1, phaseToUse: 2 }), { rules: sockets(["L1"]) }),
      INVALID_SCHEDULE,
    ),
  "K01.FR.49": () => assertEquals(amps(drawnStore([[1, { unit: "W", limits: { 0: 6_900 } }]])), 10),
  "K01.FR.50": () =>
    assertEquals(amps(drawnStore([[1, { unit: "W", limits: { 0: 2_300 }, phases: 1 }]])), 10),
  "K01.FR.51": () => assertEquals(amps(drawnStore([[1, { limits: { 0: 10 }, phases: 1 }]])), 10),
  "K01.FR.52": () =>
    assertEquals(
      said({ id: 2 }, { slot: 0, store: drawnStore([[1, { id: 1 }]]) }),
      "rejected: DuplicateProfile",
    ),
  "K01.FR.53"() {
    const store = drawnStore([[0, { id: 1 }]]);
    assertEquals(said({ id: 2 }, { store }), "rejected: DuplicateProfile");
    assertEquals(said({ id: 2 }, { store, rules: USUAL_RULES }), "Accepted", "1.6 §3.13.1");
  },
  "K01.FR.90": () =>
    assertEquals(said({ schedule: { useLocalTime: true } }), INVALID_SCHEDULE, "not supported"),
  "K01.FR.95": () =>
    assertEquals(
      said({ purpose: "station", schedule: { randomizedDelay: 5 } }, { slot: 0 }),
      INVALID_SCHEDULE,
    ),
  "K01.FR.101"() {
    const low = drawnStore([[1, { limits: { 0: 9 } }]]).installed;
    const high = {
      slot: 1,
      profile: { ...drawnProfile({ id: 2, level: 1 }), maxOfflineDuration: 60 },
    };
    const store = { installed: [...low, high] };
    assertEquals(amps(validWhileOffline(store, 60_000)), 16);
    assertEquals(amps(validWhileOffline(store, 60_001)), 9);
  },
  "K01.FR.102"() {
    const of = (invalidAfterOfflineDuration: boolean) => ({
      installed: [{
        slot: 1,
        profile: { ...drawnProfile(), maxOfflineDuration: 60, invalidAfterOfflineDuration },
      }],
    });
    assertEquals(amps(validAfterOffline(of(false), 90_000)), 16);
    assertEquals(amps(validAfterOffline(of(true), 90_000)), null);
    assertEquals(amps(validAfterOffline(of(true), 30_000)), 16);
  },
  "K01.FR.103": () => assertEquals(amps(validWhileOffline(drawnStore([[1, {}]]), Infinity)), 16),
  "K01.FR.120"() {
    for (const chargingProfilePurpose of ["PriorityCharging", "LocalGeneration"] as const) {
      assertEquals(
        said({ ...drawnProfile(), chargingProfilePurpose }),
        "rejected: UnsupportedPurpose",
      );
    }
  },
  "K01.FR.121": () => assertEquals(said({ kind: "Dynamic" }), "rejected: UnsupportedKind"),
  "K01.FR.122"() {
    assertEquals(said({ ...drawnProfile(), dynUpdateInterval: 5 }), "rejected: InvalidProfile");
    assertEquals(said({ ...drawnProfile(), dynUpdateTime: NOON }), "rejected: InvalidProfile");
  },
  "K01.FR.123": () => assertEquals(said({ schedule: { useLocalTime: true } }), INVALID_SCHEDULE),
  "K01.FR.124": () => assertEquals(said({ schedule: { randomizedDelay: 5 } }), INVALID_SCHEDULE),
  "K01.FR.125": () =>
    assertEquals(said({ schedule: { limitAtSoC: { soc: 80, limit: 6 } } }), INVALID_SCHEDULE),
  "K01.FR.126": () => assertEquals(said(withPeriod({ evseSleep: true })), INVALID_SCHEDULE),
  "K02.FR.04": () =>
    assertEquals(
      amps(drawnStore([[1, { limits: { 0: 9 } }], [1, { purpose: "transaction" }]])),
      16,
    ),
  "K02.FR.05": () =>
    assertEquals(
      endTransactionProfiles(drawnStore([[1, { purpose: "transaction" }]]), "t1").installed,
      [],
    ),
  "K02.FR.08"() {
    const store = drawnStore([
      [0, { purpose: "station", limits: { 0: 8 } }],
      [1, { limits: { 0: 9 } }],
      [1, { purpose: "transaction", seconds: 3600, limits: { 0: 7 } }],
    ]);
    assertEquals([amps(store), amps(store, 1)], [7, 8]);
  },
  "K04.FR.03": () =>
    assertEquals(said({ purpose: "station" }, { slot: 1 }), "rejected: InvalidProfile"),
  "K04.FR.05": () =>
    assertEquals(
      stationLimitAt(drawnStore([[0, { purpose: "station", limits: { 0: 40 } }]]), NOON_MS, 230)
        ?.amps,
      40,
      "all chargers together",
    ),
  "K08.FR.03"() {
    const schedule = composite(drawnStore([[1, { limits: { 0: 9 } }]]), 0);
    assertEquals(schedule, [{ startPeriod: 0, limit: 25, numberPhases: 3 }], "9 + 16 A");
  },
  "K08.FR.04": () =>
    assertEquals(composite(drawnStore([[1, { limits: { 0: 9, 60: 30 } }]]), 1), [
      { startPeriod: 0, limit: 9, numberPhases: 3 },
      { startPeriod: 60, limit: 16, numberPhases: 3 },
    ], "never above the site's own limit"),
  "K08.FR.05": () => assertEquals(composite(EMPTY_PROFILE_STORE, 9), "rejected"),
  "K08.FR.06": () =>
    assertEquals(composite(drawnStore([[1, { kind: "Relative", limits: { 0: 9, 60: 7 } }]]), 1), [
      { startPeriod: 0, limit: 9, numberPhases: 3 },
      { startPeriod: 60, limit: 7, numberPhases: 3 },
    ]),
  "K09.FR.02"() {
    const reports = reportProfiles(drawnStore([[0, {}], [1, {}]]), external, {}, NOON_MS);
    assertEquals(reports.map(({ slot, source, tbc }) => [slot, source, tbc]), [
      [0, "CSO", true],
      [1, "CSO", true],
      [1, "Other", false],
    ]);
  },
  "K09.FR.03"() {
    const store = drawnStore([[1, { level: 0 }], [1, { level: 1 }], [0, { purpose: "station" }]]);
    const ids = (criteria: Parameters<typeof reportProfiles>[2]) =>
      reportProfiles(store, external, criteria, NOON_MS)
        .flatMap(({ profiles }) => profiles.map(({ id }) => id));
    assertEquals(ids({ ids: [2, 9] }), [2]);
    assertEquals(ids({ stackLevel: 0, purpose: "TxDefaultProfile" }), [1]);
    assertEquals(ids({ sources: ["Other"] }), [-1]);
    assertEquals(ids({ sources: ["CSO"], stackLevel: 7 }), []);
  },
  "K09.FR.04": () => assertEquals(reportedSlots(1), [1]),
  "K09.FR.05": () => assertEquals(reportedSlots(0), [0]),
  "K09.FR.06": () => assertEquals(reportedSlots(undefined), [0, 1]),
  "K10.FR.01": () => assertEquals(clearProfiles(EMPTY_PROFILE_STORE, {}).kind, "unknown"),
  "K10.FR.03": () => assertEquals(cleared({ id: 2 }), [2]),
  "K10.FR.04": () => assertEquals(cleared({ slot: 1, stackLevel: 0 }), [1]),
  "K10.FR.08": () =>
    assertEquals(
      clearProfiles(EMPTY_PROFILE_STORE, { purpose: "ChargingStationExternalConstraints" }).kind,
      "unknown",
      "they are no profiles of the store",
    ),
  "K10.FR.09": () => assertEquals(clearProfiles(drawnStore([[1, {}]]), { id: -1 }).kind, "unknown"),
  "K11.FR.06"() {
    const cap = { ...operator, untilWallMs: NOON_MS };
    const [report] = reportProfiles(EMPTY_PROFILE_STORE, [{ slot: 1, cap }], {}, NOON_MS);
    const [profile] = report?.profiles ?? [];
    assertEquals(
      [profile?.id, profile?.chargingProfilePurpose, profile?.validTo],
      [-1, "ChargingStationExternalConstraints", NOON],
    );
  },
};

function composite(store: ProfileStore, slot: number) {
  const outcome = compositeSchedule(
    store,
    { slot, startWallMs: NOON_MS, durationS: 3600, unit: "A" },
    {
      nominalVoltageV: 230,
      limitAmps: 63,
      slots: [1, 2].map((each) => ({
        slot: each,
        lines: ["L1", "L2", "L3"] as const,
        limitAmps: 16,
        session: null,
      })),
    },
  );
  return outcome.kind === "accepted" ? outcome.schedule.chargingSchedulePeriod : outcome.kind;
}

function reportedSlots(slot: number | undefined): readonly number[] {
  const store = drawnStore([[0, {}], [1, {}]]);
  return reportProfiles(store, [], slot === undefined ? {} : { slot }, NOON_MS)
    .map((report) => report.slot);
}

function cleared(criteria: Parameters<typeof clearProfiles>[1]) {
  const store = drawnStore([[1, { level: 0 }], [1, { level: 1 }], [2, {}]]);
  const outcome = clearProfiles(store, criteria);
  return outcome.kind === "cleared" && outcome.ids;
}

const GATEWAY = "test/gateway/profiles_test.ts";
const NOTICES = "src/balancing/limit_notices_test.ts";
/** By file, the name of the test. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, name: string]>> = {
  "K01.FR.07": [GATEWAY, "a profile whose periods change with time lowers and lifts a session"],
  "K01.FR.27": [
    GATEWAY,
    "a bound on all chargers is in the schedule of the site and lasts over a restart",
  ],
  "K04.FR.01": [GATEWAY, "a profile for one slot caps no other"],
  "K04.FR.02": [
    GATEWAY,
    "the schedule of a slot in session holds what the balancer gives it, never more",
  ],
  "K05.FR.03": [
    GATEWAY,
    "the profile of a remote start that the charger refuses is not for the driver",
  ],
  "K05.FR.05": [
    "src/csms/routes_test.ts",
    "is rejected with a profile that nobody can obey (2.1 K05.FR.05)",
  ],
  "K06.FR.01": [GATEWAY, "a TxProfile holds over a restart while its session goes on"],
  "K08.FR.02": ["src/balancing/composite_schedule_test.ts", "from when and how long it holds"],
  "K10.FR.05": [GATEWAY, "clearing it there leaves others alone"],
  "K11.FR.01": [
    "test/gateway/views_power_test.ts",
    "a cap of an operator and one of the cloud are told apart",
  ],
  "K11.FR.02": [
    NOTICES,
    "what changes less than the significance is not told, what changes more is",
  ],
  "K11.FR.03": ["src/csms/limit_notice_test.ts", "with who, and with its schedule"],
  "K11.FR.05": [NOTICES, "the CSMS's own caps, a refused token and an EV that takes no more"],
  "K13.FR.01": ["test/gateway/views_power_test.ts", "for the minutes that are left of it"],
  "K13.FR.02": [NOTICES, "a cap of an operator is told at once, and its end"],
};

const CSMS = "an order to the CSMS";
const NO_PRIORITY = "PriorityCharging is refused (K01.FR.120)";
const OF_2X_EDGE = "the 2.x edge speaks it, with what this room gives";
/** Why it is not ours. */
const NOT_OURS: Readonly<Record<string, string>> = {
  "K01.FR.01": CSMS,
  "K01.FR.02": CSMS,
  "K01.FR.03": CSMS,
  "K01.FR.08": CSMS,
  "K01.FR.21": "may, and is not: shares are max-min fair whatever is efficient",
  "K01.FR.29": "smart charging is always there",
  "K01.FR.44": "no EVSE is known to be DC",
  "K01.FR.47": "the EVSE's phases are those it is wired to",
  "K01.FR.54": "no EVSE is known to be DC",
  "K01.FR.55": "variables of the 2.x edge; every profile is persistent",
  "K01.FR.56": "may, and is not: there is no rate limit",
  "K01.FR.70": NO_PRIORITY,
  "K01.FR.71": NO_PRIORITY,
  "K01.FR.80": CSMS,
  "K01.FR.81": "MaxExternalConstraintsId is not set: external limits have negative ids",
  "K01.FR.82": "MaxExternalConstraintsId is not set",
  "K01.FR.91": "useLocalTime is refused (K01.FR.123)",
  "K01.FR.92": "randomizedDelay is refused (K01.FR.124)",
  "K01.FR.93": "randomizedDelay is refused (K01.FR.124)",
  "K01.FR.94": "randomizedDelay is refused (K01.FR.124)",
  "K01.FR.100": "limitAtSoC is refused (K01.FR.125)",
  "K01.FR.110": "ChargingOnly is the only operation mode",
  "K02.FR.01": CSMS,
  "K02.FR.02": "the charger's",
  "K02.FR.03": CSMS,
  "K02.FR.06": "K01.FR.21",
  "K02.FR.07": CSMS,
  "K03.FR.01": "the gateway is the local controller: it caps, and sends no profiles of the CSMS on",
  "K04.FR.04": "K01.FR.21",
  "K05.FR.01": CSMS,
  "K05.FR.02": "checked where the order comes in (csms/remote_routes.ts)",
  "K05.FR.04": "smart charging is always there",
  "K06.FR.02": "the site's own limits always hold",
  "K07.FR.01": "profiles hold with and without the CSMS alike",
  "K08.FR.01": CSMS,
  "K08.FR.07": "both units are taken",
  "K08.FR.08": "there are no setpoints",
  "K09.FR.01": OF_2X_EDGE,
  "K10.FR.02": CSMS,
  "K10.FR.06": CSMS,
  "K10.FR.07": "a session has what counts now, whatever it began with (K01.FR.07)",
  "K11.FR.04": OF_2X_EDGE,
  "K11.FR.07": "ExternalConstraintsProfileDisallowed is not set: the site's limits always win",
  "K12.FR.01": "K11.FR.01",
  "K12.FR.02": "without a session an EVSE has no limit that could differ",
  "K12.FR.03": "K11.FR.03",
  "K12.FR.04": "K11.FR.05",
  "K12.FR.05": "K11.FR.06",
  "K13.FR.03": OF_2X_EDGE,
};

/** The numbers that the specification gives: it leaves some out. */
const NUMBERS: Readonly<Record<string, readonly (number | readonly [from: number, to: number])[]>> =
  {
    K01: [
      [1, 17],
      [19, 22],
      [26, 56],
      70,
      71,
      [80, 82],
      [90, 95],
      [100, 103],
      110,
      [120, 126],
    ],
    K02: [[1, 8]],
    K03: [1],
    K04: [[1, 5]],
    K05: [[1, 5]],
    K06: [1, 2],
    K07: [1],
    K08: [[1, 8]],
    K09: [[1, 6]],
    K10: [[1, 9]],
    K11: [[1, 7]],
    K12: [[1, 5]],
    K13: [[1, 3]],
  };

const REQUIREMENTS = Object.entries(NUMBERS).flatMap(([block, numbers]) =>
  numbers.flatMap((each) => {
    const [from, to] = typeof each === "number" ? [each, each] : each;
    return Array.from(
      { length: to - from + 1 },
      (_, index) => `${block}.FR.${String(from + index).padStart(2, "0")}`,
    );
  })
);

for (const [requirement, check] of Object.entries(HERE)) Deno.test(requirement, check);

Deno.test("every requirement of K01 to K13 is tested here or elsewhere, or says why not", () => {
  const named = [HERE, ELSEWHERE, NOT_OURS].flatMap((table) => Object.keys(table));
  assertEquals(named.toSorted(), REQUIREMENTS.toSorted());
});

Deno.test("tests that are named elsewhere are there", () => {
  for (const [requirement, [file, name]] of Object.entries(ELSEWHERE)) {
    const text = Deno.readTextFileSync(new URL(`../../${file}`, import.meta.url));
    assertEquals(text.includes(name), true, `${requirement}: "${name}" in ${file}`);
  }
});
