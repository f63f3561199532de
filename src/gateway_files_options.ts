import type { Bringer, Fetcher, FileCounter, FileRules, FileStore } from "./files/mod.ts";

/** The outside world of files. */
export interface FilePorts {
  readonly fetcher: Fetcher;
  readonly bringer: Bringer;
  readonly store: FileStore;
  /** Of logs that are on their way; beside the firmware. */
  readonly logStore: FileStore;
  /** From where files may come, and to where they may go. */
  readonly rules: FileRules;
  /** Opens the servers at which chargers fetch and bring. */
  serve(counter: FileCounter): Promise<FileServers>;
}

/** Where they listen; null: they do not. */
export interface FileServers {
  readonly httpPort: number | null;
  readonly ftpPort: number | null;
  stop(): Promise<void>;
}
