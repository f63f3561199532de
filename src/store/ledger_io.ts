import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import {
  headerOf,
  type LedgerSnapshot,
  type LedgerWrite,
  type OutboxRow,
  type OutboxStore,
  type RowHeader,
  type TransactionQuery,
} from "../outbox/mod.ts";
import { energyWh, type Transaction } from "../transactions/mod.ts";
import { tokenKey } from "../site/mod.ts";
import {
  assertKnownVersion,
  assertSound,
  LedgerDamaged,
  LedgerTooNew,
  makePrivate,
  openDatabase,
  versionOf,
} from "./_ledger_file_io.ts";
import { emptySnapshot, recentSinceMs } from "./snapshot.ts";
import { LEDGER_MIGRATIONS } from "./migrations.ts";

export { LedgerDamaged, LedgerTooNew };

/**
 * A commit writes whole pages, and most change a few hundred bytes: with small pages a reading costs a
 * third of what it costs with SQLite's usual 4 KiB. A ledger keeps the pages it was made with.
 */
const PAGE_BYTES = 1_024;
/** The log is worked into the database when it has so many pages, as SQLite does with 4 KiB. */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens the ledger, creating or migrating it. WAL with `synchronous=FULL`: a commit that returned is
 * on disk (one fsync each). Only the owner may read the file.
 *
 * @throws {LedgerTooNew} the file was written by a newer version
 * @throws {LedgerDamaged} the file is no database, or fails SQLite's own check; `load` rejects with
 *   it for a record that cannot be read
 */
export function openLedger(path: string): OutboxStore {
  makePrivate(path);
  return openDatabase(path, (database) => {
    database.exec(`
      PRAGMA busy_timeout = 2000;
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA journal_mode = WAL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = 8388608;
    `);
    assertSound(database, path, "quick_check");
    assertKnownVersion(database, path);
    migrate(database);
    return createStore(database, path);
  });
}

