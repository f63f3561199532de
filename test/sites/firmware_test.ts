/**
 * Firmware for chargers that cannot reach the internet, with real processes and sockets: the CSMS and the
 * chargers are `ocpp-rpc` in strict mode, the file server speaks https under an authority of its own, and
 * chargers fetch with an ftp client that is not ours.
 */
import { assert, assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { createHash, createSign } from "node:crypto";
import { Writable } from "node:stream";
import { Client } from "basic-ftp";
import { fileAnswer, noise, serveWebFor, signer } from "../../src/files/_servers_for_test.ts";
import { remark } from "../support/remark.ts";
import { makeTestCertificates } from "../support/mosquitto.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway_process.ts";
import { createRpcCharger, type RpcCharger } from "./rpc_charger.ts";
import { createRpcCsms, type RpcCsms } from "./rpc_csms.ts";
import { freePort } from "./until.ts";

const CHARGERS = 8;
const IMAGE_BYTES = 20 * 1_048_576;
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

interface Site {
  readonly csms: RpcCsms;
  readonly chargers: readonly RpcCharger[];
  readonly gateway: () => GatewayProcess;
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
  const chargers = Array.from({ length: CHARGERS }, (_, index) =>
    createRpcCharger({
      id: `CP${index + 1}`,
      url: `ws://127.0.0.1:${ports.chargers}/ocpp`,
      password: `password-of-cp${index + 1}`,
    }));
  try {
    for (const charger of chargers) {
      await charger.connect();
      await boot(charger);
    }
    await csms.until("the station boots", () => csms.of("BootNotification")[0]);
    await run({
      csms,
      chargers,
      gateway: () => gateway,
      async restart() {
        await gateway.cutPower();
        gateway = await startGatewayProcess(folder);
        // They come back by themselves.
        for (const charger of chargers) await boot(charger);
      },
    });
  } finally {
    for (const charger of chargers) await charger.close();
    await gateway.stop();
    await csms.stop();
    await Deno.remove(path, { recursive: true });
  }
}

async function boot(charger: RpcCharger): Promise<void> {
  await charger.insist("BootNotification", {
    chargePointVendor: "Independent",
    chargePointModel: "RPC",
    firmwareVersion: "1.0",
  });
}

function siteYaml(ports: Readonly<Record<"chargers" | "web" | "csms" | "http" | "ftp", number>>) {
  const known = Array.from({ length: CHARGERS }, (_, index) =>
    [
      `    - id: CP${index + 1}`,
      `      password: password-of-cp${index + 1}`,
      "      circuit: grid",
      `      evses: [{ slot: ${index + 1} }]`,
    ].join("\n"));
  return `
site: { name: Firmware, timezone: Asia/Kolkata }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web}, tls: off }
csms:
  url: ws://127.0.0.1:${ports.csms}/ocpp
  identity: SITE-1
  password: password-of-the-site
  protocols: [ocpp1.6]
  disruptivePerMinute: 100
  files: { schemes: [https], hosts: [localhost, 127.0.0.1, "::1"] }
files:
  address: 127.0.0.1
  http: { host: 127.0.0.1, port: ${ports.http} }
  ftp: { host: 127.0.0.1, port: ${ports.ftp} }
  ca: files-ca.pem
circuits: [{ id: grid, limit: 100 }]
chargers:
  known:
${known.join("\n")}
`;
}

/** The CSMS means one charger; the answer of the charger, or of the gateway for it. */
async function tunnel(csms: RpcCsms, slot: number, action: string, payload: unknown) {
  const data = JSON.stringify({ slot, action, payload });
  const answer = await csms.command("DataTransfer", {
    vendorId: "org.sangam",
    messageId: "Tunnel",
    data,
  });
  return JSON.parse(String(answer["data"]));
}

/** What a charger gets from an address, by ftp. */
async function fetchByFtp(location: string): Promise<Uint8Array> {
  const { hostname, port, username, password, pathname } = new URL(location);
  const client = new Client(20_000);
  const parts: Uint8Array[] = [];
  try {
    await client.access({ host: hostname, port: Number(port), user: username, password });
    const sink = new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        parts.push(chunk.slice());
        done();
      },
    });
    await client.downloadTo(sink, pathname);
  } finally {
    client.close();
  }
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function locationOf(charger: RpcCharger, method: string): string | undefined {
  const { params } = charger.of(method).at(-1) ?? {};
  const firmware = params?.["firmware"] as { location: string } | undefined;
  return firmware?.location ?? params?.["location"] as string | undefined;
}

const retrieveDate = new Date().toISOString();

