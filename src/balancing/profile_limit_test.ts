import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { drawnStore, NOON, type ProfileDrawing } from "./_profile_drawing.ts";
import { limitAt, type ProfileSession, stationLimitAt } from "./profile_limit.ts";
import { periodAt } from "./_schedule_time.ts";

const NOON_MS = Date.parse(NOON);
const HOUR_S = 3600;

/** A transaction that began at half past eleven. */
const SESSION: ProfileSession = { transactionId: "t1", startedWallMs: NOON_MS - HOUR_S * 500 };

type Installed = readonly (readonly [slot: number, drawing: ProfileDrawing])[];

interface Case {
  readonly name: string;
  readonly profiles: Installed;
  /** Hours after noon. */
  readonly atHour?: number;
  readonly session?: ProfileSession | null;
  readonly amps: number | null;
}

const day = 24;

const CASES: readonly Case[] = [
  { name: "nothing without profiles", profiles: [], amps: null },
  { name: "a default for the slot", profiles: [[1, { limits: { 0: 10 } }]], amps: 10 },
  { name: "a default for all slots", profiles: [[0, { limits: { 0: 10 } }]], amps: 10 },
  { name: "nothing of another slot's default", profiles: [[2, {}]], amps: null },
  {
    name: "the slot's default rather than that for all, on the same stack level",
    profiles: [[0, { limits: { 0: 10 } }], [1, { limits: { 0: 20 } }]],
    amps: 20,
  },
  {
    name: "a default for all on a higher stack level",
    profiles: [[0, { level: 2, limits: { 0: 10 } }], [1, { level: 1, limits: { 0: 20 } }]],
    amps: 10,
  },
  {
    name: "the transaction's profile rather than the default, even if it allows more",
    profiles: [[1, { limits: { 0: 10 } }], [1, { purpose: "transaction", limits: { 0: 25 } }]],
    amps: 25,
  },
  {
    name: "no transaction's profile without the transaction",
    profiles: [[1, { purpose: "transaction", limits: { 0: 25 } }]],
    session: null,
    amps: null,
  },
  {
    name: "no profile of another transaction",
    profiles: [[1, { purpose: "transaction", limits: { 0: 25 } }]],
    session: { ...SESSION, transactionId: "t2" },
    amps: null,
  },
  {
    name: "the lower of the station's maximum and the transaction's profile",
    profiles: [
      [0, { purpose: "station", limits: { 0: 12 } }],
      [1, { purpose: "transaction", limits: { 0: 25 } }],
    ],
    amps: 12,
  },
  {
    name: "the lower of the station's maximum and the default",
    profiles: [[0, { purpose: "station", limits: { 0: 30 } }], [1, { limits: { 0: 10 } }]],
    amps: 10,
  },
  {
    name: "the highest stack level",
    profiles: [
      [1, { level: 1, limits: { 0: 20 } }],
      [1, { level: 3, limits: { 0: 30 } }],
      [1, { level: 2, limits: { 0: 10 } }],
    ],
    amps: 30,
  },
  {
    name: "a lower stack level while the higher one is not valid yet",
    profiles: [
      [1, { level: 1, limits: { 0: 20 } }],
      [1, { level: 2, from: "2024-05-07T13:00:00Z", limits: { 0: 8 } }],
    ],
    amps: 20,
  },
  {
    name: "a higher stack level from the moment it is valid",
    profiles: [
      [1, { level: 1, limits: { 0: 20 } }],
      [1, { level: 2, from: "2024-05-07T13:00:00Z", limits: { 0: 8 } }],
    ],
    atHour: 1,
    amps: 8,
  },
  {
    name: "no profile from the moment it is not valid any more",
    profiles: [[1, { to: "2024-05-07T13:00:00Z" }]],
    atHour: 1,
    amps: null,
  },
  {
    name: "a lower stack level when the duration of the higher one has ended",
    profiles: [[1, { level: 1, limits: { 0: 20 } }], [1, {
      level: 2,
      seconds: HOUR_S,
      limits: { 0: 8 },
    }]],
    atHour: 1,
    amps: 20,
  },
  {
    name: "the default when the duration of the transaction's profile has ended",
    profiles: [
      [1, { limits: { 0: 20 } }],
      [1, { purpose: "transaction", seconds: HOUR_S, limits: { 0: 8 } }],
    ],
    atHour: 1,
    amps: 20,
  },
  { name: "nothing before an absolute start", profiles: [[1, {}]], atHour: -0.01, amps: null },
  {
    name: "the period of the moment",
    profiles: [[1, { limits: { 0: 6, [HOUR_S]: 7, [2 * HOUR_S]: 8 } }]],
    atHour: 1.99,
    amps: 7,
  },
  {
    name: "the last period without end",
    profiles: [[1, { limits: { 0: 6, [HOUR_S]: 7, [2 * HOUR_S]: 8 } }]],
    atHour: 900,
    amps: 8,
  },
  {
    name: "no period beyond the duration",
    profiles: [[1, { seconds: HOUR_S, limits: { 0: 6, [2 * HOUR_S]: 8 } }]],
    atHour: 2.5,
    amps: null,
  },
  {
    name: "a relative schedule since the transaction began",
    profiles: [[1, { kind: "Relative", limits: { 0: 6, [HOUR_S]: 20 } }]],
    atHour: 0.5,
    amps: 20,
  },
  {
    name: "a relative schedule before its next period",
    profiles: [[1, { kind: "Relative", limits: { 0: 6, [HOUR_S]: 20 } }]],
    atHour: 0.49,
    amps: 6,
  },
  {
    name: "no relative schedule without transaction",
    profiles: [[1, { kind: "Relative" }]],
    session: null,
    amps: null,
  },
  {
    name: "a daily schedule at the same hour of another day",
    profiles: [[1, { kind: "Recurring", every: "Daily", limits: { 0: 6, [8 * HOUR_S]: 20 } }]],
    atHour: 40 * day + 8,
    amps: 20,
  },
  {
    name: "a daily schedule from its first period again after 24 hours",
    profiles: [[1, { kind: "Recurring", every: "Daily", limits: { 0: 6, [8 * HOUR_S]: 20 } }]],
    atHour: 40 * day,
    amps: 6,
  },
  {
    name: "no daily schedule before its first day",
    profiles: [[1, { kind: "Recurring", every: "Daily" }]],
    atHour: -5,
    amps: null,
  },
  {
    name: "a default of lower stack level in the part of the day that a schedule leaves out",
    profiles: [
      [1, { level: 0, limits: { 0: 30 } }],
      [1, { level: 1, kind: "Recurring", every: "Daily", seconds: 8 * HOUR_S, limits: { 0: 6 } }],
    ],
    atHour: 3 * day + 8,
    amps: 30,
  },
  {
    name: "no period of a daily schedule beyond the day",
    profiles: [[1, { kind: "Recurring", every: "Daily", limits: { 0: 6, [30 * HOUR_S]: 20 } }]],
    atHour: 31,
    amps: 6,
  },
  {
    name: "a weekly schedule on the same day of another week",
    profiles: [[1, { kind: "Recurring", every: "Weekly", limits: { 0: 6, [day * HOUR_S]: 20 } }]],
    atHour: 5 * 7 * day + 25,
    amps: 20,
  },
  {
    name: "a weekly schedule from its first period again after seven days",
    profiles: [[1, { kind: "Recurring", every: "Weekly", limits: { 0: 6, [day * HOUR_S]: 20 } }]],
    atHour: 5 * 7 * day + 23,
    amps: 6,
  },
  {
    name: "watts over three phases where nothing else is said, down to tenths",
    // 11 000 W / 230 V / 3 = 15.94 A
    profiles: [[1, { unit: "W", limits: { 0: 11_000 } }]],
    amps: 15.9,
  },
  {
    name: "watts over the phases of the period",
    profiles: [[1, { unit: "W", phases: 1, limits: { 0: 3_680 } }]],
    amps: 16,
  },
  {
    name: "amperes as they are, however many phases",
    profiles: [[1, { phases: 2, limits: { 0: 13.37 } }]],
    amps: 13.3,
  },
  {
    name: "the lowest of limits per line",
    profiles: [[1, {
      schedule: {
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, limit_L2: 10, limit_L3: 12 }],
      },
    }]],
    amps: 10,
  },
  {
    name: "watts per line by themselves",
    profiles: [[1, {
      unit: "W",
      schedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 2_300, limit_L2: 1_380 }] },
    }]],
    amps: 6,
  },
  { name: "a limit of 0", profiles: [[1, { limits: { 0: 0 } }]], amps: 0 },
  {
    name: "an absolute schedule without start since the transaction began",
    profiles: [[1, { start: null, limits: { 0: 6, [HOUR_S]: 20 } }]],
    atHour: 0.5,
    amps: 20,
  },
];

