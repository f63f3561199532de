import { assume } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { type Log, logWith } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterRole, MeterSource } from "../site/mod.ts";
import { createReporter, type MeterReporter } from "./_meter_reporter.ts";

/** Makes samples of what is heard. */
interface Intake {
  /** Lets go of its timers. */
  end(): void;
}

/** A meter that speaks by itself. */
export interface HeardSource<I extends Intake> {
  readonly id: string;
  readonly role: MeterRole;
  createIntake(reporter: MeterReporter): I;
  /** Hears it until `stop`, whatever goes wrong on the way. */
  listenUntil(stop: AbortSignal, intake: I, reporter: MeterReporter): Promise<void>;
}

/** The meter, heard from `start` to `stop`. */
export function createHeardSource<I extends Intake>(
  source: HeardSource<I>,
  clock: Clock,
  log: Log,
  spawn: Spawner,
): MeterSource {
  const { id, role } = source;
  const stop = new AbortController();
  let ended: Promise<void> | null = null;
  return {
    id,
    role,
    start(listener) {
      assume(ended === null && !stop.signal.aborted, `meter ${id} starts once`);
      const done = Promise.withResolvers<void>();
      ended = done.promise;
      const reporter = createReporter(listener, clock, logWith(log, { meter: id }));
      const intake = source.createIntake(reporter);
      stop.signal.addEventListener("abort", () => {
        reporter.end();
        intake.end();
      }, { once: true });
      spawn(`meter ${id}`, async () => {
        try {
          await source.listenUntil(stop.signal, intake, reporter);
        } finally {
          done.resolve();
        }
      });
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
}
