import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "../store/database_file_io.ts";
import { CONNECTOR_USES, type FaultChange } from "../site/mod.ts";
import { QUARTER_MS } from "./quarter_value.ts";
import {
  type CircuitQuarter,
  faultsFrom,
  joinedCircuits,
  type RecordBatch,
  type TimeRange,
  type UseChange,
  type Watch,
} from "./record_store.ts";

/** Came later than the quarters of meters: a file without these tables is given them. */
export const RECORD_SHAPE = `
  CREATE TABLE IF NOT EXISTS slot_use (
    slot INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    use TEXT NOT NULL,
    cause TEXT,
    PRIMARY KEY (slot, at_ms)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS watch (
    from_ms INTEGER PRIMARY KEY,
    to_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fault_change (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS circuit (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS circuit_quarter (
    quarter INTEGER NOT NULL,
    circuit INTEGER NOT NULL,
    covered_ms INTEGER NOT NULL,
    mean_va INTEGER NOT NULL,
    max_va INTEGER NOT NULL,
    max_l1 INTEGER NOT NULL,
    max_l2 INTEGER NOT NULL,
    max_l3 INTEGER NOT NULL,
    limit_ca INTEGER NOT NULL,
    limited_ms INTEGER NOT NULL,
    PRIMARY KEY (quarter, circuit)
  ) STRICT, WITHOUT ROWID;
`;

/** Faults that flutter fill no disk. */
const FAULTS_MAX = 100_000;

type Stored = Readonly<Record<string, unknown>>;

/** Writes a batch. */
export function writeRecord(database: DatabaseSync, batch: RecordBatch): void {
  const use = database.prepare("INSERT OR REPLACE INTO slot_use VALUES (?, ?, ?, ?)");
  const fault = database.prepare("INSERT INTO fault_change VALUES (NULL, ?, ?, ?, ?, ?)");
  const watch = database.prepare("INSERT OR REPLACE INTO watch VALUES (?, ?)");
  inTransaction(database, () => {
    for (const { slot, atMs, use: what, cause } of batch.uses) use.run(slot, atMs, what, cause);
    for (const { atMs, kind, severity, subject, state } of batch.faults) {
      fault.run(atMs, kind, severity, subject, state);
    }
    if (batch.faults.length > 0) {
      database.prepare(
        "DELETE FROM fault_change WHERE id <= (SELECT max(id) FROM fault_change) - ?",
      )
        .run(FAULTS_MAX);
    }
    if (batch.watch !== null) watch.run(batch.watch.fromMs, batch.watch.toMs);
    writeCircuits(database, batch.circuits);
  });
}

function writeCircuits(database: DatabaseSync, circuits: readonly CircuitQuarter[]): void {
  const name = database.prepare("INSERT INTO circuit (name) VALUES (?) ON CONFLICT DO NOTHING");
  const idOf = database.prepare("SELECT id FROM circuit WHERE name = ?");
  const look = database.prepare("SELECT * FROM circuit_quarter WHERE quarter = ? AND circuit = ?");
  const put = database.prepare(
    "INSERT OR REPLACE INTO circuit_quarter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const each of circuits) {
    name.run(each.circuitId);
    const id = Number(idOf.get(each.circuitId)?.["id"]);
    const before = look.get(each.quarterMs / QUARTER_MS, id);
    const whole = before === undefined
      ? each
      : joinedCircuits(circuitOf({ ...before, name: each.circuitId }), each);
    const { quarterMs, coveredMs, meanVa, maxVa, maxAmps, limitAmps, limitedMs } = whole;
    put.run(
      ...[quarterMs / QUARTER_MS, id, Math.round(coveredMs), Math.round(meanVa)],
      ...[Math.round(maxVa), hundredths(maxAmps.L1), hundredths(maxAmps.L2)],
      ...[hundredths(maxAmps.L3), hundredths(limitAmps), Math.round(limitedMs)],
    );
  }
}

function hundredths(amps: number): number {
  return Math.round(amps * 100);
}

function circuitOf(stored: Stored): CircuitQuarter {
  const number = (name: string) => Number(stored[name]);
  return {
    circuitId: String(stored["name"]),
    quarterMs: number("quarter") * QUARTER_MS,
    coveredMs: number("covered_ms"),
    meanVa: number("mean_va"),
    maxVa: number("max_va"),
    maxAmps: {
      L1: number("max_l1") / 100,
      L2: number("max_l2") / 100,
      L3: number("max_l3") / 100,
    },
    limitAmps: number("limit_ca") / 100,
    limitedMs: number("limited_ms"),
  };
}

/** What became of the connectors. */
export function findUses(database: DatabaseSync, { fromMs, toMs }: TimeRange): UseChange[] {
  return database.prepare(`
    SELECT * FROM (
      SELECT slots.slot AS slot, at_ms, use, cause
      FROM (SELECT DISTINCT slot FROM slot_use) AS slots
      JOIN slot_use ON slot_use.slot = slots.slot AND at_ms = (
        SELECT max(at_ms) FROM slot_use AS own WHERE own.slot = slots.slot AND own.at_ms < ?1
      )
      UNION ALL
      SELECT slot, at_ms, use, cause FROM slot_use WHERE slot IN (
        SELECT DISTINCT slot FROM slot_use
      ) AND at_ms >= ?1 AND at_ms < ?2
    ) ORDER BY at_ms, slot
  `).all(fromMs, toMs).map((stored) => ({
    slot: Number(stored["slot"]),
    atMs: Number(stored["at_ms"]),
    use: CONNECTOR_USES.find((each) => each === stored["use"]) ?? "unknown",
    cause: stored["cause"] === null ? null : String(stored["cause"]),
  }));
}

/** When gateways ran. */
export function findWatches(database: DatabaseSync, { fromMs, toMs }: TimeRange): Watch[] {
  return database.prepare(
    "SELECT from_ms, to_ms FROM watch WHERE to_ms >= ? AND from_ms < ? ORDER BY from_ms",
  ).all(fromMs, toMs)
    .map((stored) => ({ fromMs: Number(stored["from_ms"]), toMs: Number(stored["to_ms"]) }));
}

/** Faults that stood then. */
export function findFaults(database: DatabaseSync, time: TimeRange): readonly FaultChange[] {
  // As one JSON text each: it was written as such a change, and is read as one.
  const all = database.prepare(`
    SELECT json_object(
      'atMs', at_ms, 'kind', kind, 'severity', severity, 'subject', subject, 'state', state
    ) AS text FROM fault_change WHERE at_ms < ? ORDER BY at_ms, id
  `).all(time.toMs).map((stored): FaultChange => JSON.parse(String(stored["text"])));
  return faultsFrom(all, time);
}

/** What circuits carried. */
export function findCircuits(
  database: DatabaseSync,
  { fromMs, toMs }: TimeRange,
): CircuitQuarter[] {
  return database.prepare(`
    SELECT circuit_quarter.*, name FROM circuit_quarter JOIN circuit ON circuit.id = circuit
    WHERE quarter >= ? AND quarter < ? ORDER BY quarter, name
  `).all(Math.ceil(fromMs / QUARTER_MS), Math.ceil(toMs / QUARTER_MS)).map(circuitOf);
}
