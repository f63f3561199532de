import { type InsideCall, type InsideResponse, rpcError, type StationAction } from "../ocpp/mod.ts";
import type { SpokenAnswer } from "../ocpp/mod.ts";
import type { StationRoutes } from "./requests.ts";

/** Messages of 2.x chargers of which the site takes no more than notice, and those that it has no use for. */
type QuietAction =
  | "BatterySwap"
  | "ClearedChargingLimit"
  | "ClosePeriodicEventStream"
  | "Get15118EVCertificate"
  | "GetCertificateChainStatus"
  | "GetCertificateStatus"
  | "NotifyChargingLimit"
  | "NotifyCustomerInformation"
  | "NotifyDERAlarm"
  | "NotifyDERStartStop"
  | "NotifyDisplayMessages"
  | "NotifyEVChargingSchedule"
  | "NotifyMonitoringReport"
  | "NotifyPriorityCharging"
  | "NotifySettlement"
  | "OpenPeriodicEventStream"
  | "PublishFirmwareStatusNotification"
  | "PullDynamicScheduleUpdate"
  | "ReportChargingProfiles"
  | "ReportDERControl"
  | "ReservationStatusUpdate"
  | "VatNumberValidation";

/** The same answer to everybody. */
function always<A extends StationAction>(
  message: InsideResponse<A>,
): () => Promise<{ readonly message: InsideResponse<A> }> {
  return () => Promise.resolve({ message });
}

function refused(action: StationAction): () => Promise<SpokenAnswer & { ok: false }> {
  const error = rpcError("NotSupported", `${action} is not supported here`);
  return () => Promise.resolve({ ok: false, error });
}

/** What is said to them. */
export const QUIET_ROUTES: Pick<StationRoutes, QuietAction> = {
  BatterySwap: refused("BatterySwap"),
  ClearedChargingLimit: always<"ClearedChargingLimit">({}),
  ClosePeriodicEventStream: always<"ClosePeriodicEventStream">({}),
  // The CSMS must answer these three within seconds; a charger that gets no certificate asks for a card.
  Get15118EVCertificate: always<"Get15118EVCertificate">({ status: "Failed", exiResponse: "" }),
  GetCertificateChainStatus: refused("GetCertificateChainStatus"),
  GetCertificateStatus: always<"GetCertificateStatus">({ status: "Failed" }),
  NotifyChargingLimit: always<"NotifyChargingLimit">({}),
  NotifyCustomerInformation: always<"NotifyCustomerInformation">({}),
  NotifyDERAlarm: always<"NotifyDERAlarm">({}),
  NotifyDERStartStop: always<"NotifyDERStartStop">({}),
  NotifyDisplayMessages: always<"NotifyDisplayMessages">({}),
  NotifyEVChargingSchedule: always<"NotifyEVChargingSchedule">({ status: "Accepted" }),
  NotifyMonitoringReport: always<"NotifyMonitoringReport">({}),
  NotifyPriorityCharging: always<"NotifyPriorityCharging">({}),
  NotifySettlement: refused("NotifySettlement"),
  OpenPeriodicEventStream: always<"OpenPeriodicEventStream">({ status: "Rejected" }),
  PublishFirmwareStatusNotification: always<"PublishFirmwareStatusNotification">({}),
  PullDynamicScheduleUpdate: always<"PullDynamicScheduleUpdate">({ status: "Rejected" }),
  ReportChargingProfiles: always<"ReportChargingProfiles">({}),
  ReportDERControl: always<"ReportDERControl">({}),
  ReservationStatusUpdate: always<"ReservationStatusUpdate">({}),
  VatNumberValidation: (_station, { message: { vatNumber } }: InsideCall<"VatNumberValidation">) =>
    Promise.resolve({ message: { status: "Rejected", vatNumber } }),
};
