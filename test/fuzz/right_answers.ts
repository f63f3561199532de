import { isoTime } from "../../src/lib/clock.ts";
import type { OcppVersion } from "../../src/ocpp/mod.ts";

/** Answers of a CSMS that takes everything. */
export function csmsAnswers(version: OcppVersion, nowWallMs: () => number) {
  let lastNumber = 500;
  return (action: string): unknown => {
    const currentTime = isoTime(nowWallMs());
    const accepted = { status: "Accepted" };
    const token = version === "ocpp1.6" ? { idTagInfo: accepted } : { idTokenInfo: accepted };
    switch (action) {
      case "BootNotification":
        return { ...accepted, currentTime, interval: 300 };
      case "Heartbeat":
        return { currentTime };
      case "Authorize":
        return token;
      case "StartTransaction":
        return { ...token, transactionId: ++lastNumber };
      case "DataTransfer":
      case "SignCertificate":
        return accepted;
      default:
        return {};
    }
  };
}

/** Answers of a charger that takes everything. */
export function chargerAnswers(version: OcppVersion) {
  return (action: string, payload: Record<string, unknown>): unknown => {
    switch (action) {
      case "GetConfiguration":
        return { configurationKey: [], unknownKey: payload["key"] ?? [] };
      case "GetVariables":
        return { getVariableResult: results(payload["getVariableData"], "attributeStatus") };
      case "SetVariables":
        return { setVariableResult: results(payload["setVariableData"], "attributeStatus") };
      case "UnlockConnector":
        return { status: "Unlocked" };
      case "GetLocalListVersion":
        return version === "ocpp1.6" ? { listVersion: 0 } : { versionNumber: 0 };
      case "GetDiagnostics":
        return {};
      case "GetCompositeSchedule":
        return { status: "Rejected" };
      default:
        return { status: "Accepted" };
    }
  };
}

function results(asked: unknown, status: string): unknown {
  const items = Array.isArray(asked) ? asked : [];
  return items.map(({ component, variable }) => ({
    component,
    variable,
    [status]: "UnknownVariable",
  }));
}
