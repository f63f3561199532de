/**
 * A whole site under the permissions that `main.ts permissions` prints for it, and no other: chargers
 * over ws and wss, a CSMS, a meter of every driver, contacts, contactors, signals, pages with TLS, and
 * the commands beside it. Deno writes down what it was asked for: nothing was refused, and every
 * permission that was listed was needed.
 */
import { assert, assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { Aedes } from "aedes";
import { createServer } from "node:net";
import { createSocket } from "node:dgram";
import { rtuAnswer } from "../support/rtu_bus.ts";
import { makeSerialPair, SOCAT } from "../support/serial_pair.ts";
import { serverTest } from "../support/required_server.ts";
import { SPEEDWIRE_HOUSE, speedwireDatagram } from "../support/speedwire.ts";
import { goodAnswer, startRawModbus } from "../support/raw_modbus.ts";
import { SPEEDWIRE_GROUP, SPEEDWIRE_PORT } from "../../src/meters/mod.ts";
import { CLIENT, openVtn } from "../../src/signals/_vtn_io.ts";
import { knock } from "./bare_charger.ts";
import { registersOf } from "./electrician_site.ts";
import { startGatewayProcess } from "./gateway_process.ts";
import { createRpcCharger } from "./rpc_charger.ts";
import { createRpcCsms } from "./rpc_csms.ts";
import { freePort } from "./until.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** As libgpiod 1 has it: a line that is always on. */
const GPIOGET = `#!/bin/sh
if [ "$1" = --version ]; then echo "gpioget (libgpiod) v1.6.3"; exit 0; fi
echo 1
`;

/** What a permission was asked for. */
interface Asked {
  readonly permission: string;
  readonly value: string | null;
}

const PROFILE = await loadMeterProfile("eastron-sdm630", ".");
assume(PROFILE.ok, "the profile is not there");

/** What the registers of a meter hold while five amperes flow, from address 0 on. */
const words: number[] = [];
for (const { address, registers } of registersOf(PROFILE.value, 1, { amps: [5, 6, 7] })) {
  registers.forEach((word, index) => words[address + index] = word);
}
for (let at = 0; at < 600; at++) words[at] ??= 0;

/** A meter of a serial line behind a server of bytes. */
async function serveRtu() {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      if (typeof bytes === "string") return;
      socket.write(rtuReply(bytes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return portAndStop(server);
}

function rtuReply(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const request = {
    functionCode: view.getUint8(1),
    address: view.getUint16(2),
    count: view.getUint16(4),
  };
  return rtuAnswer(view.getUint8(0), request, (at) => words[at] ?? 0);
}

function portAndStop(server: ReturnType<typeof createServer>) {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("It does not listen");
  return {
    port: address.port,
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

/** A meter at the far end of a serial line. */
async function playSerialMeter(device: string, stop: AbortSignal): Promise<void> {
  using file = await Deno.open(device, { read: true, write: true });
  const bytes = new Uint8Array(64);
  while (!stop.aborted) {
    const count = await file.read(bytes);
    if (count === null) return;
    if (count >= 8) await file.write(rtuReply(bytes.slice(0, count)));
  }
}

async function serveMqtt() {
  const broker = await Aedes.createBroker({ heartbeatInterval: 60_000 });
  const server = createServer((socket) => broker.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port, stop } = portAndStop(server);
  return {
    port,
    publish: (topic: string, payload: string) =>
      broker.publish(
        { cmd: "publish", qos: 0, dup: false, retain: false, topic, payload },
        () => {},
      ),
    async stop() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await stop();
    },
  };
}

/** Runs a command under exactly those flags; what it asks for is put down in that folder. */
async function run(
  flags: readonly string[],
  args: readonly string[],
  cwd: string,
  input = "",
): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--frozen", "--config", CONFIG, ...flags, MAIN, ...args],
    cwd,
    env: {
      NO_COLOR: "1",
      DENO_AUDIT_PERMISSIONS: `${cwd}/asked-by-${args[0]}.jsonl`,
      // As the gateway: Deno remarks on a tool that it may run and does not find.
      PATH: `${cwd}/tools:${Deno.env.get("PATH")}`,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

/** What each flag lists, as [flag, one of its values]. */
function listed(flags: readonly string[]): readonly (readonly [string, string])[] {
  return flags.flatMap((flag) => {
    const [, name = "", values = ""] = /^--allow-([a-z]+)=(.*)$/.exec(flag) ?? [];
    return name === "" ? [] : values.split(",").map((value) => [name, value] as const);
  });
}

function askedIn(file: string): readonly Asked[] {
  return Deno.readTextFileSync(file).split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

function covers([permission, granted]: readonly [string, string], asked: Asked): boolean {
  if (asked.permission !== permission || asked.value === null) return false;
  if (permission === "net" && URL.canParse(asked.value) && asked.value.includes("://")) {
    return new URL(asked.value).host === granted;
  }
  if (permission !== "read" && permission !== "write") return asked.value === granted;
  return asked.value === granted || asked.value.startsWith(`${granted}/`);
}

serverTest(
  SOCAT,
  "a whole site runs under the permissions that it lists, and needs each of them",
  async () => {
    const ports = { ws: freePort(), wss: freePort(), web: freePort(), csms: freePort() };
    const path = await Deno.realPath(await Deno.makeTempDir());
    for (const each of ["tools", "backups", "elsewhere", "site"]) {
      await Deno.mkdir(`${path}/${each}`);
    }
    await Deno.writeTextFile(`${path}/tools/gpioget`, GPIOGET, { mode: 0o755 });
    await Deno.writeTextFile(`${path}/elsewhere/csms-password`, "password-of-the-site\n");
    await using modbus = await startRawModbus((request, socket) => {
      socket.write(goodAnswer(request, words));
    });
    await using bus = await makeSerialPair();
    const rtu = await serveRtu();
    const broker = await serveMqtt();
    const vtn = openVtn();
    const http = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      ({ url }) => Response.json(url.endsWith("/dso") ? { kW: 50 } : { w: 4_200 }),
    );
    const csms = createRpcCsms({
      port: ports.csms,
      identity: "SITE-1",
      password: "password-of-the-site",
      judge: () => ({ status: "Accepted" }),
    });
    await csms.start();
    const over = new AbortController();
    const serialMeter = playSerialMeter(bus.far, over.signal).catch(() => {});
    const web = `http://127.0.0.1:${http.addr.port}`;
    const mqttUrl = `mqtt://127.0.0.1:${broker.port}`;
    const sdm = "profile: eastron-sdm630";
    await Deno.writeTextFile(
      `${path}/site/site.yaml`,
      `
site: { name: Every edge, timezone: Asia/Kolkata }
listen:
  chargers:
    - { host: 127.0.0.1, port: ${ports.ws}, securityProfile: 1 }
    - { host: 127.0.0.1, port: ${ports.wss}, securityProfile: 2, names: [localhost] }
  web: { host: 127.0.0.1, port: ${ports.web}, tls: auto }
csms:
  url: ws://127.0.0.1:${ports.csms}/ocpp
  identity: SITE-1
  password: \${file:${path}/elsewhere/csms-password}
chargers:
  known:
    - { id: CP1, password: password-of-cp1, evses: [{ slot: 1 }] }
    - { id: CP2, password: password-of-cp2, evses: [{ slot: 2 }] }
circuits: [{ id: grid, limit: 100, meter: tcp, otherLoad: { worst: 40 } }]
meters:
  - { id: tcp, driver: modbus-tcp, host: 127.0.0.1, port: ${modbus.port}, ${sdm}, role: grid }
  - { id: rtu-tcp, driver: modbus-rtu-over-tcp, host: 127.0.0.1, port: ${rtu.port}, ${sdm} }
  - { id: rtu, driver: modbus-rtu, device: ${bus.near}, ${sdm} }
  - { id: mqtt, driver: mqtt, url: "${mqttUrl}", topic: house/power }
  - { id: http, driver: http-json, url: "${web}/meter", values: { active_power_total: w } }
  - { id: sma, driver: speedwire, serial: 3010987654 }
  - { id: rest, driver: virtual, role: consumer, plus: [mqtt], minus: [http] }
contacts:
  - { id: ripple, driver: gpio, line: 17, circuit: grid, limit: { kW: 20 } }
signals:
  - { id: dso, driver: http-json, url: "${web}/dso", path: kW, circuit: grid }
  - id: flex
    driver: openadr
    url: ${vtn.url}
    clientId: ${CLIENT.clientId}
    clientSecret: "${CLIENT.clientSecret}"
    program: flex
    circuit: grid
store: { backups: { path: ${path}/backups } }
`,
    );
    const folder = {
      path: `${path}/site`,
      webPort: ports.web,
      tools: `${path}/tools`,
      env: { DENO_AUDIT_PERMISSIONS: `${path}/asked.jsonl` },
    };
    const gateway = await startGatewayProcess(folder);
    const files = `${path}/site/data`;
    const sender = createSocket({ type: "udp4", reuseAddr: true });
    const client = Deno.createHttpClient({
      caCerts: [await Deno.readTextFile(`${files}/web-certificate.pem`)],
    });
    const charger = createRpcCharger({
      id: "CP1",
      url: `ws://127.0.0.1:${ports.ws}/ocpp`,
      password: "password-of-cp1",
    });
    try {
      await charger.connect();
      const boot = { chargePointVendor: "Independent", chargePointModel: "RPC" };
      assertEquals((await charger.insist("BootNotification", boot))["status"], "Accepted");
      const ca = await Deno.readTextFile(`${files}/certificates/root-1.pem`);
      const secure = await knock({
        url: `wss://localhost:${ports.wss}/ocpp/CP2`,
        password: "password-of-cp2",
        tls: { ca },
      });
      assume(secure.kind === "open", JSON.stringify(secure));
      await csms.until("the site boots", () => csms.of("BootNotification")[0]);

      const get = async (what: string) => {
        const response = await fetch(`https://localhost:${ports.web}/api/v1${what}`, {
          client,
          headers: { authorization: `Bearer ${gateway.token}` },
        });
        assertEquals(response.status, 200, what);
        return await response.json();
      };
      const deadlineMs = performance.now() + 45_000;
      for (;;) {
        broker.publish("house/power", "4200");
        const datagram = speedwireDatagram(SPEEDWIRE_HOUSE, { serial: 3_010_987_654 });
        sender.send(datagram, SPEEDWIRE_PORT, SPEEDWIRE_GROUP);
        const meters: { id: string; readings: number }[] = await get("/meters");
        const missing = meters.filter(({ readings }) => readings === 0).map(({ id }) => id);
        const toldVtn = vtn.asked.some((each) => each.startsWith("GET /events"));
        if (missing.length === 0 && toldVtn) break;
        const rest = JSON.stringify([missing, toldVtn]);
        assert(performance.now() < deadlineMs, `${rest}\n${gateway.said.join("\n")}`);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      await secure.charger.close();

      // The commands beside it have the same flags.
      const place = ["--config", `${folder.path}/site.yaml`, "--data", files];
      const flags = gateway.permissions;
      const backup = await run(flags, ["backup", `${path}/backups/by-hand.db`, ...place], path);
      assertEquals([backup.code, backup.error], [0, ""]);
      const exported = await run(flags, ["export", "sessions", ...place], path);
      assertEquals([exported.code, exported.error], [0, ""]);
      const password = "correct horse battery staple\n";
      const user = ["user", "add", "priya", "--role", "viewer", ...place];
      const added = await run(flags, user, path, password);
      assertEquals([added.code, added.error], [0, ""]);
      const read = await run(flags, ["meter", "read", "http", ...place], path);
      assertEquals([read.code, /access/.exec(read.error)], [0, null]);
      const verified = await run(flags, ["audit", "verify", ...place], path);
      assertEquals([verified.code, verified.error], [0, ""]);

      await charger.close();
      assertEquals(await gateway.stop(), 0);
      const said = gateway.said.join("\n");
      assertEquals(/NotCapable|PermissionDenied|Requires [a-z-]+ access|--allow-/.exec(said), null);

      const asked = [...Deno.readDirSync(path)].filter(({ name }) => name.startsWith("asked"))
        .flatMap(({ name }) => askedIn(`${path}/${name}`));
      const granted = listed(flags);
      // Deno does not put down which tools are run: permissions_needed_test.ts takes them away.
      const needless = granted.filter((each) =>
        each[0] !== "run" && !asked.some((other) => covers(each, other))
      );
      assertEquals(needless, [], "listed, and never asked for");
      const beyond = asked.filter((each) =>
        each.permission !== "env" && !granted.some((other) => covers(other, each))
      );
      const unlisted = new Set(beyond.map((each) => `${each.permission} ${each.value}`));
      assertEquals([...unlisted], [], "asked for, and not listed");
    } finally {
      over.abort();
      await charger.close();
      if (!gateway.hasEnded()) await gateway.stop();
      client.close();
      sender.close();
      await csms.stop();
      await http.shutdown();
      await vtn.close();
      await broker.stop();
      await rtu.stop();
      await bus.unplug();
      await serialMeter;
      await Deno.remove(path, { recursive: true });
    }
  },
);
