import { isoTime } from "../../lib/clock.ts";
import type { Requests21, Responses21 } from "../../ocpp/messages/mod.ts";
import type { TokenRecord } from "./books.ts";
import { type AnswerCase, infoAtStart, tokenOf } from "./decisions.ts";

type AnswerTable<A extends keyof Requests21 & keyof Responses21> = {
  readonly [Action in A]: (
    request: Requests21[Action],
    situation: AnswerCase,
  ) => Responses21[Action];
};

/** What the gateways and chargers here may send of what a 2.x station may (2.1 part 2). */
type StationCall =
  | "Authorize"
  | "BootNotification"
  | "ClearedChargingLimit"
  | "DataTransfer"
  | "FirmwareStatusNotification"
  | "Heartbeat"
  | "LogStatusNotification"
  | "MeterValues"
  | "NotifyChargingLimit"
  | "NotifyCustomerInformation"
  | "NotifyDisplayMessages"
  | "NotifyEvent"
  | "NotifyMonitoringReport"
  | "NotifyReport"
  | "ReportChargingProfiles"
  | "ReservationStatusUpdate"
  | "SecurityEventNotification"
  | "SignCertificate"
  | "StatusNotification"
  | "TransactionEvent";

const ANSWERS: AnswerTable<StationCall> = {
  Authorize: ({ idToken }, { options }) => ({
    idTokenInfo: tokenInfo(tokenOf(idToken.idToken, options)),
  }),

  BootNotification({ chargingStation }, { options, books, nowMs }) {
    const { registration, intervalSeconds } = options;
    const { vendorName, model, serialNumber = null, firmwareVersion = null } = chargingStation;
    books.booted({ vendorName, model, serialNumber, firmwareVersion }, registration);
    return { status: registration, currentTime: isoTime(nowMs), interval: intervalSeconds };
  },

  ClearedChargingLimit: () => ({}),
  DataTransfer: () => ({ status: "UnknownVendorId" }),
  FirmwareStatusNotification: () => ({}),
  Heartbeat: (_request, { nowMs }) => ({ currentTime: isoTime(nowMs) }),
  LogStatusNotification: () => ({}),
  MeterValues: () => ({}),
  NotifyChargingLimit: () => ({}),
  NotifyCustomerInformation: () => ({}),
  NotifyDisplayMessages: () => ({}),

  NotifyEvent({ eventData }, { books, nowMs }) {
    for (const { component, variable, actualValue } of eventData) {
      const { evse } = component;
      const isState = component.name === "Connector" && variable.name === "AvailabilityState";
      if (isState && evse !== undefined) books.toldStatus(evse.id, actualValue, nowMs);
    }
    return {};
  },

  NotifyMonitoringReport: () => ({}),
  NotifyReport: () => ({}),
  ReportChargingProfiles: () => ({}),
  ReservationStatusUpdate: () => ({}),
  SecurityEventNotification: () => ({}),
  SignCertificate: () => ({ status: "Rejected" }),

  StatusNotification({ evseId, connectorStatus }, { books, nowMs }) {
    books.toldStatus(evseId, connectorStatus, nowMs);
    return {};
  },

  TransactionEvent(request, { options, books }) {
    const { idToken, eventType, timestamp } = request;
    // Whether the token charges elsewhere is asked before this transaction is booked.
    const info = idToken === undefined
      ? null
      : eventType === "Ended"
      ? tokenOf(idToken.idToken, options)
      : infoAtStart(idToken.idToken, timestamp, options, books);
    books.happened(request);
    return info === null ? {} : { idTokenInfo: tokenInfo(info) };
  },
};

/** The answer to a station's call; null for one that a station cannot send. */
export function csmsAnswer2x(
  action: string,
  payload: unknown,
  situation: AnswerCase,
): unknown | null {
  if (!Object.hasOwn(ANSWERS, action)) return null;
  // The table's types tie each action to its payload; the wire gives both as they came.
  const answer = ANSWERS[action as StationCall] as (
    request: unknown,
    situation: AnswerCase,
  ) => unknown;
  return answer(payload, situation);
}

function tokenInfo({ status, expiryDate, parentIdTag }: TokenRecord) {
  return {
    status,
    ...(expiryDate === undefined ? {} : { cacheExpiryDateTime: expiryDate }),
    ...(parentIdTag === undefined
      ? {}
      : { groupIdToken: { idToken: parentIdTag, type: "Central" as const } }),
  };
}

type LineWriters = {
  readonly [Action in StationCall]?: (request: Requests21[Action]) => string | null;
};

const LINES: LineWriters = {
  BootNotification: ({ chargingStation: { vendorName, model, firmwareVersion = "?" }, reason }) =>
    `booted: ${vendorName} ${model}, firmware ${firmwareVersion} (${reason})`,
  StatusNotification: ({ evseId, connectorStatus }) => `connector ${evseId}: ${connectorStatus}`,
  Authorize: ({ idToken }) => `asks about token ${idToken.idToken}`,
  TransactionEvent({ eventType, evse, idToken, transactionInfo, triggerReason, timestamp }) {
    const { transactionId, stoppedReason = "Local" } = transactionInfo;
    if (eventType === "Updated") return null;
    return eventType === "Started"
      ? `connector ${evse?.id ?? "?"}: ${idToken?.idToken ?? "nobody"} starts ${transactionId}, ` +
        `${triggerReason} (${timestamp})`
      : `transaction ${transactionId} ends: ${stoppedReason} (${timestamp})`;
  },
  SecurityEventNotification: ({ type }) => `security event ${type}`,
};

/** What a message says, as a line for a person; null for what says nothing new. */
export function lineOf2x(action: string, payload: unknown): string | null {
  if (!Object.hasOwn(LINES, action)) return null;
  // As in `csmsAnswer2x`: the table ties each action to its payload.
  const write = LINES[action as StationCall] as (request: unknown) => string | null;
  return write(payload);
}
