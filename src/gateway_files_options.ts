import type { Fetcher, FileCounter, FileStore } from "./files/mod.ts";

/** The outside world of files. */
export interface FilePorts {
  readonly fetcher: Fetcher;
  readonly store: FileStore;
  /** Opens the servers at which chargers fetch and bring. */
  serve(counter: FileCounter): Promise<FileServers>;
}

/** Where they listen; null: they do not. */
export interface FileServers {
  readonly httpPort: number | null;
  readonly ftpPort: number | null;
  stop(): Promise<void>;
}
