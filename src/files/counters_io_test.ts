import { assert, assertEquals } from "@std/assert";
import { connect } from "node:net";
import { Client } from "basic-ftp";
import { Writable } from "node:stream";
import { memorySink, noise } from "./_servers_for_test.ts";
import { addressesOf, createFileCounter, type Ticket } from "./counter.ts";
import { createFetcher } from "./fetcher_io.ts";
import { serveByFtp } from "./ftp_counter_io.ts";
import { serveByHttp } from "./http_counter_io.ts";
import { makeTestCertificates } from "../../test/support/mosquitto.ts";

const SECRET = "0123456789abcdef".repeat(3);
const CONTENT = noise(300_000);
const HERE = { host: "127.0.0.1", port: 0, idleMs: 3_000 };
const log = () => {};

async function* pieces(from: number) {
  for (let at = from; at < CONTENT.length; at += 50_000) {
    yield await Promise.resolve(CONTENT.subarray(at, Math.min(at + 50_000, CONTENT.length)));
  }
}

const IMAGE: Ticket = { kind: "fetch", name: "fw.bin", bytes: CONTENT.length, read: pieces };

/** A place for a file, and what came of it. */
function inbox(bytesMax: number) {
  const taken: { name: string; bytes: Uint8Array | "aborted" }[] = [];
  const ticket: Ticket = {
    kind: "bring",
    bytesMax,
    open(name) {
      const parts: number[] = [];
      return Promise.resolve({
        write: (chunk) => Promise.resolve(void parts.push(...chunk)),
        end: () => Promise.resolve(void taken.push({ name, bytes: new Uint8Array(parts) })),
        abort: () => Promise.resolve(void taken.push({ name, bytes: "aborted" })),
      });
    },
  };
  return { ticket, taken };
}

async function withServers(
  ticket: Ticket,
  run: (urls: { http: string; ftp: string; ftpPort: number }) => Promise<void>,
): Promise<void> {
  const counter = createFileCounter();
  counter.offer(SECRET, ticket);
  const http = await serveByHttp({ ...HERE, tls: null }, counter, log);
  const ftp = await serveByFtp({ ...HERE, passivePorts: null }, counter, log);
  try {
    const place = { address: "127.0.0.1", isHttps: false, httpPort: http.port, ftpPort: ftp.port };
    const urls = addressesOf(place, SECRET, "fw.bin");
    await run({ http: urls.http ?? "", ftp: urls.ftp ?? "", ftpPort: ftp.port });
  } finally {
    await http.stop();
    await ftp.stop();
  }
}

const fetcher = createFetcher({
  rules: () => ({ schemes: ["http", "ftp", "https"], hosts: ["127.0.0.1", "localhost"] }),
  ca: () => null,
  idleMs: 3_000,
  bytesMax: 1_000_000,
});

Deno.test("a charger fetches its file by http and by ftp, whole and from where it was broken off", async () => {
  await withServers(IMAGE, async ({ http, ftp }) => {
    for (const url of [http, ftp]) {
      const sink = memorySink();
      const { signal } = new AbortController();
      assertEquals(await fetcher.fetch(url, sink, signal), { kind: "ended" }, url);
      assertEquals(sink.content(), CONTENT, url);
    }
    const rest = await fetch(http, { headers: { range: "bytes=299000-" } });
    assertEquals([rest.status, rest.headers.get("content-range")], [
      206,
      "bytes 299000-299999/300000",
    ]);
    assertEquals(new Uint8Array(await rest.arrayBuffer()), CONTENT.subarray(299_000));
    const past = await fetch(http, { headers: { range: "bytes=300000-" } });
    await past.body?.cancel();
    assertEquals(past.status, 416);
    const head = await fetch(http, { method: "HEAD" });
    assertEquals([head.status, head.headers.get("content-length")], [200, "300000"]);
    await head.body?.cancel();
  });
});

Deno.test("ftp goes on from REST, and says how large the file is", async () => {
  await withServers(IMAGE, async ({ ftp, ftpPort }) => {
    const { username, password } = new URL(ftp);
    const client = new Client(3_000);
    await client.access({ host: "127.0.0.1", port: ftpPort, user: username, password });
    assertEquals(await client.size("/fw.bin"), CONTENT.length);
    const got: number[] = [];
    const sink = new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        got.push(...chunk);
        done();
      },
    });
    await client.downloadTo(sink, "/fw.bin", 250_000);
    client.close();
    assertEquals(new Uint8Array(got), CONTENT.subarray(250_000));
  });
});

