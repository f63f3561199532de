import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { TLSSocket } from "node:tls";
import { RPCServer } from "ocpp-rpc";
import { createWebSocketDialer } from "../../src/csms/dial_io.ts";
import { certificatesIn } from "../../src/certificates/mod.ts";
import { startGatewayProcess } from "../sites/gateway_process.ts";
import { createHappenings, freePort } from "../sites/until.ts";
import { type TestAuthority, testAuthority } from "../support/certificates.ts";
import { type PemFolder, pemFolder } from "../support/openssl.ts";

/** Fails where openssl is missing: these tests are nothing without it. */
async function openssl(folder: PemFolder, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [...args],
    cwd: folder.path,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Has `openssl x509` sign a request, as an operator's authority does. */
async function signedByOpenssl(
  folder: PemFolder,
  csr: string,
  ...more: readonly string[]
): Promise<string> {
  folder.write("request.pem", csr);
  await openssl(folder, "req", "-in", "request.pem", "-verify", "-noout");
  const by = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"];
  const args = ["x509", "-req", "-in", "request.pem", "-out", "signed.pem", "-days", "90"];
  await openssl(folder, ...args, ...by, ...more);
  return await Deno.readTextFile(`${folder.path}/signed.pem`);
}

/** `openssl s_server` with these options, dialled by the gateway's dialer: how that ended. */
async function dialled(
  folder: PemFolder,
  root: TestAuthority,
  own: { readonly cert: string; readonly key: string } | null,
  ...options: readonly string[]
) {
  const port = freePort();
  const child = new Deno.Command("openssl", {
    args: ["s_server", "-accept", `${port}`, "-cert", "server.pem", "-key", "server.key", "-www"]
      .concat(options),
    cwd: folder.path,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  try {
    // It says ACCEPT once it listens.
    const decoder = new TextDecoder();
    for (let text = ""; !text.includes("ACCEPT");) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`s_server ended: ${text}`);
      text += decoder.decode(value);
    }
    return await createWebSocketDialer().dial({
      url: `wss://localhost:${port}`,
      identity: "SITE-1",
      password: null,
      protocols: ["ocpp1.6"],
      compression: false,
      timeoutMs: 20_000,
      tls: { ca: root.cert, moreCa: [], own },
    }, new AbortController().signal);
  } finally {
    child.kill();
    await reader.cancel();
    await child.status;
  }
}

async function serverFolder(): Promise<{ folder: PemFolder; root: TestAuthority }> {
  const root = await testAuthority("operator");
  const server = await root.issue("localhost", { key: "RSA" });
  const folder = pemFolder();
  folder.write("server.pem", server.cert);
  folder.write("server.key", server.key);
  folder.write("root.pem", root.cert);
  folder.write("root.key", root.key);
  return { folder, root };
}

/** So that openssl still speaks what nobody should. */
const WEAK = ["-cipher", "DEFAULT@SECLEVEL=0"];

for (
  const [what, options, reason, isTlsWrong] of [
    ["TLS 1.0 alone", ["-tls1", ...WEAK], /no TLS 1\.2/, "version"],
    ["TLS 1.1 alone", ["-tls1_1", ...WEAK], /no TLS 1\.2/, "version"],
    ["a CBC suite alone", ["-tls1_2", "-cipher", "AES128-SHA"], /cipher suite/, "suite"],
    [
      "RSA key exchange alone",
      ["-tls1_2", "-cipher", "AES128-GCM-SHA256"],
      /cipher suite/,
      "suite",
    ],
    ["ECDHE with GCM in TLS 1.2", ["-tls1_2", "-cipher", "ECDHE+AESGCM"], /HTTP 200/, undefined],
    ["TLS 1.3", ["-tls1_3"], /HTTP 200/, undefined],
  ] as const
) {
  Deno.test(`a CSMS (openssl s_server) that speaks ${what}: ${reason.source}`, async () => {
    const { folder, root } = await serverFolder();
    using _folder = folder;
    const outcome = await dialled(folder, root, null, ...options);
    if (outcome.kind !== "failed") throw new Error("it has connected");
    assertMatch(outcome.reason, reason);
    assertEquals(outcome.isTlsWrong, isTlsWrong);
  });
}

Deno.test("a CSMS (openssl s_server) that wants a certificate says which of ours it does not take", async () => {
  const { folder, root } = await serverFolder();
  using _folder = folder;
  const wants = ["-Verify", "1", "-verify_return_error", "-CAfile", "root.pem", "-tls1_3"];
  const reasonWith = async (own: Parameters<typeof dialled>[2]) => {
    const outcome = await dialled(folder, root, own, ...wants);
    if (outcome.kind !== "failed") throw new Error("it has connected");
    return [outcome.reason, outcome.isOwnCertificateRefused ?? false];
  };
  assertEquals(await reasonWith(null), ["it wants a certificate of ours", true]);
  assertEquals(await reasonWith(await root.issue("SITE-1")), ["HTTP 200", false]);
  const past = { notAfter: new Date(Date.now() - 3_600_000) };
  assertEquals(await reasonWith(await root.issue("SITE-1", past)), [
    "our certificate has expired, it says",
    true,
  ]);
  const stranger = await (await testAuthority("somebody")).issue("SITE-1");
  assertEquals(await reasonWith(stranger), [
    "it does not know who has signed our certificate",
    true,
  ]);
});

/** How a station came. */
interface Arrival {
  /** Of its certificate; null where it showed none that its root has signed. */
  readonly fingerprint: string | null;
  readonly password: string | null;
}

interface Station {
  call(method: string, params: Record<string, unknown>): Promise<unknown>;
  close(how: { readonly code: number; readonly reason: string }): Promise<unknown>;
}

/** `ocpp-rpc` as a CSMS of 2.0.1 behind TLS, which looks at the certificate of who comes. */
async function startCsms(port: number, root: TestAuthority) {
  const happenings = createHappenings();
  const arrivals: Arrival[] = [];
  const requests: string[] = [];
  const events: string[] = [];
  let station: Station | null = null;
  const rpc = new RPCServer({ protocols: ["ocpp2.0.1"], strictMode: true });
  rpc.auth((accept, reject, handshake) => {
    const socket = handshake.request.socket as TLSSocket;
    const shown = socket.getPeerCertificate();
    // Deno's TLS server holds it against no roots of ours; that its key is there, the handshake shows.
    const leaf = shown?.raw === undefined ? null : new X509Certificate(shown.raw);
    const isProven = leaf !== null && leaf.verify(new X509Certificate(root.cert).publicKey) &&
      shown.subject?.CN === "SITE-1";
    const password = handshake.password === undefined ? null : String(handshake.password);
    if (!isProven && password !== "a password of the site") return reject(401, "Unauthorized");
    arrivals.push({ fingerprint: isProven ? shown.fingerprint256 : null, password });
    accept({});
  });
  rpc.on("client", (client) => {
    station = client;
    client.handle(({ method, params }: { method?: string; params?: Record<string, unknown> }) => {
      if (method === "SignCertificate") requests.push(String(params?.["csr"]));
      if (method === "SecurityEventNotification") events.push(String(params?.["type"]));
      setTimeout(happenings.notify, 0);
      return method === "BootNotification"
        ? { status: "Accepted", interval: 300, currentTime: new Date().toISOString() }
        : method === "Heartbeat"
        ? { currentTime: new Date().toISOString() }
        : method === "SignCertificate"
        ? { status: "Accepted" }
        : {};
    });
    client.once("close", () => station === client && (station = null));
    happenings.notify();
  });
  const pair = await root.issue("localhost");
  const https = createServer({ ...pair, requestCert: true, rejectUnauthorized: false });
  https.on("upgrade", rpc.handleUpgrade);
  await new Promise<void>((resolve) => https.listen(port, "127.0.0.1", resolve));
  const linked = () => happenings.until("the station comes", () => station);
  return {
    arrivals,
    requests,
    events,
    until: happenings.until,
    async call(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
      return await (await linked()).call(method, params) as Record<string, unknown>;
    },
    async sendAway() {
      const before = arrivals.length;
      await (await linked()).close({ code: 1001, reason: "a moment" });
      await happenings.until("it comes again", () => arrivals[before]);
    },
    async stop() {
      await rpc.close({ code: 1001, reason: "over", force: true });
      https.closeAllConnections();
      await new Promise((resolve) => https.close(resolve));
    },
  };
}

const printOf = (pem: string) => certificatesIn(pem)?.[0]?.fingerprint256 ?? "none";

Deno.test("a CSMS takes a real gateway from a password to a certificate, and renews that (A02, A05, B09, B10)", async () => {
  const { folder, root } = await serverFolder();
  using _folder = folder;
  const [port, webPort] = [freePort(), freePort()];
  const site = { path: await Deno.makeTempDir(), webPort };
  await Deno.writeTextFile(`${site.path}/csms-root.pem`, root.cert);
  await Deno.writeTextFile(
    `${site.path}/site.yaml`,
    `
listen:
  chargers: [{ host: 127.0.0.1, port: ${freePort()} }]
  web: { port: ${webPort} }
csms:
  url: wss://localhost:${port}/ocpp
  identity: SITE-1
  password: a password of the site
  ca: csms-root.pem
  protocols: [ocpp2.0.1]
  mayChange: [security, network]
  backOff: { minimum: 200ms, random: 0s }
`,
  );
  const csms = await startCsms(port, root);
  let gateway = await startGatewayProcess(site);
  const wanted = async () => {
    const count = csms.requests.length;
    const requestedMessage = "SignChargingStationCertificate";
    assertEquals((await csms.call("TriggerMessage", { requestedMessage }))["status"], "Accepted");
    return await csms.until("the request", () => csms.requests[count]);
  };
  const give = async (certificateChain: string) =>
    (await csms.call("CertificateSigned", { certificateChain }))["status"];
  try {
    const csr = await wanted();
    // The CA's own mistake first: another name.
    assertEquals(
      await give(await signedByOpenssl(folder, csr, "-subj", "/CN=SITE-2/O=Sangam")),
      "Rejected",
    );
    await csms.until(
      "the event",
      () => csms.events.find((type) => type === "InvalidChargingStationCertificate"),
    );
    const first = await signedByOpenssl(folder, csr);
    assertEquals(await give(first), "Accepted");
    const data = {
      ocppVersion: "OCPP20",
      ocppTransport: "JSON",
      ocppCsmsUrl: `wss://localhost:${port}/ocpp`,
      messageTimeout: 30,
      securityProfile: 3,
      ocppInterface: "Wired0",
    };
    const profile = { configurationSlot: 2, connectionData: data };
    assertEquals((await csms.call("SetNetworkProfile", profile))["status"], "Accepted");
    const setVariableData = [{
      component: { name: "OCPPCommCtrlr" },
      variable: { name: "NetworkConfigurationPriority" },
      attributeValue: "2,1",
    }];
    const { setVariableResult } = await csms.call("SetVariables", { setVariableData });
    assertEquals(Object(setVariableResult)[0].attributeStatus, "Accepted");
    await csms.sendAway();
    assertEquals(csms.arrivals, [
      { fingerprint: null, password: "a password of the site" },
      { fingerprint: printOf(first), password: null },
    ]);

    // Renewed: it comes by itself with the new one, and the old one is gone from the disk.
    const second = await signedByOpenssl(folder, await wanted());
    assertEquals(await give(second), "Accepted");
    const third = await csms.until("the new one", () => csms.arrivals[2]);
    assertEquals(third, { fingerprint: printOf(second), password: null });
    const kept = `${site.path}/data/certificates`;
    for (let asked = 0; asked < 100 && [...Deno.readDirSync(kept)].length > 2; asked++) {
      await csms.call("GetLocalListVersion", {});
    }
    assertEquals([...Deno.readDirSync(kept)].map(({ name }) => name).toSorted(), [
      "csms-2.key",
      "csms-2.pem",
    ]);
    for (const { name } of Deno.readDirSync(kept)) {
      assertEquals(((await Deno.stat(`${kept}/${name}`)).mode ?? 0) & 0o777, 0o600, name);
    }
    assertEquals(await gateway.stop(), 0);
    const said = gateway.said.join("\n");
    gateway = await startGatewayProcess(site);
    const again = await csms.until("after a restart", () => csms.arrivals[3]);
    assertEquals(again, { fingerprint: printOf(second), password: null });
    for (const name of ["ledger.db", "ledger.db-wal", "audit.db"]) {
      const bytes = await Deno.readFile(`${site.path}/data/${name}`).catch(() => new Uint8Array());
      assert(!Buffer.from(bytes).includes("PRIVATE KEY"), name);
    }
    assert(!said.includes("PRIVATE KEY") && !said.includes("a password of the site"));
  } catch (error) {
    throw new Error(`${error}\n${gateway.said.join("\n")}`, { cause: error });
  } finally {
    await gateway.stop().catch(() => {});
    await csms.stop();
    await Deno.remove(site.path, { recursive: true });
  }
});
