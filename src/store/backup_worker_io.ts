/** A worker that makes the backup it is asked for; see backup_thread_io.ts. */
import { errorText } from "../lib/log.ts";
import { makeBackup } from "./backups_io.ts";
import type { BackupTask, BackupWord } from "./backup_thread_io.ts";

/** The side of a worker that looks inside: its types stand in a library that fits no other module. */
interface Inside {
  onmessage: (event: MessageEvent<BackupTask>) => Promise<void>;
  postMessage(word: BackupWord): void;
}

const inside = globalThis as unknown as Inside;

inside.onmessage = async ({ data }) => {
  try {
    inside.postMessage({ kind: "made", path: await make(data) });
  } catch (error) {
    inside.postMessage({ kind: "failed", text: errorText(error) });
  }
};

async function make(task: BackupTask): Promise<string> {
  if (task.kind === "ledger") {
    const { ledger, folder, ...options } = task.request;
    return await makeBackup(ledger, folder, options);
  }
  // Loaded where it is needed: the copy of each night packs nothing.
  const { writeArchive } = await import("./archive_io.ts");
  await writeArchive(task.to, task.order);
  return task.to;
}
