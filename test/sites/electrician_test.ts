/**
 * A day at the cabinet: every fault that an electrician makes or meets, each at a meter of its own, one
 * real gateway process before all of them. The meters are pymodbus, mosquitto and a plain web server, the
 * chargers `ocpp-rpc`, the serial ports socat's; what is said is read off the API and off the page.
 */
import { assert, assertEquals } from "@std/assert";
import mqtt from "mqtt";
import { type Browser, chromium, type Page } from "playwright-core";
import { fakeTerminal } from "../../src/commands/_fake_terminal.ts";
import { runProgram } from "../../src/commands/program.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import type { MeterProfile } from "../../src/meters/mod.ts";
import { findingWords, type MeterView } from "../../src/web/mod.ts";
import { CHROMIUM } from "../browser/browser.ts";
import { makeTestCertificates, MOSQUITTO_WITH_TLS, startMosquitto } from "../support/mosquitto.ts";
import {
  PYMODBUS,
  type RegisterBlock,
  startPymodbus,
  startPymodbusRtu,
} from "../support/pymodbus.ts";
import { serverTest } from "../support/required_server.ts";
import { makeFaultyBus, makeSerialPair, SOCAT } from "../support/serial_pair.ts";
import { type Flow, registersOf } from "./electrician_site.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway_process.ts";
import { createRpcCharger, type RpcCharger } from "./rpc_charger.ts";
import { freePort } from "./until.ts";

const SERVERS = {
  name: [PYMODBUS, SOCAT, MOSQUITTO_WITH_TLS, CHROMIUM].map(({ name }) => name).join(", "),
  isInstalled: [PYMODBUS, SOCAT, MOSQUITTO_WITH_TLS, CHROMIUM].every(({ isInstalled }) =>
    isInstalled
  ),
};

/** Where pictures of the pages are put; absent: none are taken. */
const PICTURES = Deno.env.get("SANGAM_PICTURES");

async function profileOf(id: string): Promise<MeterProfile> {
  const loaded = await loadMeterProfile(id, ".");
  if (!loaded.ok) throw new Error(loaded.error.join("\n"));
  return loaded.value;
}

/** A meter of site.yaml, and what has to be found of it; null: nothing. */
interface Scene {
  readonly id: string;
  readonly yaml: string;
  readonly finding: string | null;
}

/** A transformer's fault: what the meter shows of what a charger draws on L1. */
const WIRINGS: readonly {
  readonly id: string;
  readonly shows: (amps: number) => Flow;
  readonly finding: string | null;
}[] = [
  { id: "ct-right", shows: (amps) => ({ amps: [amps, 0, 0] }), finding: null },
  {
    id: "ct-turned",
    shows: (amps) => ({ amps: [amps, 0, 0], factors: [-1, 1, 1] }),
    finding: "charging-reversed",
  },
  {
    id: "ct-on-l2",
    shows: (amps) => ({ amps: [0, amps, 0] }),
    finding: "charging-exchanged",
  },
  {
    id: "ct-ratio",
    shows: (amps) => ({ amps: [amps / 10, 0, 0] }),
    finding: "charging-ratio",
  },
  { id: "ct-elsewhere", shows: () => ({ amps: [0, 0, 0] }), finding: "charging-unseen" },
];

/** Meters that stand still, each with something wrong; units of one pymodbus. */
const STILL: readonly {
  readonly id: string;
  readonly flow: Flow;
  readonly more?: string;
  readonly finding: string | null;
}[] = [
  { id: "words", flow: { amps: [9, 8, 7] }, more: "wordOrder: low-first", finding: "word-order" },
  { id: "dead-line", flow: { amps: [9, 8, 7], volts: [231, 0, 229] }, finding: "dead-line" },
  {
    id: "one-turned",
    flow: { amps: [9, 8, 7], factors: [1, -1, 1] },
    more: "role: grid",
    finding: "feeding-line",
  },
  {
    id: "all-turned",
    flow: { amps: [9, 8, 7], factors: [-1, -1, -1] },
    more: "role: grid",
    finding: "all-feeding",
  },
  {
    id: "crossed",
    flow: { amps: [9, 8, 7], factors: [-0.5, -0.5, 1] },
    finding: "crossed",
  },
  {
    id: "crossed-turned",
    flow: { amps: [9, 8, 7], factors: [0.5, 0.5, 1] },
    finding: "crossed",
  },
  { id: "slow", flow: { amps: [9, 8, 7] }, more: "interval: 3500ms", finding: "slow" },
  {
    id: "profile",
    flow: { amps: [9, 8, 7] },
    more: "profile: abb-b23-b24",
    finding: "no-register",
  },
  {
    id: "frozen",
    flow: { amps: [9, 8, 7], volts: [231.4, 230.2, 229.6] },
    more: "interval: 200ms",
    finding: "frozen",
  },
  { id: "well", flow: { amps: [9, 8, 7] }, finding: null },
];

