import type { DatabaseSync } from "node:sqlite";
import type { AuditEntry, AuditFilter } from "../site/mod.ts";
import {
  inTransaction,
  isDamage,
  makePrivate,
  openFile,
  versionOf,
} from "../store/database_file_io.ts";
import { keepAside } from "./_set_aside_io.ts";
import {
  AUDIT_ROOT,
  type AuditAnchor,
  type AuditStore,
  checkChain,
  linked,
} from "./audit_chain.ts";

/** The file's name in the folder of the ledger. */
export const AUDIT_FILE = "audit.db";

const VERSION = 1;
/** Nothing in it is ever changed: SQLite itself refuses, whoever asks by mistake. */
const SHAPE = `
  CREATE TABLE entry (
    number INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    way TEXT NOT NULL,
    from_address TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE anchor (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'an entry of the audit log is never changed'); END;
  PRAGMA user_version = ${VERSION};
`;

/** How much is kept. */
export interface AuditBounds {
  /** What is older goes… */
  readonly keepMs: number;
  /** … but for so many of the newest, whatever their age: a wrong clock empties no log. */
  readonly entriesMin: number;
  /** More than these are kept of no age: some 400 MB, which is more than one note a minute for a year. */
  readonly entriesMax: number;
  /** So many go at once. */
  readonly dropped: number;
}

const DAY_MS = 86_400_000;
const BOUNDS: AuditBounds = {
  keepMs: 180 * DAY_MS,
  entriesMin: 10_000,
  entriesMax: 1_000_000,
  dropped: 1_000,
};

/**
 * The audit log in a file of its own: an entry that was told is on disk (`synchronous=FULL`). The
 * gateway and a command of the console may add to it at the same time. Entries go when they are old,
 * or too many; the hash of the last that went stays, so that the chain still hangs on
 * something. A file that cannot be read is renamed to "….damaged-N" and the log begun anew, which
 * the first entry says.
 */
export function openAuditFile(path: string, wanted: Partial<AuditBounds> = {}): AuditStore {
  const bounds = { ...BOUNDS, ...wanted };
  let open: DatabaseSync | null = null;
  let isClosed = false;

  function attempt<T>(work: (database: DatabaseSync) => T): Promise<T> {
    return new Promise((resolve) => {
      if (isClosed) throw new Error("the audit log is closed");
      try {
        open ??= openAudit(path);
        resolve(work(open));
      } catch (error) {
        if (!isDamage(error)) throw error;
        open?.close();
        open = null;
        const kept = keepAside(path, "every");
        open = openAudit(path);
        const about = { way: "console", from: "", what: "audit-begun", about: "" } as const;
        add(open, {
          ...about,
          atWallMs: 0,
          who: "gateway",
          outcome: "failed",
          detail: `the log before was damaged and is kept as ${kept}`,
        }, bounds);
        resolve(work(open));
      }
    });
  }

  return {
    append: (note) => attempt((database) => add(database, note, bounds)),
    find: (filter) => attempt((database) => find(database, filter)),
    check: () =>
      attempt((database) => {
        const all = database.prepare("SELECT * FROM entry ORDER BY number");
        return checkChain(anchorOf(database), entriesOf(all.iterate()));
      }),
    close() {
      isClosed = true;
      return new Promise((resolve) => {
        open?.close();
        open = null;
        resolve();
      });
    },
  };
}

function openAudit(path: string): DatabaseSync {
  makePrivate(path);
  return openFile(path, (database) => {
    database.exec(`
      PRAGMA busy_timeout = 2000;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = 1048576;
    `);
    const version = versionOf(database);
    if (version === 0) inTransaction(database, () => database.exec(SHAPE));
    else if (version > VERSION) {
      throw new Error(`Cannot open "${path}": it was written by a newer version of Sangam`);
    }
    return database;
  });
}

