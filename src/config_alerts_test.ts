import { assertEquals } from "@std/assert";
import { assume } from "./lib/assert.ts";
import { type ConfigPorts, readConfig } from "./config.ts";

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => "a secret of sixteen letters",
  profile: () => ({ problem: "none" }),
  model: () => ({ problem: "none" }),
};

function rulesOf(yaml: string) {
  const reading = readConfig(yaml, PORTS);
  assume(reading.ok, "it is right");
  return reading.config.alerts;
}

function problemsOf(yaml: string): readonly string[] {
  const reading = readConfig(yaml, PORTS);
  return reading.ok
    ? []
    : reading.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
}

Deno.test("a site that says nothing of alerts tells nobody", () => {
  assertEquals(rulesOf("site: { name: Pune }\n"), []);
});

Deno.test("a rule is read with what it leaves out", () => {
  const rules = rulesOf(`
site: { language: mr }
alerts:
  rules:
    - { id: office, to: webhook, url: "https://hooks.example.com/x", secret: "\${file:s}" }
    - { id: near, to: webhook, url: "http://192.168.7.20:9000/x", internal: true, language: en,
        severity: alarm, faults: [GroundFailure], about: [CP01], fold: 5min, perHour: 3,
        quiet: { from: "22:00", to: "06:00" } }
`);
  assertEquals(rules, [{
    id: "office",
    to: {
      kind: "webhook",
      url: "https://hooks.example.com/x",
      secret: "a secret of sixteen letters",
      isInternal: false,
    },
    severity: "warning",
    codes: [],
    subjects: [],
    quiet: null,
    foldMs: 600_000,
    perHour: 20,
    language: "mr",
  }, {
    id: "near",
    to: { kind: "webhook", url: "http://192.168.7.20:9000/x", secret: null, isInternal: true },
    severity: "alarm",
    codes: ["GroundFailure"],
    subjects: ["CP01"],
    quiet: { from: "22:00", to: "06:00", exceptAlarms: false },
    foldMs: 300_000,
    perHour: 3,
    language: "en",
  }]);
});

Deno.test("what does not go together is named with its line, and no address is told", () => {
  assertEquals(
    problemsOf(`
alerts:
  rules:
    - { id: a, to: webhook }
    - { id: b, to: webhook, url: "http://hooks.example.com/key-7f3a" }
    - { id: c, to: webhook, url: "https://10.0.0.7/key-7f3a" }
    - { id: d, to: webhook, url: "https://me:pass@hooks.example.com/" }
    - { id: e, to: webhook, url: "file:///etc/passwd", internal: true }
    - { id: f, to: email }
    - { id: g, to: mqtt, recipients: [o@example.com], internal: true }
    - { id: g, to: webhook, url: "https://hooks.example.com/x" }
    - { id: h, to: webhook, url: "https://localhost/x" }
`),
    [
      "4: alerts.rules[0].url: A webhook needs its address",
      "5: alerts.rules[1].url: A webhook goes by https; by http only where internal is true",
      "6: alerts.rules[2].url: 10.0.0.7 is not on the internet: say internal: true",
      "7: alerts.rules[3].url: No name and password belong into an address",
      "8: alerts.rules[4].url: A webhook goes by https",
      "9: alerts.rules[5].recipients: Mail needs recipients",
      "9: alerts.rules[5].to: Mail needs reports.email: host and from",
      "10: alerts.rules[6].internal: This is for webhooks",
      "10: alerts.rules[6].recipients: Recipients are for e-mail",
      "10: alerts.rules[6].to: MQTT needs mqtt: url and prefix",
      '11: alerts.rules[7].id: There is another rule "g"',
      "12: alerts.rules[8].url: localhost is not on the internet: say internal: true",
    ],
  );
});

Deno.test("a rule that is misspelt, endless or unbounded is refused", () => {
  const problems = problemsOf(`
alerts:
  rules:
    - { id: a, to: webhook, url: "https://hooks.example.com/x", secret: short }
    - { id: b, to: webhook, url: "https://hooks.example.com/x", faults: [GroundFault] }
    - { id: c, to: webhook, url: "https://hooks.example.com/x", quiet: { from: "6", to: "25:00" } }
    - { id: d, to: webhook, url: "https://hooks.example.com/x", quiet: { from: "06:00", to: "06:00" } }
    - { id: e, to: webhook, url: "https://hooks.example.com/x", perHour: 0, fold: 2d, sound: loud }
`);
  assertEquals(
    [...new Set(problems.map((each) => each.split(":", 1)[0]))],
    ["4", "5", "6", "7", "8"],
  );
});
