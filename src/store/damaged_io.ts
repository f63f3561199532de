import { isoTime } from "../lib/clock.ts";
import { exists, SIDE_FILES } from "./database_file_io.ts";
import { restoreLedger } from "./backup_io.ts";
import { newestSoundBackup } from "./backups_io.ts";
import { openLedger } from "./ledger_io.ts";
import { salvage } from "./salvage_io.ts";

/**
 * Keeps a damaged ledger, which nobody may have open, as `kept`, and puts in its place the newest
 * backup that is sound, with what can still be read of the damaged one. That is put together beside
 * it: should the power go out or the disk refuse, the damaged one is still there, and the next start
 * begins anew. Says in words what stands there now, and what may be missing.
 */
export async function replaceDamaged(
  ledger: string,
  kept: string,
  backups: string,
): Promise<string> {
  const next = `${ledger}.next`;
  for (const suffix of ["", ...SIDE_FILES]) remove(next + suffix);
  for (const suffix of ["", "-wal"]) keep(ledger + suffix, kept + suffix);
  const backup = newestSoundBackup(backups);
  if (backup !== null) await restoreLedger(backup.path, next);
  await openLedger(next).close();
  const { sessions, rows } = salvage(kept, next);
  // What belongs to the old pages must not be worked into the new ones.
  for (const suffix of SIDE_FILES) remove(ledger + suffix);
  Deno.renameSync(next, ledger);
  const read = `${sessions} sessions and ${rows} records for the CSMS were read from it`;
  return backup === null
    ? `There was no backup; ${read}. Sessions, settings and users may be missing`
    : `The backup of ${isoTime(backup.madeMs)} is in its place; ${read}. ` +
      "What happened after that backup may be missing";
}

/** A second name takes no room, which a copy would; not every file system can give one. */
function keep(path: string, kept: string): void {
  if (!exists(path)) return;
  try {
    Deno.linkSync(path, kept);
  } catch {
    Deno.copyFileSync(path, kept);
  }
}

function remove(path: string): void {
  if (exists(path)) Deno.removeSync(path);
}
