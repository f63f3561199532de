import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { redactedConfig, secretsIn, secretsInText } from "./config_redaction.ts";

const TEXT = `# the password of the gate is 1234
site: { name: Depot }
listen:
  chargers:
    - { port: 9220, securityProfile: 2, front: front-secret-of-ours, key: key.pem }
csms:
  url: wss://csms.example.com/ocpp
  password: \${file:csms-password}
chargers:
  known:
    - { id: CP1, password: "charger: secret", circuit: grid }
drivers:
  tokens: [{ token: 04AABBCC, departure: "17:30" }]
mqtt: { url: mqtt://broker, username: asha, password: 12345678, startToken: START-1 }
reports:
  email: { host: mail, from: a@example.com }
  schedules: [{ to: [b@example.com] }]
`;

Deno.test("site.yaml is shown without comments, secrets and people, and with where secrets are kept", () => {
  const text = redactedConfig(TEXT) ?? "";
  assertStringIncludes(text, "name: Depot");
  assertStringIncludes(text, "password: ${file:csms-password}");
  assertStringIncludes(text, "departure: 17:30");
  assertStringIncludes(text, "id: CP1");
  assertStringIncludes(text, "url: wss://csms.example.com/ocpp");
  for (
    const secret of [
      "1234",
      "front-secret",
      "charger: secret",
      "04AABBCC",
      "asha",
      "START-1",
      "@example.com",
    ]
  ) assert(!text.includes(secret), `${secret} in ${text}`);
});

Deno.test("what is no YAML is not shown at all", () => {
  assertEquals([redactedConfig("a: [1"), redactedConfig("password: x\n\tb: y")], [null, null]);
  assertEquals(redactedConfig(""), "{}\n");
});

Deno.test("secrets are known from the text, and from what was made of it", () => {
  assertEquals(
    secretsInText(TEXT).toSorted(),
    ["START-1", "charger: secret", "front-secret-of-ours"],
  );
  assertEquals(secretsInText("a: [1"), []);
  const pem =
    "-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBgkqhkiG9w0\nAAA=\n-----END PRIVATE KEY-----\n";
  const made = {
    chargers: new Map([["CP1", { password: "of-charger" }]]),
    listeners: [{ tls: { key: pem, cert: "-----BEGIN CERTIFICATE-----\nMIIC" } }],
    settings: [{ key: "HeartbeatInterval", value: "300" }],
    csms: { password: "${env:NO}", clientSecret: "of-client" },
  };
  assertEquals(secretsIn(made), ["of-charger", "MIIBVgIBADANBgkqhkiG9w0", "of-client"]);
});

Deno.test("a configuration that holds itself ends", () => {
  const round: Record<string, unknown> = { password: "open-sesame" };
  round["self"] = round;
  assertEquals(secretsIn(round), ["open-sesame"]);
});
