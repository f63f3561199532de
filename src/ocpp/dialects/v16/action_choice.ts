import type { InsideAction, InsideCall, InsideRequest } from "../../inside.ts";
import type { Action16 } from "../../messages/mod.ts";
import type { InsideOf16 } from "./codecs.ts";

/** The messages of 1.6 that are `I` inside. */
type ActionsFor<I extends InsideAction> = {
  readonly [A in Action16]: I extends InsideOf16[A] ? A : never;
}[Action16];

/** The messages inside that 1.6 can say. */
export type Sayable16 = InsideOf16[Action16];

type Choice<I extends InsideAction> =
  | ActionsFor<I>
  | ((message: InsideRequest<I>) => ActionsFor<I>);

/**
 * How 1.6 says each request. Where the base and the security extension both can, the base does: fewer
 * peers know the extension. What only the extension can say (a request id, a signature, the log of
 * security events, a trigger for a certificate) goes there anyway.
 */
const CHOICES: { readonly [I in Sayable16]: Choice<I> } = {
  Authorize: "Authorize",
  BootNotification: "BootNotification",
  CancelReservation: "CancelReservation",
  CertificateSigned: "CertificateSigned",
  ChangeAvailability: "ChangeAvailability",
  ClearCache: "ClearCache",
  ClearChargingProfile: "ClearChargingProfile",
  DataTransfer: "DataTransfer",
  DeleteCertificate: "DeleteCertificate",
  FirmwareStatusNotification: ({ requestId }) =>
    requestId === undefined ? "FirmwareStatusNotification" : "SignedFirmwareStatusNotification",
  GetBaseReport: "GetConfiguration",
  GetCompositeSchedule: "GetCompositeSchedule",
  GetInstalledCertificateIds: "GetInstalledCertificateIds",
  GetLocalListVersion: "GetLocalListVersion",
  GetLog: ({ logType, requestId }) =>
    logType === "SecurityLog" || requestId !== undefined ? "GetLog" : "GetDiagnostics",
  GetVariables: "GetConfiguration",
  Heartbeat: "Heartbeat",
  InstallCertificate: "InstallCertificate",
  LogStatusNotification: ({ requestId }) =>
    requestId === undefined ? "DiagnosticsStatusNotification" : "LogStatusNotification",
  MeterValues: "MeterValues",
  RequestStartTransaction: "RemoteStartTransaction",
  RequestStopTransaction: "RemoteStopTransaction",
  ReserveNow: "ReserveNow",
  Reset: "Reset",
  SecurityEventNotification: "SecurityEventNotification",
  SendLocalList: "SendLocalList",
  SetChargingProfile: "SetChargingProfile",
  SetVariables: "ChangeConfiguration",
  SignCertificate: "SignCertificate",
  StartTransaction: "StartTransaction",
  StatusNotification: "StatusNotification",
  StopTransaction: "StopTransaction",
  TriggerMessage: ({ requestedMessage }) =>
    requestedMessage === "SignChargingStationCertificate"
      ? "ExtendedTriggerMessage"
      : "TriggerMessage",
  UnlockConnector: "UnlockConnector",
  UpdateFirmware: ({ firmware }) =>
    firmware.signature === undefined || firmware.signingCertificate === undefined
      ? "UpdateFirmware"
      : "SignedUpdateFirmware",
};

/** True for a message that 1.6 has a word for. */
export function isSayable16(action: InsideAction): action is Sayable16 {
  return Object.hasOwn(CHOICES, action);
}

/** The message of 1.6 that says a request best. Throws a RangeError where there is none. */
export function actionFor16(call: InsideCall): Action16 {
  if (!isSayable16(call.action)) throw new RangeError(`Cannot say ${call.action} in 1.6`);
  // The compiler cannot follow that the choice of an action takes the message of that action.
  const choice = CHOICES[call.action] as Action16 | ((message: InsideCall["message"]) => Action16);
  return typeof choice === "string" ? choice : choice(call.message);
}
