import { DatabaseSync } from "node:sqlite";
import { LEDGER_MIGRATIONS } from "./migrations.ts";

/** Thrown for a ledger that a newer version of Sangam has written. */
export class LedgerTooNew extends Error {
  override readonly name = "LedgerTooNew";
}

/** Thrown for a file that is damaged, or is no ledger at all. */
export class LedgerDamaged extends Error {
  override readonly name = "LedgerDamaged";
}

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

/** The number of migrations that a ledger has taken; 0 for a new file. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

/**
 * Lets SQLite look through the whole file: `quick_check` finds torn and overwritten pages,
 * `integrity_check` also indexes that disagree with their tables.
 *
 * @throws {LedgerDamaged}
 */
export function assertSound(
  database: DatabaseSync,
  path: string,
  check: "quick_check" | "integrity_check",
): void {
  const [verdict] = Object.values(database.prepare(`PRAGMA ${check}(1)`).get() ?? {});
  if (verdict !== "ok") throw new LedgerDamaged(`Cannot open ledger "${path}": ${verdict}`);
}

/** @throws {LedgerTooNew} */
export function assertKnownVersion(database: DatabaseSync, path: string): void {
  const version = versionOf(database);
  if (version <= LEDGER_MIGRATIONS.length) return;
  throw new LedgerTooNew(
    `Cannot open ledger "${path}": it has version ${version}, this program knows ` +
      `${LEDGER_MIGRATIONS.length}`,
  );
}

/** What SQLite says, by its own words, of a file whose pages make no sense. */
const DAMAGE = /file is not a database|malformed/;

/** True for what SQLite throws where a file is damaged, or is none of its own. */
export function isDamage(error: unknown): error is Error {
  return error instanceof Error && DAMAGE.test(error.message);
}

/** @throws {LedgerDamaged} where SQLite finds damage in the work */
export function withDamageNamed<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isDamage(error) || error instanceof LedgerDamaged) throw error;
    throw new LedgerDamaged(`Cannot open ledger "${path}": ${error.message}`, { cause: error });
  }
}

/**
 * Opens a database and makes it ready; lets go of it if that fails.
 *
 * @throws {LedgerDamaged} SQLite could make nothing of the file
 */
export function openDatabase<T>(
  path: string,
  prepare: (database: DatabaseSync) => T,
): T {
  const database = new DatabaseSync(path);
  try {
    return withDamageNamed(path, () => prepare(database));
  } catch (error) {
    database.close();
    throw error;
  }
}
