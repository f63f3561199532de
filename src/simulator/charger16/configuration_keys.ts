import { isMeasurandList } from "../station/measurands.ts";

/** What a configuration key is and may be. */
export interface KeyRule {
  readonly key: string;
  /** Whether ChangeConfiguration may write it, and whether that counts at once. */
  readonly access: "read" | "write" | "write-then-reboot";
  /** The value as it leaves the factory; it may depend on the number of connectors. */
  readonly factory: string | ((connectorCount: number) => string);
  readonly allows: (value: string) => boolean;
  /** Never told, as a password. */
  readonly isSecret?: true;
}

const LIST_LENGTH_MAX = 20;

/**
 * The keys of a simulated station: what 1.6 §9 requires of the profiles Core, LocalAuthListManagement,
 * Reservation, SmartCharging and RemoteTrigger, with its errata, and what most chargers have besides.
 */
export const KEY_RULES: readonly KeyRule[] = [
  flag("AllowOfflineTxForUnknownId", "false"),
  flag("AuthorizationCacheEnabled", "true"),
  { key: "AuthorizationKey", access: "write", factory: "", allows: isPassword, isSecret: true },
  flag("AuthorizeRemoteTxRequests", "false"),
  count("ClockAlignedDataInterval", "0", 0, 86_400),
  count("ConnectionTimeOut", "60", 0, 3_600),
  {
    key: "ConnectorPhaseRotation",
    access: "write-then-reboot",
    factory: (connectors) => numbered(connectors, "RST"),
    allows: isRotationList,
  },
  fixed("GetConfigurationMaxKeys", "100"),
  count("HeartbeatInterval", "300", 0, 604_800),
  flag("LocalAuthorizeOffline", "true"),
  flag("LocalPreAuthorize", "false"),
  measurands("MeterValuesAlignedData", "Energy.Active.Import.Register"),
  fixed("MeterValuesAlignedDataMaxLength", String(LIST_LENGTH_MAX)),
  measurands(
    "MeterValuesSampledData",
    "Energy.Active.Import.Register,Current.Import,Power.Active.Import,Voltage",
  ),
  fixed("MeterValuesSampledDataMaxLength", String(LIST_LENGTH_MAX)),
  count("MeterValueSampleInterval", "60", 0, 86_400),
  count("MinimumStatusDuration", "0", 0, 600),
  fixed("NumberOfConnectors", (connectors) => String(connectors)),
  count("ResetRetries", "3", 0, 10),
  flag("StopTransactionOnEVSideDisconnect", "true"),
  flag("StopTransactionOnInvalidId", "true"),
  measurands("StopTxnAlignedData", ""),
  fixed("StopTxnAlignedDataMaxLength", String(LIST_LENGTH_MAX)),
  measurands("StopTxnSampledData", ""),
  fixed("StopTxnSampledDataMaxLength", String(LIST_LENGTH_MAX)),
  fixed("StopTransactionMaxMeterValues", "200"),
  fixed(
    "SupportedFeatureProfiles",
    "Core,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
  ),
  count("TransactionMessageAttempts", "3", 1, 100),
  count("TransactionMessageRetryInterval", "10", 0, 3_600),
  flag("UnlockConnectorOnEVSideDisconnect", "true"),
  { ...count("WebSocketPingInterval", "60", 0, 3_600), access: "write-then-reboot" },
  flag("LocalAuthListEnabled", "true"),
  fixed("LocalAuthListMaxLength", "500"),
  fixed("SendLocalListMaxLength", "100"),
  fixed("ReserveConnectorZeroSupported", "true"),
  fixed("ChargeProfileMaxStackLevel", "10"),
  fixed("ChargingScheduleAllowedChargingRateUnit", "Current,Power"),
  fixed("ChargingScheduleMaxPeriods", "24"),
  fixed("ConnectorSwitch3to1PhaseSupported", "true"),
  fixed("MaxChargingProfilesInstalled", "20"),
];

function flag(key: string, factory: string): KeyRule {
  return { key, access: "write", factory, allows: (value) => /^(true|false)$/i.test(value.trim()) };
}

function count(key: string, factory: string, least: number, most: number): KeyRule {
  const allows = (value: string) =>
    /^\d{1,9}$/.test(value.trim()) && Number(value) >= least && Number(value) <= most;
  return { key, access: "write", factory, allows };
}

function measurands(key: string, factory: string): KeyRule {
  const allows = (value: string) => isMeasurandList(value, LIST_LENGTH_MAX);
  return { key, access: "write", factory, allows };
}

function fixed(key: string, factory: KeyRule["factory"]): KeyRule {
  return { key, access: "read", factory, allows: () => true };
}

function numbered(connectors: number, rotation: string): string {
  return Array.from({ length: connectors }, (_, index) => `${index + 1}.${rotation}`).join(",");
}

const ROTATION = /^\s*\d{1,2}\.(?:NotApplicable|Unknown|RST|RTS|SRT|STR|TRS|TSR)\s*$/;

function isRotationList(value: string): boolean {
  return value.split(",").every((item) => ROTATION.test(item));
}

/** 16 to 40 characters, as the security whitepaper has it (A00.FR.205). */
function isPassword(value: string): boolean {
  return /^[\x21-\x7e]{16,40}$/.test(value);
}
