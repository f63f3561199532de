import type { DatabaseSync } from "node:sqlite";
import {
  exists,
  inTransaction,
  isDamage,
  makePrivate,
  openFile,
  SIDE_FILES,
  versionOf,
} from "../store/database_file_io.ts";

/** A database that is opened when it is first needed, and begun anew where it cannot be read. */
export interface SetAsideFile {
  attempt<T>(work: (on: DatabaseSync) => T): Promise<T>;
  /** Where what could not be read is kept, since it was last asked; null: it could be read. */
  begunAnew(): string | null;
  close(): Promise<void>;
}

/** What is in the file. */
export interface FileShape {
  /** A file of any other version is set aside. */
  readonly version: number;
  /** Makes a new file so; sets its version too. */
  readonly create: string;
  /** What came later, in words that change nothing where it is there. */
  readonly later?: string;
  /** Of files that were set aside: the last one alone, unless said otherwise. */
  readonly keeps?: Kept;
}

/** "every" is for what is worth having for ever, and grows with each file. */
export type Kept = "last" | "every";

/**
 * Opens a file through a log (WAL) that is not synced with each write: the last minutes may be lost
 * with the power, and nothing else. A file that is damaged or of another shape is set aside (see
 * `keepAside`), and one that was deleted is begun anew.
 */
export function openSetAside(path: string, what: string, shape: FileShape): SetAsideFile {
  let open: DatabaseSync | null = null;
  let aside: string | null = null;
  let isClosed = false;

  function database(): DatabaseSync {
    if (isClosed) throw new Error(`${what} is closed`);
    if (open !== null && !exists(path)) letGo();
    open ??= openShaped(path, shape);
    return open;
  }

  function letGo(): void {
    open?.close();
    open = null;
  }

  return {
    /** What cannot be read is put away, and the work is tried once more on an empty file. */
    attempt: (work) =>
      new Promise((resolve) => {
        try {
          resolve(work(database()));
        } catch (error) {
          if (isClosed || !isDamage(error) && !(error instanceof OtherShape)) throw error;
          letGo();
          aside = keepAside(path, shape.keeps ?? "last");
          resolve(work(database()));
        }
      }),
    begunAnew() {
      const told = aside;
      aside = null;
      return told;
    },
    close() {
      isClosed = true;
      return new Promise((resolve) => resolve(letGo()));
    },
  };
}

/** Thrown for a file of another version, older or newer. */
class OtherShape extends Error {
  override readonly name = "OtherShape";
}

function openShaped(path: string, { version, create, later }: FileShape): DatabaseSync {
  makePrivate(path);
  return openFile(path, (database) => {
    database.exec(`
      PRAGMA busy_timeout = 100;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA journal_size_limit = 4194304;
    `);
    const found = versionOf(database);
    if (found === 0) inTransaction(database, () => database.exec(create));
    else if (found !== version) throw new OtherShape(`"${path}" has version ${found}`);
    if (later !== undefined) database.exec(later);
    return database;
  });
}

/** Renames a file to "….damaged", over the one of before, or to "….damaged-N", and says to what. */
export function keepAside(path: string, keeps: Kept): string {
  const kept = keeps === "last" ? `${path}.damaged` : unusedName(path);
  for (const suffix of ["", ...SIDE_FILES]) {
    if (exists(kept + suffix)) Deno.removeSync(kept + suffix);
    if (exists(path + suffix)) Deno.renameSync(path + suffix, kept + suffix);
  }
  return kept;
}

function unusedName(path: string): string {
  let number = 1;
  while (exists(`${path}.damaged-${number}`)) number++;
  return `${path}.damaged-${number}`;
}