for (const { name, profiles, atHour = 0, session = SESSION, amps } of CASES) {
  Deno.test(`limitAt() allows ${name}`, () => {
    const limit = limitAt(drawnStore(profiles), 1, NOON_MS + atHour * HOUR_S * 1000, session, 230);
    assertEquals(limit?.amps ?? null, amps);
  });
}

Deno.test("limitAt() names the profile that limits, and the fewest phases", () => {
  const store = drawnStore([
    [0, { id: 5, purpose: "station", limits: { 0: 12 } }],
    [1, { id: 6, phases: 1, limits: { 0: 20 } }],
  ]);
  assertEquals(limitAt(store, 1, NOON_MS, SESSION, 230), { amps: 12, phases: 1, profileId: 5 });
});

Deno.test("stationLimitAt() is the station's maximum alone", () => {
  const store = drawnStore([
    [0, { purpose: "station", unit: "W", limits: { 0: 69_000 } }],
    [0, { purpose: "default", limits: { 0: 6 } }],
  ]);
  assertEquals(stationLimitAt(store, NOON_MS, 230)?.amps, 100);
  assertEquals(stationLimitAt(store, NOON_MS - 1, 230), null);
});

Deno.test("periodAt() of a recurring schedule is the same one recurrence later", () => {
  const drawing = fc.record({
    every: fc.constantFrom("Daily" as const, "Weekly" as const),
    hours: fc.integer({ min: 1, max: 200 }),
    change: fc.integer({ min: 1, max: 200 }),
    at: fc.integer({ min: 0, max: 40 * day * HOUR_S }),
  });
  fc.assert(fc.property(drawing, ({ every, hours, change, at }) => {
    const [installed] = drawnStore([[1, {
      kind: "Recurring",
      every,
      seconds: hours * HOUR_S,
      limits: { 0: 6, [change * HOUR_S]: 8 },
    }]]).installed;
    if (installed === undefined) throw new Error("Cannot find the profile");
    const atMs = NOON_MS + at * 1000;
    const laterMs = atMs + (every === "Daily" ? 1 : 7) * day * HOUR_S * 1000;
    assertEquals(
      periodAt(installed.profile, laterMs, null),
      periodAt(installed.profile, atMs, null),
    );
  }));
});