/** What is at the end is read with the write lock held: another process may have added to it. */
function add(
  database: DatabaseSync,
  note: Parameters<AuditStore["append"]>[0],
  bounds: AuditBounds,
): AuditEntry {
  const added: AuditEntry[] = [];
  inTransaction(database, () => {
    const newest = database.prepare("SELECT * FROM entry ORDER BY number DESC LIMIT 1").get();
    const entry = linked(newest === undefined ? anchorOf(database) : entryOf(newest), note);
    const { number, atWallMs, who, way, from, what, about, outcome, detail, hash } = entry;
    database.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(number, atWallMs, who, way, from, what, about, outcome, detail, hash);
    prune(database, bounds, note.atWallMs);
    added.push(entry);
  });
  const [entry] = added;
  if (entry === undefined) throw new Error("Cannot write to the audit log");
  return entry;
}

/** Whole lots go, so that the chain's anchor moves seldom. */
function prune(database: DatabaseSync, bounds: AuditBounds, nowWallMs: number): void {
  const { entriesMin, entriesMax, dropped, keepMs } = bounds;
  const { first, last } = database
    .prepare("SELECT min(number) AS first, max(number) AS last FROM entry").get() ?? {};
  const count = Number(last) - Number(first) + 1;
  if (count <= Math.min(entriesMin + dropped, entriesMax)) return;
  const until = Number(first) + dropped - 1;
  const found = database.prepare("SELECT * FROM entry WHERE number = ?").get(until);
  if (found === undefined) return;
  const end = entryOf(found);
  if (count <= entriesMax && end.atWallMs >= nowWallMs - keepMs) return;
  database.prepare("DELETE FROM anchor").run();
  database.prepare("INSERT INTO anchor VALUES (?, ?)").run(until, end.hash);
  database.prepare("DELETE FROM entry WHERE number <= ?").run(until);
}

function anchorOf(database: DatabaseSync): AuditAnchor {
  const stored = database.prepare("SELECT * FROM anchor").get();
  return stored === undefined
    ? AUDIT_ROOT
    : { number: Number(stored["number"]), hash: String(stored["hash"]) };
}

function find(database: DatabaseSync, filter: AuditFilter): readonly AuditEntry[] {
  const conditions: (readonly [string, string | number])[] = [];
  if (filter.who !== undefined) conditions.push(["who = ?", filter.who]);
  if (filter.what !== undefined) conditions.push(["what GLOB ? || '*'", globless(filter.what)]);
  if (filter.fromMs !== undefined) conditions.push(["at_ms >= ?", filter.fromMs]);
  if (filter.toMs !== undefined) conditions.push(["at_ms < ?", filter.toMs]);
  if (filter.beforeNumber !== undefined) conditions.push(["number < ?", filter.beforeNumber]);
  const where = conditions.map(([condition]) => condition);
  const values = conditions.map(([, value]) => value);
  const rows = database.prepare(
    `SELECT * FROM entry ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`}
     ORDER BY number DESC LIMIT ?`,
  ).all(...values, Math.max(0, filter.limit));
  return [...entriesOf(rows)];
}

/** What stands for other characters in GLOB stands for itself. */
function globless(text: string): string {
  return text.replaceAll(/[*?[]/g, (character) => `[${character}]`);
}

type Stored = Readonly<Record<string, unknown>>;

function* entriesOf(rows: Iterable<Stored>): Iterable<AuditEntry> {
  for (const row of rows) yield entryOf(row);
}

/** As it was written, checked by its hash and by nothing else. */
function entryOf(row: Stored): AuditEntry {
  const text = (name: string) => String(row[name] ?? "");
  return {
    number: Number(row["number"]),
    atWallMs: Number(row["at_ms"]),
    who: text("who"),
    way: text("way") as AuditEntry["way"],
    from: text("from_address"),
    what: text("what") as AuditEntry["what"],
    about: text("about"),
    outcome: text("outcome") as AuditEntry["outcome"],
    detail: text("detail"),
    hash: text("hash"),
  };
}
