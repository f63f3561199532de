import { backup } from "node:sqlite";
import { assertKnownVersion, assertSound, LedgerDamaged, openDatabase } from "./_ledger_file_io.ts";
import { exists, makePrivate, SIDE_FILES, versionOf } from "./database_file_io.ts";

/** Thrown by `restoreLedger` while a gateway has the ledger open. */
export class LedgerInUse extends Error {
  override readonly name = "LedgerInUse";
}

/**
 * Copies a ledger, which may be in use, to the file `to`. That file appears whole or not at all: the
 * copy is made beside it, checked, brought to disk and then renamed over it. Nothing lies beside a
 * backup, and only its owner may read it.
 *
 * @throws {LedgerDamaged} the ledger, or what was copied of it, is not sound; `to` is as it was
 */
export async function backUpLedger(from: string, to: string): Promise<void> {
  await copyLedger(from, to, partOf(to));
  putInPlace(partOf(to), to);
}

/** What `restoreLedger` did. */
export interface RestoredLedger {
  /** Where the ledger that was replaced is kept; null where there was none. */
  readonly replaced: string | null;
}

/**
 * Puts a backup in the place of the ledger `to`, which no gateway may have open. The ledger that was
 * there stays beside it as "….replaced" (with a number behind it from the second on), so that a
 * restore can be taken back. Rows that the CSMS confirmed after the backup was made go up again,
 * under the message ids that they had.
 *
 * @throws {LedgerDamaged} the backup is no sound ledger; nothing has changed
 * @throws {LedgerTooNew} a newer version of Sangam wrote the backup; nothing has changed
 * @throws {LedgerInUse} a gateway runs on `to`; nothing has changed
 */
export async function restoreLedger(backupPath: string, to: string): Promise<RestoredLedger> {
  await copyLedger(backupPath, to, partOf(to));
  try {
    const replaced = exists(to) ? keepAside(to) : null;
    putInPlace(partOf(to), to);
    return { replaced };
  } catch (error) {
    remove(partOf(to));
    throw error;
  }
}

/**
 * Copies one moment of a database, which may be in use, into a file of its own, with nothing beside it.
 *
 * @throws {LedgerDamaged} the database, or what was copied of it, is not sound
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  makePrivate(to);
  await copyPages(from, to);
  openDatabase(to, (copy) => {
    assertSound(copy, from, "quick_check");
    copy.exec("PRAGMA journal_mode = DELETE");
    copy.close();
  });
}

function partOf(path: string): string {
  return `${path}.part`;
}

/** Leaves nothing behind when it fails. */
async function copyLedger(from: string, to: string, part: string): Promise<void> {
  if (!exists(from)) throw new Deno.errors.NotFound(`Cannot copy ledger "${from}": no such file`);
  remove(part);
  try {
    makePrivate(part);
    await copyPages(from, part);
    openDatabase(part, (copy) => {
      assertIsLedger(versionOf(copy), from);
      assertKnownVersion(copy, from);
      assertSound(copy, from, "integrity_check");
      // Without WAL the copy is one file, which can be read from a medium that cannot be written.
      copy.exec("PRAGMA journal_mode = DELETE");
      copy.close();
    });
    syncPath(part);
  } catch (error) {
    remove(part);
    throw error instanceof LedgerDamaged
      ? new LedgerDamaged(`Cannot copy ledger "${from}" to "${to}": ${error.message}`)
      : error;
  }
}

async function copyPages(from: string, part: string): Promise<void> {
  // Whoever opens a log read-only cannot tidy it up, and leaves files that others may not open.
  const source = openDatabase(from, (database) => {
    // One moment of it: else SQLite begins anew whenever a gateway writes, and on a busy site for ever.
    database.exec("BEGIN");
    // The first look at the file: here SQLite finds out that it is none of its own.
    versionOf(database);
    return database;
  });
  try {
    await backup(source, part);
  } finally {
    source.close();
  }
}

/** Any SQLite file is sound; a ledger has taken at least one migration. */
function assertIsLedger(version: number, path: string): void {
  if (version < 1) throw new LedgerDamaged(`"${path}" is no ledger`);
}

/**
 * Copies the ledger away, so that there is one at its place at every moment; and before anybody opens
 * it, since SQLite throws away the log of a database that it cannot read.
 */
function keepAside(path: string): string {
  const aside = freeName(`${path}.replaced`);
  try {
    copyFile(path, aside);
    if (exists(`${path}-wal`)) copyFile(`${path}-wal`, `${aside}-wal`);
    assertNotInUse(path);
  } catch (error) {
    for (const suffix of ["", "-wal"]) remove(aside + suffix);
    throw error;
  }
  // What belongs to the old pages must not be worked into the new ones.
  for (const suffix of SIDE_FILES) remove(path + suffix);
  return aside;
}

function copyFile(from: string, to: string): void {
  makePrivate(to);
  Deno.copyFileSync(from, to);
  syncPath(to);
}

/**
 * Whoever has a database with WAL open holds a shared lock, so an exclusive one says that nobody has.
 * Letting go of it works the WAL into the database. A file that is damaged nobody could have open.
 */
function assertNotInUse(path: string): void {
  try {
    openDatabase(path, (database) => {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
      database.close();
    });
  } catch (error) {
    if (error instanceof LedgerDamaged) return;
    if (!(error instanceof Error) || !/locked/.test(error.message)) throw error;
    throw new LedgerInUse(`Cannot restore ledger "${path}": a gateway has it open`);
  }
}

function freeName(path: string): string {
  let name = path;
  for (let count = 2; exists(name); count++) name = `${path}-${count}`;
  return name;
}

function putInPlace(part: string, path: string): void {
  Deno.renameSync(part, path);
  // The rename is on disk when the folder is.
  if (Deno.build.os !== "windows") syncPath(folderOf(path), { read: true });
}

function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end + 1);
}

/** Brings a file, or a folder opened for reading, to disk. */
export function syncPath(path: string, mode: Deno.OpenOptions = { read: true, write: true }): void {
  const file = Deno.openSync(path, mode);
  try {
    file.syncSync();
  } finally {
    file.close();
  }
}

function remove(path: string): void {
  if (exists(path)) Deno.removeSync(path);
}
