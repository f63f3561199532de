import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { transactionRecord } from "../../test/contract/sessions.ts";
import { assume } from "../lib/assert.ts";
import { decimal, sumOf } from "../lib/decimal.ts";
import { cellsOf, factOf, rowsOf, sourcesOf } from "./_sources_for_test.ts";
import { makeReport } from "./catalogue.ts";
import { partsOf } from "./period.ts";
import { csvOf, jsonOf } from "./texts.ts";

const IST = "Asia/Kolkata";
const JANUARY = {
  fromMs: Date.UTC(2025, 11, 31, 18, 30),
  toMs: Date.UTC(2026, 0, 31, 18, 30),
  timezone: IST,
};
const SUMS = ["sessions", "energyKwh", "hours"];

// Sessions

Deno.test("the list of sessions has cost, tariff, who allowed it, why it ended, and what is odd", async () => {
  const session = transactionRecord({
    number: 7,
    groupIdToken: { idToken: "FLEET", type: "Central" },
    flags: ["register-went-back"],
    stop: {
      stoppedAt: "2026-01-05T07:00:00.000Z",
      heardAtMs: Date.UTC(2026, 0, 5, 7),
      meterStopWh: 9_000,
      reason: "EVDisconnected",
      idToken: null,
    },
  });
  const code = transactionRecord({ number: 8, idToken: { idToken: "4711", type: "KeyCode" } });
  const report = await makeReport("sessions", JANUARY, sourcesOf({ sessions: [session, code] }));
  const [row, running] = await rowsOf(report, "sessions");
  assertEquals(row, {
    id: "tx-7",
    startedAt: "2026-01-05T06:00:00.000Z",
    stoppedAt: "2026-01-05T07:00:00.000Z",
    charger: "CP1",
    slot: 1,
    token: "ASHA-01",
    group: "FLEET",
    energyKwh: 8,
    total: null,
    tax: null,
    currency: null,
    tariff: null,
    authorizedBy: "list",
    stopReason: "EVDisconnected",
    marks: "register-went-back",
    remarks: "the meter register went back: reset or replaced",
  });
  assertEquals([running?.["token"], running?.["stoppedAt"]], ["(code)", null]);
});

// Energy

Deno.test("energy is summed by day and month of the site, by connector, card and group", async () => {
  const facts = [
    factOf({ startedMs: Date.UTC(2026, 0, 5, 18, 29), endedMs: Date.UTC(2026, 0, 5, 20, 29) }),
    factOf({
      startedMs: Date.UTC(2026, 0, 5, 18, 30),
      endedMs: Date.UTC(2026, 0, 5, 18, 30),
      slot: 2,
      energyWh: 500,
      token: "BEN",
      group: "FLEET",
    }),
    factOf({ startedMs: Date.UTC(2026, 0, 20), endedMs: Date.UTC(2026, 0, 19), energyWh: 0.4 }),
  ];
  const report = await makeReport("energy", JANUARY, sourcesOf({ facts, running: 2 }));
  assertEquals(await cellsOf(report, "days", ["date", ...SUMS]), [
    ["2026-01-05", 1, 7, 2],
    ["2026-01-06", 1, 0.5, 0],
    ["2026-01-20", 1, 0, 0],
  ]);
  assertEquals(await cellsOf(report, "months", ["date", ...SUMS]), [["2026-01", 3, 7.5, 2]]);
  assertEquals(await cellsOf(report, "connectors", ["charger", "slot", ...SUMS]), [
    ["CP1", 1, 2, 7, 2],
    ["CP1", 2, 1, 0.5, 0],
  ]);
  assertEquals(await cellsOf(report, "tokens", ["token", "group", "energyKwh"]), [
    ["ASHA-01", null, 7],
    ["BEN", "FLEET", 0.5],
  ]);
  assertEquals(report.notes.map(({ key, values }) => [key, ...values]), [
    ["by-start"],
    ["running", 2],
    ["others-joined", 10_000],
  ]);
});

