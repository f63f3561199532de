import { openLedger } from "../../src/store/ledger_io.ts";
import { createMemoryStore } from "../../src/store/mod.ts";
import { outboxStoreContract } from "./outbox_store.ts";

outboxStoreContract("the store in memory", () =>
  Promise.resolve({
    store: createMemoryStore(),
    remove: () => Promise.resolve(),
  }));

outboxStoreContract("the ledger on disk", async () => {
  const folder = await Deno.makeTempDir();
  return {
    store: openLedger(`${folder}/ledger.db`),
    remove: () => Deno.remove(folder, { recursive: true }),
  };
});
