import { assertEquals } from "@std/assert";
import { variableOf } from "../ocpp/mod.ts";
import { isGuarded } from "./guarded_variables.ts";

const guarded = (key: string, more: readonly string[] = []) => {
  const { component, variable } = variableOf(key);
  return isGuarded(component, variable, more);
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
  "BackOffice-Address",
  "CSMS Host",
  "OcppServerPort",
  "backend_url2",
  "WifiSSID",
  "Apn",
  "StaticIP",
  "DHCPEnabled",
  "DefaultGateway",
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
  "unlockconnectoronevsidedisconnect",
  "WebSocketPingInterval",
];

const MAKERS_OWN = ["Currency", "FreeCharging", "MaxCurrent", "OpMode"];

for (const key of GUARDED) {
  Deno.test(`A14: ${key} of a charger is the gateway's, whatever site.yaml lists`, () =>
    assertEquals([guarded(key), guarded(key, [key])], [true, true]));
}

for (const key of FREE) {
  Deno.test(`${key} of a charger may be changed from above`, () =>
    assertEquals(guarded(key), false));
}

for (const key of MAKERS_OWN) {
  Deno.test(`A14: ${key}, a maker's own setting, may be changed from above where site.yaml lists it`, () =>
    assertEquals([guarded(key), guarded(key, [key.toUpperCase()])], [true, false]));
}

Deno.test("a variable is guarded by its name in 2.x as well", () => {
  const named = (component: string, variable: string) =>
    isGuarded({ name: component }, { name: variable });
  assertEquals(named("SecurityCtrlr", "BasicAuthPassword"), true);
  assertEquals(named("SampledDataCtrlr", "TxUpdatedInterval"), true);
  assertEquals(named("VendorCtrlr", "ServerUri"), true);
  assertEquals(named("SampledDataCtrlr", "Enabled"), false);
  assertEquals(named("VendorCtrlr", "Mode"), true);
  assertEquals(guarded("SampledDataCtrlr.TxUpdatedInterval"), true, "written as 1.6 writes it");
  assertEquals(guarded("TxCtrlr.EVConnectionTimeOut"), false);
  assertEquals(isGuarded({ name: "TxCtrlr", evse: { id: 1 } }, { name: "MaxEnergy" }), false);
});