function migrate(database: DatabaseSync): void {
  const taken = versionOf(database);
  LEDGER_MIGRATIONS.slice(taken).forEach((step, index) => {
    inTransaction(database, () => {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${taken + index + 1}`);
    });
  });
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    // A full disk may have ended the transaction already; then there is nothing to roll back.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function createStore(database: DatabaseSync, path: string): OutboxStore {
  const statements = prepareStatements(database);
  return {
    load: (nowWallMs) => attempt(() => load(database, path, nowWallMs)),
    commit: (batch) =>
      attempt(() =>
        inTransaction(database, () => batch.forEach((write) => apply(statements, write)))
      ),
    rows: (ids) =>
      attempt(() => ids.map((id) => readRow(statements.row.get(id))).filter((row) => row !== null)),
    transactions: (query) => attempt(() => findTransactions(database, query)),
    close: () => attempt(() => database.close()),
  };
}

/** The port is asynchronous, so that a store may live in another thread; this one does not. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

interface Statements {
  readonly put: StatementSync;
  readonly drop: StatementSync;
  readonly putTransaction: StatementSync;
  readonly goOn: StatementSync;
  readonly dropTransaction: StatementSync;
  readonly putRow: StatementSync;
  readonly dropRow: StatementSync;
  readonly row: StatementSync;
  readonly raise: StatementSync;
}

function prepareStatements(database: DatabaseSync): Statements {
  return {
    put: database.prepare("INSERT OR REPLACE INTO record VALUES (?, ?, ?)"),
    drop: database.prepare("DELETE FROM record WHERE collection = ? AND key = ?"),
    // Not "OR REPLACE": that would delete another transaction which has the same number.
    putTransaction: database.prepare(`
      INSERT INTO charging_transaction VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      ON CONFLICT (id) DO UPDATE SET
        number = ?2, charger_id = ?3, slot = ?4, token = ?5,
        started_ms = ?6, ended_ms = ?7, energy_wh = ?8, value = ?9
    `),
    // Most writes of a transaction change nothing that stands in an index.
    goOn: database.prepare(`
      UPDATE charging_transaction SET energy_wh = ?8, value = ?9
      WHERE id = ?1 AND number = ?2 AND charger_id = ?3 AND slot = ?4 AND token = ?5
        AND started_ms = ?6 AND ended_ms IS ?7
    `),
    dropTransaction: database.prepare("DELETE FROM charging_transaction WHERE id = ?"),
    putRow: database.prepare("INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?, ?)"),
    dropRow: database.prepare("DELETE FROM outbox WHERE id = ?"),
    row: database.prepare("SELECT header, body, checksum FROM outbox WHERE id = ?"),
    raise: database.prepare(
      `INSERT INTO high_water VALUES (?1, ?2)
       ON CONFLICT (name) DO UPDATE SET value = max(value, ?2)`,
    ),
  };
}

function apply(statements: Statements, write: LedgerWrite): void {
  if (write.collection === "transactions") {
    if (write.kind === "drop") statements.dropTransaction.run(write.key);
    else putTransaction(statements, write.value);
  } else if (write.collection === "outbox") {
    if (write.kind === "drop") statements.dropRow.run(Number(write.key));
    else putRow(statements, write.value);
  } else if (write.kind === "drop") {
    statements.drop.run(write.collection, write.key);
  } else {
    statements.put.run(write.collection, write.key, JSON.stringify(write.value));
  }
}

function putTransaction(statements: Statements, transaction: Transaction): void {
  const columns = [
    transaction.id,
    transaction.number,
    transaction.chargerId,
    transaction.slot,
    tokenKey(transaction.idToken),
    transaction.startHeardAtMs,
    transaction.stop?.heardAtMs ?? null,
    energyWh(transaction),
    JSON.stringify(transaction),
  ];
  if (statements.goOn.run(...columns).changes > 0) return;
  statements.putTransaction.run(...columns);
  statements.raise.run("transaction", transaction.number);
}

function putRow(statements: Statements, row: OutboxRow): void {
  const header = JSON.stringify(headerOf(row));
  const { event, carry, frame } = row;
  const body = JSON.stringify({ event, carry, frame });
  statements.putRow.run(row.id, row.transactionId, header, body, crc32(header + body));
  statements.raise.run("outbox", row.id);
}

/**
 * A row whose checksum is wrong was changed by nobody we know. It is not sent; the header still
 * stands in the queue, where an operator sees it.
 */
function readRow(stored: Record<string, unknown> | undefined): OutboxRow | null {
  if (stored === undefined) return null;
  const header = String(stored["header"]);
  const body = String(stored["body"]);
  if (crc32(header + body) !== Number(stored["checksum"])) return null;
  return { ...JSON.parse(header), ...JSON.parse(body) };
}

function load(database: DatabaseSync, path: string, nowWallMs: number): LedgerSnapshot {
  const held = emptySnapshot();
  // As bytes, since node:sqlite ends a text at its first NUL, which a charger may put into a name.
  const records = database.prepare(
    "SELECT collection, CAST(key AS BLOB) AS key, value FROM record",
  );
  for (const stored of records.iterate()) {
    const collection = String(stored["collection"]);
    const key = textOf(stored["key"]);
    readable(path, `${collection} "${key}"`, () => {
      held.add(collection, key, String(stored["value"]));
    });
  }
  return {
    ...held.snapshot(),
    outbox: loadHeaders(database, path),
    transactions: loadTransactions(database, path, nowWallMs),
    lastTransactionNumber: highWater(database, "transaction"),
    lastRowId: highWater(database, "outbox"),
  };
}

/** The columns say which row it is: a header in which an id was changed must not stand for another. */
function loadHeaders(database: DatabaseSync, path: string): RowHeader[] {
  return database.prepare("SELECT id, transaction_id, header FROM outbox ORDER BY id").all()
    .map((stored): RowHeader =>
      readable(path, `row ${stored["id"]}`, () => ({
        ...JSON.parse(String(stored["header"])),
        id: Number(stored["id"]),
        transactionId: String(stored["transaction_id"]),
      }))
    );
}

function loadTransactions(
  database: DatabaseSync,
  path: string,
  nowWallMs: number,
): Transaction[] {
  const newest = database.prepare("SELECT max(ended_ms) AS ms FROM charging_transaction").get();
  const sinceMs = recentSinceMs(nowWallMs, Number(newest?.["ms"] ?? 0));
  return database.prepare(`
    SELECT id, value FROM charging_transaction
    WHERE ended_ms IS NULL OR ended_ms > ? OR id IN (SELECT transaction_id FROM outbox)
    ORDER BY number
  `).all(sinceMs)
    .map((stored): Transaction =>
      readable(path, `transaction "${stored["id"]}"`, () => JSON.parse(String(stored["value"])))
    );
}

function textOf(bytes: unknown): string {
  return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : String(bytes);
}

/** A bit that flipped inside a text is nothing that SQLite could see. */
function readable<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new LedgerDamaged(`Cannot read ${what} in ledger "${path}": no JSON`, { cause });
  }
}

function highWater(database: DatabaseSync, name: string): number {
  const stored = database.prepare("SELECT value FROM high_water WHERE name = ?").get(name);
  return Number(stored?.["value"] ?? 0);
}

function findTransactions(database: DatabaseSync, query: TransactionQuery): Transaction[] {
  const conditions: [string, string | number][] = [];
  if (query.id !== undefined) conditions.push(["id = ?", query.id]);
  if (query.fromMs !== undefined) conditions.push(["started_ms >= ?", query.fromMs]);
  if (query.toMs !== undefined) conditions.push(["started_ms < ?", query.toMs]);
  if (query.chargerId !== undefined) conditions.push(["charger_id = ?", query.chargerId]);
  if (query.token !== undefined) {
    const token = tokenKey({ idToken: query.token, type: "Central" });
    conditions.push(["token = ?", token]);
  }
  if (query.beforeNumber !== undefined) conditions.push(["number < ?", query.beforeNumber]);
  const where = conditions.length === 0
    ? ""
    : `WHERE ${conditions.map(([condition]) => condition).join(" AND ")}`;
  const order = query.oldestFirst === true ? "ASC" : "DESC";
  return database
    .prepare(`SELECT value FROM charging_transaction ${where} ORDER BY number ${order} LIMIT ?`)
    .all(...conditions.map(([, value]) => value), Math.max(0, query.limit))
    .map((stored): Transaction => JSON.parse(String(stored["value"])));
}
