import { presentCard } from "./cards.ts";
import type { CommandDesk, CommandReply, CommandTable } from "./commands.ts";
import { installProfile } from "../station/profile_store.ts";
import { profileRules } from "./profile_rules.ts";
import type { ChargingProfile16 } from "../station/schedule.ts";
import { type Connector16, connectorStatus } from "./station.ts";
import type { Requests16 } from "../../ocpp/messages/mod.ts";

/** Commands that start, stop and trigger from afar. */
export const REMOTE_COMMANDS: CommandTable<
  "RemoteStartTransaction" | "RemoteStopTransaction" | "TriggerMessage"
> = {
  RemoteStartTransaction(desk, request) {
    const { station } = desk;
    const { connectorId, idTag, chargingProfile = null } = request;
    const connector = chooseConnector(desk, connectorId);
    // 1.6 §4.2: not before the CSMS has accepted the station.
    const isWelcome = station.link.isReady() && connector !== undefined &&
      isFit(desk, connector, chargingProfile);
    if (!isWelcome) return { payload: { status: "Rejected" } };
    const needsAuthorization = station.configuration.isOn("AuthorizeRemoteTxRequests");
    const card = { idTag, needsAuthorization, profile: chargingProfile };
    const afterwards = () =>
      station.ports.spawn(
        "start remotely",
        () => presentCard(station, desk.transactions, connector, card),
      );
    return { payload: { status: "Accepted" }, afterwards };
  },

  RemoteStopTransaction({ station, transactions }, { transactionId }) {
    const connector = station.connectors.find((each) => each.transaction?.number === transactionId);
    if (connector === undefined || !station.link.isReady()) {
      return { payload: { status: "Rejected" } };
    }
    return {
      payload: { status: "Accepted" },
      afterwards: () => transactions.stop(connector, "Remote"),
    };
  },

  TriggerMessage: (desk, { requestedMessage, connectorId }) =>
    trigger(desk, requestedMessage, connectorId),
};

/** The connector that is asked for; where none is, one with an EV that waits, else a free one. */
function chooseConnector(
  { station }: CommandDesk,
  connectorId: number | undefined,
): Connector16 | undefined {
  const usable = station.connectors.filter((each) =>
    ["Available", "Preparing", "Finishing", "Reserved"].includes(connectorStatus(station, each))
  );
  if (connectorId !== undefined) return usable.find(({ id }) => id === connectorId);
  return usable.find(({ outlet }) => outlet.ev !== null) ??
    usable.find((each) => connectorStatus(station, each) === "Available");
}

/** A profile may only be a TxProfile for the transaction to come (1.6 §5.16.2). */
function isFit(
  { station }: CommandDesk,
  { id }: Connector16,
  profile: ChargingProfile16 | null,
): boolean {
  if (profile === null) return true;
  if (profile.chargingProfilePurpose !== "TxProfile" || profile.transactionId !== undefined) {
    return false;
  }
  return installProfile(station.memory.installed, id, profile, {
    rules: profileRules(station),
    transaction: "unnumbered",
    nowMs: station.clock.nowMs(),
  }).status === "Accepted";
}

function trigger(
  { station, metering, reports }: CommandDesk,
  requested: Requests16["TriggerMessage"]["requestedMessage"],
  connectorId: number | undefined,
): CommandReply<"TriggerMessage"> {
  const accepted = (afterwards: () => void) => ({
    payload: { status: "Accepted" as const },
    afterwards,
  });
  switch (requested) {
    case "BootNotification":
      // Errata 3.35: once accepted, better not.
      return station.link.isReady()
        ? { payload: { status: "Rejected" } }
        : accepted(() => station.link.bootNow());
    case "Heartbeat":
      return accepted(() =>
        station.ports.spawn("heartbeat", () => station.link.say("Heartbeat", {}, true))
      );
    case "MeterValues":
      return isKnown(station.connectors, connectorId)
        ? accepted(() => metering.report(connectorId || undefined))
        : { payload: { status: "Rejected" } };
    case "StatusNotification":
      return isKnown(station.connectors, connectorId)
        ? accepted(() => reports.report(connectorId, true))
        : { payload: { status: "Rejected" } };
    default:
      return { payload: { status: "NotImplemented" } };
  }
}

function isKnown(connectors: readonly Connector16[], connectorId: number | undefined): boolean {
  return connectorId === undefined || connectorId === 0 ||
    connectors.some(({ id }) => id === connectorId);
}
