import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { oddCharacters } from "../../_schema_arbitrary.ts";
import { CONFIGURATION_KEYS, findKey, findVariable, keyOf, variableOf } from "./mod.ts";

/** 1.6 §9 by profile, errata 3.83, 3.90 and 3.91, and the security whitepaper §7. */
const STANDARD_KEYS = `
  AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizeRemoteTxRequests BlinkRepeat
  ClockAlignedDataInterval ConnectionTimeOut ConnectorPhaseRotation
  ConnectorPhaseRotationMaxLength GetConfigurationMaxKeys HeartbeatInterval LightIntensity
  LocalAuthorizeOffline LocalPreAuthorize MaxEnergyOnInvalidId MeterValuesAlignedData
  MeterValuesAlignedDataMaxLength MeterValuesSampledData MeterValuesSampledDataMaxLength
  MeterValueSampleInterval MinimumStatusDuration NumberOfConnectors ResetRetries
  StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId StopTxnAlignedData
  StopTxnAlignedDataMaxLength StopTxnSampledData StopTxnSampledDataMaxLength
  SupportedFeatureProfiles SupportedFeatureProfilesMaxLength TransactionMessageAttempts
  TransactionMessageRetryInterval UnlockConnectorOnEVSideDisconnect WebSocketPingInterval
  LocalAuthListEnabled LocalAuthListMaxLength SendLocalListMaxLength
  ReserveConnectorZeroSupported
  ChargeProfileMaxStackLevel ChargingScheduleAllowedChargingRateUnit ChargingScheduleMaxPeriods
  ConnectorSwitch3to1PhaseSupported MaxChargingProfilesInstalled
  MessageTimeout SupportedFileTransferProtocols StopTransactionMaxMeterValues
  AdditionalRootCertificateCheck AuthorizationKey CertificateSignedMaxChainSize
  CertificateStoreMaxLength CpoName SecurityProfile
`.trim().split(/\s+/);

Deno.test("the table has every key of the specification, and no other", () => {
  assertEquals(CONFIGURATION_KEYS.map(({ key }) => key).toSorted(), STANDARD_KEYS.toSorted());
});

Deno.test("every key has a variable of its own, by which it is found again", () => {
  const homes = CONFIGURATION_KEYS.map(({ component, variable }) =>
    JSON.stringify([component, variable])
  );
  assertEquals(new Set(homes).size, CONFIGURATION_KEYS.length);
  for (const { key } of CONFIGURATION_KEYS) {
    const { component, variable } = variableOf(key);
    assertEquals(keyOf(component, variable), key);
  }
});

const HOMES: readonly (readonly [key: string, component: string, variable: string, string?])[] = [
  ["HeartbeatInterval", "OCPPCommCtrlr", "HeartbeatInterval"],
  ["heartbeatINTERVAL", "OCPPCommCtrlr", "HeartbeatInterval"],
  ["MeterValueSampleInterval", "SampledDataCtrlr", "TxUpdatedInterval"],
  ["TransactionMessageAttempts", "OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"],
  ["MessageTimeout", "OCPPCommCtrlr", "MessageTimeout", "Default"],
  ["AuthorizationKey", "SecurityCtrlr", "BasicAuthPassword"],
  ["NumberOfConnectors", "OCPP16LegacyCtrlr", "NumberOfConnectors"],
  ["VendorThing", "OCPP16LegacyCtrlr", "VendorThing"],
  ["HeartbeatInterval_3", "OCPP16LegacyCtrlr", "HeartbeatInterval_3"],
  ["__proto__", "OCPP16LegacyCtrlr", "__proto__"],
];

for (const [key, component, variable, instance] of HOMES) {
  Deno.test(`the key ${key} is ${component}.${variable}${instance ? `[${instance}]` : ""}`, () => {
    assertEquals(variableOf(key), {
      component: { name: component },
      variable: instance === undefined ? { name: variable } : { name: variable, instance },
    });
  });
}

const NAMES: readonly (readonly [key: string, ...Parameters<typeof keyOf>])[] = [
  ["SmartChargingCtrlr.LimitChangeSignificance", { name: "SmartChargingCtrlr" }, {
    name: "LimitChangeSignificance",
  }],
  ["OCPPCommCtrlr.MessageTimeout", { name: "OCPPCommCtrlr" }, { name: "MessageTimeout" }],
  ["Connector.AvailabilityState_2_1", { name: "Connector", evse: { id: 2, connectorId: 1 } }, {
    name: "AvailabilityState",
  }],
  ["EVSE.Power_2", { name: "EVSE", evse: { id: 2 } }, { name: "Power" }],
  ["Controller[CP01].Model[x]", { name: "Controller", instance: "CP01" }, {
    name: "Model",
    instance: "x",
  }],
  ["OCPPCommCtrlr.HeartbeatInterval_2", { name: "OCPPCommCtrlr", evse: { id: 2 } }, {
    name: "HeartbeatInterval",
  }],
  ["OCPP16LegacyCtrlr.A[x]", { name: "OCPP16LegacyCtrlr" }, { name: "A", instance: "x" }],
];

for (const [key, component, variable] of NAMES) {
  Deno.test(`a variable that 1.6 has no key for is called ${key}`, () => {
    assertEquals(keyOf(component, variable), key);
    assertEquals(findVariable({ component, variable }), undefined);
  });
}

Deno.test("any other key is a variable of the legacy component and comes back as it was", () => {
  fc.assert(fc.property(fc.string({ unit: oddCharacters, maxLength: 50 }), (key) => {
    const { component, variable } = variableOf(key);
    assertEquals(keyOf(component, variable), findKey(key)?.key ?? key);
  }));
});