Deno.test("a day of 23 hours and one of 25 have their own sessions each, and no other", async () => {
  const berlin = {
    fromMs: Date.UTC(2026, 2, 1),
    toMs: Date.UTC(2026, 10, 1),
    timezone: "Europe/Berlin",
  };
  const starts = [
    Date.UTC(2026, 2, 28, 23, 0),
    Date.UTC(2026, 2, 29, 21, 59),
    Date.UTC(2026, 2, 29, 22, 0),
    Date.UTC(2026, 9, 24, 22, 0),
    Date.UTC(2026, 9, 25, 22, 59),
    Date.UTC(2026, 9, 25, 23, 0),
  ];
  const facts = starts.map((startedMs) => factOf({ startedMs, endedMs: startedMs }));
  const report = await makeReport("energy", berlin, sourcesOf({ facts }));
  assertEquals(await cellsOf(report, "days", ["date", "sessions"]), [
    ["2026-03-29", 2],
    ["2026-03-30", 1],
    ["2026-10-25", 2],
    ["2026-10-26", 1],
  ]);
});

Deno.test("meters tell what they counted, and how much of the time they were read", async () => {
  const quarter = (at: number, importWh: number | null) => ({
    quarterMs: JANUARY.fromMs + at * 900_000,
    coveredMs: 900_000,
    importWh,
    exportWh: null,
    meanW: null,
  });
  const report = await makeReport(
    "energy",
    JANUARY,
    sourcesOf({
      meterQuarters: { main: [quarter(0, 1_000), quarter(1, null), quarter(2, 250.4)] },
      nowMs: JANUARY.fromMs + 4 * 900_000,
    }),
  );
  assertEquals(await rowsOf(report, "meters"), [
    { meter: "main", role: "grid", importKwh: 1.25, exportKwh: null, readShare: 0.75 },
  ]);
});

// Revenue

const money = fc.integer({ min: 0, max: 10_000_000 }).map((paise) => (paise / 100).toFixed(2));

Deno.test("revenue adds up to the last coin, whatever is added, by each of its tables", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ total: money, tariffId: fc.constantFrom("a", "b"), day: fc.nat(29) }), {
      minLength: 1,
      maxLength: 20,
    }),
    async (drawn) => {
      const facts = drawn.map(({ total, tariffId, day }) =>
        factOf({ total, tariffId, startedMs: JANUARY.fromMs + day * 86_400_000 })
      );
      const report = await makeReport("revenue", JANUARY, sourcesOf({ facts }));
      const expected = sumOf(drawn.map(({ total }) => decimal(total))).toFixed(2);
      for (const table of ["tariffs", "days", "months", "groups", "billing"]) {
        const totals = await cellsOf(report, table, ["total"]);
        assertEquals(sumOf(totals.map(([total]) => decimal(String(total)))).toFixed(2), expected);
      }
    },
  ));
});

Deno.test("amounts of two currencies are never added, and what was not billed is named", async () => {
  const facts = [
    factOf({ total: "10.10", tax: "1.10" }),
    factOf({ total: "0.20", tax: "0.02" }),
    factOf({ currency: "EUR", total: "5.00", tax: "0.80" }),
    factOf({ tariffId: null, currency: null, total: null, tax: null }),
    factOf({ tariffId: null, currency: null, total: null, tax: null, energyWh: 0 }),
  ];
  const report = await makeReport("revenue", JANUARY, sourcesOf({ facts }));
  assertEquals(
    await cellsOf(report, "billing", [
      "billing",
      "sessions",
      "currency",
      "exclTax",
      "tax",
      "total",
    ]),
    [
      ["billed", 3, "EUR", "4.20", "0.80", "5.00"],
      ["billed", 0, "INR", "9.18", "1.12", "10.30"],
      ["no-energy", 1, null, null, null, null],
      ["not-billed", 1, null, null, null, null],
    ],
  );
  assert(report.notes.some(({ key, values }) => key === "not-billed" && values[0] === 2));
});

// CO₂

