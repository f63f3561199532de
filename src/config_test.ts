import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { assume } from "./lib/assert.ts";
import { type ConfigPorts, type ConfigProblem, readConfig, siteJsonSchema } from "./config.ts";
import { isRecord } from "./lib/json.ts";
import { testAuthority } from "../test/support/certificates.ts";
import { loadMeterProfile } from "./meters/meter_profile_io.ts";

const FULL = `
site:
  name: Pune Depot
  timezone: Asia/Kolkata
  language: mr
  voltage: 230
listen:
  chargers:
    - { host: 0.0.0.0, port: 9220, path: /ocpp, securityProfile: 1 }
    - { host: 0.0.0.0, port: 9221, path: /ocpp, securityProfile: 2, cert: cert.pem, key: key.pem }
  web: { host: 0.0.0.0, port: 8443, tls: auto }
store: { path: ./data }
csms:
  url: wss://csms.example.com/ocpp
  identity: PUNE-DEPOT-1
  protocols: [ocpp2.1, ocpp2.0.1, ocpp1.6]
  password: \${file:csms-password}
  mode: aggregate
  replay: spec
  resetMeans: gateway
  mayChange: [authorization, metering, heartbeat]
chargers:
  adopt: ask
  adoptInto: row-a
  known:
    - id: CP01
      password: \${env:CP01_PASSWORD}
      circuit: row-a
      evses:
        - { slot: 1, evse: 1, phases: [L1, L2, L3], minCurrent: 6, maxCurrent: 32, failSafe: 6, priority: 5 }
circuits:
  - { id: grid, limit: 100, continuousFactor: 1.0, meter: main, otherLoad: { worst: 40, substitute: 25 } }
  - { id: row-a, parent: grid, limit: 63 }
meters:
  - { id: main, driver: modbus-tcp, host: 192.168.10.20, port: 502, unit: 1, profile: eastron-sdm630, interval: 1s, role: grid }
  - { id: pv,   driver: mqtt, url: mqtts://broker:8883, topic: solar/power, role: generation }
authorization:
  offline: { knownTokens: accept, unknownTokens: reject, cacheLifetime: 30d }
  masterPassGroup: POLICE
  freeVend: { enabled: true, token: FREE }
balancing:
  strategy: fair
  margin: 2
retention: { transactions: 5y, personal: 180d, logs: 180d, audit: 2y }
log: { level: info, format: json }
`;

const PAIR = await (await testAuthority("gateways")).issue("gateway.local");
const OTHER = await (await testAuthority("gateways")).issue("gateway.local");

const FILES: Readonly<Record<string, string>> = {
  "csms-password": "hush",
  "cert.pem": PAIR.cert,
  "key.pem": PAIR.key,
  "other-key.pem": OTHER.key,
};

const LOADED = await loadMeterProfile("eastron-sdm630", ".");

const PORTS: ConfigPorts = {
  env: (name) => name === "CP01_PASSWORD" ? "secret-of-cp01" : null,
  file: (name) => FILES[name] ?? null,
  profile(name) {
    if (name === "eastron-sdm630" && LOADED.ok) return LOADED.value;
    return { problem: `There is no meter profile "${name}"` };
  },
};

function problemsOf(text: string): readonly ConfigProblem[] {
  const reading = readConfig(text, PORTS);
  assume(!reading.ok, "expected problems");
  return reading.problems;
}

/** The one problem of a text, as "path:line: message". */
function problemOf(text: string): string {
  const [first, ...others] = problemsOf(text);
  assertEquals(others, [], "expected one problem");
  return `${first?.path}:${first?.line}: ${first?.message}`;
}

