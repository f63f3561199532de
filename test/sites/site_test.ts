/**
 * A whole site with real processes and real sockets. The gateway is the only thing of ours: chargers
 * and CSMS are `ocpp-rpc` in strict mode, the meter is pymodbus, the PV meter's broker is mosquitto.
 */
import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import mqtt from "mqtt";
import { encodeImage, type MeterProfile } from "../../src/meters/mod.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { MOSQUITTO_BROKER, startMosquitto } from "../support/mosquitto.ts";
import { blocksOf, PYMODBUS, type PymodbusServer, startPymodbus } from "../support/pymodbus.ts";
import { remark } from "../support/remark.ts";
import { serverTest } from "../support/required_server.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway_process.ts";
import { createRpcCharger, type RpcCharger } from "./rpc_charger.ts";
import { createRpcCsms, type Heard } from "./rpc_csms.ts";
import { freePort } from "./until.ts";

const LIMIT_AMPS = 63;
const MARGIN_AMPS = 2;
const EV_AMPS = 32;
const UNIT = 1;

const SERVERS = {
  name: `${PYMODBUS.name} and ${MOSQUITTO_BROKER.name}`,
  isInstalled: PYMODBUS.isInstalled && MOSQUITTO_BROKER.isInstalled,
};

async function sdm630(): Promise<MeterProfile> {
  const loaded = await loadMeterProfile("eastron-sdm630", ".");
  if (!loaded.ok) throw new Error(loaded.error.join("\n"));
  return loaded.value;
}

/** What the meter's registers hold when so much flows on each of the three lines. */
function image(profile: MeterProfile, amps: number) {
  const watts = amps * 230;
  return blocksOf(
    encodeImage(
      profile,
      new Map([
        ["voltage_l1", 230],
        ["voltage_l2", 230],
        ["voltage_l3", 230],
        ["current_l1", amps],
        ["current_l2", amps],
        ["current_l3", amps],
        ["active_power_l1", watts],
        ["active_power_l2", watts],
        ["active_power_l3", watts],
        ["active_power_total", watts * 3],
        ["frequency", 50],
        ["energy_import_total", 12_345_000],
      ]),
    ),
    UNIT,
    4,
  );
}

/** The physics of the site: what the EVs draw by their limits, and what the house draws besides. */
interface Site {
  readonly chargers: readonly RpcCharger[];
  readonly charging: Set<RpcCharger>;
  houseAmps: number;
  readonly meter: PymodbusServer;
  readonly profile: MeterProfile;
}

function evAmps(site: Site, charger: RpcCharger): number {
  return site.charging.has(charger) ? Math.min(EV_AMPS, charger.limitAmps()) : 0;
}

function lineAmps(site: Site): number {
  return site.houseAmps + site.chargers.reduce((sum, each) => sum + evAmps(site, each), 0);
}

async function flow(site: Site): Promise<void> {
  await site.meter.write(image(site.profile, lineAmps(site)));
}

interface Session {
  readonly charger: RpcCharger;
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStart: number;
  readonly startedAt: string;
  readonly transactionId: number;
  /** The register as it is now, in Wh. */
  registerWh: number;
  /** Timestamps and registers of the meter values sent, in order. */
  readonly readings: { readonly timestamp: string; readonly value: string }[];
  stop?: { readonly meterStop: number; readonly timestamp: string };
}

