import type { InsideAction } from "../../inside.ts";
import type { Action16 } from "../../messages/mod.ts";
import type { Codec } from "../codec.ts";
import type { Exchange16 } from "./_exchange.ts";
import { authorize, clearCache } from "./authorization.ts";
import { bootNotification, heartbeat } from "./boot.ts";
import {
  certificateSigned,
  deleteCertificate,
  getInstalledCertificateIds,
  installCertificate,
  securityEventNotification,
  signCertificate,
} from "./certificates.ts";
import {
  clearChargingProfile,
  getCompositeSchedule,
  setChargingProfile,
} from "./charging_profiles.ts";
import {
  asksForEverything,
  changeConfiguration,
  getConfigurationOfKeys,
  getWholeConfiguration,
} from "./configuration.ts";
import { dataTransfer } from "./data_transfer.ts";
import {
  diagnosticsStatusNotification,
  firmwareStatusNotification,
  getDiagnostics,
  getLog,
  logStatusNotification,
  signedFirmwareStatusNotification,
  signedUpdateFirmware,
  updateFirmware,
} from "./firmware_and_logs.ts";
import { getLocalListVersion, sendLocalList } from "./local_list.ts";
import {
  changeAvailability,
  extendedTriggerMessage,
  remoteStartTransaction,
  remoteStopTransaction,
  reset,
  triggerMessage,
  unlockConnector,
} from "./remote_control.ts";
import { cancelReservation, reserveNow } from "./reservations.ts";
import { statusNotification } from "./status.ts";
import { meterValues, startTransaction, stopTransaction } from "./transactions.ts";

/**
 * Which message inside each message of 1.6 is. GetConfiguration is two: with keys it asks for
 * variables, without it asks for a report of all of them.
 */
export interface InsideOf16 {
  readonly Authorize: "Authorize";
  readonly BootNotification: "BootNotification";
  readonly CancelReservation: "CancelReservation";
  readonly CertificateSigned: "CertificateSigned";
  readonly ChangeAvailability: "ChangeAvailability";
  readonly ChangeConfiguration: "SetVariables";
  readonly ClearCache: "ClearCache";
  readonly ClearChargingProfile: "ClearChargingProfile";
  readonly DataTransfer: "DataTransfer";
  readonly DeleteCertificate: "DeleteCertificate";
  readonly DiagnosticsStatusNotification: "LogStatusNotification";
  readonly ExtendedTriggerMessage: "TriggerMessage";
  readonly FirmwareStatusNotification: "FirmwareStatusNotification";
  readonly GetCompositeSchedule: "GetCompositeSchedule";
  readonly GetConfiguration: "GetVariables" | "GetBaseReport";
  readonly GetDiagnostics: "GetLog";
  readonly GetInstalledCertificateIds: "GetInstalledCertificateIds";
  readonly GetLocalListVersion: "GetLocalListVersion";
  readonly GetLog: "GetLog";
  readonly Heartbeat: "Heartbeat";
  readonly InstallCertificate: "InstallCertificate";
  readonly LogStatusNotification: "LogStatusNotification";
  readonly MeterValues: "MeterValues";
  readonly RemoteStartTransaction: "RequestStartTransaction";
  readonly RemoteStopTransaction: "RequestStopTransaction";
  readonly ReserveNow: "ReserveNow";
  readonly Reset: "Reset";
  readonly SecurityEventNotification: "SecurityEventNotification";
  readonly SendLocalList: "SendLocalList";
  readonly SetChargingProfile: "SetChargingProfile";
  readonly SignCertificate: "SignCertificate";
  readonly SignedFirmwareStatusNotification: "FirmwareStatusNotification";
  readonly SignedUpdateFirmware: "UpdateFirmware";
  readonly StartTransaction: "StartTransaction";
  readonly StatusNotification: "StatusNotification";
  readonly StopTransaction: "StopTransaction";
  readonly TriggerMessage: "TriggerMessage";
  readonly UnlockConnector: "UnlockConnector";
  readonly UpdateFirmware: "UpdateFirmware";
}

