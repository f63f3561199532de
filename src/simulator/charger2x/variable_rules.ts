import { isMeasurandList } from "../station/measurands.ts";

/** What a variable of a station is and may be. */
export interface VariableRule {
  /** "Component.Variable" or "Component.Variable[instance]". */
  readonly name: string;
  readonly mutability: "ReadOnly" | "ReadWrite" | "WriteOnly";
  readonly dataType: "boolean" | "integer" | "string" | "SequenceList" | "MemberList" | "dateTime";
  /** The value as it leaves the factory. */
  readonly factory: string;
  readonly allows: (value: string) => boolean;
  /** A new value counts only after a reboot. */
  readonly needsReboot?: true;
  /** The name of the same setting in 1.6, by which options may give it. */
  readonly key16?: string;
  /** What may be in it at most, as its characteristics say. */
  readonly maxLimit?: number;
}

const MEASURANDS_MAX = 20;
/** What this station has as points at which transactions begin and end. */
const TX_POINTS = ["EVConnected", "Authorized", "PowerPathClosed"];

/**
 * The variables of a simulated station: what 2.0.1 requires (part 2, Referenced Components and
 * Variables) of one with the core, local lists, reservations, smart charging and remote triggers.
 */
export const VARIABLE_RULES: readonly VariableRule[] = [
  flag("AlignedDataCtrlr.Enabled", "true"),
  count("AlignedDataCtrlr.Interval", "0", 0, 86_400, "ClockAlignedDataInterval"),
  measurands(
    "AlignedDataCtrlr.Measurands",
    "Energy.Active.Import.Register",
    "MeterValuesAlignedData",
  ),
  count("AlignedDataCtrlr.TxEndedInterval", "0", 0, 86_400),
  measurands("AlignedDataCtrlr.TxEndedMeasurands", "", "StopTxnAlignedData"),
  flag("AuthCacheCtrlr.Enabled", "true", "AuthorizationCacheEnabled"),
  flag("AuthCtrlr.AuthorizeRemoteStart", "false", "AuthorizeRemoteTxRequests"),
  flag("AuthCtrlr.Enabled", "true"),
  flag("AuthCtrlr.LocalAuthorizeOffline", "true", "LocalAuthorizeOffline"),
  flag("AuthCtrlr.LocalPreAuthorize", "false", "LocalPreAuthorize"),
  flag("AuthCtrlr.OfflineTxForUnknownIdEnabled", "false", "AllowOfflineTxForUnknownId"),
  { ...fixed("ClockCtrlr.DateTime", ""), dataType: "dateTime" },
  fixed("ClockCtrlr.TimeSource", "Heartbeat", "SequenceList"),
  ...["GetReport", "GetVariables", "SetVariables"].flatMap((message) => [
    fixed(`DeviceDataCtrlr.BytesPerMessage[${message}]`, "65536", "integer"),
    fixed(`DeviceDataCtrlr.ItemsPerMessage[${message}]`, "20", "integer"),
  ]),
  fixed("LocalAuthListCtrlr.Available", "true", "boolean"),
  fixed("LocalAuthListCtrlr.BytesPerMessage", "65536", "integer"),
  flag("LocalAuthListCtrlr.Enabled", "true", "LocalAuthListEnabled"),
  { ...fixed("LocalAuthListCtrlr.Entries", "0", "integer"), maxLimit: 500 },
  {
    ...fixed("LocalAuthListCtrlr.ItemsPerMessage", "100", "integer"),
    key16: "SendLocalListMaxLength",
  },
  fixed("OCPPCommCtrlr.FileTransferProtocols", "HTTPS", "MemberList"),
  count("OCPPCommCtrlr.HeartbeatInterval", "300", 0, 604_800, "HeartbeatInterval"),
  count(
    "OCPPCommCtrlr.MessageAttempts[TransactionEvent]",
    "3",
    1,
    100,
    "TransactionMessageAttempts",
  ),
  count(
    "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]",
    "10",
    0,
    3_600,
    "TransactionMessageRetryInterval",
  ),
  count("OCPPCommCtrlr.MessageTimeout[Default]", "30", 1, 600),
  count("OCPPCommCtrlr.NetworkProfileConnectionAttempts", "3", 1, 100),
  fixed("OCPPCommCtrlr.NetworkConfigurationPriority", "1", "SequenceList"),
  count("OCPPCommCtrlr.OfflineThreshold", "60", 0, 86_400),
  count("OCPPCommCtrlr.ResetRetries", "3", 0, 10, "ResetRetries"),
  flag("OCPPCommCtrlr.UnlockOnEVSideDisconnect", "true", "UnlockConnectorOnEVSideDisconnect"),
  {
    ...count("OCPPCommCtrlr.WebSocketPingInterval", "60", 0, 3_600, "WebSocketPingInterval"),
    needsReboot: true,
  },
  fixed("ReservationCtrlr.Available", "true", "boolean"),
  flag("ReservationCtrlr.Enabled", "true"),
  fixed("ReservationCtrlr.NonEvseSpecific", "true", "boolean"),
  flag("SampledDataCtrlr.Enabled", "true"),
  count("SampledDataCtrlr.TxEndedInterval", "0", 0, 86_400),
  measurands(
    "SampledDataCtrlr.TxEndedMeasurands",
    "Energy.Active.Import.Register",
    "StopTxnSampledData",
  ),
  measurands("SampledDataCtrlr.TxStartedMeasurands", "Energy.Active.Import.Register"),
  count("SampledDataCtrlr.TxUpdatedInterval", "60", 0, 86_400, "MeterValueSampleInterval"),
  measurands(
    "SampledDataCtrlr.TxUpdatedMeasurands",
    "Energy.Active.Import.Register,Current.Import,Power.Active.Import,Voltage",
    "MeterValuesSampledData",
  ),
  {
    name: "SecurityCtrlr.BasicAuthPassword",
    mutability: "WriteOnly",
    dataType: "string",
    factory: "",
    allows: (value) => /^[\x21-\x7e]{16,40}$/.test(value),
    key16: "AuthorizationKey",
  },
  fixed("SecurityCtrlr.CertificateEntries", "0", "integer"),
  { ...text("SecurityCtrlr.OrganizationName", "Sangam") },
  fixed("SecurityCtrlr.SecurityProfile", "1", "integer"),
  fixed("SmartChargingCtrlr.Available", "true", "boolean"),
  flag("SmartChargingCtrlr.Enabled", "true"),
  {
    ...fixed("SmartChargingCtrlr.Entries[ChargingProfiles]", "20", "integer"),
    maxLimit: 20,
    key16: "MaxChargingProfilesInstalled",
  },
  fixed("SmartChargingCtrlr.LimitChangeSignificance", "1", "integer"),
  {
    ...fixed("SmartChargingCtrlr.PeriodsPerSchedule", "24", "integer"),
    key16: "ChargingScheduleMaxPeriods",
  },
  { ...fixed("SmartChargingCtrlr.Phases3to1", "true", "boolean") },
  {
    ...fixed("SmartChargingCtrlr.ProfileStackLevel", "10", "integer"),
    key16: "ChargeProfileMaxStackLevel",
  },
  {
    ...fixed("SmartChargingCtrlr.RateUnit", "A,W", "MemberList"),
    key16: "ChargingScheduleAllowedChargingRateUnit",
  },
  count("TxCtrlr.EVConnectionTimeOut", "60", 0, 3_600, "ConnectionTimeOut"),
  count("TxCtrlr.MaxEnergyOnInvalidId", "0", 0, 100_000),
  flag("TxCtrlr.StopTxOnEVSideDisconnect", "true", "StopTransactionOnEVSideDisconnect"),
  flag("TxCtrlr.StopTxOnInvalidId", "true", "StopTransactionOnInvalidId"),
  txPoints("TxCtrlr.TxStartPoint", "PowerPathClosed"),
  txPoints("TxCtrlr.TxStopPoint", "EVConnected,Authorized"),
];

