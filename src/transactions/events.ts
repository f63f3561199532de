import { compact } from "../lib/json.ts";
import type {
  Carry,
  ChargingState,
  MeterValue,
  StartIntent,
  StopIntent,
  StopReason,
  TransactionEvent,
  TriggerReason,
} from "../ocpp/mod.ts";
import type { RowClock } from "./heard_clock.ts";
import type { Transaction } from "./transaction.ts";

/** An event of a transaction, ready for the outbox. */
export interface TransactionFact {
  readonly transactionId: string;
  readonly slot: number;
  readonly event: TransactionEvent;
  readonly carry?: Carry;
  /** What has to be put right about its times before the CSMS hears them. */
  readonly clock?: RowClock;
}

/** Whether the CSMS could be reached when it happened (2.x E04.FR.03). */
export interface EventCircumstances {
  readonly offline: boolean;
}

/** The Started event of a transaction that a StartTransaction began. */
export function startedEvent(
  transaction: Transaction,
  intent: StartIntent,
  { offline }: EventCircumstances,
): TransactionEvent {
  return compact({
    eventType: "Started" as const,
    timestamp: intent.timestamp,
    triggerReason: transaction.remoteStartId === null
      ? "Authorized" as const
      : "RemoteStart" as const,
    seqNo: transaction.nextSeqNo,
    offline,
    reservationId: intent.reservationId,
    transactionInfo: compact({
      transactionId: transaction.id,
      remoteStartId: transaction.remoteStartId ?? undefined,
    }),
    evse: { id: transaction.slot, connectorId: 1 },
    idToken: intent.idToken,
    meterValue: [registerValue(intent.timestamp, intent.meterStartWh, "Transaction.Begin")],
  });
}

/** Meter values, and what else they show. */
export interface MeteredFacts {
  readonly meterValue: readonly MeterValue[];
  /** For entries that carry no time of their own. */
  readonly nowIso: string;
  /** They are the first sign that it goes on after a reboot. */
  readonly isResumption: boolean;
}

/** The Updated event for meter values inside a transaction. */
export function meteredEvent(
  transaction: Transaction,
  { meterValue, nowIso, isResumption }: MeteredFacts,
  { offline }: EventCircumstances,
): TransactionEvent {
  return {
    eventType: "Updated",
    timestamp: meterValue[0]?.timestamp ?? nowIso,
    triggerReason: isResumption ? "TxResumed" : meterTrigger(meterValue),
    seqNo: transaction.nextSeqNo,
    offline,
    transactionInfo: { transactionId: transaction.id },
    evse: { id: transaction.slot, connectorId: 1 },
    meterValue: [...meterValue],
  };
}

/** The Updated event of a transaction that goes on after its charger has started anew (E17.FR.14). */
export function resumedEvent(
  transaction: Transaction,
  { timestamp, chargingState }: { timestamp: string; chargingState: ChargingState },
  { offline }: EventCircumstances,
): TransactionEvent {
  return {
    eventType: "Updated",
    timestamp,
    triggerReason: "TxResumed",
    seqNo: transaction.nextSeqNo,
    offline,
    transactionInfo: { transactionId: transaction.id, chargingState },
    evse: { id: transaction.slot, connectorId: 1 },
  };
}

/** The Ended event; its last meter value is the register at the end. */
export function endedEvent(
  transaction: Transaction,
  intent: Omit<StopIntent, "transactionNumber">,
  { offline }: EventCircumstances,
): TransactionEvent {
  const reason = intent.stoppedReason;
  return compact({
    eventType: "Ended" as const,
    timestamp: intent.timestamp,
    triggerReason: stopTrigger(reason),
    seqNo: transaction.nextSeqNo,
    offline,
    transactionInfo: compact({ transactionId: transaction.id, stoppedReason: reason }),
    evse: { id: transaction.slot, connectorId: 1 },
    idToken: intent.idToken,
    meterValue: [
      ...(intent.meterValue ?? []),
      registerValue(intent.timestamp, intent.meterStopWh, "Transaction.End"),
    ],
  });
}

function registerValue(
  timestamp: string,
  energyWh: number,
  context: "Transaction.Begin" | "Transaction.End",
): MeterValue {
  return {
    timestamp,
    sampledValue: [{
      value: energyWh,
      context,
      measurand: "Energy.Active.Import.Register",
      location: "Outlet",
      unitOfMeasure: { unit: "Wh" },
    }],
  };
}

function meterTrigger(meterValue: readonly MeterValue[]): TriggerReason {
  switch (meterValue[0]?.sampledValue[0]?.context) {
    case "Sample.Clock":
      return "MeterValueClock";
    case "Trigger":
      return "Trigger";
    default:
      return "MeterValuePeriodic";
  }
}

/**
 * Why a transaction ends, as the trigger of its last event (2.1 table 3.82, E06). A reboot by itself
 * is abnormal (E17.FR.22); one that was ordered is not.
 */
const STOP_TRIGGERS: Readonly<Record<StopReason, TriggerReason>> = {
  DeAuthorized: "Deauthorized",
  EmergencyStop: "AbnormalCondition",
  EnergyLimitReached: "EnergyLimitReached",
  EVDisconnected: "EVCommunicationLost",
  GroundFault: "AbnormalCondition",
  ImmediateReset: "ResetCommand",
  MasterPass: "StopAuthorized",
  Local: "StopAuthorized",
  LocalOutOfCredit: "StopAuthorized",
  Other: "AbnormalCondition",
  OvercurrentFault: "AbnormalCondition",
  PowerLoss: "AbnormalCondition",
  PowerQuality: "AbnormalCondition",
  Reboot: "AbnormalCondition",
  Remote: "RemoteStop",
  ReqEnergyTransferRejected: "AbnormalCondition",
  SOCLimitReached: "SoCLimitReached",
  StoppedByEV: "ChargingStateChanged",
  TimeLimitReached: "TimeLimitReached",
  Timeout: "EVConnectTimeout",
};

/** 1.6 and 2.x both read an absent reason as "Local". */
function stopTrigger(reason: StopReason | undefined): TriggerReason {
  return STOP_TRIGGERS[reason ?? "Local"];
}