Deno.test("20 MB of firmware reach eight chargers by ftp through the gateway; its server, which breaks off once, is asked for each byte once", async () => {
  const made = await makeTestCertificates();
  const content = noise(IMAGE_BYTES);
  const upstream = await serveWebFor(
    fileAnswer(content, { breakAfter: 5_000_000, breaks: 1 }),
    made,
  );
  const location = `https://localhost:${upstream.port}/maker/fw-2.0.bin?key=hunter2`;
  try {
    await withSite(made.ca, async ({ csms, chargers, gateway, restart }) => {
      const began = performance.now();
      const answers = await Promise.all(
        chargers.map((_, index) =>
          tunnel(csms, index + 1, "UpdateFirmware", { location, retrieveDate })
        ),
      );
      for (const answer of answers) assertEquals(answer, { status: "Accepted", payload: {} });
      await csms.until(
        "the CSMS hears that it is on its way",
        () =>
          csms.of("FirmwareStatusNotification").find((each) =>
            each.params["status"] === "Downloading"
          ),
      );
      for (const charger of chargers) {
        await charger.until("the order", () => locationOf(charger, "UpdateFirmware"), 60_000);
      }
      remark(`at the chargers after ${Math.round(performance.now() - began)} ms`);
      assertEquals(upstream.asked.length, 2, upstream.asked.join());
      assert(/ bytes=\d{7}-$/.test(upstream.asked[1] ?? ""), upstream.asked[1]);

      const locations = chargers.map((each) => locationOf(each, "UpdateFirmware") ?? "");
      assertEquals(new Set(locations).size, CHARGERS, "each has an address of its own");
      for (const each of locations) assert(each.startsWith("ftp://") && !each.includes("hunter2"));
      const files = await Promise.all(locations.map(fetchByFtp));
      for (const file of files) assertEquals(sha256(file), sha256(content));
      remark(`fetched by eight after ${Math.round(performance.now() - began)} ms`);

      // The power goes out: who has not fetched it yet still can.
      await restart();
      assertEquals(sha256(await fetchByFtp(locations[0] ?? "")), sha256(content));
      for (const charger of chargers) {
        await charger.insist("FirmwareStatusNotification", { status: "Installed" });
      }
      await csms.until("the CSMS hears of all", () => {
        const heard = csms.of("FirmwareStatusNotification");
        return heard.filter(({ params }) => params["status"] === "Installed").length === CHARGERS
          ? heard
          : null;
      }, 60_000);
      assertEquals(csms.refused, []);
      const gone = await fetchByFtp(locations[0] ?? "").then(() => "there", () => "gone");
      assertEquals(gone, "gone", "nobody fetches it once it is over");
      assertEquals(gateway().said.filter((line) => line.includes("hunter2")), []);
      assertEquals(upstream.asked.length, 2, "nothing was fetched again");
    });
  } finally {
    await upstream.stop();
  }
});

Deno.test("firmware whose maker did not sign it reaches no charger, and the CSMS hears why; signed it does", async () => {
  const made = await makeTestCertificates();
  const content = noise(200_000);
  const corrupt = content.map((byte, at) => at === 100_000 ? byte ^ 1 : byte);
  const { key, certificate } = await signer("ec");
  const signature = createSign("sha256").update(content).sign(key, "base64");
  let served: Uint8Array = corrupt;
  const upstream = await serveWebFor(
    (request, response) => fileAnswer(served)(request, response),
    made,
  );
  const order = (requestId: number, location: string, signingCertificate = certificate) => ({
    requestId,
    firmware: { location, retrieveDateTime: retrieveDate, signature, signingCertificate },
  });
  const location = `https://localhost:${upstream.port}/fw.bin`;
  try {
    await withSite(made.ca, async ({ csms, chargers }) => {
      const signed = (slot: number, payload: unknown) =>
        tunnel(csms, slot, "SignedUpdateFirmware", payload);
      const heard = (requestId: number, status: string) =>
        csms.until(
          `${requestId} ${status}`,
          () =>
            csms.of("SignedFirmwareStatusNotification").find(({ params }) =>
              params["requestId"] === requestId && params["status"] === status
            ),
        );
      assertEquals(await signed(1, order(7, location)), {
        status: "Accepted",
        payload: { status: "Accepted" },
      });
      await heard(7, "InvalidSignature");
      await csms.until(
        "a security event",
        () =>
          csms.of("SecurityEventNotification").find(({ params }) =>
            params["type"] === "InvalidFirmwareSignature"
          ),
      );
      assertEquals(chargers[0]?.of("SignedUpdateFirmware"), [], "the charger never hears of it");

      const unreadable = await signed(2, order(8, location, "no certificate"));
      assertEquals(unreadable.payload, { status: "InvalidCertificate" });

      served = content;
      assertEquals((await signed(4, order(10, location))).payload, { status: "Accepted" });
      const charger = chargers[3];
      assume(charger !== undefined, "there are eight");
      const mirrored = await charger.until(
        "the order",
        () => locationOf(charger, "SignedUpdateFirmware"),
      );
      assertEquals(sha256(await fetchByFtp(mirrored)), sha256(content));
      await charger.insist("SignedFirmwareStatusNotification", {
        status: "Installed",
        requestId: charger.of("SignedUpdateFirmware")[0]?.params["requestId"],
      });
      await heard(10, "Installed");

      for (
        const wrong of [
          "http://localhost/fw.bin",
          "https://10.0.0.1/fw.bin",
          "file:///etc/passwd",
          "https://169.254.169.254/latest",
        ]
      ) {
        assertEquals((await signed(5, order(11, wrong))).status, "Rejected", wrong);
      }
      assertEquals(csms.refused, []);
    });
  } finally {
    await upstream.stop();
  }
});