/** For each message of 1.6, an exchange for each message inside that it can be. */
export type Codecs16 = {
  readonly [A in Action16]: {
    readonly [I in InsideOf16[A]]: Exchange16<A, I>;
  };
};

/** All 39 messages of 1.6: 28 of the base and 11 of the security extension. */
export const codecs16: Codecs16 = {
  Authorize: { Authorize: authorize },
  BootNotification: { BootNotification: bootNotification },
  CancelReservation: { CancelReservation: cancelReservation },
  CertificateSigned: { CertificateSigned: certificateSigned },
  ChangeAvailability: { ChangeAvailability: changeAvailability },
  ChangeConfiguration: { SetVariables: changeConfiguration },
  ClearCache: { ClearCache: clearCache },
  ClearChargingProfile: { ClearChargingProfile: clearChargingProfile },
  DataTransfer: { DataTransfer: dataTransfer },
  DeleteCertificate: { DeleteCertificate: deleteCertificate },
  DiagnosticsStatusNotification: { LogStatusNotification: diagnosticsStatusNotification },
  ExtendedTriggerMessage: { TriggerMessage: extendedTriggerMessage },
  FirmwareStatusNotification: { FirmwareStatusNotification: firmwareStatusNotification },
  GetCompositeSchedule: { GetCompositeSchedule: getCompositeSchedule },
  GetConfiguration: { GetVariables: getConfigurationOfKeys, GetBaseReport: getWholeConfiguration },
  GetDiagnostics: { GetLog: getDiagnostics },
  GetInstalledCertificateIds: { GetInstalledCertificateIds: getInstalledCertificateIds },
  GetLocalListVersion: { GetLocalListVersion: getLocalListVersion },
  GetLog: { GetLog: getLog },
  Heartbeat: { Heartbeat: heartbeat },
  InstallCertificate: { InstallCertificate: installCertificate },
  LogStatusNotification: { LogStatusNotification: logStatusNotification },
  MeterValues: { MeterValues: meterValues },
  RemoteStartTransaction: { RequestStartTransaction: remoteStartTransaction },
  RemoteStopTransaction: { RequestStopTransaction: remoteStopTransaction },
  ReserveNow: { ReserveNow: reserveNow },
  Reset: { Reset: reset },
  SecurityEventNotification: { SecurityEventNotification: securityEventNotification },
  SendLocalList: { SendLocalList: sendLocalList },
  SetChargingProfile: { SetChargingProfile: setChargingProfile },
  SignCertificate: { SignCertificate: signCertificate },
  SignedFirmwareStatusNotification: {
    FirmwareStatusNotification: signedFirmwareStatusNotification,
  },
  SignedUpdateFirmware: { UpdateFirmware: signedUpdateFirmware },
  StartTransaction: { StartTransaction: startTransaction },
  StatusNotification: { StatusNotification: statusNotification },
  StopTransaction: { StopTransaction: stopTransaction },
  TriggerMessage: { TriggerMessage: triggerMessage },
  UnlockConnector: { UnlockConnector: unlockConnector },
  UpdateFirmware: { UpdateFirmware: updateFirmware },
};

/** True for a message of 1.6. */
export function isAction16(name: string): name is Action16 {
  return Object.hasOwn(codecs16, name);
}

/** Any exchange, for those who learn only at run time which it is. */
export interface AnyExchange16 {
  readonly inside: InsideAction;
  readonly request: Codec<unknown, unknown>;
  readonly response: Codec<unknown, unknown>;
}

/** The exchange of a message of 1.6 that is `inside`; undefined where it cannot be that. */
export function findExchange16(action: Action16, inside: InsideAction): AnyExchange16 | undefined {
  const exchanges: readonly AnyExchange16[] = Object.values(codecs16[action]);
  return exchanges.find((exchange) => exchange.inside === inside);
}

