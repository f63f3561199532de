import { type Clock, sleep } from "../../src/lib/clock.ts";
import type { Log } from "../../src/lib/log.ts";
import type { Spawner } from "../../src/lib/spawn.ts";
import { createPolledMeter } from "../../src/meters/_modbus_poller.ts";
import type { ModbusLine, ReadOutcome } from "../../src/meters/modbus_line.ts";
import type { ModbusTcpMeterOptions } from "../../src/meters/mod.ts";
import type { Ids } from "../../src/lib/ids.ts";
import {
  breakMeter,
  type MeterFault,
  type MeterState,
  newFaultyMeter,
  shownRegisters,
  stepFaultyMeter,
} from "../../src/simulator/mod.ts";
import type { MeterSource } from "../../src/site/mod.ts";

/** The site's meter on a Modbus line without a wire; the gateway's own driver reads it. */
export interface WorldMeter {
  /** The driver, for one run of the gateway, on that run's clock. */
  source(clock: Clock, log: Log, spawn: Spawner): MeterSource;
  break(fault: MeterFault | null): void;
  fault(): MeterFault | null;
}

/** From the question to the answer. */
const ANSWER_MS = 20;

/** Creates the meter; `look` is what it would show if it were whole. */
export function createWorldMeter(
  options: ModbusTcpMeterOptions,
  look: () => MeterState,
  ids: Ids,
): WorldMeter {
  let meter = newFaultyMeter(look());

  function lineOn(clock: Clock): ModbusLine {
    return {
      address: "192.168.7.30:502",
      shared: false,
      restAfterSilenceMs: 0,
      async read({ address, count, timeoutMs }): Promise<ReadOutcome> {
        meter = stepFaultyMeter(meter, look());
        const image = shownRegisters(meter, options.profile, ids);
        await sleep(clock, image === null ? timeoutMs : ANSWER_MS);
        if (image === null) return { kind: "fault", fault: { kind: "silent", strayAnswers: 0 } };
        const word = (_: unknown, index: number) => image.get(address + index) ?? 0;
        return { kind: "registers", registers: Array.from({ length: count }, word) };
      },
      release: () => Promise.resolve(),
    };
  }

  return {
    source: (clock, log, spawn) => createPolledMeter(options, lineOn(clock), clock, log, spawn),
    break(fault) {
      meter = breakMeter(stepFaultyMeter(meter, look()), fault);
    },
    fault: () => meter.fault,
  };
}
