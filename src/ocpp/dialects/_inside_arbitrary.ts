// Test support: messages inside, made from the schemas of 2.1 and what inside.ts changes about them.
import fc from "fast-check";
import { isRecord } from "../../lib/json.ts";
import {
  type FieldValues,
  oddCharacters,
  schemaArbitrary,
  timestamps,
} from "../_schema_arbitrary.ts";
import { loadSchemas } from "../messages/schemas.ts";
import type { InsideAction } from "../inside.ts";
import type { MessageDirection } from "../peer.ts";

const schemas21 = await loadSchemas("ocpp2.1");

type Message = Record<string, unknown>;

/** Valid messages inside. Tokens have at most 20 characters: aliases see to that. */
export function insideMessages(
  direction: MessageDirection,
  action: InsideAction,
): fc.Arbitrary<Message> {
  const special = direction === "request" ? REQUESTS[action] : RESPONSES[action];
  return special ?? messages21(direction, action);
}

function messages21(direction: MessageDirection, action: string): fc.Arbitrary<Message> {
  const schema = schemas21.schema(direction, action);
  if (schema === null) throw new RangeError(`2.1 has no ${action} ${direction}`);
  return schemaArbitrary(schema, values);
}

const values: FieldValues = (name, schema) => {
  if (name === "idToken" && schema["type"] === "string") {
    return fc.string({ unit: oddCharacters, maxLength: 20 });
  }
  if (name === "transactionId") {
    return fc.oneof(fc.integer().map(String), fc.uuid(), fc.string({ maxLength: 36 }));
  }
  // Nothing of these goes to 1.6, and they are most of a message of 2.1.
  const isAside = name === "customData" || name === "salesTariff" || name === "tariff" ||
    name === "absolutePriceSchedule" || name === "priceLevelSchedule" ||
    name === "v2xFreqWattCurve" || name === "v2xSignalWattCurve";
  return isAside ? fc.constant(undefined) : null;
};

/** The values that a field of a 2.1 message may have. */
function field(direction: MessageDirection, action: string, name: string): fc.Arbitrary<unknown> {
  return messages21(direction, action)
    .map((message) => message[name])
    .filter((value) => value !== undefined);
}

/** Drops fields now and then, wherever they are. */
function sometimesWithout(
  messages: fc.Arbitrary<Message>,
  ...names: readonly string[]
): fc.Arbitrary<Message> {
  return fc.tuple(messages, fc.subarray([...names])).map(([message, dropped]) =>
    Object.fromEntries(Object.entries(without(message, dropped)))
  );
}

function without(value: object, names: readonly string[]): object {
  if (Array.isArray(value)) {
    return value.map((item) =>
      typeof item === "object" && item !== null ? without(item, names) : item
    );
  }
  const kept = Object.entries(value).filter(([name]) => !names.includes(name));
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, isObject(inner) ? without(inner, names) : inner]),
  );
}

function isObject(value: unknown): value is object {
  return isRecord(value) || Array.isArray(value);
}

const numbers = fc.oneof(fc.integer(), fc.maxSafeInteger());
const energies = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const idTokens = field("request", "Authorize", "idToken");
const idTokenInfos = field("response", "Authorize", "idTokenInfo");
const meterValues = field(
  "request",
  "MeterValues",
  "meterValue",
).chain((list) => sometimesWithout(fc.constant({ list }), "value").map((kept) => kept["list"]));

const record = (
  fields: Record<string, fc.Arbitrary<unknown>>,
  ...requiredKeys: readonly string[]
): fc.Arbitrary<Message> =>
  fc.record(fields, { requiredKeys: [...requiredKeys], noNullPrototype: true });

/** What inside.ts says of its own, or with less than 2.1 demands. */
const REQUESTS: Partial<Record<InsideAction, fc.Arbitrary<Message>>> = {
  GetBaseReport: sometimesWithout(messages21("request", "GetBaseReport"), "requestId"),
  GetLog: sometimesWithout(messages21("request", "GetLog"), "requestId"),
  UpdateFirmware: sometimesWithout(messages21("request", "UpdateFirmware"), "requestId"),
  RequestStartTransaction: sometimesWithout(
    messages21("request", "RequestStartTransaction"),
    "remoteStartId",
  ),
  MeterValues: record(
    { evseId: fc.nat(), transactionNumber: numbers, meterValue: meterValues },
    "evseId",
    "meterValue",
  ),
  StartTransaction: record(
    {
      evseId: fc.nat(),
      idToken: idTokens,
      meterStartWh: energies,
      timestamp: timestamps,
      reservationId: fc.nat(),
    },
    "evseId",
    "idToken",
    "meterStartWh",
    "timestamp",
  ),
  StopTransaction: record(
    {
      transactionNumber: numbers,
      idToken: idTokens,
      meterStopWh: energies,
      timestamp: timestamps,
      stoppedReason: field("request", "TransactionEvent", "transactionInfo")
        .map((info) => isRecord(info) ? info["stoppedReason"] : undefined)
        .filter((reason) => reason !== undefined),
      meterValue: meterValues,
    },
    "transactionNumber",
    "meterStopWh",
    "timestamp",
  ),
  StatusNotification: record(
    {
      evseId: fc.nat(),
      connectorId: fc.nat(),
      connectorStatus: field("request", "StatusNotification", "connectorStatus"),
      timestamp: timestamps,
      chargingState: fc.constantFrom(
        "EVConnected",
        "Charging",
        "SuspendedEV",
        "SuspendedEVSE",
        "Idle",
      ),
      problem: record(
        {
          errorCode: fc.oneof(
            fc.constantFrom("NoError", "GroundFailure", "Connector.Problem", "constructor"),
            fc.string({ unit: oddCharacters }),
          ),
          info: fc.string({ unit: oddCharacters, maxLength: 300, size: "max" }),
          vendorId: fc.string({ unit: oddCharacters, maxLength: 600, size: "max" }),
          vendorErrorCode: fc.string({ unit: oddCharacters, maxLength: 300, size: "max" }),
        },
        "errorCode",
      ),
    },
    "evseId",
    "connectorId",
    "connectorStatus",
  ),
};

const RESPONSES: Partial<Record<InsideAction, fc.Arbitrary<Message>>> = {
  GetBaseReport: record(
    {
      status: field("response", "GetBaseReport", "status"),
      reportData: fc.oneof(fc.constant([]), field("request", "NotifyReport", "reportData")),
    },
    "status",
    "reportData",
  ),
  GetCompositeSchedule: sometimesWithout(
    messages21("response", "GetCompositeSchedule"),
    "evseId",
    "duration",
    "scheduleStart",
  ),
  GetInstalledCertificateIds: sometimesWithout(
    messages21("response", "GetInstalledCertificateIds"),
    "certificateType",
  ),
  SetVariables: sometimesWithout(messages21("response", "SetVariables"), "component", "variable"),
  StartTransaction: record(
    { transactionNumber: numbers, idTokenInfo: idTokenInfos },
    "transactionNumber",
    "idTokenInfo",
  ),
  StopTransaction: record({ idTokenInfo: idTokenInfos }),
};
