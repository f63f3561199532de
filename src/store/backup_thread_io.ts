import type { ArchiveOrder } from "./archive_io.ts";
import type { BackupRequest } from "./backups_io.ts";

/** What the worker is asked for. */
export type BackupTask =
  | { readonly kind: "ledger"; readonly request: BackupRequest }
  | { readonly kind: "archive"; readonly to: string; readonly order: ArchiveOrder };

/** What the worker says, once. */
export type BackupWord =
  | { readonly kind: "made"; readonly path: string }
  | { readonly kind: "failed"; readonly text: string };

const MODULE = new URL("./backup_worker_io.ts", import.meta.url);

/**
 * `makeBackup` in a thread of its own: copying a large ledger and looking through the copy takes
 * seconds, in which SQLite lets nobody else have a turn, and chargers wait for answers.
 *
 * @throws an `Error` with the words of what `makeBackup` threw
 */
export function makeBackupAside(request: BackupRequest): Promise<string> {
  return done({ kind: "ledger", request });
}

/**
 * `writeArchive` in a thread of its own, for the same reason.
 *
 * @throws an `Error` with the words of what `writeArchive` threw
 */
export async function writeArchiveAside(to: string, order: ArchiveOrder): Promise<void> {
  await done({ kind: "archive", to, order });
}

async function done(task: BackupTask): Promise<string> {
  const worker = new Worker(MODULE, { type: "module" });
  try {
    const word = await wordOf(worker, task);
    if (word.kind === "failed") throw new Error(word.text);
    return word.path;
  } finally {
    worker.terminate();
  }
}

function wordOf(worker: Worker, task: BackupTask): Promise<BackupWord> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<BackupWord>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({ kind: "failed", text: event.message });
    };
    worker.postMessage(task);
  });
}
