import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { at, ended, transactionRecord } from "../../test/contract/sessions.ts";
import { assume } from "../lib/assert.ts";
import { put } from "../lib/write.ts";
import type { TransactionQuery } from "../outbox/mod.ts";
import { createMemoryStore } from "../store/memory.ts";
import {
  billOf,
  costStep,
  startCost,
  type Tariff,
  type Transaction,
  type TransactionFlag,
} from "../transactions/mod.ts";
import { exportSessions, type SessionRow, type SessionSource } from "./session_export.ts";

const PAGE = 500;

/** A history as a store gives it: newest first, a page at a time. */
function sourceOf(
  sessions: readonly Transaction[],
): { readonly source: SessionSource; readonly asked: readonly TransactionQuery[] } {
  const asked: TransactionQuery[] = [];
  return {
    asked,
    source(query) {
      asked.push(query);
      const { beforeNumber = Infinity, limit } = query;
      return Promise.resolve(
        sessions.filter(({ number }) => number < beforeNumber)
          .toSorted((a, b) => b.number - a.number).slice(0, limit),
      );
    },
  };
}

async function textOf(
  source: SessionSource,
  format: "csv" | "json",
  period: { readonly fromMs?: number; readonly toMs?: number } = {},
): Promise<string> {
  return (await Array.fromAsync(
    exportSessions(source, period, format),
  )).join("");
}

async function rowsOf(source: SessionSource): Promise<readonly SessionRow[]> {
  return JSON.parse(await textOf(source, "json"));
}

/** The cells of a CSV file, as a spreadsheet reads them (RFC 4180). */
function cellsOf(csv: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => transactionRecord({ number: index + 1 }));

// What a session is in an export

Deno.test("a session that ended is one line with everything that an office asks for", async () => {
  const { source } = sourceOf([transactionRecord({
    number: 7,
    upstreamNumber: 501,
    slot: 3,
    stop: { ...ended(3600), reason: "EVDisconnected" },
    flags: ["register-went-back", "stop-number-repaired"],
    evidence: {
      registerWh: 7900,
      powerWh: 0,
      besidePowerWh: 0,
      lonePowerWh: 0,
      register: { at: at(3600), energyWh: 9000, since: at(3600) },
    },
  })]);
  assertEquals(await rowsOf(source), [{
    id: "tx-7",
    charger: "CP1",
    slot: 3,
    token: "ASHA-01",
    startedAt: at(0),
    stoppedAt: at(3600),
    meterStartWh: 1000,
    meterStopWh: 9000,
    energyWh: 8000,
    stopReason: "EVDisconnected",
    authorizedBy: "list",
    heardAt: at(0),
    csmsTransaction: 501,
    flags: "register-went-back stop-number-repaired",
    remarks:
      "the meter register went back: reset or replaced; its end named no number that we know, " +
      "and could mean no other session",
    evidenceWh: 7900,
    evidenceBy: "register",
    correctionWh: null,
    correctionCost: null,
    lateReadings: [],
    cost: null,
  }]);
  assertEquals(
    await textOf(source, "csv"),
    "id,charger,slot,token,startedAt,stoppedAt,meterStartWh,meterStopWh,energyWh,stopReason," +
      "authorizedBy,heardAt,csmsTransaction,flags,cost,currency,tax,remarks,evidenceWh,evidenceBy," +
      "correctionWh,correctionCost\r\n" +
      `tx-7,CP1,3,ASHA-01,${at(0)},${at(3600)},1000,9000,8000,EVDisconnected,` +
      `list,${at(0)},501,register-went-back stop-number-repaired,,,,` +
      '"the meter register went back: reset or replaced; its end named no number that we know, ' +
      'and could mean no other session",7900,register,,\r\n',
  );
});

