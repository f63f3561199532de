import type { OutboxStore } from "../../src/outbox/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Scenario } from "./scenario.ts";

/** What is under the disk of a world, from one run of the gateway to the next. */
export interface WorldStore {
  /** As the gateway's newest run opened it. */
  readonly store: OutboxStore;
  /** The machine was switched off: whatever was open is closed, and opened again. */
  reopen(): Promise<void>;
  remove(): Promise<void>;
}

/** Opens the double in memory, or the real ledger in a folder of its own. */
export async function openWorldStore(kind: Scenario["disk"]): Promise<WorldStore> {
  if (kind === "memory") {
    return { store: createMemoryStore(), reopen: async () => {}, remove: async () => {} };
  }
  const folder = await Deno.makeTempDir({ prefix: "sangam-sim-" });
  const path = `${folder}/ledger.db`;
  let ledger = openLedger(path);
  let isOpen = true;

  async function close(): Promise<void> {
    if (isOpen) await ledger.close();
    isOpen = false;
  }

  return {
    store: {
      load: (nowWallMs) => ledger.load(nowWallMs),
      commit: (batch) => ledger.commit(batch),
      rows: (ids) => ledger.rows(ids),
      transactions: (query) => ledger.transactions(query),
      sessionPage: (page) => ledger.sessionPage(page),
      factPage: (page) => ledger.factPage(page),
      factSums: (time, by) => ledger.factSums(time, by),
      signedReadings: (id) => ledger.signedReadings(id),
      damaged: () => ledger.damaged(),
      close,
    },
    async reopen() {
      await close();
      ledger = openLedger(path);
      isOpen = true;
    },
    async remove() {
      await close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
