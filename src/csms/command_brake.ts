import type { CsmsAction, InsideCall } from "../ocpp/mod.ts";
import type { CommandAnswer } from "./route.ts";

/** How many commands that interrupt charging, or make chargers forget, are carried out in a minute. */
export interface CommandBrake {
  /**
   * May this one be carried out now? It counts where it may. `isFree`: none of the kind was in the last
   * minute.
   */
  look(
    call: InsideCall,
    nowMs: number,
  ): { readonly isAdmitted: boolean; readonly isFree: boolean };
}

/** As many as a CSMS sends that somebody sits in front of; a whole site is sent more where site.yaml says so. */
export const DISRUPTIVE_PER_MINUTE = 10;

const MINUTE_MS = 60_000;

/** Creates a brake that nothing has passed yet. */
export function createCommandBrake(perMinute: number): CommandBrake {
  let passedAtMs: readonly number[] = [];
  return {
    look(call, nowMs) {
      passedAtMs = passedAtMs.filter((at) => nowMs - at < MINUTE_MS);
      const isFree = passedAtMs.length === 0;
      if (!isDisruptive(call)) return { isAdmitted: true, isFree };
      const isAdmitted = passedAtMs.length < perMinute;
      if (isAdmitted) passedAtMs = [...passedAtMs, nowMs];
      return { isAdmitted, isFree };
    },
  };
}

/** That it was not done, in the words of each answer. */
export function brakedAnswer({ action }: InsideCall): CommandAnswer<CsmsAction> {
  switch (action) {
    case "UnlockConnector":
      return { message: { status: "UnlockFailed" } };
    case "DeleteCertificate":
    case "SendLocalList":
      return { message: { status: "Failed" } };
    default:
      return { message: { status: "Rejected" } };
  }
}

/** What the one who tries, and whoever looks after the site, is told. */
export const BRAKED = "Too many commands within a minute that interrupt charging";

/** True for what ends sessions, takes EVSEs out of service, or makes chargers forget whom they may serve. */
export function isDisruptive(call: InsideCall): boolean {
  switch (call.action) {
    case "ClearCache":
    case "DeleteCertificate":
    case "RequestStopTransaction":
    case "Reset":
    case "UnlockConnector":
    case "UpdateFirmware":
      return true;
    case "ChangeAvailability":
      return call.message.operationalStatus === "Inoperative";
    case "CustomerInformation":
      return call.message.clear;
    case "SendLocalList":
      return call.message.updateType === "Full" &&
        (call.message.localAuthorizationList ?? []).length === 0;
    default:
      return false;
  }
}
