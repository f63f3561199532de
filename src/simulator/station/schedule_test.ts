import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { after, profile, START_MS } from "./_profile_samples.ts";
import { changesBetween, type ChargingProfile16, limitAt, type ScheduleCase } from "./schedule.ts";

function situation(changes: Parameters<typeof profile>[0]): ScheduleCase {
  return {
    profile: profile(changes),
    installedMs: START_MS - 600_000,
    startedMs: START_MS,
    volts: 230,
  };
}

/** The limit in amperes, so many seconds after the start of the transaction. */
function ampsAt(changes: Parameters<typeof profile>[0], seconds: number): number | null {
  return limitAt(situation(changes), START_MS + seconds * 1_000)?.amps ?? null;
}

const STEPS = { limits: [[0, 10], [60, 6], [120, 16]] } as const;
const DAILY = {
  chargingProfileKind: "Recurring",
  recurrencyKind: "Daily",
  startSchedule: after(-86_400),
  ...STEPS,
} as const;

const CASES: readonly [string, Parameters<typeof profile>[0], number, number | null][] = [
  ["relative, the clock having been put back behind its start", STEPS, -1, 10],
  ["relative, first period", STEPS, 0, 10],
  ["relative, last moment of a period", STEPS, 59.999, 10],
  ["relative, second period", STEPS, 60, 6],
  ["the last period goes on", STEPS, 1e6, 16],
  ["until its duration is over", { ...STEPS, duration: 130 }, 129.999, 16],
  ["nothing after its duration", { ...STEPS, duration: 130 }, 130, null],
  ["periods beyond the duration do not count", { ...STEPS, duration: 90 }, 120, null],
  ["absolute, before its start", { ...STEPS, startSchedule: after(30) }, 29, null],
  ["absolute, by its own start", { ...STEPS, startSchedule: after(30) }, 90, 6],
  ["absolute, started in the past", { ...STEPS, startSchedule: after(-100) }, 0, 6],
  [
    "absolute without start goes with the transaction",
    {
      ...STEPS,
      chargingProfileKind: "Absolute",
    },
    60,
    6,
  ],
  [
    "relative ignores a start",
    {
      ...STEPS,
      chargingProfileKind: "Relative",
      startSchedule: after(-100),
    },
    0,
    10,
  ],
  ["daily, a day later", DAILY, 60, 6],
  ["daily, a week later", DAILY, 7 * 86_400 + 120, 16],
  ["daily, before its first start", { ...DAILY, startSchedule: after(10) }, 0, null],
  ["daily, over after its duration", { ...DAILY, duration: 100 }, 100, null],
  ["daily, back the next day", { ...DAILY, duration: 100 }, 86_400, 10],
  ["weekly, not yet again", { ...DAILY, recurrencyKind: "Weekly", duration: 90_000 }, 86_400, null],
  [
    "weekly, again",
    {
      ...DAILY,
      recurrencyKind: "Weekly",
      startSchedule: after(-604_800),
    },
    60,
    6,
  ],
  ["not yet valid", { ...STEPS, validFrom: after(10) }, 9.9, null],
  ["valid", { ...STEPS, validFrom: after(10), validTo: after(20) }, 10, 10],
  ["no longer valid", { ...STEPS, validFrom: after(10), validTo: after(20) }, 20, null],
  [
    "the whole station counts from the installation",
    {
      ...STEPS,
      chargingProfilePurpose: "ChargePointMaxProfile",
    },
    -600 + 60,
    6,
  ],
];

for (const [name, changes, seconds, amps] of CASES) {
  Deno.test(`limitAt(): ${name}`, () => assertEquals(ampsAt(changes, seconds), amps));
}

Deno.test("limitAt() spreads watts over the phases that the period names, three if none", () => {
  const watts = (numberPhases?: number): ChargingProfile16["chargingSchedule"] => ({
    chargingRateUnit: "W",
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 6_900, ...(numberPhases === undefined ? {} : { numberPhases }) },
    ],
  });
  const at = (schedule: ChargingProfile16["chargingSchedule"]) =>
    limitAt(
      { ...situation({}), profile: { ...profile(), chargingSchedule: schedule } },
      START_MS,
    );
  assertEquals(at(watts()), { amps: 10, phases: 3 });
  assertEquals(at(watts(2)), { amps: 15, phases: 2 });
  assertEquals(at(watts(1)), { amps: 30, phases: 1 });
});

const anyProfile = fc.record({
  kind: fc.constantFrom("Absolute", "Relative", "Recurring"),
  start: fc.integer({ min: -200_000, max: 100_000 }),
  starts: fc.uniqueArray(fc.integer({ min: 1, max: 90_000 }), { maxLength: 4 }),
  duration: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
  validFrom: fc.option(fc.integer({ min: -1_000, max: 50_000 }), { nil: undefined }),
  validTo: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
}).map(({ kind, start, starts, duration, validFrom, validTo }) => {
  const limits = [0, ...starts.toSorted((a, b) => a - b)]
    .map((startPeriod, index) => [startPeriod, 6 + index] as const);
  const times = {
    ...(validFrom === undefined ? {} : { validFrom: after(validFrom) }),
    ...(validTo === undefined ? {} : { validTo: after(validTo) }),
    ...(duration === undefined ? {} : { duration }),
  };
  const kinds = {
    Absolute: { chargingProfileKind: "Absolute", startSchedule: after(start) },
    Relative: { chargingProfileKind: "Relative" },
    Recurring: {
      chargingProfileKind: "Recurring",
      recurrencyKind: "Daily",
      startSchedule: after(start),
    },
  } as const;
  return { ...kinds[kind as keyof typeof kinds], ...times, limits };
});

Deno.test("between two changes the limit stays the same", () => {
  fc.assert(fc.property(
    anyProfile,
    fc.integer({ min: 1, max: 200_000 }),
    fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 5, maxLength: 5 }),
    (changes, seconds, places) => {
      const one = situation(changes);
      const untilMs = START_MS + seconds * 1_000;
      const moments = changesBetween(one, START_MS, untilMs).toSorted((a, b) => a - b);
      const starts = [START_MS, ...moments];
      for (const [index, startMs] of starts.entries()) {
        const endMs = starts[index + 1] ?? untilMs;
        const expected = limitAt(one, startMs);
        for (const place of places) {
          assertEquals(limitAt(one, startMs + place * (endMs - startMs)), expected);
        }
      }
    },
  ));
});
