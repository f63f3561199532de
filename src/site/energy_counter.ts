/** Which way energy flows through a meter: from the grid to the loads, or back. */
export type EnergyDirection = "import" | "export";

/** Both ways. */
export const ENERGY_DIRECTIONS: readonly EnergyDirection[] = ["import", "export"];

/** Where a meter's register did not go on from where it was. */
export interface CounterBreak {
  /**
   * `back`: it shows less, as a new or a reset meter does. `jump`: it shows more than the fuse lets
   * through. `wrapped`: it has no more digits and began anew; what flowed is known all the same.
   */
  readonly kind: "back" | "jump" | "wrapped";
  readonly atWallMs: number;
  readonly fromWh: number;
  readonly toWh: number;
}

/** A register of a meter, carried on where the register itself does not go on. */
export interface EnergyCounter {
  /** What the meter showed at first, and what has flowed since. Never goes back. Watt-hours. */
  readonly totalWh: number;
  /** What the meter showed last. */
  readonly registerWh: number;
  /** For how long it has shown that. */
  readonly unchangedMs: number;
  /** What may be counted besides what the fuse lets through: registers count in steps. */
  readonly spareWh: number;
  /** The register before the last break, to which a meter may yet come back. */
  readonly left?: LeftRegister;
  /** How often the register did not go on. */
  readonly breaks: number;
  readonly lastBreak?: CounterBreak;
}

/** A register that a meter left. */
export interface LeftRegister {
  readonly registerWh: number;
  /** For how long it had shown that, until now. */
  readonly unchangedMs: number;
  /** For how long the meter has shown another. */
  readonly awayMs: number;
  readonly spareWh: number;
  /** What has been counted since. */
  readonly countedWh: number;
}

/** What a meter has counted, each way that it tells. */
export interface MeterCounters {
  /** When it was read last, by the wall clock. */
  readonly atWallMs: number;
  readonly import?: EnergyCounter;
  readonly export?: EnergyCounter;
}
