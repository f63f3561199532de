import type { VariableDefinition, VariableGroup, VariableType } from "../site/mod.ts";

/** What the device model depends on besides the specification. */
export interface VariableFacts {
  readonly connectors: number;
  readonly nominalVoltageV: number;
  readonly localListMax: number;
  readonly offline: {
    readonly knownTokens: boolean;
    readonly unknownTokens: boolean;
    readonly cacheLifetimeS: number;
  };
  /** Whose tokens stop everything and start nothing; empty for nobody. */
  readonly masterPassGroup: string;
  /** How often the CSMS gets meter values of a transaction, until it says otherwise. */
  readonly meterIntervalS: number;
  /** The wait before a refused record goes up again. */
  readonly retryIntervalS: number;
  readonly pingIntervalS: number;
}

const MEASURANDS = [
  "Current.Export",
  "Current.Import",
  "Current.Offered",
  "Energy.Active.Export.Interval",
  "Energy.Active.Export.Register",
  "Energy.Active.Import.Interval",
  "Energy.Active.Import.Register",
  "Energy.Reactive.Export.Interval",
  "Energy.Reactive.Export.Register",
  "Energy.Reactive.Import.Interval",
  "Energy.Reactive.Import.Register",
  "Frequency",
  "Power.Active.Export",
  "Power.Active.Import",
  "Power.Factor",
  "Power.Offered",
  "Power.Reactive.Export",
  "Power.Reactive.Import",
  "SoC",
  "Voltage",
] as const;

const FLAG: VariableType = { kind: "boolean" };
const TEXT: VariableType = { kind: "text", lengthMax: 500 };
/** An identifier of 2.x (AuthCtrlr.MasterPassGroupId). */
const GROUP: VariableType = { kind: "text", lengthMax: 36 };
/** What a distinguished name holds (X.520). */
const ORGANIZATION: VariableType = { kind: "text", lengthMax: 64 };
const AT_LEAST_ONE: VariableType = { kind: "integer", min: 1, max: 100 };
const LIST: VariableType = { kind: "list", of: MEASURANDS };
const seconds = (max = 86_400): VariableType => ({ kind: "integer", min: 0, max });
const count = (max: number): VariableType => ({ kind: "integer", min: 0, max });

/**
 * The variables of the gateway as a charging station: every configuration key that 1.6 §9 requires of
 * one, under its 2.x name. Each is either obeyed by the gateway or read-only with its true value.
 */