Deno.test("readConfig() reads every setting of the contract", () => {
  const reading = readConfig(FULL, PORTS);
  assume(reading.ok, "expected a configuration");
  const { config } = reading;
  assertEquals(config.siteName, "Pune Depot");
  assertEquals(config.csms?.password, "hush");
  assertEquals(config.csms?.protocols, ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"], "in that order");
  assertEquals(config.chargers.known[0]?.password, "secret-of-cp01");
  const { reread, ...pair } = config.listeners[1]?.tls ?? {};
  assertEquals(pair, PAIR);
  assertEquals(reread?.(), PAIR, "as the files are then");
  assertEquals(config.places[0], {
    slot: 1,
    chargerId: "CP01",
    evseId: 1,
    circuitId: "row-a",
    lines: ["L1", "L2", "L3"],
    minCurrentAmps: 6,
    maxCurrentAmps: 32,
    failSafeAmps: 6,
    priority: 5,
  });
  assertEquals(config.circuits.map(({ id, parentId, meterId }) => [id, parentId, meterId]), [
    ["grid", null, "main"],
    ["row-a", "grid", null],
  ]);
  assertEquals(config.meters.map(({ id, driver, role }) => [id, driver, role]), [
    ["main", "modbus-tcp", "grid"],
    ["pv", "mqtt", "generation"],
  ]);
  assertEquals(config.authorization, {
    knownOffline: true,
    unknownOffline: false,
    unknownSessionsMax: 10,
    cacheLifetimeMs: 30 * 86_400_000,
    masterPassGroup: "POLICE",
    freeVend: { token: "FREE" },
  });
});

Deno.test("readConfig() reads how gateway and CSMS know each other, and again at each connection", () => {
  const files: Record<string, string> = { ...FILES };
  const text =
    "csms: { url: wss://c/o, identity: S, ca: cert.pem, cert: cert.pem, key: key.pem }\n";
  const reading = readConfig(text, { ...PORTS, file: (name) => files[name] ?? null });
  assume(reading.ok, "expected a configuration");
  const { tls } = reading.config.csms ?? {};
  assertEquals(tls?.(), { ca: PAIR.cert, own: PAIR });
  files["cert.pem"] = OTHER.cert;
  assertEquals(tls?.().own, PAIR, "half of a renewal is none");
  files["key.pem"] = OTHER.key;
  assertEquals(tls?.().own, OTHER);
});

Deno.test("readConfig() gives a listener of security profile 2 or 3 a certificate of the gateway's own", () => {
  const reading = readConfig(
    `
listen:
  chargers:
    - { port: 1, securityProfile: 2 }
    - { port: 2, securityProfile: 3, names: [gw.example, 192.168.7.1, "fd00::1"], clientCa: cert.pem }
    - { port: 3, securityProfile: 3, host: 127.0.0.1, front: 0123456789abcdef }
chargers: { known: [{ id: CP1 }] }
`,
    PORTS,
  );
  assume(reading.ok, "expected a configuration");
  const facts = reading.config.listeners.map(({ tls, names, clientRoots, front }) => (
    { tls, names, clientRoots, front }
  ));
  assertEquals(facts, [
    { tls: null, names: ["sangam.local"], clientRoots: undefined, front: undefined },
    {
      tls: null,
      names: ["gw.example", "192.168.7.1", "fd00::1"],
      clientRoots: [PAIR.cert],
      front: undefined,
    },
    { tls: null, names: undefined, clientRoots: undefined, front: "0123456789abcdef" },
  ]);
});

Deno.test("readConfig() has safe defaults for a machine without site.yaml", () => {
  const reading = readConfig("", PORTS);
  assume(reading.ok, "expected a configuration");
  const { config } = reading;
  assertEquals(config.csms, null);
  assertEquals(config.chargers.adopt, "ask");
  assertEquals(config.web, { host: "127.0.0.1", port: 8080, tls: "off", secondFactor: "optional" });
  assertEquals(config.listeners.map(({ port, securityProfile }) => [port, securityProfile]), [
    [9220, 1],
  ]);
  assertEquals(config.adoptInto, "grid");
  assertEquals(config.dataPath, "./data");
  assertEquals(config.auditKeepMs, 180 * 86_400_000);
  const { masterPassGroup, freeVend } = config.authorization;
  assertEquals([masterPassGroup, freeVend], ["", null]);
});

Deno.test("readConfig() reads what bounds a circuit besides its lines, and how it shares", () => {
  const reading = readConfig(
    `
circuits:
  - { id: grid, limit: 100, limitKw: 43, limitKva: 50.5, neutralLimit: 63 }
  - { id: panel, parent: grid, limit: 200, strategy: departure,
      transformer: { kind: delta-wye, ratio: 0.25 } }
chargers:
  known:
    - id: A
      password: p
      circuit: panel
      evses: [{ slot: 1, connection: line-to-line, phases: [L2, L3] }]
balancing: { strategy: priority }
`,
    PORTS,
  );
  assume(reading.ok, "expected a configuration");
  const { circuits, places, balancing } = reading.config;
  const [grid, panel] = circuits;
  assertEquals(
    [grid?.powerLimitW, grid?.apparentLimitVa, grid?.unbalanceMaxAmps, grid?.neutralLimitAmps],
    [43_000, 50_500, undefined, 63],
  );
  assertEquals(panel?.strategy, "departure");
  assertEquals(panel?.transformer, { kind: "delta-wye", ratio: 0.25 });
  assertEquals(places[0]?.connection, "line-to-line");
  assertEquals(balancing.strategy, "priority");
});

Deno.test("readConfig() names what is wrong, where, and on which line", () => {
  const cases: readonly [what: string, text: string, problem: string][] = [
    ["a text that is no YAML", "site: { name: [", ":1: "],
    ["an unknown key", "site: { name: A }\nchagers: {}\n", "chagers:2: Unknown key"],
    [
      "an unknown key deep down",
      "circuits:\n  - { id: grid, limit: 10,\n      metre: main }\n",
      "circuits[0].metre:3: Unknown key",
    ],
    ["a wrong type", "circuits:\n  - id: grid\n    limit: lots\n", "circuits[0].limit:3: "],
    [
      "a circuit cycle",
      "circuits:\n  - { id: a, parent: b, limit: 10 }\n  - { id: b, parent: a, limit: 10 }\n",
      "circuits[0].parent:2: Circuits feed each other in a circle: a, b",
    ],
    [
      "a circuit that does not exist",
      "circuits: [{ id: grid, limit: 63 }]\nchargers:\n  known:\n" +
      "    - id: CP1\n      password: p\n      circuit: row-z\n",
      'chargers.known[0].circuit:6: There is no circuit "row-z"',
    ],
    [
      "two EVSEs on one slot",
      "chargers:\n  known:\n    - { id: A, password: p, evses: [{ slot: 1 }] }\n" +
      "    - { id: B, password: p, evses: [{ slot: 1 }] }\n",
      "chargers.known[1].evses[0].slot:4: Slot 1 is given to two EVSEs",
    ],
    [
      "fail-safe currents that the circuit does not carry",
      "circuits: [{ id: grid, limit: 30, otherLoad: { worst: 20 } }]\nchargers:\n  known:\n" +
      "    - { id: A, password: p, evses: [{ slot: 1, failSafe: 6 }, { slot: 2, evse: 2, failSafe: 8 }] }\n",
      'circuits[0]:1: On L1 of "grid" the fail-safe currents (14 A) and the worst other load (20 A) ' +
      "exceed 30 A: lower failSafe of slot 2, 1",
    ],
    [
      "a meter that does not exist",
      "circuits: [{ id: grid, limit: 63, meter: main }]\n",
      'circuits[0].meter:1: There is no meter "main"',
    ],
    [
      "a profile that does not exist",
      "meters:\n  - { id: m, driver: modbus-tcp, host: h, profile: acme }\n",
      'meters[0].profile:2: There is no meter profile "acme"',
    ],
    [
      "a secret that is not there",
      "csms:\n  url: ws://c/o\n  identity: S\n  password: ${file:nope}\n",
      "csms.password:4: There is no file:nope",
    ],
    [
      "a password that is missing",
      "chargers:\n  known:\n    - id: CP1\n",
      "chargers.known[0].password:3: A charger needs a password",
    ],
    [
      "a charger that waits to be adopted and has a password all the same",
      "chargers:\n  known:\n    - id: CP1\n      adopt: ask\n      password: p\n",
      "chargers.known[0].adopt:4: A charger that is adopted has neither password nor addresses here",
    ],
    [
      "a charger that waits to be adopted where nobody is asked",
      "chargers:\n  adopt: refuse\n  known:\n    - { id: CP1, adopt: ask }\n",
      "chargers.known[0].adopt:4: Nobody is asked while chargers.adopt is refuse",
    ],
    [
      "pages without TLS for everybody",
      "listen:\n  web: { host: 0.0.0.0 }\n",
      "listen.web.host:2: Pages without TLS are for loopback only",
    ],
    [
      "a rule for second factors that there is not",
      "listen:\n  web: { secondFactor: admin }\n",
      'listen.web.secondFactor:2: Invalid option: expected one of "optional"|"admins"|"all"',
    ],
    [
      "a certificate that is not there",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 2, cert: a.pem, key: key.pem }\n",
      'listen.chargers[0].cert:3: There is no file "a.pem"',
    ],
    [
      "a file that is no certificate",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 2, cert: csms-password, key: key.pem }\n",
      'listen.chargers[0].cert:3: There is no certificate (PEM) in "csms-password"',
    ],
    [
      "a file that is no key",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 2, cert: cert.pem,\n      key: csms-password }\n",
      'listen.chargers[0].key:4: There is no private key (PEM) in "csms-password"',
    ],
    [
      "the key of another certificate",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 2, cert: cert.pem,\n      key: other-key.pem }\n",
      'listen.chargers[0].key:4: "other-key.pem" is not the key of "cert.pem"',
    ],
    [
      "a certificate without its key",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 2, cert: cert.pem }\n",
      "listen.chargers[0].cert:3: A cert needs its key",
    ],
    [
      "a certificate where there is no TLS",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 1, cert: cert.pem, key: key.pem }\n",
      "listen.chargers[0].cert:3: With a certificate it is security profile 2 or 3",
    ],
    [
      "names for a certificate that has its own",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 2, cert: cert.pem, key: key.pem, names: [a.local] }\n",
      "listen.chargers[0].names:3: names are for a certificate of the gateway's own",
    ],
    [
      "a name that no certificate has",
      'listen:\n  chargers:\n    - { port: 1, securityProfile: 2, names: ["a b"] }\n',
      "listen.chargers[0].names[0]:3: Expected a host name or an address",
    ],
    [
      "roots of chargers that show no certificates",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 2, clientCa: cert.pem }\n",
      "listen.chargers[0].clientCa:3: clientCa is for security profile 3",
    ],
    [
      "roots of chargers in which there are none",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 3, clientCa: key.pem }\n",
      'listen.chargers[0].clientCa:3: There are no certificates (PEM) in "key.pem"',
    ],
    [
      "a front that listens to the whole network",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 3, front: 0123456789abcdef }\n",
      "listen.chargers[0].host:3: Behind a front it listens on loopback: 127.0.0.1",
    ],
    [
      "a front whose secret is short",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 3, host: 127.0.0.1, front: short }\n",
      "listen.chargers[0].front:3: Expected a secret of at least 16 characters",
    ],
    [
      "a front for a listener without TLS",
      "listen:\n  chargers:\n    - { port: 1, securityProfile: 1, host: 127.0.0.1, front: 0123456789abcdef }\n",
      "listen.chargers[0].front:3: A front is for security profiles 2 and 3",
    ],
    [
      "certificates for a CSMS without TLS",
      "csms:\n  url: ws://c/o\n  identity: S\n  ca: cert.pem\n",
      "csms.ca:4: Certificates need an address that begins with wss://",
    ],
    [
      "a port of the CSMS that there is not",
      "csms:\n  url: wss://csms.example.com:99999/o\n  identity: S\n",
      "csms.url:2: This is no address: compare the name and the port",
    ],
    [
      "a name of the CSMS that is none",
      'csms:\n  url: "wss://csms.exampl\\uD800e.com/o"\n  identity: S\n',
      "csms.url:2: This is no address: compare the name and the port",
    ],
    [
      "roots of the CSMS in which there are none",
      "csms:\n  url: wss://c/o\n  identity: S\n  ca: key.pem\n",
      'csms.ca:4: There are no certificates (PEM) in "key.pem"',
    ],
    [
      "a certificate for the CSMS without its key",
      "csms:\n  url: wss://c/o\n  identity: S\n  cert: cert.pem\n",
      "csms.cert:4: A certificate needs its key, and a key its certificate",
    ],
    [
      "another key than that of the certificate for the CSMS",
      "csms:\n  url: wss://c/o\n  identity: S\n  cert: cert.pem\n  key: other-key.pem\n",
      'csms.key:5: "other-key.pem" is not the key of "cert.pem"',
    ],
    [
      "a fail-safe current that no vehicle takes",
      "chargers:\n  known:\n    - { id: A, password: p, evses: [{ slot: 1, failSafe: 3 }] }\n",
      "chargers.known[0].evses[0].failSafe:3: failSafe is 0 or at least minCurrent",
    ],
    ["a time without unit", "meters: [{ id: m, driver: mqtt, url: x, maxAge: 10 }]", "meters[0]"],
    [
      "fail-safe currents that a generator does not carry",
      "circuits:\n  - { id: grid, limit: 63, sources: { big: { limit: 100 },\n      genset: { limit: 10 } } }\n" +
      "chargers: { known: [{ id: A, password: p, evses: [{ slot: 1, failSafe: 16 }] }] }\n",
      'circuits[0].sources.genset.limit:3: On L1 of "grid" fed by "genset" the fail-safe currents (16 A) ' +
      "and the worst other load (0 A) exceed 10 A: lower failSafe of slot 1",
    ],
    [
      "a generator's kilowatts that fail-safe currents exceed",
      "circuits:\n  - { id: grid, limit: 63, sources: { genset: { limit: 40,\n      limitKw: 4 } } }\n" +
      "chargers: { known: [{ id: A, password: p, evses: [{ slot: 1, failSafe: 6 }] }] }\n",
      'circuits[0].sources.genset.limitKw:3: In "grid" fed by "genset" the fail-safe currents (4.14 kW)',
    ],
    [
      "a source that is called as the circuit's own",
      "circuits: [{ id: grid, limit: 63, sources: { grid: { limit: 40 } } }]\n",
      "circuits[0].sources.grid:1: ",
    ],
    [
      "a strategy that is not there yet",
      "balancing: { strategy: price }",
      "balancing.strategy:1: Strategy price is not available yet: use fair, priority, departure",
    ],
    [
      "such a strategy for one circuit",
      "circuits:\n  - { id: grid, limit: 63 }\n" +
      "  - { id: row-a, parent: grid, limit: 32,\n      strategy: price }\n",
      "circuits[1].strategy:4: Strategy price is not available yet: use fair, priority, departure",
    ],
    [
      "fail-safe currents that a limit in kilowatts does not allow",
      "circuits:\n  - { id: grid, limit: 63, otherLoad: { worst: 10 },\n      limitKw: 11 }\n" +
      "chargers: { known: [{ id: A, password: p, evses: [{ slot: 1, failSafe: 6 }] }] }\n",
      'circuits[0].limitKw:3: In "grid" the fail-safe currents (4.14 kW) and the worst other load on ' +
      "all lines (6.9 kW) exceed 11 kW: lower failSafe of slot 1",
    ],
    [
      "a charger between two lines that has three",
      "chargers:\n  known:\n    - id: A\n      password: p\n" +
      "      evses: [{ slot: 1, connection: line-to-line }]\n",
      "chargers.known[0].evses[0].phases:5: A charger between two lines has two phases",
    ],
    [
      "an unbalance that cannot be kept",
      "circuits: [{ id: grid, limit: 63,\n  maxUnbalance: 20 }]\nchargers: { known: [{ id: A, password: p,\n" +
      "  evses: [{ slot: 1, connection: line-to-line, phases: [L1, L2] }] }] }\n",
      "circuits[0].maxUnbalance:2: Unbalance cannot be kept",
    ],
    [
      "a transformer that stands before nothing",
      "circuits: [{ id: grid, limit: 63,\n  transformer: { kind: delta-wye, ratio: 0.25 } }]\n",
      "circuits[0].transformer:2: A transformer stands between a circuit and its parent",
    ],
    ["an unknown time zone", "site: { timezone: Mars/Base }", "site.timezone:1: Expected an IANA"],
    [
      "a port that pages and chargers share",
      "listen:\n  chargers: [{ port: 8080 }]\n",
      "listen.web.port:1: Port 8080 is in use for chargers",
    ],
  ];
  for (const [what, text, expected] of cases) {
    const found = problemsOf(text).map(({ path, line, message }) => `${path}:${line}: ${message}`);
    assert(found.some((each) => each.startsWith(expected)), `${what}: ${found.join(" | ")}`);
  }
});

