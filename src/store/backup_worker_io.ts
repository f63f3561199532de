/** A worker that makes the backup it is asked for; see backup_thread_io.ts. */
import { errorText } from "../lib/log.ts";
import { type BackupRequest, makeBackup } from "./backups_io.ts";
import type { BackupWord } from "./backup_thread_io.ts";

/** The side of a worker that looks inside: its types stand in a library that fits no other module. */
interface Inside {
  onmessage: (event: MessageEvent<BackupRequest>) => Promise<void>;
  postMessage(word: BackupWord): void;
}

const inside = globalThis as unknown as Inside;

inside.onmessage = async ({ data: { ledger, folder, ...options } }) => {
  try {
    inside.postMessage({ kind: "made", path: await makeBackup(ledger, folder, options) });
  } catch (error) {
    inside.postMessage({ kind: "failed", text: errorText(error) });
  }
};
