import { assertEquals, assertStringIncludes } from "@std/assert";
import { assume } from "./lib/assert.ts";
import type { ChargerModel } from "./chargers/mod.ts";
import { type ConfigPorts, readConfig } from "./config.ts";

const MODEL: ChargerModel = {
  id: "acme",
  vendor: "Acme",
  models: ["One"],
  matches: [{ vendor: "Acme", model: "*" }],
  quirks: { vendorLimit: { by: "configuration", key: "AcmeLimit", value: "{amps}" } },
  sources: { vendorLimit: ["its manual"] },
};
const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile: () => ({ problem: "none" }),
  model: () => ({ problem: "none" }),
  models: [MODEL],
};

function problemsOf(wanted: string): readonly string[] {
  const reading = readConfig(`chargers:\n  desired:\n    - ${wanted}\n`, PORTS);
  return reading.ok
    ? []
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

Deno.test("what chargers are to be set to is read, with numbers and flags as chargers say them", () => {
  const reading = readConfig(
    `
chargers:
  desired:
    - vendor: Alfen*
      model: NG910*
      correct: true
      ocpp16: { HeartbeatInterval: 300, StopTransactionOnEVSideDisconnect: true }
      ocpp2: { "OCPPCommCtrlr.HeartbeatInterval": 300 }
  known:
    - id: CP01
      adopt: ask
      desired: { ocpp16: { "Light Colour": blue } }
`,
    PORTS,
  );
  assume(reading.ok, "it is right");
  assertEquals(reading.config.desired, [
    {
      vendor: "Alfen*",
      model: "NG910*",
      chargerId: null,
      corrects: true,
      ocpp16: { HeartbeatInterval: "300", StopTransactionOnEVSideDisconnect: "true" },
      ocpp2: { "OCPPCommCtrlr.HeartbeatInterval": "300" },
    },
    {
      vendor: null,
      model: null,
      chargerId: "CP01",
      corrects: false,
      ocpp16: { "Light Colour": "blue" },
      ocpp2: {},
    },
  ]);
});

Deno.test("a site that wants nothing of its chargers wants nothing", () => {
  const reading = readConfig("site: { name: Pune }\n", PORTS);
  assume(reading.ok, "it is right");
  assertEquals(reading.config.desired, []);
});

for (
  const [wanted, words] of [
    [
      "{ ocpp16: { CentralSystemURI: x } }",
      "3: chargers.desired[0].ocpp16.CentralSystemURI: The gateway keeps",
    ],
    ["{ ocpp16: { SecurityProfile: 2 } }", "The gateway keeps this setting"],
    ["{ ocpp16: { MeterValueSampleInterval: 60 } }", "is set up with it"],
    ["{ ocpp16: { ClockAlignedDataInterval: 60 } }", "is set up with it"],
    ["{ ocpp16: { AuthorizationKey: secret } }", "A secret cannot be compared"],
    ["{ ocpp16: { AdminPassword: secret } }", "A secret cannot be compared"],
    ["{ ocpp16: { NumberOfConnectors: 2 } }", "OCPP lets nobody set this"],
    ["{ ocpp16: { SupportedFeatureProfiles: Core } }", "OCPP lets nobody set this"],
    ["{ ocpp16: { acmelimit: 10 } }", "The gateway limits the current by this setting"],
    ['{ ocpp2: { "NetworkConfiguration.OcppCsmsUrl": x } }', "The gateway keeps this setting"],
    ['{ ocpp2: { "SecurityCtrlr.BasicAuthPassword": x } }', "A secret cannot be compared"],
    ["{ ocpp2: { HeartbeatInterval: 300 } }", "Expected a variable such as"],
    ["{ vendor: Acme }", "Nothing is wanted"],
    ["{ ocpp16: { A: [1] } }", "chargers.desired[0].ocpp16.A"],
    ["{ ocp16: { A: 1 } }", "ocp16"],
  ] as const
) {
  Deno.test(`chargers.desired: ${wanted} is a named mistake`, () => {
    const problems = problemsOf(wanted);
    assertStringIncludes(problems.join("\n"), words);
    assertEquals(problems.join().includes("secret,"), false);
  });
}
