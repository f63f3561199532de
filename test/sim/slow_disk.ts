import { type Clock, sleep } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";

/** A disk that takes its time, so that the power can go out while it writes. */
export interface SlowDisk extends OutboxStore {
  /** The power goes out: of what was being written some is there afterwards, and some is not. */
  losePower(): void;
}

const SLOWEST_MS = 40;

/** Puts a slow disk under a store. Whoever writes waits for one batch before the next. */
export function createSlowDisk(store: OutboxStore, clock: Clock, ids: Ids): SlowDisk {
  let run = 0;
  return {
    ...store,
    async commit(batch) {
      const ownRun = run;
      await sleep(clock, 1 + ids.random() * SLOWEST_MS);
      const isLost = ownRun !== run && ids.random() < 0.5;
      // Who waits for it has no power either.
      if (isLost) return await new Promise<never>(() => {});
      await store.commit(batch);
    },
    losePower: () => void run++,
  };
}
