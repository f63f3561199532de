/** Each security profile as `curl` sees it: a peer that checks our certificates by rules that are not ours. */
import { assertEquals } from "@std/assert";
import { testAuthority, type TestPair } from "../support/certificates.ts";
import { type PemFolder, pemFolder } from "../support/openssl.ts";
import { serverTest, succeeds } from "../support/required_server.ts";
import { withDoor } from "../support/tls_door.ts";

const CURL = { name: "curl", isInstalled: succeeds("curl", ["--version"]) };

/** curl's own number for what went wrong (man curl, "EXIT CODES"). */
const WRONG_SERVER_CERTIFICATE = 60;

const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Protocol: ocpp1.6",
];

interface Asked {
  readonly url: string;
  /** Whose certificates curl believes; absent: those of its machine. */
  readonly ca?: TestPair;
  readonly certificate?: TestPair;
  /** Handed over on standard input: arguments can be read by anybody on the machine. */
  readonly password?: string;
}

/** What curl was answered: the status, or its own error number. */
async function curl(folder: PemFolder, { url, ca, certificate, password }: Asked) {
  const files = [
    ...(ca === undefined ? [] : ["--cacert", folder.write("ca.pem", ca.cert)]),
    ...(certificate === undefined ? [] : [
      "--cert",
      folder.write("own.pem", certificate.cert),
      "--key",
      folder.write("own.key", certificate.key),
    ]),
  ];
  const child = new Deno.Command("curl", {
    args: [
      "--silent",
      "--http1.1",
      "--max-time",
      "20",
      "--output",
      "/dev/null",
      "--write-out",
      "%{http_code}",
      ...UPGRADE.flatMap((line) => ["--header", line]),
      ...files,
      "--config",
      "-",
      url,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new TextEncoder().encode(password === undefined ? "" : `user = "CP1:${password}"\n`),
  );
  await writer.close();
  const { code, stdout } = await child.output();
  const status = Number(new TextDecoder().decode(stdout));
  return status === 0 ? { error: code } : { status };
}

const ADMITTED = { status: 101 };
const REFUSED = { status: 401 };

serverTest(
  CURL,
  "curl, profile 0: who was given no password is known by its address, who was shows it here too",
  async () => {
    using folder = pemFolder();
    await withDoor({ securityProfile: 0, tls: null }, async ({ port }) => {
      const url = `http://127.0.0.1:${port}/ocpp`;
      assertEquals(await curl(folder, { url: `${url}/OPEN` }), ADMITTED);
      assertEquals(await curl(folder, { url: `${url}/CP1` }), REFUSED);
      assertEquals(await curl(folder, { url: `${url}/CP1`, password: "secret" }), ADMITTED);
    });
  },
);

serverTest(
  CURL,
  "curl, profile 1: the right password lets in, another and none do not",
  async () => {
    using folder = pemFolder();
    await withDoor({ securityProfile: 1, tls: null }, async ({ port, door }) => {
      const url = `http://127.0.0.1:${port}/ocpp/CP1`;
      assertEquals(await curl(folder, { url }), REFUSED);
      assertEquals(await curl(folder, { url, password: "wrong" }), REFUSED);
      assertEquals(await curl(folder, { url, password: "secret" }), ADMITTED);
      assertEquals(door.refusals().map(({ reason }) => reason), ["wrong password", "no password"]);
    });
  },
);

serverTest(
  CURL,
  "curl, profile 2: our certificate holds for its issuer and its name alone",
  async () => {
    using folder = pemFolder();
    const servers = await testAuthority("gateways");
    const tls = { ...await servers.issue("gateway.local"), asksCertificate: false };
    await withDoor({ securityProfile: 2, tls }, async ({ port }) => {
      const asked = { url: `https://localhost:${port}/ocpp/CP1`, ca: servers, password: "secret" };
      assertEquals(await curl(folder, asked), ADMITTED);
      assertEquals(await curl(folder, { url: asked.url, ca: servers }), REFUSED);
      const refused = { error: WRONG_SERVER_CERTIFICATE };
      assertEquals(await curl(folder, { ...asked, ca: await testAuthority("others") }), refused);
      const otherName = `https://ip6-localhost.localhost:${port}/ocpp/CP1`;
      assertEquals(await curl(folder, { ...asked, url: otherName }), refused);
    });
  },
);

serverTest(
  CURL,
  "curl, profile 3: the charger's certificate is asked for, and counts",
  async () => {
    using folder = pemFolder();
    const servers = await testAuthority("gateways");
    const tls = { ...await servers.issue("gateway.local"), asksCertificate: true };
    await withDoor({ securityProfile: 3, tls }, async ({ port, clients }) => {
      const asked = { url: `https://localhost:${port}/ocpp/CP1`, ca: servers };
      const ask = async (name: string) =>
        await curl(folder, { ...asked, certificate: await clients.issue(name) });
      assertEquals(await curl(folder, { ...asked, password: "secret" }), REFUSED);
      assertEquals(await ask("CP2"), REFUSED);
      assertEquals(await ask("CP1"), ADMITTED);
    });
  },
);
