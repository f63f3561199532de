import { assertEquals, assertThrows } from "@std/assert";
import { loadValidator } from "../../ocpp/messages/mod.ts";
import { createConfiguration } from "./configuration.ts";

/** What 1.6 §9 and its errata require of the five feature profiles. */
const REQUIRED = [
  "AuthorizeRemoteTxRequests",
  "ClockAlignedDataInterval",
  "ConnectionTimeOut",
  "ConnectorPhaseRotation",
  "GetConfigurationMaxKeys",
  "HeartbeatInterval",
  "LocalAuthorizeOffline",
  "LocalPreAuthorize",
  "MeterValuesAlignedData",
  "MeterValuesSampledData",
  "MeterValueSampleInterval",
  "NumberOfConnectors",
  "ResetRetries",
  "StopTransactionOnInvalidId",
  "StopTxnAlignedData",
  "StopTxnSampledData",
  "SupportedFeatureProfiles",
  "TransactionMessageAttempts",
  "TransactionMessageRetryInterval",
  "UnlockConnectorOnEVSideDisconnect",
  "LocalAuthListEnabled",
  "LocalAuthListMaxLength",
  "SendLocalListMaxLength",
  "ChargeProfileMaxStackLevel",
  "ChargingScheduleAllowedChargingRateUnit",
  "ChargingScheduleMaxPeriods",
  "MaxChargingProfilesInstalled",
];

Deno.test("a station has every key that its feature profiles require", () => {
  const { configurationKey = [] } = createConfiguration(2).read([]);
  const keys = new Set(configurationKey.map(({ key }) => key));
  assertEquals(REQUIRED.filter((key) => !keys.has(key)), []);
});

Deno.test("read() without keys is a valid answer with all of them", async () => {
  const { strict } = await loadValidator("ocpp1.6");
  const answer = createConfiguration(2).read([]);
  assertEquals(strict("response", "GetConfiguration", answer), []);
});

Deno.test("read() tells known and unknown keys apart, whatever their case", () => {
  assertEquals(createConfiguration(3).read(["numberofconnectors", "Nonsense"]), {
    configurationKey: [{ key: "NumberOfConnectors", readonly: true, value: "3" }],
    unknownKey: ["Nonsense"],
  });
});

Deno.test("read() does not tell a password", () => {
  const configuration = createConfiguration(1);
  assertEquals(configuration.change("AuthorizationKey", "0123456789abcdef"), "Accepted");
  assertEquals(configuration.text("AuthorizationKey"), "0123456789abcdef");
  assertEquals(configuration.read(["AuthorizationKey"]).configurationKey, [
    { key: "AuthorizationKey", readonly: false },
  ]);
});

const CHANGES: readonly (readonly [string, string, string])[] = [
  ["HeartbeatInterval", "30", "Accepted"],
  ["heartbeatinterval", "30", "Accepted"],
  ["HeartbeatInterval", "-1", "Rejected"],
  ["HeartbeatInterval", "soon", "Rejected"],
  ["HeartbeatInterval", "", "Rejected"],
  ["LocalPreAuthorize", "TRUE", "Accepted"],
  ["LocalPreAuthorize", "1", "Rejected"],
  ["NumberOfConnectors", "5", "Rejected"],
  ["NoSuchKey", "5", "NotSupported"],
  ["MeterValuesSampledData", "SoC,Current.Import", "Accepted"],
  ["MeterValuesSampledData", "SoC,RPM", "Rejected"],
  ["StopTxnSampledData", "", "Accepted"],
  ["AuthorizationKey", "short", "Rejected"],
  ["ConnectorPhaseRotation", "1.STR,2.Unknown", "RebootRequired"],
  ["ConnectorPhaseRotation", "sideways", "Rejected"],
];

for (const [key, value, status] of CHANGES) {
  Deno.test(`change() of ${key} to "${value}" is ${status}`, () => {
    assertEquals(createConfiguration(2).change(key, value), status);
  });
}

Deno.test("a refused change leaves the value as it was", () => {
  const configuration = createConfiguration(1);
  configuration.change("HeartbeatInterval", "x");
  assertEquals(configuration.integer("HeartbeatInterval"), 300);
});

Deno.test("a change that needs a reboot is told at once and counts after it", () => {
  const configuration = createConfiguration(1);
  assertEquals(configuration.change("WebSocketPingInterval", "20"), "RebootRequired");
  assertEquals(configuration.read(["WebSocketPingInterval"]).configurationKey?.[0]?.value, "20");
  assertEquals(configuration.integer("WebSocketPingInterval"), 60);
  configuration.restart();
  assertEquals(configuration.integer("WebSocketPingInterval"), 20);
});

Deno.test("values are read as what they are", () => {
  const configuration = createConfiguration(1, {
    MeterValuesSampledData: " SoC , Voltage ",
    AuthorizationCacheEnabled: "False",
  });
  assertEquals(configuration.list("MeterValuesSampledData"), ["SoC", "Voltage"]);
  assertEquals(configuration.list("StopTxnAlignedData"), []);
  assertEquals(configuration.isOn("AuthorizationCacheEnabled"), false);
  assertEquals(configuration.isOn("LocalAuthListEnabled"), true);
  assertThrows(() => configuration.integer("StopTxnAlignedData"), RangeError, "Cannot read");
});

Deno.test("factory settings can be replaced, taken out, and must fit", () => {
  const configuration = createConfiguration(1, {
    ChargeProfileMaxStackLevel: "0",
    AllowOfflineTxForUnknownId: null,
  });
  assertEquals(configuration.integer("ChargeProfileMaxStackLevel"), 0);
  assertEquals(configuration.read(["AllowOfflineTxForUnknownId"]).unknownKey, [
    "AllowOfflineTxForUnknownId",
  ]);
  assertEquals(configuration.change("AllowOfflineTxForUnknownId", "true"), "NotSupported");
  assertThrows(() => createConfiguration(1, { Nonsense: "1" }), RangeError, "unknown key");
  assertThrows(() => createConfiguration(1, { ResetRetries: "x" }), RangeError, "not allowed");
});
