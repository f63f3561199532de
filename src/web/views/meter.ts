import type { MeterFinding } from "../../meters/mod.ts";
import type {
  CounterBreak,
  EnergyDirection,
  MeterHealth,
  MeterRole,
  PerLine,
} from "../../site/mod.ts";

export interface MeterView {
  readonly id: string;
  readonly role: MeterRole;
  readonly health: MeterHealth["kind"];
  /** What a person at the cabinet can act on; null while it is well. */
  readonly trouble: string | null;
  readonly ageMs: number | null;
  readonly currentsAmps: PerLine | null;
  readonly voltagesV: PerLine | null;
  readonly powersW: PerLine | null;
  readonly totalPowerW: number | null;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  readonly frequencyHz: number | null;
  /** Readings since the start. */
  readonly readings: number;
  /** From one reading to the next; null while too few have come. */
  readonly everyMs: number | null;
  /** Readings that were refused since the start. */
  readonly refused: number;
  readonly lastRefusal: { readonly reason: string; readonly ageMs: number } | null;
  /** Registers that did not go on: the last time of each. */
  readonly counterBreaks: readonly CounterBreakView[];
  /** What somebody at the cabinet should know: why it gives nothing, what looks wrong. */
  readonly findings: readonly MeterFinding[];
  /** Since when it seems wrong, so that circuits do not rely on it; null where it is believed. */
  readonly doubtedSince: string | null;
}

/** A register of a meter that was reset, replaced or ran over; its energy is counted on. */
export interface CounterBreakView {
  readonly direction: EnergyDirection;
  readonly kind: CounterBreak["kind"];
  readonly at: string;
  readonly fromWh: number;
  readonly toWh: number;
  /** How often that has happened. */
  readonly times: number;
}

/** What a meter measured at one moment, or in the middle of one minute. */
export interface MeterPointView {
  readonly at: string;
  readonly powerW: number | null;
  readonly currentsAmps: PerLine | null;
}

/** How long the periods are that a meter's history is shown by. */
export const METER_PERIOD_STEPS = ["quarter", "hour", "day", "month"] as const;

/** One of `METER_PERIOD_STEPS`. */
export type MeterPeriodStep = typeof METER_PERIOD_STEPS[number];

/** What a meter measured in a period. */
export interface MeterPeriodView {
  readonly at: string;
  readonly until: string;
  /**
   * `none`: nothing was read in it. `part`: the gateway or the meter was away for a while. `running`:
   * it is not over. `overlapping`: the clock was set back, and more was measured than the period lasts.
   */
  readonly quality: "whole" | "part" | "none" | "running" | "overlapping";
  /** How long it was read. */
  readonly coveredSeconds: number;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  /** What counters showed besides after a silence that began in an earlier quarter of an hour. */
  readonly unreadImportWh: number;
  readonly unreadExportWh: number;
  /** By the meter's counter, or reckoned from power; null where nothing is known. */
  readonly energyBy: "counter" | "power" | null;
  /** In the middle. */
  readonly powerW: number | null;
  readonly powerMinW: number | null;
  readonly powerMaxW: number | null;
  /** The most, whichever way it flowed. */
  readonly maxAmps: PerLine | null;
}
