import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { MeterSource } from "../site/mod.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import { createPolledSource, type Poll } from "./_polled_source.ts";
import { faultReason, isRefusal, type ModbusLine, type TimedRead } from "./modbus_line.ts";
import {
  DEFAULT_POLL_INTERVAL_MS,
  DEFAULT_READ_TIMEOUT_MS,
  type ModbusTcpMeterOptions,
} from "./modbus_options.ts";
import { judgeImage, type ModbusReadingRules } from "./modbus_reading.ts";
import { backOffMs } from "./pace.ts";
import { DEFAULT_FROZEN_AFTER_READINGS, NOTHING_READ } from "./plausibility.ts";
import { planReads } from "./read_plan.ts";
import { STRAIGHT_WIRING } from "./wiring.ts";

/** On a shared line, the longest that a silent meter is left alone for the sake of the others. */
const LONGEST_PAUSE_MS = 10_000;

/** What reading a meter over any Modbus line needs. */
export type PolledMeter = Omit<
  ModbusTcpMeterOptions,
  "driver" | "host" | "port" | "connectTimeoutMs" | "requestSpacingMs"
>;

/** A meter that is polled over a line which others may share. */
export function createPolledMeter(
  meter: PolledMeter,
  line: ModbusLine,
  clock: Clock,
  log: Log,
  spawn: Spawner,
): MeterSource {
  const { intervalMs = DEFAULT_POLL_INTERVAL_MS } = meter;
  const pause = { firstMs: intervalMs, longestMs: Math.max(LONGEST_PAUSE_MS, intervalMs) };
  return createPolledSource(
    {
      id: meter.id,
      role: meter.role,
      intervalMs,
      createPoll: (reporter) => createPoll(meter, line, clock, reporter),
      pauseMs: (silences) => line.shared ? backOffMs(silences, pause) : 0,
      release: () => line.release(),
    },
    clock,
    log,
    spawn,
  );
}

function createPoll(
  meter: PolledMeter,
  line: ModbusLine,
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
      const outcome = await line.read(read);
      if (outcome.kind === "fault") {
        const reason = faultReason(outcome.fault, read, line.address);
        if (isRefusal(outcome.fault)) reporter.refused(reason);
        else reporter.failed(reason);
        return outcome.fault.kind !== "silent";
      }
      outcome.registers.forEach((word, index) => image.set(read.address + index, word));
    }
    const judged = judgeImage(state, image, rules, stamp);
    state = judged.state;
    if (judged.kind === "sample") reporter.sample(judged.sample, judged.remarks);
    else reporter.refused(judged.reason);
    return true;
  };
}

function readingRules(meter: PolledMeter): ModbusReadingRules {
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

function timedReads(meter: PolledMeter, { profile }: ModbusReadingRules): readonly TimedRead[] {
  return planReads(profile).map((range) => ({
    ...range,
    unit: meter.unit ?? profile.unit,
    functionCode: profile.functionCode,
    timeoutMs: meter.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS,
  }));
}
