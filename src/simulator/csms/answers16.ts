import { isoTime } from "../../lib/clock.ts";
import type { Requests16, Responses16 } from "../../ocpp/messages/mod.ts";
import { type AnswerCase, infoAtStart, tokenOf } from "./decisions.ts";

type AnswerTable<A extends keyof Requests16 & keyof Responses16> = {
  readonly [Action in A]: (
    request: Requests16[Action],
    situation: AnswerCase,
  ) => Responses16[Action];
};

/** Everything that a station may send (1.6 §4, security whitepaper). */
type StationCall =
  | "Authorize"
  | "BootNotification"
  | "DataTransfer"
  | "DiagnosticsStatusNotification"
  | "FirmwareStatusNotification"
  | "Heartbeat"
  | "LogStatusNotification"
  | "MeterValues"
  | "SecurityEventNotification"
  | "SignCertificate"
  | "SignedFirmwareStatusNotification"
  | "StartTransaction"
  | "StatusNotification"
  | "StopTransaction";

const ANSWERS: AnswerTable<StationCall> = {
  Authorize: ({ idTag }, { options }) => ({ idTagInfo: tokenOf(idTag, options) }),

  BootNotification(request, { options, books, nowMs }) {
    const { registration, intervalSeconds } = options;
    books.booted({
      vendorName: request.chargePointVendor,
      model: request.chargePointModel,
      serialNumber: request.chargePointSerialNumber ?? null,
      firmwareVersion: request.firmwareVersion ?? null,
    }, registration);
    return { status: registration, currentTime: isoTime(nowMs), interval: intervalSeconds };
  },

  DataTransfer: () => ({ status: "UnknownVendorId" }),
  DiagnosticsStatusNotification: () => ({}),
  FirmwareStatusNotification: () => ({}),
  Heartbeat: (_request, { nowMs }) => ({ currentTime: isoTime(nowMs) }),
  LogStatusNotification: () => ({}),

  MeterValues(request, { books }) {
    books.measured(request);
    return {};
  },

  SecurityEventNotification: () => ({}),
  SignCertificate: () => ({ status: "Rejected" }),
  SignedFirmwareStatusNotification: () => ({}),

  StartTransaction(request, { options, books }) {
    return {
      // Whether the token charges elsewhere is asked before this transaction is booked.
      idTagInfo: infoAtStart(request.idTag, request.timestamp, options, books),
      transactionId: books.started(request, options.lies.includes("number-given-twice")),
    };
  },

  StatusNotification(request, { books, nowMs }) {
    books.told(request, nowMs);
    return {};
  },

  StopTransaction(request, { options, books }) {
    books.stopped(request);
    return request.idTag === undefined ? {} : { idTagInfo: tokenOf(request.idTag, options) };
  },
};

/** The answer to a station's call; null for one that a station cannot send. */
export function csmsAnswer16(
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

type LineWriters = {
  readonly [Action in StationCall]?: (request: Requests16[Action]) => string;
};

const LINES: LineWriters = {
  BootNotification: ({ chargePointVendor, chargePointModel, firmwareVersion = "?" }) =>
    `booted: ${chargePointVendor} ${chargePointModel}, firmware ${firmwareVersion}`,
  StatusNotification: ({ connectorId, status, errorCode, info }) =>
    `connector ${connectorId}: ${status}` + (errorCode === "NoError" ? "" : `, ${errorCode}`) +
    (info === undefined ? "" : ` (${info})`),
  Authorize: ({ idTag }) => `asks about token ${idTag}`,
  StartTransaction: ({ connectorId, idTag, meterStart, timestamp }) =>
    `connector ${connectorId}: ${idTag} starts at ${meterStart} Wh (${timestamp})`,
  StopTransaction: ({ transactionId, meterStop, reason = "Local", timestamp }) =>
    `transaction ${transactionId} stops at ${meterStop} Wh: ${reason} (${timestamp})`,
  SecurityEventNotification: ({ type }) => `security event ${type}`,
};

/** What a message says, as a line for a person; null for what says nothing new. */
export function lineOf16(action: string, payload: unknown): string | null {
  if (!Object.hasOwn(LINES, action)) return null;
  // As in `csmsAnswer16`: the table ties each action to its payload.
  const write = LINES[action as StationCall] as (request: unknown) => string;
  return write(payload);
}