function flag(name: string, factory: string, key16?: string): VariableRule {
  return {
    ...text(name, factory),
    dataType: "boolean",
    allows: (value) => /^(true|false)$/i.test(value.trim()),
    ...(key16 === undefined ? {} : { key16 }),
  };
}

function count(
  name: string,
  factory: string,
  least: number,
  most: number,
  key16?: string,
): VariableRule {
  return {
    ...text(name, factory),
    dataType: "integer",
    allows: (value) =>
      /^\d{1,9}$/.test(value.trim()) && Number(value) >= least && Number(value) <= most,
    ...(key16 === undefined ? {} : { key16 }),
  };
}

function measurands(name: string, factory: string, key16?: string): VariableRule {
  return {
    ...text(name, factory),
    dataType: "MemberList",
    allows: (value) => isMeasurandList(value, MEASURANDS_MAX),
    ...(key16 === undefined ? {} : { key16 }),
  };
}

function txPoints(name: string, factory: string): VariableRule {
  return {
    ...text(name, factory),
    dataType: "MemberList",
    allows: (value) => value.split(",").every((each) => TX_POINTS.includes(each.trim())),
  };
}

function text(name: string, factory: string): VariableRule {
  return { name, mutability: "ReadWrite", dataType: "string", factory, allows: () => true };
}

function fixed(
  name: string,
  factory: string,
  dataType: VariableRule["dataType"] = "string",
): VariableRule {
  return { name, mutability: "ReadOnly", dataType, factory, allows: () => true };
}