/** Which message inside a request of 1.6 is. */
export function insideActionOf(action: Action16, request: unknown): InsideAction {
  if (action === "GetConfiguration") {
    return asksForEverything(request) ? "GetBaseReport" : "GetVariables";
  }
  return ONLY_INSIDE[action];
}

/** Every message but GetConfiguration is just one inside. */
const ONLY_INSIDE: { readonly [A in Exclude<Action16, "GetConfiguration">]: InsideOf16[A] } = {
  Authorize: codecs16.Authorize.Authorize.inside,
  BootNotification: codecs16.BootNotification.BootNotification.inside,
  CancelReservation: codecs16.CancelReservation.CancelReservation.inside,
  CertificateSigned: codecs16.CertificateSigned.CertificateSigned.inside,
  ChangeAvailability: codecs16.ChangeAvailability.ChangeAvailability.inside,
  ChangeConfiguration: codecs16.ChangeConfiguration.SetVariables.inside,
  ClearCache: codecs16.ClearCache.ClearCache.inside,
  ClearChargingProfile: codecs16.ClearChargingProfile.ClearChargingProfile.inside,
  DataTransfer: codecs16.DataTransfer.DataTransfer.inside,
  DeleteCertificate: codecs16.DeleteCertificate.DeleteCertificate.inside,
  DiagnosticsStatusNotification:
    codecs16.DiagnosticsStatusNotification.LogStatusNotification.inside,
  ExtendedTriggerMessage: codecs16.ExtendedTriggerMessage.TriggerMessage.inside,
  FirmwareStatusNotification: codecs16.FirmwareStatusNotification.FirmwareStatusNotification.inside,
  GetCompositeSchedule: codecs16.GetCompositeSchedule.GetCompositeSchedule.inside,
  GetDiagnostics: codecs16.GetDiagnostics.GetLog.inside,
  GetInstalledCertificateIds: codecs16.GetInstalledCertificateIds.GetInstalledCertificateIds.inside,
  GetLocalListVersion: codecs16.GetLocalListVersion.GetLocalListVersion.inside,
  GetLog: codecs16.GetLog.GetLog.inside,
  Heartbeat: codecs16.Heartbeat.Heartbeat.inside,
  InstallCertificate: codecs16.InstallCertificate.InstallCertificate.inside,
  LogStatusNotification: codecs16.LogStatusNotification.LogStatusNotification.inside,
  MeterValues: codecs16.MeterValues.MeterValues.inside,
  RemoteStartTransaction: codecs16.RemoteStartTransaction.RequestStartTransaction.inside,
  RemoteStopTransaction: codecs16.RemoteStopTransaction.RequestStopTransaction.inside,
  ReserveNow: codecs16.ReserveNow.ReserveNow.inside,
  Reset: codecs16.Reset.Reset.inside,
  SecurityEventNotification: codecs16.SecurityEventNotification.SecurityEventNotification.inside,
  SendLocalList: codecs16.SendLocalList.SendLocalList.inside,
  SetChargingProfile: codecs16.SetChargingProfile.SetChargingProfile.inside,
  SignCertificate: codecs16.SignCertificate.SignCertificate.inside,
  SignedFirmwareStatusNotification:
    codecs16.SignedFirmwareStatusNotification.FirmwareStatusNotification.inside,
  SignedUpdateFirmware: codecs16.SignedUpdateFirmware.UpdateFirmware.inside,
  StartTransaction: codecs16.StartTransaction.StartTransaction.inside,
  StatusNotification: codecs16.StatusNotification.StatusNotification.inside,
  StopTransaction: codecs16.StopTransaction.StopTransaction.inside,
  TriggerMessage: codecs16.TriggerMessage.TriggerMessage.inside,
  UnlockConnector: codecs16.UnlockConnector.UnlockConnector.inside,
  UpdateFirmware: codecs16.UpdateFirmware.UpdateFirmware.inside,
};
