import { assertEquals } from "@std/assert";
import { assume } from "./lib/assert.ts";
import { testAuthority } from "../test/support/certificates.ts";
import { type ConfigPorts, readConfig } from "./config.ts";

const PAIR = await (await testAuthority("files")).issue("gateway.local");
const OTHER = await (await testAuthority("others")).issue("gateway.local");
const FILES: Readonly<Record<string, string>> = {
  "cert.pem": PAIR.cert,
  "key.pem": PAIR.key,
  "other-key.pem": OTHER.key,
  "text.pem": "no certificate",
};
const PORTS: ConfigPorts = {
  env: () => null,
  file: (name) => FILES[name] ?? null,
  profile: () => ({ problem: "There are no profiles" }),
};
const SITE = "site: { name: A, timezone: Asia/Kolkata }\ncircuits: [{ id: grid, limit: 63 }]\n";

function read(files: string) {
  return readConfig(`${SITE}files:\n${files}`, PORTS);
}

Deno.test("without files chargers fetch and bring them elsewhere", () => {
  const reading = readConfig(SITE, PORTS);
  assertEquals(reading.ok && reading.config.fileService, null);
});

Deno.test("files for chargers, with what is usual", () => {
  const reading = read(
    "  address: 192.168.7.1\n  http: {}\n  ftp: { passivePorts: [50000, 50010] }\n",
  );
  assume(reading.ok, "it is a configuration");
  const { makers, ca, ...plain } = reading.config.fileService ?? assertNever();
  assertEquals([makers(), ca()], [null, null]);
  assertEquals(plain, {
    address: "192.168.7.1",
    http: { host: "0.0.0.0", port: 9280, tls: null },
    ftp: { host: "0.0.0.0", port: 2121, passivePorts: [50_000, 50_010] },
    way16: "ftp",
    bytesMax: 512 * 1_048_576,
    keepBytesMax: 2_048 * 1_048_576,
  });
});

Deno.test("roots and certificates are read from their files", () => {
  const reading = read(
    "  address: gateway.local\n  makers: cert.pem\n  ca: cert.pem\n" +
      "  http: { cert: cert.pem, key: key.pem }\n",
  );
  assume(reading.ok, "it is a configuration");
  const options = reading.config.fileService;
  assertEquals([options?.makers(), options?.ca()], [PAIR.cert, PAIR.cert]);
  assertEquals(options?.http?.tls, { cert: PAIR.cert, key: PAIR.key });
});

for (
  const [what, files, place] of [
    ["neither way", "  address: a", "files"],
    ["no address", "  http: {}", "files.address"],
    ["an address with a scheme", "  address: http://a\n  http: {}", "files.address"],
    ["the port of the chargers", "  address: a\n  http: { port: 9220 }", "files.http.port"],
    ["one port twice", "  address: a\n  http: { port: 99 }\n  ftp: { port: 99 }", "files.ftp.port"],
    [
      "ports the wrong way round",
      "  address: a\n  ftp: { passivePorts: [9, 8] }",
      "files.ftp.passivePorts",
    ],
    ["a file larger than the room", "  address: a\n  http: {}\n  keepMiB: 100", "files.keepMiB"],
    ["makers that are none", "  address: a\n  http: {}\n  makers: text.pem", "files.makers"],
    ["roots that are not there", "  address: a\n  http: {}\n  ca: none.pem", "files.ca"],
    ["a certificate without a key", "  address: a\n  http: { cert: cert.pem }", "files.http.cert"],
    [
      "another's key",
      "  address: a\n  http: { cert: cert.pem, key: other-key.pem }",
      "files.http.key",
    ],
    ["what nobody knows", "  address: a\n  http: {}\n  sftp: {}", "files.sftp"],
  ] as const
) {
  Deno.test(`files: ${what} is a problem of its place`, () => {
    const reading = read(files);
    assertEquals(reading.ok ? [] : reading.problems.map(({ path }) => path), [place]);
  });
}

function assertNever(): never {
  throw new Error("there are no files");
}