export function gatewayVariables(facts: VariableFacts): readonly VariableDefinition[] {
  const flag = (value: boolean) => String(value);
  return [
    ...group("authorization", [
      ["AuthCtrlr", "AuthorizeRemoteStart", "ReadWrite", FLAG, "false"],
      ["AuthCtrlr", "LocalAuthorizeOffline", "ReadWrite", FLAG, flag(facts.offline.knownTokens)],
      ["AuthCtrlr", "LocalPreAuthorize", "ReadWrite", FLAG, "false"],
      [
        "AuthCtrlr",
        "OfflineTxForUnknownIdEnabled",
        "ReadWrite",
        FLAG,
        flag(facts.offline.unknownTokens),
      ],
      ["AuthCtrlr", "MasterPassGroupId", "ReadWrite", GROUP, facts.masterPassGroup],
      ["AuthCacheCtrlr", "Enabled", "ReadWrite", FLAG, "true"],
      [
        "AuthCacheCtrlr",
        "LifeTime",
        "ReadWrite",
        seconds(157_680_000),
        text(facts.offline.cacheLifetimeS),
      ],
      ["LocalAuthListCtrlr", "Enabled", "ReadWrite", FLAG, "true"],
      ["LocalAuthListCtrlr", "Entries", "ReadOnly", count(1e6), text(facts.localListMax)],
      ["LocalAuthListCtrlr", "SupportsExpiryDateTime", "ReadOnly", FLAG, "true"],
      ["LocalAuthListCtrlr", "ItemsPerMessage", "ReadOnly", count(1e6), "1000"],
      ["TxCtrlr", "StopTxOnInvalidId", "ReadWrite", FLAG, "true"],
      ["TxCtrlr", "MaxEnergyOnInvalidId", "ReadWrite", count(1e6), "0"],
      ["TxCtrlr", "EVConnectionTimeOut", "ReadWrite", seconds(3_600), "60"],
      ["ReservationCtrlr", "NonEvseSpecific", "ReadOnly", FLAG, "true"],
    ]),
    ...group("metering", [
      ["AlignedDataCtrlr", "Interval", "ReadWrite", seconds(), "0"],
      ["AlignedDataCtrlr", "Measurands", "ReadWrite", LIST, "Energy.Active.Import.Register"],
      ["AlignedDataCtrlr", "TxEndedMeasurands", "ReadWrite", LIST, ""],
      ["SampledDataCtrlr", "TxUpdatedInterval", "ReadWrite", seconds(), text(facts.meterIntervalS)],
      [
        "SampledDataCtrlr",
        "TxUpdatedMeasurands",
        "ReadOnly",
        LIST,
        "Energy.Active.Import.Register,Current.Import,Power.Active.Import",
      ],
      ["SampledDataCtrlr", "TxEndedMeasurands", "ReadWrite", LIST, ""],
    ]),
    ...group("heartbeat", [
      ["OCPPCommCtrlr", "HeartbeatInterval", "ReadWrite", seconds(), "0"],
    ]),
    ...group("connection", [
      ["OCPPCommCtrlr", "WebSocketPingInterval", "ReadOnly", seconds(), text(facts.pingIntervalS)],
      ["OCPPCommCtrlr", "MessageAttempts[TransactionEvent]", "ReadWrite", count(100), "5"],
      [
        "OCPPCommCtrlr",
        "MessageAttemptInterval[TransactionEvent]",
        "ReadWrite",
        seconds(3_600),
        text(facts.retryIntervalS),
      ],
      // 2.x: after so long without the CSMS it hears the state of every EVSE again (B04.FR.01).
      ["OCPPCommCtrlr", "OfflineThreshold", "ReadWrite", seconds(), "60"],
      ["OCPPCommCtrlr", "ResetRetries", "ReadOnly", count(10), "0"],
      ["OCPPCommCtrlr", "UnlockOnEVSideDisconnect", "ReadOnly", FLAG, "true"],
      ["TxCtrlr", "StopTxOnEVSideDisconnect", "ReadOnly", FLAG, "true"],
      // 2.1 E17: how long a charger that started anew may take to go on with a session.
      ["TxCtrlr", "ResumptionTimeout", "ReadWrite", seconds(), "900"],
      ["TxCtrlr", "AllowEnergyTransferResumption", "ReadWrite", FLAG, "true"],
    ]),
    ...group("network", [
      // Attempts with one slot before the next is tried (B10.FR.03).
      ["OCPPCommCtrlr", "NetworkProfileConnectionAttempts", "ReadWrite", AT_LEAST_ONE, "3"],
    ]),
    ...group("security", [
      // Seconds: what moves the clock by more is a security event (SettingSystemTime).
      ["ClockCtrlr", "TimeAdjustmentReportingThreshold", "ReadWrite", seconds(), "20"],
      // In the certificate of the gateway's own (A00.FR.509); 1.6 CpoName.
      ["SecurityCtrlr", "OrganizationName", "ReadWrite", ORGANIZATION, "Sangam"],
      ["SecurityCtrlr", "CertSigningWaitMinimum", "ReadWrite", seconds(), "300"],
      ["SecurityCtrlr", "CertSigningRepeatTimes", "ReadWrite", count(20), "5"],
      ["SecurityCtrlr", "MaxCertificateChainSize", "ReadOnly", count(10_000), "10000"],
      // A new root counts besides the others; nobody locks himself out.
      ["SecurityCtrlr", "AdditionalRootCertificateCheck", "ReadOnly", FLAG, "false"],
    ]),
    ...group("charging", [
      ["SmartChargingCtrlr", "ProfileStackLevel", "ReadOnly", count(100), "10"],
      ["SmartChargingCtrlr", "RateUnit", "ReadOnly", TEXT, "A,W"],
      ["SmartChargingCtrlr", "PeriodsPerSchedule", "ReadOnly", count(1_000), "100"],
      ["SmartChargingCtrlr", "Entries[ChargingProfiles]", "ReadOnly", count(10_000), "1000"],
      // Per cent; what changes less is not told (2.1 K11.FR.02).
      ["SmartChargingCtrlr", "LimitChangeSignificance", "ReadWrite", count(100), "10"],
    ]),
    ...group("station", [
      ["OCPP16LegacyCtrlr", "NumberOfConnectors", "ReadOnly", count(1_000), text(facts.connectors)],
      [
        "OCPP16LegacyCtrlr",
        "SupportedFeatureProfiles",
        "ReadOnly",
        TEXT,
        "Core,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
      ],
      ["OCPP16LegacyCtrlr", "ConnectorPhaseRotation", "ReadOnly", TEXT, "NotApplicable"],
      ["DeviceDataCtrlr", "ItemsPerMessage[GetVariables]", "ReadOnly", count(1_000), "100"],
      ["ChargingStation", "SupplyVoltage", "ReadOnly", count(1_000), text(facts.nominalVoltageV)],
    ]),
  ];
}

type Row = readonly [
  component: string,
  variable: string,
  mutability: "ReadOnly" | "ReadWrite",
  type: VariableType,
  initial: string,
];

function group(name: VariableGroup, rows: readonly Row[]): VariableDefinition[] {
  return rows.map(([component, path, mutability, type, initial]) => {
    const match = /^(.+)\[(.+)\]$/.exec(path);
    const names = match?.[1] === undefined || match[2] === undefined
      ? { variable: path }
      : { variable: match[1], instance: match[2] };
    return { component, ...names, group: name, mutability, type, initial };
  });
}

function text(value: number): string {
  return String(value);
}
