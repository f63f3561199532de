import { type Clock, sleep } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { LedgerWrite, OutboxStore } from "../../src/outbox/mod.ts";

/** A disk that takes its time, can be full, can fail, and can lose its power while it writes. */
export interface Disk extends OutboxStore {
  /** The power goes out: of what was being written some is there afterwards, and some is not. */
  losePower(): void;
  /** While full, it takes nothing. */
  setFull(isFull: boolean): void;
  /** Fails once, at the n-th batch from now on; 1 is the next. */
  failAt(batch: number): void;
  /** Batches that were handed in since the beginning. */
  asked(): number;
}

/** How a disk behaves. */
export interface DiskOptions {
  /** A batch takes up to so long, in milliseconds. */
  readonly slowestMs: number;
  /** Called when a batch is there for good. */
  readonly committed: (batch: readonly LedgerWrite[]) => void;
}

/** Puts a disk like that under a store. Whoever writes waits for one batch before the next. */
export function createDisk(store: OutboxStore, clock: Clock, ids: Ids, options: DiskOptions): Disk {
  let run = 0;
  let asked = 0;
  let isFull = false;
  const failures = new Set<number>();
  return {
    ...store,
    async commit(batch) {
      const ownRun = run;
      const number = ++asked;
      await sleep(clock, 1 + ids.random() * (options.slowestMs - 1));
      const isLost = ownRun !== run && ids.random() < 0.5;
      // Who waits for it has no power either.
      if (isLost) return await new Promise<never>(() => {});
      if (isFull) throw new Error("database or disk is full");
      if (failures.delete(number)) throw new Error("disk I/O error");
      await store.commit(batch);
      options.committed(batch);
    },
    losePower: () => void run++,
    setFull: (value) => void (isFull = value),
    failAt: (batch) => void failures.add(asked + batch),
    asked: () => asked,
  };
}
