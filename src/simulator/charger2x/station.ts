import type { ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";
import { asksForEnergy, PILOT_MIN_AMPS } from "../ev.ts";
import type { Outlet } from "../outlet.ts";
import {
  coarser,
  type ConnectorStatus2x,
  type Status16,
  statusOf,
} from "../station/connector_status.ts";
import type { MessageQueue } from "../station/message_queue.ts";
import type { ProfileStore } from "../station/profile_store.ts";
import type { ReservableConnector, Reservation } from "../station/reservations.ts";
import type { StationClock } from "../station/station_clock.ts";
import type { TokenMemory } from "../station/tokens.ts";
import type {
  ChargingProfile2x,
  ChargingState2x,
  IdToken2x,
  Link2x,
  MeterValue2x,
  StopReason2x,
} from "./messages.ts";
import type { Variables } from "./variables.ts";

/** An EVSE has one connector here. */
export const CONNECTOR_ID = 1;

/** A transaction as long as it runs. */
export interface Transaction2x {
  /** The station's own (2.0.1 §E 1.2). */
  readonly id: string;
  /** By the station's clock. */
  readonly startedMs: number;
  readonly startWh: number;
  /** Whose it is; null before anybody was accepted. */
  holder: Holder | null;
  /** Authorized now: its end need not be the end of the transaction. */
  isAuthorized: boolean;
  /** Authorized, and the CSMS has not refused the token since. */
  isEnergyAllowed: boolean;
  /** The next event's. */
  seqNo: number;
  /** As it was told last; null before the first event. */
  chargingState: ChargingState2x | null;
  /** Whether an event has told the EVSE with the EV connected (E01.FR.16). */
  hasToldEvse: boolean;
  /** Why it will end, where its authorization ended before. */
  endReason: StopReason2x | null;
  /** What its last event will carry. */
  readonly readings: MeterValue2x[];
  cancelSampling: () => void;
  cancelTimeout: () => void;
}

/** Who charges. */
export interface Holder {
  readonly idToken: IdToken2x;
  readonly groupId: string | null;
}

/** An accepted card that waits for the plug. */
export interface Permit2x extends Holder {
  readonly reservationId: number | null;
  /** Of the order to start; null where a card was presented. */
  readonly remoteStartId: number | null;
  /** Came with that order. */
  readonly profile: ChargingProfile2x | null;
  readonly cancelTimeout: () => void;
}

/** An EVSE of the station. */
export interface Evse2x {
  readonly id: number;
  outlet: Outlet;
  isOperative: boolean;
  /** What ChangeAvailability ordered for the time after the transaction. */
  orderedOperative: boolean | null;
  errorCode: string | null;
  permit: Permit2x | null;
  transaction: Transaction2x | null;
  /** The EV that is plugged in had its transaction and has not left. */
  hasServed: boolean;
  lastStopReason: StopReason2x | null;
}

/** What a station remembers, besides its EVSEs. */
export interface StationMemory2x {
  installed: ProfileStore;
  obeyed: ProfileStore;
  /** Profiles as they were told, by id. */
  readonly told: Map<number, { readonly evseId: number; readonly profile: ChargingProfile2x }>;
  reservations: readonly Reservation[];
  /** False while it reboots or has no power. */
  isUp: boolean;
  isOperative: boolean;
  /** A password that the CSMS gave it. */
  password: string | null;
  /** It restarts as soon as nothing runs (B12.FR.01). */
  restartsWhenIdle: boolean;
  /** How often the connection was lost: what waited meanwhile goes up as offline (E11.FR.07). */
  losses: number;
}

/** A 2.x station: what its parts share. */
export interface Station2x {
  readonly version: "ocpp2.0.1" | "ocpp2.1";
  readonly options: ChargerOptions;
  readonly ports: ChargerPorts;
  readonly variables: Variables;
  readonly tokens: TokenMemory;
  readonly clock: StationClock;
  readonly connectors: readonly Evse2x[];
  readonly memory: StationMemory2x;
  readonly link: Link2x;
  readonly queue: MessageQueue;
  /** Brings everything up to now. Called after each change. */
  update(): void;
  /** Does something later, unless the station is taken away before. */
  later(delayMs: number, work: () => void): void;
}

/** The EVSE of that number; undefined where there is none. */
export function evseOf(station: Station2x, evseId: number | undefined): Evse2x | undefined {
  return station.connectors.find(({ id }) => id === evseId);
}

/** How an EVSE is right now, in the finer words of 1.6. */
export function finerStatus(station: Pick<Station2x, "memory">, evse: Evse2x): Status16 {
  const { outlet, transaction } = evse;
  const isPlugged = outlet.ev !== null;
  return statusOf({
    isFaulted: evse.errorCode !== null,
    isOperative: evse.isOperative,
    hasTransaction: isPlugged && transaction !== null && transaction.isAuthorized,
    isPlugged,
    hasServed: evse.hasServed || (transaction !== null && transaction.endReason !== null),
    // A card alone occupies nothing (2.0.1 part 2, ConnectorStatusEnumType).
    isPermitted: false,
    isReserved: station.memory.reservations.some((each) => each.connectorId === evse.id),
    isOffering: outlet.isLive && outlet.offeredAmps >= PILOT_MIN_AMPS,
    isAsking: outlet.ev !== null && asksForEnergy(outlet.ev),
  });
}

/** The same in the words of 2.x. */
export function connectorStatus(
  station: Pick<Station2x, "memory">,
  evse: Evse2x,
): ConnectorStatus2x {
  return coarser(finerStatus(station, evse));
}

/** How the charging of a transaction goes. */
export function chargingStateOf(station: Station2x, evse: Evse2x): ChargingState2x {
  const { outlet, transaction } = evse;
  if (outlet.ev === null) return "Idle";
  if (transaction === null || !transaction.isAuthorized) return "EVConnected";
  const status = finerStatus(station, evse);
  return status === "Charging" || status === "SuspendedEV" ? status : "SuspendedEVSE";
}

/** All EVSEs as reservations see them. */
export function reservable(station: Station2x): readonly ReservableConnector[] {
  return station.connectors.map((each) => {
    const isTaken = each.permit !== null || each.transaction !== null;
    const status = finerStatus(station, each);
    return { id: each.id, status: isTaken && status === "Available" ? "Preparing" : status };
  });
}
