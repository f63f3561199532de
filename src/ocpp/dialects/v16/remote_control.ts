import { compact } from "../../../lib/json.ts";
import type { EvseRef, InsideRequest, InsideResponse } from "../../inside.ts";
import type { Requests16, Responses16 } from "../../messages/mod.ts";
import type { Plan } from "../codec.ts";
import { words } from "../translations.ts";
import { exchange, same, statusOnly } from "./_exchange.ts";
import { readProfile, transactionNumber, writeProfile } from "./charging_profiles.ts";
import { idTag } from "./identification.ts";

export const remoteStartTransaction = exchange<
  "RemoteStartTransaction",
  "RequestStartTransaction"
>(
  "RequestStartTransaction",
  {
    read: ({ connectorId, chargingProfile, ...wire }, notes) =>
      compact({
        evseId: connectorId,
        idToken: idTag.read(wire.idTag),
        chargingProfile: chargingProfile === undefined
          ? undefined
          : readProfile(chargingProfile, notes.below("chargingProfile")),
      }),
    write: ({ evseId, idToken, chargingProfile }, notes) =>
      compact({
        connectorId: evseId,
        idTag: idTag.write(idToken),
        chargingProfile: chargingProfile === undefined
          ? undefined
          : writeProfile(chargingProfile, notes.below("chargingProfile")),
      }),
  },
  statusOnly(same()),
);

export const remoteStopTransaction = exchange<"RemoteStopTransaction", "RequestStopTransaction">(
  "RequestStopTransaction",
  {
    read: ({ transactionId }) => ({ transactionId: transactionNumber.read(transactionId) }),
    write: ({ transactionId }) => ({ transactionId: transactionNumber.write(transactionId) }),
  },
  statusOnly(same()),
);

/** Connector 0 is the whole station, for which 2.1 names no EVSE. */
export const changeAvailability = exchange<"ChangeAvailability", "ChangeAvailability">(
  "ChangeAvailability",
  {
    read: ({ connectorId, type }) =>
      compact({
        evse: connectorId === 0 ? undefined : { id: connectorId },
        operationalStatus: type,
      }),
    write: ({ evse, operationalStatus }) => ({
      connectorId: evse?.id ?? 0,
      type: operationalStatus,
    }),
  },
  statusOnly(same()),
);

type ResetType = InsideRequest<"Reset">["type"];
type ResetStatus = InsideResponse<"Reset">["status"];

/** 1.6's soft reset ends transactions, 2.1's OnIdle waits for their end; nothing is nearer. */
const resetType = words<Requests16["Reset"]["type"], ResetType>({
  Hard: "Immediate",
  Soft: "OnIdle",
}, { Immediate: "Hard", OnIdle: "Soft", ImmediateAndResume: "Hard" });

export const reset = exchange<"Reset", "Reset">(
  "Reset",
  {
    read: ({ type }) => ({ type: resetType.read(type) }),
    write: ({ type }) => ({ type: resetType.write(type) }),
  },
  statusOnly(words<Responses16["Reset"]["status"], ResetStatus>({
    Accepted: "Accepted",
    Rejected: "Rejected",
  }, { Accepted: "Accepted", Rejected: "Rejected", Scheduled: "Accepted" })),
);

type UnlockStatus16 = Responses16["UnlockConnector"]["status"];
type UnlockStatus = InsideResponse<"UnlockConnector">["status"];

export const unlockConnector = exchange<"UnlockConnector", "UnlockConnector">(
  "UnlockConnector",
  {
    read: ({ connectorId }) => ({ evseId: connectorId, connectorId: 1 }),
    write: ({ evseId }) => ({ connectorId: evseId }),
  },
  statusOnly(words<UnlockStatus16, UnlockStatus>({
    Unlocked: "Unlocked",
    UnlockFailed: "UnlockFailed",
    NotSupported: "UnknownConnector",
  }, {
    Unlocked: "Unlocked",
    UnlockFailed: "UnlockFailed",
    OngoingAuthorizedTransaction: "UnlockFailed",
    UnknownConnector: "NotSupported",
  })),
);

