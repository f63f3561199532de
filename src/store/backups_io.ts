import { assertSound, LedgerDamaged, openDatabase } from "./_ledger_file_io.ts";
import { exists, versionOf } from "./database_file_io.ts";
import { backUpLedger } from "./backup_io.ts";
import { LEDGER_MIGRATIONS } from "./migrations.ts";

/** A backup in a folder of backups. */
export interface Backup {
  readonly path: string;
  /** Counts up, so that the newest is known whatever the machine's clock said. */
  readonly number: number;
  /** When it was made, by the wall clock of that time. */
  readonly madeMs: number;
}

/** Which backup to make. */
export interface BackupRequest {
  readonly ledger: string;
  readonly folder: string;
  /** How many backups stay in the folder. */
  readonly keep: number;
  readonly nowWallMs: number;
}

const NAME = /^ledger-(\d{8})-(\d{4}-\d{2}-\d{2}T)(\d{2})(\d{2})(\d{2})Z\.db$/;

/** The backups in a folder, the newest first; none where there is no such folder. */
export function listBackups(folder: string): readonly Backup[] {
  if (!exists(folder)) return [];
  return [...Deno.readDirSync(folder)].flatMap(({ name }): Backup[] => {
    const [, number, day, hours, minutes, seconds] = NAME.exec(name) ?? [];
    if (number === undefined) return [];
    const madeMs = Date.parse(`${day}${hours}:${minutes}:${seconds}Z`);
    return [{ path: `${folder}/${name}`, number: Number(number), madeMs }];
  }).toSorted((a, b) => b.number - a.number);
}

/**
 * Copies the ledger, which may be in use, into the folder, and removes the oldest backups beyond
 * `keep`. Returns the path of the new one.
 *
 * @throws {LedgerDamaged} the ledger is not sound; the older backups are all kept then
 */
export async function makeBackup(
  ledger: string,
  folder: string,
  { keep, nowWallMs }: Pick<BackupRequest, "keep" | "nowWallMs">,
): Promise<string> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const number = String((listBackups(folder)[0]?.number ?? 0) + 1).padStart(8, "0");
  const time = new Date(nowWallMs).toISOString().slice(0, 19).replaceAll(":", "");
  const path = `${folder}/ledger-${number}-${time}Z.db`;
  await backUpLedger(ledger, path);
  for (const old of listBackups(folder).slice(keep)) await Deno.remove(old.path);
  return path;
}

/** The newest backup in a folder that is whole; null where none is. */
export function newestSoundBackup(folder: string): Backup | null {
  return listBackups(folder).find(({ path }) => isSound(path)) ?? null;
}

function isSound(path: string): boolean {
  try {
    return openDatabase(path, (database) => {
      assertSound(database, path, "quick_check");
      const version = versionOf(database);
      database.close();
      return version >= 1 && version <= LEDGER_MIGRATIONS.length;
    });
  } catch (error) {
    if (error instanceof LedgerDamaged) return false;
    throw error;
  }
}

/** True for a ledger that opening it would bring to a new form. */
export function awaitsMigration(ledger: string): boolean {
  if (!exists(ledger)) return false;
  const version = openDatabase(ledger, (database) => {
    const taken = versionOf(database);
    database.close();
    return taken;
  });
  return version >= 1 && version < LEDGER_MIGRATIONS.length;
}
