import type { EvseMeasurement } from "./events.ts";
import type { PerLine } from "./phases.ts";

/** What a meter measures on the site. */
export type MeterRole = "grid" | "circuit" | "generation" | "battery" | "consumer";

/**
 * One reading of a site meter. Currents and powers are signed: positive flows from the grid towards
 * the loads. What a meter does not measure is absent, never zero.
 */
export interface MeterSample {
  readonly meterId: string;
  /** When it was read, by the monotonic clock: its age is what decides. */
  readonly atMonoMs: number;
  /** When it was read, by the wall clock: a label. */
  readonly atWallMs: number;
  readonly currentsAmps?: PerLine;
  readonly voltagesV?: PerLine;
  readonly powersW?: PerLine;
  readonly totalPowerW?: number;
  readonly importWh?: number;
  readonly exportWh?: number;
  readonly frequencyHz?: number;
}

/** How a meter is doing. */
export type MeterHealth =
  | { readonly kind: "waiting" }
  | { readonly kind: "good"; readonly sinceMonoMs: number }
  | {
    readonly kind: "failing";
    readonly sinceMonoMs: number;
    /** What a person at the cabinet can act on: "no answer from 192.168.10.20:502". */
    readonly reason: string;
  };

/** Hears one meter. */
export interface MeterListener {
  sample(sample: MeterSample): void;
  /** A reading that cannot be: counted and shown, never used. */
  refused(reason: string): void;
  health(health: MeterHealth): void;
}

/** A site meter, whatever it is reached by. Declared here because balancing and meters share it. */
export interface MeterSource {
  readonly id: string;
  readonly role: MeterRole;
  /** What it is reached over, where others are too: "/dev/ttyUSB0". Absent: by itself. */
  readonly line?: string;
  /** Starts reading; each reading goes to the listener. */
  start(listener: MeterListener): void;
  /** For meters that live on what chargers measure themselves: hears each measurement. */
  measured?(measurement: EvseMeasurement): void;
  /** Stops reading and lets go of sockets. */
  stop(): Promise<void>;
}
