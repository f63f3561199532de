import type { Clock } from "../lib/clock.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { LedgerWrite, OutboxStore } from "./ledger.ts";
import { forReserve } from "./reserve.ts";

/**
 * The way to the disk. Memory runs ahead of it: a room changes its state, hands the writes in, and
 * answers whoever asked only when `commit` resolves. Should the disk refuse, the writes stay in line
 * and are tried again, and nobody is answered meanwhile; so memory and disk never part for good.
 */
export interface Journal {
  /** Resolves when the writes are on disk for good. */
  commit(writes: readonly LedgerWrite[]): Promise<void>;
  /**
   * The same for writes that may share the sync of others: they go to disk with the next `commit`,
   * or after `withinMs`. A sync costs a flash disk far more than what is in it.
   */
  commitWithin(writes: readonly LedgerWrite[], withinMs: number): Promise<void>;
  /** Batches that are not on disk yet. */
  waiting(): number;
  /** What the disk last said; null while it works. */
  trouble(): string | null;
  /** Sees to it that all that was handed in so far goes to disk now, and resolves when it is there. */
  flush(): Promise<void>;
  /** Resolves when all that was handed in so far is on disk; hurries nothing. */
  settled(): Promise<void>;
  /** Tries no more: what is not on disk by now never will be, and nobody is answered for it. */
  close(): void;
}

export interface JournalOptions {
  readonly retryMs: number;
  /** Called each time the disk refuses; what can be done about it can be done before the next try. */
  readonly refused?: () => void;
  /** Called each time the disk has taken what was to be kept. */
  readonly written?: (tookMs: number) => void;
  /** True while only the reserve of the disk is left, which is for ends of sessions. */
  readonly isReserveOnly?: () => boolean;
}

interface Batch {
  readonly writes: readonly LedgerWrite[];
  readonly done: () => void;
  /** Until this moment (monotonic) it may wait for others. */
  readonly dueMs: number;
}

/** Creates the journal of a store. */
export function createJournal(
  store: OutboxStore,
  ports: { readonly clock: Clock; readonly log: Log; readonly spawn: Spawner },
  options: JournalOptions = { retryMs: 1000 },
): Journal {
  let queue: Batch[] = [];
  let underWay = 0;
  let writing = false;
  let trouble: string | null = null;
  let isClosed = false;
  let cancelTimer = () => {};

  function inLine(writes: readonly LedgerWrite[], dueMs: number): Promise<void> {
    return new Promise((done) => {
      queue.push({ writes, done, dueMs });
      if (!writing) startWhenDue();
    });
  }

  function startWhenDue(): void {
    cancelTimer();
    cancelTimer = () => {};
    if (queue.length === 0 || isClosed) return;
    const waitMs = earliestMs() - ports.clock.monoMs();
    if (waitMs <= 0) start();
    else cancelTimer = ports.clock.after(waitMs, start);
  }

  function earliestMs(): number {
    return queue.reduce((least, { dueMs }) => Math.min(least, dueMs), Infinity);
  }

  function start(): void {
    writing = true;
    ports.spawn("journal", writeAll);
  }

  /** Everything that came in while the last batch was written goes to disk together. */
  async function writeAll(): Promise<void> {
    // One microtask later, so that all that one event of the loop hands in shares one sync.
    await Promise.resolve();
    while (earliestMs() <= ports.clock.monoMs()) {
      const group = takeGroup();
      if (group.length === 0) return tryLater();
      underWay = group.length;
      const isWritten = await written(group.flatMap((batch) => batch.writes));
      underWay = 0;
      if (!isWritten) {
        queue = [...group, ...queue];
        return tryLater();
      }
      for (const { done } of group) done();
    }
    writing = false;
    startWhenDue();
  }

  function takeGroup(): readonly Batch[] {
    const { goes, stays } = options.isReserveOnly?.() === true
      ? forReserve(queue)
      : { goes: queue, stays: [] };
    queue = stays;
    // Whoever can make room is told that something waits for it.
    if (goes.length === 0) options.refused?.();
    return goes;
  }

  function tryLater(): void {
    if (!isClosed) cancelTimer = ports.clock.after(options.retryMs, start);
  }

  async function written(writes: readonly LedgerWrite[]): Promise<boolean> {
    if (writes.length === 0) return true;
    const beganMs = ports.clock.monoMs();
    try {
      await store.commit(writes);
      options.written?.(ports.clock.monoMs() - beganMs);
      if (trouble !== null) ports.log("info", "ledger_recovered");
      trouble = null;
      return true;
    } catch (error) {
      const text = errorText(error);
      if (trouble !== text) ports.log("error", "ledger_write_failed", { error: text });
      trouble = text;
      options.refused?.();
      return false;
    }
  }

  const isIdle = () => !writing && queue.length === 0;
  return {
    commit: (writes) =>
      writes.length === 0 ? Promise.resolve() : inLine(writes, ports.clock.monoMs()),
    commitWithin: (writes, withinMs) =>
      writes.length === 0 ? Promise.resolve() : inLine(writes, ports.clock.monoMs() + withinMs),
    waiting: () => underWay + queue.length,
    trouble: () => trouble,
    // A batch with nothing in it comes to its turn when all before it has been written.
    flush: () => isIdle() ? Promise.resolve() : inLine([], ports.clock.monoMs()),
    settled() {
      if (isIdle()) return Promise.resolve();
      return inLine([], queue.length === 0 ? ports.clock.monoMs() : earliestMs());
    },
    close() {
      isClosed = true;
      cancelTimer();
    },
  };
}
