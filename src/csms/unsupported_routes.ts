import { type CsmsAction, type InsideResponse, rpcError } from "../ocpp/mod.ts";
import type { Route } from "./route.ts";

/** The word of 2.x for "not here", in the message that was asked. */
function refuse<A extends CsmsAction>(message: InsideResponse<A>): Route<A> {
  return { handling: ["refuse"], run: () => Promise.resolve({ message }) };
}

// Battery swapping, frequency support and distributed energy resources are not what this site does.
export const afrrSignal = refuse<"AFRRSignal">({ status: "Rejected" });
export const requestBatterySwap = refuse<"RequestBatterySwap">({ status: "Rejected" });
export const setDerControl = refuse<"SetDERControl">({ status: "NotSupported" });
export const getDerControl = refuse<"GetDERControl">({ status: "NotSupported" });
export const clearDerControl = refuse<"ClearDERControl">({ status: "NotSupported" });
export const notifyAllowedEnergyTransfer = refuse<"NotifyAllowedEnergyTransfer">({
  status: "Rejected",
});

export const adjustPeriodicEventStream = refuse<"AdjustPeriodicEventStream">({
  status: "Rejected",
});
/** There is none. */
export const getPeriodicEventStream: Route<"GetPeriodicEventStream"> = {
  handling: ["answer"],
  run: () => Promise.resolve({ message: {} }),
};

export const setMonitoringBase = refuse<"SetMonitoringBase">({ status: "NotSupported" });
export const setMonitoringLevel = refuse<"SetMonitoringLevel">({ status: "Rejected" });
export const getMonitoringReport = refuse<"GetMonitoringReport">({ status: "NotSupported" });
export const setVariableMonitoring: Route<"SetVariableMonitoring"> = {
  handling: ["refuse"],
  run: ({ message: { setMonitoringData } }) =>
    Promise.resolve({
      message: {
        setMonitoringResult: [
          ...setMonitoringData.map(({ type, severity, component, variable }) => ({
            status: "Rejected" as const,
            type,
            severity,
            component,
            variable,
          })),
        ],
      },
    }),
};
export const clearVariableMonitoring: Route<"ClearVariableMonitoring"> = {
  handling: ["refuse"],
  run: ({ message }) =>
    Promise.resolve({
      message: {
        clearMonitoringResult: message.id.map((id) => ({ id, status: "NotFound" as const })),
      },
    }),
};

export const setDisplayMessage = refuse<"SetDisplayMessage">({ status: "Rejected" });
export const getDisplayMessages = refuse<"GetDisplayMessages">({ status: "Unknown" });
export const clearDisplayMessage = refuse<"ClearDisplayMessage">({ status: "Unknown" });
export const customerInformation = refuse<"CustomerInformation">({ status: "Rejected" });

/** There is no terminal that could show it; the message has no word for that. */
export const notifyWebPaymentStarted: Route<"NotifyWebPaymentStarted"> = {
  handling: ["refuse"],
  run: () =>
    Promise.resolve({ error: rpcError("NotSupported", "There is no display to show it on") }),
};

export const usePriorityCharging = refuse<"UsePriorityCharging">({ status: "NoProfile" });
export const updateDynamicSchedule = refuse<"UpdateDynamicSchedule">({ status: "Rejected" });

export const publishFirmware = refuse<"PublishFirmware">({ status: "Rejected" });
export const unpublishFirmware = refuse<"UnpublishFirmware">({ status: "NoFirmware" });
