import type { Component, Mutability, Variable } from "../../inside.ts";
import type { Translation } from "../codec.ts";
import { authorizationKey, rateUnits } from "./_configuration_values.ts";

/** The component of whatever 1.6 configures and 2.1 has no variable for. */
export const LEGACY_COMPONENT = "OCPP16LegacyCtrlr";

/** A variable, as messages name it. */
export interface VariableName {
  readonly component: Component;
  readonly variable: Variable;
}

/** A key of 1.6 with its home in 2.1. */
export interface ConfigurationKey extends VariableName {
  readonly key: string;
  /** What the 1.6 specification lets a CSMS do with it. */
  readonly mutability: Mutability;
  /** How the value is said on either side, where that differs. */
  readonly value?: Translation<string, string>;
}

/** "Component.Variable[instance]", or null for the legacy component. */
type Home = string | null;

function known(
  mutability: Mutability,
  homes: Readonly<Record<string, Home>>,
  values: Readonly<Record<string, Translation<string, string>>> = {},
): ConfigurationKey[] {
  return Object.entries(homes).map(([key, home]) => {
    const value = values[key];
    const name = home === null ? legacyVariable(key) : parseHome(home);
    return { key, mutability, ...name, ...(value === undefined ? {} : { value }) };
  });
}

function parseHome(home: string): VariableName {
  const [, component = "", variable = "", instance] = /^(\w+)\.(\w+)(?:\[(\w+)\])?$/.exec(home) ??
    [];
  return {
    component: { name: component },
    variable: instance === undefined ? { name: variable } : { name: variable, instance },
  };
}

function legacyVariable(key: string): VariableName {
  return { component: { name: LEGACY_COMPONENT }, variable: { name: key } };
}

/**
 * Every key of 1.6 §9, its errata and the security whitepaper. Keys of the legacy component have no
 * variable in 2.1: what limits the length of another key is a characteristic of that variable there.
 */
export const CONFIGURATION_KEYS: readonly ConfigurationKey[] = [
  ...known("ReadWrite", {
    AllowOfflineTxForUnknownId: "AuthCtrlr.OfflineTxForUnknownIdEnabled",
    AuthorizationCacheEnabled: "AuthCacheCtrlr.Enabled",
    AuthorizeRemoteTxRequests: "AuthCtrlr.AuthorizeRemoteStart",
    BlinkRepeat: null,
    ClockAlignedDataInterval: "AlignedDataCtrlr.Interval",
    ConnectionTimeOut: "TxCtrlr.EVConnectionTimeOut",
    ConnectorPhaseRotation: null,
    CpoName: "SecurityCtrlr.OrganizationName",
    HeartbeatInterval: "OCPPCommCtrlr.HeartbeatInterval",
    LightIntensity: null,
    LocalAuthListEnabled: "LocalAuthListCtrlr.Enabled",
    LocalAuthorizeOffline: "AuthCtrlr.LocalAuthorizeOffline",
    LocalPreAuthorize: "AuthCtrlr.LocalPreAuthorize",
    MaxEnergyOnInvalidId: "TxCtrlr.MaxEnergyOnInvalidId",
    MessageTimeout: "OCPPCommCtrlr.MessageTimeout[Default]",
    MeterValuesAlignedData: "AlignedDataCtrlr.Measurands",
    MeterValueSampleInterval: "SampledDataCtrlr.TxUpdatedInterval",
    MeterValuesSampledData: "SampledDataCtrlr.TxUpdatedMeasurands",
    MinimumStatusDuration: null,
    ResetRetries: "OCPPCommCtrlr.ResetRetries",
    SecurityProfile: "SecurityCtrlr.SecurityProfile",
    StopTransactionOnEVSideDisconnect: "TxCtrlr.StopTxOnEVSideDisconnect",
    StopTransactionOnInvalidId: "TxCtrlr.StopTxOnInvalidId",
    StopTxnAlignedData: "AlignedDataCtrlr.TxEndedMeasurands",
    StopTxnSampledData: "SampledDataCtrlr.TxEndedMeasurands",
    TransactionMessageAttempts: "OCPPCommCtrlr.MessageAttempts[TransactionEvent]",
    TransactionMessageRetryInterval: "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]",
    UnlockConnectorOnEVSideDisconnect: "OCPPCommCtrlr.UnlockOnEVSideDisconnect",
    WebSocketPingInterval: "OCPPCommCtrlr.WebSocketPingInterval",
  }),
  ...known("ReadOnly", {
    AdditionalRootCertificateCheck: "SecurityCtrlr.AdditionalRootCertificateCheck",
    CertificateSignedMaxChainSize: "SecurityCtrlr.MaxCertificateChainSize",
    CertificateStoreMaxLength: "SecurityCtrlr.CertificateEntries",
    ChargeProfileMaxStackLevel: "SmartChargingCtrlr.ProfileStackLevel",
    ChargingScheduleAllowedChargingRateUnit: "SmartChargingCtrlr.RateUnit",
    ChargingScheduleMaxPeriods: "SmartChargingCtrlr.PeriodsPerSchedule",
    ConnectorPhaseRotationMaxLength: null,
    ConnectorSwitch3to1PhaseSupported: "SmartChargingCtrlr.Phases3to1",
    GetConfigurationMaxKeys: "DeviceDataCtrlr.ItemsPerMessage[GetVariables]",
    LocalAuthListMaxLength: "LocalAuthListCtrlr.Entries",
    MaxChargingProfilesInstalled: "SmartChargingCtrlr.Entries[ChargingProfiles]",
    MeterValuesAlignedDataMaxLength: null,
    MeterValuesSampledDataMaxLength: null,
    NumberOfConnectors: null,
    ReserveConnectorZeroSupported: "ReservationCtrlr.NonEvseSpecific",
    SendLocalListMaxLength: "LocalAuthListCtrlr.ItemsPerMessage",
    StopTransactionMaxMeterValues: null,
    StopTxnAlignedDataMaxLength: null,
    StopTxnSampledDataMaxLength: null,
    SupportedFeatureProfiles: null,
    SupportedFeatureProfilesMaxLength: null,
    SupportedFileTransferProtocols: "OCPPCommCtrlr.FileTransferProtocols",
  }, { ChargingScheduleAllowedChargingRateUnit: rateUnits }),
  ...known("WriteOnly", {
    AuthorizationKey: "SecurityCtrlr.BasicAuthPassword",
  }, { AuthorizationKey: authorizationKey }),
];

