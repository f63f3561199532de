import type { ConnectorReport, Enveloped } from "../ocpp/mod.ts";

/** The last thing a charger said about one of its EVSEs. Kept over restarts. */
export interface ConnectorRecord {
  readonly slot: number;
  readonly report: Enveloped<ConnectorReport>;
  /** When we heard it, by our wall clock. */
  readonly heardAtMs: number;
  /** When it was last known to be free; absent where it never was. */
  readonly unpluggedAtMs?: number;
}

/** What an EVSE looks like from outside, in the words of the pages. */
export const EVSE_STATES = [
  "available",
  "preparing",
  "charging",
  "suspended-by-ev",
  "suspended-by-evse",
  "finishing",
  "reserved",
  "unavailable",
  "faulted",
  "unreachable",
  "unknown",
] as const;

/** One of `EVSE_STATES`. */
export type EvseState = typeof EVSE_STATES[number];

/** What the rest of the gateway knows when it asks for the state of an EVSE. */
export interface EvseCircumstances {
  /** The charger has a live connection. */
  readonly connected: boolean;
  /** It is not known which EVSE this is (ruling 10). */
  readonly held?: boolean;
  /** A session runs there; absent where none does. */
  readonly session?: SessionSigns;
}

/** What a session shows, whatever its charger reports of the EVSE. */
export interface SessionSigns {
  /** Current has flowed since it reported this. */
  readonly isDrawing: boolean;
}

/** Less is what a charger measures of nothing. */
const DRAWING_AMPS = 0.5;
const DRAWING_W = 100;

/** True when an EV draws current, by what was measured. */
export function isDrawing(
  { currentsAmps = [], powerW = 0 }: {
    readonly currentsAmps?: readonly number[];
    readonly powerW?: number;
  },
): boolean {
  return currentsAmps.some((amps) => Math.abs(amps) > DRAWING_AMPS) || powerW > DRAWING_W;
}

/**
 * The report as it must be while a session runs there. Some chargers show a connector as free, or as
 * done with, that charges (FoxESS, Autel): an EVSE with a session is never free, and one that delivers
 * charges.
 */
export function reportInSession(
  report: ConnectorReport,
  { isDrawing }: SessionSigns,
): ConnectorReport {
  const { connectorStatus, chargingState } = report;
  const isFree = connectorStatus === "Available" || connectorStatus === "Reserved";
  const isIdle = chargingState === undefined || chargingState === "EVConnected" ||
    chargingState === "Idle";
  const isWrong = isFree || (connectorStatus === "Occupied" && isDrawing && isIdle);
  if (!isWrong) return report;
  const { afterTransaction: _, ...rest } = report;
  return {
    ...rest,
    connectorStatus: "Occupied",
    chargingState: isDrawing ? "Charging" : "SuspendedEV",
  };
}

/** Derives the state from the last report and what else is known. */
export function evseState(
  record: ConnectorRecord | undefined,
  { connected, held = false, session }: EvseCircumstances,
): EvseState {
  if (!connected) return "unreachable";
  if (held) return "unavailable";
  if (record === undefined) return "unknown";
  const said = record.report.message;
  const message = session === undefined ? said : reportInSession(said, session);
  const { connectorStatus } = message;
  switch (connectorStatus) {
    case "Available":
      return "available";
    case "Reserved":
      return "reserved";
    case "Unavailable":
      return "unavailable";
    case "Faulted":
      return "faulted";
    case "Occupied":
      return occupiedState(message);
  }
}

/** True where a charger says otherwise of an EVSE than before; some say the same again and again. */
export function isAnotherState(before: ConnectorReport | undefined, now: ConnectorReport): boolean {
  return before?.connectorStatus !== now.connectorStatus ||
    before.chargingState !== now.chargingState ||
    before.afterTransaction !== now.afterTransaction;
}

function occupiedState({ chargingState, afterTransaction }: ConnectorReport): EvseState {
  switch (chargingState) {
    case "Charging":
      return "charging";
    case "SuspendedEV":
      return "suspended-by-ev";
    case "SuspendedEVSE":
      return "suspended-by-evse";
    default:
      return afterTransaction ? "finishing" : "preparing";
  }
}

/** True when an EV is plugged in, as far as the report says. */
export function isPlugged(record: ConnectorRecord | undefined): boolean {
  return record?.report.message.connectorStatus === "Occupied";
}
