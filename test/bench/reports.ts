/**
 * A ledger of a million sessions, and every report of all of it: how long until the first byte, how
 * long in all, and what memory it takes meanwhile. The ledger is made once, in the folder given (or
 * /tmp/sangam-million), and used again.
 *
 *     deno run --allow-all test/bench/reports.ts [--sessions 1000000] [--folder /tmp/sangam-million] [--only energy,revenue]
 */
import { parseArgs } from "@std/cli/parse-args";
import { createReportDesk } from "../../src/gateway_reports.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createEvents } from "../../src/lib/events.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { put } from "../../src/lib/write.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";
import { type Report, REPORT_NAMES } from "../../src/reports/mod.ts";
import type { SiteEvents } from "../../src/site/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { createMemoryHistory, createSiteRecord } from "../../src/telemetry/mod.ts";
import {
  billOf,
  costStep,
  indexOf,
  NO_TRANSACTIONS,
  startCost,
  type Tariff,
  type Transaction,
} from "../../src/transactions/mod.ts";
import { print } from "./charger_load.ts";
import { transactionRecord } from "../contract/sessions.ts";

const BEGIN_MS = Date.UTC(2021, 0, 1);
const BATCH = 5_000;
const SLOTS = 50;
const CARDS = 2_000;

const TARIFF: Tariff = {
  id: "site",
  origin: "site",
  currency: "INR",
  timezone: "Asia/Kolkata",
  nominalVoltageV: 230,
  parts: {
    energy: { taxRates: [{ type: "GST", percent: "18", stack: 0 }], prices: [{ price: "8.5" }] },
  },
  taxIncluded: false,
  pausedBySite: "free",
  roundingStep: "0.01",
};

/** The session of this number: five years of fifty connectors, ten sessions a day each. */
function sessionAt(number: number): Transaction {
  const startMs = BEGIN_MS + number * 158_000;
  const endMs = startMs + 3_600_000 + number % 97 * 60_000;
  const meterStopWh = 1_000 + 4_000 + number % 211 * 100;
  const begun = startCost({ atMs: startMs, meterStartWh: 1_000, hasReservation: false }, TARIFF);
  const stop = { kind: "stop", atMs: endMs, registerWh: meterStopWh } as const;
  const counted = costStep(begun, stop, [TARIFF]);
  const bill = billOf(counted, [TARIFF], true);
  return transactionRecord({
    number,
    id: `s-${number}`,
    chargerId: `CP${1 + number % SLOTS}`,
    slot: 1 + number % SLOTS,
    idToken: { idToken: `04A1${number % CARDS}`, type: "ISO14443" },
    startedAt: new Date(startMs).toISOString(),
    startHeardAtMs: startMs,
    stop: {
      stoppedAt: new Date(endMs).toISOString(),
      heardAtMs: endMs,
      meterStopWh,
      reason: "EVDisconnected",
      idToken: null,
    },
    cost: bill === null ? counted : { ...counted, bill },
  });
}

async function makeLedger(path: string, sessions: number): Promise<OutboxStore> {
  const ledger = openLedger(path);
  const [last] = await ledger.transactions({ limit: 1 });
  for (let from = (last?.number ?? 0) + 1; from <= sessions; from += BATCH) {
    const count = Math.min(BATCH, sessions - from + 1);
    const batch = Array.from({ length: count }, (_, at) => sessionAt(from + at));
    await ledger.commit(batch.map((each) => put("transactions", each.id, each)));
    if (from % 100_000 < BATCH) print(`${from - 1} sessions written`);
  }
  return ledger;
}

function createDesk(store: OutboxStore) {
  const clock = createSystemClock();
  const record = createSiteRecord({
    clock,
    log: () => {},
    spawn: createSpawner(() => {}),
    events: createEvents<SiteEvents>(() => {}),
    store: createMemoryHistory(),
    uses: () => [],
    circuits: () => [],
    nominalVoltageV: 230,
    mayWrite: () => true,
  });
  const none = { state: () => ({ ...NO_TRANSACTIONS, transactions: indexOf([]) }) };
  return createReportDesk({
    clock,
    timezone: "Asia/Kolkata",
    store,
    // Watched from the beginning: every session counts as an arrival.
    record: { ...record, sinceMs: () => Promise.resolve(BEGIN_MS) },
    transactions: none as unknown as Parameters<typeof createReportDesk>[0]["transactions"],
    pricing: { tariff: () => TARIFF } as unknown as Parameters<
      typeof createReportDesk
    >[0]["pricing"],
    site: {
      slots: () =>
        new Map(
          Array.from({ length: SLOTS }, (_, at) => at + 1)
            .map((slot) => [slot, { slot, chargerId: `CP${slot}`, removed: false }]),
        ),
      place: () => ({ circuitId: "grid", minCurrentAmps: 6 }),
    } as unknown as Parameters<typeof createReportDesk>[0]["site"],
    history: { quarters: () => Promise.resolve([]) },
    telemetry: { decisions: () => Promise.resolve([]) },
    circuits: [],
    meters: () => [],
    carbon: { gramsPerKwh: 713 },
    printPdf: null,
    schedules: () => [],
  });
}

const MIB = 1_048_576;

/** The first table with what is in it: the first byte is one of a figure, not of a name. */
async function* firstOf(tables: readonly AsyncIterable<string>[]): AsyncGenerator<string> {
  for (const table of tables) yield* table;
}

async function timeReport(
  make: () => Promise<Report>,
  csv: (report: Report) => AsyncIterable<string>,
) {
  const startMs = performance.now();
  let [firstMs, bytes, peak, longestMs] = [0, 0, 0, 0];
  let lastTurnMs = startMs;
  // How long others wait for their turn meanwhile.
  const turns = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastTurnMs);
    lastTurnMs = performance.now();
    peak = Math.max(peak, Deno.memoryUsage().rss);
  }, 1);
  for await (const piece of csv(await make())) {
    firstMs ||= performance.now() - startMs;
    bytes += piece.length;
  }
  clearInterval(turns);
  const allMs = performance.now() - startMs;
  return { firstMs, allMs, bytes, peak: Math.max(peak, Deno.memoryUsage().rss), longestMs };
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, {
    string: ["folder", "only"],
    default: { sessions: 1_000_000, folder: "/tmp/sangam-million" },
  });
  await Deno.mkdir(flags.folder, { recursive: true });
  const path = `${flags.folder}/ledger-${flags.sessions}.db`;
  const ledger = await makeLedger(path, Number(flags.sessions));
  const size = (await Deno.stat(path)).size / MIB;
  print(`${flags.sessions} sessions, ${size.toFixed(0)} MiB`);
  const desk = createDesk(ledger);
  const before = Deno.memoryUsage().rss / MIB;
  print(`resident before: ${before.toFixed(0)} MiB`);
  print("report         first byte ms   all ms   MiB written   peak MiB   longest turn ms");
  const time = { fromMs: BEGIN_MS, toMs: Date.now() };
  for (const name of REPORT_NAMES) {
    if (flags.only !== undefined && !flags.only.split(",").includes(name)) continue;
    const { firstMs, allMs, bytes, peak, longestMs } = await timeReport(
      () => desk.make(name, time),
      ({ tables }) => firstOf(tables.map(desk.csv)),
    );
    const cells = [firstMs, allMs, bytes / MIB, peak / MIB, longestMs]
      .map((cell) => cell.toFixed(0).padStart(12));
    print(`${name.padEnd(12)}${cells.join("")}`);
  }
  await ledger.close();
}
