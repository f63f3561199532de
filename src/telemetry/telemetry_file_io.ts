import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "../store/database_file_io.ts";
import type { DecisionEvent } from "../site/mod.ts";
import { openSetAside } from "./_set_aside_io.ts";
import type { LimitChange } from "./limit_record.ts";
import type {
  DecisionFilter,
  LimitFilter,
  MinuteSummary,
  SummaryFilter,
  TelemetryBatch,
  TelemetryBounds,
  TelemetryStore,
} from "./telemetry_store.ts";

/** The file's name in the folder of the ledger. */
export const TELEMETRY_FILE = "telemetry.db";

/** The shape of the file. A file of any other is set aside: nothing in it is worth more trouble. */
const VERSION = 1;
const SHAPE = `
  CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    charger_id TEXT NOT NULL,
    slot INTEGER,
    token TEXT NOT NULL,
    what TEXT NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    waited_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX decision_at ON decision (at_ms);

  CREATE TABLE summary (
    minute_ms INTEGER NOT NULL,
    subject TEXT NOT NULL,
    quantity TEXT NOT NULL,
    min REAL NOT NULL,
    mean REAL NOT NULL,
    max REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (minute_ms, subject, quantity)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;
/** Came later: a file without it is given it. It grows at its end, so that a write touches few pages. */
const LIMITS_SHAPE = `
  CREATE TABLE IF NOT EXISTS limit_change (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    transaction_id TEXT NOT NULL,
    limit_amps REAL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS limit_change_at ON limit_change (at_ms);
`;

const BOUNDS: TelemetryBounds = {
  decisionsMax: 100_000,
  limitsMax: 200_000,
  bytesMax: 256 * 1_048_576,
};
const MINUTE_MS = 60_000;
/** So much goes with each write at most, far more than comes: deleting must not hold up anything. */
const DROPPED_MAX = 2_000;

/**
 * Telemetry in a file of its own: WAL with `synchronous=NORMAL`, so that the last minutes may be lost
 * with the power, and nothing else. It is opened when it is first needed. A file that is damaged is
 * renamed to "….damaged", over the one of before, and one that was deleted is begun anew.
 */
export function openTelemetryFile(
  path: string,
  bounds: TelemetryBounds = BOUNDS,
): TelemetryStore {
  const { attempt, begunAnew, close } = openSetAside(path, "telemetry", {
    version: VERSION,
    create: SHAPE,
    later: LIMITS_SHAPE,
  });
  return {
    write: (batch, oldestMs) => attempt((on) => write(on, batch, oldestMs, bounds)),
    decisions: (filter) => attempt((on) => findDecisions(on, filter)),
    summaries: (filter) => attempt((on) => findSummaries(on, filter)),
    limits: (filter) => attempt((on) => findLimits(on, filter)),
    begunAnew,
    close,
  };
}

function write(
  database: DatabaseSync,
  { decisions, summaries, limits }: TelemetryBatch,
  oldestMs: number,
  bounds: TelemetryBounds,
): void {
  const addDecision = database.prepare(
    "INSERT INTO decision VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const addSummary = database.prepare(`
    INSERT INTO summary VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO UPDATE SET
      min = min(min, ?4), max = max(max, ?6), count = count + ?7,
      mean = (mean * count + ?5 * ?7) / (count + ?7)
  `);
  const addLimit = database.prepare("INSERT INTO limit_change VALUES (NULL, ?, ?, ?, ?)");
  inTransaction(database, () => {
    for (const { atWallMs, transactionId, limitAmps, reason } of limits) {
      addLimit.run(atWallMs, transactionId, limitAmps, JSON.stringify(reason, rounded));
    }
    for (const { atWallMs, chargerId, slot, token, ...decision } of decisions) {
      const { what, status, source, reason, waitedMs } = decision;
      addDecision.run(atWallMs, chargerId, slot, token, what, status, source, reason, waitedMs);
    }
    for (const { minuteMs, subject, quantity, min, mean, max, count } of summaries) {
      addSummary.run(minuteMs, subject, quantity, min, mean, max, count);
    }
    prune(database, oldestMs, bounds);
  });
}

/** Tenths of an ampere are enough to remember. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value)
    ? Math.round(value * 10) / 10
    : value;
}

function prune(database: DatabaseSync, oldestMs: number, bounds: TelemetryBounds): void {
  const beforeMs = usedBytes(database) > bounds.bytesMax ? Number.MAX_SAFE_INTEGER : oldestMs;
  database.prepare(`
    DELETE FROM summary WHERE (minute_ms, subject, quantity) IN (
      SELECT minute_ms, subject, quantity FROM summary WHERE minute_ms < ?
      ORDER BY minute_ms LIMIT ${DROPPED_MAX}
    )
  `).run(beforeMs);
  database.prepare(`
    DELETE FROM decision WHERE id IN (
      SELECT id FROM decision WHERE at_ms < ? ORDER BY at_ms LIMIT ${DROPPED_MAX}
    )
  `).run(oldestMs);
  database.prepare(`
    DELETE FROM limit_change WHERE id IN (
      SELECT id FROM limit_change WHERE at_ms < ? ORDER BY at_ms LIMIT ${DROPPED_MAX}
    )
  `).run(beforeMs);
  database.prepare("DELETE FROM decision WHERE id <= (SELECT max(id) FROM decision) - ?")
    .run(bounds.decisionsMax);
  database.prepare("DELETE FROM limit_change WHERE id <= (SELECT max(id) FROM limit_change) - ?")
    .run(bounds.limitsMax);
}

/** Pages that were let go of are used again before the file grows. */
function usedBytes(database: DatabaseSync): number {
  const pragma = (name: string) =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
  return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
}

function findDecisions(database: DatabaseSync, filter: DecisionFilter): DecisionEvent[] {
  const conditions: [string, string | number][] = [];
  if (filter.fromMs !== undefined) conditions.push(["at_ms >= ?", filter.fromMs]);
  if (filter.toMs !== undefined) conditions.push(["at_ms < ?", filter.toMs]);
  if (filter.chargerId !== undefined) conditions.push(["charger_id = ?", filter.chargerId]);
  if (filter.token !== undefined) conditions.push(["token = ?", filter.token]);
  const where = conditions.length === 0
    ? ""
    : `WHERE ${conditions.map(([condition]) => condition).join(" AND ")}`;
  // As one JSON text each: it was written as such an event, and is read as one.
  return database.prepare(`
    SELECT json_object(
      'atWallMs', at_ms, 'chargerId', charger_id, 'slot', slot, 'token', token, 'what', what,
      'status', status, 'source', source, 'reason', reason, 'waitedMs', waited_ms
    ) AS text
    FROM decision ${where} ORDER BY at_ms DESC, id DESC LIMIT ?
  `).all(...conditions.map(([, value]) => value), Math.max(0, filter.limit))
    .map((stored): DecisionEvent => JSON.parse(String(stored["text"])));
}

/** Minute by minute: all subjects of a minute lie together, and one of them is wanted. */
function findSummaries(
  database: DatabaseSync,
  { subject, quantities, fromMs, toMs, limit }: SummaryFilter,
): MinuteSummary[] {
  const wanted = quantities === undefined
    ? ""
    : `AND quantity IN (${quantities.map(() => "?").join(", ")})`;
  return database.prepare(`
    WITH RECURSIVE
      kept (first, last) AS (
        SELECT (SELECT min(minute_ms) FROM summary), (SELECT max(minute_ms) FROM summary)
      ),
      minute (ms, last) AS (
        SELECT max(?, first), last FROM kept WHERE first IS NOT NULL
        UNION ALL
        SELECT ms + ${MINUTE_MS}, last FROM minute WHERE ms < min(?, last)
      )
    SELECT summary.* FROM minute
    CROSS JOIN summary ON minute_ms = ms AND subject = ? ${wanted}
    WHERE minute_ms >= ? AND minute_ms < ?
    ORDER BY minute_ms, quantity LIMIT ?
  `).all(
    Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS,
    ...[toMs, subject, ...quantities ?? [], fromMs, toMs, Math.max(0, limit)],
  ).map((stored) => ({
    minuteMs: Number(stored["minute_ms"]),
    subject: String(stored["subject"]),
    quantity: String(stored["quantity"]),
    min: Number(stored["min"]),
    mean: Number(stored["mean"]),
    max: Number(stored["max"]),
    count: Number(stored["count"]),
  }));
}

function findLimits(
  database: DatabaseSync,
  { transactionId, fromMs, toMs, limit }: LimitFilter,
): LimitChange[] {
  return database.prepare(`
    SELECT * FROM limit_change WHERE at_ms >= ? AND at_ms < ? AND transaction_id = ?
    ORDER BY at_ms, id LIMIT ?
  `).all(fromMs, toMs, transactionId, Math.max(0, limit)).map((stored) => ({
    transactionId,
    atWallMs: Number(stored["at_ms"]),
    limitAmps: stored["limit_amps"] === null ? null : Number(stored["limit_amps"]),
    reason: JSON.parse(String(stored["reason"])),
  }));
}
