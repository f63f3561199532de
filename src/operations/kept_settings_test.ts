import { assertEquals } from "@std/assert";
import { variableNamed } from "../site/mod.ts";
import { keptBecause, undesirableBecause } from "./kept_settings.ts";

const QUIRKS = [{
  vendorLimit: { by: "configuration", key: "StationMaxCurrent", value: "{amps}" },
  phaseKey: { key: "PhaseMode", one: "1", three: "3" },
}] as const;

for (
  const [key, because] of [
    ["HeartbeatInterval", null],
    ["BlinkRepeat", null],
    ["AuthorizationKey", "the gateway's"],
    ["SecurityProfile", "the gateway's"],
    ["CentralSystemURI", "the gateway's"],
    ["Backoffice_URL", "the gateway's"],
    ["OcppServerHost", "the gateway's"],
    ["WifiSsid", "the gateway's"],
    ["meterValueSampleInterval", "the gateway's"],
    ["stationmaxcurrent", "the limits'"],
    ["PhaseMode", "the limits'"],
    ["SupportedFeatureProfiles", "read-only"],
    ["NumberOfConnectors", "read-only"],
  ] as const
) {
  Deno.test(`whoever sets ${key} of a charger: ${because ?? "may"}`, () => {
    assertEquals(keptBecause({ key }, QUIRKS), because);
    assertEquals(undesirableBecause({ key }, QUIRKS) === null, because === null);
  });
}

Deno.test("what limits one maker's current is nothing to another", () => {
  assertEquals(keptBecause({ key: "StationMaxCurrent" }), null);
});

for (
  const [name, because] of [
    ["OCPPCommCtrlr.HeartbeatInterval", null],
    ["OCPPCommCtrlr.NetworkConfigurationPriority", "the gateway's"],
    ["NetworkConfiguration.OcppCsmsUrl", "the gateway's"],
    ["SecurityCtrlr.Identity", "the gateway's"],
    ["SecurityCtrlr.BasicAuthPassword", "secret"],
    ["Vendor.AdminPassword", "secret"],
    ["AlignedDataCtrlr.Interval", "the gateway's"],
    ["SmartChargingCtrlr.ProfileStackLevel", "read-only"],
  ] as const
) {
  Deno.test(`site.yaml that wants ${name}: ${because ?? "may"}`, () => {
    const variable = variableNamed(name);
    assertEquals(variable === null ? "no name" : undesirableBecause(variable), because);
  });
}

Deno.test("names of variables are Component.Variable, with an instance or without", () => {
  assertEquals(variableNamed("OCPPCommCtrlr.MessageTimeout[Default]"), {
    component: { name: "OCPPCommCtrlr" },
    variable: { name: "MessageTimeout", instance: "Default" },
  });
  for (const wrong of ["HeartbeatInterval", "A.B.C", "A.", ".B", "A.B[", "A B.C", "A.B[x y]", ""]) {
    assertEquals(variableNamed(wrong), null, wrong);
  }
});
