import type { DatabaseSync } from "node:sqlite";
import { isDamage, openFile, versionOf } from "./database_file_io.ts";
import { LEDGER_MIGRATIONS } from "./migrations.ts";

/** Thrown for a ledger that a newer version of Sangam has written. */
export class LedgerTooNew extends Error {
  override readonly name = "LedgerTooNew";
}

/** Thrown for a file that is damaged, or is no ledger at all. */
export class LedgerDamaged extends Error {
  override readonly name = "LedgerDamaged";
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
export function openDatabase<T>(path: string, prepare: (database: DatabaseSync) => T): T {
  return withDamageNamed(path, () => openFile(path, prepare));
}
