import type { Clock } from "../../lib/clock.ts";
import type { ChargerOptions } from "../charger_options.ts";
import type { Outlet } from "../outlet.ts";
import type { ProfileStore } from "./profile_store.ts";
import type { StationClock } from "./station_clock.ts";

/** A socket with what decides whether it is live. */
export interface StationSocket {
  /** The connector in 1.6, the EVSE in 2.x. */
  readonly id: number;
  outlet: Outlet;
  readonly errorCode: string | null;
  readonly transaction: {
    /** By the station's clock. */
    readonly startedMs: number;
    readonly isEnergyAllowed: boolean;
  } | null;
}

/** What gives current in a station, whatever it speaks. */
export interface StationBody {
  readonly options: ChargerOptions;
  readonly ports: { readonly clock: Clock };
  readonly clock: StationClock;
  readonly connectors: readonly StationSocket[];
  readonly memory: {
    /** What the control pilots go by. */
    readonly obeyed: ProfileStore;
    /** False while it reboots or has no power. */
    readonly isUp: boolean;
  };
}
