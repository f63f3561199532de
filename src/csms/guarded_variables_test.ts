import { assertEquals } from "@std/assert";
import { variableOf } from "../ocpp/mod.ts";
import { isGuarded } from "./guarded_variables.ts";

const guarded = (key: string) => {
  const { component, variable } = variableOf(key);
  return isGuarded(component, variable);
};

const GUARDED = [
  "AuthorizationKey",
  "authorizationkey",
  "SecurityProfile",
  "CentralSystemURI",
  "centralsystemuri",
  "CentralSystemAddress",
  "BackendURL",
  "OcppBackendHost",
  "ServerUrl",
  "WebSocketEndpoint",
  "ChargeBoxId",
  "Identity",
  "NetworkConfigurationPriority",
  "NetworkProfile1",
  "LocalPreAuthorize",
  "localpreauthorize",
  "AuthorizeRemoteTxRequests",
  "MeterValueSampleInterval",
  "MeterValuesSampledData",
  "StopTransactionOnInvalidId",
];

const FREE = [
  "LightIntensity",
  "HeartbeatInterval",
  "ConnectionTimeOut",
  "UnlockConnectorOnEVSideDisconnect",
  "Currency",
  "SecurityLogLevel",
  "FreeCharging",
  "MaxCurrent",
];

for (const key of GUARDED) {
  Deno.test(`${key} of a charger is the gateway's`, () => assertEquals(guarded(key), true));
}

for (const key of FREE) {
  Deno.test(`${key} of a charger may be changed from above`, () =>
    assertEquals(guarded(key), false));
}

Deno.test("a variable is guarded by its name in 2.x as well", () => {
  const named = (component: string, variable: string) =>
    isGuarded({ name: component }, { name: variable });
  assertEquals(named("SecurityCtrlr", "BasicAuthPassword"), true);
  assertEquals(named("SampledDataCtrlr", "TxUpdatedInterval"), true);
  assertEquals(named("VendorCtrlr", "ServerUri"), true);
  assertEquals(named("SampledDataCtrlr", "Enabled"), false);
});
