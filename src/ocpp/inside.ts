import type * as V21 from "typed-ocpp/dist/ocpp21/types.js";
import type { Json } from "../lib/json.ts";
import type { Requests21, Responses21 } from "./messages/types.ts";
import type { OcppVersion } from "./version.ts";
import type {
  BaseReport,
  BaseReportOrder,
  CompositeScheduleAnswer,
  ConnectorReport,
  InstalledCertificates,
  MeterReading,
  SetVariablesAnswer,
  StartAnswer,
  StartIntent,
  StartOrder,
  StopAnswer,
  StopIntent,
  TransactionEvent,
  TransactionEventAnswer,
  Unnumbered,
  VariablesAnswer,
  VendorAnswer,
  VendorMessage,
} from "./vocabulary.ts";

export type * from "./vocabulary.ts";

/**
 * The language inside the gateway: OCPP 2.1, whatever the chargers and the CSMS speak.
 *
 * It differs from 2.1 on paper in two ways only. What 2.1 demands but an older version cannot say
 * is optional here (`remoteStartId`, `requestId`, `timestamp` of a status, the `value` of a signed
 * reading) or may be empty (lists), and is filled in by the room that owns the fact. And a 1.6
 * charger's transaction messages arrive as *intents* (`StartTransaction`, `StopTransaction`,
 * `MeterValues` with a number), because only the room `transactions` may turn them into
 * TransactionEvents. Lengths are not bounded here: each dialect shortens what it writes.
 */
export type InsideMessages = OwnMessages & MessagesAs21Has;

/** Messages that are inside just what 2.1 says, and all of these are its stations' and CSMSs'. */
type MessagesAs21Has = {
  readonly [A in Exclude<keyof Responses21, keyof OwnMessages>]: Pair<
    Requests21[A],
    Responses21[A]
  >;
};

/** Messages that differ from 2.1's, or that the rooms go by. */
interface OwnMessages {
  // From the station towards the CSMS.
  readonly Authorize: Pair<V21.AuthorizeRequest, V21.AuthorizeResponse>;
  readonly BootNotification: Pair<V21.BootNotificationRequest, V21.BootNotificationResponse>;
  readonly FirmwareStatusNotification: Pair<
    V21.FirmwareStatusNotificationRequest,
    V21.FirmwareStatusNotificationResponse
  >;
  readonly Heartbeat: Pair<V21.HeartbeatRequest, V21.HeartbeatResponse>;
  readonly LogStatusNotification: Pair<
    V21.LogStatusNotificationRequest,
    V21.LogStatusNotificationResponse
  >;
  readonly MeterValues: Pair<MeterReading, V21.MeterValuesResponse>;
  readonly SecurityEventNotification: Pair<
    V21.SecurityEventNotificationRequest,
    V21.SecurityEventNotificationResponse
  >;
  readonly SignCertificate: Pair<V21.SignCertificateRequest, V21.SignCertificateResponse>;
  readonly StartTransaction: Pair<StartIntent, StartAnswer>;
  readonly StatusNotification: Pair<ConnectorReport, V21.StatusNotificationResponse>;
  readonly StopTransaction: Pair<StopIntent, StopAnswer>;
  readonly TransactionEvent: Pair<TransactionEvent, TransactionEventAnswer>;
  // Both ways.
  readonly DataTransfer: Pair<VendorMessage, VendorAnswer>;
  // From the CSMS towards the station.
  readonly CancelReservation: Pair<V21.CancelReservationRequest, V21.CancelReservationResponse>;
  readonly CertificateSigned: Pair<V21.CertificateSignedRequest, V21.CertificateSignedResponse>;
  readonly ChangeAvailability: Pair<V21.ChangeAvailabilityRequest, V21.ChangeAvailabilityResponse>;
  readonly ClearCache: Pair<V21.ClearCacheRequest, V21.ClearCacheResponse>;
  readonly ClearChargingProfile: Pair<
    V21.ClearChargingProfileRequest,
    V21.ClearChargingProfileResponse
  >;
  readonly DeleteCertificate: Pair<V21.DeleteCertificateRequest, V21.DeleteCertificateResponse>;
  readonly GetBaseReport: Pair<BaseReportOrder, BaseReport>;
  readonly GetCompositeSchedule: Pair<
    V21.GetCompositeScheduleRequest,
    CompositeScheduleAnswer
  >;
  readonly GetInstalledCertificateIds: Pair<
    V21.GetInstalledCertificateIdsRequest,
    InstalledCertificates
  >;
  readonly GetLocalListVersion: Pair<
    V21.GetLocalListVersionRequest,
    V21.GetLocalListVersionResponse
  >;
  readonly GetLog: Pair<Unnumbered<V21.GetLogRequest>, V21.GetLogResponse>;
  readonly GetVariables: Pair<V21.GetVariablesRequest, VariablesAnswer>;
  readonly InstallCertificate: Pair<V21.InstallCertificateRequest, V21.InstallCertificateResponse>;
  readonly RequestStartTransaction: Pair<StartOrder, V21.RequestStartTransactionResponse>;
  readonly RequestStopTransaction: Pair<
    V21.RequestStopTransactionRequest,
    V21.RequestStopTransactionResponse
  >;
  readonly ReserveNow: Pair<V21.ReserveNowRequest, V21.ReserveNowResponse>;
  readonly Reset: Pair<V21.ResetRequest, V21.ResetResponse>;
  readonly SendLocalList: Pair<V21.SendLocalListRequest, V21.SendLocalListResponse>;
  readonly SetChargingProfile: Pair<V21.SetChargingProfileRequest, V21.SetChargingProfileResponse>;
  readonly SetVariables: Pair<V21.SetVariablesRequest, SetVariablesAnswer>;
  readonly TriggerMessage: Pair<V21.TriggerMessageRequest, V21.TriggerMessageResponse>;
  readonly UnlockConnector: Pair<V21.UnlockConnectorRequest, V21.UnlockConnectorResponse>;
  readonly UpdateFirmware: Pair<
    Unnumbered<V21.UpdateFirmwareRequest>,
    V21.UpdateFirmwareResponse
  >;
}

interface Pair<Request, Response> {
  readonly request: Request;
  readonly response: Response;
}

/** The name of a message inside. */
export type InsideAction = keyof InsideMessages;

export type InsideRequest<A extends InsideAction> = InsideMessages[A]["request"];
export type InsideResponse<A extends InsideAction> = InsideMessages[A]["response"];

/** A request with its name and what only its own dialect understands. */
export type InsideCall<A extends InsideAction = InsideAction> = A extends InsideAction
  ? { readonly action: A } & Enveloped<InsideRequest<A>>
  : never;

/**
 * A message and what 2.1 has no field for. The carry is stored with the message and given back to
 * the dialect that wrote it; other dialects ignore it, and it is never sent.
 */
export interface Enveloped<Message> {
  readonly message: Message;
  readonly carry?: Carry;
}

/** What a dialect wants to remember of a message it read. */
export interface Carry {
  readonly dialect: OcppVersion;
  readonly notes: readonly CarryNote[];
}

/**
 * "While the field `at` still says `inside`, the original said `original`." A field that the gateway
 * changed on the way no longer matches, and its note no longer counts. `at` is a path from the
 * message ("meterValue/0/sampledValue/2/value"); null stands for an absent field.
 */
export interface CarryNote {
  readonly at: string;
  readonly inside: Json;
  readonly original: Json;
}
