import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { assume } from "./lib/assert.ts";
import { type ConfigPorts, readConfig, type SiteConfig } from "./config.ts";
import { permissionFlags, type Places } from "./config_permissions.ts";
import { loadMeterProfile } from "./meters/meter_profile_io.ts";

const LOADED = await loadMeterProfile("eastron-sdm630", ".");

const PORTS: ConfigPorts = {
  env: () => null,
  file: () => "CONTENT",
  profile: () => LOADED.ok ? LOADED.value : { problem: "There is no meter profile" },
};

const PLACES: Places = {
  program: "/opt/sangam",
  configFolder: "/etc/sangam",
  data: "/var/lib/sangam",
  notifySocket: null,
  runtimeFolder: null,
  credentials: null,
};

const SERVICE: Places = {
  ...PLACES,
  notifySocket: "/run/systemd/notify",
  runtimeFolder: "/run/sangam",
  credentials: "/run/credentials/sangam.service",
};

function configOf(text: string): SiteConfig {
  const reading = readConfig(text, PORTS);
  assume(reading.ok, JSON.stringify(reading));
  return reading.config;
}

/** What a flag allows; null where it is not among them. */
function allowed(flags: readonly string[], flag: string): readonly string[] | null {
  const found = flags.filter((each) => each.startsWith(`${flag}=`));
  assertEquals(found.length <= 1, true, `${flag} is there twice`);
  return found[0]?.slice(flag.length + 1).split(",") ?? null;
}

const netOf = (text: string, places = PLACES) =>
  allowed(permissionFlags(configOf(text), places), "--allow-net");

const DEFAULT_NET = ["0.0.0.0:9220", "127.0.0.1:8080"];

Deno.test("without site.yaml it may read its folders, write its data and listen, and nothing else", () => {
  assertEquals(permissionFlags(configOf(""), PLACES), [
    "--allow-read=/opt/sangam,/etc/sangam,/var/lib/sangam",
    "--allow-write=/var/lib/sangam",
    `--allow-net=${DEFAULT_NET.join()}`,
    "--allow-env",
    "--allow-sys=statfs",
  ]);
});

Deno.test("every listener is among the addresses, and the pages", () => {
  const text = "listen:\n" +
    "  chargers: [{ host: 192.168.7.1, port: 9220 }, { port: 9230 }]\n" +
    "  web: { host: 10.0.0.5, port: 8443, tls: auto }\n";
  assertEquals(netOf(text), ["192.168.7.1:9220", "0.0.0.0:9230", "10.0.0.5:8443"]);
});

Deno.test("a listener with an IPv6 address stands in brackets, and Deno takes it", () => {
  const text = "listen:\n" +
    '  chargers: [{ host: "::", port: 9220 }]\n  web: { host: "::1", port: 8080 }\n';
  assertEquals(netOf(text), ["[::]:9220", "[::1]:8080"]);
});

Deno.test("a secret that lies elsewhere may be read, and nothing beside it", () => {
  const text = "csms: { url: ws://csms, identity: S, password: '${file:/root/csms-password}' }\n";
  const read = allowed(permissionFlags(configOf(text), PLACES), "--allow-read");
  assertEquals(read?.at(-1), "/root/csms-password");
});

Deno.test("the CSMS is reached at its own port, or at that of its scheme", () => {
  const cases = [
    ["wss://csms.example.com/ocpp", "csms.example.com:443"],
    ["wss://csms.example.com:8443/ocpp/a", "csms.example.com:8443"],
    ["ws://10.1.2.3:9000", "10.1.2.3:9000"],
    ["wss://csms.example.com:443/ocpp", "csms.example.com:443"],
    ["wss://[2001:db8::7]/ocpp", "[2001:db8::7]:443"],
  ] as const;
  for (const [url, expected] of cases) {
    const net = netOf(`csms: { url: "${url}", identity: SITE-1 }\n`);
    assertEquals(net, [...DEFAULT_NET, expected], url);
  }
});

Deno.test("a CSMS that is reached without TLS may be reached with it, and one that may move anywhere", () => {
  const url = 'url: "ws://csms.example.com/ocpp", identity: SITE-1';
  assertEquals(netOf(`csms: { ${url} }\n`), [
    ...DEFAULT_NET,
    "csms.example.com:80",
    "csms.example.com:443",
  ]);
  assertEquals(netOf(`csms: { ${url}, mayChange: [metering] }\n`), [
    ...DEFAULT_NET,
    "csms.example.com:80",
  ]);
  const flags = permissionFlags(configOf(`csms: { ${url}, mayChange: [network] }\n`), PLACES);
  assertEquals(flags.filter((flag) => flag.startsWith("--allow-net")), ["--allow-net"]);
});