/** A web server in the place of a meter. */
function serveHttp() {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/locked") return new Response("", { status: 401 });
    if (pathname === "/broken") return new Response("", { status: 500 });
    if (pathname === "/other") return Response.json({ watts: 7 });
    return new Response("", { status: 404 });
  });
}

/** Reads the pages as somebody signed in. */
async function signIn(browser: Browser, { token }: GatewayProcess, url: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1_280, height: 900 },
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function meters(gateway: GatewayProcess): Promise<readonly MeterView[]> {
  return await gateway.get("/meters") as MeterView[];
}

/** Looks again and again until it holds: a meter has no way to tell a test. */
async function eventually(what: () => Promise<string | null>, withinMs: number): Promise<void> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const missing = await what();
    if (missing === null) return;
    if (performance.now() > untilMs) throw new Error(missing);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function startSession(charger: RpcCharger): Promise<number> {
  await charger.connect();
  await charger.call("BootNotification", {
    chargePointVendor: "Independent",
    chargePointModel: "RPC",
  });
  await charger.status("Preparing");
  const answer = await charger.insist("StartTransaction", {
    connectorId: 1,
    idTag: "CARD-1",
    meterStart: 0,
    timestamp: new Date().toISOString(),
  });
  await charger.status("Charging");
  return Number(answer["transactionId"]);
}

