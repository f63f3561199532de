import type { CsmsAction, InsideAction, InsideCall, SpokenAnswer } from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import { brakedAnswer } from "./command_brake.ts";
import { changeAvailability } from "./availability_routes.ts";
import { getVariables, setVariables } from "./configuration_routes.ts";
import { customerInformation } from "./customer_routes.ts";
import {
  certificateSigned,
  deleteCertificate,
  getInstalledCertificateIds,
  installCertificate,
} from "./certificate_routes.ts";
import { getLog, publishFirmware, unpublishFirmware, updateFirmware } from "./file_routes.ts";
import {
  clearChargingProfile,
  getChargingProfiles,
  getCompositeSchedule,
  setChargingProfile,
} from "./profile_routes.ts";
import { getBaseReport, getReport } from "./report_routes.ts";
import { setNetworkProfile } from "./network_routes.ts";
import { requestStart, requestStop, reset, unlockConnector } from "./remote_routes.ts";
import { cancelReservation, reserveNow } from "./reservation_routes.ts";
import { type CommandDesk, type CsmsRoutes, type Route, spoken } from "./route.ts";
import {
  changeTransactionTariff,
  clearTariffs,
  getTariffs,
  setDefaultTariff,
} from "./tariff_routes.ts";
import { clearCache, getLocalListVersion, sendLocalList } from "./token_routes.ts";
import { costUpdated, getTransactionStatus } from "./transaction_routes.ts";
import { triggerMessage } from "./trigger_routes.ts";
import { slotNamed, toOneCharger } from "./one_charger.ts";
import { createTunnel } from "./tunnel.ts";
import * as unsupported from "./unsupported_routes.ts";

/** What the gateway does with each message of the CSMS, whatever version it came in. */
export const CSMS_ROUTES: CsmsRoutes = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificateSigned,
  ChangeAvailability: changeAvailability,
  ClearCache: clearCache,
  ClearChargingProfile: clearChargingProfile,
  DataTransfer: createTunnel(isForOne),
  DeleteCertificate: deleteCertificate,
  GetBaseReport: getBaseReport,
  GetCompositeSchedule: getCompositeSchedule,
  GetInstalledCertificateIds: getInstalledCertificateIds,
  GetLocalListVersion: getLocalListVersion,
  GetLog: getLog,
  GetVariables: getVariables,
  InstallCertificate: installCertificate,
  RequestStartTransaction: requestStart,
  RequestStopTransaction: requestStop,
  ReserveNow: reserveNow,
  Reset: reset,
  SendLocalList: sendLocalList,
  SetChargingProfile: setChargingProfile,
  SetVariables: setVariables,
  TriggerMessage: triggerMessage,
  UnlockConnector: unlockConnector,
  UpdateFirmware: updateFirmware,
  AFRRSignal: unsupported.afrrSignal,
  AdjustPeriodicEventStream: unsupported.adjustPeriodicEventStream,
  ChangeTransactionTariff: changeTransactionTariff,
  ClearDERControl: unsupported.clearDerControl,
  ClearDisplayMessage: unsupported.clearDisplayMessage,
  ClearTariffs: clearTariffs,
  ClearVariableMonitoring: unsupported.clearVariableMonitoring,
  CostUpdated: costUpdated,
  CustomerInformation: customerInformation,
  GetChargingProfiles: getChargingProfiles,
  GetDERControl: unsupported.getDerControl,
  GetDisplayMessages: unsupported.getDisplayMessages,
  GetMonitoringReport: unsupported.getMonitoringReport,
  GetPeriodicEventStream: unsupported.getPeriodicEventStream,
  GetReport: getReport,
  GetTariffs: getTariffs,
  GetTransactionStatus: getTransactionStatus,
  NotifyAllowedEnergyTransfer: unsupported.notifyAllowedEnergyTransfer,
  NotifyWebPaymentStarted: unsupported.notifyWebPaymentStarted,
  PublishFirmware: publishFirmware,
  RequestBatterySwap: unsupported.requestBatterySwap,
  SetDERControl: unsupported.setDerControl,
  SetDefaultTariff: setDefaultTariff,
  SetDisplayMessage: unsupported.setDisplayMessage,
  SetMonitoringBase: unsupported.setMonitoringBase,
  SetMonitoringLevel: unsupported.setMonitoringLevel,
  SetNetworkProfile: setNetworkProfile,
  SetVariableMonitoring: unsupported.setVariableMonitoring,
  UnpublishFirmware: unpublishFirmware,
  UpdateDynamicSchedule: unsupported.updateDynamicSchedule,
  UsePriorityCharging: unsupported.usePriorityCharging,
};

/** Works on one command of the CSMS, and notes what came of it. */
export async function runCommand(call: InsideCall, desk: CommandDesk): Promise<SpokenAnswer> {
  if (!isCsmsAction(call.action)) {
    return { ok: false, error: rpcError("NotSupported", `${call.action} is for a CSMS`) };
  }
  const slot = desk.version === "ocpp1.6" ? null : slotNamed(call);
  const answer = await carryOut(call, slot, desk);
  desk.notes.tell(call, slot, answer);
  return answer;
}

async function carryOut(
  call: InsideCall,
  slot: number | null,
  desk: CommandDesk,
): Promise<SpokenAnswer> {
  if (!desk.mayDisrupt(call)) return spoken(brakedAnswer(call));
  // The compiler cannot follow that the route of an action takes the call of that action.
  const command = call as InsideCall<CsmsAction>;
  const route = CSMS_ROUTES[command.action] as Route<CsmsAction>;
  if (slot === null) return spoken(await route.run(command, desk));
  if (isForOne(call.action)) return spoken(await toOneCharger(command, slot, desk));
  const error = rpcError("NotSupported", `${call.action} is not for one charger`);
  return { ok: false, error };
}

function isForOne(action: InsideAction): action is CsmsAction {
  return isCsmsAction(action) && CSMS_ROUTES[action].isForOne === true;
}

function isCsmsAction(action: InsideAction): action is CsmsAction {
  return Object.hasOwn(CSMS_ROUTES, action);
}
