import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FaultChange } from "../site/mod.ts";
import { cellsOf, factOf, rowsOf, sourcesOf } from "./_sources_for_test.ts";
import { makeReport } from "./catalogue.ts";
import { lostDrivers } from "./service_report.ts";
import type { CircuitQuarter, UseSpan } from "./sources.ts";

const HOUR_MS = 3_600_000;
/** A Monday, 00:00 in India. */
const MONDAY = Date.UTC(2026, 0, 4, 18, 30);
const WEEK = { fromMs: MONDAY, toMs: MONDAY + 7 * 24 * HOUR_MS, timezone: "Asia/Kolkata" };

/** Uses of a slot, one after the other, by hours since Monday. */
function spans(slot: number, ...uses: readonly (readonly [UseSpan["use"], number, string?])[]) {
  let at = 0;
  return uses.map(([use, hours, cause]): UseSpan => {
    const fromMs = MONDAY + at * HOUR_MS;
    at += hours;
    return { slot, use, cause: cause ?? null, fromMs, toMs: MONDAY + at * HOUR_MS };
  });
}

// Utilisation

Deno.test("a connector is occupied, charging, waiting, out of use or free; what nobody knows is no share", async () => {
  const report = await makeReport(
    "utilisation",
    WEEK,
    sourcesOf({
      spans: spans(
        1,
        ["free", 4],
        ["charging", 3],
        ["waiting", 1],
        ["occupied", 1],
        ["faulted", 1],
        [
          "unknown",
          20,
        ],
      ),
      facts: [factOf({ startedMs: MONDAY })],
    }),
  );
  assertEquals(await rowsOf(report, "connectors"), [{
    charger: "CP1",
    slot: 1,
    occupiedShare: 0.5,
    chargingShare: 0.3,
    waitingShare: 0.1,
    idleShare: 0.1,
    reservedShare: 0,
    downShare: 0.1,
    freeShare: 0.4,
    watchedHours: 10,
    sessions: 1,
    energyKwh: 7,
  }]);
});

Deno.test("hours of the week are those of the site, half an hour off from everybody else's", async () => {
  const all = [...spans(1, ["free", 8.5], ["charging", 1], ["free", 1])];
  const report = await makeReport("utilisation", WEEK, sourcesOf({ spans: all }));
  const hours = await cellsOf(report, "week", ["weekday", "hour", "chargingShare", "watchedHours"]);
  assertEquals(hours.length, 7 * 24);
  assertEquals(hours.slice(7, 12), [
    ["Monday", 7, 0, 1],
    ["Monday", 8, 0.5, 1],
    ["Monday", 9, 0.5, 1],
    ["Monday", 10, 0, 0.5],
    ["Monday", 11, null, 0],
  ]);
  const own = await cellsOf(report, "connectorWeek", ["slot", "hour", "chargingShare"]);
  assertEquals(own[8], [1, 8, 0.5]);
});

Deno.test("the hours of a week add up to what was watched, also where clocks change", async () => {
  const use = fc.constantFrom<UseSpan["use"]>("free", "charging", "waiting", "unknown");
  const berlin = {
    timezone: "Europe/Berlin",
    fromMs: Date.UTC(2026, 2, 27),
    toMs: Date.UTC(2026, 2, 31),
  };
  await fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(use, fc.integer({ min: 1, max: 30 * 60 })), { minLength: 1, maxLength: 8 }),
    async (drawn) => {
      let at = berlin.fromMs;
      const all = drawn.map(([each, minutes]): UseSpan => {
        const fromMs = at;
        at += minutes * 60_000;
        return { slot: 1, use: each, cause: null, fromMs, toMs: at };
      });
      const report = await makeReport("utilisation", berlin, sourcesOf({ spans: all }));
      const watched = (await cellsOf(report, "week", ["watchedHours"]))
        .reduce((sum, [hours]) => sum + Number(hours), 0);
      const expected = all.filter((each) => each.use !== "unknown")
        .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / HOUR_MS;
      assert(Math.abs(watched - expected) < 0.01 * 168, `${watched} ${expected}`);
    },
  ));
});

Deno.test("where the record began later than the period, that is said", async () => {
  const later = MONDAY + HOUR_MS;
  const since = await makeReport("utilisation", WEEK, sourcesOf({ recordSinceMs: later }));
  assertEquals(since.notes, [{ key: "record-since", values: [new Date(later).toISOString()] }]);
  const none = await makeReport("utilisation", WEEK, sourcesOf({ recordSinceMs: null }));
  assertEquals(none.notes, [{ key: "no-record", values: [] }]);
});