const BY_KEY = new Map(CONFIGURATION_KEYS.map((known) => [known.key.toLowerCase(), known]));
const BY_HOME = new Map(CONFIGURATION_KEYS.map((known) => [homeOf(known), known]));

function homeOf({ component, variable }: VariableName): string {
  const instance = variable.instance === undefined ? "" : `[${variable.instance}]`;
  return `${component.name}.${variable.name}${instance}`;
}

/** What is known of a key; keys are not case-sensitive (CiString50Type). */
export function findKey(key: string): ConfigurationKey | undefined {
  return BY_KEY.get(key.toLowerCase());
}

/** What is known of a variable of a whole station. */
export function findVariable(name: VariableName): ConfigurationKey | undefined {
  const { evse, instance } = name.component;
  return evse === undefined && instance === undefined ? BY_HOME.get(homeOf(name)) : undefined;
}

/** True for a variable of a whole station that 1.6 lets a CSMS write under a key of its own. */
export function isWritableIn16(name: VariableName): boolean {
  return findVariable(name)?.mutability === "ReadWrite";
}

/** The variable behind a configuration key of 1.6. */
export function variableOf(key: string): VariableName {
  const { component, variable } = findKey(key) ?? legacyVariable(key);
  return { component, variable };
}

/**
 * The configuration key for a variable. What 1.6 never had a key for is named by its component, in
 * full; 1.6 takes 50 characters of that.
 */
export function keyOf(component: Component, variable: Variable): string {
  const found = findVariable({ component, variable });
  if (found !== undefined) return found.key;
  const isPlain = component.evse === undefined && component.instance === undefined &&
    variable.instance === undefined;
  if (component.name === LEGACY_COMPONENT && isPlain) return variable.name;
  const owner = component.instance === undefined
    ? component.name
    : `${component.name}[${component.instance}]`;
  const { id, connectorId } = component.evse ?? {};
  const place = [id, connectorId].filter((number) => number !== undefined);
  const name = homeOf({ component: { name: owner }, variable });
  return [name, ...place].join("_");
}
