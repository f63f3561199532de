import { transactionRecord } from "../../test/contract/sessions.ts";
import type { DecisionEvent, FaultChange } from "../site/mod.ts";
import { type SessionFact, sessionFact, sumFacts, type Transaction } from "../transactions/mod.ts";
import type { Report, ReportRow } from "./report.ts";
import type { CircuitQuarter, MeterQuarter, ReportSources, UseSpan } from "./sources.ts";

/** What reports read in tests. */
export interface Given {
  readonly facts?: readonly SessionFact[];
  readonly sessions?: readonly Transaction[];
  readonly spans?: readonly UseSpan[];
  readonly faults?: readonly FaultChange[];
  readonly circuitQuarters?: readonly CircuitQuarter[];
  readonly meterQuarters?: Readonly<Record<string, readonly MeterQuarter[]>>;
  readonly decisions?: readonly DecisionEvent[];
  readonly recordSinceMs?: number | null;
  readonly running?: number;
  readonly carbon?: ReportSources["carbon"];
  readonly nowMs?: number;
}

/** Sources that give this out two at a time: pages cut everywhere. */
export function sourcesOf(given: Given): ReportSources {
  async function* pages<Item>(items: readonly Item[] = []): AsyncGenerator<readonly Item[]> {
    for (let at = 0; at < items.length; at += 2) yield items.slice(at, at + 2);
  }
  return {
    nowMs: () => given.nowMs ?? 1e15,
    facts: ({ fromMs, toMs }) =>
      pages(given.facts?.filter(({ startedMs }) => startedMs >= fromMs && startedMs < toMs)),
    factSums: ({ fromMs, toMs, offsetMs }, by) =>
      Promise.resolve(
        sumFacts(
          (given.facts ?? []).filter(({ startedMs }) => startedMs >= fromMs && startedMs < toMs),
          by,
          offsetMs,
        ),
      ),
    sessions: () => pages(given.sessions),
    costOf: ({ cost }) => cost?.bill ?? null,
    running: () => given.running ?? 0,
    useSpans: () => pages(given.spans),
    faultChanges: () => Promise.resolve(given.faults ?? []),
    circuitQuarters: () => pages(given.circuitQuarters),
    meterQuarters: (id, { fromMs, toMs }) =>
      Promise.resolve(
        (given.meterQuarters?.[id] ?? []).filter(({ quarterMs }) =>
          quarterMs >= fromMs && quarterMs < toMs
        ),
      ),
    decisions: () => pages(given.decisions),
    recordSinceMs: () =>
      Promise.resolve(given.recordSinceMs === undefined ? 0 : given.recordSinceMs),
    places: () => [
      { slot: 1, chargerId: "CP1", circuitId: "row-a", minCurrentAmps: 6 },
      { slot: 2, chargerId: "CP2", circuitId: "row-a", minCurrentAmps: 6 },
    ],
    circuits: () => [
      { id: "grid", parentId: null, limitAmps: 100, meterId: "main" },
      { id: "row-a", parentId: "grid", limitAmps: 63, meterId: null },
    ],
    meters: () => [{ id: "main", role: "grid" }],
    carbon: given.carbon ?? null,
  };
}

/** 7 kWh in an hour for ASHA, billed 80.24 rupees; a test names what it is about. */
export function factOf(facts: Partial<SessionFact> = {}): SessionFact {
  const plain = sessionFact(transactionRecord({
    stop: {
      stoppedAt: "2026-01-05T07:00:00.000Z",
      heardAtMs: Date.UTC(2026, 0, 5, 7),
      meterStopWh: 8_000,
      reason: null,
      idToken: null,
    },
  }));
  if (plain === null) throw new Error("it ended");
  return {
    ...plain,
    tariffId: "site",
    currency: "INR",
    total: "80.24",
    tax: "12.24",
    ...facts,
  };
}

/** The rows of a table of a report. */
export async function rowsOf(report: Report, id: string): Promise<readonly ReportRow[]> {
  const table = report.tables.find((each) => each.id === id);
  if (table === undefined) throw new Error(`no table "${id}"`);
  return await Array.fromAsync(table.rows);
}

/** Some cells of the rows of a table. */
export async function cellsOf(report: Report, id: string, names: readonly string[]) {
  return (await rowsOf(report, id)).map((row) => names.map((name) => row[name] ?? null));
}
