import type { ConnectorReport } from "../ocpp/mod.ts";
import type { Station } from "./station.ts";

/** What each connector of an EVSE was last said to be, since its charger connected. */
export interface ConnectorStates {
  /** What this report of one connector makes of its EVSE. */
  withReport(station: Station, report: ConnectorReport): ConnectorReport;
}

/** No EVSE has more; of one that invents them the first ones count. */
const CONNECTORS_MAX = 8;

/**
 * One EV at a time charges at an EVSE, so its connectors have one state together: while one is occupied
 * the others are Unavailable (G01.FR.01 ff.), and must not hide it; one that works makes up for one
 * that does not.
 */
const FIRST_COUNTS: readonly ConnectorReport["connectorStatus"][] = [
  "Occupied",
  "Reserved",
  "Available",
  "Faulted",
  "Unavailable",
];

/** Creates them; after a reconnection what was said before is not known to hold. */
export function createConnectorStates(): ConnectorStates {
  const known = new WeakMap<Station, Map<number, Map<number, ConnectorReport>>>();

  function reportsOf(station: Station, evseId: number): Map<number, ConnectorReport> {
    const evses = known.get(station) ?? new Map<number, Map<number, ConnectorReport>>();
    known.set(station, evses);
    const reports = evses.get(evseId) ?? new Map<number, ConnectorReport>();
    evses.set(evseId, reports);
    return reports;
  }

  return {
    withReport(station, report) {
      const reports = reportsOf(station, report.evseId);
      const isKept = reports.has(report.connectorId) || reports.size < CONNECTORS_MAX;
      if (isKept) reports.set(report.connectorId, report);
      const rank = (each: ConnectorReport) => FIRST_COUNTS.indexOf(each.connectorStatus);
      // The newest of those that say the same.
      return [...reports.values()].reduce(
        (first, each) => rank(each) < rank(first) ? each : first,
        isKept ? report : reports.values().next().value ?? report,
      );
    },
  };
}
