import type * as V21 from "typed-ocpp/dist/ocpp21/types.js";

// The types that messages inside are made of: 2.1's own under short names, and what 2.1 cannot say.

/** A message of 2.1 whose `requestId` may still be missing. */
export type Unnumbered<Message extends { requestId: number }> =
  & Omit<Message, "requestId">
  & { readonly requestId?: number };

/** A driver's identification. */
export type IdToken = V21.IdTokenType;
/** What is known about an identification. */
export type IdTokenInfo = V21.IdTokenInfoType;
export type AuthorizationStatus = V21.AuthorizationStatusEnumType;
export type EvseRef = V21.EVSEType;
/**
 * Readings of one moment. None are left of a 1.6 message that told only what 2.1 has no measurand
 * for (temperature, fan speed).
 */
export type MeterValue = Omit<V21.MeterValueType, "sampledValue"> & {
  readonly sampledValue: readonly SampledValue[];
};
/** One reading. 1.6 signs a value without saying it, so a signed reading may have no `value`. */
export type SampledValue = Omit<V21.SampledValueType, "value"> & { readonly value?: number };
export type ChargingProfile = V21.ChargingProfileType;
export type ChargingSchedule = V21.ChargingScheduleType;
export type ChargingSchedulePeriod = V21.ChargingSchedulePeriodType;
export type CompositeSchedule = V21.CompositeScheduleType;
export type ChargingProfilePurpose = V21.ChargingProfileType["chargingProfilePurpose"];
export type ChargingState = V21.ChargingStateEnumType;
export type ConnectorStatus = V21.ConnectorStatusEnumType;
export type StopReason = V21.ReasonEnumType;
export type TriggerReason = V21.TriggerReasonEnumType;
export type TransactionEvent = Omit<V21.TransactionEventRequest, "meterValue"> & {
  readonly meterValue?: readonly MeterValue[];
};
export type TransactionEventAnswer = V21.TransactionEventResponse;
export type Component = V21.ComponentType;
export type Variable = V21.VariableType;
export type Mutability = V21.MutabilityEnumType;
export type ChargingStation = V21.ChargingStationType;
export type BootReason = V21.BootReasonEnumType;
export type BootAnswer = V21.BootNotificationResponse;
export type AuthorizationEntry = V21.AuthorizationData;
/** A tariff as the CSMS sends it. */
export type TariffMessage = V21.TariffType;
export type TaxRateMessage = V21.TaxRateType;
/** Conditions of a price; those of a fee can also be about how it is paid. */
export type TariffConditionsMessage =
  & V21.TariffConditionsType
  & Pick<V21.TariffConditionsFixedType, "paymentBrand" | "paymentRecognition">;
/** The tariff requests of the CSMS, and their answers. */
export type SetDefaultTariffAnswer = V21.SetDefaultTariffResponse;
export type GetTariffsAnswer = V21.GetTariffsResponse;
export type TariffAssignment = V21.TariffAssignmentType;
export type ClearTariffsOrder = V21.ClearTariffsRequest;
export type ClearTariffsAnswer = V21.ClearTariffsResponse;
export type ChangeTransactionTariffAnswer = V21.ChangeTransactionTariffResponse;
/** What a session costs, as the CSMS is told. */
export type CostDetails = V21.CostDetailsType;

/**
 * A charger's wish to start, as 1.6 says it. `evseId` is the charger's own number of the EVSE when
 * it comes from a charger, the slot when it goes to the CSMS.
 */
export interface StartIntent {
  readonly evseId: number;
  readonly idToken: IdToken;
  /** The meter register at the start, in Wh. */
  readonly meterStartWh: number;
  readonly timestamp: string;
  readonly reservationId?: number;
  /** The id by which a 2.x charger speaks of it. */
  readonly stationTransactionId?: string;
}

/** The answer to `StartIntent`: the number by which this peer will speak of the transaction. */
export interface StartAnswer {
  readonly transactionNumber: number;
  readonly idTokenInfo: IdTokenInfo;
}

/** Meter values; with a number where 1.6 says which transaction they belong to. */
export interface MeterReading {
  readonly evseId: number;
  readonly transactionNumber?: number;
  readonly meterValue: readonly MeterValue[];
}

