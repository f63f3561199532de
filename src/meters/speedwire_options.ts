import type { MeasuredMeter } from "./measured_meter.ts";

/** An SMA Energy Meter or Sunny Home Manager 2 that sends to the multicast group of Speedwire. */
export interface SpeedwireMeterOptions extends MeasuredMeter {
  readonly driver: "speedwire";
  /** As printed on the device. Absent: the only one that there is. */
  readonly serial?: number | undefined;
  /** The address of the network port that leads to it. Default: the one of the default route. */
  readonly localAddress?: string | undefined;
  /** After so long without a reading the meter has failed, in milliseconds. Default 10000. */
  readonly maxAgeMs?: number | undefined;
}
