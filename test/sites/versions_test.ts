/**
 * Any charger under any CSMS, with real processes and real sockets. The gateway is the only thing of
 * ours: chargers and CSMS are `ocpp-rpc` in strict mode, which holds every message to its own schemas.
 */
import { assertEquals } from "@std/assert";
import { OCPP_VERSIONS, type OcppVersion } from "../../src/ocpp/mod.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway_process.ts";
import { createRpcBackend, type HeardSession, type RpcBackend } from "./rpc_backend.ts";
import { createRpcStation, type RpcStation } from "./rpc_station.ts";
import { freePort } from "./until.ts";

const PASSWORD = "a-password-of-20-chars";
const TOKEN = "04A1B2C3D4E5F6";

interface Site {
  readonly gateway: GatewayProcess;
  readonly backend: RpcBackend;
  readonly stations: readonly RpcStation[];
}

/** A gateway between a CSMS of one version and a charger of each; slot 1 is the newest version's. */
async function openSite(folder: string, version: OcppVersion): Promise<Site> {
  const [chargers, web, csms] = [freePort(), freePort(), freePort()];
  const known = OCPP_VERSIONS.map((_, index) =>
    `    - { id: CP${index + 1}, password: ${PASSWORD}, circuit: grid, evses: [{ slot: ${
      index + 1
    } }] }`
  );
  await Deno.writeTextFile(
    `${folder}/site.yaml`,
    [
      "site: { name: Any, timezone: Asia/Kolkata }",
      "listen:",
      `  chargers: [{ host: 127.0.0.1, port: ${chargers}, securityProfile: 1 }]`,
      `  web: { host: 127.0.0.1, port: ${web}, tls: off }`,
      `csms: { url: "ws://127.0.0.1:${csms}/ocpp", identity: ANY-1, password: ${PASSWORD}, protocols: [${version}] }`,
      "circuits: [{ id: grid, limit: 100 }]",
      "chargers:",
      "  known:",
      ...known,
    ].join("\n"),
  );
  const backend = createRpcBackend({ port: csms, identity: "ANY-1", version });
  await backend.start();
  const gateway = await startGatewayProcess({ path: folder, webPort: web });
  const url = `ws://127.0.0.1:${chargers}/ocpp`;
  const stations = OCPP_VERSIONS.map((each, index) =>
    createRpcStation({ url, id: `CP${index + 1}`, password: PASSWORD, version: each })
  );
  return { gateway, backend, stations };
}

async function closeSite({ gateway, backend, stations }: Site): Promise<void> {
  for (const station of stations) await station.close();
  assertEquals(await gateway.stop(), 0);
  await backend.stop();
}

async function arrive(station: RpcStation): Promise<void> {
  await station.connect();
  assertEquals((await station.boot())["status"], "Accepted");
  await station.status("Available");
}

/** One session from card to unplugging. */
async function charge(station: RpcStation, startWh: number): Promise<void> {
  await station.status("Occupied");
  assertEquals(await station.start(TOKEN, startWh), "Accepted");
  await station.meter(startWh + 200);
  await station.end(startWh + 500, "EVDisconnected");
  await station.status("Available");
}

for (const version of OCPP_VERSIONS) {
  Deno.test(`chargers of all versions have the same sessions at a CSMS of ${version}, outage and orders included`, async () => {
    const folder = await Deno.makeTempDir();
    const site = await openSite(folder, version);
    try {
      const { backend, stations } = site;
      for (const station of stations) await arrive(station);
      for (const [index, station] of stations.entries()) await charge(station, 1_000 * (index + 1));
      await backend.until("three sessions have ended", () => ended(backend).length >= 3 || null);
      await backend.stop();
      for (const [index, station] of stations.entries()) {
        await charge(station, 5_000 + 1_000 * index);
      }
      await backend.start();
      await backend.until("six sessions have ended", () => ended(backend).length >= 6 || null);
      for (const [index, station] of stations.entries()) {
        await order(site, station, index + 1, 9_000 + 1_000 * index);
      }
      await backend.until("nine sessions have ended", () => ended(backend).length >= 9 || null);
      assertEquals(backend.sessions().toSorted(bySlot), expected().toSorted(bySlot));
      assertEquals(backend.refused, []);
    } finally {
      await closeSite(site);
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** The CSMS orders a session to start and to stop. */
async function order(
  { backend }: Site,
  station: RpcStation,
  slot: number,
  startWh: number,
): Promise<void> {
  const is16 = backend.version === "ocpp1.6";
  await station.status("Occupied");
  const before = backend.sessions().length;
  const ordered = is16
    ? await backend.command("RemoteStartTransaction", { connectorId: slot, idTag: TOKEN })
    : await backend.command("RequestStartTransaction", {
      evseId: slot,
      remoteStartId: 900 + slot,
      idToken: { idToken: TOKEN, type: "ISO14443" },
    });
  assertEquals(ordered["status"], "Accepted");
  const got = await station.until(
    "the order to start comes",
    () => station.got.findLast(({ method }) => /Start/.test(method)) ?? null,
  );
  const { remoteStartId } = got.params as { remoteStartId?: number };
  assertEquals(await station.start(TOKEN, startWh, remoteStartId), "Accepted");
  await backend.until("it is told", () => backend.sessions().length > before || null);
  const stopped = is16
    ? await backend.command("RemoteStopTransaction", { transactionId: numberOf(backend) })
    : await backend.command("RequestStopTransaction", { transactionId: idOf(backend) });
  assertEquals(stopped["status"], "Accepted");
  await station.until(
    "the order to stop comes",
    () => station.got.find(({ method }) => /Stop/.test(method)) ?? null,
  );
  await station.end(startWh + 100, "Remote");
  await station.status("Available");
}

/** The number that the CSMS gave last. */
function numberOf({ heard }: RpcBackend): number {
  return 7_000 + heard.filter(({ method }) => method === "StartTransaction").length;
}

function idOf({ heard }: RpcBackend): string {
  const started = heard.findLast(({ method, params }) =>
    method === "TransactionEvent" && params["eventType"] === "Started"
  );
  return String((started?.params["transactionInfo"] as Record<string, unknown>)["transactionId"]);
}

function ended(backend: RpcBackend): readonly HeardSession[] {
  return backend.sessions().filter(({ endWh }) => endWh !== null);
}

function bySlot(a: HeardSession, b: HeardSession): number {
  return a.slot - b.slot || a.startWh - b.startWh;
}

function expected(): readonly HeardSession[] {
  return OCPP_VERSIONS.flatMap((_, index) => {
    const session = (startWh: number, energyWh: number, reason: string): HeardSession => ({
      slot: index + 1,
      token: TOKEN,
      startWh,
      endWh: startWh + energyWh,
      reason,
    });
    return [
      session(1_000 * (index + 1), 500, "EVDisconnected"),
      session(5_000 + 1_000 * index, 500, "EVDisconnected"),
      session(9_000 + 1_000 * index, 100, "Remote"),
    ];
  });
}
