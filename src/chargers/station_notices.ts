import type { ConnectorReport, ConnectorStatus, InsideCall, InsideResponse } from "../ocpp/mod.ts";
import { compact } from "../lib/json.ts";
import { clip } from "../lib/text.ts";
import {
  chargersSeverity,
  PROBLEM_VARIABLES as PROBLEMS,
  type ReportedProblem,
  type SiteFault,
} from "../site/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** Answers to what 2.x chargers tell of their own accord, besides transactions and connectors. */
export interface StationNotices {
  /** An EV has told what it needs (ISO 15118). */
  needs(
    station: Station,
    call: InsideCall<"NotifyEVChargingNeeds">,
  ): Promise<{ readonly message: InsideResponse<"NotifyEVChargingNeeds"> }>;
  /** Something in its device model has changed. */
  event(
    station: Station,
    call: InsideCall<"NotifyEvent">,
  ): Promise<{ readonly message: InsideResponse<"NotifyEvent"> }>;
}

/** What they ask of the rest of the edge. */
export interface NoticeHooks {
  /** Takes a connector's new state in, as a StatusNotification would tell it. */
  report(station: Station, report: ConnectorReport): Promise<unknown>;
}

type EventData = InsideCall<"NotifyEvent">["message"]["eventData"][number];

/** Names have so many characters in the schemas; longer ones are read all the same. */
const NAME_MAX = 50;
/** What is shown of a value that may have 2500 characters. */
const TEXT_MAX = 500;

const STATES: readonly ConnectorStatus[] = [
  "Available",
  "Occupied",
  "Reserved",
  "Unavailable",
  "Faulted",
];

/** Creates the answers. */
export function createStationNotices(
  { site, events, demands, upstream }: Pick<
    ChargersPorts,
    "site" | "events" | "demands" | "upstream"
  >,
  hooks: NoticeHooks,
): StationNotices {
  function slotOf({ chargerId }: Station, evseId: number | undefined): number | undefined {
    return evseId === undefined ? undefined : site.slotOf(chargerId, evseId)?.slot;
  }

  function tell(station: Station, data: EventData): void {
    const { component, variable, techCode, techInfo } = data;
    const slot = slotOf(station, component.evse?.id);
    const what = [component.name, component.instance, variable.name, variable.instance]
      .filter((each) => each !== undefined).map((each) => clip(each, NAME_MAX)).join(".");
    const details = [techCode, techInfo].filter((each) => each !== undefined && each !== "");
    const more = details.length === 0 ? "" : ` (${details.join(": ")})`;
    const kind = `charger-${what}`;
    events.emit("fault", {
      kind,
      severity: severityOf(data) ?? chargersSeverity(kind, false),
      subject: slot === undefined ? station.chargerId : `slot ${slot}`,
      text: clip(`${station.chargerId} reports ${what} ${data.actualValue}${more}`, TEXT_MAX),
      state: isOver(data) ? "over" : "raised",
      ...reportedOf(techCode, techInfo),
    });
  }

  /** False for what is told again as the state of a connector. */
  async function take(station: Station, data: EventData): Promise<boolean> {
    const report = connectorReport(data);
    if (report !== null) await hooks.report(station, report);
    else if (isProblem(data)) tell(station, data);
    return report === null;
  }

  return {
    async needs(station, call) {
      const { evseId, chargingNeeds } = call.message;
      const slot = slotOf(station, evseId);
      const isTaken = slot !== undefined && await demands.heardNeeds(slot, chargingNeeds);
      if (slot !== undefined) upstream.news(station.chargerId, call);
      return { message: { status: isTaken ? "Accepted" : "Rejected" } };
    },
    async event(station, { message }) {
      const news: EventData[] = [];
      for (const data of message.eventData) {
        if (await take(station, data)) news.push(data);
      }
      const [first, ...more] = news;
      if (first !== undefined) {
        const told = { ...message, eventData: [first, ...more] };
        upstream.news(station.chargerId, { action: "NotifyEvent", message: told });
      }
      return { message: {} };
    },
  };
}

/** A connector's state may come as an event instead of a StatusNotification (G01.FR.01 of 2.1). */
function connectorReport({ component, variable, ...data }: EventData): ConnectorReport | null {
  const { evse } = component;
  const isState = component.name.toLowerCase() === "connector" &&
    variable.name.toLowerCase() === "availabilitystate";
  const connectorStatus = STATES.find((each) => each === data.actualValue);
  if (!isState || evse?.connectorId === undefined || connectorStatus === undefined) return null;
  const { id: evseId, connectorId } = evse;
  return { evseId, connectorId, connectorStatus, timestamp: data.timestamp };
}

/** A problem that is told as one, or a value that has crossed a bound somebody has set. */
function isProblem({ trigger, variable, cleared, eventNotificationType }: EventData): boolean {
  if (PROBLEMS.has(variable.name.toLowerCase())) return true;
  const isMonitored = eventNotificationType !== "HardWiredNotification";
  return trigger === "Alerting" && (isMonitored || cleared === true);
}

/** By the scale of 2.1 (0: danger … 9: debug); null where the charger says nothing of it. */
function severityOf({ severity }: EventData): SiteFault["severity"] | null {
  if (severity === undefined) return null;
  if (severity <= SEVERITY_CRITICAL) return "alarm";
  return severity <= SEVERITY_WARNING ? "warning" : "info";
}

const SEVERITY_CRITICAL = 3;
const SEVERITY_WARNING = 6;

function reportedOf(
  techCode: string | undefined,
  techInfo: string | undefined,
): { readonly reported?: ReportedProblem } {
  if (techCode === undefined && techInfo === undefined) return {};
  const cut = (text: string | undefined) => text === undefined ? undefined : clip(text, TEXT_MAX);
  return { reported: compact({ vendorErrorCode: cut(techCode), info: cut(techInfo) }) };
}

function isOver({ cleared, variable, actualValue }: EventData): boolean {
  if (cleared === true) return true;
  return PROBLEMS.has(variable.name.toLowerCase()) && /^(false|0)$/i.test(actualValue.trim());
}
