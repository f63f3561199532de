import { compact } from "../lib/json.ts";
import type { ConnectorReport, Enveloped, InsideCall, InsideResponse } from "../ocpp/mod.ts";
import { chargersSeverity } from "../site/mod.ts";
import { noteActivity, sessionTime } from "../transactions/mod.ts";
import type { Arrival } from "./arrival.ts";
import { createConnectorStates } from "./connector_states.ts";
import type { Interruptions } from "./interruptions.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Shapes } from "./shapes.ts";
import type { Station } from "./station.ts";

/** Answers to what chargers say of their connectors. */
export type StatusRoute = (
  station: Station,
  call: InsideCall<"StatusNotification">,
) => Promise<Enveloped<InsideResponse<"StatusNotification">>>;

/** What the answers ask of the rest of the edge. */
export interface StatusParts {
  readonly arrival: Pick<Arrival, "appeared">;
  readonly interruptions: Pick<Interruptions, "reported">;
  readonly shapes: Pick<Shapes, "beyond">;
}

type Answer = InsideResponse<"StatusNotification">;
/** What a charger says is wrong, and whether that keeps it from charging. */
type Told = NonNullable<ConnectorReport["problem"]> & { readonly isFaulted: boolean };

/** Creates them. */
export function createStatusRequests(ports: ChargersPorts, parts: StatusParts): StatusRoute {
  const { site, clock, events, transactions, outbox } = ports;
  const states = createConnectorStates();
  /** What chargers say is wrong with themselves, and not with a connector. */
  const ofChargers = new Map<string, Told>();
  return (station, call) => Promise.resolve({ message: take(station, call) });

  function take(station: Station, call: InsideCall<"StatusNotification">): Answer {
    const { carry } = call;
    if (call.message.timestamp !== undefined) station.clock.note(call.message.timestamp);
    // EVSE 0 is the charger itself; what it says of itself concerns no slot.
    if (call.message.evseId === 0) {
      const { chargerId } = station;
      const now = problemOf(call.message);
      tellProblem(chargerId, station, ofChargers.get(chargerId), now);
      if (now === undefined) ofChargers.delete(chargerId);
      else ofChargers.set(chargerId, now);
      events.emit("charger", { chargerId });
      return {};
    }
    const given = site.giveSlot(station.chargerId, call.message.evseId);
    if (given === null) {
      const again = () => void take(station, call);
      parts.shapes.beyond(station, call.message.evseId, again);
      return {};
    }
    const message = withChargingState(station, ofEvse(station, call.message));
    const { slot } = given.slot;
    const report = carry === undefined ? { message } : { message, carry };
    const known = site.connector(slot)?.report.message;
    const before = known === undefined ? undefined : problemOf(known);
    const told = noteActivity(
      transactions.state(),
      slot,
      message,
      chargerTimeMs(station, message),
    );
    const writes = [
      ...given.writes,
      ...site.report(slot, report, clock.wallMs()),
      ...outbox.record(transactions.apply(told), clock.wallMs()),
    ];
    ports.spawn("store status", () => ports.journal.commit(writes));
    ports.spawn("session state", () => parts.interruptions.reported(station, slot, message));
    if (given.writes.length > 0) parts.arrival.appeared(station, slot);
    tellProblem(`slot ${slot}`, station, before, problemOf(message));
    events.emit("evse", { slot });
    return {};
  }

  /** In 1.6 a connector is an EVSE of its own; in 2.x an EVSE may have several. */
  function ofEvse(station: Station, message: ConnectorReport): ConnectorReport {
    return station.version === "ocpp1.6" ? message : states.withReport(station, message);
  }

  /** 2.x tells the state of charging with the transaction, so a status that is silent of it keeps it. */
  function withChargingState({ chargerId, version }: Station, message: ConnectorReport) {
    const isSilent = version !== "ocpp1.6" && message.connectorStatus === "Occupied" &&
      message.chargingState === undefined;
    const slot = isSilent ? site.slotOf(chargerId, message.evseId)?.slot : undefined;
    const before = slot === undefined ? undefined : site.connector(slot)?.report.message;
    const { chargingState, afterTransaction } = before ?? {};
    return { ...message, ...compact({ chargingState, afterTransaction }) };
  }

  /** When it was so, by the charger's clock: that is what its readings are timed with. */
  function chargerTimeMs(station: Station, { timestamp }: ConnectorReport): number {
    const nowMs = clock.wallMs();
    return timestamp === undefined
      ? nowMs - (station.clock.offsetMs() ?? 0)
      : sessionTime(timestamp, nowMs);
  }

  function tellProblem(
    subject: string,
    station: Station,
    before: Told | undefined,
    now: Told | undefined,
  ): void {
    if (before !== undefined && before.errorCode !== now?.errorCode) {
      emitProblem(subject, station, before, "over");
    }
    if (now !== undefined) emitProblem(subject, station, now, "raised");
  }

  function emitProblem(
    subject: string,
    { chargerId }: Station,
    { errorCode, info, vendorId, vendorErrorCode, isFaulted }: Told,
    state: "raised" | "over",
  ): void {
    const kind = `charger-${errorCode}`;
    const said = [vendorErrorCode, info].filter((part) => part !== undefined && part !== "");
    const reported = compact({ vendorId, vendorErrorCode, info });
    events.emit("fault", {
      kind,
      severity: chargersSeverity(kind, isFaulted),
      subject,
      text: `${chargerId} reports ${errorCode}${said.length === 0 ? "" : ` (${said.join(": ")})`}`,
      state,
      ...(Object.keys(reported).length === 0 ? {} : { reported }),
    });
  }
}

/**
 * What is wrong by a report. Some say only that a connector is faulted: 2.x has no field for why, and
 * 1.6 chargers say "NoError" with it.
 */
function problemOf({ problem, connectorStatus }: ConnectorReport): Told | undefined {
  const isFaulted = connectorStatus === "Faulted";
  if (problem !== undefined) return { ...problem, isFaulted };
  return isFaulted ? { errorCode: "Connector.Fault", isFaulted } : undefined;
}
