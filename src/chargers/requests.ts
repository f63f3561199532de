import { isoTime } from "../lib/clock.ts";
import { compact } from "../lib/json.ts";
import type {
  Enveloped,
  InsideAction,
  InsideCall,
  InsideResponse,
  SpokenAnswer,
  StationAction,
} from "../ocpp/mod.ts";
import { rpcError } from "../ocpp/mod.ts";
import { chargerOrNew, EVSE_ID_MAX, formerStation, mayBePlaced } from "../site/mod.ts";
import { noteReport } from "./alone.ts";
import type { Arrival } from "./arrival.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Endings } from "./endings.ts";
import type { Interruptions } from "./interruptions.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Shapes } from "./shapes.ts";
import type { Station } from "./station.ts";
import { QUIET_ROUTES } from "./quiet_requests.ts";
import type { StationEvents } from "./station_events.ts";
import type { StationNotices } from "./station_notices.ts";
import type { StatusRoute } from "./status_requests.ts";
import type { TransactionRequests } from "./transaction_requests.ts";

/** What answering needs besides the ports. */
export interface RequestParts {
  readonly options: Pick<ChargersOptions, "timing" | "dataTransferVendors">;
  readonly authorizer: Authorizer;
  readonly transactions: TransactionRequests;
  readonly stationEvents: StationEvents;
  readonly arrival: Pick<Arrival, "booted">;
  readonly endings: Pick<Endings, "masterPass">;
  readonly interruptions: Pick<Interruptions, "booted">;
  readonly status: StatusRoute;
  readonly stationNotices: StationNotices;
}

type Answer<A extends InsideAction> = Promise<
  Enveloped<InsideResponse<A>> | (SpokenAnswer & { readonly ok: false })
>;

/** One line a message: what the gateway does with what a charger says. */
export type StationRoutes = {
  readonly [A in StationAction]: (station: Station, call: InsideCall<A>) => Answer<A>;
};

/** The routes of everything that a charger may say. */
export function stationRoutes(ports: ChargersPorts, parts: RequestParts): StationRoutes {
  const { site, clock, events } = ports;

  return {
    Authorize: async (station, { message }) => {
      const { chargerId } = station;
      const decision = await parts.authorizer.authorize(chargerId, message.idToken);
      // A 1.6 charger has no notion of master passes: the gateway does what it would do itself.
      if (decision.masterPass) {
        ports.spawn("master pass", () => parts.endings.masterPass(chargerId, message.idToken));
      }
      return { message: { idTokenInfo: decision.info } };
    },

    BootNotification: async (station, { message, carry }) => {
      const before = chargerOrNew(site, station.chargerId);
      const formerly = formerStation(before, message.chargingStation, clock.wallMs());
      if (formerly !== before.formerly) {
        ports.log("warning", "charger_replaced", { charger: station.chargerId, before: formerly });
      }
      await ports.journal.commit(site.saveCharger({
        ...before,
        ...(formerly === undefined ? {} : { formerly }),
        version: station.version,
        station: carry === undefined
          ? { message: message.chargingStation }
          : { message: message.chargingStation, carry },
        bootedAtMs: clock.wallMs(),
      }));
      await parts.interruptions.booted(station, message.reason);
      station.life.hasBootedHere = true;
      parts.arrival.booted(station);
      station.clock.told(ports.timekeeper.stretch());
      events.emit("charger", { chargerId: station.chargerId });
      const interval = Math.round(parts.options.timing.heartbeatIntervalMs / 1000);
      return {
        message: { status: "Accepted", currentTime: isoTime(clock.wallMs()), interval },
      };
    },

    DataTransfer: async (station, { message }) => {
      if (!parts.options.dataTransferVendors.includes(message.vendorId)) {
        return { message: { status: "UnknownVendorId" } };
      }
      const slot = site.slotsOf(station.chargerId)[0]?.slot ?? null;
      const { vendorId, messageId, data } = message;
      const passed = compact({ slot, vendorId, messageId, data });
      return await ports.upstream.dataTransfer(passed) ?? { message: { status: "Rejected" } };
    },

    FirmwareStatusNotification: (station, { message }) => {
      station.life.firmwareStatus = message.status;
      events.emit("charger", { chargerId: station.chargerId });
      return Promise.resolve({ message: {} });
    },

    Heartbeat: (station) => {
      station.clock.told(ports.timekeeper.stretch());
      return Promise.resolve({ message: { currentTime: isoTime(clock.wallMs()) } });
    },

    LogStatusNotification: (station, { message }) => {
      station.life.diagnosticsStatus = message.status;
      events.emit("charger", { chargerId: station.chargerId });
      return Promise.resolve({ message: {} });
    },

    MeterValues: (station, call) => parts.transactions.meter(station, call),

    SecurityEventNotification: async (station, { message }) => {
      const { chargerId } = station;
      const slot = site.slotsOf(chargerId)[0]?.slot ?? null;
      await ports.journal.commit(ports.notices.add({ chargerId, slot }, message));
      events.emit("fault", {
        kind: "charger-security-event",
        severity: "warning",
        subject: station.chargerId,
        text: `${message.type}${message.techInfo === undefined ? "" : `: ${message.techInfo}`}`,
        state: "raised",
      });
      return { message: {} };
    },

    // The gateway is no certificate authority yet, and a CSMS would sign for the wrong station.
    SignCertificate: () => Promise.resolve({ message: { status: "Rejected" } }),

    StartTransaction: (station, call) => parts.transactions.start(station, call),

    StatusNotification: (station, call) => parts.status(station, call),

    StopTransaction: (station, call) => parts.transactions.stop(station, call),

    TransactionEvent: (station, call) => parts.stationEvents.answer(station, call),

    NotifyEVChargingNeeds: (station, call) => parts.stationNotices.needs(station, call),

    NotifyEvent: (station, call) => parts.stationNotices.event(station, call),

    NotifyReport: async (station, { message }) => {
      await noteReport(ports, station, message.reportData ?? []);
      return { message: {} };
    },

    ...QUIET_ROUTES,
  };
}

