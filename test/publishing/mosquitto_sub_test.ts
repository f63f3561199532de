/**
 * The topics of the README, as somebody else's broker and client see them: the gateway is a process of
 * its own, the broker is mosquitto, the client `mosquitto_sub`, the charger `ocpp-rpc` in strict mode.
 */
import { assert, assertEquals } from "@std/assert";
import { type GatewayProcess, startGatewayProcess } from "../sites/gateway_process.ts";
import { createRpcCharger } from "../sites/rpc_charger.ts";
import { createHappenings, freePort } from "../sites/until.ts";
import { readLines } from "../support/lines.ts";
import { MOSQUITTO_BROKER, startMosquitto } from "../support/mosquitto.ts";
import { serverTest } from "../support/required_server.ts";

const CLIENTS = {
  name: "mosquitto and mosquitto-clients",
  isInstalled: MOSQUITTO_BROKER.isInstalled && isFile("/usr/bin/mosquitto_sub"),
};
const PREFIX = "sangam/depot";
const USERS = { gateway: "gateway's password", home: "home's password" };

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const siteYaml = (chargers: number, web: number, broker: string) => `
site: { name: Test depot }
listen:
  chargers: [{ host: 127.0.0.1, port: ${chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${web} }
chargers:
  known: [{ id: CP1, password: password-of-cp1, evses: [{ slot: 3, failSafe: 6 }] }]
circuits: [{ id: grid, limit: 63 }]
authorization: { offline: { unknownTokens: accept } }
mqtt:
  { url: "${broker}", prefix: ${PREFIX}, username: gateway, password: "${USERS.gateway}",
    discovery: true, commands: true, startToken: HOME-1 }
`;

const SIGN_IN = ["-u", "home", "-P", USERS.home];

/** What an independent client hears: the last message of each topic, and how often one came. */
function subscribe(port: number, topics: readonly string[]) {
  const child = new Deno.Command("mosquitto_sub", {
    args: [
      ...["-h", "127.0.0.1", "-p", String(port), "-v", "-F", "%t\t%r\t%p", "-q", "1"],
      ...SIGN_IN,
      ...topics.flatMap((topic) => ["-t", topic]),
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const { notify, until } = createHappenings();
  const heard = new Map<string, { readonly retained: boolean; readonly payload: string }>();
  const followed = (async () => {
    const lines = readLines(child.stdout);
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      const [topic = "", retained = "", ...payload] = line.split("\t");
      heard.set(topic, { retained: retained === "1", payload: payload.join("\t") });
      notify();
    }
  })();
  return {
    heard,
    until,
    json: (topic: string) => JSON.parse(heard.get(topic)?.payload ?? "null"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await followed;
    },
  };
}

async function publish(port: number, topic: string, payload: string, ...flags: string[]) {
  const { success } = await new Deno.Command("mosquitto_pub", {
    args: ["-h", "127.0.0.1", "-p", String(port), ...SIGN_IN, "-t", topic, "-m", payload, ...flags],
  }).output();
  assert(success, topic);
}

async function openSite(brokerUrl: string) {
  const path = await Deno.makeTempDir();
  const ports = { chargers: freePort(), web: freePort() };
  await Deno.writeTextFile(`${path}/site.yaml`, siteYaml(ports.chargers, ports.web, brokerUrl));
  const charger = createRpcCharger({
    id: "CP1",
    url: `ws://127.0.0.1:${ports.chargers}/ocpp`,
    password: "password-of-cp1",
  });
  return { folder: { path, webPort: ports.web }, charger };
}

/** The topics of the README's table, with the names of this site. */
async function documentedTopics(): Promise<readonly string[]> {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [, table = ""] = /topic below the prefix[^\n]*\n[^\n]*\n((?:\|[^\n]*\n)+)/.exec(readme) ??
    [];
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, topic = ""]) =>
    topic.replace("circuit/row-a", "circuit/grid")
  );
}