// Availability and faults

Deno.test("a connector out of use has its causes, and the time between failures leaves orders out", async () => {
  const report = await makeReport(
    "availability",
    WEEK,
    sourcesOf({
      spans: spans(
        1,
        ["free", 10],
        ["faulted", 1, "GroundFailure"],
        ["faulted", 1, "GroundFailure"],
        [
          "charging",
          6,
        ],
        ["unreachable", 2],
        ["free", 4],
        ["unavailable", 6, "ordered"],
        ["free", 10],
        ["unknown", 9],
      ),
    }),
  );
  assertEquals(await rowsOf(report, "connectors"), [{
    charger: "CP1",
    slot: 1,
    availableShare: 0.75,
    downHours: 10,
    faultedHours: 2,
    unreachableHours: 2,
    unavailableHours: 6,
    outages: 3,
    failures: 2,
    hoursBetweenFailures: 15,
    hoursToRepair: 2,
    watchedHours: 40,
  }]);
  assertEquals(await cellsOf(report, "causes", ["state", "cause", "times", "hours"]), [
    ["unavailable", "ordered", 1, 6],
    ["faulted", "GroundFailure", 1, 2],
    ["unreachable", null, 1, 2],
  ]);
});

Deno.test("a fault stands from when it was raised until it was over, and no longer than the time asked for", async () => {
  const change = (hours: number, state: FaultChange["state"], kind = "meter-silent") => ({
    atMs: MONDAY + hours * HOUR_MS,
    kind,
    severity: "alarm" as const,
    subject: "main",
    state,
  });
  const report = await makeReport(
    "faults",
    WEEK,
    sourcesOf({
      faults: [
        change(-5, "raised"),
        change(2, "over"),
        change(3, "raised"),
        // The gateway that had raised it went away; the next one raised it again.
        change(5, "raised"),
        change(6, "over"),
        change(10, "raised", "link-lost"),
      ],
      nowMs: MONDAY + 20 * HOUR_MS,
    }),
  );
  assertEquals(await cellsOf(report, "kinds", ["kind", "times", "hours"]), [
    ["meter-silent", 3, 5],
    ["link-lost", 1, 10],
  ]);
  const last = (await rowsOf(report, "faults")).at(-1);
  assertEquals([last?.["kind"], last?.["endedAt"], last?.["hours"]], ["link-lost", null, 10]);
});

// Load

function quarter(at: number, facts: Partial<CircuitQuarter> = {}): CircuitQuarter {
  return {
    circuitId: "grid",
    quarterMs: MONDAY + at * 900_000,
    coveredMs: 900_000,
    meanVa: 20_000,
    maxVa: 25_000,
    limitAmps: 100,
    limitedMs: 0,
    ...facts,
  };
}

Deno.test("peaks are means of a quarter of an hour that was measured, in kVA and by the meter in kW", async () => {
  const report = await makeReport(
    "load",
    WEEK,
    sourcesOf({
      circuitQuarters: [
        quarter(0),
        quarter(1, { meanVa: 41_234, limitedMs: 450_000 }),
        quarter(2, { meanVa: 90_000, coveredMs: 60_000 }),
        quarter(3, { circuitId: "row-a", meanVa: 12_000 }),
        quarter(100, { meanVa: 30_000 }),
      ],
      meterQuarters: {
        main: [{
          quarterMs: MONDAY + 900_000,
          coveredMs: 9e5,
          importWh: 1,
          exportWh: 0,
          meanW: 39_990,
        }],
      },
    }),
  );
  assertEquals(
    await cellsOf(report, "circuits", [
      ...["circuit", "peakKva", "peakKw", "peakAt", "limitedHours", "limitedQuarters"],
    ]),
    [
      ["grid", 41.23, 39.99, new Date(MONDAY + 900_000).toISOString(), 0.13, 1],
      ["row-a", 12, null, new Date(MONDAY + 2_700_000).toISOString(), 0, 0],
    ],
  );
  assertEquals(await cellsOf(report, "days", ["date", "circuit", "peakKva", "peakKw"]), [
    ["2026-01-05", "grid", 41.23, 39.99],
    ["2026-01-06", "grid", 30, null],
    ["2026-01-05", "row-a", 12, null],
  ]);
  assertEquals((await cellsOf(report, "peaks", ["meanKva"])).flat(), [41.23, 30, 20, 12]);
  assertEquals((await cellsOf(report, "quarters", ["meanKva"])).flat(), [20, 41.23, 90, 12, 30]);
});

