import { type Clock, every, sleep } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSample, SiteEvents } from "../site/mod.ts";
import { createStoreWatch, type StoreWords } from "./_store_watch.ts";
import { createQuarterBuilder, type QuarterBuilder } from "./_quarter_builder.ts";
import type { HistoryStore, QuarterFilter } from "./history_store.ts";
import {
  type CounterPosition,
  joinedQuarters,
  QUARTER_MS,
  type QuarterValue,
} from "./quarter_value.ts";

/** What every meter measured, by quarters of an hour, for ever. */
export interface EnergyHistory {
  /** Reads where the counters stood; from then on it hears the meters. */
  start(): Promise<void>;
  /** Writes what is not written yet, and lets go of the store. */
  stop(): Promise<void>;
  /** Oldest first, also what is not on disk yet; quarters in which nothing was read are not in it. */
  quarters(filter: QuarterFilter): Promise<readonly QuarterValue[]>;
}

/** What it works with. */
export interface HistoryPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly store: HistoryStore;
  /** False while the disk is wanted for sessions. */
  readonly mayWrite: () => boolean;
}

const LOOK_MS = 60_000;
/** A slow meter tells of a quarter when the next has begun; all are written together, once. */
const WAIT_MS = 240_000;
/** Two days of a large site wait for a disk; then the oldest go. */
const UNWRITTEN_MAX = 5_000;
/** So much is read at once; then others have a turn. */
const READ_MS = 8 * 24 * 3_600_000;

const WORDS: StoreWords = {
  name: "history",
  failing: (error) =>
    `The history of meters cannot be kept: ${error}. It is tried again; ` +
    "sessions are not touched by it",
  works: "The history of meters is kept again",
  damaged: {
    severity: "warning",
    text: (aside) =>
      `The history of meters could not be read and is kept as ${aside}. A new one was begun`,
  },
};

/** Creates it; nothing is heard before `start`. */
export function createEnergyHistory(ports: HistoryPorts): EnergyHistory {
  const { clock, log, events, store } = ports;
  const watch = createStoreWatch(ports, WORDS);
  const builders = new Map<string, QuarterBuilder>();
  let starts = new Map<string, CounterPosition>();
  let unwritten = new Map<string, QuarterValue>();
  let positions = new Map<string, CounterPosition>();
  let writing: Promise<void> = Promise.resolve();
  let endings: (() => void)[] = [];

  function add(sample: MeterSample): void {
    const { meterId, atMonoMs } = sample;
    const builder = builders.get(meterId) ??
      createQuarterBuilder(meterId, starts.get(meterId) ?? null);
    builders.set(meterId, builder);
    // By the site's clock, which may be another than the machine's.
    builder.add(sample, clock.wallMs() - Math.max(0, clock.monoMs() - atMonoMs));
  }

  /** Puts what is over in line for the disk. */
  function gather(isLast: boolean): void {
    const nowMs = clock.wallMs();
    // A quarter that is to come was measured before the clock was set back.
    const isOver = (quarterMs: number) =>
      isLast || quarterMs + QUARTER_MS + WAIT_MS <= nowMs || quarterMs > nowMs;
    for (const builder of builders.values()) {
      for (const { value, position } of builder.take(isOver)) {
        const key = `${value.quarterMs} ${value.meterId}`;
        const before = unwritten.get(key);
        unwritten.set(key, before === undefined ? value : joinedQuarters(before, value));
        positions.set(position.meterId, position);
      }
    }
    if (unwritten.size > UNWRITTEN_MAX) {
      log("warning", "history_lost", { quarters: unwritten.size - UNWRITTEN_MAX });
      unwritten = new Map([...unwritten].slice(-UNWRITTEN_MAX));
    }
  }

  async function write(isLast: boolean): Promise<void> {
    gather(isLast);
    if (unwritten.size === 0 || !ports.mayWrite()) return;
    const batch = { quarters: [...unwritten.values()], positions: [...positions.values()] };
    try {
      await store.write(batch);
      for (const each of batch.quarters) unwritten.delete(`${each.quarterMs} ${each.meterId}`);
      positions = new Map();
      watch.works();
    } catch (error) {
      watch.fails(error);
    }
    watch.begunAnew(store.begunAnew());
  }

  /** One after the other: what is being written is not written twice. */
  function writeNext(isLast = false): Promise<void> {
    writing = writing.then(() => write(isLast));
    return writing;
  }

  /** What is in memory of a meter's quarters. */
  function fresh({ meterId, fromMs, toMs }: QuarterFilter): readonly QuarterValue[] {
    return [...unwritten.values(), ...builders.get(meterId)?.peek() ?? []].filter((each) =>
      each.meterId === meterId && each.quarterMs >= fromMs && each.quarterMs < toMs
    );
  }

  return {
    async start() {
      try {
        starts = new Map((await store.positions()).map((each) => [each.meterId, each]));
      } catch (error) {
        watch.fails(error);
      }
      watch.begunAnew(store.begunAnew());
      endings = [
        events.on("sample", add),
        every(clock, LOOK_MS, () => ports.spawn("write history", () => writeNext())),
      ];
    },
    async stop() {
      for (const end of endings) end();
      await writeNext(true);
      try {
        await store.close();
      } catch (error) {
        log("warning", "history_not_closed", { error: errorText(error) });
      }
    },
    async quarters(filter) {
      await writing;
      const found = new Map<number, QuarterValue>();
      try {
        const range = await store.range(filter.meterId);
        const startMs = Math.max(filter.fromMs, range?.firstMs ?? Infinity);
        const endMs = Math.min(filter.toMs, (range?.lastMs ?? 0) + 1);
        for (let fromMs = startMs; fromMs < endMs; fromMs += READ_MS) {
          if (fromMs > startMs) await sleep(clock, 0);
          const toMs = Math.min(fromMs + READ_MS, endMs);
          for (const each of await store.quarters({ ...filter, fromMs, toMs })) {
            found.set(each.quarterMs, each);
          }
        }
      } catch (error) {
        watch.fails(error);
      }
      for (const each of fresh(filter)) {
        const before = found.get(each.quarterMs);
        found.set(each.quarterMs, before === undefined ? each : joinedQuarters(before, each));
      }
      return [...found.values()].sort((left, right) => left.quarterMs - right.quarterMs);
    },
  };
}
