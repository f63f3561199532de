import { DatabaseSync } from "node:sqlite";
import { exists, SIDE_FILES, versionOf } from "./database_file_io.ts";

/** What is in a database, without any of it. */
export interface DatabaseSummary {
  /** Bytes of the file and of those that SQLite keeps beside it. */
  readonly bytes: number;
  /** Its migrations. */
  readonly version: number;
  readonly tables: readonly {
    readonly name: string;
    /** Counted up to 100,000 rows: more would hold up whoever charges. */
    readonly rows: number;
    readonly isMore: boolean;
  }[];
  /** Of sessions in a ledger; null in what is none, or has no session. */
  readonly sessions: {
    readonly oldestStart: string | null;
    readonly newestStart: string | null;
    readonly newestEnd: string | null;
    readonly open: number;
  } | null;
  /** How many records each collection of a ledger holds. */
  readonly collections: Readonly<Record<string, number>>;
  /** What waits for the CSMS in a ledger. */
  readonly outbox:
    | { readonly rows: number; readonly firstId: number; readonly lastId: number }
    | null;
}

const COUNTED_MAX = 100_000;

/** Looks into a database, which may be in use; null where there is none. Nothing is written. */
export function summarizeDatabase(path: string): DatabaseSummary | null {
  if (!exists(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const names = database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    ).all().map(({ name }) => String(name));
    return {
      bytes: sizeOf(path),
      version: versionOf(database),
      tables: names.map((name) => {
        const rows = count(database, `SELECT 1 FROM "${name.replaceAll('"', '""')}"`);
        return { name, rows: Math.min(rows, COUNTED_MAX), isMore: rows > COUNTED_MAX };
      }),
      sessions: names.includes("charging_transaction") ? sessionsIn(database) : null,
      collections: names.includes("record") ? collectionsIn(database) : {},
      outbox: names.includes("outbox") ? outboxIn(database) : null,
    };
  } finally {
    database.close();
  }
}

function sizeOf(path: string): number {
  return ["", ...SIDE_FILES].filter((suffix) => exists(path + suffix))
    .reduce((sum, suffix) => sum + Deno.statSync(path + suffix).size, 0);
}

function count(database: DatabaseSync, rows: string): number {
  return valueOf(database, `SELECT count(*) FROM (${rows} LIMIT ${COUNTED_MAX + 1})`) ?? 0;
}

function valueOf(database: DatabaseSync, query: string): number | null {
  const [value] = Object.values(database.prepare(query).get() ?? {});
  return typeof value === "number" ? value : null;
}

/** Each of these is answered by an index. */
function sessionsIn(database: DatabaseSync): DatabaseSummary["sessions"] {
  const time = (what: string) => {
    const ms = valueOf(database, `SELECT ${what} FROM charging_transaction`);
    return ms === null || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
  };
  return {
    oldestStart: time("min(started_ms)"),
    newestStart: time("max(started_ms)"),
    newestEnd: time("max(ended_ms)"),
    open: count(database, "SELECT 1 FROM charging_transaction WHERE ended_ms IS NULL"),
  };
}

function collectionsIn(database: DatabaseSync): Readonly<Record<string, number>> {
  const rows = database.prepare(
    `SELECT collection, count(*) AS rows FROM (SELECT collection FROM record LIMIT ${COUNTED_MAX}) ` +
      "GROUP BY collection",
  ).all();
  return Object.fromEntries(rows.map(({ collection, rows }) => [String(collection), Number(rows)]));
}

function outboxIn(database: DatabaseSync): DatabaseSummary["outbox"] {
  const rows = count(database, "SELECT 1 FROM outbox");
  if (rows === 0) return { rows, firstId: 0, lastId: 0 };
  return {
    rows,
    firstId: valueOf(database, "SELECT min(id) FROM outbox") ?? 0,
    lastId: valueOf(database, "SELECT max(id) FROM outbox") ?? 0,
  };
}
