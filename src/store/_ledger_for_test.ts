import { DatabaseSync } from "node:sqlite";

/** Runs a test in a folder of its own. `path` is where the ledger goes. */
export function ledgerTest(name: string, body: (path: string) => Promise<void> | void): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(`${folder}/ledger.db`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** Does something to the file behind the store's back. */
export function tamper<T>(path: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
