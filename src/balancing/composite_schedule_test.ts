import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { CompositeSchedule } from "../ocpp/mod.ts";
import { compositeSchedule, type CompositeSite } from "./composite_schedule.ts";
import { drawnStore, NOON, type ProfileDrawing } from "./_profile_drawing.ts";
import { limitAt } from "./profile_limit.ts";
import { EMPTY_PROFILE_STORE } from "./profile_store.ts";
import { drawnLines } from "./_site_drawing.ts";

const NOON_MS = Date.parse(NOON);
const HOUR_S = 3600;

/** Two sockets of 32 A on a connection that has 40 A for them. */
const SITE: CompositeSite = {
  nominalVoltageV: 230,
  limitAmps: 40,
  slots: [
    {
      slot: 1,
      lines: drawnLines("L1 L2 L3"),
      limitAmps: 32,
      session: { transactionId: "t1", startedWallMs: NOON_MS - 1800_000 },
    },
    { slot: 2, lines: drawnLines("L2"), limitAmps: 16, session: null },
  ],
};

type Installed = readonly (readonly [slot: number, drawing: ProfileDrawing])[];

interface Ask {
  readonly slot?: number;
  readonly hours?: number;
  readonly unit?: "A" | "W";
  readonly site?: CompositeSite;
}

function ask(profiles: Installed, { slot = 1, hours = 4, unit = "A", site = SITE }: Ask = {}) {
  const request = { slot, startWallMs: NOON_MS, durationS: hours * HOUR_S, unit };
  return compositeSchedule(drawnStore(profiles), request, site);
}

/** "second: limit × phases" of every period. */
function periods(profiles: Installed, how: Ask = {}): readonly string[] {
  const outcome = ask(profiles, how);
  if (outcome.kind !== "accepted") throw new Error(`Cannot be ${outcome.reason}`);
  return written(outcome.schedule);
}

function written(schedule: CompositeSchedule): readonly string[] {
  return schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) =>
    `${startPeriod}: ${limit} × ${numberPhases}`
  );
}

interface Case {
  readonly name: string;
  readonly profiles: Installed;
  readonly how?: Ask;
  readonly periods: readonly string[];
}

