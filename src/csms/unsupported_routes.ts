import { type CsmsAction, type InsideResponse, rpcError } from "../ocpp/mod.ts";
import type { Route } from "./route.ts";

/** The gateway has none itself; a charger that is meant may. */
function ofChargers<A extends CsmsAction>(message: InsideResponse<A>): Route<A> {
  return { ...refuse<A>(message), isForOne: true };
}

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

export const setMonitoringBase = ofChargers<"SetMonitoringBase">({ status: "NotSupported" });
export const setMonitoringLevel = ofChargers<"SetMonitoringLevel">({ status: "Rejected" });
export const getMonitoringReport = ofChargers<"GetMonitoringReport">({ status: "NotSupported" });
export const setVariableMonitoring: Route<"SetVariableMonitoring"> = {
  handling: ["refuse"],
  isForOne: true,
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
  isForOne: true,
  run: ({ message }) =>
    Promise.resolve({
      message: {
        clearMonitoringResult: message.id.map((id) => ({ id, status: "NotFound" as const })),
      },
    }),
};

export const setDisplayMessage = ofChargers<"SetDisplayMessage">({ status: "Rejected" });
export const getDisplayMessages = ofChargers<"GetDisplayMessages">({ status: "Unknown" });
export const clearDisplayMessage = ofChargers<"ClearDisplayMessage">({ status: "Unknown" });

/** There is no terminal that could show it; the message has no word for that. */
export const notifyWebPaymentStarted: Route<"NotifyWebPaymentStarted"> = {
  handling: ["refuse"],
  run: () =>
    Promise.resolve({ error: rpcError("NotSupported", "There is no display to show it on") }),
};

export const usePriorityCharging = refuse<"UsePriorityCharging">({ status: "NoProfile" });
export const updateDynamicSchedule = refuse<"UpdateDynamicSchedule">({ status: "Rejected" });