async function startSession(
  charger: RpcCharger,
  connectorId: number,
  idTag: string,
  meterStart: number,
): Promise<Session & { readonly status: string }> {
  const startedAt = new Date().toISOString();
  const request = { connectorId: 1, idTag, meterStart, timestamp: startedAt };
  const { transactionId, idTagInfo } = await charger.insist("StartTransaction", request) as {
    transactionId: number;
    idTagInfo: { status: string };
  };
  return {
    charger,
    connectorId,
    idTag,
    meterStart,
    startedAt,
    transactionId,
    registerWh: meterStart,
    readings: [],
    status: idTagInfo.status,
  };
}
/** The charger measures: some energy has flowed, and so much current flows on each phase. */
async function sendReading(site: Site, session: Session): Promise<void> {
  session.registerWh += 100.25;
  const value = session.registerWh.toFixed(2);
  const timestamp = new Date().toISOString();
  const amps = evAmps(site, session.charger).toFixed(1);
  const phases = ["L1", "L2", "L3"].map((phase) => ({
    value: amps,
    measurand: "Current.Import",
    phase,
    unit: "A",
  }));
  await session.charger.insist("MeterValues", {
    connectorId: 1,
    transactionId: session.transactionId,
    meterValue: [{
      timestamp,
      sampledValue: [{ value, measurand: "Energy.Active.Import.Register", unit: "Wh" }, ...phases],
    }],
  });
  session.readings.push({ timestamp, value });
}

async function stopSession(site: Site, session: Session): Promise<void> {
  const timestamp = new Date().toISOString();
  const meterStop = Math.ceil(session.registerWh);
  await session.charger.insist("StopTransaction", {
    transactionId: session.transactionId,
    meterStop,
    timestamp,
    reason: "Local",
  });
  session.stop = { meterStop, timestamp };
  site.charging.delete(session.charger);
  await flow(site);
}

/** What the CSMS must have heard of a session once everything has gone up: each thing once, in order. */
function checkBooks(heard: readonly Heard[], session: Session): void {
  const starts = heard.filter(({ method, params }) =>
    method === "StartTransaction" && params["timestamp"] === session.startedAt
  );
  assertEquals(starts.map(({ params }) => params), [{
    connectorId: session.connectorId,
    idTag: session.idTag,
    meterStart: session.meterStart,
    timestamp: session.startedAt,
  }]);
  const order = heard.indexOf(starts[0] as Heard);
  // The number that the CSMS gave is the place of the start among all starts.
  const number = 5001 + heard.slice(0, order).filter(({ method }) => method === "StartTransaction")
    .length;
  const ofSession = heard.filter(({ params }) => params["transactionId"] === number);
  assertGreater(heard.indexOf(ofSession[0] as Heard), order, "the start goes first");
  const readings = ofSession.filter(({ method }) => method === "MeterValues")
    .flatMap(({ params }) => {
      assertEquals(params["connectorId"], session.connectorId);
      return params["meterValue"] as { timestamp: string; sampledValue: { value: string }[] }[];
    })
    .map(({ timestamp, sampledValue }) => ({ timestamp, value: sampledValue[0]?.value }));
  assertEquals(readings, session.readings, "every reading once, in order, as it was");
  assertEquals(ofSession.at(-1)?.params, {
    transactionId: number,
    meterStop: session.stop?.meterStop,
    timestamp: session.stop?.timestamp,
    reason: "Local",
  });
  assertEquals(ofSession.filter(({ method }) => method === "StopTransaction").length, 1);
}

function siteYaml(ports: {
  readonly chargers: number;
  readonly web: number;
  readonly csms: number;
  readonly modbus: number;
  readonly mqtt: string;
}): string {
  return `
site: { name: Test site, timezone: Asia/Kolkata, voltage: 230 }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web} }
csms:
  url: ws://127.0.0.1:${ports.csms}/ocpp
  identity: SITE-1
  password: password-of-the-site
  meterInterval: 1s
  backOff: { minimum: 200ms, random: 100ms, repeat: 2 }
chargers:
  known:
    - { id: CP1, password: password-of-cp1, circuit: row, evses: [{ slot: 1, failSafe: 6 }] }
    - { id: CP2, password: password-of-cp2, circuit: row, evses: [{ slot: 2, failSafe: 6 }] }
    - { id: CP3, password: password-of-cp3, circuit: row, evses: [{ slot: 3, failSafe: 6 }] }
circuits:
  - { id: grid, limit: ${LIMIT_AMPS}, meter: main, otherLoad: { worst: 40, substitute: 30 } }
  - { id: row, parent: grid, limit: 63 }
meters:
  - { id: main, driver: modbus-tcp, host: 127.0.0.1, port: ${ports.modbus}, unit: ${UNIT}, profile: eastron-sdm630, interval: 200ms, role: grid }
  - { id: pv, driver: mqtt, url: "${ports.mqtt}", topic: solar/power, role: generation }
balancing: { margin: ${MARGIN_AMPS} }
log: { level: info, format: json }
`;
}