Deno.test("what a session cost is a total in a table, and the whole bill where there is room for it", async () => {
  const counted = startCost({ atMs: 0, meterStartWh: 1_000, hasReservation: false }, TARIFF);
  const stopped = { kind: "stop", atMs: 3_600_000, registerWh: 9_000 } as const;
  const bill = billOf(costStep(counted, stopped, [TARIFF]), [TARIFF], true);
  assume(bill !== null, "expected a bill");
  const { source } = sourceOf([
    transactionRecord({ number: 7, stop: ended(3600), cost: { ...counted, bill } }),
  ]);
  const [row] = await rowsOf(source);
  assertEquals(row?.cost, bill);
  assertEquals([row?.cost?.total, row?.cost?.lines[0]?.quantity], ["80.24", "8"]);
  const [names = [], cells = []] = cellsOf(await textOf(source, "csv"));
  const cost = names.indexOf("cost");
  assertEquals(names.slice(cost, cost + 3), ["cost", "currency", "tax"]);
  assertEquals(cells.slice(cost, cost + 3), ["80.24", "INR", "12.24"]);
});

Deno.test("a correction shows its own amount beside the bill, as a number that tables can add up", async () => {
  const counted = startCost({ atMs: 0, meterStartWh: 1_000, hasReservation: false }, TARIFF);
  const stopped = { kind: "stop", atMs: 3_600_000, registerWh: 9_000 } as const;
  const bill = billOf(costStep(counted, stopped, [TARIFF]), [TARIFF], true);
  assume(bill !== null, "expected a bill");
  const cost = { ...counted, bill, correction: "-10.03" };
  const { source } = sourceOf([transactionRecord({ number: 7, stop: ended(3600), cost })]);
  const [row] = await rowsOf(source);
  assertEquals([row?.cost?.total, row?.correctionCost], ["80.24", "-10.03"]);
  const [names = [], cells = []] = cellsOf(await textOf(source, "csv"));
  assertEquals(cells[names.indexOf("correctionCost")], "-10.03");
});

/** 8.50 a kWh and 18 %. */
const TARIFF: Tariff = {
  id: "site",
  origin: "site",
  currency: "INR",
  timezone: "Asia/Kolkata",
  nominalVoltageV: 230,
  parts: {
    energy: {
      taxRates: [{ type: "GST", percent: "18", stack: 0 }],
      prices: [{ price: "8.5" }],
    },
  },
  taxIncluded: false,
  pausedBySite: "free",
  roundingStep: "0.01",
};

Deno.test("a session that goes on has the energy of its last reading, and no end", async () => {
  const lastReading = { at: at(60), energyWh: 1_450 };
  const [row] = await rowsOf(sourceOf([transactionRecord({ lastReading })]).source);
  const { energyWh, stoppedAt, meterStopWh, stopReason, csmsTransaction } = row ?? {};
  assertEquals([energyWh, stoppedAt, meterStopWh, stopReason, csmsTransaction], [
    450,
    null,
    null,
    null,
    null,
  ]);
});

Deno.test("a session that ended without a reason ended Local, as 1.6 has it", async () => {
  const [row] = await rowsOf(sourceOf([transactionRecord({ stop: ended(60) })]).source);
  assertEquals(row?.stopReason, "Local");
});

Deno.test("an export of nothing is still a file that programs read", async () => {
  const { source } = sourceOf([]);
  assertEquals(await rowsOf(source), []);
  assertEquals((await textOf(source, "csv")).split("\r\n").length, 2, "the names of the columns");
});

// The two formats

const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  fc.constantFrom("=1+1", "a,b", 'say "hi"', "two\r\nlines", "-7", "@x", "'=1", '"', "\n"),
);
const flags = fc.uniqueArray(
  fc.constantFrom<TransactionFlag>("register-went-back", "stop-below-start", "stop-unreadable"),
);
const session = fc.record({
  chargerId: text,
  token: text,
  upstreamNumber: fc.option(fc.nat()),
  meterStartWh: fc.nat(),
  meterStopWh: fc.option(fc.nat()),
  flags,
}).map(({ token, meterStopWh, ...rest }) => ({
  ...rest,
  idToken: { idToken: token, type: "Central" } as const,
  stop: meterStopWh === null ? null : ended(60, meterStopWh),
}));