Deno.test("readConfig() finds all problems in one go", () => {
  const problems = problemsOf("site: { name: 5 }\nbalancing: { margin: -1 }\nfoo: 1\n");
  assertEquals(problems.map(({ line }) => line), [1, 2, 3]);
});

Deno.test("readConfig() never repeats a secret in a problem", () => {
  const text =
    "chargers:\n  known:\n    - { id: CP1, password: ${env:CP01_PASSWORD}, circut: x }\n";
  assertEquals(JSON.stringify(problemsOf(text)).includes("secret-of-cp01"), false);
});

Deno.test("readConfig() refuses one key twice, which YAML would let pass", () => {
  assertStringIncludes(problemOf("log: { level: info }\nlog: { level: debug }\n"), ":2: ");
});

Deno.test("readConfig() names settings that are worth a second look", () => {
  const reading = readConfig("chargers: { adopt: accept }\n", PORTS);
  assume(reading.ok, "expected a configuration");
  assertEquals(reading.notices.map(({ path, line }) => [path, line]), [["chargers.adopt", 1]]);
});

Deno.test("readConfig() remarks a metered circuit with chargers of whose other load nobody says anything", () => {
  const noticesOf = (grid: string, charger = "circuit: row, evses: [{ slot: 1 }]") => {
    const reading = readConfig(
      `circuits:\n  - { id: grid, limit: 63${grid} }\n  - { id: row, parent: grid, limit: 32 }\n` +
        "meters: [{ id: main, driver: modbus-tcp, host: h, profile: eastron-sdm630, role: grid }]\n" +
        `chargers: { known: [{ id: CP1, password: a-password-of-cp1, ${charger} }] }\n`,
      PORTS,
    );
    assume(reading.ok, JSON.stringify(reading));
    return reading.notices.map(({ path, line, message }) => `${path}:${line}: ${message}`);
  };
  const [said = "", ...others] = noticesOf(", meter: main");
  assertEquals(others, []);
  assertStringIncludes(
    said,
    'circuits[0]:2: Nobody says what else than chargers may flow through "grid"',
  );
  const [partly = ""] = noticesOf(", meter: main, otherLoad: { substitute: 10 }");
  assertStringIncludes(partly, "circuits[0].otherLoad:2: ");
  assertEquals(noticesOf(", meter: main, otherLoad: { worst: 0 }"), [], "nothing else is there");
  assertEquals(noticesOf(", meter: main, otherLoad: { worst: 20 }"), []);
  assertEquals(noticesOf(""), [], "no meter, nothing to lose");
});

Deno.test("siteJsonSchema() describes every section", () => {
  const schema = siteJsonSchema();
  const properties = isRecord(schema) ? schema["properties"] : null;
  for (const name of ["site", "listen", "csms", "chargers", "circuits", "meters", "balancing"]) {
    assert(isRecord(properties) && name in properties, name);
  }
});

for (const token of ["A-TOKEN-OF-OVER-TWENTY-SIGNS", "with blank", ""]) {
  Deno.test(`readConfig() refuses "${token}" as the token of free vend: 1.6 chargers could not take it`, () => {
    const yaml = `authorization: { freeVend: { enabled: true, token: "${token}" } }`;
    const reading = readConfig(yaml, PORTS);
    assume(!reading.ok, "expected problems");
    assertEquals(reading.problems.map(({ path }) => path), ["authorization.freeVend.token"]);
  });
}

Deno.test("readConfig() refuses a group of master passes that is longer than 2.x knows", () => {
  const reading = readConfig(`authorization: { masterPassGroup: ${"P".repeat(37)} }`, PORTS);
  assume(!reading.ok, "expected problems");
  assertEquals(reading.problems.map(({ path }) => path), ["authorization.masterPassGroup"]);
});
