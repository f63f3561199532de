import { presentCard2x } from "./cards.ts";
import type { CommandDesk2x, CommandReply2x, CommandTable2x } from "./commands.ts";
import type { ChargingProfile2x, IdToken2x, Told2x } from "./messages.ts";
import { hasSmartCharging } from "./profiles.ts";
import { type Evse2x, evseOf, finerStatus } from "./station.ts";

/** Commands that start, stop and trigger from afar (2.0.1 F). */
export const REMOTE_COMMANDS_2X: CommandTable2x<
  | "RequestStartTransaction"
  | "RequestStopTransaction"
  | "GetTransactionStatus"
  | "TriggerMessage"
  | "CostUpdated"
> = {
  RequestStartTransaction(desk, request) {
    const { station } = desk;
    const { evseId, remoteStartId, groupIdToken } = request;
    const profile = hasSmartCharging(station) ? request.chargingProfile ?? null : null;
    const evse = chooseEvse(desk, evseId);
    const isWelcome = station.link.isReady() && evse !== undefined && isFit(profile);
    if (!isWelcome) return { payload: { status: "Rejected" } };
    const card = {
      idToken: request.idToken as IdToken2x,
      needsAuthorization: station.variables.isOn("AuthCtrlr.AuthorizeRemoteStart"),
      groupId: groupIdToken?.idToken ?? null,
      remoteStartId,
      profile,
    };
    const { transaction } = evse;
    const afterwards = () =>
      station.ports.spawn(
        "start remotely",
        () => presentCard2x(station, desk.transactions, evse, card),
      );
    return {
      payload: {
        status: "Accepted",
        // One that had begun without a card is the one that is meant (F01.FR.13).
        ...(transaction === null ? {} : { transactionId: transaction.id }),
      },
      afterwards,
    };
  },

  RequestStopTransaction({ station, transactions }, { transactionId }) {
    const evse = station.connectors.find((each) => each.transaction?.id === transactionId);
    if (evse === undefined || !station.link.isReady()) return { payload: { status: "Rejected" } };
    const ending = { reason: "Remote", trigger: "RemoteStop" } as const;
    return {
      payload: { status: "Accepted" },
      afterwards: () => {
        if (evse.transaction?.isAuthorized) transactions.deauthorize(evse, ending);
        else transactions.end(evse, ending);
      },
    };
  },

  GetTransactionStatus({ station }, { transactionId }) {
    const messagesInQueue = station.queue.length() > 0;
    if (transactionId === undefined) return { payload: { messagesInQueue } };
    const ongoingIndicator = station.connectors.some((each) =>
      each.transaction?.id === transactionId
    );
    return { payload: { ongoingIndicator, messagesInQueue } };
  },

  CostUpdated: () => ({ payload: {} }),

  TriggerMessage: (desk, request) => trigger(desk, request),
};

/** The EVSE that is asked for; where none is, one with an EV that waits, else a free one. */
function chooseEvse({ station }: CommandDesk2x, evseId: number | undefined): Evse2x | undefined {
  const usable = station.connectors.filter((each) =>
    !each.transaction?.isAuthorized && each.permit === null &&
    ["Available", "Preparing", "Finishing", "Reserved"].includes(finerStatus(station, each))
  );
  if (evseId !== undefined) return usable.find(({ id }) => id === evseId);
  return usable.find(({ outlet }) => outlet.ev !== null) ??
    usable.find((each) => finerStatus(station, each) === "Available");
}

/** F02.FR.17, F02.FR.19. */
function isFit(profile: ChargingProfile2x | null): boolean {
  return profile === null ||
    (profile.chargingProfilePurpose === "TxProfile" && profile.transactionId === undefined);
}

function trigger(
  { station, metering, reports }: CommandDesk2x,
  { requestedMessage, evse }: Told2x["TriggerMessage"],
): CommandReply2x<"TriggerMessage"> {
  const { spawn } = station.ports;
  const accepted = (afterwards: () => void) => ({
    payload: { status: "Accepted" as const },
    afterwards,
  });
  const rejected = { payload: { status: "Rejected" as const } };
  const isKnown = evse === undefined || evse.id === 0 || evseOf(station, evse.id) !== undefined;
  const evseId = evse?.id || undefined;
  switch (requestedMessage) {
    case "BootNotification":
      // F06.FR.17: not once it is accepted.
      return station.link.isReady() ? rejected : accepted(() => station.link.bootNow());
    case "Heartbeat":
      return accepted(() => spawn("heartbeat", () => station.link.say("Heartbeat", {}, true)));
    case "MeterValues":
      return isKnown ? accepted(() => metering.report(evseId)) : rejected;
    case "StatusNotification":
      // F06.FR.12: of a connector only.
      return isKnown && evse?.connectorId !== undefined
        ? accepted(() => reports.report(evseId, true))
        : rejected;
    case "TransactionEvent": {
      const running = station.connectors.filter((each) =>
        each.transaction !== null && (evseId === undefined || each.id === evseId)
      );
      if (running.length === 0) return rejected;
      return accepted(() => running.forEach((each) => metering.reportTransaction(each)));
    }
    case "FirmwareStatusNotification":
      return accepted(() =>
        spawn(
          "firmware status",
          () => station.link.say("FirmwareStatusNotification", { status: "Idle" }, true),
        )
      );
    case "LogStatusNotification":
      return accepted(() =>
        spawn(
          "log status",
          () => station.link.say("LogStatusNotification", { status: "Idle" }, true),
        )
      );
    default:
      return { payload: { status: "NotImplemented" } };
  }
}