Deno.test("without a factor nothing is said of CO₂; with one it is grams for each kilowatt hour", async () => {
  const facts = [factOf({ energyWh: 10_000 })];
  const none = await makeReport("carbon", JANUARY, sourcesOf({ facts }));
  assertEquals([none.notes[0]?.key, await rowsOf(none, "days")], ["no-factor", []]);
  const some = await makeReport(
    "carbon",
    JANUARY,
    sourcesOf({ facts, carbon: { gramsPerKwh: 713 } }),
  );
  assertEquals(await rowsOf(some, "months"), [{ date: "2026-01", energyKwh: 10, carbonKg: 7.13 }]);
});

Deno.test("by the hour, a session counts for each hour that it lasted, by the site's clocks", async () => {
  const hourly = Array.from({ length: 24 }, (_, hour) => hour === 12 ? 400 : 800);
  // 11:30 to 12:30 in India.
  const fact = factOf({
    startedMs: Date.UTC(2026, 0, 5, 6),
    endedMs: Date.UTC(2026, 0, 5, 7),
    energyWh: 10_000,
  });
  const report = await makeReport(
    "carbon",
    JANUARY,
    sourcesOf({ facts: [fact], carbon: { gramsPerKwh: 700, hourly } }),
  );
  assertEquals(await cellsOf(report, "days", ["date", "carbonKg"]), [["2026-01-05", 6]]);
});

// Texts

Deno.test("a report is JSON that programs read, and each table CSV, whatever stands in it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { maxLength: 450 }),
      async (tokens) => {
        const facts = tokens.map((token) => factOf({ token }));
        // Rows are made while they are read, once.
        const make = () => makeReport("energy", JANUARY, sourcesOf({ facts }));
        const json = JSON.parse((await Array.fromAsync(jsonOf(await make(), 0))).join(""));
        assertEquals(json.report, "energy");
        assertEquals(json.from, "2025-12-31T18:30:00.000Z");
        assertEquals(json.tables.tokens, await rowsOf(await make(), "tokens"));
        const table = (await make()).tables.find(({ id }) => id === "tokens");
        assume(table !== undefined, "there is a table of cards");
        const csv = (await Array.fromAsync(csvOf(table))).join("");
        assertEquals(csv.split("\r\n")[0], "token,group,sessions,energyKwh,hours");
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("days and months are those of the site, also where its clocks change", async () => {
  const zone = "Europe/Berlin";
  const at = (text: string) =>
    Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  const began = [
    "2026-03-28T23:59:59",
    "2026-03-29T00:30",
    "2026-03-29T03:30",
    "2026-03-29T23:30",
    "2026-03-30T00:00",
    "2026-03-31T23:59",
    "2026-04-01T00:00",
    "2026-10-25T00:30",
    "2026-10-25T23:30",
  ];
  const facts = began.map((text, number) => factOf({ number, startedMs: at(text) }));
  const year = { fromMs: at("2026-01-01"), toMs: at("2027-01-01"), timezone: zone };
  const report = await makeReport("energy", year, sourcesOf({ facts, nowMs: year.toMs }));
  assertEquals(await cellsOf(report, "days", ["date", "sessions"]), [
    ["2026-03-28", 1],
    ["2026-03-29", 3],
    ["2026-03-30", 1],
    ["2026-03-31", 1],
    ["2026-04-01", 1],
    ["2026-10-25", 2],
  ]);
  assertEquals(await cellsOf(report, "months", ["date", "sessions"]), [
    ["2026-03", 6],
    ["2026-04", 1],
    ["2026-10", 2],
  ]);
});

Deno.test("parts of a time lie end to end, and in none of them the clocks change", () => {
  fc.assert(fc.property(
    fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2027, 0, 1) }),
    fc.integer({ min: 1, max: 800 * 24 * 3_600_000 }),
    fc.constantFrom("Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"),
    (fromMs, lastsMs, timezone) => {
      const offsetOf = (ms: number) =>
        Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone)
          .offsetNanoseconds / 1_000_000;
      let at = fromMs;
      for (const part of partsOf({ fromMs, toMs: fromMs + lastsMs, timezone })) {
        assertEquals(part.fromMs, at);
        assertEquals(part.toMs > at, true);
        assertEquals([offsetOf(at), offsetOf(part.toMs - 1)], [part.offsetMs, part.offsetMs]);
        at = part.toMs;
      }
      assertEquals(at, fromMs + lastsMs);
    },
  ));
});