/** A number that no EVSE can have; undefined where all is well. EVSE 0 is the charger itself. */
function impossibleEvse({ action, message }: InsideCall): number | undefined {
  if (action !== "StartTransaction" && action !== "StatusNotification") return undefined;
  const { evseId } = message;
  const least = action === "StartTransaction" ? 1 : 0;
  return evseId >= least && evseId <= EVSE_ID_MAX ? undefined : evseId;
}

/** Whether a session may stand in the books for an EVSE: it has a slot, or may be given one. */
export function createPlacing(
  { site, log }: Pick<ChargersPorts, "site" | "log">,
  shapes: Pick<Shapes, "beyond">,
): (station: Station, evseId: number) => boolean {
  return (station, evseId) => {
    const { chargerId } = station;
    const isPlaced = site.slotOf(chargerId, evseId) !== undefined ||
      mayBePlaced(site.charger(chargerId), evseId);
    if (isPlaced) return true;
    log("warning", "start_at_unknown_connector", { charger: chargerId, connector: evseId });
    // Chargers repeat a Start that was not taken, and its Stop is kept in any case.
    shapes.beyond(station, evseId, () => {});
    return false;
  };
}

/** Answers one message of a charger. `hasPlace`: whether a session at that EVSE can be kept. */
export async function answerStation(
  routes: StationRoutes,
  station: Station,
  call: InsideCall,
  hasPlace: (station: Station, evseId: number) => boolean,
): Promise<SpokenAnswer> {
  if (!isStationAction(routes, call.action)) {
    return { ok: false, error: rpcError("NotSupported", `${call.action} is for stations`) };
  }
  // OCPP 1.6 §4.2 recommends SecurityError for whatever comes before the BootNotification.
  // But the end of a transaction is money, and never refused (ruling 7).
  const mayComeFirst = call.action === "BootNotification" || call.action === "StopTransaction";
  if (!station.life.booted && !mayComeFirst) {
    return { ok: false, error: rpcError("SecurityError", "BootNotification has to come first") };
  }
  const evseId = impossibleEvse(call);
  if (evseId !== undefined) {
    const error = rpcError("PropertyConstraintViolation", `There is no connector ${evseId}`);
    return { ok: false, error };
  }
  if (call.action === "StartTransaction" && !hasPlace(station, call.message.evseId)) {
    const text = `Connector ${call.message.evseId} has no place on this site yet`;
    return { ok: false, error: rpcError("PropertyConstraintViolation", text) };
  }
  const answer = await route(routes, station, call);
  return "ok" in answer ? answer : { ok: true, ...answer };
}

function isStationAction(routes: StationRoutes, action: InsideAction): action is StationAction {
  return Object.hasOwn(routes, action);
}

/** The compiler cannot follow that the route of an action takes the call of that action. */
function route(
  routes: StationRoutes,
  station: Station,
  call: InsideCall,
): Answer<InsideAction> {
  const answer = routes[call.action as StationAction] as (
    station: Station,
    call: InsideCall,
  ) => Answer<InsideAction>;
  return answer(station, call);
}
