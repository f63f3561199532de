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
export type EvseState =
  | "available"
  | "preparing"
  | "charging"
  | "suspended-by-ev"
  | "suspended-by-evse"
  | "finishing"
  | "reserved"
  | "unavailable"
  | "faulted"
  | "unreachable"
  | "unknown";

/** What the rest of the gateway knows when it asks for the state of an EVSE. */
export interface EvseCircumstances {
  /** The charger has a live connection. */
  readonly connected: boolean;
}

/** Derives the state from the last report and what else is known. */
export function evseState(
  record: ConnectorRecord | undefined,
  { connected }: EvseCircumstances,
): EvseState {
  if (!connected) return "unreachable";
  if (record === undefined) return "unknown";
  const { connectorStatus } = record.report.message;
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
      return occupiedState(record.report.message);
  }
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
