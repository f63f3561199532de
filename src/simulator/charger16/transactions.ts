import { compact } from "../../lib/json.ts";
import { isoTime } from "../../lib/clock.ts";
import type { Requests16, Responses16 } from "../../ocpp/messages/mod.ts";
import { endOf16 } from "../call16.ts";
import type { StopMoment } from "../charger.ts";
import type { Metering } from "./metering.ts";
import { advanceOutlets } from "../station/pilots.ts";
import { installProfile, withoutTxProfiles } from "../station/profile_store.ts";
import { profileRules } from "./profile_rules.ts";
import { shownWh } from "../station/body.ts";
import type { Connector16, Permit16, Station16, Transaction16 } from "./station.ts";
import type { StatusReports } from "./status_reports.ts";

/** Why a transaction ended. */
export type StopReason16 = NonNullable<Requests16["StopTransaction"]["reason"]>;

/** Starts and stops transactions, and tells the CSMS about them in order. */
export interface Transactions16 {
  /** The EV is there and the card was accepted. */
  start(connector: Connector16, permit: Permit16): void;
  /** `idTag`: the card that stopped it, where it was one. */
  stop(connector: Connector16, reason: StopReason16, idTag?: string): void;
}

/** Creates them. */
export function createTransactions16(
  station: Station16,
  metering: Metering,
  reports: StatusReports,
): Transactions16 {
  const { ports, queue, tokens, configuration, memory } = station;

  function start(connector: Connector16, permit: Permit16): void {
    advanceOutlets(station);
    const transaction: Transaction16 = {
      idTag: permit.idTag,
      parentIdTag: permit.parentIdTag,
      startedMs: station.clock.nowMs(),
      startWh: shownWh(station, connector),
      number: null,
      isEnergyAllowed: true,
      readings: [],
      cancelSampling: () => {},
    };
    connector.permit = null;
    connector.hasServed = false;
    connector.transaction = transaction;
    endReservation(permit.reservationId);
    if (permit.profile !== null) useProfile(connector, permit.profile);
    tellStart(connector, transaction, permit.reservationId);
    metering.begin(connector, transaction);
    ports.events.emit("started", {
      connectorId: connector.id,
      idTag: permit.idTag,
      atWallMs: transaction.startedMs,
      registerWh: transaction.startWh,
    });
    station.update();
  }

  function endReservation(reservationId: number | null): void {
    memory.reservations = memory.reservations.filter((each) =>
      each.reservationId !== reservationId
    );
  }

  /** The profile of a RemoteStartTransaction counts from the first moment (1.6 §5.16.2). */
  function useProfile(connector: Connector16, profile: NonNullable<Permit16["profile"]>): void {
    const outcome = installProfile(memory.installed, connector.id, profile, {
      rules: profileRules(station),
      transaction: "unnumbered",
      nowMs: station.clock.nowMs(),
    });
    if (outcome.status === "Rejected") return;
    memory.installed = outcome.store;
    if (!station.options.faults.ignoresProfiles) memory.obeyed = outcome.store;
  }

  function tellStart(
    connector: Connector16,
    transaction: Transaction16,
    reservationId: number | null,
  ): void {
    const payload: Requests16["StartTransaction"] = compact({
      connectorId: connector.id,
      idTag: transaction.idTag,
      meterStart: transaction.startWh,
      reservationId: reservationId ?? undefined,
      timestamp: isoTime(transaction.startedMs),
    });
    queue.add({
      action: "StartTransaction",
      part: "start",
      about: { connectorId: connector.id, startedAtWallMs: transaction.startedMs },
      payload: () => payload,
      delivered(answer) {
        const said = endOf16("StartTransaction", { kind: "answered", payload: answer });
        if (said.kind === "answered") started(connector, transaction, said.payload);
      },
      discarded() {
        transaction.number = -1;
      },
    });
  }

  function started(
    connector: Connector16,
    transaction: Transaction16,
    { transactionId, idTagInfo }: Responses16["StartTransaction"],
  ): void {
    transaction.number = transactionId;
    tokens.learn(transaction.idTag, idTagInfo);
    if (idTagInfo.status === "Accepted") return;
    const known = tokens.lookup(transaction.idTag, station.clock.nowMs());
    // 1.6 §3.5.2: the list says yes and the CSMS says no.
    if (known?.source === "list" && known.info.status === "Accepted") {
      reports.warn("LocalListConflict");
    }
    if (connector.transaction !== transaction) return;
    // Errata 3.17: online or not, a refusal of the token counts when it arrives.
    if (configuration.isOn("StopTransactionOnInvalidId")) return stop(connector, "DeAuthorized");
    transaction.isEnergyAllowed = false;
    station.update();
  }

  function stop(connector: Connector16, reason: StopReason16, idTag?: string): void {
    const { transaction } = connector;
    if (transaction === null) return;
    advanceOutlets(station);
    metering.end(connector, transaction);
    const moment = {
      atWallMs: station.clock.nowMs(),
      registerWh: shownWh(station, connector),
    };
    tellStop(connector, transaction, moment, reason, idTag);
    connector.transaction = null;
    connector.hasServed = connector.outlet.ev !== null;
    connector.lastStopReason = reason;
    memory.installed = withoutTxProfiles(memory.installed, connector.id);
    memory.obeyed = withoutTxProfiles(memory.obeyed, connector.id);
    if (connector.orderedOperative !== null) {
      connector.isOperative = connector.orderedOperative;
      connector.orderedOperative = null;
    }
    ports.events.emit("stopped", {
      ...moment,
      connectorId: connector.id,
      reason,
      startedAtWallMs: transaction.startedMs,
      energyWh: moment.registerWh - transaction.startWh,
    });
    station.update();
  }

  function tellStop(
    { id: connectorId }: Connector16,
    transaction: Transaction16,
    { atWallMs, registerWh }: Pick<StopMoment, "atWallMs" | "registerWh">,
    reason: StopReason16,
    idTag: string | undefined,
  ): void {
    const { readings } = transaction;
    const content = {
      meterStop: registerWh,
      timestamp: isoTime(atWallMs),
      reason,
      idTag,
      transactionData: readings.length === 0 ? undefined : readings,
    };
    queue.add({
      action: "StopTransaction",
      part: "end",
      about: { connectorId, startedAtWallMs: transaction.startedMs },
      payload: () => compact({ ...content, transactionId: transaction.number ?? -1 }),
      delivered(answer) {
        const said = endOf16("StopTransaction", { kind: "answered", payload: answer });
        if (said.kind === "answered" && idTag !== undefined) {
          tokens.learn(idTag, said.payload.idTagInfo);
        }
      },
      discarded: () => {},
    });
  }

  return { start, stop };
}
