import { assume } from "../lib/assert.ts";
import { type Clock, sleep } from "../lib/clock.ts";
import { type Log, logWith } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterListener, MeterRole, MeterSource } from "../site/mod.ts";
import { createReporter, type MeterReporter } from "./_meter_reporter.ts";
import { nextPollMs } from "./pace.ts";

/** One round of questions. Resolves with false where the meter should rest; never rejects. */
export type Poll = () => Promise<boolean>;

/** A meter that is asked again and again. */
export interface PolledSource {
  readonly id: string;
  readonly role: MeterRole;
  /** See `MeterSource`. */
  readonly line?: string;
  /** From the start of one round to that of the next. */
  readonly intervalMs: number;
  /** Prepares the rounds; the reporter hears what they bring. */
  createPoll(reporter: MeterReporter, stop: AbortSignal): Poll;
  /** How long it rests besides, after so many rounds in a row that said so. */
  pauseMs(rounds: number): number;
  /** Ends a round that waits, and lets go of what it was asked over. */
  release(): Promise<void>;
}

/** The meter, polled from `start` to `stop`. */
export function createPolledSource(
  source: PolledSource,
  clock: Clock,
  log: Log,
  spawn: Spawner,
): MeterSource {
  const { id, role } = source;
  const stop = new AbortController();
  let ended: Promise<void> | null = null;
  let reporter: MeterReporter | null = null;
  return {
    id,
    role,
    ...(source.line !== undefined && { line: source.line }),
    start(listener: MeterListener) {
      assume(ended === null && !stop.signal.aborted, `meter ${id} starts once`);
      const done = Promise.withResolvers<void>();
      ended = done.promise;
      reporter = createReporter(listener, clock, logWith(log, { meter: id }));
      const poll = source.createPoll(reporter, stop.signal);
      spawn(`meter ${id}`, async () => {
        try {
          await pollUntil(stop.signal, source, clock, poll);
        } finally {
          done.resolve();
        }
      });
    },
    async stop() {
      if (stop.signal.aborted) return;
      stop.abort();
      reporter?.end();
      await source.release();
      await ended;
    },
  };
}

async function pollUntil(
  stop: AbortSignal,
  source: PolledSource,
  clock: Clock,
  poll: Poll,
): Promise<void> {
  let rests = 0;
  while (!stop.aborted) {
    const startedMs = clock.monoMs();
    rests = await poll() ? 0 : rests + 1;
    const restedMs = clock.monoMs() + source.pauseMs(rests);
    const dueMs = nextPollMs(startedMs, source.intervalMs, restedMs);
    await sleep(clock, dueMs - clock.monoMs(), stop);
  }
}