/** The end of a transaction, as 1.6 says it. */
export interface StopIntent {
  readonly transactionNumber: number;
  /** The id by which a 2.x charger speaks of it, where no number stands for that. */
  readonly stationTransactionId?: string;
  /** Who stopped it, where somebody identified himself. */
  readonly idToken?: IdToken;
  /** The meter register at the end, in Wh. */
  readonly meterStopWh: number;
  readonly timestamp: string;
  readonly stoppedReason?: StopReason;
  /** Readings that belong to the transaction (1.6 `transactionData`). */
  readonly meterValue?: readonly MeterValue[];
}

/** The answer to `StopIntent`. */
export interface StopAnswer {
  readonly idTokenInfo?: IdTokenInfo;
}

/** The state of a connector. 1.6 tells charging state and fault in the same breath. */
export interface ConnectorReport {
  readonly evseId: number;
  readonly connectorId: number;
  readonly connectorStatus: ConnectorStatus;
  readonly timestamp?: string;
  readonly chargingState?: ChargingState;
  /** The transaction is over and the EV still plugged in: 1.6 has the word Finishing for it. */
  readonly afterTransaction?: true;
  readonly problem?: ConnectorProblem;
}

/** What a charger says is wrong with a connector. */
export interface ConnectorProblem {
  /** A 1.6 error code ("GroundFailure"), or a 2.x component and variable. */
  readonly errorCode: string;
  readonly info?: string;
  readonly vendorId?: string;
  readonly vendorErrorCode?: string;
}

/** An order to start, whose `remoteStartId` the room `transactions` adds where 1.6 gave none. */
export type StartOrder =
  & Omit<V21.RequestStartTransactionRequest, "remoteStartId">
  & { readonly remoteStartId?: number };

/** An order to report every variable. */
export type BaseReportOrder = Unnumbered<V21.GetBaseReportRequest>;

/** The answer with its reports in one piece: 2.x sends them after it, in NotifyReports. */
export interface BaseReport {
  readonly status: V21.GetBaseReportResponse["status"];
  readonly reportData: readonly V21.ReportDataType[];
}

/** A vendor's own message. `data` is any JSON in 2.x and a text in 1.6. */
export interface VendorMessage {
  readonly vendorId: string;
  readonly messageId?: string;
  readonly data?: unknown;
}

/** The answer to a vendor's own message. */
export interface VendorAnswer {
  readonly status: V21.DataTransferResponse["status"];
  readonly data?: unknown;
}

/** Values of variables; with the mutability that 1.6 wants to know and 2.x does not say here. */
export interface VariablesAnswer {
  readonly getVariableResult: readonly VariableResult[];
}

/** What became of each change, in the order of the request. */
export interface SetVariablesAnswer {
  readonly setVariableResult: readonly SetVariableResult[];
}

/** What became of one change; 1.6 does not repeat which variable it was. */
export type SetVariableResult =
  & Omit<V21.SetVariableResultType, "component" | "variable">
  & { readonly component?: Component; readonly variable?: Variable };

/** A composite schedule, of which a 1.6 charger may leave out anything but unit and periods. */
export interface CompositeScheduleAnswer {
  readonly status: V21.GetCompositeScheduleResponse["status"];
  readonly statusInfo?: V21.StatusInfoType;
  readonly schedule?:
    & Omit<CompositeSchedule, "evseId" | "duration" | "scheduleStart">
    & Partial<Pick<CompositeSchedule, "evseId" | "duration" | "scheduleStart">>;
}

/** Certificates of a station; 1.6 does not repeat of which type they are. */
export interface InstalledCertificates {
  readonly status: V21.GetInstalledCertificateIdsResponse["status"];
  readonly statusInfo?: V21.StatusInfoType;
  readonly certificateHashDataChain?: readonly InstalledCertificate[];
}

/** One certificate of a station with those below it. */
export type InstalledCertificate =
  & Omit<V21.CertificateHashDataChainType, "certificateType">
  & Partial<Pick<V21.CertificateHashDataChainType, "certificateType">>;

/** The value of one variable. */
export type VariableResult = V21.GetVariableResultType & { readonly mutability?: Mutability };
