import type { LedgerWrite, OutboxStore } from "../../src/outbox/mod.ts";

/** One thing that is asked of a store: the `nth` of its kind, from 1 on. */
export interface StoreCall {
  readonly kind: "commit" | "rows";
  readonly nth: number;
}

/** What becomes of it. */
export type CallFate =
  | "done"
  /** It says that it failed, and nothing has happened. */
  | "failed"
  /** It says that it failed, and it was done: the error came late. */
  | "done-and-failed"
  /** The power goes out first, or as soon as it is done. Nobody hears of either. */
  | "cut-before"
  | "cut-after";

/** How such a store behaves. */
export interface CountedStoreOptions {
  readonly fate: (call: StoreCall) => CallFate;
  /** The power goes out. */
  readonly cut: () => void;
  /** A batch is there for good. */
  readonly committed: (batch: readonly LedgerWrite[]) => void;
}

/** Puts over a store one that counts in `asked` what it is asked, and fails where it is told to. */
export function createCountedStore(
  store: OutboxStore,
  asked: Record<StoreCall["kind"], number>,
  { fate, cut, committed }: CountedStoreOptions,
): OutboxStore {
  const never = new Promise<never>(() => {});

  async function ask<T>(kind: StoreCall["kind"], work: () => Promise<T>): Promise<T> {
    const outcome = fate({ kind, nth: ++asked[kind] });
    if (outcome === "failed") throw new Error("disk I/O error");
    if (outcome === "cut-before") {
      cut();
      return await never;
    }
    const value = await work();
    if (outcome === "done-and-failed") throw new Error("disk I/O error, late");
    if (outcome === "cut-after") {
      cut();
      return await never;
    }
    return value;
  }

  return {
    ...store,
    commit: (batch) =>
      ask("commit", async () => {
        await store.commit(batch);
        committed(batch);
      }),
    rows: (ids) => ask("rows", () => store.rows(ids)),
  };
}