// Service and placement

Deno.test("a wait that a page cuts in two is one, and a blink is none", async () => {
  const report = await makeReport(
    "service",
    WEEK,
    sourcesOf({
      spans: spans(1, ["waiting", 1], ["waiting", 0.5], ["charging", 1], ["waiting", 0.01], [
        "charging",
        1,
      ], ["waiting", 0.5]),
    }),
  );
  assertEquals(await rowsOf(report, "waits"), [{
    charger: "CP1",
    slot: 1,
    waits: 2,
    waitHours: 2,
    meanWaitHours: 1,
    longestWaitHours: 1.5,
  }]);
});

Deno.test("who was turned away is counted by what was decided, not who stopped or came in", async () => {
  const decision = (facts: Record<string, string>) => ({
    atWallMs: MONDAY,
    chargerId: "CP1",
    slot: null,
    token: "BEN",
    what: "authorize" as const,
    status: "Blocked" as const,
    source: "list" as const,
    reason: "Blocked in the local list",
    waitedMs: 3,
    ...facts,
  });
  const report = await makeReport(
    "service",
    WEEK,
    sourcesOf({
      decisions: [
        decision({}),
        decision({ token: "CARL" }),
        decision({}),
        decision({ what: "stop" }),
        decision({ status: "Accepted" }),
        decision({ status: "Unknown", reason: "On no list" }),
      ],
    }),
  );
  assertEquals(await cellsOf(report, "turnedAway", ["status", "reason", "times", "tokens"]), [
    ["Blocked", "Blocked in the local list", 3, 2],
    ["Unknown", "On no list", 1, 1],
  ]);
});

Deno.test("where none is free as long as one is, as many are lost as came", async () => {
  // Each day is the same: free from 0 to 12, both taken from 12 to 24 on Tuesday to Friday.
  const day = (use: UseSpan["use"]) => [["free", 12], [use, 12]] as const;
  const facts = Array.from({ length: 40 }, (_, at) =>
    factOf({
      slot: 1 + at % 2,
      startedMs: MONDAY + (12 + at % 12) * HOUR_MS,
      endedMs: MONDAY + 24 * HOUR_MS,
    }));
  const uses = [day("free"), day("charging"), day("charging"), day("charging"), day("charging")]
    .flat();
  const both = [...spans(1, ...uses), ...spans(2, ...uses)].toSorted((a, b) => a.fromMs - b.fromMs);
  const report = await makeReport("service", WEEK, sourcesOf({ spans: both, facts }));
  const [row] = await rowsOf(report, "placement");
  assertEquals([row?.["circuit"], row?.["fullHours"], row?.["watchedHours"]], ["row-a", 48, 120]);
  // 40 came in the one afternoon that was free; four were not: 160 in five days.
  const perMonth = 160 * 365.25 / 12 / 5;
  assert(Math.abs(Number(row?.["lostPerMonth"]) - perMonth) < 0.1, String(row?.["lostPerMonth"]));
  assert(
    Number(row?.["lostPerMonthLow"]) < perMonth && Number(row?.["lostPerMonthHigh"]) > perMonth,
  );
  assertEquals(row?.["currency"], "INR");
});

Deno.test("too few drivers say nothing of those who did not come", async () => {
  const all = [...spans(1, ["charging", 10]), ...spans(2, ["charging", 10])];
  const report = await makeReport("service", WEEK, sourcesOf({ spans: all, facts: [factOf()] }));
  const [row] = await rowsOf(report, "placement");
  assertEquals([row?.["lostPerMonth"], row?.["fullShare"]], [null, 1]);
  assert(report.notes.some(({ key }) => key === "too-little"));
});

Deno.test("the spread of a guess grows with the hours and shrinks with what was seen", () => {
  const of = (count: number, openMs: number, fullMs: number) =>
    lostDrivers({
      open: new Map([["week 9", openMs]]),
      full: new Map([["week 9", fullMs], ["week 10", 1e9]]),
      arrivals: new Map([["week 9", count]]),
    });
  assertEquals(of(100, 1e6, 1e6), { lost: 100, spread: 19.6 });
  assertEquals(of(100, 1e6, 2e6).spread, 39.2);
  const [few, many] = [of(25, 1e6, 1e6), of(2_500, 1e8, 1e6)];
  assertEquals([few.lost, many.lost], [25, 25]);
  assert(many.spread < few.spread);
});
