/**
 * Logs of chargers that cannot reach the internet, with real processes and sockets: the CSMS and the
 * chargers are `ocpp-rpc` in strict mode, the place that the CSMS names speaks https under an authority of
 * its own, and the charger of 1.6 brings with an ftp client that is not ours.
 */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { Client } from "basic-ftp";
import { noise, serveWebFor } from "../../src/files/_servers_for_test.ts";
import { makeTestCertificates } from "../support/mosquitto.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway_process.ts";
import { createRpcCharger, type RpcCharger } from "./rpc_charger.ts";
import { createRpcCsms, type RpcCsms } from "./rpc_csms.ts";
import { createRpcStation, type RpcStation } from "./rpc_station.ts";
import { freePort } from "./until.ts";

const LOG = new Uint8Array(noise(3_000_000));

interface Site {
  readonly csms: RpcCsms;
  /** Of OCPP 1.6, at slot 1. */
  readonly old: RpcCharger;
  /** Of OCPP 2.0.1, at slot 2. */
  readonly young: RpcStation;
  readonly gateway: () => GatewayProcess;
  readonly path: string;
  restart(): Promise<void>;
}

async function withSite(ca: string, run: (site: Site) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  const ports = {
    chargers: freePort(),
    web: freePort(),
    csms: freePort(),
    http: freePort(),
    ftp: freePort(),
  };
  await Deno.writeTextFile(`${path}/files-ca.pem`, ca);
  await Deno.writeTextFile(`${path}/site.yaml`, siteYaml(ports));
  const csms = createRpcCsms({
    port: ports.csms,
    identity: "SITE-1",
    password: "password-of-the-site",
    judge: () => ({ status: "Accepted" }),
  });
  await csms.start();
  const folder = { path, webPort: ports.web };
  let gateway = await startGatewayProcess(folder);
  const url = `ws://127.0.0.1:${ports.chargers}/ocpp`;
  const old = createRpcCharger({ id: "CP1", url, password: "password-of-cp1" });
  const young = createRpcStation({
    id: "CP2",
    url,
    password: "password-of-cp2",
    version: "ocpp2.0.1",
  });
  const boot = () =>
    old.insist("BootNotification", { chargePointVendor: "Independent", chargePointModel: "RPC" });
  try {
    await old.connect();
    await boot();
    await young.connect();
    await young.boot();
    await csms.until("the station boots", () => csms.of("BootNotification")[0]);
    await run({
      csms,
      old,
      young,
      path,
      gateway: () => gateway,
      async restart() {
        await gateway.cutPower();
        gateway = await startGatewayProcess(folder);
        await boot();
      },
    });
  } finally {
    await old.close();
    await young.close();
    await gateway.stop();
    await csms.stop();
    await Deno.remove(path, { recursive: true });
  }
}

function siteYaml(ports: Readonly<Record<"chargers" | "web" | "csms" | "http" | "ftp", number>>) {
  return `
site: { name: Logs, timezone: Asia/Kolkata }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web}, tls: off }
csms:
  url: ws://127.0.0.1:${ports.csms}/ocpp
  identity: SITE-1
  password: password-of-the-site
  protocols: [ocpp1.6]
  files: { schemes: [https, sftp], hosts: [localhost, 127.0.0.1, "::1"] }
files:
  address: 127.0.0.1
  http: { host: 127.0.0.1, port: ${ports.http} }
  ftp: { host: 127.0.0.1, port: ${ports.ftp} }
  sizeMaxMiB: 8
  keepMiB: 16
  ca: files-ca.pem
circuits: [{ id: grid, limit: 100 }]
chargers:
  known:
    - { id: CP1, password: password-of-cp1, circuit: grid, evses: [{ slot: 1 }] }
    - { id: CP2, password: password-of-cp2, circuit: grid, evses: [{ slot: 2 }] }
`;
}

/** The CSMS means one charger; the answer of the charger. */
async function tunnel(csms: RpcCsms, slot: number, action: string, payload: unknown) {
  const data = JSON.stringify({ slot, action, payload });
  const answer = await csms.command("DataTransfer", {
    vendorId: "org.sangam",
    messageId: "Tunnel",
    data,
  });
  return JSON.parse(String(answer["data"]));
}

/** As a charger does that has an ftp client and a folder. */
async function bringByFtp(location: string, content: Uint8Array): Promise<void> {
  const { hostname, port, username, password } = new URL(location);
  const client = new Client(20_000);
  try {
    await client.access({ host: hostname, port: Number(port), user: username, password });
    await client.uploadFrom(Readable.from([content]), "diagnostics.zip");
  } finally {
    client.close();
  }
}

/** The place that the CSMS names; busy until it is opened. */
function place() {
  const taken = new Map<string, Uint8Array>();
  let isOpen = false;
  return {
    taken,
    open: () => void (isOpen = true),
    async answer(request: IncomingMessage, response: ServerResponse) {
      const parts: Uint8Array[] = [];
      try {
        for await (const part of request) parts.push(part);
      } catch {
        // The power went out in the middle of it.
        return;
      }
      if (isOpen) {
        taken.set(`${request.method} ${request.url}`, new Uint8Array(Buffer.concat(parts)));
      }
      response.writeHead(isOpen ? 201 : 503).end();
    },
  };
}

