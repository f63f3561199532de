import { DEFAULT_POLL_INTERVAL_MS, type ModbusRtuMeterOptions } from "./modbus_options.ts";
import { planReads } from "./read_plan.ts";
import { byteMs, silenceMs } from "./serial_line.ts";

/** Bytes of a request, and of an answer besides its registers. */
const REQUEST_BYTES = 8;
const ANSWER_BYTES = 5;
/** How long meters usually think before they answer. */
const TURNAROUND_MS = 40;

/** Which part of the time a serial bus is busy with those meters; above 1 they do not get round. */
export function serialShare(meters: readonly ModbusRtuMeterOptions[]): number {
  return meters.reduce((sum, meter) => {
    const { intervalMs = DEFAULT_POLL_INTERVAL_MS } = meter;
    return sum + serialRoundMs(meter) / intervalMs;
  }, 0);
}

/** How long one round of reads of a meter takes on its bus, in milliseconds. */
export function serialRoundMs(
  { profile, serial, requestSpacingMs = 0 }: ModbusRtuMeterOptions,
): number {
  const perRequestMs = 2 * silenceMs(serial) + TURNAROUND_MS + requestSpacingMs;
  return planReads(profile).reduce(
    (sum, { count }) =>
      sum + perRequestMs + byteMs(serial) * (REQUEST_BYTES + ANSWER_BYTES + 2 * count),
    0,
  );
}
