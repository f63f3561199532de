import type { Requests16 } from "../../ocpp/messages/mod.ts";
import type { Status16 } from "../station/connector_status.ts";
import { timestamp } from "../station/body.ts";
import { connectorOf, connectorStatus, type Station16 } from "./station.ts";

/** Tells the CSMS how the connectors are. */
export interface StatusReports {
  /** Looks at all of them and reports what has changed. */
  observe(): void;
  /** Reports all (after a boot), or what has changed since it was last told (after a reconnect). */
  catchUp(how: "booted" | "reconnected"): void;
  /** Reports on request, one connector or all with the station itself. */
  report(connectorId: number | undefined, triggered: boolean): void;
  /** A warning about the whole station that changes no status. */
  warn(errorCode: Requests16["StatusNotification"]["errorCode"]): void;
  stop(): void;
}

interface Seen {
  status: Status16;
  /** What the CSMS was told last; null before it was told anything. */
  told: Status16 | null;
  cancelDelay: () => void;
}

/** Creates the reports for connector 0 and all others. */
export function createStatusReports(station: Station16): StatusReports {
  const { ports, configuration, connectors, link } = station;
  const seen = new Map<number, Seen>();
  for (const { id } of [{ id: 0 }, ...connectors]) {
    seen.set(id, { status: statusNow(id), told: null, cancelDelay: () => {} });
  }

  function statusNow(connectorId: number): Status16 {
    const connector = connectorOf(station, connectorId);
    if (connector !== undefined) return connectorStatus(station, connector);
    return station.memory.isOperative ? "Available" : "Unavailable";
  }

  function observe(): void {
    for (const [connectorId, entry] of seen) {
      const status = statusNow(connectorId);
      if (status === entry.status) continue;
      entry.status = status;
      ports.events.emit("status", { connectorId, status });
      entry.cancelDelay();
      // A status that does not last need not be told (1.6 §4.9, MinimumStatusDuration).
      const delayMs = configuration.integer("MinimumStatusDuration") * 1_000;
      if (delayMs === 0) tellIfNew(connectorId, entry);
      else entry.cancelDelay = ports.clock.after(delayMs, () => tellIfNew(connectorId, entry));
    }
  }

  function tellIfNew(connectorId: number, entry: Seen): void {
    if (entry.status !== entry.told && link.isReady()) tell(connectorId, entry, false);
  }

  function tell(connectorId: number, entry: Seen, triggered: boolean): void {
    entry.told = entry.status;
    const payload = messageOf(connectorId, entry.status);
    ports.spawn("report status", async () => {
      const said = await link.say("StatusNotification", payload, triggered);
      if (said.kind === "failed" && entry.told === payload.status) entry.told = null;
    });
  }

  function messageOf(
    connectorId: number,
    status: Status16,
  ): Requests16["StatusNotification"] {
    const connector = connectorOf(station, connectorId);
    const hasTransaction = connector !== undefined && connector.transaction !== null;
    const hasLostEv = hasTransaction && connector.outlet.ev === null;
    return {
      connectorId,
      status,
      errorCode: connector?.errorCode ?? "NoError",
      timestamp: timestamp(station),
      ...(hasLostEv ? { info: "EV side disconnected" } : {}),
    };
  }

  return {
    observe,
    catchUp(how) {
      for (const [connectorId, entry] of seen) {
        if (how === "booted") entry.told = null;
        tellIfNew(connectorId, entry);
      }
    },
    report(connectorId, triggered) {
      for (const [id, entry] of seen) {
        if (connectorId === undefined || connectorId === id) tell(id, entry, triggered);
      }
    },
    warn(errorCode) {
      const payload = { ...messageOf(0, statusNow(0)), errorCode };
      ports.spawn("report warning", () => link.say("StatusNotification", payload));
    },
    stop() {
      for (const entry of seen.values()) entry.cancelDelay();
    },
  };
}