Deno.test("meters are reached at their own ports, or at those of Modbus and MQTT", () => {
  const meter = (each: string) => `  - { ${each} }\n`;
  const modbus = "driver: modbus-tcp, profile: eastron-sdm630";
  const text = "meters:\n" +
    meter(`id: a, ${modbus}, host: 192.168.10.20`) +
    meter(`id: b, ${modbus}, host: meter.local, port: 1502`) +
    meter(`id: c, driver: mqtt, topic: t, url: "mqtt://broker"`) +
    meter(`id: d, driver: mqtt, topic: t, url: "mqtts://broker"`) +
    meter(`id: e, driver: mqtt, topic: t, url: "mqtts://broker:8884/"`);
  assertEquals(netOf(text)?.slice(DEFAULT_NET.length), [
    "192.168.10.20:502",
    "meter.local:1502",
    "broker:1883",
    "broker:8883",
    "broker:8884",
  ]);
});

Deno.test("a serial bus needs the two tools that open it, and no network", () => {
  const meter = "driver: modbus-rtu, device: /dev/ttyUSB0, profile: eastron-sdm630";
  const flags = permissionFlags(configOf(`meters:\n  - { id: a, ${meter} }\n`), PLACES);
  assertEquals(allowed(flags, "--allow-run"), ["stty", "dd"]);
  assertEquals(allowed(flags, "--allow-net"), DEFAULT_NET);
  assertEquals(allowed(permissionFlags(configOf(""), PLACES), "--allow-run"), null);
});

Deno.test("reports need their folder, their mail server and their printer, each where it is named", () => {
  const flags = permissionFlags(
    configOf(`reports:
  printing: { chromium: /usr/bin/chromium }
  email: { host: smtp.example.com, from: site@example.com }
  schedules: [{ report: energy, every: day, to: folder, folder: /srv/reports }]
`),
    PLACES,
  );
  assertEquals(allowed(flags, "--allow-run"), ["/usr/bin/chromium"]);
  assertEquals(allowed(flags, "--allow-net")?.slice(DEFAULT_NET.length), ["smtp.example.com:587"]);
  assertEquals(allowed(flags, "--allow-write")?.includes("/srv/reports"), true);
  assertEquals(allowed(flags, "--allow-read")?.includes("/srv/reports"), true);
});

Deno.test("a webhook at an address needs that address, one at a name the network", () => {
  const rule = (url: string) =>
    `alerts:\n  rules: [{ id: a, to: webhook, internal: true, url: "${url}" }]\n`;
  assertEquals(netOf(rule("http://192.168.7.20:9000/x"))?.slice(DEFAULT_NET.length), [
    "192.168.7.20:9000",
  ]);
  const flags = permissionFlags(configOf(rule("https://hooks.example.com/x")), PLACES);
  assertEquals(flags.includes("--allow-net"), true);
});

Deno.test("a serial device server is reached as a Modbus TCP gateway is", () => {
  const meter = "driver: modbus-rtu-over-tcp, host: 10.0.0.7, port: 4196, profile: eastron-sdm630";
  assertEquals(netOf(`meters:\n  - { id: a, ${meter} }\n`)?.slice(DEFAULT_NET.length), [
    "10.0.0.7:4196",
  ]);
});

Deno.test("contacts, contactors and signals are reached where they are, by the tools that they need", () => {
  const text = `
chargers:
  known: [{ id: CP1, password: secret-of-cp1, evses: [{ slot: 1 }] }]
contacts:
  - { id: a, driver: mqtt, url: "mqtt://broker", topic: t, circuit: grid, limit: { kW: 4.2 } }
cuts:
  - { id: b, slots: [1], driver: modbus-tcp, host: 10.0.0.9, coil: 3 }
  - { id: c, slots: [1], driver: mqtt, url: "mqtts://relays", topic: t }
  - { id: d, slots: [1], driver: gpio, line: 22 }
signals:
  - { id: e, driver: http-json, url: "https://dso.example.com/now", path: kW, circuit: grid }
  - { id: f, driver: api, circuit: grid }
  - id: g
    driver: openadr
    url: https://vtn.example.com:8443/openadr3
    tokenUrl: https://tokens.example.com/oauth
    clientId: site
    clientSecret: hidden
    circuit: grid
`;
  const flags = permissionFlags(configOf(text), PLACES);
  assertEquals(netOf(text)?.slice(DEFAULT_NET.length), [
    "broker:1883",
    "10.0.0.9:502",
    "relays:8883",
    "dso.example.com:443",
    "vtn.example.com:8443",
    "tokens.example.com:443",
  ]);
  assertEquals(allowed(flags, "--allow-run"), ["gpioset"]);
  const confirmed = text.replace("line: 22", "line: 22, feedback: { line: 23 }");
  const more = permissionFlags(configOf(confirmed), PLACES);
  assertEquals(allowed(more, "--allow-run"), ["gpioget", "gpioset"]);
});

Deno.test("what several meters share is named once", () => {
  const meters = [1, 2, 3].map((unit) =>
    `  - { id: m${unit}, driver: modbus-tcp, host: gateway, unit: ${unit}, profile: eastron-sdm630 }\n`
  );
  assertEquals(netOf(`meters:\n${meters.join("")}`), [...DEFAULT_NET, "gateway:502"]);
  const flags = permissionFlags(configOf(""), { ...PLACES, data: PLACES.configFolder });
  assertEquals(allowed(flags, "--allow-read"), ["/opt/sangam", "/etc/sangam"]);
});

