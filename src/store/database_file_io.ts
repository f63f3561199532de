import { DatabaseSync } from "node:sqlite";

/** SQLite keeps what it has not yet worked into the database in files beside it. */
export const SIDE_FILES = ["-wal", "-shm"] as const;

/**
 * Creates the file if it is missing, and lets only its owner read and write it: it holds tokens
 * (ruling 8). SQLite gives the files beside it the same mode.
 */
export function makePrivate(path: string): void {
  Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
  if (Deno.build.os === "windows") return;
  for (const suffix of ["", ...SIDE_FILES]) {
    if (exists(path + suffix)) Deno.chmodSync(path + suffix, 0o600);
  }
}

/** True where there is a file, or anything else, at this path. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The version that was written into a database, of a ledger its migrations; 0 for a new file. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

/** What SQLite says, by its own words, of a file whose pages make no sense. */
const DAMAGE = /file is not a database|malformed/;

/** True for what SQLite throws where a file is damaged, or is none of its own. */
export function isDamage(error: unknown): error is Error {
  return error instanceof Error && DAMAGE.test(error.message);
}

/** Opens a database and makes it ready; lets go of it if that fails. */
export function openFile<T>(path: string, prepare: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return prepare(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Does the work as one transaction: all of it is written or nothing. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
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
