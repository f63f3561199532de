import type { InsideAction } from "./inside.ts";

/** Messages that a station sends to its CSMS. */
export const STATION_ACTIONS = [
  "Authorize",
  "BatterySwap",
  "BootNotification",
  "ClearedChargingLimit",
  "ClosePeriodicEventStream",
  "DataTransfer",
  "FirmwareStatusNotification",
  "Get15118EVCertificate",
  "GetCertificateChainStatus",
  "GetCertificateStatus",
  "Heartbeat",
  "LogStatusNotification",
  "MeterValues",
  "NotifyChargingLimit",
  "NotifyCustomerInformation",
  "NotifyDERAlarm",
  "NotifyDERStartStop",
  "NotifyDisplayMessages",
  "NotifyEVChargingNeeds",
  "NotifyEVChargingSchedule",
  "NotifyEvent",
  "NotifyMonitoringReport",
  "NotifyPriorityCharging",
  "NotifyReport",
  "NotifySettlement",
  "OpenPeriodicEventStream",
  "PublishFirmwareStatusNotification",
  "PullDynamicScheduleUpdate",
  "ReportChargingProfiles",
  "ReportDERControl",
  "ReservationStatusUpdate",
  "SecurityEventNotification",
  "SignCertificate",
  "StartTransaction",
  "StatusNotification",
  "StopTransaction",
  "TransactionEvent",
  "VatNumberValidation",
] as const satisfies readonly InsideAction[];

/** Messages that a CSMS sends to its station. */
export const CSMS_ACTIONS = [
  "AFRRSignal",
  "AdjustPeriodicEventStream",
  "CancelReservation",
  "CertificateSigned",
  "ChangeAvailability",
  "ChangeTransactionTariff",
  "ClearCache",
  "ClearChargingProfile",
  "ClearDERControl",
  "ClearDisplayMessage",
  "ClearTariffs",
  "ClearVariableMonitoring",
  "CostUpdated",
  "CustomerInformation",
  "DataTransfer",
  "DeleteCertificate",
  "GetBaseReport",
  "GetChargingProfiles",
  "GetCompositeSchedule",
  "GetDERControl",
  "GetDisplayMessages",
  "GetInstalledCertificateIds",
  "GetLocalListVersion",
  "GetLog",
  "GetMonitoringReport",
  "GetPeriodicEventStream",
  "GetReport",
  "GetTariffs",
  "GetTransactionStatus",
  "GetVariables",
  "InstallCertificate",
  "NotifyAllowedEnergyTransfer",
  "NotifyWebPaymentStarted",
  "PublishFirmware",
  "RequestBatterySwap",
  "RequestStartTransaction",
  "RequestStopTransaction",
  "ReserveNow",
  "Reset",
  "SendLocalList",
  "SetChargingProfile",
  "SetDERControl",
  "SetDefaultTariff",
  "SetDisplayMessage",
  "SetMonitoringBase",
  "SetMonitoringLevel",
  "SetNetworkProfile",
  "SetVariableMonitoring",
  "SetVariables",
  "TriggerMessage",
  "UnlockConnector",
  "UnpublishFirmware",
  "UpdateDynamicSchedule",
  "UpdateFirmware",
  "UsePriorityCharging",
] as const satisfies readonly InsideAction[];

/** The name of a message that a station sends to its CSMS. */
export type StationAction = typeof STATION_ACTIONS[number];
/** The name of a message that a CSMS sends to its station. */
export type CsmsAction = typeof CSMS_ACTIONS[number];

const INSIDE_ACTIONS: ReadonlySet<string> = new Set([...STATION_ACTIONS, ...CSMS_ACTIONS]);

/** True for the name of a message inside. */
export function isInsideAction(name: string): name is InsideAction {
  return INSIDE_ACTIONS.has(name);
}

/** 1.6's words for what 2.x says in TransactionEvents: never on a 2.x wire. */
export function isIntent(action: InsideAction): action is "StartTransaction" | "StopTransaction" {
  return action === "StartTransaction" || action === "StopTransaction";
}

/** Every message inside has its sender: this does not compile otherwise. */
type Unsent = Exclude<InsideAction, StationAction | CsmsAction>;
const NOBODY_SENDS: [Unsent] extends [never] ? true : Unsent = true;
void NOBODY_SENDS;
