import { isRecord } from "../../../lib/json.ts";
import type { InsideAction } from "../../inside.ts";

/** A request of 2.0.1 or 2.1 with what 2.1 demands besides: it is a superset but for this. */
export function widenedRequest(action: InsideAction, payload: unknown): unknown {
  if (action !== "NotifyMonitoringReport" || !isRecord(payload)) return payload;
  const { monitor } = payload;
  return Array.isArray(monitor) ? { ...payload, monitor: monitor.map(withOrigin) } : payload;
}

/** 2.0.1 does not say who set a monitor. */
function withOrigin(entry: unknown): unknown {
  if (!isRecord(entry) || !Array.isArray(entry["variableMonitoring"])) return entry;
  return {
    ...entry,
    variableMonitoring: entry["variableMonitoring"].map((monitoring: unknown) =>
      isRecord(monitoring) ? { eventNotificationType: "CustomMonitor", ...monitoring } : monitoring
    ),
  };
}