Deno.test("https with a certificate of the site's", async () => {
  const made = await makeTestCertificates();
  const counter = createFileCounter();
  counter.offer(SECRET, IMAGE);
  const server = await serveByHttp({ ...HERE, tls: made }, counter, log);
  const place = { address: "localhost", isHttps: true, httpPort: server.port, ftpPort: null };
  const trusting = createFetcher({
    rules: () => ({ schemes: ["https"], hosts: ["127.0.0.1", "localhost"] }),
    ca: () => made.ca,
    idleMs: 3_000,
    bytesMax: 1_000_000,
    resolve: () => Promise.resolve(["127.0.0.1"]),
  });
  const sink = memorySink();
  const { signal } = new AbortController();
  const url = addressesOf(place, SECRET, "fw.bin").http ?? "";
  assertEquals(await trusting.fetch(url, sink, signal), { kind: "ended" });
  await server.stop();
  assertEquals(sink.content(), CONTENT);
});

Deno.test("a charger brings its logs by PUT, POST and STOR", async () => {
  const { ticket, taken } = inbox(400_000);
  await withServers(ticket, async ({ http, ftp, ftpPort }) => {
    for (const method of ["PUT", "POST"]) {
      const answer = await fetch(http, { method, body: CONTENT.slice() });
      await answer.body?.cancel();
      assertEquals(answer.status, 201);
    }
    const { username, password } = new URL(ftp);
    const client = new Client(3_000);
    await client.access({ host: "127.0.0.1", port: ftpPort, user: username, password });
    const { Readable } = await import("node:stream");
    await client.uploadFrom(Readable.from([CONTENT]), "/logs of today.zip");
    client.close();
  });
  assertEquals(taken.map(({ name }) => name), ["fw.bin", "fw.bin", "logs of today.zip"]);
  for (const { bytes } of taken) assertEquals(bytes, CONTENT);
});

Deno.test("what is too large is broken off, and nothing of it stays", async () => {
  const { ticket, taken } = inbox(100_000);
  await withServers(ticket, async ({ http, ftp, ftpPort }) => {
    const told = await fetch(http, { method: "PUT", body: CONTENT.slice() });
    await told.body?.cancel();
    assertEquals(told.status, 413);
    const { username, password } = new URL(ftp);
    const client = new Client(3_000);
    await client.access({ host: "127.0.0.1", port: ftpPort, user: username, password });
    const { Readable } = await import("node:stream");
    const failed = await client.uploadFrom(Readable.from([CONTENT]), "/x").then(
      () => null,
      (error: Error) => error.message,
    );
    client.close();
    assert(failed !== null);
  });
  assertEquals(taken.map(({ bytes }) => bytes), ["aborted"]);
});

Deno.test("without its very secret nobody gets anything, and nothing says what there is", async () => {
  await withServers(IMAGE, async ({ http, ftpPort }) => {
    const { origin } = new URL(http);
    const wrong = [
      "/",
      "/files/",
      `/files/${SECRET.slice(1)}0/fw.bin`,
      `/files/../files/${SECRET}x/fw.bin`,
      `/files/${SECRET.toUpperCase()}/fw.bin`,
      "/files/%2e%2e/ledger.db",
      "/etc/passwd",
      "/api/v1/site",
      "/sign-in",
    ];
    for (const path of wrong) {
      const answer = await fetch(`${origin}${path}`);
      assertEquals([answer.status, await answer.text()], [404, "There is no such file\n"], path);
    }
    const put = await fetch(http, { method: "PUT", body: "x" });
    await put.body?.cancel();
    assertEquals(put.status, 405, "a file to be fetched is not written");
    const said = await talk(ftpPort, ["RETR fw.bin", "USER x", "PASS y", "LIST", "USER root"]);
    assertEquals(said.map((line) => line.slice(0, 3)), ["220", "530", "331", "530", "530", "331"]);
  });
});

Deno.test("who guesses passwords, sends endless lines or wants data sent elsewhere gets nothing", async () => {
  await withServers(IMAGE, async ({ ftp, ftpPort }) => {
    const guesses = Array.from({ length: 6 }, (_, turn) => `PASS ${turn}`);
    assertEquals((await talk(ftpPort, guesses)).length, 4, "cut off after three");
    assertEquals(await talk(ftpPort, ["x".repeat(5_000)]), ["220 Files of chargers"]);
    const { username, password } = new URL(ftp);
    const elsewhere = await talk(ftpPort, [
      `USER ${username}`,
      `PASS ${password}`,
      "PORT 10,0,0,1,0,80",
      "EPRT |1|10.0.0.1|80|",
      "RETR ../../etc/passwd",
      "DELE fw.bin",
      "STOR fw.bin",
      "SITE EXEC id",
    ]);
    assertEquals(elsewhere.slice(3).map((line) => line.slice(0, 3)), [
      "502",
      "502",
      "425",
      "502",
      "550",
      "502",
    ]);
  });
});

/** Says lines one after the other, and returns the answers until it is quiet or cut off. */
function talk(port: number, lines: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    let said = 0;
    const end = () => {
      socket.destroy();
      resolve(text.split("\r\n").filter((line) => line !== ""));
    };
    socket.on("data", (chunk) => {
      text += chunk.toString();
      if (said === lines.length) end();
      else if (text.endsWith("\r\n")) socket.write(`${lines[said++]}\r\n`);
    });
    socket.on("error", end);
    socket.on("close", end);
  });
}