Deno.test("CSV and JSON carry the same sessions, whatever chargers and cards are called", async () => {
  await fc.assert(fc.asyncProperty(fc.array(session, { maxLength: 6 }), async (sessions) => {
    const { source } = sourceOf(
      sessions.map((each, index) => transactionRecord({ ...each, number: index + 1 })),
    );
    const rows = await rowsOf(source);
    const [names = [], ...lines] = cellsOf(await textOf(source, "csv"));
    assertEquals(rows.length, sessions.length);
    assertEquals(lines.length, rows.length);
    for (const [index, row] of rows.entries()) {
      const { cost, lateReadings: _, ...rest } = row;
      const { remarks, evidenceWh, evidenceBy, correctionWh, correctionCost, ...fields } = rest;
      const money = { cost: cost?.total, currency: cost?.currency, tax: cost?.tax };
      const dispute = { remarks, evidenceWh, evidenceBy, correctionWh, correctionCost };
      const flat = { ...fields, ...money, ...dispute };
      assertEquals(Object.keys(flat), names);
      for (const [column, value] of Object.values(flat).entries()) {
        const cell = lines[index]?.[column];
        const isFormula = typeof value === "string" && /^[=+\-@\t\r]/.test(value);
        assertEquals(cell, isFormula ? `'${value}` : String(value ?? ""), names[column]);
      }
    }
  }));
});

// Long histories

Deno.test("a history of any length is exported once each, newest first", async () => {
  const near = fc.constantFrom(0, PAGE, 2 * PAGE).chain((pages) =>
    fc.integer({ min: Math.max(0, pages - 2), max: pages + 2 })
  );
  await fc.assert(
    fc.asyncProperty(near, async (count) => {
      const { source } = sourceOf(numbered(count));
      const ids = (await rowsOf(source)).map(({ id }) => id);
      assertEquals(ids, numbered(count).map(({ id }) => id).toReversed());
    }),
    { numRuns: 30 },
  );
});

Deno.test("numbers with gaps are exported as well: years of them, from a store", async () => {
  const store = createMemoryStore();
  const sessions = numbered(1_203).map((each) => ({ ...each, number: each.number * 1_000 }));
  await store.commit(sessions.map((each) => put("transactions", each.id, each)));
  const ids = (await rowsOf(store.transactions)).map(({ id }) => id);
  assertEquals(ids, sessions.map(({ id }) => id).toReversed());
});

Deno.test("only sessions of the period are exported, on every page of them", async () => {
  const store = createMemoryStore();
  const sessions = numbered(1_100).map((each) => ({ ...each, startHeardAtMs: each.number }));
  await store.commit(sessions.map((each) => put("transactions", each.id, each)));
  const csv = await textOf(store.transactions, "csv", { fromMs: 200, toMs: 900 });
  const ids = cellsOf(csv).slice(1).map(([id]) => id);
  const expected = sessions.slice(199, 899).map(({ id }) => id).toReversed();
  assertEquals(ids, expected, "from is in, to is not");
});

Deno.test("a session that begins meanwhile is not exported, and hides none", async () => {
  const sessions = numbered(PAGE + 10);
  const { source } = sourceOf(sessions);
  const growing: SessionSource = async (query) => {
    const page = await source(query);
    sessions.push(transactionRecord({ number: sessions.length + 1 }));
    return page;
  };
  const ids = (await rowsOf(growing)).map(({ id }) => id);
  assertEquals(ids, numbered(PAGE + 10).map(({ id }) => id).toReversed());
});

Deno.test("no page is read before the one before it was taken, and none is larger than 500", async () => {
  const { source, asked } = sourceOf(numbered(2 * PAGE + 1));
  const pieces = exportSessions(source, {}, "csv");
  const take = async (count: number) => {
    for (let taken = 0; taken < count; taken++) assert(!(await pieces.next()).done);
  };
  await take(1);
  assertEquals(asked.length, 0, "the names of the columns need no history");
  await take(PAGE);
  assertEquals(asked.length, 1);
  await take(1);
  assertEquals(asked.length, 2);
  await pieces.return(undefined);
  assertEquals(asked.map(({ limit }) => limit), [PAGE, PAGE]);
});

Deno.test("a disk that fails in the middle ends the export with its error", async () => {
  const { source } = sourceOf(numbered(PAGE + 1));
  const failing: SessionSource = (query) =>
    query.beforeNumber === undefined ? source(query) : Promise.reject(new Error("disk gone"));
  const failed = await textOf(failing, "json").then(() => null, (error: Error) => error.message);
  assertEquals(failed, "disk gone");
});
