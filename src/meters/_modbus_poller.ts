import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import { createLineReader, type LineReader } from "./_line_reader.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import { createPolledSource, type Poll } from "./_polled_source.ts";
import { createSunspecPoll } from "./_sunspec_poller.ts";
import type { ModbusLine, TimedRead } from "./modbus_line.ts";
import {
  DEFAULT_POLL_INTERVAL_MS,
  DEFAULT_READ_TIMEOUT_MS,
  type PolledMeterOptions,
} from "./modbus_options.ts";
import { judgeImage, type ModbusReadingRules } from "./modbus_reading.ts";
import { DEFAULT_FROZEN_AFTER_READINGS, NOTHING_READ } from "./plausibility.ts";
import { planReads } from "./read_plan.ts";
import { SUNSPEC_PROFILE } from "./sunspec.ts";
import { STRAIGHT_WIRING } from "./wiring.ts";

/** On a shared line, the longest that a silent meter is left alone for the sake of the others. */
const LONGEST_PAUSE_MS = 30_000;

/** A silent meter may hold up a shared line for one part in so many. */
const TURNS_PER_WASTED = 10;

/** A meter that is polled over a line which others may share. */
export function createPolledMeter(
  meter: PolledMeterOptions,
  line: ModbusLine,
  clock: Clock,
  log: Log,
  spawn: Spawner,
): MeterSource {
  const { intervalMs = DEFAULT_POLL_INTERVAL_MS } = meter;
  let wastedMs = 0;
  return createPolledSource(
    {
      id: meter.id,
      role: meter.role,
      ...(line.shared && { line: line.address }),
      intervalMs,
      createPoll(reporter) {
        const reader = createLineReader(line, clock, reporter, (lostMs) => wastedMs = lostMs);
        return meter.profile.id === SUNSPEC_PROFILE.id
          ? createSunspecPoll(meter, reader, clock, reporter)
          : createPoll(meter, reader, clock, reporter);
      },
      pauseMs: (wastes) => pauseAfter(wastes, wastedMs, line),
      release: () => line.release(),
    },
    clock,
    log,
    spawn,
  );
}

/**
 * How long a silent meter is left alone. A single lost answer is no reason to; from the second on it
 * has to leave the others nine tenths of the line.
 */
function pauseAfter(wastes: number, wastedMs: number, line: ModbusLine): number {
  if (wastes === 0) return 0;
  if (!line.shared || wastes === 1) return line.restAfterSilenceMs;
  const fairMs = Math.min(LONGEST_PAUSE_MS, wastedMs * (TURNS_PER_WASTED - 1));
  return Math.max(line.restAfterSilenceMs, fairMs);
}

/** Rounds of reads by a profile. */
function createPoll(
  meter: PolledMeterOptions,
  reader: LineReader,
  clock: Clock,
  reporter: MeterReporter,
): Poll {
  const rules = readingRules(meter);
  const reads = timedReads(meter, rules);
  let state = NOTHING_READ;
  return async () => {
    // The first request's time: no value of the round is older.
    const stamp = { meterId: meter.id, atMonoMs: clock.monoMs(), atWallMs: clock.wallMs() };
    const image = new Map<number, number>();
    for (const read of reads) {
      const outcome = await reader.read(read);
      if (outcome.kind !== "registers") return !(outcome.kind === "over" && outcome.rests);
      outcome.registers.forEach((word, index) => image.set(read.address + index, word));
    }
    const judged = judgeImage(state, image, rules, stamp);
    state = judged.state;
    if (judged.kind === "sample") reporter.sample(judged.sample, judged.remarks);
    else reporter.refused(judged.reason);
    return true;
  };
}

function readingRules(meter: PolledMeterOptions): ModbusReadingRules {
  const { profile, wordOrder = profile.wordOrder } = meter;
  return {
    profile: { ...profile, wordOrder },
    wiring: meter.wiring ?? STRAIGHT_WIRING,
    limits: {
      mainFuseAmps: meter.mainFuseAmps,
      frozenAfterReadings: meter.frozenAfterReadings ?? DEFAULT_FROZEN_AFTER_READINGS,
    },
  };
}

function timedReads(
  meter: PolledMeterOptions,
  { profile }: ModbusReadingRules,
): readonly TimedRead[] {
  return planReads(profile).map((range) => ({
    ...range,
    unit: meter.unit ?? profile.unit,
    functionCode: profile.functionCode,
    timeoutMs: meter.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS,
  }));
}
