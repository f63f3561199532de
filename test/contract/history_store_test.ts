import { openHistoryFile } from "../../src/telemetry/history_file_io.ts";
import { createMemoryHistory } from "../../src/telemetry/mod.ts";
import { historyStoreContract } from "./history_store.ts";

historyStoreContract(
  "history in memory",
  () => Promise.resolve({ store: createMemoryHistory(), remove: () => Promise.resolve() }),
);

historyStoreContract("history on disk", async () => {
  const folder = await Deno.makeTempDir();
  return {
    store: openHistoryFile(`${folder}/history.db`),
    remove: () => Deno.remove(folder, { recursive: true }),
  };
});
