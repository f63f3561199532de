import type { Requests16, Requests20 } from "../../ocpp/messages/mod.ts";

/** A connector's status as StatusNotification tells it. */
export type Status16 = Requests16["StatusNotification"]["status"];
/** The same in 2.x. */
export type ConnectorStatus2x = Requests20["StatusNotification"]["connectorStatus"];
/** What is wrong with a connector. */
export type ErrorCode16 = Requests16["StatusNotification"]["errorCode"];

const ERROR_CODES = [
  "ConnectorLockFailure",
  "EVCommunicationError",
  "GroundFailure",
  "HighTemperature",
  "InternalError",
  "LocalListConflict",
  "OtherError",
  "OverCurrentFailure",
  "OverVoltage",
  "PowerMeterFailure",
  "PowerSwitchFailure",
  "ReaderFailure",
  "ResetFailure",
  "UnderVoltage",
  "WeakSignal",
] as const satisfies readonly ErrorCode16[];

/** True for what 1.6 §7.6 calls an error; "NoError" is none. */
export function isErrorCode(text: string): text is ErrorCode16 {
  return (ERROR_CODES as readonly string[]).includes(text);
}

/** The facts that a connector's status follows from. */
export interface ConnectorFacts {
  readonly isFaulted: boolean;
  readonly isOperative: boolean;
  readonly hasTransaction: boolean;
  /** An EV is plugged in. */
  readonly isPlugged: boolean;
  /** The EV that is plugged in had its transaction here and has not left. */
  readonly hasServed: boolean;
  /** A card was accepted and waits for the plug. */
  readonly isPermitted: boolean;
  readonly isReserved: boolean;
  /** The control pilot offers at least 6 A and the contactor is closed. */
  readonly isOffering: boolean;
  /** The EV asks for energy (IEC 61851 state C). */
  readonly isAsking: boolean;
}

/** The status of a connector (1.6 §4.9). Where both sides hold charging up, the EVSE is named. */
export function statusOf(facts: ConnectorFacts): Status16 {
  if (facts.isFaulted) return "Faulted";
  if (facts.hasTransaction) {
    if (!facts.isOffering) return "SuspendedEVSE";
    return facts.isAsking ? "Charging" : "SuspendedEV";
  }
  if (!facts.isOperative) return "Unavailable";
  if (facts.isPlugged && facts.hasServed) return "Finishing";
  if (facts.isPlugged || facts.isPermitted) return "Preparing";
  return facts.isReserved ? "Reserved" : "Available";
}

const OCCUPIED: ReadonlySet<Status16> = new Set([
  "Preparing",
  "Charging",
  "SuspendedEV",
  "SuspendedEVSE",
  "Finishing",
]);

/** What 2.x has for a status of 1.6. */
export function coarser(status: Status16): ConnectorStatus2x {
  return OCCUPIED.has(status) ? "Occupied" : status as ConnectorStatus2x;
}