const CASES: readonly Case[] = [
  { name: "the site's limit without profiles", profiles: [], periods: ["0: 32 × 3"] },
  {
    name: "each change of a profile",
    profiles: [[1, { limits: { 0: 10, [HOUR_S]: 20, [2 * HOUR_S]: 40 } }]],
    periods: ["0: 10 × 3", "3600: 20 × 3", "7200: 32 × 3"],
  },
  {
    name: "one period where a change changes nothing",
    profiles: [[1, { limits: { 0: 10, [HOUR_S]: 10, [2 * HOUR_S]: 12 } }]],
    periods: ["0: 10 × 3", "7200: 12 × 3"],
  },
  {
    name: "the lower of two purposes at any time",
    profiles: [
      [0, { purpose: "station", limits: { 0: 20, [2 * HOUR_S]: 8 } }],
      [1, { limits: { 0: 10, [HOUR_S]: 25 } }],
    ],
    periods: ["0: 10 × 3", "3600: 20 × 3", "7200: 8 × 3"],
  },
  {
    name: "the lower stack level when a duration ends",
    profiles: [
      [1, { level: 0, limits: { 0: 20 } }],
      [1, { level: 1, seconds: 5400, limits: { 0: 6 } }],
    ],
    periods: ["0: 6 × 3", "5400: 20 × 3"],
  },
  {
    name: "the beginning and the end of validity",
    profiles: [[1, { from: "2024-05-07T13:00:00Z", to: "2024-05-07T14:00:00Z", limits: { 0: 9 } }]],
    periods: ["0: 32 × 3", "3600: 9 × 3", "7200: 32 × 3"],
  },
  {
    name: "every run of a recurring profile",
    profiles: [[1, {
      kind: "Recurring",
      every: "Daily",
      start: "2024-05-01T20:00:00Z",
      seconds: 8 * HOUR_S,
      limits: { 0: 6 },
    }]],
    how: { hours: 48 },
    periods: [
      "0: 32 × 3",
      "28800: 6 × 3",
      "57600: 32 × 3",
      "115200: 6 × 3",
      "144000: 32 × 3",
    ],
  },
  {
    name: "a relative profile since the transaction began",
    profiles: [[1, { kind: "Relative", limits: { 0: 6, [HOUR_S]: 20 } }]],
    periods: ["0: 6 × 3", "1800: 20 × 3"],
  },
  {
    name: "a relative profile as if a transaction began now, where none is open",
    profiles: [[2, { kind: "Relative", limits: { 0: 6, [HOUR_S]: 10 } }]],
    how: { slot: 2 },
    periods: ["0: 6 × 1", "3600: 10 × 1"],
  },
  {
    name: "watts as the CSMS gave them",
    profiles: [[1, { unit: "W", limits: { 0: 6_000 } }]],
    how: { unit: "W" },
    periods: ["0: 6000 × 3"],
  },
  {
    name: "watts as amperes, rounded down to tenths",
    profiles: [[1, { unit: "W", limits: { 0: 6_000 } }]],
    periods: ["0: 8.6 × 3"],
  },
  {
    name: "amperes as watts of all phases of the socket",
    profiles: [[2, { limits: { 0: 10 } }]],
    how: { slot: 2, unit: "W" },
    periods: ["0: 2300 × 1"],
  },
  {
    name: "the profile's phases where they are fewer than the socket's",
    profiles: [[1, { phases: 1, limits: { 0: 10 } }]],
    how: { unit: "W" },
    periods: ["0: 2300 × 1"],
  },
  {
    name: "all slots together on the fullest line, up to the site's limit",
    profiles: [],
    how: { slot: 0 },
    periods: ["0: 40 × 3"],
  },
  {
    name: "all slots together where that is less than the site has",
    profiles: [[1, { limits: { 0: 10 } }]],
    how: { slot: 0 },
    periods: ["0: 26 × 3"],
  },
  {
    name: "the power of all slots together",
    profiles: [[1, { limits: { 0: 10 } }]],
    how: { slot: 0, unit: "W" },
    // 10 A on three lines and 16 A on one.
    periods: ["0: 10580 × 3"],
  },
  {
    name: "the station's maximum over all slots together",
    profiles: [[0, { purpose: "station", limits: { 0: 24, [HOUR_S]: 100 } }]],
    how: { slot: 0 },
    periods: ["0: 24 × 3", "3600: 40 × 3"],
  },
];

for (const { name, profiles, how, periods: expected } of CASES) {
  Deno.test(`compositeSchedule() shows ${name}`, () => {
    assertEquals(periods(profiles, how), expected);
  });
}

Deno.test("compositeSchedule() says for which slot, from when and how long it holds", () => {
  const outcome = ask([[1, { limits: { 0: 10 } }]]);
  assertEquals(outcome, {
    kind: "accepted",
    schedule: {
      evseId: 1,
      duration: 4 * HOUR_S,
      scheduleStart: NOON,
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, numberPhases: 3 }],
    },
  });
});

Deno.test("compositeSchedule() from between two seconds changes at the next whole one", () => {
  const store = drawnStore([[1, { limits: { 0: 10, [HOUR_S]: 20 } }]]);
  const request = { slot: 1, startWallMs: NOON_MS + 500, durationS: 7200, unit: "A" } as const;
  const outcome = compositeSchedule(store, request, SITE);
  if (outcome.kind !== "accepted") throw new Error("Cannot be rejected");
  assertEquals(written(outcome.schedule), ["0: 10 × 3", "3600: 20 × 3"]);
});

Deno.test("compositeSchedule() rejects unknown slots and durations without length", () => {
  assertEquals(ask([], { slot: 3 }), { kind: "rejected", reason: "unknown-slot" });
  for (const hours of [0, -1, NaN]) {
    assertEquals(ask([], { hours }), { kind: "rejected", reason: "invalid-duration" });
  }
});