const words = (csms: RpcCsms, method: string) =>
  csms.of(method).map(({ params }) => `${params["requestId"] ?? "-"} ${params["status"]}`);

function hears(csms: RpcCsms, method: string, word: string) {
  return csms.until(
    `${method} ${word}`,
    () => words(csms, method).includes(word) ? word : null,
    60_000,
  );
}

Deno.test("diagnostics of a 1.6 charger by ftp and the log of a 2.0.1 charger by http reach the CSMS's place by https, over a power cut", async () => {
  const made = await makeTestCertificates();
  const there = place();
  const upstream = await serveWebFor(there.answer, made);
  const location = `https://localhost:${upstream.port}/logs/?key=hunter2`;
  try {
    await withSite(made.ca, async ({ csms, old, young, gateway, path, restart }) => {
      const answer = await tunnel(csms, 1, "GetDiagnostics", { location });
      assertEquals(answer, { status: "Accepted", payload: { fileName: "diagnostics.zip" } });
      const its = String(old.of("GetDiagnostics")[0]?.params["location"]);
      assert(its.startsWith("ftp://") && !its.includes("hunter2"), "an address of the gateway's");
      await old.insist("DiagnosticsStatusNotification", { status: "Uploading" });
      await hears(csms, "DiagnosticsStatusNotification", "- Uploading");
      await bringByFtp(its, LOG);
      await old.insist("DiagnosticsStatusNotification", { status: "Uploaded" });
      const again = await bringByFtp(its, LOG).then(() => "taken", () => "refused");
      assertEquals(again, "refused", "it is here: nobody brings another by the same secret");
      assertEquals(words(csms, "DiagnosticsStatusNotification"), ["- Uploading"]);

      // The place is busy, and the power goes out.
      const asked = upstream.asked.length;
      await restart();
      there.open();
      await hears(csms, "DiagnosticsStatusNotification", "- Uploaded");
      assert(upstream.asked.length > asked);
      assertEquals(there.taken.get("PUT /logs/diagnostics.zip?key=hunter2"), LOG);

      await young.until("it is back", () => young.boot().then(() => true, () => null));
      const asks = await tunnel(csms, 2, "GetLog", {
        logType: "SecurityLog",
        requestId: 31,
        log: { remoteLocation: location },
      });
      assertEquals(asks.status, "Accepted", JSON.stringify(asks));
      const { params = {} } = young.got.find(({ method }) => method === "GetLog") ?? {};
      const { remoteLocation } = params["log"] as { remoteLocation: string };
      assert(remoteLocation.startsWith("http://127.0.0.1:"), remoteLocation);
      const brought = await fetch(`${remoteLocation}security.log`, { method: "PUT", body: LOG });
      await brought.body?.cancel();
      assertEquals(brought.status, 201);
      await hears(csms, "LogStatusNotification", "31 Uploaded");
      assertEquals(there.taken.get("PUT /logs/security.log?key=hunter2"), LOG);

      assertEquals(csms.refused, []);
      assertEquals(gateway().said.filter((line) => line.includes("hunter2")), []);
      const kept = (folder: string) =>
        [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name);
      const folders = [...Deno.readDirSync(path)].map(({ name }) => name);
      const logs = folders.map((name) => `${path}/${name}/files/logs`)
        .filter((name) => isFolder(name));
      assertEquals(logs.flatMap(kept), [], `nothing stays here: ${folders}`);
      assertEquals(logs.length, 1);
    });
  } finally {
    await upstream.stop();
  }
});

Deno.test("a log that is too large, and one that its place refuses, end in words of 1.6; sftp is refused with words", async () => {
  const made = await makeTestCertificates();
  const upstream = await serveWebFor((request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(403).end());
  }, made);
  const location = `https://localhost:${upstream.port}/logs/`;
  try {
    await withSite(made.ca, async ({ csms, young }) => {
      const asks = (requestId: number, remoteLocation: string) =>
        tunnel(csms, 2, "GetLog", { logType: "SecurityLog", requestId, log: { remoteLocation } });
      const sftp = await asks(40, "sftp://localhost/logs/");
      assertEquals([sftp.status, sftp.reason], [
        "Rejected",
        "The gateway does not speak sftp: name a place by https or ftps",
      ]);
      assertEquals(young.got.filter(({ method }) => method === "GetLog"), []);

      assertEquals((await asks(41, location)).status, "Accepted");
      const { params = {} } = young.got.find(({ method }) => method === "GetLog") ?? {};
      const { remoteLocation } = params["log"] as { remoteLocation: string };
      const large = await fetch(remoteLocation, {
        method: "POST",
        body: new Uint8Array(9 * 1_048_576),
      }).then(async (response) => {
        await response.body?.cancel();
        return response.status;
      }, () => 413);
      assertEquals(large, 413);
      const small = await fetch(remoteLocation, { method: "POST", body: "a log" });
      await small.body?.cancel();
      assertEquals(small.status, 201);
      await hears(csms, "LogStatusNotification", "41 PermissionDenied");
      assertEquals(csms.refused, []);
    });
  } finally {
    await upstream.stop();
  }
});

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
