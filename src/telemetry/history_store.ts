import { createMemoryRecord, type RecordStore } from "./record_store.ts";
import { type CounterPosition, joinedQuarters, type QuarterValue } from "./quarter_value.ts";

/** What is written together. */
export interface HistoryBatch {
  /** Of a quarter of which something was written already, both become one. */
  readonly quarters: readonly QuarterValue[];
  /** Where counters stand when these quarters end. */
  readonly positions: readonly CounterPosition[];
}

/** Which quarters to look for. */
export interface QuarterFilter {
  readonly meterId: string;
  readonly fromMs: number;
  /** Before this moment. */
  readonly toMs: number;
}

/** From when to when there is something, by the beginnings of quarters. */
export interface QuarterRange {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Where the quarters of an hour of all meters, and the record of the site, are kept for ever. */
export interface HistoryStore extends RecordStore {
  /** Writes a batch in one transaction. Rejects where it cannot; nothing of it was written then. */
  write(batch: HistoryBatch): Promise<void>;
  /** Oldest first. */
  quarters(filter: QuarterFilter): Promise<readonly QuarterValue[]>;
  /** Of every meter that was ever written. */
  positions(): Promise<readonly CounterPosition[]>;
  /** The first and the last quarter of a meter; null for a meter that was never written. */
  range(meterId: string): Promise<QuarterRange | null>;
  /** Where what could not be read any more is kept, since it was last asked; null: it could be read. */
  begunAnew(): string | null;
  close(): Promise<void>;
}

/** A day of a large site: where nothing is kept over a restart there is no use in more. */
const QUARTERS_MAX = 2_500;

/** History in memory, for tests, simulation and wherever there is no disk for it. */
export function createMemoryHistory(quartersMax = QUARTERS_MAX): HistoryStore {
  const quarters = new Map<string, QuarterValue>();
  const positions = new Map<string, CounterPosition>();
  const of = (meterId: string) =>
    [...quarters.values()].filter((each) => each.meterId === meterId)
      .sort((left, right) => left.quarterMs - right.quarterMs);
  return {
    ...createMemoryRecord(),
    write(batch) {
      for (const each of batch.quarters) {
        const key = `${each.quarterMs} ${each.meterId}`;
        const before = quarters.get(key);
        quarters.set(key, before === undefined ? each : joinedQuarters(before, each));
      }
      for (const each of batch.positions) positions.set(each.meterId, each);
      for (const key of [...quarters.keys()].slice(0, -quartersMax)) quarters.delete(key);
      return Promise.resolve();
    },
    quarters: ({ meterId, fromMs, toMs }) =>
      Promise.resolve(
        of(meterId).filter(({ quarterMs }) => quarterMs >= fromMs && quarterMs < toMs),
      ),
    positions: () => Promise.resolve([...positions.values()]),
    range(meterId) {
      const own = of(meterId);
      const [first, last] = [own[0], own.at(-1)];
      if (first === undefined || last === undefined) return Promise.resolve(null);
      return Promise.resolve({ firstMs: first.quarterMs, lastMs: last.quarterMs });
    },
    begunAnew: () => null,
    close: () => Promise.resolve(),
  };
}
