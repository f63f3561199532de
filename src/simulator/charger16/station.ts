import type { ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";
import { asksForEnergy, PILOT_MIN_AMPS } from "../ev.ts";
import type { Outlet } from "../outlet.ts";
import type { Configuration } from "./configuration.ts";
import { type ErrorCode16, type Status16, statusOf } from "../station/connector_status.ts";
import type { Link16 } from "../call16.ts";
import type { MeterValue16 } from "../station/measurands.ts";
import type { MessageQueue } from "../station/message_queue.ts";
import type { ProfileStore } from "../station/profile_store.ts";
import type { ReservableConnector, Reservation } from "../station/reservations.ts";
import type { ChargingProfile16 } from "../station/schedule.ts";
import type { StationClock } from "../station/station_clock.ts";
import type { TokenMemory } from "../station/tokens.ts";

/** A transaction as long as it runs. */
export interface Transaction16 {
  readonly idTag: string;
  readonly parentIdTag: string | null;
  /** By the station's clock. */
  readonly startedMs: number;
  readonly startWh: number;
  /** The CSMS's number for it; null before it gave one, -1 where it never did (errata 3.18). */
  number: number | null;
  /** False once the CSMS has refused the token and the station need not stop. */
  isEnergyAllowed: boolean;
  /** What StopTransaction will carry. */
  readonly readings: MeterValue16[];
  cancelSampling: () => void;
}

/** An accepted card that waits for the plug. */
export interface Permit16 {
  readonly idTag: string;
  readonly parentIdTag: string | null;
  readonly reservationId: number | null;
  /** Came with a RemoteStartTransaction. */
  readonly profile: ChargingProfile16 | null;
  readonly cancelTimeout: () => void;
}

/** A connector of the station. */
export interface Connector16 {
  readonly id: number;
  outlet: Outlet;
  isOperative: boolean;
  /** What ChangeAvailability ordered for the time after the transaction. */
  orderedOperative: boolean | null;
  errorCode: ErrorCode16 | null;
  permit: Permit16 | null;
  transaction: Transaction16 | null;
  /** The EV that is plugged in had its transaction and has not left. */
  hasServed: boolean;
  lastStopReason: string | null;
}

/** What a station remembers, besides its connectors. */
export interface StationMemory {
  /** What the CSMS has installed, and what the control pilots go by. */
  installed: ProfileStore;
  obeyed: ProfileStore;
  reservations: readonly Reservation[];
  /** False while it reboots or has no power. */
  isUp: boolean;
  /** Availability of connector 0. */
  isOperative: boolean;
  /** A password that the CSMS gave it. */
  password: string | null;
}

/** A 1.6 station: what its parts share. */
export interface Station16 {
  readonly options: ChargerOptions;
  readonly ports: ChargerPorts;
  readonly configuration: Configuration;
  readonly tokens: TokenMemory;
  readonly clock: StationClock;
  readonly connectors: readonly Connector16[];
  readonly memory: StationMemory;
  readonly link: Link16;
  readonly queue: MessageQueue;
  /** Brings everything up to now. Called after each change. */
  update(): void;
  /** Does something later, unless the station is taken away before. */
  later(delayMs: number, work: () => void): void;
}

/** The connector of that number; undefined where there is none. */
export function connectorOf(station: Station16, connectorId: number): Connector16 | undefined {
  return station.connectors.find(({ id }) => id === connectorId);
}

/** The status of a connector right now. */
export function connectorStatus(station: Station16, connector: Connector16): Status16 {
  const { outlet } = connector;
  return statusOf({
    isFaulted: connector.errorCode !== null,
    isOperative: connector.isOperative,
    hasTransaction: connector.transaction !== null,
    isPlugged: outlet.ev !== null,
    hasServed: connector.hasServed,
    isPermitted: connector.permit !== null,
    isReserved: station.memory.reservations.some((each) => each.connectorId === connector.id),
    isOffering: outlet.isLive && outlet.offeredAmps >= PILOT_MIN_AMPS,
    isAsking: outlet.ev !== null && asksForEnergy(outlet.ev),
  });
}

/** All connectors as reservations see them. */
export function reservable(station: Station16): readonly ReservableConnector[] {
  return station.connectors.map((each) => ({
    id: each.id,
    status: connectorStatus(station, each),
  }));
}