serverTest(
  SERVERS,
  "a site charges through an outage and a power cut, and every session arrives",
  async () => {
    const profile = await sdm630();
    await using broker = await startMosquitto();
    await using meter = await startPymodbus(image(profile, 10));
    const ports = { chargers: freePort(), web: freePort(), csms: freePort(), modbus: meter.port };
    const folder = { path: await Deno.makeTempDir(), webPort: ports.web };
    await Deno.writeTextFile(`${folder.path}/site.yaml`, siteYaml({ ...ports, mqtt: broker.url }));
    const csms = createRpcCsms({
      port: ports.csms,
      identity: "SITE-1",
      password: "password-of-the-site",
      judge: (idTag) => ({ status: idTag === "BLOCKED" ? "Blocked" : "Accepted" }),
    });
    await csms.start();
    let gateway: GatewayProcess = await startGatewayProcess(folder);
    const chargers = ["CP1", "CP2", "CP3"].map((id) =>
      createRpcCharger({
        id,
        url: `ws://127.0.0.1:${ports.chargers}/ocpp`,
        password: `password-of-${id.toLowerCase()}`,
      })
    );
    const [cp1, cp2, cp3] = chargers as [RpcCharger, RpcCharger, RpcCharger];
    const site: Site = { chargers, charging: new Set(), houseAmps: 10, meter, profile };
    const sessions: Session[] = [];

    try {
      remark(`started in ${Math.round(gateway.startedInMs)} ms`);

      // Boot: the chargers are accepted, and the CSMS hears of every connector before anything else.
      for (const charger of chargers) {
        await charger.connect();
        const boot = await charger.call("BootNotification", {
          chargePointVendor: "Independent",
          chargePointModel: "RPC",
        });
        assertEquals(boot["status"], "Accepted");
        await charger.status("Available");
      }
      await csms.until("every connector is announced as available", () => {
        const last = new Map(
          csms.of("StatusNotification").map((
            { params },
          ) => [params["connectorId"], params["status"]]),
        );
        return [0, 1, 2, 3].every((connector) => last.get(connector) === "Available") || null;
      });
      assertEquals(
        csms.of("BootNotification").length,
        1,
        "the site boots once, whatever chargers do",
      );
      for (const charger of chargers) {
        const [profileSet] = await charger.until("the fail-safe current is installed", () => {
          const found = charger.of("SetChargingProfile");
          return found.length > 0 ? found : null;
        });
        const installed = profileSet?.params["csChargingProfiles"] as Record<string, unknown>;
        assertEquals(installed["chargingProfilePurpose"], "TxDefaultProfile");
        assertEquals(charger.limitAmps(), 6);
      }

      // Authorize: one accepted, one blocked, both by the CSMS.
      const good = await cp1.call("Authorize", { idTag: "CARD-1" });
      assertEquals(good["idTagInfo"], { status: "Accepted" });
      const bad = await cp2.call("Authorize", { idTag: "BLOCKED" });
      assertEquals(bad["idTagInfo"], { status: "Blocked" });

      // Start: each on its own connector of the CSMS.
      for (const [index, charger] of chargers.entries()) {
        await charger.status("Preparing");
        const session = await startSession(
          charger,
          index + 1,
          `CARD-${index + 1}`,
          1000 * (index + 1),
        );
        assertEquals(session.status, "Accepted");
        sessions.push(session);
        site.charging.add(charger);
        await charger.status("Charging");
      }
      assertEquals(new Set(sessions.map(({ transactionId }) => transactionId)).size, 3);
      await flow(site);

      // Limits rise until the main is used, and no line is ever above it.
      await keepFlowing(
        site,
        sessions,
        "chargers get more than their fail-safe",
        () => chargers.every((each) => each.limitAmps() > 6),
      );
      await sendReading(site, sessions[0] as Session);
      await csms.until("meter values arrive", () => csms.of("MeterValues")[0]);

      // The house takes 25 A more: limits fall at once, on the lines of all chargers together.
      const before = chargers.map((each) => each.got.length);
      site.houseAmps = 35;
      const jumpedAtMs = performance.now();
      await flow(site);
      await keepFlowing(
        site,
        sessions,
        "no line of the main is above its limit",
        () => lineAmps(site) <= LIMIT_AMPS,
      );
      assertLessOrEqual(lineAmps(site), LIMIT_AMPS);
      const reactions = chargers.flatMap((each, index) =>
        each.got.slice(before[index]).filter(({ method }) => method === "SetChargingProfile")
          .map(({ atMs }) => atMs - jumpedAtMs)
      );
      assertGreater(reactions.length, 0);
      remark(
        `house +25 A: last lower limit ${Math.round(Math.max(...reactions))} ms after the jump ` +
          "(the meter is read each 200 ms)",
      );

      // The PV meter is read through the broker.
      await publish(broker.url, "solar/power", "4200");
      await until(async () => {
        const meters = await gateway.get("/meters") as { id: string; totalPowerW: number | null }[];
        return meters.find(({ id }) => id === "pv")?.totalPowerW === 4200;
      });

      // The CSMS dies. A known card stops and starts, an unknown one is refused.
      await csms.stop();
      await stopSession(site, sessions[2] as Session);
      await cp3.status("Available");
      const unknown = await cp3.call("Authorize", { idTag: "STRANGER" });
      assertEquals(unknown["idTagInfo"], { status: "Invalid" });
      await cp3.status("Preparing");
      const offline = await startSession(cp3, 3, "CARD-3", 3500);
      assertEquals(offline.status, "Accepted");
      sessions.push(offline);
      site.charging.add(cp3);
      await sendReading(site, offline);
      await sendReading(site, sessions[1] as Session);

      // The power of the gateway goes in the middle of all that, and comes back.
      await gateway.cutPower();
      gateway = await startGatewayProcess(folder);
      for (const charger of chargers) await charger.insist("Heartbeat", {});
      assertEquals(
        chargers.flatMap((each) => each.of("TriggerMessage")).some(({ params }) =>
          params["requestedMessage"] === "BootNotification"
        ),
        false,
        "a charger that had booted need not boot again",
      );
      await sendReading(site, offline);
      await stopSession(site, offline);
      await sendReading(site, sessions[0] as Session);
      await stopSession(site, sessions[0] as Session);

      // The CSMS comes back, and hears everything that it missed.
      const heardBefore = csms.heard.length;
      await csms.start();
      await stopSession(site, sessions[1] as Session);
      await csms.until(
        "every stop arrives",
        () => csms.of("StopTransaction").length === sessions.length || null,
        30_000,
      );
      for (const session of sessions) checkBooks(csms.heard, session);
      assertGreater(csms.heard.length, heardBefore);
      await until(async () => {
        const { csms: link } = await gateway.get("/site") as {
          csms: { outbox: { rows: number; deadLetters: number } };
        };
        return link.outbox.rows === 0 && link.outbox.deadLetters === 0;
      });

      // Commands reach the right charger, under its own numbers.
      await cp2.status("Preparing");
      await csms.until(
        "connector 2 is preparing",
        () => csms.of("StatusNotification").at(-1)?.params["status"] === "Preparing" || null,
      );
      assertEquals(
        await csms.command("RemoteStartTransaction", { connectorId: 2, idTag: "APP-USER" }),
        { status: "Accepted" },
      );
      assertEquals(cp2.of("RemoteStartTransaction").at(-1)?.params, {
        connectorId: 1,
        idTag: "APP-USER",
      });
      const remote = await startSession(cp2, 2, "APP-USER", 2500);
      assertEquals(remote.status, "Accepted", "an order of the CSMS needs no other permission");
      await csms.until(
        "the remote start arrives",
        () => csms.of("StartTransaction").find(({ params }) => params["idTag"] === "APP-USER"),
      );
      const number = 5000 + csms.of("StartTransaction").length;
      assertEquals(await csms.command("RemoteStopTransaction", { transactionId: number }), {
        status: "Accepted",
      });
      assertEquals(cp2.of("RemoteStopTransaction").at(-1)?.params, {
        transactionId: remote.transactionId,
      });
      await stopSession(site, remote);
      assertEquals(
        await csms.command("ChangeAvailability", { connectorId: 3, type: "Inoperative" }),
        {
          status: "Accepted",
        },
      );
      assertEquals(cp3.of("ChangeAvailability").at(-1)?.params, {
        connectorId: 1,
        type: "Inoperative",
      });
      assertEquals(await csms.command("UnlockConnector", { connectorId: 1 }), {
        status: "Unlocked",
      });
      assertEquals(cp1.of("UnlockConnector").at(-1)?.params, { connectorId: 1 });
      assertEquals(
        await csms.command("TriggerMessage", { requestedMessage: "MeterValues", connectorId: 1 }),
        { status: "Accepted" },
      );
      await cp1.until(
        "the trigger arrives",
        () =>
          cp1.of("TriggerMessage").find(({ params }) =>
            params["requestedMessage"] === "MeterValues"
          ),
      );
      const tunnelled = await csms.command("DataTransfer", {
        vendorId: "org.sangam",
        messageId: "Tunnel",
        data: JSON.stringify({ slot: 3, action: "Reset", payload: { type: "Soft" } }),
      });
      assertEquals(JSON.parse(String(tunnelled["data"])), {
        status: "Accepted",
        payload: { status: "Accepted" },
      });
      assertEquals(cp3.of("Reset").map(({ params }) => params), [{ type: "Soft" }]);
      assertEquals([cp1, cp2].flatMap((each) => each.of("Reset")), []);
      assertEquals(
        await csms.command("GetConfiguration", { key: ["ChargeProfileMaxStackLevel_2"] }),
        {
          configurationKey: [{
            key: "ChargeProfileMaxStackLevel_2",
            readonly: false,
            value: "8",
          }],
        },
      );
      remark(`resident memory ${Math.round(await gateway.residentBytes() / 1e6)} MB`);
      assertEquals(gateway.said.filter((line) => line.includes('"level":"ERROR"')), []);
      assert(chargers.every((each) => each.got.length > 0));
    } finally {
      for (const charger of chargers) await charger.close();
      assertEquals(await gateway.stop(), 0);
      await csms.stop();
      await Deno.remove(folder.path, { recursive: true });
    }
  },
);

/** Lets current follow the limits until `isSo`; each second the chargers report what they draw. */
async function keepFlowing(
  site: Site,
  sessions: readonly Session[],
  what: string,
  isSo: () => boolean,
): Promise<void> {
  const deadlineMs = performance.now() + 40_000;
  for (let round = 0; !isSo(); round++) {
    const limits = site.chargers.map((each) => each.limitAmps()).join(", ");
    assert(performance.now() < deadlineMs, `${what}: house ${site.houseAmps} A, limits ${limits}`);
    await flow(site);
    if (round % 20 === 19) {
      for (const session of sessions) if (!session.stop) await sendReading(site, session);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 50);
    await promise;
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 15_000;
  while (!await isSo()) {
    assert(performance.now() < deadlineMs, "it did not become so");
  }
}

async function publish(url: string, topic: string, payload: string): Promise<void> {
  const client = await mqtt.connectAsync(url);
  await client.publishAsync(topic, payload, { qos: 1 });
  await client.endAsync();
}
