import { type Clock, isoTime } from "../../lib/clock.ts";
import type { ChargerOptions } from "../charger_options.ts";
import { newOutlet, type Outlet } from "../outlet.ts";
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

/**
 * The sockets of a station that has just come out of its box; with `outlets` those that it had under
 * another firmware, and what is plugged in.
 */
export function newSockets(
  { outlets: kinds, registerWh }: ChargerOptions,
  { clock }: { readonly clock: Clock },
  outlets: readonly Outlet[] | undefined,
) {
  return kinds.map((kind, index) => ({
    id: index + 1,
    outlet: outlets?.[index] ?? newOutlet(kind, clock.monoMs(), registerWh),
    isOperative: true,
    orderedOperative: null,
    errorCode: null,
    permit: null,
    transaction: null,
    hasServed: false,
    lastStopReason: null,
  }));
}

/** What a socket's register shows, in Wh: whole steps, never rounded up. */
export function shownWh(
  { options }: Pick<StationBody, "options">,
  { outlet }: Pick<StationSocket, "outlet">,
): number {
  const { registerStepWh } = options.meter;
  return Math.floor(outlet.registerWh / registerStepWh) * registerStepWh;
}

/** The station's time as OCPP writes it. */
export function timestamp({ clock }: Pick<StationBody, "clock">): string {
  return isoTime(clock.nowMs());
}
