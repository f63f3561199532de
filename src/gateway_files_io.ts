import type { FileRules, FilesOptions } from "./files/mod.ts";
import { createBringer } from "./files/bringer_io.ts";
import { createFetcher } from "./files/fetcher_io.ts";
import { openFileStore } from "./files/file_store_io.ts";
import { serveByFtp } from "./files/ftp_counter_io.ts";
import { serveByHttp } from "./files/http_counter_io.ts";
import type { FilePorts } from "./gateway_files_options.ts";
import type { Log } from "./lib/log.ts";

/** A file server that says nothing for so long has gone. */
const FETCH_IDLE_MS = 30_000;
/** Chargers are slow, and write to flash while they fetch. */
const SERVE_IDLE_MS = 120_000;

/** The network and the disk of files. */
export function createFilePorts(
  options: FilesOptions,
  rules: FileRules,
  folder: string,
  log: Log,
): FilePorts {
  return {
    fetcher: createFetcher({
      rules: () => rules,
      ca: options.ca,
      idleMs: FETCH_IDLE_MS,
      bytesMax: options.bytesMax,
    }),
    bringer: createBringer({ rules: () => rules, ca: options.ca, idleMs: FETCH_IDLE_MS }),
    store: openFileStore(folder),
    logStore: openFileStore(`${folder}/logs`),
    rules,
    async serve(counter) {
      const common = { idleMs: SERVE_IDLE_MS };
      const http = options.http === null
        ? null
        : await serveByHttp({ ...common, ...options.http }, counter, log);
      try {
        const ftp = options.ftp === null
          ? null
          : await serveByFtp({ ...common, ...options.ftp }, counter, log);
        return {
          httpPort: http?.port ?? null,
          ftpPort: ftp?.port ?? null,
          async stop() {
            await Promise.all([http?.stop(), ftp?.stop()]);
          },
        };
      } catch (error) {
        await http?.stop();
        throw error;
      }
    },
  };
}
