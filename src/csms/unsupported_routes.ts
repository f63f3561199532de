import type { CsmsAction, InsideResponse } from "../ocpp/mod.ts";
import type { Route } from "./route.ts";

/** The word of 2.x for "not here", in the message that was asked. */
function refuse<A extends CsmsAction>(message: InsideResponse<A>): Route<A> {
  return { handling: "refuse", run: () => Promise.resolve({ message }) };
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
export const getPeriodicEventStream = refuse<"GetPeriodicEventStream">({});

export const setMonitoringBase = refuse<"SetMonitoringBase">({ status: "NotSupported" });
export const setMonitoringLevel = refuse<"SetMonitoringLevel">({ status: "Rejected" });
export const getMonitoringReport = refuse<"GetMonitoringReport">({ status: "NotSupported" });
export const setVariableMonitoring: Route<"SetVariableMonitoring"> = {
  handling: "refuse",
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
  handling: "refuse",
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

export const notifyWebPaymentStarted = refuse<"NotifyWebPaymentStarted">({});

export const usePriorityCharging = refuse<"UsePriorityCharging">({ status: "NoProfile" });
export const updateDynamicSchedule = refuse<"UpdateDynamicSchedule">({ status: "Rejected" });

export const publishFirmware = refuse<"PublishFirmware">({ status: "Rejected" });
export const unpublishFirmware = refuse<"UnpublishFirmware">({ status: "NoFirmware" });