async function tellCurrent(charger: RpcCharger, transactionId: number, amps: number) {
  await charger.insist("MeterValues", {
    connectorId: 1,
    transactionId,
    meterValue: [{
      timestamp: new Date().toISOString(),
      sampledValue: ["L1", "L2", "L3"].map((phase) => ({
        value: phase === "L1" ? amps.toFixed(1) : "0.0",
        measurand: "Current.Import",
        phase,
        unit: "A",
      })),
    }],
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

serverTest(
  SERVERS,
  "an electrician is told what is wrong with each meter, and what to do",
  async () => {
    const profile = await profileOf("eastron-sdm630");
    const certificates = await makeTestCertificates();
    const others = await makeTestCertificates();
    await using broker = await startMosquitto({ users: { meter: "right" } });
    await using secure = await startMosquitto({ tls: certificates });
    await using bus = await makeSerialPair();
    await using empty = await makeSerialPair();
    await using noisy = await makeFaultyBus({ kind: "collision" });
    await using _onBus = await startPymodbusRtu(
      registersOf(profile, 1, { amps: [5, 5, 5] }),
      bus.far,
    );
    const stillBlocks = STILL.flatMap(({ flow }, at) => registersOf(profile, at + 1, flow));
    await using still = await startPymodbus(stillBlocks);
    const wiringBlocks = (amps: number): readonly RegisterBlock[] =>
      WIRINGS.flatMap(({ shows }, at) => registersOf(profile, at + 1, shows(amps)));
    await using wired = await startPymodbus(wiringBlocks(0));
    await using lone = await startPymodbus(registersOf(profile, 1, { amps: [5, 5, 5] }));
    let mortal = await startPymodbus(registersOf(profile, 1, { amps: [5, 5, 5] }));
    const http = serveHttp();
    const sender = await mqtt.connectAsync(broker.url, { username: "meter", password: "right" });
    await sender.publishAsync("kept/power", "4200", { retain: true });

    const tcp = (port: number, unit: number) =>
      `driver: modbus-tcp, host: 127.0.0.1, port: ${port}, unit: ${unit}`;
    const rtu = (device: string, unit: number) =>
      `driver: modbus-rtu, device: ${device}, unit: ${unit}, baud: 9600, format: 8N1`;
    const heard = (url: string, topic: string, more = "") =>
      `driver: mqtt, url: "${url}", topic: ${topic}${more}`;
    const user = ", username: meter, password: right";
    const web = `http://127.0.0.1:${http.addr.port}`;
    const sdm = "profile: eastron-sdm630";
    const plainTls = broker.url.replace("mqtt:", "mqtts:").replace("127.0.0.1", "localhost");
    const scenes: readonly Scene[] = [
      ...STILL.map(({ id, more = "", finding }, at) => ({
        id,
        yaml: `${tcp(still.port, at + 1)}, ${
          /profile/.test(more) ? more : `${sdm}, ${more || "lines: [L1, L2, L3]"}`
        }`,
        finding,
      })),
      ...WIRINGS.map(({ id, finding }, at) => ({
        id,
        yaml: `${tcp(wired.port, at + 1)}, ${sdm}, interval: 500ms`,
        finding,
      })),
      { id: "unit", yaml: `${tcp(still.port, 99)}, ${sdm}`, finding: "one-silent" },
      { id: "lone-unit", yaml: `${tcp(lone.port, 9)}, ${sdm}`, finding: "unit-silent" },
      { id: "port", yaml: `${tcp(freePort(), 1)}, ${sdm}`, finding: "nobody-listens" },
      {
        id: "name",
        yaml: `driver: modbus-tcp, host: meter.invalid, ${sdm}`,
        finding: "name-unknown",
      },
      { id: "mortal", yaml: `${tcp(mortal.port, 1)}, ${sdm}`, finding: null },
      { id: "bus-well", yaml: `${rtu(bus.near, 1)}, ${sdm}`, finding: null },
      { id: "bus-number", yaml: `${rtu(bus.near, 9)}, ${sdm}`, finding: "one-silent" },
      { id: "bus-swapped", yaml: `${rtu(empty.near, 1)}, ${sdm}`, finding: "bus-silent" },
      { id: "bus-twins", yaml: `${rtu(noisy.near, 1)}, ${sdm}`, finding: "noise" },
      { id: "no-port", yaml: `${rtu("/dev/ttyUSB77", 1)}, ${sdm}`, finding: "port" },
      { id: "topic", yaml: heard(broker.url, "solar/Power", user), finding: "no-message" },
      { id: "kept", yaml: heard(broker.url, "kept/power", user), finding: "only-kept" },
      {
        id: "password",
        yaml: heard(broker.url, "a/b", ", username: meter, password: wrong"),
        finding: "login",
      },
      { id: "ca", yaml: heard(secure.url, "a/b", ", ca: other-ca.pem"), finding: "certificate" },
      { id: "no-tls", yaml: heard(plainTls, "a/b", ", ca: other-ca.pem"), finding: "not-tls" },
      {
        id: "tls",
        yaml: heard(secure.url.replace("mqtts:", "mqtt:"), "a/b"),
        finding: "connection-lost",
      },
      {
        id: "locked",
        yaml: `driver: http-json, url: ${web}/locked, values: { active_power_total: w }`,
        finding: "login",
      },
      {
        id: "nothing-there",
        yaml: `driver: http-json, url: ${web}/status, values: { active_power_total: w }`,
        finding: "no-path",
      },
      {
        id: "no-https",
        yaml: `driver: http-json, url: "${
          web.replace("http:", "https:")
        }/", values: { active_power_total: w }`,
        finding: "not-tls",
      },
      {
        id: "broken",
        yaml: `driver: http-json, url: ${web}/broken, values: { active_power_total: w }`,
        finding: "http-status",
      },
      {
        id: "other-json",
        yaml: `driver: http-json, url: ${web}/other, values: { active_power_total: w }`,
        finding: "unreadable",
      },
      {
        id: "reckoned",
        yaml: "driver: virtual, role: consumer, plus: [well], minus: [unit]",
        finding: "part",
      },
    ];

    const ports = { chargers: freePort(), web: freePort() };
    const folder = { path: await Deno.makeTempDir(), webPort: ports.web };
    await Deno.writeTextFile(`${folder.path}/other-ca.pem`, others.ca);
    await Deno.writeTextFile(
      `${folder.path}/site.yaml`,
      `
site: { name: Cabinet, timezone: Asia/Kolkata, voltage: 230, language: ${LANGUAGE} }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web} }
chargers:
  known:
${
        WIRINGS.map(({ id }, at) =>
          `    - { id: CP${at}, password: password-of-cp${at}, circuit: ${id}, ` +
          `evses: [{ slot: ${at + 1}, failSafe: 6 }] }`
        ).join("\n")
      }
circuits:
  - { id: grid, limit: 250 }
${WIRINGS.map(({ id }) => `  - { id: ${id}, parent: grid, limit: 40, meter: ${id} }`).join("\n")}
meters:
${scenes.map(({ id, yaml }) => `  - { id: ${id}, ${yaml} }`).join("\n")}
log: { level: info, format: json }
`,
    );
    const gateway = await startGatewayProcess(folder);
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    const chargers = WIRINGS.map((_, at) =>
      createRpcCharger({
        id: `CP${at}`,
        url: `ws://127.0.0.1:${ports.chargers}/ocpp`,
        password: `password-of-cp${at}`,
      })
    );
    try {
      // Cars charge on L1, pause, and go on: what the meters show of it tells how they are wired.
      const sessions = await Promise.all(chargers.map(startSession));
      for (const amps of [0, 6, 0]) {
        await wired.write(wiringBlocks(amps));
        for (let reading = 0; reading < 3; reading++) {
          await pause(2_600);
          await Promise.all(
            chargers.map((charger, at) => tellCurrent(charger, sessions[at] ?? 0, amps)),
          );
        }
      }
      await eventually(async () => {
        const now = await meters(gateway);
        const wrong = scenes.filter(({ id, finding }) => {
          const kinds = now.find((each) => each.id === id)?.findings.map(({ kind }) => kind) ?? [];
          return finding === null ? kinds.length > 0 : !kinds.some((kind) => kind === finding);
        });
        return wrong.length === 0
          ? null
          : wrong.map(({ id, finding }) =>
            `${id}: ${finding} but ${JSON.stringify(now.find((each) => each.id === id))}`
          ).join("\n");
      }, 30_000);

      // Whoever looks at the page reads it in words: what is seen, what it may be, what to do.
      const page = await signIn(browser, gateway, `http://127.0.0.1:${ports.web}/meters`);
      const text = (await page.textContent("main"))?.replaceAll(/\s+/g, " ") ?? "";
      for (const { id, findings } of await meters(gateway)) {
        const [first] = findings;
        if (first === undefined) continue;
        const words = findingWords(LANGUAGE, first);
        for (const said of Object.values(words)) assert(text.includes(said), `${id}: ${said}`);
      }
      assert(!/\bat .*\.ts:\d+|Error:/.test(text), "no stack trace");
      await page.goto(`http://127.0.0.1:${ports.web}/`);
      const alarms = (await page.textContent("#alarms"))?.replaceAll(/\s+/g, " ") ?? "";
      for (
        const finding of [
          { kind: "charging-reversed", lines: ["L1"] },
          { kind: "word-order", wordOrder: "high-first" },
        ] as const
      ) {
        const { seen } = findingWords(LANGUAGE, finding);
        assert(alarms.includes(seen), `${seen} in ${alarms}`);
      }
      await takePictures(page, ports.web);

      // The command line says the same of one of them, without the gateway.
      const terminal = fakeTerminal();
      await runProgram(
        ["meter", "read", "words", "--config", `${folder.path}/site.yaml`],
        terminal,
      );
      const words = findingWords("en", { kind: "word-order", wordOrder: "high-first" });
      for (const said of Object.values(words)) {
        assert(terminal.complaints.join("\n").includes(said), terminal.complaints.join("\n"));
      }

      // A meter that dies is told as such, and is well again when it is back.
      const { port } = mortal;
      await mortal.stop();
      const kindsOf = async (id: string) =>
        (await meters(gateway)).find((each) => each.id === id)?.findings.map(({ kind }) => kind);
      await eventually(
        async () => (await kindsOf("mortal"))?.[0] === "nobody-listens" ? null : "not told as dead",
        20_000,
      );
      mortal = await startPymodbus(registersOf(profile, 1, { amps: [5, 5, 5] }), port);
      await eventually(
        async () => (await kindsOf("mortal"))?.length === 0 ? null : "not told as back",
        30_000,
      );
      assertEquals(gateway.said.filter((line) => /"level":"error"/i.test(line)), []);
    } finally {
      await browser.close();
      for (const charger of chargers) await charger.close();
      await sender.endAsync();
      assertEquals(await gateway.stop(), 0);
      await mortal.stop();
      await http.shutdown();
      await Deno.remove(folder.path, { recursive: true });
    }
  },
);

/** In which language the pages speak: pictures are wanted in each. */
const LANGUAGE =
  (["mr", "hi"] as const).find((each) => each === Deno.env.get("SANGAM_PICTURES_LANGUAGE")) ?? "en";

/** Pictures of what the electrician sees, on a desk and on a phone. */
async function takePictures(page: Page, webPort: number): Promise<void> {
  if (PICTURES === undefined) return;
  for (const [name, width] of [["desk", 1_280], ["phone", 390]] as const) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["meters", ""]) {
      await page.goto(`http://127.0.0.1:${webPort}/${path}`);
      await pause(1_000);
      await page.screenshot({
        path: `${PICTURES}/${LANGUAGE}_${name}_${path === "" ? "site" : path}.png`,
        fullPage: true,
      });
    }
  }
}
