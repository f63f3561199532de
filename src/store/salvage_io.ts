import type { DatabaseSync } from "node:sqlite";
import { FACTS_OF_ALL } from "./_fact_table_io.ts";
import { isSum, parsed, recordSum, rowSum, transactionSum } from "./_checksum_io.ts";
import { openDatabase } from "./_ledger_file_io.ts";
import { isSignedReading } from "./_signed_table_io.ts";

/** What could be read in a damaged ledger and was not in the one in its place. */
export interface Salvage {
  readonly sessions: number;
  /** Records that wait for the CSMS. */
  readonly rows: number;
}

type Stored = Record<string, unknown>;

/**
 * Reads what can be read in a damaged ledger, and puts what the ledger `to` does not have, or has only
 * as it was before, into it: sessions, records that wait for the CSMS, and what is missing of the
 * rest. Nobody may have either open. What makes no sense is left; a file that cannot be read at all
 * gives nothing.
 */
export function salvage(damaged: string, to: string): Salvage {
  return openDatabase(to, (target) => {
    try {
      return openDatabase(damaged, (source) => {
        try {
          return copyReadable(source, target);
        } finally {
          source.close();
        }
      });
    } catch {
      return { sessions: 0, rows: 0 };
    } finally {
      target.close();
    }
  });
}

function copyReadable(source: DatabaseSync, target: DatabaseSync): Salvage {
  const lastRow = target.prepare("SELECT value FROM high_water WHERE name = 'outbox'").get();
  const afterRow = Number(lastRow?.["value"] ?? 0);
  target.exec("BEGIN IMMEDIATE");
  const sessions = copy(source, target, SESSIONS, isSession);
  const rows = copy(source, target, ROWS, (row) => Number(row["id"]) > afterRow && isRow(row));
  copy(source, target, RECORDS, isRecord);
  copy(source, target, SIGNED, isSignedReading);
  target.exec(`
    INSERT INTO high_water SELECT 'transaction', max(number) FROM charging_transaction WHERE true
      GROUP BY 1 ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value);
    INSERT INTO high_water SELECT 'outbox', max(id) FROM outbox WHERE true
      GROUP BY 1 ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value);
  `);
  target.exec(`DELETE FROM session_fact; ${FACTS_OF_ALL}`);
  target.exec("COMMIT");
  return { sessions, rows };
}

/** How a table is read and written. */
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** In which its pages lie: any other would have to read them all first. */
  readonly order: readonly string[];
  readonly where?: string;
  readonly write: string;
}

const SESSIONS: Table = {
  name: "charging_transaction",
  order: ["rowid"],
  columns: [
    ...["id", "number", "charger_id", "slot", "token"],
    ...["started_ms", "ended_ms", "energy_wh", "value", "checksum"],
  ],
  // A number may be taken by another session in the backup only where one of the two makes no sense.
  write: `
    INSERT INTO charging_transaction VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT (id) DO UPDATE SET ended_ms = ?7, energy_wh = ?8, value = ?9, checksum = ?10
      WHERE value <> ?9 AND ended_ms IS NULL
    ON CONFLICT (number) DO NOTHING
  `,
};
const ROWS: Table = {
  name: "outbox",
  order: ["id"],
  columns: ["id", "transaction_id", "header", "body", "checksum"],
  write: "INSERT OR IGNORE INTO outbox VALUES (?1, ?2, ?3, ?4, ?5)",
};
const RECORDS: Table = {
  name: "record",
  order: ["collection", "key"],
  columns: ["collection", "key", "value", "checksum"],
  // node:sqlite would give only what stands before it.
  where: "WHERE instr(key, char(0)) = 0",
  write: "INSERT OR IGNORE INTO record VALUES (?1, ?2, ?3, ?4)",
};
const SIGNED: Table = {
  name: "signed_reading",
  order: ["rowid"],
  columns: ["transaction_id", "position", "value", "checksum"],
  write: "INSERT OR IGNORE INTO signed_reading VALUES (?1, ?2, ?3, ?4)",
};

function copy(
  source: DatabaseSync,
  target: DatabaseSync,
  { name, columns, order, where = "", write }: Table,
  isGood: (stored: Stored) => boolean,
): number {
  const put = target.prepare(write);
  const by = (direction: string) => order.map((column) => `${column} ${direction}`).join();
  let changed = 0;
  // Damage stops a look from one end; what lies behind it is seen from the other.
  for (const direction of ["ASC", "DESC"]) {
    try {
      const all = source.prepare(
        // All there is: an older ledger has fewer columns.
        `SELECT * FROM ${name} ${where} ORDER BY ${by(direction)}`,
      );
      for (const stored of all.iterate()) {
        if (!isGood(stored)) continue;
        const values = columns.map((column) => stored[column] ?? null);
        changed += Number(put.run(...values).changes);
      }
      break;
    } catch {
      continue;
    }
  }
  return changed;
}

function isRecord({ collection, key, value, checksum }: Stored): boolean {
  return parsed(String(value)) !== undefined &&
    isSum(checksum, recordSum(String(collection), String(key), String(value)));
}

function isSession(stored: Stored): boolean {
  const text = String(stored["value"]);
  const value = Object(parsed(text));
  return isSum(stored["checksum"], transactionSum(text)) &&
    value["id"] === stored["id"] && value["number"] === stored["number"] &&
    value["chargerId"] === stored["charger_id"];
}

function isRow({ header, body, checksum }: Stored): boolean {
  return rowSum(String(header), String(body)) === Number(checksum);
}
