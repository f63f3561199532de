import type { InsideRequest } from "../ocpp/mod.ts";
import { type CommandDesk, type Route, slotAt } from "./route.ts";

/** TriggerMessage: the answer first, then the message (1.6 §5.17). */
export const triggerMessage: Route<"TriggerMessage"> = {
  handling: ["answer", "forward", "fan-out"],
  isForOne: true,
  run: ({ message }, desk) => Promise.resolve({ message: { status: trigger(message, desk) } }),
};

type Status = "Accepted" | "Rejected" | "NotImplemented";

/** Null: no EVSE was named, which means all of them. Undefined: one that does not exist. */
function triggeredSlot(
  { evse }: InsideRequest<"TriggerMessage">,
  desk: CommandDesk,
): number | null | undefined {
  if (evse === undefined) return null;
  return evse.id === 0 ? 0 : slotAt(desk, evse.id)?.slot;
}

/** An EVSE that is of no relevance to the message is not looked at (1.6 §5.17). */
function trigger(message: InsideRequest<"TriggerMessage">, desk: CommandDesk): Status {
  switch (message.requestedMessage) {
    case "StatusNotification":
      // Each connector of 2.x has a state of its own, and the station has none (F06.FR.12).
      if (desk.version !== "ocpp1.6" && message.evse?.id === 0) return "Rejected";
      return triggerStatus(triggeredSlot(message, desk), desk);
    case "Heartbeat":
      desk.follow("heartbeat", { action: "Heartbeat", message: {} });
      return "Accepted";
    case "BootNotification":
      // Accepted once is accepted (1.6 errata 3.35 and 3.40, F06.FR.17).
      if (desk.isAccepted) return "Rejected";
      desk.bootAgain();
      return "Accepted";
    case "FirmwareStatusNotification":
      desk.follow("firmware", {
        action: "FirmwareStatusNotification",
        message: { status: "Idle" },
      });
      return "Accepted";
    case "LogStatusNotification":
      desk.follow("log", { action: "LogStatusNotification", message: { status: "Idle" } });
      return "Accepted";
    case "MeterValues":
      return triggerMeterValues(triggeredSlot(message, desk), desk);
    case "TransactionEvent":
      return triggerTransactions(triggeredSlot(message, desk), desk);
    case "SignChargingStationCertificate":
      desk.ownCertificate.trigger();
      return "Accepted";
    default:
      return "NotImplemented";
  }
}

function triggerStatus(slot: number | null | undefined, desk: CommandDesk): Status {
  if (slot === undefined) return "Rejected";
  desk.repeatStatus(slot);
  return "Accepted";
}

/** They go up the way all events do, after the answer: the outbox writes them first (F06.FR.04, 07). */
function triggerTransactions(slot: number | null | undefined, desk: CommandDesk): Status {
  if (slot === undefined || !desk.isAccepted) return "Rejected";
  return desk.triggerTransactions(slot === 0 ? null : slot) ? "Accepted" : "Rejected";
}

/** Chargers are asked to measure now; what they send goes up the way all meter values go. */
function triggerMeterValues(slot: number | null | undefined, desk: CommandDesk): Status {
  // Before we are accepted none of them may go up.
  if (slot === undefined || !desk.isAccepted) return "Rejected";
  const connected = desk.chargers.connected();
  const records = [...desk.site.slots().values()].filter((record) =>
    (slot === null || slot === 0 || record.slot === slot) && connected.includes(record.chargerId)
  );
  if (records.length === 0) return "Rejected";
  for (const { chargerId, evseId } of records) {
    desk.spawn("trigger meter values", () =>
      desk.chargers.call(chargerId, {
        action: "TriggerMessage",
        message: { requestedMessage: "MeterValues", evse: { id: evseId } },
      }));
  }
  return "Accepted";
}
