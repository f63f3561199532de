import {
  type Handlings,
  type InsideCall,
  type InsideResponse,
  rpcError,
  type StationAction,
} from "../ocpp/mod.ts";
import type { NewsCall, QuestionAction } from "./ports.ts";
import type { StationAnswer, StationRoute, StationRoutes } from "./station_route.ts";

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

/** Takes notice: the same answer to everybody. */
function noticed<A extends StationAction>(message: InsideResponse<A>): StationRoute<A> {
  return { handling: ["answer"], run: () => Promise.resolve({ message }) };
}

/** Says no in the words of the message. */
function refused<A extends StationAction>(message: InsideResponse<A>): StationRoute<A> {
  return { handling: ["refuse"], run: () => Promise.resolve({ message }) };
}

/** Says no where the message has no word for it. */
function notSupported<A extends StationAction>(action: A): StationRoute<A> {
  const error = rpcError("NotSupported", `${action} is not supported here`);
  return { handling: ["refuse"], run: () => Promise.resolve({ ok: false, error }) };
}

/** Tells the CSMS, where it has asked for it or wants to know; no answer of it is awaited. */
function passedOn<A extends StationAction & NewsCall["action"]>(
  handling: Handlings,
  message: InsideResponse<A>,
): StationRoute<A> {
  return {
    handling,
    run({ chargerId }, call, { ports }) {
      // The compiler cannot follow that the call of an action is one of those.
      ports.upstream.news(chargerId, call as InsideCall as NewsCall);
      return Promise.resolve({ message });
    },
  };
}

/** Asks the CSMS; says no in the words of the message where that has no answer. */
function asked<A extends QuestionAction>(
  otherwise: (call: InsideCall<A>) => StationAnswer<A>,
): StationRoute<A> {
  return {
    handling: ["forward"],
    async run({ chargerId }, call, { ports }) {
      // The compiler cannot follow that the call of an action has that action.
      const question = call as InsideCall<A> & { readonly action: A };
      return await ports.upstream.ask<A>(chargerId, question) ?? otherwise(call);
    },
  };
}

/** What is told where the CSMS has asked this charger for it. */
const ORDERED: Handlings = ["answer", "coalesce"];

/** What is said to them. */
export const QUIET_ROUTES: Pick<StationRoutes, QuietAction> = {
  BatterySwap: notSupported("BatterySwap"),
  ClearedChargingLimit: noticed<"ClearedChargingLimit">({}),
  ClosePeriodicEventStream: noticed<"ClosePeriodicEventStream">({}),
  // A charger that gets no certificate asks for a card.
  Get15118EVCertificate: asked<"Get15118EVCertificate">(() => ({
    message: { status: "Failed", exiResponse: "" },
  })),
  // The message has no word for that nobody knows.
  GetCertificateChainStatus: asked<"GetCertificateChainStatus">(() => ({
    ok: false,
    error: rpcError("GenericError", "The CSMS cannot be asked"),
  })),
  GetCertificateStatus: asked<"GetCertificateStatus">(() => ({ message: { status: "Failed" } })),
  NotifyChargingLimit: noticed<"NotifyChargingLimit">({}),
  NotifyCustomerInformation: passedOn<"NotifyCustomerInformation">(ORDERED, {}),
  NotifyDERAlarm: noticed<"NotifyDERAlarm">({}),
  NotifyDERStartStop: noticed<"NotifyDERStartStop">({}),
  NotifyDisplayMessages: passedOn<"NotifyDisplayMessages">(ORDERED, {}),
  NotifyEVChargingSchedule: passedOn<"NotifyEVChargingSchedule">(["coalesce"], {
    status: "Accepted",
  }),
  NotifyMonitoringReport: passedOn<"NotifyMonitoringReport">(ORDERED, {}),
  NotifyPriorityCharging: noticed<"NotifyPriorityCharging">({}),
  NotifySettlement: notSupported("NotifySettlement"),
  OpenPeriodicEventStream: refused<"OpenPeriodicEventStream">({ status: "Rejected" }),
  PublishFirmwareStatusNotification: noticed<"PublishFirmwareStatusNotification">({}),
  PullDynamicScheduleUpdate: refused<"PullDynamicScheduleUpdate">({ status: "Rejected" }),
  ReportChargingProfiles: noticed<"ReportChargingProfiles">({}),
  ReportDERControl: noticed<"ReportDERControl">({}),
  ReservationStatusUpdate: noticed<"ReservationStatusUpdate">({}),
  VatNumberValidation: asked<"VatNumberValidation">(({ message: { vatNumber } }) => ({
    message: { status: "Rejected", vatNumber },
  })),
};
