import { timestamp } from "../station/body.ts";
import type { ConnectorStatus2x } from "../station/connector_status.ts";
import type { Said2x } from "./messages.ts";
import {
  CONNECTOR_ID,
  connectorStatus,
  type Evse2x,
  finerStatus,
  type Station2x,
} from "./station.ts";

/** Tells the CSMS how the connectors are (2.0.1 G01, B04). */
export interface StatusReports2x {
  /** Looks at all of them and reports what has changed. */
  observe(): void;
  /** Reports all, or what has changed since it was last told. */
  catchUp(what: "all" | "changes"): void;
  /** Reports on request, one EVSE's connector or all. */
  report(evseId: number | undefined, triggered: boolean): void;
}

interface Seen {
  readonly evse: Evse2x;
  status: ConnectorStatus2x;
  /** As people here are told: in the finer words of 1.6. */
  finer: string;
  problem: string | null;
  /** What the CSMS was told last; null before it was told anything. */
  told: ConnectorStatus2x | null;
}

type EventData = Said2x["NotifyEvent"]["eventData"][number];

/** Creates the reports. */
export function createStatusReports2x(station: Station2x): StatusReports2x {
  const { ports, link, options } = station;
  let nextEventId = 1;
  const seen = station.connectors.map((evse): Seen => ({
    evse,
    status: connectorStatus(station, evse),
    finer: finerStatus(station, evse),
    problem: evse.errorCode,
    told: null,
  }));

  function observe(): void {
    for (const entry of seen) {
      const finer = finerStatus(station, entry.evse);
      if (finer !== entry.finer) {
        entry.finer = finer;
        ports.events.emit("status", { connectorId: entry.evse.id, status: finer });
      }
      tellProblem(entry);
      const status = connectorStatus(station, entry.evse);
      if (status === entry.status) continue;
      entry.status = status;
      tellIfNew(entry);
    }
  }

  function tellIfNew(entry: Seen): void {
    if (entry.status !== entry.told && link.isReady()) tell(entry, false);
  }

  function tell(entry: Seen, triggered: boolean): void {
    const { status } = entry;
    entry.told = status;
    ports.spawn("report status", async () => {
      const said = options.tellsStatusBy === "NotifyEvent" && !triggered
        ? await link.say("NotifyEvent", eventOf([stateOf(entry)]))
        : await link.say("StatusNotification", {
          timestamp: timestamp(station),
          connectorStatus: status,
          evseId: entry.evse.id,
          connectorId: CONNECTOR_ID,
        }, triggered);
      if (said.kind === "failed" && entry.told === status) entry.told = null;
    });
  }

  /** G01.FR.01 of 2.1; in 2.0.1 too a station MAY (E02.FR.05). */
  function stateOf({ evse, status }: Seen): EventData {
    return {
      ...dataOf(evse),
      variable: { name: "AvailabilityState" },
      actualValue: status,
      trigger: "Delta",
    };
  }

  function tellProblem(entry: Seen): void {
    const { evse, problem } = entry;
    if (evse.errorCode === problem) return;
    entry.problem = evse.errorCode;
    const techCode = evse.errorCode ?? problem ?? "";
    const data: EventData = {
      ...dataOf(evse),
      variable: { name: "Problem" },
      actualValue: String(evse.errorCode !== null),
      trigger: "Delta",
      techCode,
      cleared: evse.errorCode === null,
    };
    ports.spawn("report problem", () => link.say("NotifyEvent", eventOf([data])));
  }

  function dataOf({ id }: Evse2x) {
    return {
      eventId: nextEventId++,
      timestamp: timestamp(station),
      eventNotificationType: "HardWiredNotification" as const,
      component: { name: "Connector", evse: { id, connectorId: CONNECTOR_ID } },
    };
  }

  function eventOf(eventData: Said2x["NotifyEvent"]["eventData"]): Said2x["NotifyEvent"] {
    return { generatedAt: timestamp(station), seqNo: 0, tbc: false, eventData };
  }

  return {
    observe,
    catchUp(what) {
      for (const entry of seen) {
        if (what === "all") entry.told = null;
        tellIfNew(entry);
      }
    },
    report(evseId, triggered) {
      for (const entry of seen) {
        if (evseId === undefined || evseId === entry.evse.id) tell(entry, triggered);
      }
    },
  };
}
