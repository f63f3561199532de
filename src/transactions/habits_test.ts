import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { transactionRecord } from "../../test/contract/sessions.ts";
import { habitOf } from "./habits.ts";
import type { Transaction } from "./transaction.ts";

const HOUR_MS = 3_600_000;
const ZONE = "Asia/Kolkata";
/** A Monday, 09:00 in Pune. */
const MONDAY_MS = Date.parse("2026-01-05T09:00:00+05:30");
const DAY_MS = 24 * HOUR_MS;

function session(
  startMs: number,
  hours: number,
  wh: number,
  changes: Partial<Transaction> = {},
): Transaction {
  return transactionRecord({
    startHeardAtMs: startMs,
    meterStartWh: 1_000,
    stop: {
      stoppedAt: new Date(startMs + hours * HOUR_MS).toISOString(),
      heardAtMs: startMs + hours * HOUR_MS,
      meterStopWh: 1_000 + wh,
      reason: null,
      idToken: null,
    },
    ...changes,
  });
}

const habit = (past: readonly Transaction[], startedAtMs = MONDAY_MS, sessionsMin = 4) =>
  habitOf(past, { startedAtMs, timezone: ZONE, sessionsMin });

/** The five working days before, 8 to 12 hours and 8 to 12 kWh. */
const WEEK = [8, 9, 10, 11, 12].map((size, day) =>
  session(MONDAY_MS - (7 - day) * DAY_MS, size, size * 1_000)
);

Deno.test("a habit is cautious: an early departure, and much energy", () => {
  assertEquals(habit(WEEK), {
    departsAtMs: MONDAY_MS + 9 * HOUR_MS,
    energyWh: 11_000,
    sessions: 5,
  });
});

Deno.test("too few sessions are no habit", () => {
  assertEquals(habit(WEEK.slice(0, 3)), null);
  assertEquals(habit(WEEK.slice(0, 4))?.sessions, 4);
  assertEquals(habit([]), null);
});

Deno.test("working days and weekends are two habits, by the days of the site", () => {
  const saturdayMs = MONDAY_MS - 2 * DAY_MS;
  const mixed = [
    ...WEEK,
    ...[7, 14, 21, 28].map((days) => session(saturdayMs - days * DAY_MS, 2, 4_000)),
  ];
  assertEquals(habit(mixed)?.sessions, 5);
  assertEquals(habit(mixed, saturdayMs), {
    departsAtMs: saturdayMs + 2 * HOUR_MS,
    energyWh: 4_000,
    sessions: 4,
  });
  // Friday evening in UTC is Saturday in Pune.
  assertEquals(habit(mixed, Date.parse("2026-01-02T20:00:00Z"))?.sessions, 4);
});

Deno.test("what nobody knows for sure, a short look and a car that was left for days teach nothing", () => {
  const odd: readonly Transaction[] = [
    session(MONDAY_MS - DAY_MS, 8, 9_000, { stop: null }),
    session(MONDAY_MS - 3 * DAY_MS, 8, 9_000, { flags: ["clock-untrusted"] }),
    session(MONDAY_MS - 3 * DAY_MS, 8, 9_000, { flags: ["no-stop-received"] }),
    session(MONDAY_MS - 3 * DAY_MS, 0.05, 9_000),
    session(MONDAY_MS - 3 * DAY_MS, 80, 9_000),
    session(MONDAY_MS - 3 * DAY_MS, 8, 400),
    ...WEEK.map((each) => ({
      ...each,
      stop: each.stop === null ? null : { ...each.stop, isGuess: true as const },
    })),
  ];
  assertEquals(habit(odd, MONDAY_MS, 1), null);
  assertEquals(habit([...odd, ...WEEK]), habit(WEEK));
});

Deno.test("a habit lies among what was, whatever the order, and never before the start", () => {
  const past = fc.array(
    fc.tuple(fc.double({ min: 0.1, max: 70, noNaN: true }), fc.integer({ min: 500, max: 90_000 })),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(fc.property(past, (sizes) => {
    const sessions = sizes.map(([hours, wh]) => session(MONDAY_MS - 7 * DAY_MS, hours, wh));
    const found = habit(sessions, MONDAY_MS, 1);
    if (found === null) throw new Error("No habit was found");
    const lengthH = (found.departsAtMs - MONDAY_MS) / HOUR_MS;
    const [hours, energies] = [sizes.map(([each]) => each), sizes.map(([, each]) => each)];
    assert(lengthH >= Math.min(...hours) - 1e-3 && lengthH <= Math.max(...hours) + 1e-3);
    assert(found.energyWh >= Math.min(...energies) && found.energyWh <= Math.max(...energies));
    assertEquals(habit(sessions.toReversed(), MONDAY_MS, 1), found);
  }));
});
