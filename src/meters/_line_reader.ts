import type { Clock } from "../lib/clock.ts";
import type { MeterReporter } from "./_meter_reporter.ts";
import {
  faultReason,
  isRefusal,
  isWaste,
  type ModbusLine,
  type ReadFault,
  type TimedRead,
} from "./modbus_line.ts";

/** What a read within a round came to. */
export type RoundRead =
  | { readonly kind: "registers"; readonly registers: readonly number[] }
  /** The round is over, and the meter has been told of. `rests`: it was silent and should rest. */
  | { readonly kind: "over"; readonly rests: boolean };

/** Reads for one meter over a line that others may share. */
export interface LineReader {
  /** A fault that `excuses` is given back instead of being told. */
  read(
    read: TimedRead,
    excuses?: (fault: ReadFault) => boolean,
  ): Promise<RoundRead | { readonly kind: "excused" }>;
}

/** Creates the reader. `wasted` hears how long the meter has held up the line for nothing. */
export function createLineReader(
  line: ModbusLine,
  clock: Clock,
  reporter: MeterReporter,
  wasted: (lostMs: number) => void,
): LineReader {
  return {
    async read(read, excuses) {
      const askedMs = clock.monoMs();
      const outcome = await line.read(read);
      if (outcome.kind === "registers") return outcome;
      if (excuses?.(outcome.fault)) return { kind: "excused" };
      const reason = faultReason(outcome.fault, read, line.address);
      if (isRefusal(outcome.fault)) reporter.refused(reason);
      else reporter.failed(reason);
      if (!isWaste(outcome.fault)) return { kind: "over", rests: false };
      // With its turn waited for: a crowded line is to be spared all the more.
      wasted(Math.max(read.timeoutMs, clock.monoMs() - askedMs));
      return { kind: "over", rests: true };
    },
  };
}
