import type { EvseState, MeterHealth, MeterRole, PerLine } from "../../site/mod.ts";

/** What is published of the gateway and of the site as a whole. Nothing in it names a person. */
export interface GatewayState {
  readonly name: string;
  readonly version: string;
  readonly clock: string;
  readonly csms: {
    readonly configured: boolean;
    readonly connected: boolean;
    readonly online: boolean;
    readonly protocol: string | null;
  };
  readonly outbox: {
    readonly rows: number;
    readonly oldestSeconds: number;
    readonly deadLetters: number;
  };
  readonly chargers: number;
  readonly connected: number;
  readonly evses: number;
  readonly charging: number;
  readonly powerW: number;
  readonly energyTodayWh: number;
  readonly alarms: number;
  readonly warnings: number;
  /** The gravest that stand, a few dozen at most. */
  readonly faults: readonly {
    readonly id: number;
    readonly code: string;
    readonly severity: "info" | "warning" | "alarm";
    readonly subject: string;
    readonly since: string;
    readonly acknowledged: boolean;
  }[];
}

/** What is published of an EVSE. */
export interface SlotState {
  readonly slot: number;
  readonly chargerId: string;
  readonly state: EvseState;
  /** Its charger has a live connection. */
  readonly connected: boolean;
  readonly operative: boolean;
  readonly inSession: boolean;
  readonly reason: string | null;
  /** Per line. */
  readonly offeredAmps: number | null;
  readonly maxAmps: number | null;
  /** On the charger's phases 1, 2, 3. */
  readonly measuredAmps: readonly [number, number, number] | null;
  readonly powerW: number | null;
  /** Of the session so far. */
  readonly energyWh: number | null;
  readonly socPercent: number | null;
}

/** What is published of a circuit. */
export interface CircuitState {
  readonly id: string;
  readonly limitAmps: number;
  readonly loadAmps: PerLine<number | null>;
  readonly reservedAmps: PerLine;
  readonly headroomAmps: PerLine;
  readonly meterState: string;
  readonly source: string;
}

/** What is published of a meter. */
export interface MeterState {
  readonly id: string;
  readonly role: MeterRole;
  readonly health: MeterHealth["kind"];
  readonly trouble: string | null;
  readonly powerW: number | null;
  readonly currentsAmps: PerLine | null;
  readonly voltagesV: PerLine | null;
  readonly importWh: number | null;
  readonly exportWh: number | null;
}

/** The site as it is published. */
export interface PublishedSite {
  readonly gateway: GatewayState;
  readonly slots: readonly SlotState[];
  readonly circuits: readonly CircuitState[];
  readonly meters: readonly MeterState[];
}
