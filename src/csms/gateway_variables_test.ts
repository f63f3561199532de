import { assert, assertEquals } from "@std/assert";
import { CONFIGURATION_KEYS, variableOf } from "../ocpp/mod.ts";
import { createVariables, variableKey } from "../site/mod.ts";
import { openDesk } from "./_desk_for_test.ts";
import { gatewayVariables } from "./gateway_variables.ts";

const FACTS = {
  connectors: 7,
  nominalVoltageV: 230,
  localListMax: 10_000,
  offline: { knownTokens: true, unknownTokens: false, cacheLifetimeS: 2_592_000 },
  meterIntervalS: 60,
  retryIntervalS: 30,
  masterPassGroup: "",
  pingIntervalS: 30,
} as const;

/** Keys that 1.6 §9 marks required in the profiles that the gateway has, with what it says of itself. */
const REQUIRED: Readonly<Record<string, string>> = {
  // §9.1 Core
  AuthorizeRemoteTxRequests: "false",
  ClockAlignedDataInterval: "0",
  ConnectionTimeOut: "60",
  ConnectorPhaseRotation: "NotApplicable",
  GetConfigurationMaxKeys: "100",
  HeartbeatInterval: "0",
  LocalAuthorizeOffline: "true",
  LocalPreAuthorize: "false",
  MeterValuesAlignedData: "Energy.Active.Import.Register",
  MeterValuesSampledData: "Energy.Active.Import.Register,Current.Import,Power.Active.Import",
  MeterValueSampleInterval: "60",
  NumberOfConnectors: "3",
  ResetRetries: "0",
  StopTransactionOnEVSideDisconnect: "true",
  StopTransactionOnInvalidId: "true",
  StopTxnAlignedData: "",
  StopTxnSampledData: "",
  SupportedFeatureProfiles: "Core,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
  TransactionMessageAttempts: "5",
  TransactionMessageRetryInterval: "10",
  UnlockConnectorOnEVSideDisconnect: "true",
  // §9.2 LocalAuthListManagement
  LocalAuthListEnabled: "true",
  LocalAuthListMaxLength: "10000",
  SendLocalListMaxLength: "1000",
  // §9.4 SmartCharging
  ChargeProfileMaxStackLevel: "10",
  ChargingScheduleAllowedChargingRateUnit: "Current,Power",
  ChargingScheduleMaxPeriods: "100",
  MaxChargingProfilesInstalled: "1000",
};

for (const [key, value] of Object.entries(REQUIRED)) {
  Deno.test(`${key}, which 1.6 §9 requires, exists and reads back as "${value}"`, async () => {
    const desk = await openDesk();
    const { configurationKey, unknownKey } = Object(
      await desk.ask("GetConfiguration", { key: [key] }),
    );
    assertEquals(unknownKey, undefined);
    assertEquals([configurationKey[0].key, configurationKey[0].value], [key, value]);
  });
}

Deno.test("every variable of the gateway has a key of its own in 1.6, and no two have the same", async () => {
  const desk = await openDesk();
  const { configurationKey } = Object(await desk.ask("GetConfiguration", {}));
  const keys: string[] = configurationKey.map(({ key }: { key: string }) => key);
  assertEquals(new Set(keys.map((key) => key.toLowerCase())).size, keys.length);
  for (const key of keys) {
    assert(key.length <= 50, key);
    const { unknownKey } = Object(await desk.ask("GetConfiguration", { key: [key] }));
    assertEquals(unknownKey, undefined, `${key} is told and cannot be asked for`);
  }
});

Deno.test("what the specification calls read-only is read-only here as well", () => {
  const readOnly = new Set(
    CONFIGURATION_KEYS.filter(({ mutability }) => mutability === "ReadOnly")
      .map(({ component, variable }) => variableKey(component, variable)),
  );
  const wrong = gatewayVariables(FACTS).filter((definition) => {
    const { component, variable, instance } = definition;
    const name = instance === undefined ? { name: variable } : { name: variable, instance };
    return readOnly.has(variableKey({ name: component }, name)) &&
      definition.mutability !== "ReadOnly";
  });
  assertEquals(wrong, []);
});

Deno.test("every variable begins with a value that it would take", () => {
  const definitions = gatewayVariables(FACTS);
  const everything = [
    "authorization",
    "metering",
    "heartbeat",
    "connection",
    "security",
    "network",
    "charging",
    "station",
  ];
  const variables = createVariables(
    definitions.map((definition) => ({ ...definition, mutability: "ReadWrite" as const })),
    new Map(),
  );
  for (const { component, variable, instance, initial } of definitions) {
    const name = instance === undefined ? { name: variable } : { name: variable, instance };
    const { outcome } = variables.set({ name: component }, name, initial, {
      origin: "csms",
      nowWallMs: 0,
      mayChange: definitions.map(({ group }) => group),
    });
    assertEquals(outcome, "Accepted", `${component}.${variable} = ${initial}`);
  }
  assertEquals(definitions.every(({ group }) => everything.includes(group)), true);
});

Deno.test("the gateway tells the facts of its site", () => {
  const variables = createVariables(gatewayVariables({ ...FACTS, pingIntervalS: 25 }), new Map());
  const read = (key: string) => {
    const { component, variable } = variableOf(key);
    const found = variables.find(component, variable);
    return found.kind === "found" ? found.value : found.kind;
  };
  assertEquals(read("NumberOfConnectors"), "7");
  assertEquals(read("WebSocketPingInterval"), "25");
  assertEquals(read("TransactionMessageRetryInterval"), "30");
  assertEquals(read("AllowOfflineTxForUnknownId"), "false");
  assertEquals(variables.value("AuthCacheCtrlr.LifeTime"), "2592000");
  assertEquals(variables.value("ChargingStation.SupplyVoltage"), "230");
});
