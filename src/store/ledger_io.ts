import type { DatabaseSync, StatementSync } from "node:sqlite";
import { headerOf, type LedgerWrite, type OutboxRow, type OutboxStore } from "../outbox/mod.ts";
import { energyWh, type Transaction, wholeMs } from "../transactions/mod.ts";
import { tokenKey } from "../site/mod.ts";
import { type FactTable, openFactTable } from "./_fact_table_io.ts";
import { openSignedTable, type SignedTable } from "./_signed_table_io.ts";
import { recordSum, rowSum, transactionSum } from "./_checksum_io.ts";
import {
  assertKnownVersion,
  assertSound,
  LedgerDamaged,
  LedgerTooNew,
  openDatabase,
  withDamageNamed,
} from "./_ledger_file_io.ts";
import { inTransaction, makePrivate, versionOf } from "./database_file_io.ts";
import { createLedgerReader } from "./_ledger_reader_io.ts";
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
 *   it where SQLite finds out only then
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

function createStore(database: DatabaseSync, path: string): OutboxStore {
  const statements = prepareStatements(database);
  const reader = createLedgerReader(database);
  return {
    load: (nowWallMs) => attempt(() => withDamageNamed(path, () => reader.load(nowWallMs))),
    commit: (batch) =>
      attempt(() =>
        inTransaction(database, () => batch.forEach((write) => apply(statements, write)))
      ),
    rows: (ids) => attempt(() => reader.rows(ids)),
    transactions: (query) => attempt(() => reader.transactions(query)),
    sessionPage: (page) => attempt(() => reader.sessionPage(page)),
    factPage: (page) => attempt(() => reader.factPage(page)),
    factSums: (time, by) => attempt(() => reader.factSums(time, by)),
    signedReadings: (transactionId) => attempt(() => reader.signedReadings(transactionId)),
    damaged: reader.damaged,
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
  readonly facts: FactTable;
  readonly signed: SignedTable;
  readonly putRow: StatementSync;
  readonly dropRow: StatementSync;
  readonly raise: StatementSync;
}

function prepareStatements(database: DatabaseSync): Statements {
  return {
    facts: openFactTable(database),
    signed: openSignedTable(database),
    put: database.prepare("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)"),
    drop: database.prepare("DELETE FROM record WHERE collection = ? AND key = ?"),
    // Not "OR REPLACE": that would delete another transaction which has the same number.
    putTransaction: database.prepare(`
      INSERT INTO charging_transaction VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      ON CONFLICT (id) DO UPDATE SET
        number = ?2, charger_id = ?3, slot = ?4, token = ?5,
        started_ms = ?6, ended_ms = ?7, energy_wh = ?8, value = ?9, checksum = ?10
    `),
    // Most writes of a transaction change nothing that stands in an index.
    goOn: database.prepare(`
      UPDATE charging_transaction SET energy_wh = ?8, value = ?9, checksum = ?10
      WHERE id = ?1 AND number = ?2 AND charger_id = ?3 AND slot = ?4 AND token = ?5
        AND started_ms = ?6 AND ended_ms IS ?7
    `),
    dropTransaction: database.prepare("DELETE FROM charging_transaction WHERE id = ?"),
    putRow: database.prepare("INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?, ?)"),
    dropRow: database.prepare("DELETE FROM outbox WHERE id = ?"),
    raise: database.prepare(
      `INSERT INTO high_water VALUES (?1, ?2)
       ON CONFLICT (name) DO UPDATE SET value = max(value, ?2)`,
    ),
  };
}

function apply(statements: Statements, write: LedgerWrite): void {
  if (write.collection === "transactions") {
    if (write.kind === "drop") {
      statements.facts.forget(write.key);
      statements.signed.forget(write.key);
      statements.dropTransaction.run(write.key);
    } else {
      putTransaction(statements, write.value);
    }
  } else if (write.collection === "outbox") {
    if (write.kind === "drop") statements.dropRow.run(Number(write.key));
    else putRow(statements, write.value);
  } else if (write.collection === "signed-readings") {
    if (write.kind === "drop") statements.signed.forget(write.key);
    else statements.signed.put(write.value);
  } else if (write.kind === "drop") {
    statements.drop.run(write.collection, write.key);
  } else {
    const value = JSON.stringify(write.value);
    const sum = recordSum(write.collection, write.key, value);
    statements.put.run(write.collection, write.key, value, sum);
  }
}

function putTransaction(statements: Statements, transaction: Transaction): void {
  const value = JSON.stringify(transaction);
  const columns = [
    transaction.id,
    transaction.number,
    transaction.chargerId,
    transaction.slot,
    tokenKey(transaction.idToken),
    wholeMs(transaction.startHeardAtMs),
    transaction.stop === null ? null : wholeMs(transaction.stop.heardAtMs),
    energyWh(transaction),
    value,
    transactionSum(value),
  ];
  const isAsBefore = statements.goOn.run(...columns).changes > 0;
  if (!isAsBefore) {
    statements.facts.forget(transaction.id);
    statements.putTransaction.run(...columns);
    statements.raise.run("transaction", transaction.number);
  }
  statements.facts.note(transaction);
}

function putRow(statements: Statements, row: OutboxRow): void {
  const header = JSON.stringify(headerOf(row));
  const { event, carry, frame } = row;
  const body = JSON.stringify({ event, carry, frame });
  statements.putRow.run(row.id, row.transactionId, header, body, rowSum(header, body));
  statements.raise.run("outbox", row.id);
}
