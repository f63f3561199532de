import type { CircuitLoad } from "../balancing/mod.ts";
import { type Clock, every } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { errorText, type Log } from "../lib/log.ts";
import { createRing } from "../lib/ring.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { DecisionEvent, SiteEvents } from "../site/mod.ts";
import { createStoreWatch, type StoreWords } from "./_store_watch.ts";
import { createMinuteSummaries, loadReadings, sampleReadings } from "./minute_summaries.ts";
import { createLimitRecord, type LimitChange, type SessionLimit } from "./limit_record.ts";
import {
  createSessionReadings,
  minuteReadings,
  type SessionNow,
  sessionQuantities,
  type SessionReading,
  type SessionReadingsFilter,
  slotSubject,
} from "./session_readings.ts";
import {
  type DecisionFilter,
  isWanted,
  type LimitFilter,
  type MinuteSummary,
  type SummaryFilter,
  type TelemetryStore,
} from "./telemetry_store.ts";

/** Keeps the record of decisions, and what was measured minute by minute. Nothing waits for it. */
export interface Telemetry {
  start(): void;
  /** Writes what is not written yet, and lets go of the store. */
  stop(): Promise<void>;
  /** Newest first: also those that are not on disk yet; without the disk the newest ones. */
  decisions(filter: DecisionFilter): Promise<readonly DecisionEvent[]>;
  /** The limits that a session had, oldest first: also those that are not on disk yet. */
  limits(filter: LimitFilter): Promise<readonly LimitChange[]>;
  /**
   * What a session was offered and drew, oldest first: minute by minute, the last ones one by one.
   * Where the disk was wanted for sessions a part is missing.
   */
  sessionReadings(filter: SessionReadingsFilter): Promise<readonly SessionReading[]>;
  /** The newest of them, as they are in memory. */
  recentReadings(transactionId: string): readonly SessionReading[];
  /** What was measured, oldest first; the last minutes are not in it. Nothing without the disk. */
  summaries(filter: SummaryFilter): Promise<readonly MinuteSummary[]>;
}

/** What it works with. */
export interface TelemetryPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly store: TelemetryStore;
  readonly circuits: () => readonly CircuitLoad[];
  /** The limit of every session that runs. */
  readonly sessionLimits: () => readonly SessionLimit[];
  /** The session that runs at an EVSE; null where none does. */
  readonly sessionAt: (slot: number) => SessionNow | null;
  /** False while the disk is wanted for sessions. */
  readonly mayWrite: () => boolean;
}

/** How it does it. */
export interface TelemetryOptions {
  /** What is older goes. */
  readonly keepMs: number;
}

/** One transaction so often: a sync costs a flash disk more than what is in it. */
const WRITE_MS = 60_000;
/** Bounds what chargers that ask all day can take of the memory. */
const UNWRITTEN_MAX = 5_000;
const RECENT_MAX = 500;
/** Two days of a session, minute by minute: nobody waits for more of one that a car never left. */
const SESSION_ROWS_MAX = 2 * 24 * 60 * 6;

const WORDS: StoreWords = {
  name: "telemetry",
  failing: (error) => `Telemetry cannot be written: ${error}. Sessions are not touched by it`,
  works: "Telemetry is written again",
  damaged: {
    severity: "info",
    text: (aside) =>
      `Old telemetry could not be read and is kept as ${aside}. No session was in it`,
  },
};

/** Creates it; it hears what happens from now on. */
export function createTelemetry(options: TelemetryOptions, ports: TelemetryPorts): Telemetry {
  const { clock, log, events, store } = ports;
  const watch = createStoreWatch(ports, WORDS);
  const summaries = createMinuteSummaries();
  const record = createLimitRecord();
  const readings = createSessionReadings();
  const recent = createRing<DecisionEvent>(RECENT_MAX);
  let unwritten: readonly DecisionEvent[] = [];
  let writing: Promise<void> = Promise.resolve();
  let stopTicks = () => {};

  events.on("decision", (decision) => {
    recent.push(decision);
    unwritten = [...unwritten.slice(1 - UNWRITTEN_MAX), decision];
  });
  events.on("sample", (sample) => {
    summaries.add(`meter ${sample.meterId}`, sampleReadings(sample), clock.wallMs());
  });
  events.on("measured", (measured) => {
    const session = ports.sessionAt(measured.slot);
    if (session === null) return;
    const reading = readings.add(session, measured, clock.wallMs());
    if (reading === null) return;
    summaries.add(slotSubject(measured.slot), sessionQuantities(reading), clock.wallMs());
  });
  events.on("circuits", () => {
    for (const load of ports.circuits()) {
      summaries.add(`circuit ${load.circuitId}`, loadReadings(load), clock.wallMs());
    }
    record.note(ports.sessionLimits(), clock.wallMs());
  });

  async function write(isLast: boolean): Promise<void> {
    const measured = summaries.take(clock.wallMs(), isLast);
    const decisions = unwritten;
    const limits = record.waiting();
    const count = decisions.length + measured.length + limits.length;
    if (!ports.mayWrite() || count === 0) return;
    try {
      const batch = { decisions, summaries: measured, limits };
      await store.write(batch, clock.wallMs() - options.keepMs);
      record.taken(limits);
      const written = new Set(decisions);
      unwritten = unwritten.filter((each) => !written.has(each));
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

  async function readOr<T>(otherwise: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      watch.fails(error);
      return otherwise;
    }
  }

  return {
    start() {
      stopTicks = every(clock, WRITE_MS, () => ports.spawn("write telemetry", () => writeNext()));
    },
    async stop() {
      stopTicks();
      await writeNext(true);
      try {
        await store.close();
      } catch (error) {
        log("warning", "telemetry_not_closed", { error: errorText(error) });
      }
    },
    async decisions(filter) {
      await writing;
      const fresh = unwritten.filter((each) => isWanted(each, filter)).toReversed();
      try {
        return [...fresh, ...await store.decisions(filter)].slice(0, filter.limit);
      } catch (error) {
        watch.fails(error);
        return recent.items().filter((each) => isWanted(each, filter)).toReversed()
          .slice(0, filter.limit);
      }
    },
    async limits(filter) {
      await writing;
      const { transactionId, fromMs, toMs } = filter;
      const fresh = record.waiting().filter((each) =>
        each.transactionId === transactionId && each.atWallMs >= fromMs && each.atWallMs < toMs
      );
      return [...await readOr([], () => store.limits(filter)), ...fresh].slice(0, filter.limit);
    },
    async sessionReadings({ transactionId, slot, fromMs, toMs }) {
      await writing;
      const fresh = readings.of(transactionId);
      const subject = slotSubject(slot);
      const found = await readOr(
        [],
        () => store.summaries({ subject, fromMs, toMs, limit: SESSION_ROWS_MAX }),
      );
      const firstMs = fresh[0]?.atWallMs ?? Infinity;
      return [...minuteReadings(found).filter(({ atWallMs }) => atWallMs < firstMs), ...fresh];
    },
    recentReadings: (transactionId) => readings.of(transactionId),
    summaries: (filter) => readOr([], () => store.summaries(filter)),
  };
}
