import { type Clock, sleep } from "../../src/lib/clock.ts";
import { createMemoryStore, type MemoryStore } from "../../src/store/memory.ts";

/** A store in memory whose disk takes as long for a batch as the test says. */
export interface SlowStore extends MemoryStore {
  /** How long each batch takes from now on, ms. */
  commitMs: number;
}

/** An empty one, quick at first. */
export function createSlowStore(clock: Clock): SlowStore {
  const memory = createMemoryStore();
  const slow: SlowStore = {
    ...memory,
    commitMs: 0,
    async commit(batch) {
      if (slow.commitMs > 0) await sleep(clock, slow.commitMs);
      await memory.commit(batch);
    },
  };
  return slow;
}