Deno.test("compositeSchedule() of a station without slots is empty", () => {
  const site = { ...SITE, slots: [] };
  assertEquals(periods([], { slot: 0, site }), ["0: 0 × 3"]);
});

Deno.test("compositeSchedule() goes no further than a week, however long is asked for", () => {
  const outcome = ask([[1, { kind: "Recurring", every: "Daily", seconds: HOUR_S }]], {
    hours: 1e6,
  });
  if (outcome.kind !== "accepted") throw new Error("Cannot be rejected");
  assertEquals(outcome.schedule.duration, 7 * 24 * HOUR_S);
});

Deno.test("compositeSchedule() ends early where it would have too many periods", () => {
  const limits = Object.fromEntries(
    Array.from({ length: 24 }, (_, index) => [index * 60, 6 + index % 2]),
  );
  const many: Installed = Array.from({ length: 7 }, (_, index) => [1, {
    level: index,
    kind: "Recurring",
    every: "Daily",
    start: `2024-05-07T${String(index + 12)}:00:00Z`,
    seconds: 1440,
    limits,
  }]);
  const outcome = ask(many, { hours: 7 * 24 });
  if (outcome.kind !== "accepted") throw new Error("Cannot be rejected");
  const { duration, chargingSchedulePeriod } = outcome.schedule;
  assertEquals(chargingSchedulePeriod.length, 1024);
  assert(duration < 7 * 24 * HOUR_S);
  assert(duration > (chargingSchedulePeriod.at(-1)?.startPeriod ?? Infinity));
});

Deno.test("compositeSchedule() says at every second what limitAt() says at that moment", () => {
  const drawing = fc.record({
    purpose: fc.constantFrom("station" as const, "default" as const, "transaction" as const),
    level: fc.nat(3),
    every: fc.constantFrom("Daily" as const, "Weekly" as const),
    kind: fc.constantFrom("Absolute" as const, "Recurring" as const),
    start: fc.constantFrom("2024-05-06T15:30:00Z", "2024-05-07T12:20:00Z", NOON),
    seconds: fc.option(fc.integer({ min: 60, max: 9 * HOUR_S }), { nil: undefined }),
    unit: fc.constantFrom("A" as const, "W" as const),
    first: fc.integer({ min: 0, max: 40 }),
    second: fc.integer({ min: 0, max: 40 }),
    change: fc.integer({ min: 1, max: 6 * HOUR_S }),
  }).map(({ seconds, unit, first, second, change, ...rest }): readonly [number, ProfileDrawing] => [
    rest.purpose === "station" ? 0 : 1,
    {
      ...rest,
      unit,
      ...(seconds !== undefined && { seconds }),
      limits: unit === "A"
        ? { 0: first, [change]: second }
        : { 0: first * 690, [change]: second * 690 },
    },
  ]);
  const at = fc.integer({ min: 0, max: 30 * HOUR_S - 1 });
  fc.assert(fc.property(fc.array(drawing, { maxLength: 5 }), at, (profiles, second) => {
    const outcome = ask(profiles, { hours: 30 });
    if (outcome.kind !== "accepted") throw new Error("Cannot be rejected");
    const period = outcome.schedule.chargingSchedulePeriod
      .findLast(({ startPeriod }) => startPeriod <= second);
    const [slot] = SITE.slots;
    const store = drawnStore(profiles);
    const limit = limitAt(store, 1, NOON_MS + second * 1000, slot?.session ?? null, 230);
    assertEquals(period?.limit, Math.min(limit?.amps ?? Infinity, 32));
  }));
});

Deno.test("compositeSchedule() needs nothing installed", () => {
  const request = { slot: 1, startWallMs: NOON_MS, durationS: 60, unit: "A" } as const;
  assertEquals(compositeSchedule(EMPTY_PROFILE_STORE, request, SITE).kind, "accepted");
});