Deno.test("as a service it may also tell systemd, from a socket of its own, and read its credentials", () => {
  const flags = permissionFlags(configOf(""), SERVICE);
  assertEquals(allowed(flags, "--allow-read")?.slice(3), [
    "/run/credentials/sangam.service",
    "/run/systemd/notify",
    "/run/sangam/notify.sock",
    "/run/systemd/timesync/synchronized",
    "/run/sangam-clock/tracking.csv",
  ]);
  assertEquals(allowed(flags, "--allow-write")?.slice(1), [
    "/run/systemd/notify",
    "/run/sangam/notify.sock",
  ]);
  assertEquals(allowed(flags, "--allow-net")?.slice(DEFAULT_NET.length), [
    "unix:/run/systemd/notify",
    "unix:/run/sangam/notify.sock",
  ]);
  assertEquals(flags.includes("--unstable-net"), true);
});

Deno.test("without systemd's socket there is nobody to tell: its folder alone opens nothing", () => {
  const flags = permissionFlags(configOf(""), { ...SERVICE, notifySocket: null });
  assertEquals(flags.join(" ").includes("notify"), false);
  assertEquals(flags.includes("--unstable-net"), false);
  const without = permissionFlags(configOf(""), { ...SERVICE, runtimeFolder: null });
  assertEquals(allowed(without, "--allow-write"), ["/var/lib/sangam", "/run/systemd/notify"]);
});

// Whatever the configuration: no flag is wide, and what it does not name it does not open.

const folder = fc.stringMatching(/^\/[a-z]{1,8}\/[a-z]{1,8}$/);
const places = fc.record<Places>({
  program: folder,
  configFolder: folder,
  data: folder,
  notifySocket: fc.option(folder),
  runtimeFolder: fc.option(folder),
  credentials: fc.option(folder),
});
const host = fc.stringMatching(/^[a-z]{1,8}\.example$/);
const port = fc.integer({ min: 1, max: 65_535 });
const site = fc.record({
  listeners: fc.uniqueArray(port, { minLength: 1, maxLength: 3 }),
  csms: fc.option(fc.tuple(host, port)),
  meters: fc.array(fc.tuple(host, port), { maxLength: 3 }),
});

Deno.test("no flag is ever wide: each names folders, or addresses with their ports", () => {
  fc.assert(fc.property(site, places, ({ listeners, csms, meters }, given) => {
    const web = listeners.includes(8080) ? 8081 : 8080;
    const text = JSON.stringify({
      listen: {
        chargers: listeners.map((each) => ({ host: "127.0.0.1", port: each })),
        web: { port: listeners.includes(web) ? 8082 : web },
      },
      ...(csms === null ? {} : { csms: { url: `ws://${csms.join(":")}/o`, identity: "S" } }),
      meters: meters.map(([name, at], index) => ({
        id: `m${index}`,
        driver: "mqtt",
        topic: "t",
        url: `mqtt://${name}:${at}`,
      })),
    });
    const config = configOf(text);
    const flags = permissionFlags(config, given);
    assertEquals(flags.map((flag) => flag.split("=")[0]), [
      "--allow-read",
      "--allow-write",
      "--allow-net",
      "--allow-env",
      "--allow-sys",
      ...(given.notifySocket === null ? [] : ["--unstable-net"]),
    ]);
    const net = allowed(flags, "--allow-net") ?? [];
    const wanted = [...(csms === null ? [] : [csms]), ...meters].map((each) => each.join(":"));
    assertEquals(wanted.filter((each) => !net.includes(each)), []);
    for (const each of net) {
      const isNarrow = /^[a-z0-9.]+:\d+$/.test(each) || each.startsWith("unix:/");
      assertEquals(isNarrow, true, each);
    }
    const [read = [], write = []] = ["--allow-read", "--allow-write"].map((flag) =>
      allowed(flags, flag) ?? []
    );
    assertEquals(write.filter((each) => !read.includes(each)), [], "written and not read");
    assertEquals([...read, ...write].every((each) => each.startsWith("/")), true);
    const readOnly = [given.program, given.configFolder].filter((each) =>
      each !== given.data && each !== given.notifySocket
    );
    assertEquals(readOnly.filter((each) => write.includes(each)), []);
  }));
});

Deno.test("the flags are such that Deno takes them", async () => {
  const text = `csms: { url: "wss://[2001:db8::7]/ocpp", identity: S }\n`;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", ...permissionFlags(configOf(text), SERVICE), "-"],
    stdin: "null",
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
});

Deno.test("lines of GPIO are read by a tool, and contacts on MQTT at their broker", () => {
  const text = "circuits: [{ id: grid, limit: 63 }]\ncontacts:\n" +
    "  - { id: a, driver: gpio, line: 17, circuit: grid, limit: { amps: 0 } }\n" +
    "  - { id: b, driver: mqtt, url: 'mqtt://broker', topic: t, circuit: grid, limit: { amps: 6 } }\n";
  const flags = permissionFlags(configOf(text), PLACES);
  assertEquals(allowed(flags, "--allow-run"), ["gpioget"]);
  assertEquals(allowed(flags, "--allow-net")?.includes("broker:1883"), true);
});