type Trigger16 = Requests16["TriggerMessage"]["requestedMessage"];
type ExtendedTrigger16 = Requests16["ExtendedTriggerMessage"]["requestedMessage"];
type Trigger = InsideRequest<"TriggerMessage">["requestedMessage"];

const BASE_TRIGGERS: Readonly<Record<Trigger16, Trigger>> = {
  BootNotification: "BootNotification",
  DiagnosticsStatusNotification: "LogStatusNotification",
  FirmwareStatusNotification: "FirmwareStatusNotification",
  Heartbeat: "Heartbeat",
  MeterValues: "MeterValues",
  StatusNotification: "StatusNotification",
};

const EXTENDED_TRIGGERS: Readonly<Record<ExtendedTrigger16, Trigger>> = {
  BootNotification: "BootNotification",
  FirmwareStatusNotification: "FirmwareStatusNotification",
  Heartbeat: "Heartbeat",
  LogStatusNotification: "LogStatusNotification",
  MeterValues: "MeterValues",
  SignChargePointCertificate: "SignChargingStationCertificate",
  StatusNotification: "StatusNotification",
};

/**
 * What 1.6 cannot trigger becomes a heartbeat, which does no harm; `refusal16` tells beforehand.
 * Inside a transaction, 2.x sends meter values as transaction events.
 */
const UNTRIGGERED = {
  CustomTrigger: "Heartbeat",
  PublishFirmwareStatusNotification: "Heartbeat",
  SignCombinedCertificate: "Heartbeat",
  SignV2GCertificate: "Heartbeat",
  SignV2G20Certificate: "Heartbeat",
  TransactionEvent: "MeterValues",
} as const;

const baseTrigger = words<Trigger16, Trigger>(BASE_TRIGGERS, {
  ...UNTRIGGERED,
  BootNotification: "BootNotification",
  FirmwareStatusNotification: "FirmwareStatusNotification",
  Heartbeat: "Heartbeat",
  LogStatusNotification: "DiagnosticsStatusNotification",
  MeterValues: "MeterValues",
  SignChargingStationCertificate: "Heartbeat",
  StatusNotification: "StatusNotification",
});

const extendedTrigger = words<ExtendedTrigger16, Trigger>(EXTENDED_TRIGGERS, {
  ...UNTRIGGERED,
  BootNotification: "BootNotification",
  FirmwareStatusNotification: "FirmwareStatusNotification",
  Heartbeat: "Heartbeat",
  LogStatusNotification: "LogStatusNotification",
  MeterValues: "MeterValues",
  SignChargingStationCertificate: "SignChargePointCertificate",
  StatusNotification: "StatusNotification",
});

function triggerPlan<Word extends string>(
  trigger: { read(word: Word): Trigger; write(word: Trigger): Word },
): Plan<{ requestedMessage: Word; connectorId?: number }, InsideRequest<"TriggerMessage">> {
  return {
    read({ connectorId, ...wire }) {
      const requestedMessage = trigger.read(wire.requestedMessage);
      const evse = connectorId === undefined ? undefined : evseFor(requestedMessage, connectorId);
      return compact({ requestedMessage, evse });
    },
    write: ({ requestedMessage, evse }) => ({
      requestedMessage: trigger.write(requestedMessage),
      ...compact({ connectorId: evse?.id }),
    }),
  };
}

/** 2.x tells the status of connectors only, so its trigger needs one (F06.FR.12). */
function evseFor(requestedMessage: Trigger, id: number): EvseRef {
  const needsConnector = requestedMessage === "StatusNotification" && id > 0;
  return needsConnector ? { id, connectorId: 1 } : { id };
}

export const triggerMessage = exchange<"TriggerMessage", "TriggerMessage">(
  "TriggerMessage",
  triggerPlan(baseTrigger),
  statusOnly(same()),
);

export const extendedTriggerMessage = exchange<"ExtendedTriggerMessage", "TriggerMessage">(
  "TriggerMessage",
  triggerPlan(extendedTrigger),
  statusOnly(same()),
);