serverTest(
  CLIENTS,
  "mosquitto_sub sees the documented topics, orders reach the charger, and a dead gateway is offline",
  async () => {
    await using broker = await startMosquitto({ users: USERS });
    const { folder, charger } = await openSite(broker.url);
    // A kept order from before: nothing may come of it.
    await publish(broker.port, `${PREFIX}/slot/3/start`, "OLD-TOKEN", "-r");
    let gateway: GatewayProcess | null = await startGatewayProcess(folder);
    try {
      await charger.connect();
      const boot = { chargePointVendor: "Independent", chargePointModel: "RPC" };
      await charger.call("BootNotification", boot);
      await charger.status("Preparing");
      {
        await using client = subscribe(broker.port, [`${PREFIX}/#`, "homeassistant/#"]);
        await client.until(
          "the charger is seen",
          () => client.json(`${PREFIX}/slot/3`)?.state === "preparing" ? true : null,
          60_000,
        );
        assertEquals(client.heard.get(`${PREFIX}/status`)?.payload, "online");

        await publish(broker.port, `${PREFIX}/slot/3/start`, '{"ref": "night-7"}');
        await client.until(
          "the start is told",
          () => client.json(`${PREFIX}/slot/3/outcome`)?.ref === "night-7" ? true : null,
          60_000,
        );
        assertEquals(client.json(`${PREFIX}/slot/3/outcome`).outcome, "accepted");
        assertEquals(
          charger.of("RemoteStartTransaction").map(({ params }) => params["idTag"]),
          ["HOME-1"],
        );
        const timestamp = new Date().toISOString();
        const start = { connectorId: 1, idTag: "HOME-1", meterStart: 0, timestamp };
        await charger.insist("StartTransaction", start);
        await charger.status("Charging");
        await client.until(
          "the session is seen",
          () => client.json(`${PREFIX}/slot/3`)?.inSession === true ? true : null,
          60_000,
        );

        await publish(broker.port, `${PREFIX}/slot/3/limit`, "8");
        await client.until(
          "the limit is told",
          () => client.json(`${PREFIX}/slot/3/outcome`)?.order === "limit" ? true : null,
          60_000,
        );
        await charger.until(
          "the limit is on the wire",
          () => charger.limitAmps() <= 8 ? true : null,
          60_000,
        );

        await publish(broker.port, `${PREFIX}/slot/3/stop`, "");
        await charger.until(
          "the stop is on the wire",
          () => charger.of("RemoteStopTransaction")[0],
          60_000,
        );

        const expected = (await documentedTopics()).filter((topic) => !topic.startsWith("meter/"));
        assert(expected.length > 6);
        for (const topic of expected) assert(client.heard.has(`${PREFIX}/${topic}`), topic);
        const found = JSON.stringify(
          client.json("homeassistant/device/sangam_depot_slot3/config"),
        );
        assert(found.includes(`"command_topic":"${PREFIX}/slot/3/start"`));
        const all = [...client.heard].filter(([topic]) => !topic.endsWith("/start"));
        assertEquals(all.filter(([, { payload }]) => payload.includes("HOME-1")), []);
      }
      const audit = await gateway.get("/audit?who=mqtt");
      const done = Array.isArray(audit) ? audit.map(({ what, way }) => `${way} ${what}`) : [];
      assertEquals(done, ["mqtt command stop", "mqtt command limit", "mqtt command start"]);

      {
        // Whoever comes later finds the state at the broker.
        await using late = subscribe(broker.port, [`${PREFIX}/#`]);
        await late.until("the state is kept", () => late.heard.get(`${PREFIX}/slot/3`));
        assertEquals(late.heard.get(`${PREFIX}/slot/3`)?.retained, true);
        await gateway.cutPower();
        gateway = null;
        await late.until(
          "the will is told",
          () => late.heard.get(`${PREFIX}/status`)?.payload === "offline" ? true : null,
        );
      }

      gateway = await startGatewayProcess(folder);
      await using again = subscribe(broker.port, [`${PREFIX}/status`]);
      await again.until(
        "it is back",
        () => again.heard.get(`${PREFIX}/status`)?.payload === "online" ? true : null,
        60_000,
      );
      await gateway.stop();
      gateway = null;
      await again.until(
        "it said goodbye",
        () => again.heard.get(`${PREFIX}/status`)?.payload === "offline" ? true : null,
      );
    } finally {
      await charger.close();
      await gateway?.stop();
      await Deno.remove(folder.path, { recursive: true });
    }
  },
);

serverTest(CLIENTS, "a broker that is away, or comes back, disturbs nothing", async () => {
  const port = freePort();
  const { folder, charger } = await openSite(`mqtt://127.0.0.1:${port}`);
  const gateway = await startGatewayProcess(folder);
  try {
    await charger.connect();
    const boot = { chargePointVendor: "Independent", chargePointModel: "RPC" };
    assertEquals((await charger.call("BootNotification", boot))["status"], "Accepted");
    assert(gateway.said.some((line) => line.includes("mqtt_disconnected")));
    assertEquals(gateway.said.some((line) => line.includes(USERS.gateway)), false);
    await using broker = await startMosquitto({ users: USERS, port });
    await using client = subscribe(broker.port, [`${PREFIX}/#`]);
    await client.until(
      "it is back",
      () => client.json(`${PREFIX}/slot/3`)?.connected === true ? true : null,
      60_000,
    );
  } finally {
    await charger.close();
    assertEquals(await gateway.stop(), 0);
    await Deno.remove(folder.path, { recursive: true });
  }
});
